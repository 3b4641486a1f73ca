"""When what was written is on disk: many records share one flush, and the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

from archive import ArchiveError

if TYPE_CHECKING:
    from archive import Writer

BATCH = 4 << 20
"""Bytes that are flushed without waiting for more."""
MOST = 32 << 20
"""Bytes from which what is fetched waits for the disk."""
_TICK = 1.0
"""Seconds between two looks at whether a segment is to be sealed."""


class GroupCommit:
    """Flushes a writer in one thread of its own: some time after the first record, or once there is much to flush.

    While one flush runs, the next batch gathers. After the first flush that fails there is no other: everybody who
    waits, or comes later, gets its error, and `failed` is called with it once.
    """

    def __init__(self, writer: Writer, *, delay: float, failed: Callable[[Exception], None]) -> None:
        self._writer, self._delay, self._failed = writer, delay, failed
        self._thread = ThreadPoolExecutor(1, "archive")
        self._waiting: list[asyncio.Future[None]] = []
        self._error: Exception | None = None
        self._full = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None
        self._sealing = asyncio.ensure_future(self._seal())

    def wake(self) -> None:
        """Flush what is buffered, in a while: for records that nobody waits for."""
        if self._error is not None:
            return
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())
        if self._writer.buffered >= BATCH:
            self._full.set()

    async def durable(self) -> None:
        """Return when all that was written before is on disk. Raises, as a rule ArchiveError, where it cannot be."""
        if self._error is not None:
            raise self._error
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self.wake()
        await future

    async def room(self) -> None:
        """Return at once, or when the disk has caught up with what was written."""
        if self._writer.buffered >= MOST and self._error is None:
            with suppress(ArchiveError):  # whoever waits for a record of its own hears of it
                await self.durable()

    async def close(self) -> None:
        """Flush and close the writer, in its thread. Raises ArchiveError, also for a flush that failed before."""
        if self._flushing is not None:
            self._full.set()
            await self._flushing
        self._sealing.cancel()
        with suppress(asyncio.CancelledError):
            await self._sealing
        try:
            await self._run(self._writer.close)
        finally:
            self._thread.shutdown()

    async def _flush(self) -> None:
        try:
            while self._error is None and (self._waiting or self._writer.buffered):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._full.wait(), self._delay)
                self._full.clear()
                batch, self._waiting = self._waiting, []
                try:
                    await self._run(self._writer.flush)
                except Exception as error:  # whatever it is: who waits must hear of it
                    self._fail(error, batch)
                else:
                    _tell(batch, None)
        finally:
            self._flushing = None

    async def _seal(self) -> None:
        while self._error is None:
            await asyncio.sleep(_TICK)
            try:
                await self._run(self._writer.seal_if_due)
            except Exception as error:
                self._fail(error, [])

    async def _run(self, work: Callable[[], object]) -> None:
        # Shielded by the executor: a thread that is at work is waited for, whatever becomes of who asked.
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _fail(self, error: Exception, batch: list[asyncio.Future[None]]) -> None:
        first = self._error is None
        self._error = self._error or error
        batch, self._waiting = [*batch, *self._waiting], []
        _tell(batch, error)
        if first:
            self._failed(error)


def _tell(batch: list[asyncio.Future[None]], error: Exception | None) -> None:
    for future in batch:
        if future.done():  # who waited was cancelled
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
