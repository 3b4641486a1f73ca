"""The records of an XML file, however broken it is, read as a stream: no tree, no entities, no document type."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crawler.discovery.entries import address
from crawler.discovery.xmltext import Escaping, charset_of, text_from_root

MOST_ELEMENTS = 1_500_000
"""Elements of a file that are looked at; 50 MB of ordinary ones are fewer than a million."""
MOST_DEPTH = 10_000
"""Elements within one another. Each that is never closed, as of HTML in a text, is one more."""
MOST_STRAYS = 1_000_000
"""Ampersands of a file, what else is escaped for it, and edges of CDATA."""
MOST_SILENCE = 4 << 20
"""Bytes of one tag, comment or text: libxml2 holds them, attributes at seven times their size, until they end."""
LONGEST_FIELD = 8_000
"""Characters of a field that are kept: more than of any address or title that is read."""

_MOST_LINKS = 20
"""Links of one entry."""

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_OF_LINKS = ("href", "rel", "type")
_OUTER = ("feed", "rss", "rdf", "channel")
"""Elements around entries whose `xml:base` holds for these."""

_BEHIND = ("link", "guid", "pubdate")
"""What stands behind a text, and seems to be within it where that is HTML that leaves a `<br>` open."""
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
    """Records behind those that were taken, to within a few: most are counted by their closing tags."""
    is_whole: bool
    """Whether all of it was looked at."""


Take = Callable[[Record], bool]


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
    text = text_from_root(body, charset_of(body, content_type))
    is_whole = _read(text, parser, target)
    surplus = target.surplus
    if not target.is_full:
        target.drop_field()  # a file that is cut off within an address names another one
        target.finish()
    else:
        ends = re.compile(rf"</(?:[\w.-]{{1,40}}:)?(?:{'|'.join(sorted(kinds))})\s{{0,9}}>", re.IGNORECASE)
        surplus += sum(len(ends.findall(piece)) for piece in text)
    return Ending(surplus, is_whole)


def _read(text: Iterator[str], parser: etree.XMLParser, target: _Target) -> bool:
    """Read until the target is full; return False where it is given up before."""
    told = silence = 0
    escaping = Escaping()
    try:
        parser.feed(b"<_>" * _SPARE)
        for piece in escaping.escaped(text):
            parser.feed(piece)
            if target.is_full:
                return True
            silence = 0 if target.told != told else silence + len(piece)
            told = target.told
            if silence > MOST_SILENCE or escaping.strays > MOST_STRAYS or target.is_too_much():
                return False
        parser.close()
    except etree.LxmlError:
        return False  # what was read until here stands
    return True


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
        self.told = 0
        """Whatever libxml2 has told."""

    def is_too_much(self) -> bool:
        """Return whether there are more elements, or deeper ones, than are looked at."""
        return self.elements > MOST_ELEMENTS or self._depth > MOST_DEPTH

    def start(self, tag: Any, attrib: Any) -> None:
        """Begin an element."""
        attributes: Mapping[str, str] = attrib
        self._depth += 1
        self.elements += 1
        self.told += 1
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
            elif self._record.kind == "item" and name in _BEHIND and "href" not in attributes:
                self._begin(name, space, attributes)
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
        self.told += 1
        if self._field and self._room > 0:
            words: str = data
            self._words.append(words[: self._room])
            self._room -= len(words)

    def end(self, tag: Any) -> None:
        """End an element."""
        self.told += 1
        if self._field and self._depth == self._field_at:
            self._keep()
        if self._record is not None and self._depth == self._record_at:
            self.finish()
        self._depth -= 1

    def _keep(self) -> None:
        words = "".join(self._words).strip()
        if words and self._record is not None:
            self._record.fields[self._field] = words
        self.drop_field()

    def drop_field(self) -> None:
        """Forget the field that is being read, if there is one."""
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
        self.told += 1

    def close(self) -> None:
        """Nothing is left to do at the end of a file."""


def _joined(base: str, attributes: Mapping[str, str]) -> str:
    return address(attributes[_XML_BASE], base) or base if _XML_BASE in attributes else base
