from datetime import timedelta

from crawler.monitors.judging import judge
from crawler.monitors.limits import Limits
from tests.monitors.runs import past, run

LIMITS = Limits()


def silences(runs, limits=LIMITS):
    return [alarm for alarm in judge(runs[:-1], runs[-1], limits) if alarm.kind == "silence"]


def quiet(first, days, **others):
    return [run(first + day, new=0, **others) for day in range(days)]


def workdays(days, first=0):
    return [run(day, new=5 if day % 7 < 5 else 0) for day in range(first, first + days)]


def test_o3_a_site_silent_for_seven_times_its_usual_gap_raises_an_alarm():
    history = past(30)
    assert silences([*history, *quiet(30, 7)]) == []
    (alarm,) = silences([*history, *quiet(30, 8)])
    assert alarm.expected == "something new every 1 day, as on 29 of 29 days"
    assert alarm.seen == "nothing new for 8 days (since 2026-03-31), 8 times the usual gap"
    assert alarm.since == run(30).began_at
    assert [alarm.kind for alarm in judge([*history, *quiet(30, 7)], quiet(37, 1)[0], Limits())] == ["silence"]


def test_weekends_without_news_are_no_part_of_a_gap():
    history = workdays(56)
    assert silences([*history, *quiet(56, 8)]) == []
    assert silences([*history, *quiet(56, 12)])


def test_a_site_with_news_each_ten_days_is_given_seventy():
    history = [run(day, read=day % 10 == 0, new=day % 10 == 0) for day in range(121)]
    assert silences([*history, *quiet(121, 60, read=0)]) == []
    (alarm,) = silences([*history, *quiet(121, 75, read=0)])
    assert alarm.expected == "something new every 10 days, as on 12 of 120 days"


def test_runs_that_did_not_reach_the_site_say_nothing_of_it():
    down = [run(30 + day, read=0, outcome="unreachable", is_complete=False) for day in range(20)]
    assert silences([*past(30), *down]) == []
    stopped = [run(30 + day, read=0, outcome="stopped", is_complete=False) for day in range(20)]
    assert silences([*past(30), *stopped]) == []


def test_days_without_a_run_count_once_a_run_tells_what_they_brought():
    assert silences([*past(30), run(45, new=0)])
    assert silences([*past(30), run(45)]) == []


def test_a_run_that_cannot_reach_the_site_does_not_end_a_silence():
    assert silences([*past(30), *quiet(30, 9), run(39, read=0, outcome="unreachable", is_complete=False)])


def test_something_new_ends_it():
    assert silences([*past(30), *quiet(30, 9), run(39)]) == []


def test_a_new_site_is_not_silent():
    assert silences([run(0, mode="full", read=100, new=100), *quiet(1, 60)]) == []


def test_several_runs_a_day_make_no_shorter_gap():
    nights = [run(day) for day in range(30)]
    hourly = [
        run(day, new=5 if hour == 10 else 0, run_id=f"{day}.{hour}", began_at=one.began_at + timedelta(hours=hour))
        for day, one in enumerate(nights)
        for hour in range(0, 20, 4)
    ]
    last = hourly[-1].began_at
    after = [run(0, new=0, run_id=f"x{n}", began_at=last + timedelta(hours=4 * n)) for n in range(1, 30)]
    assert silences([*hourly, *after]) == []


def test_a_site_states_its_own_patience():
    runs = [*past(30), *quiet(30, 10)]
    assert silences(runs, Limits(silence=14)) == []
    assert silences(runs, Limits(silence=3))
