"""The article's text, wherever the page keeps it, with the pictures and files in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from ..items import Attachment, Image
from .blocks import Block
from .candidates import Map, Region, choose, survey
from .document import Document
from .hints import is_aside, is_caption
from .media import read_attachment, read_image
from .paragraphs import paragraphs
from .plain import around, plain_lines
from .trim import headline, trim

_BETWEEN = 0.3
"""Share of the whole page's best text that must lie between two marks for them to be believed."""
_PLAIN = 0.3
"""How sure a body without prose is."""
_FILES_BELOW = 6
"""Lines below the text in which its files are still offered."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """The text of an article and what lies in it."""

    element: HtmlElement
    """The container."""
    paragraphs: list[str]
    """In reading order."""
    images: list[Image]
    attachments: list[Attachment]
    first: int
    """Place of the body's first line among the page's blocks."""
    last: int
    """Place of its last line."""
    confidence: float
    """0 to 1."""


def find_body(
    document: Document,
    blocks: list[Block],
    *,
    title: str | None = None,
    after: int | None = None,
    before: int | None = None,
) -> Body | None:
    """Return the page's body, None where it has no text of its own (a list, a gallery).

    `title` is the headline where it is known. `after` and `before` are the places of the lines that the page itself
    marks above and below its text; they are not believed where little prose lies between them.
    """
    if not blocks:
        return None
    top = headline(blocks, title)
    page = survey(document.tree, blocks, top)
    first, last, best = _bounded(page, len(blocks), after, before, top)
    kept = trim(page, blocks, best, title, first, last) if best is not None else []
    told = any(page.scores[place] > 0 for place in kept if _is_between(place, after, before))
    if not told and (plain := plain_lines(page, blocks, top, after, before)):
        return _body(document, blocks, page, around(page, plain).element, plain, _PLAIN)
    if best is None or not kept:
        return None
    return _body(document, blocks, page, best.element, kept, _confidence(page, best, kept))


def read_body(document: Document, elements: list[HtmlElement]) -> Body | None:
    """Return the body in elements that a layout names: its container, or each of its paragraphs."""
    inside: set[HtmlElement] = set()
    outer = []
    for element in elements:
        if element not in inside:
            outer.append(element)
            inside.update(element.iter())
    lines = [line for line in document.blocks if line.element in inside]
    if not outer or not lines:
        return None
    container = outer[0] if len(outer) == 1 else _parent(outer[0])
    local = [replace(line, index=place) for place, line in enumerate(lines)]
    page = survey(container, local, None)
    kept = trim(page, local, page.regions[0], None, 0, len(local) - 1) if len(outer) == 1 else []
    # Paragraphs that a layout names one by one are taken as they are, and so is a text too short to be judged.
    kept = kept or [line.index for line in local if not is_caption(line.element)]
    if not kept:
        return None
    found = _body(document, local, page, container, kept, 1.0)
    return replace(found, first=lines[kept[0]].index, last=lines[kept[-1]].index)


def _is_between(place: int, after: int | None, before: int | None) -> bool:
    """Whether a line lies between two marks; what stands around a table is prose, too: who runs the site, and where."""
    return after is None or before is None or after < place < before


def _bounded(
    page: Map, size: int, after: int | None, before: int | None, top: int | None
) -> tuple[int, int, Region | None]:
    """Return the first and last line to take the body from, and the region that holds it."""
    first = 0 if after is None else after + 1
    last = size - 1 if before is None else before - 1
    free = choose(page, 0, size - 1, top)
    if (first, last) == (0, size - 1) or free is None:
        return 0, size - 1, free
    worth = free.total
    marked = choose(page, first, last, top)
    if marked is not None and marked.total >= _BETWEEN * worth:
        return first, last, marked
    return 0, size - 1, choose(page, 0, size - 1, top)


def _body(
    document: Document, blocks: list[Block], page: Map, element: HtmlElement, kept: list[int], confidence: float
) -> Body:
    images: dict[Image, None] = {}
    files: dict[Attachment, None] = {}
    for at, place in _media(page, element):
        if at.tag == "img" and place <= kept[-1] and (image := read_image(document, at)):
            images[image] = None
        elif at.tag == "a" and place <= kept[-1] + _FILES_BELOW and (file := read_attachment(document, at)):
            files[file] = None
    return Body(
        element=element,
        paragraphs=paragraphs([blocks[place] for place in kept]),
        images=list(images),
        attachments=list(files),
        first=kept[0],
        last=kept[-1],
        confidence=confidence,
    )


def _media(page: Map, container: HtmlElement) -> Iterator[tuple[HtmlElement, int]]:
    """Give the pictures and links of a container that lie in no aside, each with the place of a line near it."""
    place = 0
    known: dict[HtmlElement, bool] = {}
    for at in container.iter():
        region = page.by_element.get(at)
        if region is not None:
            place = max(place, region.first)
        elif at.tag in ("img", "a") and not _is_beside(page, at, known):
            yield at, place


def _is_beside(page: Map, at: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    path: list[HtmlElement] = []
    above: HtmlElement | None = at
    while above is not None and above not in known and above not in page.by_element:
        path.append(above)
        above = above.getparent()
    beside = above is not None and (known[above] if above in known else page.by_element[above].aside)
    for element in reversed(path):
        beside = known[element] = beside or is_aside(element)
    return beside


def _confidence(page: Map, best: Region, kept: list[int]) -> float:
    """Return the body's share of the page's prose, tempered by its length."""
    share = sum(max(0.0, page.scores[place]) for place in kept) / max(1.0, page.regions[0].prose)
    length = sum(max(0.0, page.scores[place]) for place in kept)
    return round(min(1.0, 0.4 + 0.4 * share + 0.2 * min(1.0, length / 600)), 2)


def _parent(element: HtmlElement) -> HtmlElement:
    parent = element.getparent()
    return element if parent is None else parent
