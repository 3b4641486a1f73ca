"""Mirroring: a copy that is an archive at any moment, whoever writes, merges or takes down meanwhile."""

import shutil
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

import archive
from archive.cli import main
from archive.compact import compact
from archive.erase import erase
from archive.mirroring import mirror
from archive.verify import verify
from tests.archive.faults.disks import Died, DyingDisk, ForgetfulDisk
from tests.archive.worlds import HOST, World, contents


def grow(folder, *numbers):
    for number in numbers:
        with World(folder) as world:
            world.now += timedelta(hours=number)
            world.article(
                f"/{number}.html",
                f"第{number}篇报道",
                "正文。" * number,
                world.capture(f"/{number}.html", b"%d" % number),
            )
    return folder


@pytest.fixture
def root(tmp_path):
    return grow(tmp_path / "data", 1, 2, 3)


def published(root):
    tops = ("LAYOUT.json", "log", "articles", "observations", "quarantine", "warc", "index")
    paths = [path for path in root.rglob("*") if path.is_file() and path.relative_to(root).parts[0] in tops]
    return {path.relative_to(root): path.read_bytes() for path in paths}


def test_a_copy_has_the_same_bytes_and_the_same_head(root, tmp_path):
    made = mirror(root, tmp_path / "copy")
    assert published(tmp_path / "copy") == published(root)
    assert contents(tmp_path / "copy") == contents(root)
    assert made.head == archive.open(root).head.digest
    assert (made.commits, made.files) == (3, 12)


def test_only_what_is_new_is_copied(root, tmp_path):
    mirror(root, tmp_path / "copy")
    grow(root, 4)
    made = mirror(root, tmp_path / "copy")
    assert (made.commits, made.files) == (1, 4)
    assert published(tmp_path / "copy") == published(root)
    assert mirror(root, tmp_path / "copy").files == 0


def test_a_copy_made_while_a_writer_and_a_compaction_are_at_work_is_sound(root, tmp_path):
    stop = threading.Event()

    def work():
        number = 4
        while not stop.is_set():
            grow(root, number)
            compact(root, until=datetime(2030, 1, 1).date(), grace=timedelta(0))
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _ in range(8):
            made = mirror(root, tmp_path / "copy")
            report = verify(tmp_path / "copy")
            assert (report.findings, report.head.digest) == ([], made.head)
    finally:
        stop.set()
        thread.join()
    mirror(root, tmp_path / "copy")
    assert contents(tmp_path / "copy") == contents(root)


def test_merged_files_leave_the_copy_after_the_grace_and_taken_down_ones_at_once(root, tmp_path):
    mirror(root, tmp_path / "copy")
    compact(root, until=datetime(2030, 1, 1).date())
    assert mirror(root, tmp_path / "copy").deleted == 0
    erase(root, f"{HOST}/2.html", "an order")
    mirror(root, tmp_path / "copy")
    assert b"".join(published(tmp_path / "copy").values()).count("第2篇报道".encode()) == 0
    assert {article.url[-7:] for article in archive.open(tmp_path / "copy").articles()} == {"/1.html", "/3.html"}
    mirror(root, tmp_path / "copy", now=lambda: datetime.now(UTC) + timedelta(days=8))
    assert published(tmp_path / "copy").keys() == {
        path
        for path in published(root)
        if path.parts[0] in ("LAYOUT.json", "log") or str(path) in archive.open(root).snapshot.files
    }
    assert verify(tmp_path / "copy").findings == []


def test_a_copy_that_was_written_into_and_another_archive_are_refused(root, tmp_path):
    mirror(root, tmp_path / "copy")
    grow(tmp_path / "copy", 9)
    before = published(tmp_path / "copy")
    with pytest.raises(archive.NotMergeable, match="commit 4 is none of"):
        mirror(root, tmp_path / "copy")
    with pytest.raises(archive.NotMergeable, match="it is no copy"):
        mirror(root, grow(tmp_path / "other", 1))
    assert published(tmp_path / "copy") == before


def test_a_damaged_file_is_named_and_does_not_reach_the_copy(root, tmp_path):
    path = next((root / "warc").rglob("*.gz"))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(archive.DamagedFile, match=path.name):
        mirror(root, tmp_path / "copy")
    assert list(archive.open(tmp_path / "copy").changes()) == []
    assert not list((tmp_path / "copy").rglob(path.name))
    path.unlink()
    with pytest.raises(archive.DamagedFile, match="the file is missing"):
        mirror(root, tmp_path / "copy")


@pytest.mark.slow
def test_after_a_death_anywhere_the_copy_is_sound_and_the_next_completes_it(root, tmp_path):
    mirror(root, tmp_path / "begun")
    grow(root, 4)
    expected, happened, nth = published(root), 0, 1
    while True:
        copy = shutil.copytree(tmp_path / "begun", tmp_path / f"copy-{nth}")
        disk = DyingDisk(ForgetfulDisk(), nth=nth)
        with suppress(Died, archive.CannotWrite):
            mirror(root, copy, disk=disk)
        if not disk.dead:
            break
        happened, nth = happened + 1, nth + 1
        assert len(list(archive.open(copy).articles())) in (3, 4)
        mirror(root, copy, disk=ForgetfulDisk())
        assert published(copy) == expected
        assert verify(copy).findings == []
        shutil.rmtree(copy)
    assert happened > 15


def test_the_command_says_what_it_did(root, tmp_path, capsys):
    assert main(["mirror", str(tmp_path / "copy"), "--archive", str(root)]) == 0
    copied, head = capsys.readouterr().out.splitlines()
    assert copied.startswith("12 files (0.0 MB) and 3 commits copied; 0 older files deleted")
    assert head == f"head {archive.open(root).head.digest}"
    assert main(["verify", "--archive", str(tmp_path / "copy"), "--head", head[5:]]) == 0
    capsys.readouterr()
    grow(tmp_path / "copy", 9)
    assert main(["mirror", str(tmp_path / "copy"), "--archive", str(root)]) == 2
    assert "it is no copy, or was written into" in capsys.readouterr().err
