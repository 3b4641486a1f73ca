"""Days without articles: which are a gap, and which are chance or rest."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.coverage.days import gaps, hidden

MONDAY = date(2026, 1, 5).toordinal()


def calendar(weeks, *pattern):
    """Return articles by day: a pattern of a week (Monday first), again and again."""
    return {MONDAY + n: pattern[n % len(pattern)] for n in range(7 * weeks)}


def without(counts, first, days):
    start = date.fromisoformat(first).toordinal()
    return {day: count for day, count in counts.items() if not start <= day < start + days}


def words(counts):
    return [(gap.run.words(), gap.found, round(gap.expected)) for gap in gaps(counts)]


def test_a_calendar_without_a_hole_has_no_gap():
    assert words(calendar(30, 5)) == []
    assert words(calendar(30, 6, 7, 6, 8, 5, 0, 0)) == []


def test_seven_days_that_are_dropped_are_one_gap():
    assert words(without(calendar(30, 5), "2026-03-02", 7)) == [("2026-03-02 to 2026-03-08", 0, 35)]


def test_days_of_rest_are_no_part_of_a_gap():
    counts = without(calendar(30, 8, 8, 8, 8, 8, 0, 0), "2026-03-02", 7)
    assert words(counts) == [("2026-03-02 to 2026-03-06", 0, 40)]


def test_a_gap_of_months_is_one():
    assert words(without(calendar(40, 5), "2026-03-02", 70)) == [("2026-03-02 to 2026-05-10", 0, 350)]


def test_a_week_of_which_little_is_left_is_a_gap():
    counts = calendar(30, 8)
    for n in range(7):
        counts[date(2026, 3, 2).toordinal() + n] = 1
    assert words(counts) == [("2026-03-02 to 2026-03-08", 7, 56)]


def test_a_single_quiet_day_of_a_small_site_is_chance():
    assert words(without(calendar(30, 3), "2026-03-03", 1)) == []
    assert words(without(calendar(30, 30), "2026-03-03", 1)) == [("2026-03-03", 0, 29)]


def test_a_site_whose_weeks_differ_much_needs_a_longer_silence():
    lively = {day: count * (1 + (day // 7) % 4) for day, count in calendar(40, 1).items()}
    assert words(without(lively, "2026-03-02", 7)) == []
    assert words(without(lively, "2026-03-02", 35)) != []


def test_a_date_in_another_century_makes_no_gap():
    assert words({**calendar(20, 5), date(1970, 1, 1).toordinal(): 1, 1: 1}) == []
    holed = without(calendar(20, 5), "2026-03-02", 7)
    assert words({**holed, date(9999, 1, 1).toordinal(): 1}) == [("2026-03-02 to 2026-03-08", 0, 35)]


def test_a_site_that_writes_seldom_has_no_gap_between_two_articles():
    assert words({MONDAY + 9 * n: 1 for n in range(100)}) == []


@settings(deadline=None, max_examples=30)
@given(st.dictionaries(st.integers(1, date.max.toordinal()), st.integers(0, 1000), max_size=60))
def test_any_calendar_is_looked_at_and_a_gap_holds_less_than_is_expected(counts):
    for gap in gaps(counts):
        assert gap.found < gap.expected
        assert gap.run.first <= gap.run.last


def test_what_a_way_leaves_out_is_told_where_it_shows_the_days_around():
    known, start = calendar(20, 5), date(2026, 3, 2).toordinal()
    shown = without(known, "2026-03-02", 7)
    assert [run.words() for run in hidden(known, shown)] == ["2026-03-02 to 2026-03-08"]
    # A list that shows what is new leaves out what is old, and is no hole; nor is one that shows one of five.
    assert hidden(known, {day: 5 for day in known if day > start}) == []
    assert hidden(known, {day: 1 for day in known if day % 3}) == []
    assert hidden(known, {}) == hidden({}, {}) == []


def test_the_newest_days_are_left_out_by_what_is_to_show_what_is_new():
    known = calendar(20, 5)
    shown = without(known, "2026-05-18", 7)
    assert hidden(known, shown) == []
    assert [run.words() for run in hidden(known, shown, newest=True)] == ["2026-05-18 to 2026-05-24"]


def test_a_month_is_left_out_across_days_of_rest():
    known = calendar(20, 5, 5, 5, 5, 5, 0, 0)
    run = hidden(known, without(known, "2026-03-02", 28))[0]
    assert run.words() == f"2026-03-02 to {date(2026, 3, 2) + timedelta(days=25)}"
