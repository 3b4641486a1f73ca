"""What articles say of their neighbours, and whether the neighbours say so too."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from crawler.coverage.holdings import END, LOST, NEVER, SIDES, SILENT, Holdings, Side

MOST = 1_000
"""Breaks and holes that are named; all are counted."""
_OTHER: dict[Side, Side] = {"prev": "next", "next": "prev"}
_DAY = 86_400
_AGREED = 0.9
"""Of the links to `next`: from so many that lead to newer articles on, newer is what it means."""

Direction = Literal["newer", "older", "mixed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A neighbour that does not name the article which names it."""

    page: str
    """The article's address."""
    side: Side
    neighbour: str
    """What it names there."""
    names: str | None
    """What the neighbour names instead; None where it names nothing."""


@dataclass(kw_only=True, slots=True)
class Links:
    """How the neighbours of all articles answer."""

    articles: int = 0
    """Articles that name a neighbour, or say that there is none."""
    named: int = 0
    """Links to neighbours that the archive holds."""
    reciprocal: int = 0
    """Links that the neighbour answers: A.next = B and B.prev = A."""
    crossed: int = 0
    """Links that it answers under the same word: A.next = B and B.next = A."""
    outdated: int = 0
    """Links between articles of which one was read before the other was published: what it said was true then."""
    unanswered: int = 0
    """Links whose neighbour names another, or nothing."""
    elsewhere: int = 0
    """Links to another site."""
    explicit_ends: int = 0
    """Sides at which a page says that there is none, and at which no other article has one either."""
    silent_ends: int = 0
    """Sides at which it says nothing, of articles that name a neighbour on the other."""
    newer: int = 0
    """Links called next that lead to newer articles."""
    older: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def next_is(self) -> Direction | None:
        """Whether next is newer or older; None where nothing tells."""
        return direction(self.newer, self.older)


def direction(newer: int, older: int) -> Direction | None:
    """Return what next means.

    >>> direction(99, 1), direction(0, 5), direction(3, 3), direction(0, 0)
    ('newer', 'older', 'mixed', None)
    """
    total = newer + older
    if not total:
        return None
    return "newer" if newer >= _AGREED * total else "older" if older >= _AGREED * total else "mixed"


def compare(holdings: Holdings) -> Links:
    """Return how neighbours answer each other."""
    links = Links()
    for a in range(len(holdings)):
        codes = [holdings.sides[side][a] for side in SIDES]
        links.articles += any(code != SILENT for code in codes)
        for side, b in zip(SIDES, codes, strict=True):
            if b >= 0:
                links.named += 1
                _count_direction(holdings, links, side, a, b)
                _answer(holdings, links, side, a, b)
            elif b not in (SILENT, END) and b > LOST:
                links.elsewhere += 1
    for _, _, code in ends(holdings):
        links.explicit_ends += code == END
        links.silent_ends += code == SILENT
    return links


def ends(holdings: Holdings) -> Iterator[tuple[int, Side, int]]:
    """Yield sides of articles at which a chain ends: article, side, and what it says there (END or SILENT).

    A side at which another article stands is no end, though the page was read before that came.
    """
    taken = {side: bytearray(len(holdings)) for side in SIDES}
    for side in SIDES:
        opposite = _OTHER[side]
        for code in holdings.sides[side]:
            if code >= 0:
                taken[opposite][code] = 1
    for a in range(len(holdings)):
        for side in SIDES:
            code, other = holdings.sides[side][a], holdings.sides[_OTHER[side]][a]
            linked = other >= 0 or other <= LOST or taken[_OTHER[side]][a]
            if code in (END, SILENT) and not taken[side][a] and (code == END or linked):
                yield a, side, code


def chains_of(holdings: Holdings, *, over_lost: bool = False) -> array[int]:
    """Return for each article a number that is the same in one chain: of articles that lead to each other.

    With `over_lost` a page that is missing holds those together which name it.
    """
    count = len(holdings)
    roots = array("q", range(count + (len(holdings.lost) if over_lost else 0)))

    def root(number: int) -> int:
        while roots[number] != number:
            roots[number] = number = roots[roots[number]]
        return number

    for side in SIDES:
        for a, code in enumerate(holdings.sides[side]):
            b = count + LOST - code if over_lost and code <= LOST else code
            if b >= 0 and (one := root(a)) != (other := root(b)):
                roots[max(one, other)] = min(one, other)
    return array("q", map(root, range(count)))


def name_of(holdings: Holdings, code: int) -> str | None:
    """Return the address behind what a side says; None where it says none."""
    if code >= 0:
        return holdings.url(code)
    return holdings.lost[LOST - code].url if code <= LOST else None


def _count_direction(holdings: Holdings, links: Links, side: Side, a: int, b: int) -> None:
    before, after = (holdings.at[a], holdings.at[b]) if side == "next" else (holdings.at[b], holdings.at[a])
    if NEVER not in (before, after):
        links.newer += after > before
        links.older += after < before


def _answer(holdings: Holdings, links: Links, side: Side, a: int, b: int) -> None:
    said = holdings.sides[_OTHER[side]][b]
    if said == a:
        links.reciprocal += 1
    elif holdings.sides[side][b] == a:
        links.crossed += 1
    elif _came_later(holdings, a, b) or (said >= 0 and _came_later(holdings, said, a)) or _came_later(holdings, b, a):
        links.outdated += 1
    else:
        links.unanswered += 1
        if len(links.breaks) < MOST:
            links.breaks.append(
                Break(page=holdings.url(a), side=side, neighbour=holdings.url(b), names=name_of(holdings, said))
            )


def _came_later(holdings: Holdings, a: int, b: int) -> bool:
    """Return whether an article was published after another was read, whose page cannot name it therefore."""
    if holdings.at[a] != NEVER:
        return holdings.at[a] >= holdings.fetched[b]
    return holdings.first[a] > holdings.fetched[b] + _DAY
