"""The traces of an article: its lines and captures, and where other pages carry its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec

from archive.coding import undo
from archive.ids import article_id
from archive.warc import Http, Member
from archive.wording import Wording

SHORTEST = 8
"""Characters of a title or a paragraph from which it is told from words that anybody uses."""
_NEIGHBOURS = ("prev", "next")


@dataclass(kw_only=True)
class Traces:
    """What tells an article's own records, and those of others that carry its words."""

    id: str
    names: set[str]
    """Ids that its addresses would give, its own among them."""
    urls: set[str]
    """Its addresses."""
    words: set[str]
    """Its titles and paragraphs that are long enough to be told from others'."""
    captures: set[str]
    """Record ids of its own captures, whatever their addresses: those of its further pages, too."""
    media: set[str]
    """Addresses of its pictures and attachments."""
    _marks: list[bytes] = field(init=False)
    """What a line that speaks of it must hold."""

    def __post_init__(self) -> None:
        paths = {f"{parts.path}?{parts.query}" if parts.query else parts.path for parts in map(urlsplit, self.urls)}
        marks = {self.id, *self.words, *self.media, *(path for path in paths if path[1:])}
        self._marks = sorted(msgspec.json.encode(mark)[1:-1] for mark in marks)
        self.leave(set())

    def leave(self, others: set[str]) -> None:
        """Give up words and pictures that are other articles' as well: what all pages of a site end with, say."""
        self.words, self.media = self.words - others, self.media - others
        self._wording = Wording(self.words)
        self._media = set(map(article_id, self.media))

    # Lines. --------------------------------------------------------------------------------------------------------

    def may_be_in(self, frame: bytes) -> bool:
        """Return whether a frame of lines can hold anything of it: cheap, and never wrong about a no."""
        return any(mark in frame for mark in self._marks)

    def scrub(self, line: bytes) -> bytes | None:
        """Return a line without what it says of the article; None where nothing of it may stay.

        Of other articles the links before and after are emptied: null, as where the page says nothing.
        """
        values = msgspec.json.decode(line)
        if values.get("id") in self.names or article_id(str(values.get("url"))) in self.names:
            return None
        touched = [self._scrub_neighbours(part) for part in (values, values.get("item")) if isinstance(part, dict)]
        if self.is_in(values.get("item")):  # a page in quarantine that has its words is hardly anything else
            return None
        return msgspec.json.encode(values) if any(touched) else line

    def is_in(self, value: Any) -> bool:
        """Return whether any text in a JSON value carries its words."""
        if isinstance(value, str):
            return any(word in value for word in self.words)
        if isinstance(value, dict):
            return any(map(self.is_in, value.values()))
        return isinstance(value, list) and any(map(self.is_in, value))

    def _scrub_neighbours(self, values: dict[str, Any]) -> bool:
        touched = False
        for side in _NEIGHBOURS:
            link = values.get(side)
            if isinstance(link, dict) and self._leads_here(link):
                values[side], touched = None, True
        return touched

    def _leads_here(self, link: dict[str, Any]) -> bool:
        url = link.get("url")
        return (bool(url) and article_id(str(url).partition("#")[0]) in self.names) or self.is_in(link.get("title"))

    # Captures. -----------------------------------------------------------------------------------------------------

    def owns(self, member: Member) -> bool:
        """Return whether a record is a capture of the article's or of one of its pictures."""
        name = article_id(member.url.partition("#")[0]) if member.url else ""
        return name in self.names or name in self._media or member.record_id in self.captures

    def are_in(self, member: Member) -> bool:
        """Return whether a response carries the article's title or one of its paragraphs."""
        if member.kind != "response":
            return False
        http = Http(member.block)
        body = undo(http.body, [value for name, value in http.headers if name.lower() == "content-encoding"])
        return self._wording.is_in(body)
