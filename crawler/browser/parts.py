"""What a page asks for while it is drawn: which of it is had, and what further pages need not ask for again."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

WANTED = ("script", "stylesheet", "xhr", "fetch")
"""Kinds of requests that can change what a page says; pictures, fonts, frames, beacons and sockets do not."""
_SHARED = ("script", "stylesheet")
_LEFT_OUT = ("accept-encoding", "accept-language", "cache-control", "connection", "content-length", "cookie", "host",
             "pragma", "priority", "referer", "upgrade-insecure-requests", "user-agent")  # fmt: skip
"""Headers that the crawl sends itself, or that no site is told."""
_UNDONE = ("connection", "content-encoding", "content-length", "keep-alive", "set-cookie", "transfer-encoding")
"""Headers of an answer that are true of how it came, and not of what a page is given."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One request of a page."""

    kind: str
    """As browsers call it: script, stylesheet, xhr, fetch, image, …"""
    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes

    def to_send(self) -> dict[str, str]:
        """Return the headers that a site is told."""
        return {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _LEFT_OUT and not name.lower().startswith(("sec-", "if-", "proxy-", ":"))
        }


@dataclass(frozen=True, slots=True)
class Given:
    """What a page is given for one of its requests."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def to_show(self) -> dict[str, str]:
        """Return the headers that a page is shown."""
        return {name: value for name, value in self.headers.items() if name.lower() not in _UNDONE}


Fetch = Callable[[Part], Awaitable[Given | None]]
"""Has a part of a page; None where it is not had."""


class Shelf:
    """Keeps the scripts and styles of a site for its further pages, of which each would ask for them again."""

    def __init__(self, fetch: Fetch, *, most: int = 32 << 20) -> None:
        """`most` is how many bytes are kept."""
        self._fetch, self._most = fetch, most
        self._held: OrderedDict[str, Given] = OrderedDict()
        self._coming: dict[str, asyncio.Task[Given | None]] = {}

    async def get(self, part: Part) -> Given | None:
        """Return a part, the one that is here where it is one that pages share."""
        if part.kind not in _SHARED or part.method != "GET":
            return await self._fetch(part)
        if part.url in self._held:
            self._held.move_to_end(part.url)
            return self._held[part.url]
        if part.url not in self._coming:
            self._coming[part.url] = asyncio.ensure_future(self._had(part))
        # Several pages wait for one script; one of them being given up must not take it from the others.
        return await asyncio.shield(self._coming[part.url])

    async def _had(self, part: Part) -> Given | None:
        try:
            given = await self._fetch(part)
        finally:
            del self._coming[part.url]
        if given is not None and given.status == 200:
            self._held[part.url] = given
            while sum(len(one.body) for one in self._held.values()) > self._most:
                self._held.popitem(last=False)
        return given
