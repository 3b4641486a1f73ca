"""What the report on a site's coverage says, as values that JSON has the same names for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.coverage.chain import Direction, Links
from crawler.coverage.holes import Chains


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """The crawl by which is judged what is still named."""

    number: int | None
    """Of the newest that has seen all that is reachable, to its end, else of the newest; None before the first."""
    mode: str | None
    finished_at: int | None
    """Seconds since 1970, UTC; None where it is under way, or where others came after it."""
    counts: bool
    """Whether it has seen all: else what it did not name may be there all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WayReport:
    """What one way has found, or all together."""

    addresses: int
    articles: int
    """Articles: those that are archived, and those that were read and not stored."""
    archived: int
    gone: int
    """Of the archived ones: those that are gone from the site."""
    not_kept: int
    """Read as articles and not stored: quarantined, taken down, or stored under another address since."""
    failed: int
    """Addresses that could not be had and that the archive has no article of."""
    failed_reasons: Mapping[str, int]
    refused: int
    refused_reasons: Mapping[str, int]
    not_read: int
    only_here: int
    """Articles that no other way knows; of all ways together: those that one way alone knows."""
    only_here_examples: Sequence[str]
    named: int | None
    """Archived articles that the crawl which counts named in this way; None where no crawl counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Forgotten:
    """Archived articles to which no way leads."""

    named_no_more: int | None
    """Known by some way, and named by none in the crawl that counts; None where none counts."""
    named_no_more_examples: Sequence[str]
    no_way: int
    """Known by no way at all: brought in by an import, or by hand, or a start page."""
    no_way_examples: Sequence[str]
    not_in_frontier: int
    """Of these: such as the frontier has never met."""
    silent_ways: Sequence[str]
    """Ways that once named articles, and none in the crawl that counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainReport:
    """What the chain of previous and next articles is like."""

    next_is: Direction | None
    links: Links
    chains: Chains


@dataclass(kw_only=True, slots=True)
class Day:
    """One day of the site's calendar."""

    day: str
    usual: float
    """Articles that are usual, by the eight weeks around it."""
    archived: int = 0
    failed: int = 0
    """Addresses of that day, as far as it can be told, that could not be had."""
    not_read: int = 0
    refused: int = 0
    not_kept: int = 0
    expected: dict[str, int] = field(default_factory=dict)
    """Articles of that day that each way knows, archived or not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DayGap:
    """Days on which less is archived than is usual."""

    first: str
    last: str
    archived: int
    usual: float
    failed: int
    not_read: int
    refused: int
    not_kept: int
    expected: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenDays:
    """Days whose articles one way does not show, though it shows those before and after."""

    way: str
    first: str
    last: str
    articles: int
    known_by: Mapping[str, int]
    alone: str | None
    """The way by which alone all of them are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Articles by the day that they say they were published on."""

    days: Sequence[Day]
    gaps: Sequence[DayGap]
    hidden: Sequence[HiddenDays]
    undated: int
    """Archived articles that say no day."""
    dated: Mapping[str, int]
    """How the days of addresses without an article were told: said, address, number, chain; unknown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryReport:
    """One category."""

    name: str
    articles: int
    ways: Mapping[str, int]
    in_no_list: bool
    """Whether no list shows any of it, though lists show others of the same months."""
    alone: str | None
    """The way by which alone its articles are known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """How completely a site is covered."""

    site: str
    crawl: Walked
    findings: Sequence[str]
    """What is missing, each in a sentence; the lists below say more."""
    ways: Mapping[str, WayReport]
    all: WayReport
    nameless: int
    """Addresses that no page names: start pages, sitemaps, feeds."""
    forgotten: Forgotten
    chain: ChainReport
    calendar: Calendar
    categories: Sequence[CategoryReport]
