"""A page as one parsed tree, with the addresses that its links are relative to."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.html import strip_html5_whitespace

from .blocks import Block, blocks
from .charset import decode
from .overlong import cut_crowd, cut_overlong_tags

_NO_CONTROLS = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
# lxml.html's own lookup runs in Python, once for each element at each visit; forms are read as any other element here.
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
# An address that joining would leave as it is.
_ABSOLUTE = re.compile(r"https?://[\w.:@-]+/[^\s;?#\[\]]*")
# The same of one that is joined to nothing but the page's scheme and host.
_SEGMENT = r"[^\s/.;?#\[\]][^\s/;?#\[\]]*"
_ROOTED = re.compile(rf"/(?:{_SEGMENT}(?:/{_SEGMENT})*/?)?(?:\?[^\s#\[\]]+)?")


class Unreadable(ValueError):
    """The bytes are no page: empty, or not markup at all."""


@dataclass(kw_only=True)
class Document:
    """One page: parsed once, read by every field."""

    tree: HtmlElement
    """The root `html` element; comments and processing instructions are not in it."""
    url: str
    """As fetched; empty for a saved page whose address is not known."""
    encoding: str
    headers: Mapping[str, str] = field(default_factory=dict)
    """Response headers, names in lower case."""
    has_microdata: bool = True
    """Whether any element may have an `itemprop`."""
    is_cut: bool = False
    """Whether the page had more tags than are read."""

    @cached_property
    def base_url(self) -> str:
        """What relative links are relative to: `<base href>`, else the page's own URL."""
        stated = (base.get("href") for base in self.tree.iter("base"))
        href = next((href for href in stated if href is not None), None)
        return self.url if href is None else self._join(self.url, href)

    @cached_property
    def blocks(self) -> list[Block]:
        """The lines that a reader sees, in document order."""
        return blocks(self.tree)

    @cached_property
    def _origin(self) -> str:
        return "/".join(self.base_url.split("/")[:3]) if _ABSOLUTE.match(self.base_url) else ""

    def link(self, href: str | None) -> str | None:
        """Return the absolute http(s) address of a link, None for any other (`javascript:`, `mailto:`, nonsense).

        A link keeps its fragment; without a known page URL a relative link stays as it is.
        """
        href = strip_html5_whitespace(href or "")
        if _ABSOLUTE.fullmatch(href):
            return href
        if self._origin and _ROOTED.fullmatch(href):
            return self._origin + href
        joined = self._join(self.base_url, re.sub(r"[\t\n\r]", "", href))
        if not joined or re.match(r"(?!https?:)[a-z][a-z0-9+.-]*:", joined, re.IGNORECASE):
            return None
        return joined

    @staticmethod
    def _join(base: str, href: str) -> str:
        try:
            return urljoin(base, href)
        except ValueError:  # an unclosed [ of an IPv6 address
            return ""


def parse(body: bytes, url: str = "", headers: Mapping[str, str] | None = None) -> Document:
    """Return the page in `body`.

    Raises Unreadable where there is no markup and no text. Elements nested deeper than libxml2's limit (2,048) are cut,
    and so is what stands behind the 250,000th tag.
    """
    headers = {name.lower(): value for name, value in (headers or {}).items()}
    text, encoding = decode(body, headers.get("content-type"))
    if not text or text.isspace():
        raise Unreadable("the page is empty")
    if text.startswith(("%PDF-", "PK\x03\x04", "\x89PNG", "GIF8", "\ufffdPNG")) or text.count("\x00") > len(text) // 10:
        raise Unreadable("the page is no HTML")
    # A str with an XML declaration is refused by lxml; bytes with the parser told are not.
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(_ELEMENTS)
    is_whole = encoding == "utf-8" and "\ufffd" not in text and not body.startswith(BOM_UTF8)
    whole = (body if is_whole else text.encode("utf-8", "replace")).translate(_NO_CONTROLS)
    markup = cut_crowd(whole)
    is_cut = len(markup) < len(whole)
    del whole
    markup = cut_overlong_tags(markup)
    try:
        tree = document_fromstring(markup, parser=parser)
    except etree.ParserError:
        raise Unreadable("the page has no elements and no text") from None
    has_microdata = b"itemprop" in markup.lower()
    return Document(tree=tree, url=url, encoding=encoding, headers=headers, has_microdata=has_microdata, is_cut=is_cut)
