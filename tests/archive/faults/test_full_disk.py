"""A real file system of a megabyte that is full, and one that cannot be written."""

import errno
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

import archive
from tests.archive.faults.disks import ForgetfulDisk, OnDisk
from tests.archive.faults.losses import QUICK, look
from tests.archive.faults.workload import Book, Pages, batch, judge

SIZE = 2 * 1024 * 1024


@pytest.fixture
def tiny(tmp_path):
    """Return a folder that is a file system of its own, of SIZE bytes."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    with mounted(folder, f"size={SIZE}"):
        yield folder


@contextmanager
def mounted(folder, options):
    try:
        as_root("mount", "-t", "tmpfs", "-o", f"{options},uid={os.getuid()}", "newsreel", str(folder))
    except (OSError, subprocess.CalledProcessError) as error:
        reason = f"mounting takes root's rights: {getattr(error, 'stderr', None) or error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield
    finally:
        as_root("umount", str(folder))


def as_root(*command):
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    subprocess.run([*before, *command], capture_output=True, text=True, check=True)


def fill(folder):
    """Leave no byte free; return the file that does it."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            while True:
                try:
                    file.write(bytes(size))
                except OSError:
                    break
    return ballast


class Calls(OnDisk):
    """Does something before the nth call of a kind."""

    def __init__(self):
        super().__init__(ForgetfulDisk())
        self.kind, self.countdown, self.do = "", 0, lambda: None

    def before(self, kind, path):
        if kind == self.kind:
            self.countdown -= 1
            if self.countdown == 0:
                self.do()


@pytest.mark.parametrize("moment", ["flush", "seal", "commit"])
def test_story_o6_a_full_disk_is_named_and_work_goes_on_when_there_is_space(tiny, moment):
    root, pages, book, disk = tiny / "data", Pages(moment), Book(), Calls()
    with archive.Writer(root, site="example.com", disk=disk) as writer:
        batch(writer, pages, book, [], visits=10)
        writer.publish()
        batch(writer, pages, book, [], visits=10)
        ballast = []
        disk.do = lambda: ballast.append(fill(tiny))
        # A seal makes the index of the captures, a commit its draft; a flush writes what it has.
        disk.kind, disk.countdown = {"flush": ("write", 1), "seal": ("create", 1), "commit": ("link", 0)}[moment]
        if moment == "commit":
            rename_then_fill(disk, tiny, ballast)
        refused = [refusal(writer, pages, book, moment)]
        while ballast:
            # Each further batch is refused as well, and says so.
            refused.append(refusal(writer, pages, book, "flush"))
            if len(refused) == 4:
                disk.kind = ""
                ballast.pop().unlink()
        for error in refused:
            assert str(root) in str(error)
            assert "No space left on device" in str(error)
        batch(writer, pages, book, [], visits=5)
        writer.publish()
        acknowledged = [call for _, call in book.acknowledged]
        assert not judge(root, acknowledged, book.asked)
    found = look(root, acknowledged, book.asked, QUICK)
    assert not found, found


def rename_then_fill(disk, tiny, ballast):
    """Let the disk be full when the last segment is in its place, and the commit is next."""
    disk.kind, disk.countdown = "rename", 5
    disk.do = lambda: ballast.append(fill(tiny))


def refusal(writer, pages, book, moment):
    try:
        if moment == "flush":
            batch(writer, pages, book, [], visits=20)
        else:
            writer.publish()
    except archive.CannotWrite as error:
        return error
    raise AssertionError("a full disk took it")


def test_a_writer_that_starts_on_a_full_disk_says_so_and_later_takes_up_what_was_left(tiny):
    root, book = tiny / "data", Book()
    writer = archive.Writer(root, disk=QUICK)
    batch(writer, Pages(1), book, [], visits=10)
    ballast = fill(tiny)
    with pytest.raises(archive.CannotWrite, match="No space left"):
        writer.close()
    with pytest.raises(archive.CannotWrite, match="No space left"):
        archive.Writer(root)
    assert list(archive.open(root).changes()) == []  # readers read all the same
    ballast.unlink()
    acknowledged = [call for _, call in book.acknowledged]
    found = look(root, acknowledged, book.asked, QUICK)
    assert not found, found


@pytest.mark.parametrize("catalog", ["there", "deleted"])
def test_story_o6_a_read_only_archive_is_read_and_a_writer_is_refused(tmp_path, catalog):
    folder, book = tmp_path / "mounted", Book()
    folder.mkdir()
    with mounted(folder, "size=4m"):
        with archive.Writer(folder / "data") as writer:
            batch(writer, Pages(1), book, [], visits=5)
        if catalog == "deleted":
            for path in (folder / "data").glob("catalog.sqlite*"):
                path.unlink()
        as_root("mount", "-o", "remount,ro", str(folder))
        with pytest.raises(archive.CannotWrite, match="Read-only file system"):
            archive.Writer(folder / "data")
        acknowledged = [call for _, call in book.acknowledged]
        assert not judge(folder / "data", acknowledged, acknowledged)


def test_story_o6_a_writer_whose_disk_becomes_read_only_says_so_and_nothing_is_lost(tmp_path):
    folder, book, pages = tmp_path / "mounted", Book(), Pages(1)
    folder.mkdir()

    class ReadOnly(OnDisk):
        def before(self, kind, path):
            if read_only:
                raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    read_only = False
    writer = archive.Writer(folder / "data", disk=ReadOnly(QUICK))
    batch(writer, pages, book, [], visits=5)
    read_only = True
    with pytest.raises(archive.CannotWrite, match="Read-only file system"):
        batch(writer, pages, book, [], visits=5)
    with pytest.raises(archive.CannotWrite, match="Read-only file system"):
        writer.close()
    acknowledged = [call for _, call in book.acknowledged]
    found = look(folder / "data", acknowledged, book.asked, QUICK)
    assert not found, found


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_read_and_a_writer_is_refused(tmp_path):
    book = Book()
    with archive.Writer(tmp_path / "data") as writer:
        batch(writer, Pages(1), book, [], visits=5)
    Path(tmp_path / "data").chmod(0o500)
    with pytest.raises(archive.CannotWrite, match="Permission denied"):
        archive.Writer(tmp_path / "data")
    acknowledged = [call for _, call in book.acknowledged]
    assert not judge(tmp_path / "data", acknowledged, acknowledged)
