"""The records of an XML file, however broken it is, read as a stream: no tree, no entities, no document type."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.discovery.entries import address
from crawler.extraction.charset import decode

MOST_ELEMENTS = 3_000_000
"""Elements of a file that are looked at; 50 MB of ordinary ones are fewer than a million."""
LONGEST_FIELD = 8_000
"""Characters of a field that are kept: more than of any address or title that is read."""

_MOST_LINKS = 20
"""Links of one entry."""

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_OF_LINKS = ("href", "rel", "type")
_OUTER = ("feed", "rss", "rdf", "channel")
"""Elements around entries whose `xml:base` holds for these."""

_STEP = 1 << 16
_HEAD = 1 << 14
"""Bytes within which the root element begins: behind comments, and behind what a broken site says before it."""
_SAMPLE = 1 << 16
_ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex|rss|RDF|feed|search|html)(?=[\s>/])", re.IGNORECASE)

# What is no reference that XML itself has, and what begins no tag. Without the first, `?a=1&b=2` would lose its end and
# an entity could stand for anything; at the second libxml2 stops, however lenient.
_STRAY = re.compile(
    rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});)|<(?!/?[A-Za-z_\x80-\xff]|!--|!\[CDATA\[|\?[A-Za-z])"
)
_SHORT = 12
"""Bytes by which it is known whether a & or < is stray."""
_NO_CONTROLS = bytes(32 if code < 32 and code not in b"\t\n\r" else code for code in range(256))
_OPEN, _CLOSE = b"<![CDATA[", b"]]>"
_SPARE = 500
"""Elements around the root: a closing tag that nothing opened, as of HTML in a text, closes one of them, not all."""


@dataclass(slots=True)
class Record:
    """One entry of a sitemap or feed: the text of what stands directly in it."""

    kind: str
    """The element's name without prefix, in lower case."""
    base: str
    """What its addresses are relative to."""
    fields: dict[str, str] = field(default_factory=dict)
    """By name without prefix, in lower case, the first that is not empty; within `news`, as news/title."""
    links: list[dict[str, str]] = field(default_factory=list)
    """The attributes of its links that have an `href`."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a file ended."""

    surplus: int
    """Records, counted by their closing tags, behind those that were read."""
    is_whole: bool
    """Whether all of it was looked at."""


Take = Callable[[Record], bool]


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
    found = _ROOT.search(head.decode(charset_of(head, content_type), "replace"))
    return found[1].lower() if found else None


def read_records(
    body: bytes, url: str, content_type: str, kinds: frozenset[str], wanted: frozenset[str], take: Take
) -> Ending:
    """Give each record of a file to `take`, until that returns False: from there on they are counted alone.

    `kinds` are the names of the elements that are records, `wanted` those of their fields, `url` the file's address.
    Any bytes will do: what is not well-formed is read as libxml2 recovers it.
    """
    target = _Target(url, kinds, wanted, take)
    parser = etree.XMLParser(
        target=target,
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
    )
    pieces = _escaped(_text_from_root(body, charset_of(body, content_type)))
    is_whole = True
    try:
        parser.feed(b"<_>" * _SPARE)
        for piece in pieces:
            parser.feed(piece)
            if target.is_full or target.elements > MOST_ELEMENTS:
                is_whole = target.is_full
                break
        else:
            parser.close()
    except etree.LxmlError:
        is_whole = False  # what was read until here stands
    target.finish()
    ends = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:%s)\s{0,9}>" % b"|".join(kind.encode() for kind in sorted(kinds)))
    return Ending(target.surplus + sum(len(ends.findall(piece)) for piece in pieces), is_whole)


