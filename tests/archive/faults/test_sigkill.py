import random
import time

import pytest

import archive
from archive.folder import OPEN
from tests.archive.faults.losses import QUICK, look
from tests.archive.faults.processes import Process, book_of, phase_of, reader
from tests.archive.faults.workload import Pages, judge

BATCHES = 4
"""Of the cycle that is killed everywhere: it opens, flushes, publishes after the second batch, goes on and closes."""


def check(root, *books):
    """Reopen as the next run would, and compare."""
    acknowledged = [call for book in books for _, call in book.acknowledged]
    found = look(root, acknowledged, [call for book in books for call in book.asked], QUICK)
    assert not found, found


@pytest.mark.slow
def test_a_writer_killed_between_any_two_calls_of_the_disk_loses_nothing(tmp_path):
    phases, nth = set(), 0
    while True:
        nth += 1
        root, told = tmp_path / f"data-{nth}", tmp_path / f"told-{nth}"
        writer = Process(root, told, "cycle", nth=nth, batches=BATCHES)
        writer.process.join(60)
        if writer.process.exitcode == 0:
            break
        phases.add(phase_of(writer.last_phase()))
        if root.exists():
            check(root, writer.book())
    kinds = {"open: link", "flush: sync", "flush: write", "publish: rename", "publish: link", "publish: remove_folder"}
    assert kinds <= phases, phases


@pytest.mark.slow
def test_a_writer_killed_again_and_again_at_random_moments_loses_nothing(tmp_path):
    rng, root, books, phases = random.Random(3), tmp_path / "data", [], []
    for run in range(15):
        writer = Process(root, tmp_path / f"told-{run}", f"run {run}", site=f"{run}.example")
        writer.wait_for(1)
        time.sleep(rng.random() * 0.1)
        writer.kill()
        books.append(writer.book())
        phases.append(phase_of(writer.last_phase()))
    check(root, *books)
    assert all(phase for phase in phases)
    assert len(set(phases)) > 2, phases


def test_of_two_writers_one_is_killed_and_the_other_goes_on(tmp_path):
    root = tmp_path / "data"
    archive.Writer(root).close()
    one, two = (Process(root, tmp_path / site, 1, site=site) for site in ("one.example", "two.example"))
    for writer in (one, two):
        writer.wait_for(10)
    one.kill()
    acknowledged = len(two.book().acknowledged)
    archive.Writer(root).close()  # takes up what the dead one left, and nothing of the living one
    two.wait_for(acknowledged + 10)
    two.end()
    check(root, one.book(), two.book())


def test_a_paused_writer_keeps_what_is_its_own(tmp_path):
    root = tmp_path / "data"
    paused = Process(root, tmp_path / "told", 2, site="paused.example")
    paused.wait_for(20)
    paused.pause()
    before = {path: path.read_bytes() for path in (root / OPEN).rglob("*") if path.is_file()}
    with pytest.raises(archive.SiteLocked):
        archive.Writer(root, site="paused.example")
    with archive.Writer(root, site="other.example") as writer:
        pages = Pages(2, "other.example")
        other = pages.visit(writer)
    assert {path: path.read_bytes() for path in before} == before
    paused.go_on()
    paused.wait_for(len(paused.book().acknowledged) + 5)
    paused.end()
    book = paused.book()
    book.asked.append(other)
    book.acknowledged.append((0, other))
    check(root, book)


def test_a_killed_reader_hinders_nobody(tmp_path):
    root = tmp_path / "data"
    archive.Writer(root).close()
    rng, writer = random.Random(4), Process(root, tmp_path / "told", 4)
    writer.wait_for(5)
    for number in range(5):
        reading = reader(root, tmp_path / f"read-{number}")
        while not (tmp_path / f"read-{number}").exists():
            time.sleep(0.002)
        time.sleep(rng.random() * 0.05)
        reading.kill()
        reading.join()
    writer.end()
    book = book_of(writer.told)
    assert not judge(root, [call for _, call in book.acknowledged], book.asked)
    check(root, book)
