"""What made a wording new: the page, or the rules that read it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from archive import Damaged
from pipelines.article import normalise

if TYPE_CHECKING:
    from archive import Capture, Exchange, Latest, Writer
    from archive.records import Cause
    from pipelines.content import Content

log = logging.getLogger(__name__)

Reader = Callable[["Exchange"], Any]
"""Reads a raw page by today's rules: an item, or None where it holds no article."""


class Rereader:
    """Reads the pages that revisions came from once more, by today's rules."""

    def __init__(self, writer: Writer, read: Reader | None, tracking: Collection[str] = frozenset()) -> None:
        self._writer, self._read, self._tracking = writer, read, tracking

    def cause(self, content: Content, latest: Latest) -> Cause:
        """Return why `content` is worded otherwise than the newest revision.

        rules: today's rules read the old page as they read this one. crawl: they read it as it was read then, or
        nothing is left of it to read. both: neither.
        """
        before = self._content(latest.captures)
        if before is None or before.digest == latest.digest:
            return "crawl"
        return "rules" if before.digest == content.digest else "both"

    def _content(self, captures: Collection[Capture]) -> Content | None:
        # The page is the last of a visit's captures; redirects come before it.
        for capture in reversed(list(captures) if self._read else []):
            assert self._read is not None
            try:
                exchange = self._writer.read_capture(capture)
            except Damaged as error:
                # `newsreel verify` is there to complain; what this page says now is known all the same.
                log.warning("%s cannot be read again: %s", capture.url, error)
                continue
            item = None if exchange is None else self._read(exchange)
            if exchange is not None and item is not None:
                return normalise(item, now=exchange.fetched_at, tracking=self._tracking)
        return None
