"""The headline and the body of a page, each of which helps to find the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Block
from .body import Body, find_body
from .document import Document
from .labels import Label
from .neighbours import Mark
from .structured import Structured
from .surroundings import Surroundings
from .title import Title, find_title, title_above

_HEAD = 12
"""Lines below the title in which the line of time, source and views is looked for."""

_SAID = ("source", "author", "editor")


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What is known of a page before its text is found."""

    document: Document
    lines: list[Block]
    labels: Sequence[Label]
    marks: Sequence[Mark]
    structured: Structured
    title: str | None = None
    """What a layout gives as the headline."""
    given: Surroundings
    """Where the headline and the body stand that a layout gives."""
    has_body: bool = False
    """Whether a layout gives the body, which is not looked for then."""


def find_article(page: Page) -> tuple[Title | None, Body | None]:
    """Return the headline and the body, None for what the page has not or a layout gives."""
    title = find_title(page.document, page.lines, page.labels, page.structured) if page.title is None else None
    body = _find_body(page, title)
    top = _top(page, body)
    if page.title is None and top is not None and (title is None or not title.sure or (title.first or 0) > top):
        above = _find_title_above(page, title, top)
        if above is not None:
            return above, _find_body(page, above)
    return title, body


def _find_body(page: Page, title: Title | None) -> Body | None:
    if page.has_body:
        return None
    shown = (title.shown or title.text) if title else page.title
    after = _after(page, title)
    return find_body(page.document, page.lines, title=shown, after=after, before=_before(page, after))


def _top(page: Page, body: Body | None) -> int | None:
    """Return the line of the article's time, or that which its text begins with where the time is elsewhere."""
    times = [label.block for label in page.labels if label.kind == "published" and label.value]
    first, last = (body.first, body.last) if body else (page.given.first, page.given.last)
    if first is None or last is None:
        return next(iter(times), None)
    # On a page without structure the lines above the text were taken for a part of it.
    opening = range(first, min(first + 8, (first + last) // 2 + 1))
    return next((place for place in times if place in opening), first)


def _find_title_above(page: Page, title: Title | None, top: int) -> Title | None:
    """Return the line above the text as the title where the page's metadata names none that it displays."""
    named = title is not None and (title.first is not None or title.how != "document-title")
    sure = not named and any(mark.block > top for mark in page.marks)
    above = title_above(page.document, page.lines, page.labels, top, sure=sure)
    return None if named and title and title.first is None else above


def _after(page: Page, title: Title | None) -> int | None:
    """Return the last line of the article's head."""
    last = title.last if title else page.given.title
    if last is None:
        return None
    head = range(last, last + _HEAD)
    stated = [
        label.block for label in page.labels if label.block in head and label.kind != "other" and label.name != "文"
    ]
    for place in stated:
        # Labels stand together; one further down belongs to the body.
        if place <= last + 4:
            last = place
    return last


def _before(page: Page, after: int | None) -> int | None:
    """Return the first line below the article that the page itself marks."""
    places = [mark.block for mark in page.marks if mark.block >= 0 and (after is None or mark.block > after)]
    first = min(places, default=None)
    if first is None:
        return None
    # A table of source and neighbours below the text: its cells are short lines of the article's own element.
    rows = [
        label.block
        for label in page.labels
        if first - 4 <= label.block < first and label.kind in _SAID and label.element.tag in ("td", "th", "dt")
    ]
    return min((row for row in rows if after is None or row > after), default=first)
