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

    def discard(self):
        self.buffered = 0

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


def test_what_was_taken_since_a_flush_that_failed_is_never_written():
    writer = Writer(seconds=0.2, fails_at=1)

    async def work(group):
        writer.write(3)
        lost = asyncio.ensure_future(group.durable())
        while writer.buffered:  # until the flush has taken it
            await asyncio.sleep(0.001)
        # A line, say, that names a capture of the batch that is about to be lost.
        writer.write(5)
        with pytest.raises(CannotWrite):
            await lost
        writer.fails_at = None  # there is room again, for a few bytes at least

    assert [str(error) for error in run(writer, work)] == [str(CannotWrite("disk", "full"))]
    assert sum(writer.flushes) == 0
    assert writer.closed


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


class Gated(Writer):
    """A writer whose flushes wait, before or after they have taken what is buffered, until they may end."""

    def __init__(self, *, takes_late=False, **options):
        super().__init__(**options)
        self.takes_late = takes_late
        self.begun, self.may_end = threading.Event(), threading.Event()

    def flush(self):
        if self.takes_late:
            self.wait()
        taken, self.buffered = self.buffered, 0
        if not self.takes_late:
            self.wait()
        if self.fails_at == len(self.flushes) + 1:
            raise CannotWrite("disk", "full")
        self.flushes.append(taken)

    def wait(self):
        self.begun.set()
        assert self.may_end.wait(10)

    async def under_way(self):
        while not self.begun.is_set():
            await asyncio.sleep(0.001)


async def done(awaitable):
    """Wait for what must not wait for the delay of these tests."""
    await asyncio.wait_for(awaitable, 10)


def test_nothing_is_flushed_and_nobody_waits_where_all_is_on_disk():
    writer = Writer()

    async def work(group):
        await done(group.durable())
        writer.write(commit.BATCH)
        await done(group.durable())
        await done(group.durable())
        assert writer.flushes == [commit.BATCH]

    assert run(writer, work, delay=3600) == []


@pytest.mark.parametrize("takes_late", [False, True])
def test_who_asks_during_a_flush_waits_for_that_one_alone(takes_late):
    writer = Gated(takes_late=takes_late)

    async def work(group):
        writer.write(commit.BATCH)
        first = asyncio.ensure_future(group.durable())
        await writer.under_way()
        second = asyncio.ensure_future(group.durable())
        await asyncio.sleep(0.01)
        assert (first.done(), second.done()) == (False, False)
        writer.may_end.set()
        await done(asyncio.gather(first, second))
        assert writer.flushes == [commit.BATCH]

    assert run(writer, work, delay=3600) == []


def test_who_asks_before_a_flush_begins_has_no_part_in_what_comes_after_it():
    writer = Gated()

    async def work(group):
        writer.write(commit.BATCH)
        group.wake()
        asked = asyncio.ensure_future(group.durable())
        await writer.under_way()
        writer.write(2)
        writer.may_end.set()
        await done(asked)
        assert writer.flushes == [commit.BATCH]
        group._full.set()  # the rest need not wait for its delay

    assert run(writer, work, delay=3600) == []


def test_a_flush_under_way_that_fails_fails_who_asked_meanwhile():
    writer = Gated(fails_at=1)

    async def work(group):
        writer.write(commit.BATCH)
        group.wake()
        await writer.under_way()
        asked = asyncio.ensure_future(group.durable())
        await asyncio.sleep(0.01)
        writer.may_end.set()
        with pytest.raises(CannotWrite):
            await done(asked)
        writer.fails_at = None

    assert [str(error) for error in run(writer, work, delay=3600)] == ["cannot write disk: full"]


class Sealing(Gated):
    """A writer that is due for a seal from its first record on."""

    def seal_if_due(self):
        if not self.buffered:
            return False
        self.flush()
        self.sealed += 1
        return True


@pytest.mark.parametrize("fails_at", [None, 1])
def test_what_a_seal_has_taken_is_waited_for(monkeypatch, fails_at):
    monkeypatch.setattr(commit, "_TICK", 0.001)
    writer = Sealing(fails_at=fails_at)

    async def work(group):
        writer.write(7)
        await writer.under_way()
        asked = asyncio.ensure_future(group.durable())
        await asyncio.sleep(0.01)
        assert not asked.done()
        writer.may_end.set()
        if fails_at:
            with pytest.raises(CannotWrite):
                await done(asked)
            writer.fails_at = None
        else:
            await done(asked)
            assert writer.flushes == [7]

    assert len(run(writer, work, delay=3600)) == (fails_at or 0)


def test_each_commit_is_told_once(monkeypatch):
    monkeypatch.setattr(commit, "_TICK", 0.001)
    writer, told = Sealing(), []
    writer.may_end.set()

    async def whole():
        group = GroupCommit(writer, delay=3600, failed=pytest.fail, published=lambda: told.append(writer.sealed))
        for number in (1, 2):
            writer.write(number)
            while len(told) < number:
                await asyncio.sleep(0.001)
        await group.close()

    asyncio.run(whole())
    assert told == [1, 2]


def test_who_asks_while_the_writer_closes_waits_for_that_and_afterwards_for_nothing():
    writer = Gated()

    async def work(group):
        writer.write(3)
        closing = asyncio.ensure_future(group.close())
        await writer.under_way()
        asked = asyncio.ensure_future(group.durable())
        await asyncio.sleep(0.01)
        assert not asked.done()
        writer.may_end.set()
        await done(asked)
        assert writer.flushes == [3]
        await closing
        await done(group.durable())
        assert writer.flushes == [3]

    assert run(writer, work, delay=3600) == []


def test_what_could_not_be_written_at_the_close_is_not_on_disk_afterwards_either():
    writer = Writer(fails_at=1)

    async def whole():
        group = GroupCommit(writer, delay=3600, failed=pytest.fail)
        writer.write(3)
        for ask in (group.close, group.durable, group.close):
            with pytest.raises(CannotWrite):
                await ask()

    asyncio.run(whole())
