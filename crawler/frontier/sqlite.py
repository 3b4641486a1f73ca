"""A frontier in one SQLite file a site: no service, flat memory, and the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from time import time
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote, unquote

from archive.lock import Lock, is_held
from crawler.frontier import byhand, inquiry
from crawler.frontier.connection import connect
from crawler.frontier.errors import CannotOpen, StoreFailed, failure
from crawler.frontier.interface import ALL, Answered, Batch, Found, Handling, Lease, Page, Plan, Pushed, Receipt
from crawler.frontier.outlook import Crawl, Overview, State, UrlState
from crawler.frontier.requests import anew
from crawler.frontier.tables import Tables

T = TypeVar("T")

LEASE_SECONDS = 60.0


def path_of(folder: Path, site: str) -> Path:
    """Return where the frontier of a site is."""
    return folder / f"{quote(site, safe='')}.sqlite"


def sites_of(folder: Path) -> list[str]:
    """Return the sites that have a frontier in this folder."""
    return sorted(unquote(path.stem) for path in folder.glob("*.sqlite"))


def is_at_work(folder: Path, site: str) -> bool:
    """Return whether a crawl holds the frontier of a site now."""
    return is_held(_lock_path(folder, site))


class _Waiting(NamedTuple):
    """A call that waits for its turn."""

    work: Callable[[], Any]
    future: asyncio.Future[Any]
    reads: bool


class SqliteFrontier:
    """The frontier of one site (see `interface.Frontier`), in a thread of its own.

    Calls that wait for each other share one transaction, so that many pages cost one commit. Commits are not synced:
    what a power loss takes from the end is fetched again, and never an acknowledgement without the links before it.
    """

    def __init__(
        self,
        folder: Path,
        site: str,
        *,
        exclusive: bool,
        lease_seconds: float = LEASE_SECONDS,
        clock: Callable[[], float] = time,
    ) -> None:
        """Open it; `exclusive` is for who leases, and makes it where it is absent. Raises CannotOpen."""
        self.path, self._clock = path_of(folder, site), clock
        self._lock: Lock | None = None
        try:
            if exclusive:
                folder.mkdir(parents=True, exist_ok=True)
                self._lock = Lock.acquire(_lock_path(folder, site))
                if self._lock is None:
                    raise CannotOpen(self.path, "another crawl is at work on it")
            elif not self.path.exists():
                raise CannotOpen(self.path, "there is none")
            self._db = connect(self.path, site)
            self._tables = Tables(self._db, lease_seconds=lease_seconds)
            if exclusive:
                self._own()
        except (sqlite3.Error, OSError) as error:
            self._unlock()
            raise CannotOpen(self.path, failure(self.path, error)) from error
        except BaseException:
            self._unlock()
            raise
        self._closed = False
        self._calls: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="frontier", daemon=True)
        self._thread.start()

    def _own(self) -> None:
        try:
            with self._transaction():
                self._tables.own(f"{socket.gethostname()}/{os.getpid()}", self._clock())
        except BaseException:
            self._db.close()
            raise

    # The interface. ------------------------------------------------------------------------------------------------

    async def abandoned(self) -> list[Handling | Lease]:
        """Return what others have left: they are dead, since this one has the lock."""
        return await self._call(lambda: self._tables.abandoned(self._clock()))

    async def begin(self, *, fresh: bool, mark: int, plan: Plan = ALL) -> Crawl:
        """Go on with the crawl that has not ended, else begin one."""
        return await self._call(lambda: self._tables.begin(fresh=fresh, mark=mark, plan=plan, now=self._now))

    async def remember(self, name: str, value: str) -> None:
        """Keep a fact for later runs of this crawl."""
        await self._call(lambda: self._tables.remember(name, value))

    async def push(self, found: Sequence[Found], *, by: Handling | None = None) -> list[Pushed]:
        """Add addresses; say of each what was done with it."""
        return await self._call(lambda: self._tables.push(found, by, self._now))

    async def lease(self, count: int, *, per_host: int, held: Mapping[str, int], closed: Collection[str]) -> Batch:
        """Take up to `count` addresses."""
        return await self._call(
            lambda: self._tables.lease(count, per_host=per_host, held=held, closed=closed, now=self._clock())
        )

    async def renew(self, leases: Sequence[Lease]) -> int:
        """Keep leases for longer; return how many were lost."""
        return await self._call(lambda: self._tables.renew(leases, self._clock()))

    async def hand_over(
        self, lease: Lease, found: Found, answer: Answered | None, *, failed: bool, page: Page | None = None
    ) -> bool:
        """Put what a request led to in its place."""
        return await self._call(
            lambda: self._tables.hand_over(lease, found, answer, failed=failed, page=page, now=self._now)
        )

    async def acknowledge(self, receipts: Sequence[Receipt]) -> int:
        """Note what came of leases; return how many were lost."""
        return await self._call(lambda: self._tables.acknowledge(receipts, self._now))

    async def give_back(self, leases: Sequence[Lease]) -> None:
        """Let what was not fetched wait again."""
        await self._call(lambda: self._tables.give_back(leases, self._now))

    async def pause(self, host: str, until: int) -> None:
        """Lease no more of a host before a time."""
        await self._call(lambda: self._tables.pause(host, until))

    async def finish(self, host: str | None) -> bool:
        """End the crawl if nothing of `host` is left to fetch."""
        return await self._call(lambda: self._tables.finish(host, self._now))

    async def report(self, text: str) -> None:
        """Say how its holder fares."""
        await self._call(lambda: self._tables.report(text, self._clock()))

    async def state(self, key: bytes) -> UrlState | None:
        """Return what is known of an address."""
        return await self._call(lambda: inquiry.state_of(self._db, key, self._clock()), reads=True)

    async def listed(
        self,
        state: State | None,
        *,
        pattern: str | None = None,
        crawl: int | None = None,
        latest: bool = False,
        limit: int,
    ) -> list[UrlState]:
        """Return addresses in a state, or all, that match a shell pattern."""
        return await self._call(
            lambda: inquiry.listed(self._db, state, pattern, limit, self._clock(), crawl=crawl, latest=latest),
            reads=True,
        )

    async def ledger(self, *, behind: int, limit: int) -> list[UrlState]:
        """Return addresses in the order in which they were first seen."""
        return await self._call(lambda: inquiry.ledger(self._db, behind, limit, self._clock()), reads=True)

    async def named(self, since: int) -> Mapping[str, int]:
        """Return how many addresses of articles each way has named in this crawl since a time."""
        return await self._call(lambda: inquiry.named(self._db, since), reads=True)

    async def overview(self) -> Overview:
        """Return how the crawl stands."""
        return await self._call(self._overview, reads=True)

    async def requeue(self, keys: Sequence[bytes]) -> int:
        """Let addresses be fetched again."""
        return await self._call(lambda: byhand.requeue(self._tables, keys, anew, self._now))

    async def drop(self, keys: Sequence[bytes]) -> int:
        """Fetch addresses no more."""
        return await self._call(lambda: byhand.drop(self._tables, keys, self._now))

    async def close(self) -> None:
        """Let go of the file and the lock."""
        self._closed = True
        self._calls.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)
        self._db.close()
        self._unlock()

    # The thread. ---------------------------------------------------------------------------------------------------

    async def _call(self, work: Callable[[], T], *, reads: bool = False) -> T:
        if self._closed:
            raise StoreFailed(self.path, "it is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._calls.put(_Waiting(work, future, reads))
        return await future

    def _work(self) -> None:
        last = False
        while not last:
            calls = [self._calls.get()]
            while not self._calls.empty():
                calls.append(self._calls.get())
            last = None in calls
            if batch := [call for call in calls if call is not None]:
                self._answer(batch)

    def _answer(self, batch: list[_Waiting]) -> None:
        """Do all calls in one transaction; where one fails none was done, and each is tried in one of its own."""
        results: list[Any] = []
        failed: Exception | None = None
        try:
            with self._transaction(reads=all(call.reads for call in batch)):
                results = [call.work() for call in batch]
        except Exception as error:  # whatever it is: who waits must hear of it
            if len(batch) > 1 and not _is_busy(error):
                for call in batch:
                    self._answer([call])
                return
            failed = StoreFailed(self.path, failure(self.path, error)) if isinstance(error, sqlite3.Error) else error
        loop = batch[0].future.get_loop()
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, [call.future for call in batch], results, failed)

    def _overview(self) -> Overview:
        # Calls before it may share its transaction.
        self._tables.settled()
        return inquiry.overview(self._db)

    @contextmanager
    def _transaction(self, *, reads: bool = False) -> Iterator[None]:
        # Who only looks waits for nobody.
        self._db.execute("BEGIN" if reads else "BEGIN IMMEDIATE")
        try:
            if not reads:
                self._tables.begun()
            yield
            self._tables.settled()
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            self._tables.forget()
            raise

    @property
    def _now(self) -> int:
        return int(self._clock())

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


def _lock_path(folder: Path, site: str) -> Path:
    return folder / f"{quote(site, safe='')}.lock"


def _is_busy(error: Exception) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _tell(futures: list[asyncio.Future[Any]], results: list[Any], failed: Exception | None) -> None:
    for number, future in enumerate(futures):
        if future.done():  # who waited was cancelled
            continue
        if failed is not None:
            future.set_exception(failed)
        else:
            future.set_result(results[number])
