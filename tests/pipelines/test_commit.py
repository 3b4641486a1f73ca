import asyncio
import threading
import time

import pytest

from archive import CannotWrite
from pipelines import commit
from pipelines.commit import GroupCommit


class Writer:
    """A writer that remembers what each flush took with it."""

    def __init__(self, seconds=0.0, fails_at=None):
        self.buffered, self.flushes, self.threads, self.seconds, self.fails_at = 0, [], set(), seconds, fails_at
        self.sealed = 0
        self.closed = False

    def write(self, size=1):
        self.buffered += size

    def flush(self):
        taken, self.buffered = self.buffered, 0
        self.threads.add(threading.get_ident())
        time.sleep(self.seconds)
        if len(self.flushes) + 1 == self.fails_at:
            raise CannotWrite("disk", "full")
        self.flushes.append(taken)

    def seal_if_due(self):
        self.sealed += 1

    def close(self):
        self.flush()
        self.closed = True


def run(writer, work, delay=0.02):
    """Run `work(group)` and close; return the errors that ended the run."""
    failures = []

    async def whole():
        group = GroupCommit(writer, delay=delay, failed=failures.append)
        try:
            await work(group)
        finally:
            await group.close()

    asyncio.run(whole())
    return failures


def test_many_records_share_one_flush_in_a_thread_of_their_own():
    writer = Writer()

    async def work(group):
        async def one():
            writer.write()
            await group.durable()

        await asyncio.gather(*(one() for _ in range(50)))
        assert writer.flushes == [50]

    assert run(writer, work) == []
    assert threading.get_ident() not in writer.threads
    assert writer.closed


def test_what_comes_during_a_flush_is_in_the_next():
    writer = Writer(seconds=0.05)

    async def work(group):
        writer.write()
        first = asyncio.ensure_future(group.durable())
        while not writer.threads:
            await asyncio.sleep(0.001)
        writer.write(2)
        second = asyncio.ensure_future(group.durable())
        await first
        assert (writer.flushes, second.done()) == ([1], False)
        await second
        assert writer.flushes == [1, 2]

    run(writer, work)


def test_records_that_nobody_waits_for_are_flushed_too():
    writer = Writer()

    async def work(group):
        writer.write(7)
        group.wake()
        await asyncio.sleep(0.1)
        assert writer.flushes == [7]

    run(writer, work)


def test_much_is_flushed_at_once():
    writer = Writer()

    async def work(group):
        writer.write(commit.BATCH)
        await asyncio.wait_for(group.durable(), 5)

    run(writer, work, delay=60)


def test_more_than_memory_should_hold_waits_for_the_disk():
    writer = Writer(seconds=0.05)

    async def work(group):
        await group.room()
        assert writer.flushes == []
        writer.write(commit.MOST)
        await group.room()
        assert writer.flushes == [commit.MOST]

    run(writer, work)


def test_a_flush_that_fails_is_the_last_and_everybody_hears_of_it():
    writer = Writer(fails_at=2)

    async def work(group):
        writer.write()
        await group.durable()
        writer.write()
        waiting = [asyncio.ensure_future(group.durable()) for _ in range(3)]
        errors = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(error) for error in errors] == [CannotWrite] * 3
        with pytest.raises(CannotWrite):
            await group.durable()
        group.wake()
        writer.fails_at = None

    failures = run(writer, work)
    assert [str(error) for error in failures] == ["cannot write disk: full"]


def test_the_event_loop_does_not_wait_for_the_disk():
    writer = Writer(seconds=0.3)

    async def work(group):
        writer.write()
        durable = asyncio.ensure_future(group.durable())
        turns = 0
        while not durable.done():
            await asyncio.sleep(0.005)
            turns += 1
        assert turns > 20

    run(writer, work)


def test_segments_are_looked_after_meanwhile(monkeypatch):
    monkeypatch.setattr(commit, "_TICK", 0.01)
    writer = Writer()

    async def work(group):
        await asyncio.sleep(0.1)

    run(writer, work)
    assert writer.sealed >= 3
