"""A page to learn from: its tree, and what the generic way reads in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from lxml.html import HtmlElement

from crawler.discovery.kinds import is_article
from crawler.extraction import Document, Unreadable, parse
from crawler.extraction.article import read_with_places
from crawler.extraction.layouts import Reader
from crawler.extraction.reading import Place
from crawler.items import ArticleItem
from crawler.layout import Layout
from pipelines.dates import parse_moment

from .aligned import aligned

if TYPE_CHECKING:
    from archive import Article


@dataclass(eq=False, kw_only=True)
class Sample:
    """One article of the site. Compared by identity."""

    name: str
    """By which a person finds it: its address, or its file."""
    document: Document
    item: ArticleItem
    """As the generic way reads it, unless it `is_known`."""
    body: HtmlElement | None
    """The element that the generic way takes the text from."""
    text: range
    """The places of the text's lines."""
    fetched: date | None = None
    """When the server answered; None where nobody knows."""
    is_misread: bool = False
    """Whether the generic way misreads it: it is in quarantine."""
    is_known: bool = False
    """Whether `item` is what is known of it from before, and not what the generic way reads."""
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.document, Layout())

    @property
    def day(self) -> date | None:
        """When it was published."""
        moment = parse_moment(self.item.published) if self.item.published else None
        return moment.at.date() if moment else None


def sampled(
    name: str,
    body: bytes,
    url: str,
    headers: Mapping[str, str] | None = None,
    *,
    fetched: date | None = None,
    is_misread: bool = False,
    known: Article | None = None,
) -> Sample | None:
    """Return a page to learn from; None where it is no article or cannot be read.

    One that is misread is an article whatever it looks like, and says what is `known` of it from before.
    """
    try:
        document = parse(body, url, headers)
    except Unreadable:
        return None
    if known is not None:
        item, element, text = aligned(document, known)
        return Sample(name=name, document=document, item=item, body=element, text=text, fetched=fetched,
                      is_misread=True, is_known=True)  # fmt: skip
    reading = read_with_places(document)
    if not is_misread and not is_article(document, reading.item):
        return None
    place = next((found.place for found in reading.found if found.name == "body"), Place())
    return Sample(
        name=name,
        document=document,
        item=reading.item,
        fetched=fetched,
        is_misread=is_misread,
        body=place.elements[0] if place.elements else None,
        text=range(0) if place.first is None or place.last is None else range(place.first, place.last + 1),
    )
