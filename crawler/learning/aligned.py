"""What a page that is misread must say, and where: its article is known from before the site was redesigned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from crawler.items import ArticleItem, Neighbour
from pipelines.dates import parse_moment
from pipelines.timewords import scan

if TYPE_CHECKING:
    from archive import Article, Link
    from crawler.extraction import Document
    from pipelines.dates import Moment

_HELD = 0.9
"""Share of the known text that its element holds, at least."""
_LONG = 200
"""Characters of an attribute; longer ones state no field."""
_ATTRIBUTES = ("datetime", "content", "title", "alt", "value")


def aligned(document: Document, known: Article) -> tuple[ArticleItem, HtmlElement | None, range]:
    """Return the article as the page words it, the element of its text, and the places of the text's lines.

    What is known and stands nowhere on the page is left out: the site may have edited it, or state it no more.
    """
    item = ArticleItem(url=document.url, language=known.language)
    body = _holder(document.tree, known.body)
    inside = set(body.iter()) if body is not None else set()
    places = [line.index for line in document.blocks if line.element in inside]
    texts = [line.text for line in document.blocks if line.element not in inside]
    texts += [text for _, _, text in attributes(document.tree)]
    if body is not None and known.body:
        item.body = known.body.split("\n\n")
    item.title = known.title if any(known.title in text for text in texts) else None
    for name in ("source", "author", "editor", "category"):
        value = getattr(known, name)
        setattr(item, name, value if value and any(value in text for text in texts) else None)
    item.published = _words(texts, known.published_raw)
    item.modified = _words(texts, known.modified_raw)
    addresses = {document.link(link.get("href")) for link in document.tree.iter("a") if link.get("href")}
    item.prev, item.next = (_neighbour(side, addresses) for side in (known.prev, known.next))
    return item, body, range(min(places), max(places) + 1) if places else range(0)


def attributes(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str, str]]:
    """Yield what elements are told beside their text, each with its element and the attribute's name."""
    for element in tree.iter("*"):
        for name, text in element.attrib.items():
            if (name.startswith("data-") or name in _ATTRIBUTES) and 0 < len(text) <= _LONG:
                yield element, str(name), text.strip()


def _holder(tree: HtmlElement, body: str | None) -> HtmlElement | None:
    """Return the innermost element that holds nearly all of a text."""
    paragraphs = [flat for text in (body or "").split("\n\n") if (flat := _flat(text))]
    if not paragraphs:
        return None
    whole = sum(map(len, paragraphs))

    def holds(element: HtmlElement) -> bool:
        text = _flat(element.text_content())
        return sum(len(one) for one in paragraphs if one in text) >= _HELD * whole

    found = None
    element: HtmlElement | None = tree
    while element is not None and holds(element):
        found = element
        element = next((child for child in element.iterchildren("*") if holds(child)), None)
    return found


def _words(texts: list[str], known: str | None) -> str | None:
    """Return the words in which a page states a known time: to the minute, else its day."""
    moment = parse_moment(known) if known else None
    if known is None or moment is None:
        return None
    if any(known in text for text in texts):
        return known
    words = [text[found.start : found.end].strip() for text in texts for found in scan(text)]
    read = [(one, other) for one in words if (other := parse_moment(one)) is not None]
    return next((one for is_same in (_same_minute, _same_day) for one, other in read if is_same(moment, other)), None)


def _same_minute(one: Moment, other: Moment) -> bool:
    return "day" not in (one.precision, other.precision) and one.at.replace(second=0) == other.at.replace(second=0)


def _same_day(one: Moment, other: Moment) -> bool:
    return one.at.date() == other.at.date()


def _neighbour(side: Link | None, addresses: set[str | None]) -> Neighbour | None:
    if side is None or side.url is None:
        # That there is none, a page may say or not.
        return None if side is None else Neighbour()
    return Neighbour(url=side.url, title=side.title) if side.url in addresses else None


def _flat(text: str) -> str:
    return "".join(text.split())
