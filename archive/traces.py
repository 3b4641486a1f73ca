"""The traces of an article: its lines and captures, and where other pages carry its words."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive.coding import undo
from archive.ids import article_id
from archive.warc import Http, Member

SHORTEST = 8
"""Characters of a title or a paragraph from which it is told from words that anybody uses."""
_CHARSETS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "shift_jis", "euc-kr", "cp1252")
_NEIGHBOURS = ("prev", "next")


@dataclass
class Traces:
    """What tells an article's own records, and those of others that carry its words."""

    id: str
    names: set[str]
    """Ids that its addresses would give, its own among them."""
    words: set[str]
    """Its titles and paragraphs."""
    urls: set[str]
    """Its addresses."""
    _needles: list[bytes] = field(init=False)
    """Its telling words, in every charset that pages have them in."""
    _marks: list[bytes] = field(init=False)
    """What a line that speaks of it must hold."""

    def __post_init__(self) -> None:
        telling = {word for text in self.words for word in (text, html.escape(text)) if len(text) >= SHORTEST}
        self._needles = sorted({needle for word in telling for needle in _encoded(word)})
        paths = {f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in map(urlsplit, self.urls)}
        marks = {
            self.id,
            *(word for word in self.words if len(word) >= SHORTEST),
            *(path for path in paths if path[1:]),
        }
        self._marks = sorted(msgspec.json.encode(mark)[1:-1] for mark in marks)

    # Lines. --------------------------------------------------------------------------------------------------------

    def may_be_in(self, frame: bytes) -> bool:
        """Return whether a frame of lines can hold anything of it: cheap, and never wrong about a no."""
        return any(mark in frame for mark in self._marks)

    def scrub(self, line: bytes) -> bytes | None:
        """Return a line without what it says of the article; None where all of it is the article's.

        Of other articles the links before and after are emptied: null, as where the page says nothing.
        """
        values = msgspec.json.decode(line)
        if values.get("id") in self.names or article_id(str(values.get("url"))) in self.names:
            return None
        touched = [self._scrub_neighbours(part) for part in (values, values.get("item")) if isinstance(part, dict)]
        return msgspec.json.encode(values) if any(touched) else line

    def _scrub_neighbours(self, values: dict[str, Any]) -> bool:
        touched = False
        for side in _NEIGHBOURS:
            link = values.get(side)
            if isinstance(link, dict) and self._leads_here(link):
                values[side], touched = None, True
        return touched

    def _leads_here(self, link: dict[str, Any]) -> bool:
        url, title = link.get("url"), link.get("title")
        return (bool(url) and article_id(str(url).partition("#")[0]) in self.names) or any(
            len(word) >= SHORTEST and word in str(title) for word in self.words
        )

    # Captures. -----------------------------------------------------------------------------------------------------

    def owns(self, member: Member) -> bool:
        """Return whether a record is of one of the article's addresses."""
        return bool(member.url) and article_id(member.url.partition("#")[0]) in self.names

    def are_in(self, member: Member) -> bool:
        """Return whether a response carries the article's title or one of its paragraphs."""
        if member.kind != "response":
            return False
        http = Http(member.block)
        text = undo(http.body, [value for name, value in http.headers if name.lower() == "content-encoding"])
        return any(needle in text for needle in self._needles)


def _encoded(word: str) -> Iterable[bytes]:
    for charset in _CHARSETS:
        try:
            yield word.encode(charset)
        except UnicodeEncodeError:
            continue
