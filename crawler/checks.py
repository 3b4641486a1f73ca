"""What a person may have got wrong about a crawl, found before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from archive import ArchiveError
from archive.folder import prepare
from crawler.access.ready import check_ready
from crawler.browser.terms import check_browser
from crawler.downloader.addresses import BadConnectTo, parse_connect_to
from crawler.downloader.windows import parse_windows
from crawler.errors import BadArgument, NotReady
from pipelines.options import BadSetting, Options

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings

MISTAKES = (BadArgument, BadConnectTo, BadSetting, NotReady, ArchiveError)
"""What `check_crawl` raises; each names what is wrong."""


def check_crawl(kind: type[Spider], arguments: Mapping[str, Any], settings: BaseSettings) -> Spider:
    """Return the spider as it would be started, of an archive that is there. Raises one of MISTAKES."""
    spider = kind(**arguments)
    parse_connect_to(settings.get("CONNECT_TO"))
    for windows in (settings.get("WINDOWS"), (spider.custom_settings or {}).get("WINDOWS")):
        parse_windows(windows)
    parse_windows(getattr(spider, "windows", ()))
    check_ready(spider)
    check_browser(spider, settings)
    prepare(Options.of(settings).root)
    return spider
