"""Which elements of a page hold a field's value, as the generic way reads it."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.html import HtmlElement

from crawler.extraction.layouts import WORDS
from pipelines.dates import parse_moment

from .aligned import attributes
from .samples import Sample

FIELDS = (*WORDS, "body", "prev", "next")
"""What a selector may be learnt for."""

_AROUND = 240
"""Characters that an element may have beside the value: a line of labels, no more."""
_UP = 3
_SHARE = 0.8
"""Share of the text's container that a container within it must hold."""
_STATED = {"published": ("datetime", "content", "title"), "modified": ("datetime", "content"), "author": ("content",)}
"""Attributes that machines read."""


def places(sample: Sample, name: str) -> list[tuple[HtmlElement, str]]:
    """Return the elements that may hold the value, each with the attribute that does, which is empty for its text."""
    if name == "body":
        return [(element, "") for element in _containers(sample)]
    value = getattr(sample.item, name)
    if not value:
        return []
    if name in ("prev", "next"):
        return [(link, "") for link in _links(sample, value.url)]
    found = dict.fromkeys((element, "") for element in _holders(sample, value))
    found.update(dict.fromkeys(_attributes(sample, name, value)))
    return list(found)


def _holders(sample: Sample, value: str) -> Iterator[HtmlElement]:
    """Yield the elements whose text has the value in it, and little else."""
    for line in sample.document.blocks:
        # What the text says of itself stands there wherever its author put it.
        if value not in line.text or line.index in sample.text:
            continue
        for element in line.element.iter("*"):
            if value in (text := _folded(element)) and len(text) <= len(value) + _AROUND:
                yield element
        for _, above in zip(range(_UP), line.element.iterancestors(), strict=False):
            if len(_folded(above)) > len(value) + _AROUND:
                break
            yield above


def _attributes(sample: Sample, name: str, value: str) -> Iterator[tuple[HtmlElement, str]]:
    if sample.is_known:
        # What a reader sees, an icon or a style may say: of what is known any attribute can be told.
        yield from (
            (element, attribute) for element, attribute, text in attributes(sample.document.tree) if text == value
        )
        return
    moment = parse_moment(value) if name != "author" else None
    for attribute in _STATED.get(name, ()):
        for element in sample.document.tree.iterfind(f".//*[@{attribute}]"):
            text = element.get(attribute, "").strip()
            if len(text) > 80:
                continue
            other = parse_moment(text) if moment else None
            if text == value or (moment and other and other.at.date() == moment.at.date()):
                yield element, attribute


def _links(sample: Sample, url: str | None) -> Iterator[HtmlElement]:
    for link in sample.document.tree.iter("a") if url else ():
        if link.get("href") and sample.document.link(link.get("href")) == url:
            yield link


def _containers(sample: Sample) -> Iterator[HtmlElement]:
    """Yield the element of the text, those right around it, and those in it that hold nearly all of it."""
    if sample.body is None:
        return
    yield sample.body
    for _, above in zip(range(_UP), sample.body.iterancestors(), strict=False):
        if above.tag not in ("body", "html"):
            yield above
    whole = len(sample.body.text_content())
    inner = sample.body
    while True:
        child = next((child for child in inner.iterchildren("*") if len(child.text_content()) >= _SHARE * whole), None)
        if child is None or child.tag in ("p", "br"):
            return
        yield child
        inner = child


def _folded(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
