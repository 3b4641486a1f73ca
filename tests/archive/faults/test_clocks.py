"""Clocks that jump back and forth: of the system, of the records, of the names of files."""

import dataclasses
import random
from datetime import UTC, datetime, timedelta

import pytest
from ulid import ULID

import archive
from tests.archive.conftest import article, observation
from tests.archive.faults.losses import QUICK, look
from tests.archive.faults.workload import Call, let_go

NOON = datetime(2021, 7, 27, 12, tzinfo=UTC)


class Jumping:
    """Tells a time that has nothing to do with the one told before: days earlier or later, or the same."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def __call__(self):
        return NOON + timedelta(seconds=self.rng.choice([0, 1, -1, 3600, -86400 * 3, 86400 * 400, -86400 * 9000]))


@pytest.mark.parametrize("seed", range(6))
def test_story_o6_a_clock_that_jumps_loses_nothing_and_the_latest_stays_right(tmp_path, seed, monkeypatch):
    clock, rng, root = Jumping(seed), random.Random(seed), tmp_path / "data"
    # Names of files sort by a clock, too: nothing may hang on their order.
    monkeypatch.setattr("archive.segments.fresh_ulid", lambda: str(ULID.from_datetime(clock())))
    calls, newest = [], {}
    writer = archive.Writer(root, clock=clock, disk=QUICK)
    for number in range(40):
        id_ = archive.article_id(f"http://example.com/{rng.randrange(5)}")
        common = {"id": id_, "recorded_at": clock(), "visit_id": f"visit-{number:03}", "captures": ()}
        fetched_at = clock()
        revision = article(**common, revision_id=f"{number:03}", fetched_at=fetched_at, title=f"题 {number}")
        seen = observation(**common, observed_at=fetched_at)
        writer.append(revision, seen)
        calls.append(Call((revision, seen)))
        newest[id_] = max(fetched_at, newest.get(id_, fetched_at))
        assert writer.known.latest(id_).fetched_at == newest[id_]
        if rng.random() < 0.5:
            writer.flush()
        if rng.random() < 0.2:
            writer.publish()
        if rng.random() < 0.1:
            writer.flush()
            let_go(writer)  # killed
            writer = archive.Writer(root, clock=clock, disk=QUICK)
        assert writer.known.latest(id_).fetched_at == newest[id_]
    writer.close()
    found = look(root, calls, calls, QUICK)
    assert not found, found
    opened, model = archive.open(root), {}
    for revision in opened.articles(revisions=True):
        # The latest is the greatest of (fetched_at, order of the log).
        if revision.id not in model or revision.fetched_at >= model[revision.id].fetched_at:
            model[revision.id] = revision
    assert {found.id: found for found in opened.articles()} == model
    assert {id_: opened.article(id_).article for id_ in model} == model


@pytest.mark.parametrize("axis", ["recorded", "fetched"])
def test_as_of_a_time_is_by_the_times_on_the_lines_whatever_the_order_was(tmp_path, axis):
    clock, root, revisions = Jumping(7), tmp_path / "data", []
    with archive.Writer(root, clock=clock, disk=QUICK) as writer:
        for number in range(30):
            times = {"recorded_at": clock(), "fetched_at": clock()}
            revisions.append(article(**times, revision_id=f"{number:03}", captures=()))
            writer.append(revisions[-1])
            if number % 7 == 0:
                writer.publish()
    assert sorted(revisions, key=str) == sorted(archive.open(root).articles(revisions=True), key=str)
    revisions = list(archive.open(root).articles(revisions=True))  # in the order of the log
    for at in sorted({clock() for _ in range(20)}):
        there = [line for line in revisions if (line.recorded_at if axis == "recorded" else line.fetched_at) <= at]
        newest = max(enumerate(there), key=lambda found: (found[1].fetched_at, found[0]))[1:] if there else ()
        assert list(archive.open(root).articles(as_of=at, axis=axis)) == list(newest)


def test_a_day_that_comes_twice_has_files_of_both(tmp_path):
    root = tmp_path / "data"
    days = [NOON, NOON + timedelta(days=1), NOON, NOON + timedelta(days=1), NOON]
    seen = [dataclasses.replace(observation(recorded_at=at), visit_id=str(n)) for n, at in enumerate(days)]
    with archive.Writer(root, disk=QUICK) as writer:
        for record in seen:
            writer.append(record)
            writer.publish()
    assert list(archive.open(root).observations()) == seen
    assert sorted(len(list(folder.iterdir())) for folder in (root / "observations").iterdir()) == [2, 3]
