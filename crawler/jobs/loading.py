"""What all sites of a job need, loaded once before their processes begin."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING

from scrapy.utils.misc import load_object

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_SETS = ("DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES", "DOWNLOAD_HANDLERS")
_SINGLE = ("DOWNLOADER", "SCHEDULER", "STATS_CLASS", "LOG_FORMATTER", "TWISTED_DNS_RESOLVER")
_OURS = ("scrapy.", "crawler.", "pipelines.")
"""Packages of which it is known that they leave Twisted's reactor to each process."""


def load(settings: BaseSettings) -> None:
    """Import what a crawl by these settings uses."""
    import_module("crawler.jobs.results")
    import_module("scrapy.core.engine")
    named = [name for group in _SETS for name, place in settings.getwithbase(group).items() if place is not None]
    named += [handler for handler in settings.getwithbase("DOWNLOAD_HANDLERS").values() if handler is not None]
    for name in [*named, *(settings.get(name) for name in _SINGLE)]:
        if isinstance(name, str) and name.startswith(_OURS):
            load_object(name)
    # What is there by now is garbage in no process, and need not be looked at in each: their memory stays shared.
    gc.freeze()
