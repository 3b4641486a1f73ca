"""What a pipeline tells of an article: its line, what the visit found, the run's counters, or that it is unfit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from archive.records import plain_values

if TYPE_CHECKING:
    from scrapy.statscollectors import StatsCollector

    from archive import Article
    from pipelines.recorder import Change, Finding

WATCHED = ("published_at", "category", "source", "author", "view_count", "prev", "next", "body")
"""Fields whose absence is counted: `field/<name>/missing`."""


class Quarantined(DropItem):
    """The page is in quarantine."""

    def __init__(self, reason: str, url: str) -> None:
        self.reason, self.url = reason, url
        super().__init__(f"{reason}: {url}")


class StoredLine(dict[str, Any]):
    """An article's line as plain JSON values."""

    def __init__(self, article: Article, change: Change) -> None:
        super().__init__(plain_values(article))
        self.change: Change = change
        """What the page did: what only better rules read otherwise is the same."""


def count(stats: StatsCollector, article: Article, finding: Finding) -> None:
    """Count an article that is on disk."""
    stats.inc_value(f"articles/{finding.change}")
    if finding.is_revision and finding.cause != "crawl":
        stats.inc_value(f"revisions/{finding.cause}")
    for name in WATCHED:
        if getattr(article, name) is None:
            stats.inc_value(f"field/{name}/missing")
