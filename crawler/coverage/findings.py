"""What a report finds missing, each in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crawler.coverage.chain import Break
from crawler.coverage.holes import Hole
from crawler.coverage.report import CategoryReport, DayGap, HiddenDays, Report
from crawler.frontier.words import many, plain

MOST = 200
"""Sentences of one kind; the lists of the report hold more."""

_BECAUSE = {
    "gone": "it is gone",
    "failed": "it could not be had",
    "refused": "it is not to be asked for",
    "dropped": "it was dropped by hand",
    "not_read": "it is not read yet",
    "moved": "it has moved to what is no article",
    "no_article": "it was read and is no article",
    "not_kept": "it was read and not stored",
    "unknown": "no crawl has met it",
}
_ONE = {
    "lists": "no list",
    "links": "no article's links",
    "sitemaps": "no sitemap",
    "feeds": "no feed",
    "chain": "no chain",
}


def findings_of(report: Report) -> Iterator[str]:
    """Yield what is missing: days, what lists leave out, pages of chains, and ways that have fallen silent."""
    yield from map(gap_words, report.calendar.gaps[:MOST])
    yield from map(hidden_words, report.calendar.hidden[:MOST])
    yield from map(category_words, [one for one in report.categories if one.in_no_list][:MOST])
    yield from map(hole_words, report.chain.chains.holes[:MOST])
    yield from map(break_words, report.chain.links.breaks[:MOST])
    for way in report.forgotten.silent_ways:
        yield f"{way} named no article in the last crawl, and did before"


def gap_words(gap: DayGap) -> str:
    """Return a gap in the calendar in words."""
    said = f"{_days(gap.first, gap.last)}: {many(gap.archived, 'article', 'articles')}, {gap.usual:,.0f} expected"
    there = [
        f"{count:,} {words}"
        for count, words in (
            (gap.failed, "failed"),
            (gap.not_read, "not read yet"),
            (gap.refused, "not to be asked for"),
            (gap.not_kept, "read and not stored"),
        )
        if count
    ]
    known = _ways(gap.expected)
    if there:
        return f"{said}; {', '.join(there)}" + (f" (known by {known})" if known else "")
    return said if gap.archived else f"{said}; no way knows any"


def hidden_words(hidden: HiddenDays) -> str:
    """Return in words which days one way leaves out."""
    count = many(hidden.articles, "article", "articles")
    by = f"{hidden.alone} alone" if hidden.alone else _ways(hidden.known_by)
    return f"{_days(hidden.first, hidden.last)} is in {_ONE[hidden.way]}: {count} known by {by}"


def category_words(category: CategoryReport) -> str:
    """Return in words that no list shows a category."""
    by = f"{category.alone} alone" if category.alone else _ways(category.ways)
    count = many(category.articles, "article", "articles")
    return f"category {plain(category.name)} is in no list: {count}, known by {by}" if by else (
        f"category {plain(category.name)} is in no list: {count}, known by no way"
    )  # fmt: skip


def hole_words(hole: Hole) -> str:
    """Return a hole of a chain in words."""
    where = (
        f"between {hole.older} and {hole.newer}"
        if hole.older and hole.newer
        else f"after {hole.older}"
        if hole.older
        else f"before {hole.newer}"
    )
    if not hole.pages:
        once = f"; one of them once led to {plain(hole.once)}" if hole.once else ""
        return f"the chain is parted {where}: the one ends and the other begins, and none names what is between{once}"
    reason = f" ({plain(hole.reason)})" if hole.reason else ""
    first, last = plain(hole.pages[0]), plain(hole.pages[-1])
    if hole.archived:
        return f"the chain leads {where} to {first}, which is gone from the site; the archive holds it"
    if first != last:
        because = _BECAUSE[hole.because].removeprefix("it ")
        return (
            f"the chain has a hole {where}: the pages from {first} to {last} are missing; the first {because}{reason}"
        )
    return f"the chain has a hole {where}: {first} is missing, {_BECAUSE[hole.because]}{reason}"


def break_words(broken: Break) -> str:
    """Return a break of a chain in words."""
    opposite = "previous" if broken.side == "next" else "next"
    named = broken.names if broken.names is not None else "nothing"
    side = "next" if broken.side == "next" else "previous"
    return (
        f"the chain breaks: {broken.page} names {broken.neighbour} as {side}, which names {plain(named)} as {opposite}"
    )


def _days(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _ways(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{way} ({count:,})" for way, count in counts.items() if count)
