"""Pictures and files in an article: where their addresses hide, which are decoration."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from ..items import Attachment, Image
from .document import Document
from .hints import is_caption

_LAZY = (
    "data-src data-original data-lazy-src data-actualsrc data-original-src data-lazy data-url data-echo data-srcset "
    "data-lazy-srcset".split()
)
_DECORATION = re.compile(
    r"(?<![a-z])(spacer|blank|pixel|loading|placeholder|icons?|logo|avatar|emoji|smil(ey|ies)|1x1|transparent|qrcode|"
    r"arrow|bullet|btn|button|share|tracking)(?![a-z])",
    re.IGNORECASE,
)
_FILE = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|wps|et|dps|ofd|odt|ods|odp|rtf|csv|zip|rar|7z|gz)$", re.IGNORECASE)
_MAYBE_FILE = re.compile("%|" + _FILE.pattern.removesuffix("$"), re.IGNORECASE)
_SMALL = 50
"""Pixels; what is declared narrower or lower is an icon."""

_NEAR = 2
"""Elements between a picture and its caption."""


def read_image(document: Document, element: HtmlElement) -> Image | None:
    """Return the picture of an `img`, None for icons, counters and what has no address."""
    if any(_is_small(element.get(side)) for side in ("width", "height")):
        return None
    url = next(filter(None, map(document.link, _addresses(element))), None)
    if url is None or _DECORATION.search(_path(url).rpartition("/")[2]):
        return None
    return Image(url=url, alt=_folded(element.get("alt")), caption=_caption(element))


def read_attachment(document: Document, element: HtmlElement) -> Attachment | None:
    """Return the file that an `a` offers, None where it leads to a page."""
    href = element.get("href")
    if not href or not _MAYBE_FILE.search(href):
        return None
    url = document.link(href)
    if url is None or not _FILE.search(_path(url)):
        return None
    return Attachment(url=url, title=_folded(element.text_content()) or _folded(element.get("title")))


def _path(url: str) -> str:
    """Return the path of an address as a reader sees it; empty for nonsense."""
    try:
        return unquote(urlsplit(url).path)
    except ValueError:
        return ""


def _addresses(element: HtmlElement) -> Iterable[str]:
    """Return the addresses that an `img` may have, those that a script would load first."""
    for name in _LAZY:
        value = (element.get(name) or "").strip()
        if value:
            yield _largest(value) if "srcset" in name else value
    src = (element.get("src") or "").strip()
    if src and not src.startswith("data:"):
        yield src
    if element.get("srcset"):
        yield _largest(element.get("srcset") or "")


def _largest(srcset: str) -> str:
    """Return the last address of a `srcset`, which by custom is the largest.

    >>> _largest("a.jpg 320w, b.jpg 1024w")
    'b.jpg'
    """
    candidates = [part.split() for part in re.split(r",\s+", srcset.strip()) if part.split()]
    return candidates[-1][0].rstrip(",") if candidates else ""


def _is_small(size: str | None) -> bool:
    digits = re.match(r"\s*(\d{1,5})(px)?\s*$", size or "")
    return digits is not None and int(digits[1]) < _SMALL


def _caption(element: HtmlElement) -> str | None:
    """Return the words that a `figure`, or what stands for one, gives its picture."""
    at = element
    for _ in range(4):
        parent = at.getparent()
        if parent is None or parent.tag in ("body", "article", "main"):
            return None
        for other in (*islice(at.itersiblings(), _NEAR), *islice(at.itersiblings(preceding=True), _NEAR)):
            if isinstance(other.tag, str) and is_caption(other):
                return _folded(other.text_content())
        at = parent
    return None


def _folded(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None
