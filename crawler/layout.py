"""A layout: one site's design over a period, as data."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """CSS selectors of one design; a field without one is read the generic way.

    A selector names the element that holds the field. Append `::attr(name)` to take an attribute instead of the text.
    An element may hold its label as well, and further fields: of `来源：新华网 作者：张三` the source is what stands
    behind its own label. An element that is there and states nothing (`来源：`, 上一篇：没有了) says that the page has
    none; where a selector matches no element the field is read the generic way, and so is a text, title or time that
    its element lacks.
    """

    title: str | None = None
    category: str | None = None
    published: str | None = None
    modified: str | None = None
    source: str | None = None
    author: str | None = None
    editor: str | None = None
    body: str | None = None
    """Matches the body's container, or each of its paragraphs."""
    views: str | None = None
    prev: str | None = None
    """Matches the link itself."""
    next: str | None = None
    articles: str | None = None
    """Regular expression that is found in the path and query of each article's address and in no other page's; without
    one, pages are told apart by what they are."""
    zone: str | None = None
    """IANA name of the site's clock, `Asia/Shanghai`."""
    until: date | None = None
    """Last day on which pages had this design; None for the design of today."""

    def __post_init__(self) -> None:
        """Raise re.error for a pattern that is none: sooner than on a page."""
        re.compile(self.articles or "")
