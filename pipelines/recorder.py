"""What a visit adds to the archive: a revision where the wording is new, an observation each time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from archive import (
    Article,
    Capture,
    Extractor,
    Known,
    Latest,
    Observation,
    QuarantineRecord,
    Writer,
    article_id,
    new_ulid,
)
from archive.records import Outcome
from pipelines.content import Content
from pipelines.validate import Invalid

_OF_THE_PAGE = tuple(field.name for field in fields(Content) if field.name not in {"extractor_version", "evidence"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """One fetched page."""

    visit_id: str
    site: str
    fetched_at: datetime
    """When the server answered, UTC."""
    recorded_at: datetime
    """When its lines are written, UTC. They say the second; the ulid keeps the milliseconds, which order revisions."""
    http_status: int | None = None
    """None when it is not known, as for saved pages."""
    captures: tuple[Capture, ...] = ()


Change = Literal["new", "same", "revised"]


class Recorder:
    """Writes what visits add to one archive. Raises CannotWrite or UnsupportedFormat."""

    def __init__(self, root: Path, *, site: str | None = None) -> None:
        self._writer = Writer(root)
        self._known = Known.of(root, site=site)

    def record(self, content: Content, visit: Visit) -> tuple[Change, Article]:
        """Store what is new in a visit; return what it meant and the article's line, stored or not.

        Where nothing changed, the line is that of the stored revision as this visit saw it.
        """
        latest = self._known.get(article_id(content.canonical_url))
        change = _change(content, latest)
        article = _article(content, visit, change, latest)
        if change != "same":
            self._writer.append(article)
            self._known.add(article)
        self._writer.append(_observation(content, visit, change))
        return change, article

    def quarantine(self, content: Content, visit: Visit, invalid: Invalid, item: dict[str, Any]) -> None:
        """Store an item whole, with the reason why it is not an article's, and that the page was seen."""
        self._writer.append(
            QuarantineRecord(
                visit_id=visit.visit_id,
                id=article_id(content.canonical_url),
                site=visit.site,
                url=content.url,
                reason=invalid.reason,
                detail=invalid.detail,
                fetched_at=visit.fetched_at,
                recorded_at=visit.recorded_at.replace(microsecond=0),
                date=visit.recorded_at.date(),
                item=item,
            )
        )
        self._writer.append(_observation(content, visit, "quarantined"))

    def close(self) -> None:
        """Return when all is on disk."""
        self._writer.close()


def _change(content: Content, latest: Latest | None) -> Change:
    if latest is None:
        return "new"
    return "same" if latest.digest == content.digest else "revised"


def _article(content: Content, visit: Visit, change: Change, latest: Latest | None) -> Article:
    if latest is None:
        revision_id, previous = new_ulid(visit.recorded_at), None
    elif change == "same":
        revision_id, previous = latest.revision_id, latest.previous_digest
    else:
        revision_id, previous = new_ulid(visit.recorded_at), latest.digest
    return Article(
        **{name: getattr(content, name) for name in _OF_THE_PAGE},
        revision_id=revision_id,
        id=article_id(content.canonical_url),
        site=visit.site,
        previous_digest=previous,
        fetched_at=visit.fetched_at,
        recorded_at=visit.recorded_at.replace(microsecond=0),
        date=visit.recorded_at.date(),
        visit_id=visit.visit_id,
        captures=visit.captures,
        extractor=Extractor(version=content.extractor_version, cause="crawl", fields=content.evidence),
    )


def _observation(content: Content, visit: Visit, outcome: Outcome) -> Observation:
    return Observation(
        visit_id=visit.visit_id,
        id=article_id(content.canonical_url),
        site=visit.site,
        url=content.url,
        observed_at=visit.fetched_at,
        recorded_at=visit.recorded_at.replace(microsecond=0),
        http_status=visit.http_status,
        outcome=outcome,
        moved_to=None,
        view_count=content.view_count,
        view_count_raw=content.view_count_raw,
        # What failed validation is no wording of the article.
        digest=None if outcome == "quarantined" else content.digest,
        captures=visit.captures,
        date=visit.recorded_at.date(),
    )
