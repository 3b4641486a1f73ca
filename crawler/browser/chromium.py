"""Chromium, which draws pages and reaches no network: all that a page asks for is handed to it, or not at all.

It is started with a proxy that does not exist, and with no name that resolves: what is not handed to it (sockets,
WebRTC, what a browser asks for on its own) ends there, whichever address it is for.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DownloadCancelledError

from crawler.browser.parts import WANTED, Fetch, Given, Part

if TYPE_CHECKING:
    from playwright.async_api import Browser as Process
    from playwright.async_api import BrowserContext, Page, Playwright, Route

    from crawler.browser.terms import Browser

_NOWHERE = (
    "--proxy-server=http://nowhere.invalid:1",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Of memory for a page's scripts; what is beyond ends the page.
    "--js-flags=--max-old-space-size=256",
)
_CLOSING = 5.0
"""Seconds for a page, or the browser, to end by itself."""
_PARTS = 100
"""Requests of one page."""
_QUIET = 1.0
"""Seconds after a page's last request in which what is waited for may still appear."""


class NotDrawn(DownloadCancelledError):
    """A page that could not be drawn; it is not asked for again in this run."""

    guard = "drawing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A page that is to be drawn."""

    url: str
    given: Given
    agent: str
    """Who asks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A page as it is drawn."""

    html: str
    by: str
    """Name and version of the browser."""


class Chromium:
    """One browser for a run, started for its first page."""

    def __init__(self, path: str, terms: Browser, *, seconds: float, bytes_: int) -> None:
        """A page is drawn in `seconds` at most, and taken as far as it is drawn then; one of more bytes is none."""
        self._path, self._terms, self._seconds, self._bytes = path, terms, seconds, bytes_
        self._driver: Playwright | None = None
        self._process: Process | None = None
        self._starting = asyncio.Lock()

    async def draw(self, sheet: Sheet, fetch: Fetch) -> Drawn:
        """Return a page with what its scripts have made of it. Raises NotDrawn."""
        from playwright.async_api import Error

        try:
            process = await self._started()
            context = await process.new_context(
                user_agent=sheet.agent, locale="zh-CN", service_workers="block", accept_downloads=False
            )
        except Error as error:
            raise NotDrawn(f"the browser does not start: {_first_line(error)}") from error
        try:
            html = await asyncio.wait_for(self._draw(context, sheet, fetch), self._seconds + _CLOSING)
        except TimeoutError:
            raise NotDrawn(f"its scripts do not end within {self._seconds:g} s (BROWSER_TIMEOUT)") from None
        except Error as error:
            raise NotDrawn(f"its scripts have ended the page: {_first_line(error)}") from error
        finally:
            await self._leave(context)
        if len(html) > self._bytes:
            raise NotDrawn(f"it is larger than {self._bytes} B when it is drawn (DOWNLOAD_MAXSIZE)")
        return Drawn(html=html, by=f"Chromium/{process.version}")

    async def _draw(self, context: BrowserContext, sheet: Sheet, fetch: Fetch) -> str:
        visit = _Visit(sheet, fetch)
        await context.route("**/*", visit.answer)
        page = await context.new_page()
        # Windows that a page opens are none of it.
        context.on("page", lambda other: asyncio.ensure_future(other.close()))
        until = asyncio.get_running_loop().time() + self._seconds
        with suppress(TimeoutError):
            # Until it begins, and no longer: a script that goes elsewhere would end the waiting with an error.
            await asyncio.wait_for(page.goto(sheet.url, wait_until="commit", timeout=0), self._seconds)
            await asyncio.wait_for(self._settled(page), max(0.0, until - asyncio.get_running_loop().time()))
        visit.is_over = True
        return await page.content()

    async def _settled(self, page: Page) -> None:
        """Return when what is waited for is there, or the page asks for nothing more."""
        quiet = asyncio.ensure_future(self._quiet(page))
        tasks = {quiet}
        if self._terms.wait_for:
            there = page.wait_for_selector(self._terms.wait_for, state="attached", timeout=0)
            tasks.add(asyncio.ensure_future(there))  # type: ignore[arg-type]  # what it returns is not looked at
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _quiet(self, page: Page) -> None:
        await page.wait_for_load_state("networkidle", timeout=0)
        if self._terms.wait_for:
            await asyncio.sleep(_QUIET)

    async def _started(self) -> Process:
        async with self._starting:
            if self._process is None or not self._process.is_connected():
                from playwright.async_api import async_playwright

                if self._driver is None:
                    self._driver = await async_playwright().start()
                self._process = await self._driver.chromium.launch(
                    executable_path=self._path,
                    args=list(_NOWHERE),
                    # Its sandbox does not work for root.
                    chromium_sandbox=os.geteuid() != 0,
                    # A run that is told to end ends its browser.
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            return self._process

    async def _leave(self, context: BrowserContext) -> None:
        """End a page; where it does not end, all of them: the next starts another browser."""
        try:
            await asyncio.wait_for(context.close(), _CLOSING)
        except Exception:  # whatever it is, nothing of this page may go on
            await self._end()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(Exception):
                await asyncio.wait_for(process.close(), _CLOSING)

    async def close(self) -> None:
        """End the browser, and what drives it."""
        await self._end()
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(Exception):
                await asyncio.wait_for(driver.stop(), _CLOSING)


class _Visit:
    """Answers the requests of one page."""

    def __init__(self, sheet: Sheet, fetch: Fetch) -> None:
        self._sheet, self._fetch = sheet, fetch
        self._began, self._parts = False, 0
        self.is_over = False
        """Whether the page is drawn: it is given nothing more."""

    async def answer(self, route: Route) -> None:
        """Hand the page what it asks for, or refuse it."""
        from playwright.async_api import Error

        given = None
        with suppress(Error):  # the page has ended meanwhile
            asked = route.request
            is_page = asked.is_navigation_request() and asked.frame.parent_frame is None
            if is_page and not self._began:
                self._began, given = True, self._sheet.given
            elif asked.resource_type in WANTED and not self.is_over and self._parts < _PARTS:
                self._parts += 1
                given = await self._fetch(_part(asked))
            if given is None:
                # Where a page goes elsewhere, this word leaves what is there; others put an error's page instead.
                await route.abort("aborted")
            else:
                await route.fulfill(status=given.status, headers=given.to_show(), body=given.body)


def _part(asked: Any) -> Part:
    return Part(
        kind=asked.resource_type,
        url=asked.url,
        method=asked.method,
        headers=asked.headers,
        body=asked.post_data_buffer or b"",
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
