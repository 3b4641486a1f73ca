"""What one run brought of one site, in the numbers by which later runs are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

FIELDS = (
    "published_at",
    "category",
    "source",
    "author",
    "editor",
    "body",
    "images",
    "view_count",
    "prev",
    "next",
)
"""Keys of an article's line whose presence is counted."""

Outcome = Literal[
    "ok", "degraded", "crashed", "unreachable", "blocked", "nothing", "locked", "skipped", "stopped"
]  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RunFacts:
    """One run of one site. Counts are of this run alone; a mapping lists what occurred, and nothing with a 0."""

    schema: Literal[1] = 1
    run_id: str
    """A ulid, the job's; sites of one job share it."""
    site: str
    """As in the archive's lines."""
    began_at: datetime
    """UTC, whole seconds, as `ended_at`."""
    ended_at: datetime
    mode: Literal["full", "new", "due"]
    outcome: Outcome
    is_complete: bool
    """Whether the crawl came to its end: a run that was stopped or limited says little about what is missing."""
    articles: Mapping[str, int] = field(default_factory=dict)
    """new, revised, same: articles that were read; not_modified: those of which the server said so (304)."""
    ends: Mapping[str, int] = field(default_factory=dict)
    """gone, soft_404, moved, blocked, unreachable: known articles of which that was seen."""
    quarantined: Mapping[str, int] = field(default_factory=dict)
    """Pages in quarantine, by reason."""
    requests: int = 0
    """Sent, retries and redirects among them."""
    bytes: int = 0
    """Of answers, as sent."""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """Answers by HTTP status; `none` where none came."""
    latencies: tuple[float, ...] = ()
    """Seconds until an answer's head: the least, the quartiles, the 95th percentile and the most; empty without any."""
    fields: Mapping[str, int] = field(default_factory=dict)
    """Articles that were read and state it, by field (`FIELDS`)."""
    body_chars: tuple[int, ...] = ()
    """Characters of the bodies that were read: the least, the quartiles and the most; empty without any."""
    titles: int = 0
    """Different titles among the articles that were read."""
    commonest_title: int = 0
    """Articles that have the commonest of them."""
    times: int = 0
    """Different published times among the articles that were read and state one with its minute."""
    commonest_time: int = 0
    """Articles that state the commonest of them."""
    layout: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By field of the site's layout: on how many articles its selector matched, and of how many."""
    ways: Mapping[str, int] = field(default_factory=dict)
    """Addresses that look like articles', known before or not, that each way (chain, lists, links, …) named."""
    newest_at: datetime | None = None
    """The latest published time among new articles, UTC; None where none states one."""
    views: int = 0
    """By how much the view counts of known articles have grown since they were last seen."""
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Addresses, at most five each: `field:source` of articles that lack it, `quarantine:no_body`, `status:503`,
    `short` and `long` bodies, `title` and `time` that are the commonest, `layout:body` where it did not match."""

    @property
    def read(self) -> int:
        """How many articles were read."""
        return sum(self.articles.get(name, 0) for name in ("new", "revised", "same"))
