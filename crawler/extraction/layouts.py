"""Fields read by the selectors of a site's layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from lxml.html import HtmlElement
from parsel import Selector

from ..items import Neighbour
from ..layout import Layout
from .document import Document
from .reading import Place


class Reader:
    """One layout over one page."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.document = document
        self.layout = layout
        self.root = Selector(root=document.tree, type="html")

    def text(self, name: str) -> str | None:
        """Return the words of the first element (or attribute) that the field's selector matches and that has any."""
        selector = getattr(self.layout, name)
        for match in self.root.css(selector) if selector else ():
            root = match.root
            words = root if isinstance(root, str) else root.text_content()
            if folded := " ".join(words.split()):
                return folded
        return None

    def elements(self, name: str) -> list[HtmlElement]:
        """Return the elements that the field's selector matches."""
        selector = getattr(self.layout, name)
        return [match.root for match in self.root.css(selector) if not isinstance(match.root, str)] if selector else []

    def place(self, name: str) -> Place:
        """Return the elements that the field's selector names, whether it takes their text or an attribute."""
        selector = (getattr(self.layout, name) or "").partition("::")[0]
        matches = (match.root for match in self.root.css(selector)) if selector else ()
        return Place(elements=tuple(root for root in matches if not isinstance(root, str))[:1])

    def neighbour(self, name: str) -> Neighbour | None:
        """Return the link that the selector matches; None where it matches none."""
        for link in self.elements(name):
            title = " ".join(link.text_content().split()) or link.get("title")
            url = self.document.link(link.get("href")) if link.get("href") else None
            return Neighbour(url=url, title=title or None)
        return None


def fitting(layouts: Sequence[Layout], published: date | None) -> Layout | None:
    """Return the layout of the day: the earliest whose last day is not past, else the one of today.

    >>> old, new = Layout(body="#old", until=date(2021, 3, 1)), Layout(body="#new")
    >>> [fitting((new, old), day).body for day in (date(2020, 1, 1), date(2022, 1, 1), None)]
    ['#old', '#new', '#new']
    """
    dated = sorted((layout for layout in layouts if layout.until), key=lambda layout: layout.until or date.max)
    for layout in dated if published else ():
        if layout.until and published and published <= layout.until:
            return layout
    return next((layout for layout in layouts if layout.until is None), None)
