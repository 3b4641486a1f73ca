"""The time that a page's scripts keep under a name of publication: what a page that scripts fill states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from .document import Document

# The surest first: `publish_time`, `pubDate`; `create_time`, `ct`, which may be that of a draft.
_NAMES = (
    r"(?:first_?|ori_?|article_?|news_?)?(?:publish(?:ed)?|pub|release|issue)_?(?:time|date|at|on)(?:_?str)?",
    r"(?:ori_?|article_?|news_?)?(?:creat(?:e|ed)|post(?:ed)?|add|input)_?(?:time|date|at|on)(?:_?str)?"
    r"|ct|ctime|ptime|newstime",
)
_VALUE = re.compile(
    # It begins with what an expression is searched for by: not with what stands before.
    r"([12](?<!\d[12])(?:(?:(?<=1)9|(?<=2)0)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    r"(?:[T ]\d{1,2}:\d\d(?::\d\d(?:\.\d{1,6})?)?"
    r"(?:Z|[+-]\d\d:?\d\d)?)?"
    r"|(?<=1)[0-9]\d{8}(?:\d{3})?(?!\d)))"
)
_FORMS = tuple(
    # In JSON (its quotes may be escaped once more) and in assignments.
    re.compile(rf"(?<![\w$-])(?i:{name})\\?[\"']?\s{{0,3}}[:=]\s{{0,3}}(?:new Date\()?\\?[\"']?$")
    for name in _NAMES
)
_BEFORE = 60
"""Characters before a time in which its name stands."""
_LOOKED_AT = 5000
"""Times of all scripts that are looked at: data of a whole site may hold more."""
_MOST = 3
"""Times under one name that may still be the article's and its neighbours'; more are a list's."""


def scripted_times(document: Document) -> Iterator[tuple[str, HtmlElement]]:
    """Yield the words of a publication's time in scripts with the script, the surest first."""
    found: tuple[dict[str, HtmlElement], ...] = tuple({} for _ in _FORMS)
    for words, before, script in islice(_times(document), _LOOKED_AT):
        for named, form in zip(found, _FORMS, strict=True):
            if form.search(before):
                named.setdefault(words, script)
    for named in found:
        if 0 < len(named) <= _MOST:
            yield next(iter(named.items()))


def _times(document: Document) -> Iterator[tuple[str, str, HtmlElement]]:
    for script in document.tree.iter("script"):
        text = script.text or ""
        for match in _VALUE.finditer(text):
            yield match[1], text[max(0, match.start() - _BEFORE) : match.start()], script
