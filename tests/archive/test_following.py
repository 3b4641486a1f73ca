"""A reader that follows: nothing is missed and nothing comes twice under two cursors, whoever is killed meanwhile."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest

import archive
from archive.commands.reading import follow
from archive.compact import compact
from archive.folder import OPEN
from archive.lock import Lock, SharedLock, is_held
from archive.writer import FOLLOWERS
from tests.archive.following import run
from tests.archive.worlds import World


@pytest.mark.slow
@pytest.mark.parametrize("compacting", [False, True])
def test_story_e4_every_acknowledged_change_arrives_where_both_are_killed(tmp_path, compacting):
    outcome = run(tmp_path, kills=4, followed_seconds=0.3, compacting=compacting, seed=7)
    assert outcome.kills["writer"] == outcome.kills["reader"] == 4
    assert outcome.acknowledged > 20
    assert (outcome.missing, outcome.strange, outcome.changed, outcome.doubled) == (0, 0, 0, 0), str(outcome)


@pytest.fixture
def root(tmp_path):
    for number in range(1, 4):
        with World(tmp_path) as world:
            world.article(f"/{number}.html", f"第{number}篇报道", "正文。" * number)
    return tmp_path


def test_it_goes_on_behind_what_is_committed_while_it_waits(root):
    changes = follow(archive.open(root), None)
    got = [next(changes) for _ in range(6)]
    with World(root) as world:
        world.article("/4.html", "第四篇报道", "正文。")
    got += [next(changes) for _ in range(2)]
    assert [change.cursor for change in got] == [change.cursor for change in archive.open(root).changes()]
    assert [change.record.title for change in got if change.kind == "revision"][-1] == "第四篇报道"


def test_it_goes_on_where_the_files_that_it_reads_are_merged_and_deleted(root):
    expected = list(archive.open(root).changes())
    changes = follow(archive.open(root), None)
    got = [next(changes)]
    made = compact(root, grace=timedelta(0))
    assert made.deleted
    got += [next(changes) for _ in range(5)]
    assert got == expected


def test_a_file_that_is_really_missing_is_damage(root):
    next((root / "observations").rglob("*.zst")).unlink()
    with pytest.raises(archive.DamagedFile):
        list(follow(archive.open(root), None))


def test_a_commit_that_has_nothing_to_tell_is_not_read_for_again(root):
    opened = archive.open(root)
    changes = follow(opened, None)
    for _ in range(6):
        next(changes)
    compact(root, grace=timedelta(0))  # two commits, and no change
    read = []
    with World(root) as world:
        world.article("/4.html", "第四篇报道", "正文。")
    opening = opened.store.open
    opened.store.open = lambda key: read.append(key) or opening(key)
    assert json.loads(next(changes).line)["title"] == "第四篇报道"
    assert len(read) == 1


def test_writers_see_that_somebody_follows(root):
    path = root / OPEN / FOLLOWERS
    assert not is_held(path)
    changes = follow(archive.open(root), None)
    next(changes)
    assert is_held(path)
    # A recovery sweeps locks that nobody holds.
    archive.Writer(root).close()
    assert is_held(path)
    changes.close()
    assert not is_held(path)


def test_a_reader_is_seen_though_its_lock_was_swept_while_it_came(root, monkeypatch):
    path = root / OPEN / FOLLOWERS
    real, swept = os.open, []

    def opened(name, *words, **more):
        descriptor = real(name, *words, **more)
        if name == path and not swept:
            swept.append(path)
            path.unlink()  # between its opening and its locking
        return descriptor

    monkeypatch.setattr(os, "open", opened)
    lock = SharedLock(path)
    monkeypatch.undo()
    assert swept
    assert is_held(path)
    lock.release()


def test_an_archive_where_nothing_can_be_written_is_followed_too(root):
    (root / OPEN).rename(root / "away")  # a folder that cannot be made stands for one that cannot be written
    (root / OPEN).write_bytes(b"")
    assert json.loads(next(follow(archive.open(root), None)).line)["title"] == "第1篇报道"


def test_a_cursor_of_another_archive_is_named(root):
    with pytest.raises(archive.UnknownCursor, match="the newest commit is 3"):
        next(follow(archive.open(root), "4.1.0"))


def test_the_command_prints_changes_as_they_are_committed(root):
    command = [sys.executable, "-m", "archive.cli", "changes", "--archive", str(root), "--follow", "--since", "3.1.0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        first = json.loads(process.stdout.readline())
        with World(root) as world:
            world.article("/4.html", "第四篇报道", "正文。")
        second = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == b""
    assert (first["cursor"], first["kind"]) == ("3.2.0", "observation")
    assert (second["cursor"], second["kind"], second["record"]["title"]) == ("4.1.0", "revision", "第四篇报道")


def test_a_lock_is_free_when_its_holder_lets_go(tmp_path):
    lock = Lock.acquire(tmp_path / "a.lock")
    assert is_held(tmp_path / "a.lock")
    waiting = threading.Thread(target=lambda: SharedLock(tmp_path / "a.lock").release())
    waiting.start()
    time.sleep(0.05)
    assert waiting.is_alive()
    lock.release(remove=False)
    waiting.join(5)
    assert not waiting.is_alive()
