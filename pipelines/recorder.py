"""What a visit adds to the archive: a revision where the wording is new, an observation each time."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal

from archive import Article, Extractor, Latest, Observation, QuarantineRecord, Writer, new_ulid
from archive.records import Cause, Outcome
from archive.version import newsreel_version
from pipelines.cause import Reader, Rereader, cause_of
from pipelines.content import Content
from pipelines.identity import Identity
from pipelines.validate import Invalid
from pipelines.visits import Hop, Visit

log = logging.getLogger(__name__)

_OF_THE_PAGE = tuple(field.name for field in fields(Content) if field.name not in {"extractor_version", "evidence"})

Change = Literal["new", "same", "revised"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a visit means, before anything of it is written."""

    id: str
    latest: Latest | None
    """The newest revision so far; None for an article that is new."""
    change: Change
    """What the page did. An article that only better rules read otherwise is the same."""
    cause: Cause
    before: Content | None = None
    """What today's rules read from the page of the newest revision; None where it was not read again."""

    @property
    def is_revision(self) -> bool:
        """Return whether the wording as read is a new one, and gets a line."""
        return self.change != "same" or self.cause == "rules"


class Recorder:
    """Appends what visits add to the lines of a writer. Raises CannotWrite."""

    def __init__(self, writer: Writer, *, read: Reader | None = None, tracking: Collection[str] = frozenset()) -> None:
        """`read` reads a raw page by today's rules; without it each new wording is taken for the page's own doing."""
        self._writer = writer
        self._rereader = Rereader(writer, read, tracking)
        self._warned = False

    def find(self, content: Content, identity: Identity) -> Finding:
        """Return what a page's content means for what is known of its article."""
        latest = self._writer.known.latest(identity.id)
        if latest is None:
            return Finding(id=identity.id, latest=None, change="new", cause="crawl")
        if latest.digest == content.digest:
            return Finding(id=identity.id, latest=latest, change="same", cause="crawl")
        before = self._rereader.read(latest.captures)
        cause = cause_of(content, before, latest)
        change: Change = "same" if cause == "rules" else "revised"
        return Finding(id=identity.id, latest=latest, change=change, cause=cause, before=before)

    def record(self, finding: Finding, content: Content, visit: Visit, *, moves: Iterable[Observation] = ()) -> Article:
        """Append what is new in a visit; return the article's line, stored or not.

        Where nothing changed, the line is that of the stored revision as this visit saw it. `moves` are what the way
        to it says of articles, which is kept with the rest or not at all.
        """
        article = self._article(finding, content, visit)
        seen = _observation(finding.id, content, visit, finding.change)
        # Moves first: the article itself may have moved here, and is live.
        self._writer.append(*moves, *((article,) if finding.is_revision else ()), seen)
        return article

    def append(self, *seen: Observation) -> None:
        """Append what a visit says of articles whose wording it did not show, all together."""
        self._writer.append(*seen)

    def quarantine(
        self, identity: Identity, content: Content, visit: Visit, invalid: Invalid, item: dict[str, Any]
    ) -> None:
        """Append an item whole, with the reason why it is not an article's, and that the page was seen."""
        record = QuarantineRecord(
            visit_id=visit.visit_id,
            id=identity.id,
            site=visit.site,
            url=content.url,
            reason=invalid.reason,
            detail=invalid.detail,
            fetched_at=visit.fetched_at,
            recorded_at=visit.recorded_at.replace(microsecond=0),
            date=visit.recorded_at.date(),
            captures=visit.captures,
            item=item,
        )
        self._writer.append(record, _observation(identity.id, content, visit, "quarantined"))

    def _article(self, finding: Finding, content: Content, visit: Visit) -> Article:
        latest, fetched_at = finding.latest, visit.fetched_at
        if latest is None:
            revision_id, previous = new_ulid(visit.recorded_at), None
        elif not finding.is_revision:
            revision_id, previous = latest.revision_id, latest.previous_digest
        else:
            revision_id, previous = new_ulid(visit.recorded_at), latest.digest
            if fetched_at < latest.fetched_at:
                # Of an article's revisions the one fetched last is the newest, whatever a clock said meanwhile.
                fetched_at = latest.fetched_at
                self._warn(visit)
        return Article(
            **{name: getattr(content, name) for name in _OF_THE_PAGE},
            revision_id=revision_id,
            id=finding.id,
            site=visit.site,
            previous_digest=previous,
            fetched_at=fetched_at,
            recorded_at=visit.recorded_at.replace(microsecond=0),
            date=visit.recorded_at.date(),
            visit_id=visit.visit_id,
            captures=visit.captures,
            extractor=Extractor(
                version=content.extractor_version or newsreel_version(), cause=finding.cause, fields=content.evidence
            ),
        )

    def _warn(self, visit: Visit) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "the clock says %s, which is before pages that were fetched earlier: their time is used instead",
                f"{visit.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
            )


def _observation(article_id: str, content: Content, visit: Visit, outcome: Outcome) -> Observation:
    return Observation(
        visit_id=visit.visit_id,
        id=article_id,
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
        rights=visit.rights,
        date=visit.recorded_at.date(),
    )


def unmodified(latest: Latest, url: str, visit: Visit) -> Observation:
    """Return the observation of a 304: the article is as its newest revision has it, and no counter was seen."""
    return sighting(latest.id, url, visit, visit, "not_modified", digest=latest.digest)


def moved(article_id: str, hop: Hop, visit: Visit, *, to: str) -> Observation:
    """Return the observation that an article's address led to another one."""
    return sighting(article_id, hop.url, hop, visit, "moved", moved_to=to)


def sighting(
    article_id: str,
    url: str,
    answer: Hop | Visit,
    visit: Visit,
    outcome: Outcome,
    *,
    moved_to: str | None = None,
    digest: str | None = None,
) -> Observation:
    """Return the observation of an answer that showed no wording: a redirect, an error, nothing at all.

    A 304 has the `digest` of the wording for which it stands.
    """
    return Observation(
        visit_id=answer.visit_id,
        id=article_id,
        site=visit.site,
        url=url,
        observed_at=answer.fetched_at,
        recorded_at=visit.recorded_at.replace(microsecond=0),
        http_status=answer.http_status,
        outcome=outcome,
        moved_to=moved_to,
        view_count=None,
        view_count_raw=None,
        digest=digest,
        captures=answer.captures,
        rights=answer.rights if isinstance(answer, Visit) else None,
        date=visit.recorded_at.date(),
    )
