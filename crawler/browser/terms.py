"""What a spider's file may say of how its pages are drawn, and whether that can be done here."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import NotReady

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.settings import BaseSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Browser:
    """That a site's pages are drawn by scripts."""

    wait_for: str = ""
    """A CSS selector of what is there once a page is drawn, on lists and articles alike (`#zoom, ul.list`).

    Without it, and where it does not appear, a page is drawn once its scripts have asked for nothing more.
    """


def browser_of(spider: Spider) -> Browser | None:
    """Return what a spider's file says; None where its pages are read as they are sent."""
    said = getattr(spider, "browser", False)
    return said if isinstance(said, Browser) else Browser() if said else None


def check_browser(spider: Spider, settings: BaseSettings) -> None:
    """Raise NotReady where a spider's pages are to be drawn and cannot be."""
    said = browser_of(spider)
    if said is None:
        return
    from cssselect import SelectorError
    from parsel.csstranslator import HTMLTranslator

    try:
        HTMLTranslator().css_to_xpath(said.wait_for or "a")
    except SelectorError as error:
        raise NotReady("browser.wait_for", f"{said.wait_for!r} is no selector: {error}") from None
    if find_spec("playwright") is None:
        raise NotReady("browser", f"the spider {spider.name} needs the extra: pip install '.[browser]'")
    path = settings.get("BROWSER_PATH")
    if not Path(path).is_file():
        raise NotReady("BROWSER_PATH", f"there is no Chromium at {path}; on Debian: apt-get install chromium")
