"""A page's elements by CSS selectors, most of which begin with a class, an id or a tag."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from lxml import etree
from lxml.html import HtmlElement
from parsel.csstranslator import HTMLTranslator

Match: TypeAlias = HtmlElement | str
"""An element, or the text of an attribute."""

# `div.story`, `#text > p`, `h1`: with its combinator and what follows.
_ANCHORED = re.compile(r"([a-zA-Z][\w-]*)?(?:([.#])([A-Za-z_][\w-]*))?(?:( ?> ?| )([a-zA-Z.#\[*].*))?", re.ASCII)


class Finder:
    """Selectors over one page: it is walked once for all classes and ids, where XPath walks it for each selector."""

    def __init__(self, tree: HtmlElement) -> None:
        self._tree = tree
        self._named: dict[str, list[HtmlElement]] | None = None

    def matches(self, selector: str) -> list[Match]:
        """Return a selector's matches in document order. Raises SelectorError for what is no CSS."""
        anchor, below = _parted(selector)
        if anchor is None:
            return compiled(selector)(self._tree)
        anchors = self._anchors(*anchor)
        if below is None:
            return list(anchors)
        if len(anchors) > 1:
            # One may lie in another: what is below them has an order of its own.
            return compiled(selector)(self._tree)
        return below(anchors[0]) if anchors else []

    def _anchors(self, tag: str | None, name: str | None) -> list[HtmlElement]:
        if name is None:
            return list(self._tree.iter(tag or "*"))
        if self._named is None:
            self._named = {}
            for element in self._tree.iter("*"):
                if own := element.get("id"):
                    self._named.setdefault(f"#{own}", []).append(element)
                if classes := element.get("class"):
                    for word in dict.fromkeys(classes.split()):
                        self._named.setdefault(f".{word}", []).append(element)
        found = self._named.get(name, [])
        return [element for element in found if element.tag == tag] if tag else found


@lru_cache(maxsize=4096)
def compiled(selector: str, prefix: str = "descendant-or-self::") -> Callable[[HtmlElement], list[Match]]:
    """Return what finds a selector's matches from an element on. Raises SelectorError for what is no CSS."""
    path = etree.XPath(HTMLTranslator().css_to_xpath(selector, prefix), smart_strings=False)

    def matches(element: HtmlElement) -> list[Match]:
        return list(path(element))  # type: ignore[arg-type]  # a path of elements or attributes gives a list

    return matches


@lru_cache(maxsize=4096)
def _parted(
    selector: str,
) -> tuple[tuple[str | None, str | None] | None, Callable[[HtmlElement], list[Match]] | None]:
    """Return what a selector begins with, as a tag and a class or id, and what finds the rest below it.

    >>> _parted("div.story")[0], _parted("#text > p")[0], _parted("a[rel=prev]")[0]
    (('div', '.story'), (None, '#text'), None)
    """
    found = _ANCHORED.fullmatch(selector)
    if found is None or not (found[1] or found[2]) or "," in selector:
        return None, None
    # Tags and names of HTML are in lower case in the tree, whatever a person writes.
    anchor = (found[1].lower() if found[1] else None, found[2] + found[3] if found[2] else None)
    if found[5] is None:
        return anchor, None
    return anchor, compiled(found[5], "child::" if ">" in found[4] else "descendant::")
