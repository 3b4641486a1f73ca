"""Chains as runs of articles, and where between them pages are missing."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice, pairwise

from crawler.coverage.chain import MOST, Direction, chains_of, direction, ends
from crawler.coverage.holdings import LOST, NEVER, SIDES, Holdings, Side

_ONE_CATEGORY = 0.8
"""Of a chain's articles: from so many of one category on, the chain is that category's."""
_LONG = 3
"""Articles that a chain has at least whose ends are set beside those of another."""
_LISTED = 50
"""Chains that are told one by one, the longest."""


@dataclass(kw_only=True, slots=True)
class Hole:
    """Pages that are missing between two articles."""

    pages: list[str]
    """Those that the articles name; none where nothing names them."""
    because: str
    """gone, failed, refused, dropped, not_read, moved, no_article, not_kept, unknown (as of `LostPage`); parted where
    two chains of one category lie one behind the other, and none names what is between."""
    archived: bool
    """Whether the archive holds what is gone from the site."""
    older: str | None
    """The article before the hole in time, where one is known."""
    newer: str | None
    reason: str | None = None
    category: str | None = None
    once: str | None = None
    """Of a chain that is parted: where an earlier wording of one of the two led."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chain:
    """Articles that lead to each other."""

    articles: int
    category: str | None
    """None where it goes through several."""
    next_is: Direction | None
    oldest: str
    newest: str
    from_day: str | None
    to_day: str | None
    ends: int
    """Sides at which it ends by itself: two where nothing is missing."""


@dataclass(kw_only=True, slots=True)
class Chains:
    """All chains of a site."""

    chains: int = 0
    """Runs of archived articles, each of which leads to the next: a missing page parts them."""
    joined: int = 0
    """How many they are where a missing page that both sides name holds them together."""
    longest: int = 0
    alone: int = 0
    """Articles that no chain holds."""
    categories: int = 0
    """Categories that have chains of their own."""
    one_each: int = 0
    """Those of them that have just one."""
    listed: list[Chain] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    missing: int = 0
    """Pages that chains name and that the archive does not hold."""
    gone: int = 0
    """Pages that are gone from the site and that the archive holds."""


@dataclass(slots=True)
class _Run:
    """A chain while it is put together."""

    articles: int = 0
    oldest: int = -1
    newest: int = -1
    categories: Counter[int] = field(default_factory=Counter)
    newer: int = 0
    older: int = 0
    ends: list[tuple[int, Side, int]] = field(default_factory=list)
    """(article, side, what it says there): an end, or a page that is lost."""


def survey(holdings: Holdings) -> Chains:
    """Return the chains of a site and their holes. Raises Damaged."""
    runs = _runs(holdings)
    found = Chains(alone=len(holdings) - sum(run.articles for run in runs))
    found.chains, found.longest = len(runs), max((run.articles for run in runs), default=0)
    found.joined = sum(size > 1 for size in _sizes(chains_of(holdings, over_lost=True)))
    found.listed = [_told(holdings, run) for run in sorted(runs, key=lambda run: -run.articles)[:_LISTED]]
    owned = Counter(category for run in runs if (category := _category(run)) is not None)
    found.categories, found.one_each = len(owned), sum(count == 1 for count in owned.values())
    found.missing = sum(page.number is None for page in holdings.lost)
    found.gone = sum(holdings.gone)
    found.holes = _holes(holdings, runs)
    return found


def _runs(holdings: Holdings) -> list[_Run]:
    roots = chains_of(holdings)
    sizes = _sizes(roots)
    runs = defaultdict[int, _Run](_Run)
    for number, root in enumerate(roots):
        if sizes[root] > 1:
            _lengthen(runs[root], holdings, number)
    for end in ends(holdings):
        if sizes[roots[end[0]]] > 1:
            runs[roots[end[0]]].ends.append(end)
    return list(runs.values())


def _sizes(roots: array[int]) -> array[int]:
    """Return how many articles have each number, of a site most of which may be in no chain."""
    sizes = array("q", bytes(8 * len(roots)))
    for root in roots:
        sizes[root] += 1
    return sizes


def _lengthen(run: _Run, holdings: Holdings, number: int) -> None:
    run.articles += 1
    run.categories[holdings.category[number]] += 1
    at = holdings.at[number]
    if at != NEVER:
        if run.oldest < 0 or at < holdings.at[run.oldest]:
            run.oldest = number
        if run.newest < 0 or at > holdings.at[run.newest]:
            run.newest = number
    after = holdings.sides["next"][number]
    if after >= 0 and NEVER not in (at, holdings.at[after]):
        run.newer += holdings.at[after] > at
        run.older += holdings.at[after] < at
    run.ends += [(number, side, code) for side in SIDES if (code := holdings.sides[side][number]) <= LOST]


def _category(run: _Run) -> int | None:
    category, count = run.categories.most_common(1)[0]
    return category if count >= _ONE_CATEGORY * run.articles else None


