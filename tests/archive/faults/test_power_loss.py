import random
from contextlib import suppress

import pytest

import archive
from tests.archive.faults.disks import Died, DyingDisk, FaultyDisk, RecordingDisk
from tests.archive.faults.losses import QUICK, Story, look, lose_power, story
from tests.archive.faults.power import possible_disk
from tests.archive.faults.workload import Book, Pages, batch, let_go


@pytest.mark.parametrize("seed", [*range(10), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(10, 30))])
def test_a_power_loss_takes_nothing_that_was_acknowledged(tmp_path, seed):
    (tmp_path / "live").mkdir()
    told = story(tmp_path / "live", seed)
    for number in range(5):
        found = lose_power(told, tmp_path / f"after-{number}", random.Random(f"{seed} {number}"))
        assert not found, found


def cycle(root, disk, book, record):
    """Write two batches, publish, write another; leave it open."""
    writer = archive.Writer(root, disk=disk)
    try:
        pages = Pages("cycle", articles=3)
        for visits in (2, 2):
            batch(writer, pages, book, record, visits=visits)
        writer.publish()
        batch(writer, pages, book, record, visits=2)
    finally:
        disk.dead = True
        let_go(writer)


@pytest.mark.slow
def test_a_recovery_does_not_take_for_durable_what_a_killed_writer_did_not_sync(tmp_path):
    # Killed at each call in turn, taken up at once, and then the power goes: what was not synced by now is gone.
    nth, rng = 0, random.Random(1)
    while True:
        nth += 1
        base, after, book = tmp_path / f"{nth}", tmp_path / f"{nth}-after", Book()
        base.mkdir()
        after.mkdir()
        recording = RecordingDisk(base)
        try:
            cycle(base / "data", DyingDisk(recording, nth=nth), book, recording.record)
        except Died:
            again = DyingDisk(recording, nth=None if nth % 2 else rng.randrange(1, 40))
            with suppress(Died):
                writer = archive.Writer(base / "data", disk=again)
                batch(writer, Pages("again", "again.example"), book, recording.record, visits=1)
                let_go(writer)
        else:
            break
        possible_disk(recording.record, recording.root, after, random.Random(nth), policy="nothing")
        found = look(after / "data", [call for _, call in book.acknowledged], book.asked, QUICK)
        assert not found, (nth, found)
    assert nth > 60


@pytest.mark.slow
def test_a_power_loss_after_a_failed_fsync_takes_nothing_that_was_acknowledged(tmp_path):
    for nth in range(1, 20):
        base = tmp_path / f"{nth}"
        base.mkdir()
        told = Story(RecordingDisk(base), Book())
        disk = DyingDisk(FaultyDisk(told.disk, kind="sync", nth=nth))
        losses = 4
        try:
            cycle(base / "data", disk, told.book, told.disk.record)
        except archive.CannotWrite as error:
            # Where its line may be on disk, and is not acknowledged, much depends on what else is.
            losses = 40 if error.path.name == "journal" else 4
        for number in range(losses):
            target, rng = tmp_path / f"{nth}-{number}", random.Random(f"{nth} {number}")
            target.mkdir()
            possible_disk(told.disk.record, told.disk.root, target, rng)
            acknowledged = told.book.until(len(told.disk.record))
            found = look(target / "data", acknowledged, told.book.asked, QUICK)
            assert not found, (nth, number, found)


def test_a_disk_that_forgets_to_sync_is_found_out(tmp_path):
    # Else the test above could not fail.
    (tmp_path / "live").mkdir()
    told = story(tmp_path / "live", 5, forgetful=True)
    lost = []
    for number in range(10):
        lost += lose_power(told, tmp_path / f"after-{number}", random.Random(number)).verdict.lost
    assert lost
