"""What made a wording new: the page, or the rules that read it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter

from archive import Damaged
from pipelines.article import normalise
from pipelines.visits import visited_at

if TYPE_CHECKING:
    from archive import Capture, Exchange, Latest, Writer
    from archive.records import Cause
    from pipelines.content import Content

log = logging.getLogger(__name__)

Reader = Callable[..., Any]
"""Reads a visit's raw pages (Exchange, …) by today's rules: an item, or None where they hold no article."""


class Rereader:
    """Reads the pages that revisions came from once more, by today's rules."""

    def __init__(self, writer: Writer, read: Reader | None, tracking: Collection[str] = frozenset()) -> None:
        self._writer, self._read, self._tracking = writer, read, tracking

    def read(self, captures: Collection[Capture]) -> Content | None:
        """Return what today's rules read from the pages of a revision; None where nothing is left of them to read."""
        if self._read is None:
            return None
        exchanges = []
        for capture in captures:
            try:
                exchange = self._writer.read_capture(capture)
            except Damaged as error:
                # `newsreel verify` is there to complain; what this page says now is known all the same.
                log.warning("%s cannot be read again: %s", capture.url, error)
                exchange = None
            if exchange is not None:
                exchanges.append(exchange)
        item = self._read(*exchanges) if exchanges else None
        if item is None or _is_cut(item, captures, exchanges):
            return None
        return normalise(item, now=visited_at(item) or exchanges[-1].fetched_at, tracking=self._tracking)


def cause_of(content: Content, before: Content | None, latest: Latest) -> Cause:
    """Return why `content` is worded otherwise than the newest revision; `before` is that one's page as read today.

    rules: today's rules read the old page as they read this one. crawl: they read it as it was read then, or nothing is
    left of it to read. both: neither.
    """
    if before is None or before.digest == latest.digest:
        return "crawl"
    return "rules" if before.digest == content.digest else "both"


def _is_cut(item: Any, captures: Collection[Capture], exchanges: Collection[Exchange]) -> bool:
    """Return whether a page behind the article's first, which is there, is missing: the rest would be an edit."""
    behind = [capture.url for capture in captures]
    own = ItemAdapter(item)["url"]
    if own not in behind:
        return False
    there = {exchange.url for exchange in exchanges}
    return any(url not in there for url in behind[behind.index(own) :])
