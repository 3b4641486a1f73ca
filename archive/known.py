"""What is known of each article: its newest revision, held in memory while a writer works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archive.reader import scan
from archive.records import Article


@dataclass(frozen=True, kw_only=True, slots=True)
class Latest:
    """The newest revision of an article, as far as the next one needs it."""

    id: str
    """The article's own."""
    site: str
    revision_id: str
    digest: str
    previous_digest: str | None
    recorded_at: datetime


class Known:
    """The newest revision of each article of one site."""

    def __init__(self) -> None:
        self._latest: dict[str, Latest] = {}

    @classmethod
    def of(cls, root: Path, *, site: str | None = None) -> Known:
        """Read it from an archive's lines; of one site, or of all."""
        known = cls()
        for latest in scan(root, "articles", Latest):
            if site is None or latest.site == site:
                known._add(latest)
        return known

    def get(self, article_id: str) -> Latest | None:
        """Return the newest revision, or None when the article was never stored."""
        return self._latest.get(article_id)

    def add(self, article: Article) -> None:
        """Learn of a revision that was stored just now."""
        self._add(
            Latest(
                id=article.id,
                site=article.site,
                revision_id=article.revision_id,
                digest=article.digest,
                previous_digest=article.previous_digest,
                recorded_at=article.recorded_at,
            )
        )

    def _add(self, latest: Latest) -> None:
        before = self._latest.get(latest.id)
        # As the reader decides: by time, and within a second by the ulids.
        if before is None or _age(latest) >= _age(before):
            self._latest[latest.id] = latest


def _age(latest: Latest) -> tuple[datetime, str]:
    return latest.recorded_at, latest.revision_id