def _told(holdings: Holdings, run: _Run) -> Chain:
    # One that says no date anywhere is shown by whichever article comes first.
    oldest, newest = (number if number >= 0 else 0 for number in (run.oldest, run.newest))
    if run.oldest < 0 and run.ends:
        oldest = newest = run.ends[0][0]
    category = _category(run)
    return Chain(
        articles=run.articles,
        category=None if category is None else holdings.categories[category],
        next_is=direction(run.newer, run.older),
        oldest=holdings.url(oldest),
        newest=holdings.url(newest),
        from_day=_day(holdings, oldest),
        to_day=_day(holdings, newest),
        ends=sum(code > LOST for _, _, code in run.ends),
    )


def _day(holdings: Holdings, number: int) -> str | None:
    return date.fromordinal(holdings.day[number]).isoformat() if holdings.day[number] else None


@dataclass(slots=True)
class _Gap:
    """A hole while it is put together, in numbers."""

    lost: list[int]
    """Of pages that the archive does not hold."""
    older: int | None = None
    newer: int | None = None


def _holes(holdings: Holdings, runs: list[_Run]) -> list[Hole]:
    """Return the holes in the order of time, those first that nothing fills."""
    gaps = _gaps(holdings)
    parted = list(_beside(holdings, runs, gaps))
    holes = [_hole_of(holdings, gap) for gap in _once_each(gaps)]
    holes += [_parted(holdings, older, newer) for older, newer in parted[: max(MOST - len(holes), 0)]]
    return (holes + list(_gone(holdings)))[:MOST]


def _once_each(gaps: dict[int, _Gap]) -> list[_Gap]:
    return list({id(gap): gap for gap in gaps.values()}.values())[:MOST]


def _gaps(holdings: Holdings) -> dict[int, _Gap]:
    """Return for each page that is missing the articles that name it."""
    gaps: dict[int, _Gap] = {}
    newer, older = _leads(holdings)
    for side in SIDES:
        for article, code in enumerate(holdings.sides[side]):
            if code > LOST:
                continue
            gap = gaps.setdefault(LOST - code, _Gap([LOST - code]))
            if (side == "next") == (newer >= older):
                gap.older = article
            else:
                gap.newer = article
    return gaps


def _leads(holdings: Holdings) -> tuple[int, int]:
    """Return how many links called next lead to newer and to older articles."""
    newer = older = 0
    for a, b in enumerate(holdings.sides["next"]):
        if b >= 0 and NEVER not in (before := holdings.at[a], after := holdings.at[b]):
            newer += after > before
            older += after < before
    return newer, older


def _beside(holdings: Holdings, runs: list[_Run], gaps: dict[int, _Gap]) -> Iterator[tuple[int, int]]:
    """Yield the articles at which a chain ends and the next of its category begins; join gaps between such two."""
    by_category = defaultdict[int, list[_Run]](list)
    for run in runs:
        category = _category(run)
        if category is not None and run.articles >= _LONG and run.ends and run.oldest >= 0:
            by_category[category].append(run)
    for some in by_category.values():
        some.sort(key=lambda run: holdings.at[run.oldest])
        for one, other in pairwise(some):
            if holdings.at[one.newest] > holdings.at[other.oldest]:
                continue  # they go side by side
            last, _, said = max(one.ends, key=lambda end: holdings.at[end[0]])
            first, _, says = min(other.ends, key=lambda end: holdings.at[end[0]])
            named = [code for code in (said, says) if code <= LOST]
            if not named:
                yield last, first
                continue
            gap = gaps[LOST - named[0]]
            gap.older, gap.newer = last, first
            if len(named) > 1 and named[0] != named[1]:
                gap.lost += gaps[LOST - named[1]].lost
                gaps[LOST - named[1]] = gap


def _hole_of(holdings: Holdings, gap: _Gap) -> Hole:
    page = holdings.lost[gap.lost[0]]
    beside = gap.older if gap.older is not None else gap.newer
    return Hole(
        pages=[holdings.lost[number].url for number in gap.lost],
        because=page.because,
        archived=False,
        older=None if gap.older is None else holdings.url(gap.older),
        newer=None if gap.newer is None else holdings.url(gap.newer),
        reason=page.reason,
        category=None if beside is None else holdings.categories[holdings.category[beside]],
    )


def _parted(holdings: Holdings, older: int, newer: int) -> Hole:
    blank = ((number, side) for number in (older, newer) for side in SIDES if holdings.sides[side][number] < 0)
    once = (holdings.once(number, side) for number, side in blank)
    return Hole(
        pages=[],
        because="parted",
        archived=False,
        older=holdings.url(older),
        newer=holdings.url(newer),
        category=holdings.categories[holdings.category[older]],
        once=next(filter(None, once), None),
    )


def _gone(holdings: Holdings) -> Iterator[Hole]:
    """Yield the pages that chains lead to, that are gone from the site, and that the archive holds."""
    beside = defaultdict[int, _Gap](lambda: _Gap([]))
    newer, older = _leads(holdings)
    for side in SIDES:
        for article, code in enumerate(holdings.sides[side]):
            if code >= 0 and holdings.gone[code]:
                if (side == "next") == (newer >= older):
                    beside[code].older = article
                else:
                    beside[code].newer = article
    for number, gap in islice(beside.items(), MOST):
        yield Hole(
            pages=[holdings.url(number)],
            because="gone",
            archived=True,
            older=None if gap.older is None else holdings.url(gap.older),
            newer=None if gap.newer is None else holdings.url(gap.newer),
            category=holdings.categories[holdings.category[number]],
        )
