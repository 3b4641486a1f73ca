"""What an element may be called in a selector: its id, its classes, what its attributes say, its tag."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from .samples import Sample

_LEAST = 0.3
"""Share of the pages on which a name must be to mean anything: fields may be on some pages only."""
_PLAIN = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
# `post-123`, `article_5f3a`: the number is the page's, what stands before it the template's.
_STEM = re.compile(r"([A-Za-z]{2,}(?:[-_]+[A-Za-z]{2,})*[-_]+)\w*\d[\w-]*", re.ASCII)
# Of build tools, such as `css-1x2y3z`, `Post_body__3xKd9` or `sc-bdVaJa`: the next release has others.
_TAIL = re.compile(r"(?:^|[-_])([A-Za-z0-9]{5,})$")
_ATTRIBUTES = ("itemprop", "rel", "property", "name")
_MEANT = {"h1": 2.4, "title": 4.5, "article": 2.6, "time": 2.6, "main": 2.8, "h2": 3.0, "h3": 3.2}
"""Tags that say what they are for -> what they cost."""
_TAG = 4.0
_GENERATED = 8.0
"""What a name costs that the next release of a site may not have."""


def is_generated(name: str) -> bool:
    """Return whether a class or id looks as if a build tool had made it.

    >>> [is_generated(name) for name in ("css-1x2y3z", "Post_body__3xKd9", "sc-bdVaJa")]
    [True, True, True]
    >>> [is_generated(name) for name in ("post-body", "col-md-8", "article2", "postTitle", "entry-content")]
    [False, False, False, False, False]
    """
    tail = _TAIL.search(name)
    if tail is None:
        return False
    word = tail[1]
    numbers = len(re.findall(r"\d+(?=[A-Za-z])", word))
    turns = len(re.findall(r"[a-z][A-Z]", word))
    if word == name:
        # A name of one word: digits amid letters, several times.
        return numbers >= 2 or (len(word) >= 8 and re.fullmatch("[0-9a-f]*\\d[0-9a-f]*", word) is not None)
    return numbers >= 1 or (turns >= 2 and len(word) <= 8) or (turns >= 1 and len(word) <= 6)


def names_generated(selector: str) -> bool:
    """Return whether a selector hangs on such a name.

    >>> names_generated("#main > .css-1x2y3z"), names_generated('[class*="Post_body__"] > p:nth-of-type(2)')
    (True, False)
    """
    return any(map(is_generated, re.findall(r"[.#]([\w-]+)", selector)))


class Names:
    """The names of a design's elements, with the number of pages on which each is."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self._pages: Counter[str] = Counter()
        for sample in samples:
            self._pages.update({css for element in sample.document.tree.iter("*") for css, _ in _all(element)})
        self._least = _LEAST * len(samples)

    def of(self, element: HtmlElement, *, bare: bool = True) -> list[tuple[str, float]]:
        """Return what an element may be called and what that costs, the best first.

        With `bare` its tag is among them, which alone names nothing unless the tag itself means something.
        """
        found = {css: cost for css, cost in _all(element) if self._pages[css] >= self._least}
        if not bare:
            found.pop(str(element.tag), None) if str(element.tag) not in _MEANT else None
        return sorted(found.items(), key=lambda name: (name[1], name[0]))


def _all(element: HtmlElement) -> Iterator[tuple[str, float]]:
    tag = str(element.tag)
    yield tag, _MEANT.get(tag, _TAG)
    if own := element.get("id", "").strip():
        if not any(map(str.isspace, own)):
            plain = f"#{own}" if _PLAIN.fullmatch(own) else f'[id="{_quoted(own)}"]'
            yield plain, _GENERATED if is_generated(own) else 1.0
        if stem := _stem(own, generated=False):
            yield f'[id^="{stem}"]', 3.0
    for word in element.get("class", "").split():
        name = str(word)
        css = f".{name}" if _PLAIN.fullmatch(name) else f'[class~="{_quoted(name)}"]'
        generated = is_generated(name)
        yield css, _GENERATED if generated else 2.0
        if not generated:
            yield f"{tag}{css}", 2.5
        stem = _stem(name, generated=generated)
        if len(stem.strip("-_")) >= 4:
            yield f'[class*="{_quoted(stem)}"]', 4.0
    for attribute in _ATTRIBUTES:
        if (value := element.get(attribute)) and (attribute != "name" or tag == "meta") and len(value) <= 40:
            yield f'{tag if tag in ("meta", "a") else ""}[{attribute}="{_quoted(value)}"]', 2.2


def _stem(name: str, *, generated: bool) -> str:
    """Return what of a name is the template's: `Post_body__` of `Post_body__3xKd9`, `post-` of `post-123`."""
    found = _TAIL.search(name) if generated else _STEM.fullmatch(name)
    if found is None:
        return ""
    return name[: found.start(1)] if generated else found[1]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
