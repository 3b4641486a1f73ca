"""A page to learn from: its tree, and what the generic way reads in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from lxml.html import HtmlElement

from crawler.discovery.kinds import is_article
from crawler.extraction import Document, Unreadable, parse
from crawler.extraction.article import read_with_places
from crawler.extraction.layouts import Reader
from crawler.extraction.reading import Place
from crawler.items import ArticleItem
from crawler.layout import Layout
from pipelines.dates import parse_moment


@dataclass(eq=False, kw_only=True)
class Sample:
    """One article of the site. Compared by identity."""

    name: str
    """By which a person finds it: its address, or its file."""
    document: Document
    item: ArticleItem
    """As the generic way reads it."""
    body: HtmlElement | None
    """The element that the generic way takes the text from."""
    text: range
    """The places of the text's lines."""
    reader: Reader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.document, Layout())

    @property
    def day(self) -> date | None:
        """When it was published."""
        moment = parse_moment(self.item.published) if self.item.published else None
        return moment.at.date() if moment else None


def sampled(name: str, body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Sample | None:
    """Return a page to learn from; None where it is no article or cannot be read."""
    try:
        document = parse(body, url, headers)
    except Unreadable:
        return None
    reading = read_with_places(document)
    if not is_article(document, reading.item):
        return None
    place = next((found.place for found in reading.found if found.name == "body"), Place())
    return Sample(
        name=name,
        document=document,
        item=reading.item,
        body=place.elements[0] if place.elements else None,
        text=range(0) if place.first is None or place.last is None else range(place.first, place.last + 1),
    )
