"""A page that a person asks about: taken from a file or fetched, shown in the terminal, written as a page."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from scrapy.exceptions import UsageError

from crawler.arguments import checked_url
from crawler.explaining import find_regions, show_tables, write_page
from crawler.extraction import Document, parse, read_with_places
from crawler.fetching import fetch, headers_of
from crawler.saved import load, stem

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from crawler.layout import Layout

_WIDTH = 160
"""Columns where the output is no terminal."""


def saved(path: Path, url: str | None, urls: Mapping[str, str]) -> Document:
    """Return the page in a file; `url` is its address, else that which `urls` has for its id.

    Raises NotSaved, Unreadable, BadArgument for what is no address.
    """
    return parse(load(path), checked_url(url) if url else urls.get(stem(path), ""))


def fetched(url: str, settings: Settings) -> Document:
    """Return a page as it is now. Raises BadArgument for what is no address, NotFetched, Unreadable."""
    from scrapy.crawler import AsyncCrawlerProcess

    checked_url(url)
    settings.set("LOG_LEVEL", "WARNING", priority="spider")
    # Made here and not by Scrapy: who reads files needs no reactor.
    response = fetch(AsyncCrawlerProcess(settings), url)
    return parse(response.body, response.url, headers_of(response))


def explain(document: Document, layouts: Sequence[Layout], name: str, output: Path | None) -> bool:
    """Show how a page is read, and write a page of it to `output`; return whether an article was found.

    Raises UsageError where `output` can't be written.
    """
    regions = find_regions(document, read_with_places(document, layouts))
    if output is not None:
        try:
            output.write_text(write_page(regions, document.url or name), "utf-8")
        except OSError as error:
            raise UsageError(f"{output}: {error.strerror}", print_help=False) from None
        print(f"{output}: the page with its regions marked, for a browser", file=sys.stderr)  # noqa: T201
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDTH
    show_tables(regions, document.url or name, Console(width=wide))  # last: `head` may end it, and the process with it
    item = regions.reading.item
    if not item.title and not item.body:
        print(f"{name}: no title and no body found", file=sys.stderr)  # noqa: T201
        return False
    return True
