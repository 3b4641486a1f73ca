import errno
from contextlib import suppress

import pytest

import archive
from archive.disk import DISK
from tests.archive.faults.disks import WRITES, FaultyDisk, ForgetfulDisk
from tests.archive.faults.losses import QUICK, look
from tests.archive.faults.workload import Book, Pages, batch, judge

CYCLE = (3, 1, 2)
"""Visits of each batch; the second and the third are published."""


def cycle(writer, pages, book):
    """Write and publish; return the errors, of which none ends the work."""
    errors = []
    for number, visits in enumerate(CYCLE):
        try:
            batch(writer, pages, book, [], visits=visits)
            if number:
                writer.publish()
        except archive.CannotWrite as error:
            errors.append(error)
    return errors


def work(writer, pages, book, *, visits):
    batch(writer, pages, book, [], visits=visits)
    writer.publish()


def calls_of_a_cycle(root):
    disk = FaultyDisk(QUICK)
    with archive.Writer(root, site="example.com", disk=disk) as writer:
        assert cycle(writer, Pages(1), Book()) == []
    return disk.calls


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
@pytest.mark.parametrize("kind", WRITES)
def test_an_error_at_any_call_is_named_and_loses_nothing(tmp_path, kind, error):
    calls = calls_of_a_cycle(tmp_path / "dry")[kind]
    for nth in range(1, calls + 1):
        root, book, errors = tmp_path / f"{nth}", Book(), []
        disk = FaultyDisk(QUICK, kind=kind, nth=nth, error=error)
        with suppress(archive.CannotWrite):
            writer = archive.Writer(root, site="example.com", disk=disk)
            try:
                errors = cycle(writer, Pages(nth), book)
            finally:
                writer.close()
        assert disk.failed == [kind]
        for raised in errors:
            assert str(root) in str(raised)
            assert {errno.EIO: "Input/output error", errno.ENOSPC: "No space left"}[error] in str(raised)
        found = look(root, [call for _, call in book.acknowledged], book.asked, QUICK)
        assert not found, (nth, found)


@pytest.mark.parametrize("kind", ["write", "sync", "link", "rename", "create"])
def test_a_disk_that_fails_for_a_while_holds_up_nothing_afterwards(tmp_path, kind):
    disk = FaultyDisk(QUICK)
    pages, book = Pages(2), Book()
    with archive.Writer(tmp_path / "data", site="example.com", disk=disk) as writer:
        batch(writer, pages, book, [], visits=3)
        disk.kind, disk.nth, disk.once = kind, disk.calls[kind] + 1, False
        for _ in range(3):
            with pytest.raises(archive.CannotWrite):
                work(writer, pages, book, visits=2)
        disk.heal()
        work(writer, pages, book, visits=3)
        # Not only when the writer closes: it may run for weeks.
        assert not judge(tmp_path / "data", [call for _, call in book.acknowledged], book.asked)


def test_what_was_kept_and_could_not_be_published_is_known_all_the_same(tmp_path):
    disk = FaultyDisk(QUICK)
    pages, book = Pages(3), Book()
    with archive.Writer(tmp_path / "data", disk=disk) as writer:
        batch(writer, pages, book, [], visits=6)
        (first, *_) = (call.records[0] for call in book.asked if isinstance(call.records[0], archive.Article))
        latest = writer.known.latest(first.id)
        disk.kind, disk.nth, disk.once = "link", disk.calls["link"] + 1, False
        with pytest.raises(archive.CannotWrite):
            writer.publish()
        assert writer.known.latest(first.id) == latest
        disk.nth, disk.once = disk.calls["link"] + 2, True  # the next commit is made, and that one not again
        batch(writer, Pages(3, "other.example"), book, [], visits=1)
        with pytest.raises(archive.CannotWrite):
            writer.publish()
        assert writer.known.latest(first.id) == latest
        assert writer.known.find(first.url) == first.id


def test_a_capture_does_not_refer_to_one_that_may_yet_be_lost(tmp_path):
    class SlowDisk(FaultyDisk):
        def write(self, descriptor, data, offset):
            during()
            super().write(descriptor, data, offset)

    captured = []

    def during():
        # The event loop goes on while a thread flushes: the same page is fetched again.
        if exchange and not captured:
            captured.append(writer.capture(exchange))

    disk, exchange = SlowDisk(QUICK, kind="write"), None
    with archive.Writer(tmp_path / "data", disk=disk) as writer:
        disk.nth = disk.calls["write"] + 1
        exchange = Pages(4).visit(writer).exchanges[0][1]
        with pytest.raises(archive.CannotWrite):
            writer.flush()
        writer.flush()
    assert archive.open(tmp_path / "data").exchange(captured[0]) == exchange


def test_a_name_that_never_reached_the_disk_is_synced_with_the_next_batch(tmp_path):
    # The write fails after the last file was made: the next batch makes none.
    class Syncs(FaultyDisk):
        def sync_folder(self, path):
            synced.append(path)
            super().sync_folder(path)

    synced = []
    disk = Syncs(ForgetfulDisk(DISK), kind="write", error=errno.ENOSPC)
    pages, book = Pages(5), Book()
    writer = archive.Writer(tmp_path / "data", disk=disk)
    disk.nth = disk.calls["write"] + 3  # a capture, a line of articles, one of observations
    with pytest.raises(archive.CannotWrite, match="observations@"):
        batch(writer, pages, book, [], visits=1)
    synced.clear()
    batch(writer, pages, book, [], visits=1)
    (folder,) = [path for path in (tmp_path / "data" / "open").iterdir() if path.is_dir()]
    assert folder in synced
    writer.close()
