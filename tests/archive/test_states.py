from datetime import UTC, datetime

import archive

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


def test_an_article_that_is_gone_was_last_seen_before(stored, make_article, make_observation):
    root = stored(make_article(recorded_at=MONDAY), make_observation(recorded_at=TUESDAY, outcome="gone"))
    assert state_of(root) == (1, "gone", MONDAY, MONDAY)


def test_an_article_that_comes_back_is_live(stored, make_article, make_observation):
    root = stored(
        make_article(recorded_at=MONDAY),
        make_observation(recorded_at=TUESDAY, outcome="gone"),
        make_observation(recorded_at=WEDNESDAY, outcome="same"),
    )
    assert state_of(root) == (1, "live", MONDAY, WEDNESDAY)


def test_a_server_in_trouble_says_nothing_of_the_article(stored, make_article, make_observation):
    root = stored(
        make_article(recorded_at=MONDAY),
        make_observation(recorded_at=TUESDAY, outcome="moved"),
        make_observation(recorded_at=WEDNESDAY, outcome="unreachable"),
        make_observation(recorded_at=THURSDAY, id="c" * 32),
    )
    assert state_of(root) == (1, "moved", MONDAY, MONDAY)
