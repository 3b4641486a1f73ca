"""Fields read by the selectors of a site's layout."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from lxml.html import HtmlElement

from pipelines.counts import parse_count
from pipelines.dates import parse_moment
from pipelines.timewords import scan

from ..items import Neighbour
from ..layout import Layout
from .blocks import Block, blocks
from .body import Body
from .document import Document
from .labels import Label, find_labels, part_starts
from .labelwords import marks
from .neighbours import Side, read_neighbour
from .people import person
from .reading import Place, Words
from .selecting import Finder, Match
from .surroundings import Surroundings

WORDS = ("title", "category", "published", "modified", "source", "author", "editor", "views")
"""The fields that are words of the page."""

_TIMES = ("published", "modified")
_NUMBER = re.compile(r"\d[\d,.]*(?: ?[千万萬亿億kKwW](?![a-zA-Z]))?\+?")
_MOST = 50
"""Elements of one selector that are looked at: one that matches a whole page names nothing."""


class Reader:
    """One layout over one page."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.document = document
        self.layout = layout
        self.finder = Finder(document.tree)
        self._lines: dict[HtmlElement, tuple[list[Block], list[Label]]] = {}

    @property
    def is_of_the_page(self) -> bool:
        """Whether the layout's title or text is on the page, if it names any."""
        named = [name for name in ("title", "body") if getattr(self.layout, name)]
        return not named or any(map(self._matches, named))

    def words(self, name: str) -> Words | None:
        """Return what the first element (or attribute) states that the field's selector matches and that states any.

        None where it matches nothing; the text is empty where nothing that it matches states any.
        """
        matches = self._matches(name)[:_MOST]
        found = ((match, self._value(name, match)) for match in matches)
        match, text = next(((match, text) for match, text in found if text), (None, ""))
        if not matches:
            return None
        place = Place() if match is None or isinstance(match, str) else Place(elements=(match,))
        return Words(text=text, how="layout", confidence=1.0, place=place)

    def elements(self, name: str) -> list[HtmlElement]:
        """Return the elements that the field's selector matches."""
        return [match for match in self._matches(name) if not isinstance(match, str)]

    def neighbour(self, name: Side) -> tuple[Neighbour | None, Place]:
        """Return the neighbour whose link the selector matches, and where; None where it matches no link of that side.

        A link that says 没有了 is a neighbour without address: the page says that there is none.
        """
        for link in self.elements(name):
            found = read_neighbour(self.document, link, name)
            if found is not None:
                return found, Place(elements=(link,))
        return None, Place()

    def link_of(self, words: str | None, element: HtmlElement | None) -> str | None:
        """Return the address of the link in an element that shows just these words."""
        links = [] if element is None else [link for link in element.iter("a") if link.get("href")]
        return next((self.document.link(a.get("href")) for a in links if words == _folded(a)), None)

    def around(self, title: HtmlElement | None, body: Body | None) -> Surroundings:
        """Return where the title and the body stand that the layout has given."""
        return Surroundings(
            title=None if title is None else self._line(title, body.first if body else None),
            first=body.first if body else None,
            last=body.last if body else None,
        )

    def _line(self, element: HtmlElement, before: int | None) -> int | None:
        """Return the place of the last line above the body that an element shows."""
        inside, outside = set(element.iter()), set(element.iterancestors())
        words = _folded(element)
        own = (
            line.index
            for line in reversed(self.document.blocks[:before])
            if line.element in inside or (words and line.element in outside and words in line.text)
        )
        return next(own, None)

    def _matches(self, name: str) -> list[Match]:
        selector = getattr(self.layout, name)
        return self.finder.matches(selector) if selector else []

    def _value(self, name: str, match: Match) -> str:
        text = " ".join(match.split()) if isinstance(match, str) else _folded(match)
        if isinstance(match, str):
            # What machines are told is the value whole: `2021-07-26T11:43:00+08:00`.
            return text if name in _TIMES and parse_moment(text) else _trimmed(name, text)
        if name == "title":
            return text
        if match not in self._lines:
            # An element's own lines: of 来源： in the cell before it nothing is known, and nothing needs to be.
            lines = blocks(match)
            self._lines[match] = (lines, find_labels(lines))
        # An element that is not displayed, or in the head, has no lines.
        return stated(name, *self._lines[match]) if self._lines[match][0] else _trimmed(name, text)


def stated(name: str, lines: Sequence[Block], labels: Sequence[Label]) -> str:
    """Return what an element's lines state of a field: what its label says, else its words as far as another label.

    >>> from lxml.html import fromstring
    >>> lines = blocks(fromstring("<p>2021-07-26 11:43 新华网 来源：<a>人民网</a> 浏览：35 作者：</p>"))
    >>> [stated(name, lines, find_labels(lines)) for name in ("published", "source", "views", "author", "category")]
    ['2021-07-26 11:43', '人民网', '35', '', '2021-07-26 11:43 新华网']
    """
    own = [label.value for label in labels if label.kind == name]
    if own:
        return _trimmed(name, next(filter(None, own), ""), labelled=True)
    words = []
    for line in lines:
        others = [start for _, _, start, _ in marks(line.text, part_starts(line))]
        if name not in _TIMES and others:
            words.append(line.text[: min(others)])
            break
        words.append(line.text)
    return _trimmed(name, " ".join(" ".join(words).split()))


def _trimmed(name: str, text: str, *, labelled: bool = False) -> str:
    """Return the part of the words that is the field's value."""
    if name in _TIMES:
        found = next(scan(text), None)
        return text[found.start : found.end].strip() if found else ""
    if name in ("author", "editor"):
        return person(text) or ""
    if name == "views" and not labelled and parse_count(text) is None:
        numbers = _NUMBER.findall(text)
        return numbers[0] if len(numbers) == 1 else ""
    return text


def _folded(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def reader_of(document: Document, layouts: Sequence[Layout], day: Callable[[], date | None]) -> Reader | None:
    """Return the layout of the day over the page, or where that is not of this page another that is.

    After a redesign old articles are in the new design as well, when they are fetched again.
    """
    layout = fitting(layouts, day)
    if layout is None:
        return None
    reader = Reader(document, layout)
    if len(layouts) == 1 or reader.is_of_the_page:
        return reader
    others = (Reader(document, other) for other in layouts if other is not layout)
    return next((other for other in others if other.is_of_the_page), reader)


def fitting(layouts: Sequence[Layout], day: Callable[[], date | None]) -> Layout | None:
    """Return the layout of the day: the earliest whose last day is not past, else the one of today.

    The day is asked for where a layout has a last one, and only there.

    >>> old, new = Layout(body="#old", until=date(2021, 3, 1)), Layout(body="#new")
    >>> [fitting((new, old), lambda: day).body for day in (date(2020, 1, 1), date(2022, 1, 1), None)]
    ['#old', '#new', '#new']
    """
    dated = sorted((layout for layout in layouts if layout.until), key=lambda layout: layout.until or date.max)
    published = day() if dated else None
    for layout in dated if published else ():
        if layout.until and published and published <= layout.until:
            return layout
    return next((layout for layout in layouts if layout.until is None), None)
