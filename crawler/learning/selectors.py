"""Selectors that may lead to an element: its own names, and short ways from an ancestor that has one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from .names import Names

_HIGH = 10
"""Ancestors that may be the anchor of a way."""
_SHORT = 3
"""Steps of a way."""
_MOST = 80
"""Selectors of one element."""
_POSITION = 1.5
"""What it costs to count siblings: a line that is added moves them."""

_SAYS_SO = 1.0
"""What it is worth that a name tells what its element holds."""
_SPEAKING = {
    field: re.compile(words, re.IGNORECASE)
    for field, words in {
        "title": "title|headline|biaoti|^h1",
        "published": "publish|time|date|shijian|riqi",
        "modified": "modif|update",
        "source": "source|laiyuan|from",
        "author": "author|byline|zuozhe|writer",
        "editor": "editor|bianji",
        "views": "view|hits|read|click|liulan",
        "category": "categor|crumb|section|lanmu",
        "body": "body|content|text|article|entry|zhengwen|neirong|story",
        "prev": "prev|previous|older|shang",
        "next": "next|newer|xia",
    }.items()
}


def selectors(element: HtmlElement, names: Names, field: str) -> list[tuple[str, float]]:
    """Return selectors for an element and what each costs a reader, the most readable first."""
    found: dict[str, float] = {}
    speaking = _SPEAKING.get(field)
    for css, cost in _ways(element, names):
        last = css.rpartition(" ")[2]
        cost -= _SAYS_SO * bool(speaking and speaking.search(last))
        found[css] = min(cost, found.get(css, cost))
    return sorted(found.items(), key=lambda way: (way[1], len(way[0]), way[0]))[:_MOST]


def _ways(element: HtmlElement, names: Names) -> Iterator[tuple[str, float]]:
    own = names.of(element)[:6]
    yield from names.of(element, bare=False)
    path = [element]
    for high, anchor in enumerate(element.iterancestors(), start=1):
        if high > _HIGH or anchor.tag in ("body", "html"):
            return
        called = names.of(anchor, bare=False)[:2]
        for above, cost in called:
            for css, more in own:
                yield f"{above} {css}", cost + more + 0.5 + 0.1 * high
            if high <= _SHORT:
                for way, more in _down(path):
                    yield f"{above} > {way}", cost + more
            # A position below an anchor that is further up.
            yield from ((f"{above} {css}", cost + more + 0.2 * high) for css, more in _positions(element))
        path.insert(0, anchor)


def _down(path: list[HtmlElement]) -> Iterator[tuple[str, float]]:
    """Yield the ways down a path of children: by tags alone, and by their positions where these matter."""
    yield " > ".join(str(element.tag) for element in path), _cost(path)
    steps = []
    positions = 0
    for element in path:
        position = next(_positions(element), None)
        positions += position is not None
        steps.append(position[0] if position else str(element.tag))
    if positions:
        yield " > ".join(steps), _cost(path) + _POSITION * positions
        for (last, _), way in ((position, steps[:-1]) for position in _positions(path[-1])):
            yield " > ".join([*way, last]), _cost(path) + _POSITION * positions + 0.1


def _cost(path: list[HtmlElement]) -> float:
    return 3.0 + 1.0 * len(path)


def _positions(element: HtmlElement) -> Iterator[tuple[str, float]]:
    """Yield an element's place among siblings of its kind; nothing where it is the only one."""
    parent = element.getparent()
    alike = [] if parent is None else [child for child in parent if child.tag == element.tag]
    if len(alike) < 2:
        return
    place = alike.index(element)
    cost = 4.0 + _POSITION
    if place == 0:
        yield f"{element.tag}:first-of-type", cost
    elif place + 1 == len(alike):
        yield f"{element.tag}:last-of-type", cost
    if 0 < place < 4:
        yield f"{element.tag}:nth-of-type({place + 1})", cost + 0.5
