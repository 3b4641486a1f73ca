"""A progress bar on a terminal; anywhere else the log's own lines say how far a crawl is."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.outcome import stored

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_INTERVAL = 0.2
"""Seconds between two looks."""


class Progress:
    """Shows requests answered of those that are known, and articles stored, while a crawl runs on a terminal."""

    def __init__(self, crawler: Crawler) -> None:
        self._console = Console(stderr=True)
        if (
            not self._console.is_terminal
            or crawler.settings.get("LOG_FILE")
            or not crawler.settings.getbool("PROGRESS")
        ):
            raise NotConfigured
        self._crawler = crawler
        self._loop = create_looping_call(self._look)
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("requests · {task.fields[articles]} articles"),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._task: TaskID | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the bar, connected. Raises NotConfigured where stderr is no terminal."""
        progress = cls(crawler)
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin, with the log's lines above the bar instead of through it."""
        for handler in logging.root.handlers:
            if isinstance(handler, logging.StreamHandler) and handler.stream is sys.stderr:
                rich = RichHandler(console=self._console, show_path=False, level=handler.level)
                logging.root.removeHandler(handler)
                logging.root.addHandler(rich)
        self._task = self._bar.add_task(getattr(spider, "site", spider.name), articles=0)
        self._bar.start()
        self._loop.start(_INTERVAL)

    def spider_closed(self) -> None:
        """Show the last state and leave it on the screen."""
        self._loop.stop()
        self._look()
        self._bar.stop()

    def _look(self) -> None:
        engine, stats = self._crawler.engine, self._crawler.stats
        if engine is None or stats is None or self._task is None:
            return
        done = stats.get_value("response_received_count", 0)
        waiting = stats.get_value("scheduler/enqueued", 0) - stats.get_value("scheduler/dequeued", 0)
        known = done + waiting + len(engine.downloader.active)
        self._bar.update(self._task, completed=done, total=known, articles=stored(stats))