class _Target:
    """What libxml2 tells of each element, made into records."""

    def __init__(self, url: str, kinds: frozenset[str], wanted: frozenset[str], take: Take) -> None:
        self._kinds, self._wanted, self._take = kinds, wanted, take
        self._base = url
        self._depth = 0
        self._record: Record | None = None
        self._record_at = 0
        self._space = ""
        """The record's namespace."""
        self._in_news = False
        self._field = ""
        self._field_at = 0
        self._words: list[str] = []
        self._room = 0
        self.is_full = False
        self.surplus = 0
        self.elements = 0

    def start(self, tag: Any, attrib: Any) -> None:
        """Begin an element."""
        attributes: Mapping[str, str] = attrib
        self._depth += 1
        self.elements += 1
        space, _, name = tag.rpartition("}")
        name = name.lower()
        if name in self._kinds:
            self.finish()  # the one before was not closed
            self._record = Record(name, _joined(self._base, attributes))
            self._record_at, self._space, self._in_news = self._depth, space, False
            if about := attributes.get(_ABOUT):
                self._record.fields["about"] = about[:LONGEST_FIELD]
        elif self._record is not None:
            below = self._depth - self._record_at
            if below == 1:
                self._in_news = name == "news"
                self._begin(name, space, attributes)
            elif below == 2 and self._in_news:
                self._begin(f"news/{name}", space, attributes)
        elif name in _OUTER:
            self._base = _joined(self._base, attributes)

    def _begin(self, name: str, space: str, attributes: Mapping[str, str]) -> None:
        assert self._record is not None
        # Pictures and players have titles of their own.
        if name == "title" and space not in ("", self._space) and "purl.org/dc/" not in space:
            return
        if name == "link" and "href" in attributes:
            if len(self._record.links) < _MOST_LINKS:
                self._record.links.append(
                    {key: attributes[key][:LONGEST_FIELD] for key in _OF_LINKS if key in attributes}
                )
            return
        if name == "guid" and attributes.get("isPermaLink", "").lower() == "false":
            return
        if name in self._wanted and name not in self._record.fields:
            self._field, self._field_at, self._room = name, self._depth, LONGEST_FIELD

    def data(self, data: Any) -> None:
        """Take text."""
        words: str = data
        if self._field and self._room > 0:
            self._words.append(words[: self._room])
            self._room -= len(words)

    def end(self, tag: Any) -> None:
        """End an element."""
        if self._field and self._depth == self._field_at:
            self._keep()
        if self._record is not None and self._depth == self._record_at:
            self.finish()
        self._depth -= 1

    def _keep(self) -> None:
        words = "".join(self._words).strip()
        if words and self._record is not None:
            self._record.fields[self._field] = words
        self._field = ""
        self._words.clear()

    def finish(self) -> None:
        """Hand over the record that is being read, if there is one."""
        if self._field:
            self._keep()
        if self._record is not None:
            if self.is_full:
                self.surplus += 1
            elif not self._take(self._record):
                self.is_full = True
            self._record = None

    def comment(self, text: Any) -> None:
        """Leave a comment out."""

    def close(self) -> None:
        """Nothing is left to do at the end of a file."""


def _joined(base: str, attributes: Mapping[str, str]) -> str:
    return address(attributes[_XML_BASE], base) or base if _XML_BASE in attributes else base


def _text_from_root(body: bytes, encoding: str) -> Iterator[str]:
    """Yield the text of a file from its root element on: a document type, and whatever stands before, is not read."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    has_root = False
    for start in range(0, len(body), _STEP):
        text = decoder.decode(body[start : start + _STEP], start + _STEP >= len(body))
        if not has_root:
            found = _ROOT.search(text)
            if found is None:
                return
            text, has_root = text[found.start() :], True
        yield text


def _escaped(pieces: Iterator[str]) -> Iterator[bytes]:
    """Yield a file in UTF-8 with each stray & and < outside CDATA escaped, and no control characters."""
    rest, in_cdata = b"", False
    for text in pieces:
        piece = rest + text.encode("utf-8", "replace").translate(_NO_CONTROLS)
        done, rest, in_cdata = _escape(piece, in_cdata)
        yield done
    if rest:
        yield rest if in_cdata else _STRAY.sub(_escape_one, rest)


def _escape(piece: bytes, in_cdata: bool) -> tuple[bytes, bytes, bool]:
    """Return a piece escaped, what of it must wait for the next piece, and whether that begins within CDATA."""
    found: list[bytes] = []
    at = 0
    while (end := piece.find(sign := _CLOSE if in_cdata else _OPEN, at)) >= 0:
        part = piece[at:end]
        found += (part if in_cdata else _STRAY.sub(_escape_one, part), sign)
        at, in_cdata = end + len(sign), not in_cdata
    edge = max(at, len(piece) - _SHORT)
    waits = (
        [piece.find(b"]", max(at, len(piece) - 2))] if in_cdata else [piece.rfind(b"&", edge), piece.rfind(b"<", edge)]
    )
    cut = max(waits)
    rest = piece[cut:] if cut >= 0 else b""
    part = piece[at:cut] if cut >= 0 else piece[at:]
    found.append(part if in_cdata else _STRAY.sub(_escape_one, part))
    return b"".join(found), rest, in_cdata


def _escape_one(found: re.Match[bytes]) -> bytes:
    return b"&amp;" if found[0] == b"&" else b"&lt;"
