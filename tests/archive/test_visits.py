import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

import archive
from archive.catalog import discard
from archive.compact import compact
from archive.store import LocalStore
from archive.visits import visits_after

DAYS = [datetime(2021, 7, day, 12, tzinfo=UTC) for day in (26, 26, 28)]
A, B, C = ("a" * 32, "b" * 32, "c" * 32)


def compacted(root):
    compact(root, until=datetime(2030, 1, 1).date(), grace=timedelta(0))


@pytest.fixture
def history(tmp_path, make_article, make_observation, make_quarantined):
    """An archive of three commits, two of one day: A is seen in all, B in the second, C never; the last has quarantine."""
    root = tmp_path / "data"
    with archive.Writer(root) as writer:
        first, second, third = ({"recorded_at": day, "visit_id": f"day-{place}"} for place, day in enumerate(DAYS))
        writer.append(make_article(id=A, **first), make_observation(id=A, **first))
        writer.append(make_article(id=C, **first))
        writer.publish()
        writer.append(make_observation(id=A, outcome="same", **second))
        writer.append(make_article(id=B, **second), make_observation(id=B, **second | {"visit_id": "b"}))
        writer.publish()
        writer.append(make_observation(id=A, outcome="revised", **third), make_article(id=A, **third))
        writer.append(make_quarantined(**third), make_observation(id=B, outcome="quarantined", **third))
        writer.append(make_observation(id=B, outcome="moved", moved_to="http://b.example/", **third))
    return root


def seen(writer):
    return {id_: [writer.known.seen_after(id_, commit) for commit in range(5)] for id_ in (A, B, C, "d" * 32)}


SEEN = {
    A: [True, True, True, False, False],
    B: [True, True, False, False, False],
    C: [False] * 5,
    "d" * 32: [False] * 5,
}


def test_an_article_is_seen_after_each_commit_before_its_newest_visit(history):
    with archive.Writer(history) as writer:
        assert seen(writer) == SEEN


@pytest.mark.parametrize("rewritten", [False, True])
def test_a_catalog_that_is_made_anew_says_the_same(history, rewritten):
    if rewritten:
        compacted(history)
    discard(history / "catalog.sqlite")
    with archive.Writer(history) as writer:
        assert seen(writer) == SEEN


def test_a_catalog_of_the_version_before_is_made_anew(history):
    with closing(sqlite3.connect(history / "catalog.sqlite", isolation_level=None)) as catalog:
        catalog.execute("ALTER TABLE articles DROP COLUMN seen")
        catalog.execute("UPDATE meta SET version = 2")
    with archive.Writer(history) as writer:
        assert seen(writer) == SEEN


def test_compaction_is_no_visit(history):
    compacted(history)
    with archive.Writer(history) as writer:
        assert writer.log.head().number > 3
        assert seen(writer) == SEEN


@pytest.mark.parametrize(
    ("outcome", "shown"),
    [
        ("new", True),
        ("same", True),
        ("revised", True),
        ("not_modified", True),
        ("moved", False),
        ("gone", False),
        ("soft_404", False),
        ("quarantined", False),
        ("blocked", False),
        ("unreachable", False),
    ],
)
def test_only_a_wording_that_was_shown_is_seen_in_whichever_state_it_is(history, make_observation, outcome, shown):
    with archive.Writer(history) as writer:
        known = writer.known
        head = writer.log.head().number
        writer.append(make_observation(id=C, outcome=outcome))
        told = [known.seen_after(C, head)]
        known.flushing()  # as `flush` begins
        told.append(known.seen_after(C, head))
        known.flushed(kept=True)
        told.append(known.seen_after(C, head))
        writer.publish()
        told.append(known.seen_after(C, head))
        assert told == [shown] * 4
        assert not known.seen_after(C, head + 1)


