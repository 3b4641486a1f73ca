"""What is left out of a page so that it can be opened from a disk: whatever runs, and whatever would be fetched."""

from __future__ import annotations

import re
from collections.abc import Collection

from lxml.html import HtmlElement

from crawler.extraction import Document
from crawler.extraction.media import read_image
from crawler.items import Image

from .marking import MARK
from .textnodes import writable

_DROPPED = frozenset(
    "script noscript template iframe frame frameset noframes noembed object embed applet param link meta base portal "
    "audio video source track svg canvas map title dialog fencedframe bgsound".split()
)
_RENAMED = {"form": "div", "xmp": "pre", "plaintext": "pre", "listing": "pre", "textarea": "div"} | dict.fromkeys(
    ("marquee", "blink"), "span"
)
"""What would act, or be read otherwise when it is opened again."""
_KEPT = frozenset(
    "class id style title dir lang align valign width height border cellpadding cellspacing colspan rowspan bgcolor "
    "color face size type start value placeholder nowrap hidden open datetime".split()
)
_INPUTS = frozenset(("text", "search", "submit", "button", "checkbox", "radio", ""))
_FETCHED = re.compile(r"(?:image-set|image|src|url)\s*\([^)]*\)?", re.IGNORECASE)
_FIXED = re.compile(r"position\s*:\s*(?:fixed|sticky)", re.IGNORECASE)
_IMPORTED = re.compile(r"@import[^;]*;?", re.IGNORECASE)
_SMALL = 4
"""Pixels of a picture that only holds a place open or counts a visit."""
IMAGE = "newsreel-image"
"""The class of what stands for a picture."""


def clean(document: Document, taken: Collection[Image]) -> str:
    """Strip a page's tree, and return the style that it brought with it. `taken` are the pictures of the article."""
    styles: list[str] = []
    pictures = frozenset(image.url for image in taken)
    for element in list(document.tree.iter()):
        if element.tag == "style":
            styles.append(clean_style(element.text or ""))
        if element.tag == "style" or element.tag in _DROPPED or not isinstance(element.tag, str):
            _drop(element)
        elif element.tag == "img":
            _stand_in(document, element, pictures)
        elif element.tag == "input" and (element.get("type") or "").lower() not in _INPUTS:
            _drop(element)
        else:
            _strip(document, element)
    return "\n".join(filter(None, styles))


def clean_style(text: str) -> str:
    """Return a style sheet that fetches nothing and stays within its place.

    >>> clean_style("p{background:url(a.png) red}@import 'b.css'; i{position: fixed}</style>")
    'p{background:none red} i{position:static}/style>'
    """
    text = _IMPORTED.sub("", text.replace("<", ""))
    return _FIXED.sub("position:static", _FETCHED.sub("none", text)).strip()


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _strip(document: Document, element: HtmlElement) -> None:
    link = document.link(element.get("href")) if element.tag == "a" and element.get("href") else None
    if element.tag in _RENAMED:
        element.tag = _RENAMED[element.tag]
    own = MARK in (element.get("class") or "").split()
    kept = [name for name in (*_KEPT, *(["data-label"] if own else [])) if name in element.attrib]
    values = {name: writable(element.attrib[name]) for name in kept}
    # Cleared whole: a broken page has attributes of names that can't even be named to be deleted.
    element.attrib.clear()
    element.attrib.update(values)
    if element.get("style"):
        element.set("style", writable(clean_style(element.get("style", ""))))
    if link:
        # Where it leads is told and not followed: the page stays as it was read.
        element.set("title", writable(link))
        element.set("class", writable(f"{element.get('class') or ''} newsreel-link").strip())


def _stand_in(document: Document, element: HtmlElement, taken: frozenset[str]) -> None:
    """Put a box with a picture's name where the picture was; what is in the page itself stays."""
    image = read_image(document, element)
    source, small = element.get("src") or "", _is_small(element)
    if small or (not source and image is None):
        _drop(element)
        return
    is_taken = image is not None and image.url in taken
    name = (element.get("alt") or "").strip() or source.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
    inside = source.startswith(("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp"))
    if not inside:
        element.tag = "span"
    element.attrib.clear()
    if inside:
        element.set("src", writable(source))
    element.set("class", f"{IMAGE} {IMAGE}-taken" if is_taken else IMAGE)
    element.set("data-name", "picture in the page" if inside else writable(name[:80]))
    element.set("title", writable(image.url[:300] if image is not None and not inside else name[:80]))


def _is_small(element: HtmlElement) -> bool:
    sizes = [
        re.fullmatch(r"\s{0,9}(\d{1,6})\s{0,9}(?:px)?\s{0,9}", element.get(side) or "") for side in ("width", "height")
    ]
    return any(size is not None and int(size[1]) <= _SMALL for size in sizes)
