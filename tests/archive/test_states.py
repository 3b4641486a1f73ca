from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archive
from archive.catalog import discard
from archive.compact import compact
from tests.archive.conftest import article, observation

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (datetime(2021, 7, day, 12, tzinfo=UTC) for day in (26, 27, 28, 29))


def state_of(root):
    (state,) = archive.open(root).states()
    return state.revision, state.status, state.first_seen_at, state.last_seen_at


def test_an_article_seen_once_is_live(stored, make_article):
    assert state_of(stored(make_article(recorded_at=MONDAY))) == (1, "live", MONDAY, MONDAY)


def test_revisions_are_counted_and_visits_without_change_move_the_last_sight(stored, make_article, make_observation):
    root = stored(
        make_article(recorded_at=MONDAY),
        make_article(recorded_at=TUESDAY, title="改"),
        make_observation(recorded_at=WEDNESDAY, outcome="same"),
    )
    assert state_of(root) == (2, "live", MONDAY, WEDNESDAY)


@pytest.mark.parametrize("first", ["gone", "soft_404"])
def test_an_article_is_gone_with_the_second_visit_that_misses_it(stored, make_article, make_observation, first):
    root = stored(make_article(recorded_at=MONDAY), make_observation(recorded_at=TUESDAY, outcome=first))
    (state,) = archive.open(root).states()
    assert (state.status, state.missing_at, state.last_seen_at) == ("live", TUESDAY, MONDAY)
    stored(make_observation(recorded_at=WEDNESDAY, outcome="gone"))
    (state,) = archive.open(root).states()
    assert (state.status, state.missing_at, state.last_seen_at) == ("gone", WEDNESDAY, MONDAY)


def test_a_visit_that_is_written_twice_is_one(stored, make_article, make_observation):
    gone = make_observation(recorded_at=TUESDAY, outcome="gone")
    assert state_of(stored(make_article(recorded_at=MONDAY), gone, gone)) == (1, "live", MONDAY, MONDAY)


@pytest.mark.parametrize("between", ["blocked", "unreachable"])
def test_a_server_in_trouble_between_does_not_count(stored, make_article, make_observation, between):
    root = stored(
        make_article(recorded_at=MONDAY),
        *(
            make_observation(recorded_at=at, outcome=outcome)
            for at, outcome in ((TUESDAY, "gone"), (WEDNESDAY, between), (THURSDAY, "gone"))
        ),
    )
    assert state_of(root) == (1, "gone", MONDAY, MONDAY)


@pytest.mark.parametrize("between", ["same", "revised", "not_modified", "quarantined"])
def test_whatever_finds_it_between_begins_the_count_anew(stored, make_article, make_observation, between):
    root = stored(
        make_article(recorded_at=MONDAY),
        *(
            make_observation(recorded_at=at, outcome=outcome)
            for at, outcome in ((TUESDAY, "gone"), (WEDNESDAY, between), (THURSDAY, "gone"))
        ),
    )
    assert state_of(root) == (1, "live", MONDAY, WEDNESDAY)


def test_an_article_that_comes_back_is_live(stored, make_article, make_observation):
    root = stored(
        make_article(recorded_at=MONDAY),
        make_observation(recorded_at=TUESDAY, outcome="gone"),
        make_observation(recorded_at=WEDNESDAY, outcome="gone"),
        make_observation(recorded_at=THURSDAY, outcome="same"),
    )
    assert state_of(root) == (1, "live", MONDAY, THURSDAY)
    assert [change.kind for change in archive.open(root).changes()] == ["revision", "observation", "end", "observation"]


# Any history, in any order of recording, told and taken in any pieces. ---------------------------------------------


def standing(seen):
    """Return status and last moment of missing, as a person would who lays the visits out in order."""
    status, missing = "live", []
    for outcome, _, at in sorted(
        ((o, n, at) for n, (o, at) in enumerate(seen)), key=lambda visit: (visit[2], visit[1])
    ):
        if outcome in ("gone", "soft_404"):
            missing = missing if at in missing else [*missing, at]
        elif outcome not in ("blocked", "unreachable"):
            status, missing = "moved" if outcome == "moved" else "live", []
    return "gone" if len(missing) > 1 else status, missing[-1] if missing else None


OUTCOMES = ["same", "gone", "gone", "gone", "soft_404", "moved", "blocked", "unreachable", "not_modified"]
VISITS = st.lists(st.tuples(st.sampled_from(OUTCOMES), st.integers(0, 6)), max_size=8)


@given(visits=VISITS, commits=st.sets(st.integers(0, 7)), compacted=st.booleans())
@settings(max_examples=20, deadline=None)
def test_any_history_comes_to_the_same_however_it_was_recorded(visits, commits, compacted):
    seen = [(outcome, MONDAY + timedelta(hours=hour)) for outcome, hour in visits]
    with TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        with archive.Writer(root, compression="none") as writer:
            writer.append(article(recorded_at=MONDAY, fetched_at=MONDAY))
            writer.publish()
            for number, (outcome, at) in enumerate(seen):
                day = MONDAY + timedelta(days=number % 3)  # a file a day: compaction puts commits out of order
                writer.append(observation(outcome=outcome, observed_at=at, recorded_at=day, visit_id=str(number)))
                if number in commits:
                    writer.publish()
        # In the order of the log, where a commit has its lines day by day: of one moment, the later there is newer.
        order = sorted(range(len(seen)), key=lambda number: (sum(one < number for one in commits), number % 3, number))
        seen = [seen[number] for number in order]
        told = [(change.cursor, change.kind) for change in archive.open(root).changes()]
        kinds = [kind for _, kind in told[1:]]
        before = [standing(seen[:number])[0] for number in range(len(seen))]
        after = [standing(seen[: number + 1])[0] for number in range(len(seen))]
        assert Counter(kinds) == Counter(
            "end" if outcome == "moved" or (outcome in ("gone", "soft_404") and was != "gone" == now) else "observation"
            for (outcome, _), was, now in zip(seen, before, after, strict=True)
        )
        if compacted:
            compact(root, until=date(2030, 1, 1), grace=timedelta(0))
            discard(root / "catalog.sqlite")
        (state,) = archive.open(root).states()
        assert (state.status, state.missing_at) == standing(seen)
        for number, (cursor, _) in enumerate(told):
            rest = [(change.cursor, change.kind) for change in archive.open(root).changes(cursor)]
            assert rest == told[number + 1 :]


def test_a_server_in_trouble_says_nothing_of_the_article(stored, make_article, make_observation):
    root = stored(
        make_article(recorded_at=MONDAY),
        make_observation(recorded_at=TUESDAY, outcome="moved"),
        make_observation(recorded_at=WEDNESDAY, outcome="unreachable"),
        make_observation(recorded_at=THURSDAY, id="c" * 32),
    )
    assert state_of(root) == (1, "moved", MONDAY, MONDAY)
