"""When what was written is on disk: many records share one flush, and the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from archive import ArchiveError

if TYPE_CHECKING:
    from archive import Writer

T = TypeVar("T")

BATCH = 4 << 20
"""Bytes that are flushed without waiting for more."""
MOST = 32 << 20
"""Bytes from which what is fetched waits for the disk."""
_TICK = 1.0
"""Seconds between two looks at whether a segment is to be sealed."""


class GroupCommit:
    """Flushes a writer in one thread of its own: some time after the first record, or once there is much to flush.

    While one flush runs, the next batch gathers. After the first flush that fails there is no other: everybody who
    waits, or comes later, gets its error, and `failed` is called with it once. `published` is called, in the thread,
    after each commit that is made before the close.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        delay: float,
        failed: Callable[[Exception], None],
        published: Callable[[], None] = lambda: None,
    ) -> None:
        self._writer, self._delay, self._failed, self._published = writer, delay, failed, published
        self._thread = ThreadPoolExecutor(1, "archive")
        self._asked = 0
        """How often somebody has asked for what was not on disk."""
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        """Each with the number of its question."""
        self._works: list[asyncio.Future[Any]] = []
        """What the thread is at, or will be next."""
        self._error: Exception | None = None
        self._broken = False
        """Whether a flush or a seal has failed, known to the thread before the event loop hears of it."""
        self._full = asyncio.Event()
        self._flushing: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None
        self._sealing = asyncio.ensure_future(self._seal())

    def wake(self) -> None:
        """Flush what is buffered, in a while: for records that nobody waits for."""
        if self._error is not None or self._closing is not None:
            return
        if self._flushing is None and (self._waiting or self._writer.buffered):
            self._flushing = asyncio.ensure_future(self._flush())
        if self._writer.buffered >= BATCH:
            self._full.set()

    async def durable(self) -> None:
        """Return when all that was written before is on disk, at once if it is.

        Raises, as a rule ArchiveError, where it cannot be.
        """
        if self._error is not None:
            raise self._error
        if self._closing is not None:
            await asyncio.shield(self._closing)
        elif self._writer.buffered:
            future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._asked += 1
            self._waiting.append((self._asked, future))
            self.wake()
            await future
        else:
            await self._worked()

    async def _worked(self) -> None:
        """Return when the thread has done what it was asked for until now: nothing is buffered that it may not have."""
        works = list(self._works)
        if works:
            await asyncio.wait(works)
        for work in works:
            if not work.cancelled() and (error := work.exception()) is not None:
                raise error

    async def room(self) -> None:
        """Return at once, or when the disk has caught up with what was written."""
        if self._writer.buffered >= MOST and self._error is None:
            with suppress(ArchiveError):  # whoever waits for a record of its own hears of it
                await self.durable()

    async def close(self) -> None:
        """Flush and close the writer, in its thread. Raises ArchiveError, also for a flush that failed before."""
        if self._closing is None:
            self._closing = asyncio.ensure_future(self._close())
        await self._closing

    async def _close(self) -> None:
        if self._flushing is not None:
            self._full.set()
            await self._flushing
        self._sealing.cancel()
        with suppress(asyncio.CancelledError):
            await self._sealing
        try:
            await self._run(self._close_writer)
        finally:
            self._thread.shutdown()

    async def _flush(self) -> None:
        try:
            while self._error is None and (self._waiting or self._writer.buffered):
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._full.wait(), self._delay)
                self._full.clear()
                try:
                    self._tell(await self._run(self._flush_all))
                    if not self._writer.buffered:
                        # What was asked for meanwhile was in this flush too, or a seal has it.
                        asked = self._asked
                        await self._worked()
                        self._tell(asked)
                except Exception as error:  # whatever it is: who waits must hear of it
                    self._fail(error)
        finally:
            self._flushing = None

    def _flush_all(self) -> int:
        """Flush; return the number of the last question that was asked before, of which all is on disk now."""
        asked = self._asked
        with self._breaking():
            self._writer.flush()
        return asked

    def _close_writer(self) -> None:
        if self._broken:
            # Taken since, perhaps before the loop had heard of it: lines whose captures the batch before has lost.
            self._writer.discard()
        self._writer.close()

    @contextmanager
    def _breaking(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._broken = True
            raise

    async def _seal(self) -> None:
        while self._error is None:
            await asyncio.sleep(_TICK)
            try:
                await self._run(self._seal_if_due)
            except Exception as error:
                self._fail(error)

    def _seal_if_due(self) -> None:
        if self._broken:
            return  # a seal would flush what was taken since
        with self._breaking():
            if self._writer.seal_if_due():
                self._published()

    async def _run(self, work: Callable[[], T]) -> T:
        # Shielded by the executor: a thread that is at work is waited for, whatever becomes of who asked.
        running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._works.append(running)
        try:
            return await running
        finally:
            self._works.remove(running)

    def _fail(self, error: Exception) -> None:
        first = self._error is None
        self._error = self._error or error
        self._tell(self._asked, error)
        if first:
            self._failed(error)

    def _tell(self, reached: int, error: Exception | None = None) -> None:
        """Answer the questions up to a number."""
        answered = [future for asked, future in self._waiting if asked <= reached]
        self._waiting = [entry for entry in self._waiting if entry[0] > reached]
        for future in answered:
            if future.done():  # who waited was cancelled
                continue
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)
