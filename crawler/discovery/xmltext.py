"""The text of an XML file from its root element on, with what would stop libxml2 escaped."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from crawler.extraction.charset import decode

_STEP = 1 << 16
_HEAD = 1 << 14
"""Bytes within which the root element begins: behind comments, and behind what a broken site says before it."""
_SAMPLE = 1 << 16
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex|rss|RDF|feed|search|html)(?=[\s>/])", re.IGNORECASE)

# Ampersands that are meant as such, written as they should be or not: `?a=1&b=2` would lose its end. References to
# whatever a document type declares are among them, and stand for nothing.
_AMPERSAND = re.compile(rb"&amp;|&(?!(?:lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)")
# What begins no tag: libxml2 stops there, however lenient it is told to be.
_STRAY_OPENING = re.compile(rb"<(?!/?[A-Za-z_\x80-\xff]|!--|!\[CDATA\[|\?[A-Za-z])")
# Behind the first fault of a file libxml2 leaves all references out but those by number.
_NAMED = ((b"&lt;", b"&#60;"), (b"&gt;", b"&#62;"), (b"&quot;", b"&#34;"), (b"&apos;", b"&#39;"))
_SHORT = 12
"""Bytes by which it is known whether a & or < is stray."""
_NO_CONTROLS = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
_OPEN, _CLOSE = b"<![CDATA[", b"]]>"


def charset_of(body: bytes, content_type: str) -> str:
    """Return the charset of a file of any size, from its head and its first bytes beyond ASCII."""
    first = re.search(rb"[\x80-\xff]", body)
    start = max(_STEP // 16, first.start() if first else 0)
    return decode(body[: _STEP // 16] + body[start : start + _SAMPLE], content_type)[1]


def root_of(body: bytes, content_type: str) -> str | None:
    """Return the root element's name in lower case if it is that of a sitemap, a feed or a page; None for any other.

    >>> root_of(b"<?xml version='1.0'?><!-- a --><x:URLSET>", ""), root_of(b"plain", "")
    ('urlset', None)
    """
    head = body[:_HEAD]
    found = _root_in(head.decode(charset_of(head, content_type), "replace"))
    return found[1].lower() if found else None


def _root_in(text: str) -> re.Match[str] | None:
    # What a comment says is no root; its place is kept.
    return _ROOT.search(_COMMENT.sub(lambda comment: " " * len(comment[0]), text[:_HEAD]))


def text_from_root(body: bytes, encoding: str) -> Iterator[str]:
    """Yield the text of a file from its root element on: a document type, and whatever stands before, is not read."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    has_root = False
    for start in range(0, len(body), _STEP):
        text = decoder.decode(body[start : start + _STEP], start + _STEP >= len(body))
        if not has_root:
            found = _root_in(text)
            if found is None:
                return
            text, has_root = text[found.start() :], True
        yield text


class Escaping:
    """A file in UTF-8 with each stray & and < outside CDATA escaped, and no control characters."""

    def __init__(self) -> None:
        self.strays = 0
        """What was escaped so far, and sections of CDATA."""
        self._in_cdata = False

    def escaped(self, pieces: Iterator[str]) -> Iterator[bytes]:
        """Yield the file, piece by piece."""
        rest = b""
        for text in pieces:
            piece = rest + text.encode("utf-8", "replace").translate(_NO_CONTROLS)
            done, rest = self._pass(piece)
            yield done
        if rest:
            yield self._escape(rest)

    def _pass(self, piece: bytes) -> tuple[bytes, bytes]:
        """Return a piece escaped, and what of it must wait for the next."""
        found: list[bytes] = []
        at = 0
        while (end := piece.find(sign := _CLOSE if self._in_cdata else _OPEN, at)) >= 0:
            found += (self._escape(piece[at:end]), sign)
            self.strays += 1
            at, self._in_cdata = end + len(sign), not self._in_cdata
        edge = max(at, len(piece) - _SHORT)
        if self._in_cdata:
            cut = piece.find(b"]", max(at, len(piece) - 2))
        else:
            cut = max(piece.rfind(b"&", edge), piece.rfind(b"<", edge))
        rest = piece[cut:] if cut >= 0 else b""
        found.append(self._escape(piece[at : len(piece) - len(rest)]))
        return b"".join(found), rest

    def _escape(self, part: bytes) -> bytes:
        if self._in_cdata:
            return part
        part, ampersands = _AMPERSAND.subn(b"&#38;", part)
        part, openings = _STRAY_OPENING.subn(b"&#60;", part)
        for name, number in _NAMED:
            part = part.replace(name, number)
        self.strays += ampersands + openings
        return part
