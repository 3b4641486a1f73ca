"""Which signal ends a run: the first in good order, a second at once."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_SHOW_CURSOR = "\x1b[?25h"


class Ending:
    """Notes the first Ctrl-C or SIGTERM in the stat `ended_by` and leaves it to Scrapy; ends the process at the second.

    Nothing is lost by that: what is acknowledged is on disk, and the next run fetches the rest.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the extension, connected."""
        ending = cls(crawler)
        crawler.signals.connect(ending.engine_started, signal=signals.engine_started)
        return ending

    def engine_started(self) -> None:
        """Come before Scrapy's handlers, which are there by now."""
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            if callable(handler) and handler is not signal.default_int_handler:
                self._before[number] = handler
                signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.set_value("ended_by", signal.Signals(number).name)
        self._before[number](number, frame)
        # Scrapy has put its own there for the second.
        for other in self._before:
            signal.signal(other, self._end)

    def _end(self, number: int, frame: FrameType | None) -> None:
        if sys.stderr.isatty():
            os.write(2, _SHOW_CURSOR.encode())
        os.write(2, b"stopped at once: what was under way is fetched again by the next run\n")
        os._exit(128 + number)
