"""What a page needs to look right when it is replayed: its pictures and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from crawler.discovery.links import LONGEST_URL
from crawler.discovery.refusals import is_counter

if TYPE_CHECKING:
    from crawler.extraction.document import Document

MOST = 500
"""Requisites of one page, or of one stylesheet."""

_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^'")\s][^)\s]*))\s*\)""", re.IGNORECASE)
_IMPORT = re.compile(r"""@import\s+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CANDIDATE = re.compile(r"[\s,]*([^\s,](?:\S*[^\s,])?)")


def requisites_of(document: Document) -> list[str]:
    """Return the addresses of a page's pictures, stylesheets and icons, each once, in the page's order."""
    found: dict[str, None] = {}
    for href in _named(document):
        url = document.link(href) if href.strip() else None
        if url is not None and _wanted(url):
            found[url.partition("#")[0]] = None
    return list(found)[:MOST]


def requisites_of_css(text: str, url: str) -> list[str]:
    """Return the addresses that the stylesheet at `url` names, each once.

    >>> requisites_of_css("@import 'b.css'; a{background:url( '/x.png' )} /* url(no.png) */ i{src:url(data:,x)}",
    ...                   "https://a.cn/css/a.css")
    ['https://a.cn/css/b.css', 'https://a.cn/x.png']
    """
    found: dict[str, None] = {}
    plain = _COMMENT.sub(" ", text)
    for pattern in (_IMPORT, _URL):
        for match in pattern.finditer(plain):
            try:
                named = urljoin(url, next(filter(None, match.groups()), "")).partition("#")[0]
            except ValueError:  # an unclosed [ of an IPv6 address
                continue
            if named != url and _wanted(named):
                found[named] = None
    return list(found)[:MOST]


def _named(document: Document) -> Iterator[str]:
    for element in document.tree.xpath("//img | //source[@srcset] | //link[@href and @rel]"):
        if element.tag == "link":
            rel = set(element.get("rel").lower().split())
            if rel & {"stylesheet", "icon", "apple-touch-icon"}:
                yield element.get("href")
        else:
            yield element.get("src") or ""
            first = _CANDIDATE.match(element.get("srcset") or "")
            if first is not None:
                yield first[1]


def _wanted(url: str) -> bool:
    return url.startswith(("http://", "https://")) and len(url) <= LONGEST_URL and not is_counter(url)
