import logging
import multiprocessing
from dataclasses import replace

import pytest

from archive.disk import DISK
from crawler.monitors import history
from tests.monitors.runs import past, run


def written(folder, runs):
    for one in runs:
        history.append(folder, one)
    return history.path_of(folder, runs[0].site)


def test_runs_come_back_as_they_were_oldest_first(tmp_path):
    runs = past(5, layout={"body": (3, 4)}, examples={"short": ("http://a.cn/1",)}, latencies=(0.1, 0.2))
    written(tmp_path / "runs" / "history", runs)
    assert history.read(tmp_path / "runs" / "history", "a.cn") == runs


def test_a_site_that_never_ran_has_no_past(tmp_path):
    assert history.read(tmp_path, "a.cn") == []


def test_each_site_has_a_file_of_its_own(tmp_path):
    for site in ("a.cn", "a.cn/b", "../a", "中文.cn"):
        history.append(tmp_path, replace(run(), site=site))
    assert len(list(tmp_path.iterdir())) == 4
    assert [one.site for one in history.read(tmp_path, "../a")] == ["../a"]


def test_only_the_last_runs_are_read_and_of_the_file_no_more_than_they_need(tmp_path, monkeypatch):
    path = written(tmp_path, past(1000))
    asked = []
    pread = history.os.pread
    monkeypatch.setattr(history.os, "pread", lambda fd, size, offset: asked.append(size) or pread(fd, size, offset))
    assert history.read(tmp_path, "a.cn", most=20) == past(1000)[-20:]
    assert sum(asked) < 3 * history._BLOCK < path.stat().st_size


def test_lines_that_span_blocks_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(history, "_BLOCK", 7)
    written(tmp_path, past(3))
    assert history.read(tmp_path, "a.cn") == past(3)


def test_a_file_cut_at_every_byte_keeps_each_whole_line_and_takes_the_next(tmp_path):
    runs = past(2)
    whole = written(tmp_path / "whole", runs).read_bytes()
    first = whole.index(b"\n") + 1
    for size in range(len(whole)):
        folder = tmp_path / str(size)
        folder.mkdir()
        history.path_of(folder, "a.cn").write_bytes(whole[:size])
        kept = runs[: (size >= first)]
        assert history.recall(folder, "a.cn") == (kept, 0)
        if size % 40 == 0 or size == first:
            history.append(folder, run(9))
            assert history.recall(folder, "a.cn") == ([*kept, run(9)], 0)


def test_lines_that_cannot_be_read_are_passed_over_and_counted(tmp_path, caplog):
    path = written(tmp_path, past(3))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"\xff\xfe{\n" + lines[1] + b'{"schema": 2}\n' + lines[2])
    assert history.recall(tmp_path, "a.cn") == (past(3), 2)
    with caplog.at_level(logging.WARNING):
        assert history.read(tmp_path, "a.cn") == past(3)
    assert "2 lines cannot be read" in caplog.text


def test_a_key_of_a_later_version_is_no_damage(tmp_path):
    path = written(tmp_path, past(1))
    path.write_bytes(path.read_bytes().replace(b'{"schema":1', b'{"later":[1],"schema":1'))
    assert history.recall(tmp_path, "a.cn") == (past(1), 0)


def test_a_run_is_on_disk_with_its_name_when_append_returns(tmp_path, monkeypatch):
    synced = []
    sync, sync_folder = DISK.sync, DISK.sync_folder
    monkeypatch.setattr(type(DISK), "sync", lambda _, fd: synced.append("file") or sync(fd))
    monkeypatch.setattr(type(DISK), "sync_folder", lambda _, path: synced.append("folder") or sync_folder(path))
    written(tmp_path, past(2))
    assert synced == ["file", "folder", "file"]


def test_a_disk_that_is_full_leaves_the_past_as_it_was(tmp_path, monkeypatch):
    path = written(tmp_path, past(2))
    before = path.read_bytes()
    write = DISK.write

    def half(_, descriptor, data, offset):
        write(descriptor, data[:20], offset)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(type(DISK), "write", half)
        with pytest.raises(OSError, match="No space"):
            history.append(tmp_path, run(2))
    assert path.read_bytes() == before
    history.append(tmp_path, run(2))
    assert history.read(tmp_path, "a.cn") == past(3)


def _append(folder, first):
    for day in range(first, first + 20):
        history.append(folder, run(day))


def test_two_processes_that_append_at_once_lose_nothing(tmp_path):
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=_append, args=(tmp_path, 100 * n)) for n in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    found, unreadable = history.recall(tmp_path, "a.cn")
    assert unreadable == 0
    assert sorted(one.run_id for one in found) == sorted(f"{100 * n + day:05}" for n in range(3) for day in range(20))