def test_a_new_wording_without_a_visit_is_not_seen(history, make_article):
    with archive.Writer(history) as writer:
        writer.append(make_article(id=C, title="改", digest="sha256:2"))
        assert not writer.known.seen_after(C, 0)
        writer.publish()
        assert not writer.known.seen_after(C, 0)


def test_what_is_lost_is_not_seen(history, make_observation, monkeypatch):
    with archive.Writer(history) as writer:
        writer.append(make_observation(id=C))
        assert writer.known.seen_after(C, 3)

        def full(*arguments):
            raise OSError("full")

        monkeypatch.setattr(writer.disk, "write", full)
        with pytest.raises(archive.CannotWrite):
            writer.flush()
        monkeypatch.undo()
        assert not writer.known.seen_after(C, 3)


def test_the_place_in_the_log_decides_and_no_clock(history, make_observation):
    ahead, behind = (datetime(year, 1, 1, tzinfo=UTC) for year in (2099, 1999))
    with archive.Writer(history) as writer:
        writer.append(make_observation(id=A, recorded_at=ahead, visit_id="ahead"))
        writer.publish()
        assert not writer.known.seen_after(A, 4)
        writer.append(make_observation(id=A, recorded_at=behind, visit_id="behind"))
        writer.publish()
        assert (writer.known.seen_after(A, 4), writer.known.seen_after(A, 5)) == (True, False)


class Watched(LocalStore):
    """A store that remembers which files were opened."""

    def __init__(self, root):
        super().__init__(root)
        self.opened = []

    def open(self, key):
        self.opened.append(key.split("/")[1])
        return super().open(key)


def found(root, wanted, commit):
    store = Watched(root)
    return visits_after(store, archive.open(root).snapshot, wanted, commit), store.opened


@pytest.mark.parametrize("rewritten", [False, True])
def test_visits_are_found_in_commits_behind_a_number(history, rewritten):
    if rewritten:
        compacted(history)
    wanted = {"day-0", "day-1", "day-2", "b", "other"}
    told = [found(history, wanted, commit)[0] for commit in range(5)]
    assert told == [wanted - {"other"}, {"day-1", "b", "day-2"}, {"day-2"}, set(), set()]


def test_a_page_in_quarantine_was_visited_too(tmp_path, make_observation):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_observation(visit_id="quarantined", outcome="quarantined"))
    assert found(tmp_path, ["quarantined"], 0)[0] == {"quarantined"}


def test_only_files_with_newer_lines_are_read_and_none_once_all_is_found(history):
    early, late = "date=2021-07-26", "date=2021-07-28"
    assert found(history, ["other"], 0) == (set(), [late, early, early])
    assert found(history, ["other"], 1) == (set(), [late, early])
    assert found(history, ["other"], 2) == (set(), [late])
    assert found(history, ["day-2"], 0) == ({"day-2"}, [late])
    assert found(history, [], 0) == (set(), [])
    compacted(history)
    assert found(history, ["other"], 1) == (set(), [late, early])
    assert found(history, ["other"], 2) == (set(), [late])


def test_a_damaged_line_is_named_where_a_visit_is_looked_for(tmp_path, make_observation):
    with archive.Writer(tmp_path, compression="none") as writer:
        writer.append(make_observation())
    (path,) = tmp_path.glob("observations/*/*.jsonl")
    path.write_bytes(b"x" + path.read_bytes()[1:])
    with pytest.raises(archive.DamagedLine):
        found(tmp_path, ["other"], 0)


def test_a_capture_is_known_once_it_is_published(tmp_path):
    page = archive.Exchange(url="http://a.example/", status=200, headers=(), body=b"x", fetched_at=DAYS[0])
    with archive.Writer(tmp_path) as writer:
        capture, revisit = writer.capture(page), writer.capture(page)
        assert not writer.known.has_capture(capture.record_id)
        writer.publish()
        held = [writer.known.has_capture(id_) for id_ in (capture.record_id, revisit.record_id, "<urn:uuid:0>")]
        assert held == [True, True, False]
