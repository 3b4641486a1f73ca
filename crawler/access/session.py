"""Whether a run is logged in: once for all who wait for it, and again where the site has forgotten it."""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.access.login import Login, LoginFailed
from crawler.downloader.hosts import Postponed
from crawler.downloader.requests import reason_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable

    from scrapy.http import Response

    from crawler.access.keys import Keys

MOST = 5
"""Logins in a row, each within `SHORT` of the one before."""
SHORT = 600.0
"""Seconds."""


class Session:
    """Logs in by requests that are like any other, but that nobody keeps."""

    def __init__(self, login: Login, keys: Keys, download: Callable[[Request], Awaitable[Response]]) -> None:
        self.login = login
        self._keys, self._download = keys, download
        self.number = 0
        """How often the run has logged in."""
        self.failed: LoginFailed | None = None
        """Why it cannot; it is not tried again in this run."""
        self._task: asyncio.Task[None] | None = None
        self._landing = login.url
        self._in_a_row, self._last = 0, 0.0

    async def ready(self) -> int:
        """Return the number of the session once there is one. Raises LoginFailed."""
        if self.number == 0 or (self._task is not None and not self._task.done()):
            await self.renew(self.number)
        if self.failed is not None:
            raise self.failed
        return self.number

    async def renew(self, number: int) -> bool:
        """Return whether the session with this number is over, and another there instead. Raises LoginFailed."""
        import asyncio  # the reactor chooses the loop: not before it is installed

        if self.failed is not None:
            raise self.failed
        if self._task is None or (self._task.done() and number == self.number):
            self._task = asyncio.ensure_future(self._renew())
        # Many requests wait for one login; one of them being cancelled must not cancel it for the others.
        await asyncio.shield(self._task)
        return self.number != number

    async def _renew(self) -> None:
        try:
            if self.number and self.login.is_shown(await self._download(self._request(self._landing))):
                return
            await self._log_in()
        except Postponed:
            raise
        except LoginFailed as error:
            self.failed = error
            raise
        except Exception as error:  # whatever failed, nobody is logged in
            self.failed = LoginFailed(self.login.url, reason_of(error))
            raise self.failed from error

    async def _log_in(self) -> None:
        self._in_a_row = self._in_a_row + 1 if monotonic() - self._last < SHORT else 1
        if self._in_a_row > MOST:
            raise LoginFailed(self.login.url, f"the site has forgotten it {MOST} times in a row")
        self._keys.forget()
        page = await self._download(self._request(self.login.url))
        request = self.login.filled(page, os.environ)
        if not self._keys.are_for(request.url):
            raise LoginFailed(page.url, f"its form leads elsewhere, to {request.url}")
        answer = await self._download(request.replace(callback=NO_CALLBACK, priority=950, meta={"login": True}))
        if not self.login.is_shown(answer):
            stated = " and ".join(filter(None, (self.login.check, self.login.says)))
            raise LoginFailed(self.login.url, f"the answer (HTTP {answer.status}) lacks {stated}")
        self._landing, self._last = answer.url, monotonic()
        self.number += 1

    def _request(self, url: str) -> Request:
        return Request(url, callback=NO_CALLBACK, priority=950, meta={"login": True})
