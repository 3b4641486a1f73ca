import pytest

from crawler.monitors.judging import judge
from crawler.monitors.limits import Limits
from tests.monitors.runs import BEGIN, lacking, past, run

LIMITS = Limits()


def fields(history, now, limits=LIMITS):
    return [alarm for alarm in judge(history, now, limits) if alarm.kind == "field"]


def test_a_field_that_is_gone_is_named_with_what_was_expected_and_seen_and_since_when():
    urls = ("http://a.cn/1", "http://a.cn/2")
    now = run(30, fields=lacking("source"), examples={"field:source": urls})
    (alarm,) = fields(past(), now)
    assert (alarm.subject, alarm.expected, alarm.seen) == ("source", "source on 100 % of 300 articles", "on none of 10")
    assert alarm.since == now.began_at
    assert alarm.examples == urls


def test_a_field_that_half_of_the_templates_lost_is_named_within_two_runs():
    runs = [*past(), run(30, fields=lacking("source", left=5)), run(31, fields=lacking("source", left=5))]
    (alarm,) = fields(runs[:-1], runs[-1])
    assert alarm.subject == "source"
    assert alarm.since == runs[30].began_at


def test_a_sound_run_raises_nothing():
    assert judge(past(), run(30), LIMITS) == []


def test_a_field_that_varies_may_vary():
    history = [run(day, fields={"source": 4 + day % 7}) for day in range(30)]
    assert fields(history, run(30, fields={"source": 3})) == []


def test_a_field_that_the_site_never_stated_cannot_be_lost():
    history = past(60)
    assert all(not fields(history[:day], history[day]) for day in range(60))
    assert all(run.fields.get("view_count") is None for run in history)


def test_a_new_site_has_nothing_to_lose():
    history = past(4)
    assert judge(history, run(4, fields={}), LIMITS) == []
    assert judge([], run(0, fields={}), LIMITS) == []


def test_a_site_of_one_article_a_night_is_judged_over_its_runs():
    history = past(60, read=1)
    lost = [run(60 + day, read=1, fields=lacking("source", read=1)) for day in range(4)]
    raised = [bool(fields([*history, *lost[:day]], lost[day])) for day in range(4)]
    assert not raised[0]
    assert raised[3]
    (alarm,) = fields([*history, *lost[:3]], lost[3])
    assert (alarm.seen, alarm.since) == ("on none of 4", lost[0].began_at)


def test_an_alarm_stands_through_runs_that_read_nothing():
    lost = [run(30, fields=lacking("source")), run(31, read=0), run(32, read=0, outcome="locked", is_complete=False)]
    (alarm,) = fields([*past(), *lost[:2]], lost[2])
    assert alarm.since == lost[0].began_at


def test_an_alarm_goes_on_and_ends_when_the_field_is_back():
    lost = [run(30 + day, fields=lacking("source")) for day in range(20)]
    (alarm,) = fields([*past(), *lost[:-1]], lost[-1])
    assert (alarm.since, alarm.seen) == (lost[0].began_at, "on none of 200")
    well = [run(50), run(51)]
    assert fields([*past(), *lost, well[0]], well[1]) == []


def test_what_was_so_for_sixty_days_is_usual():
    lost = [run(30 + day, fields=lacking("source")) for day in range(62)]
    assert fields([*past(), *lost[:58]], lost[58])
    assert fields([*past(), *lost[:61]], lost[61]) == []


def test_full_runs_are_held_against_full_runs():
    def old(day):
        return run(day, read=500, mode="full", fields=lacking("author", read=500, left=100))

    history = [old(day) if day % 7 == 0 else run(day) for day in range(42)]
    assert fields(history, old(42)) == []
    (alarm,) = fields(history, run(42, read=500, mode="full", fields=lacking("author", read=500)))
    assert alarm.subject == "author"


def test_a_site_states_its_own_limits():
    now = run(30, fields=lacking("source"))
    assert fields(past(), now, Limits(ignored=frozenset({"field:source"}))) == []
    assert fields(past(), now, Limits(ignored=frozenset({"field"}))) == []
    slight = run(30, fields=lacking("source", left=8))
    (alarm,) = fields(past(), slight, Limits(least={"source": 0.9}))
    assert alarm.expected == "source on at least 90 % of all articles, as the spider says"
    assert (alarm.seen, alarm.since) == ("on 8 of 10", slight.began_at)
    assert fields(past(), slight, Limits(least={"source": 0.8})) == []
    assert fields([], slight, Limits(least={"source": 0.9}))


@pytest.mark.parametrize("one_in", [10.0, 1e9])
def test_how_sure_an_alarm_must_be_can_be_said(one_in):
    lost = [run(30, read=2, fields=lacking("source", read=2))]
    assert bool(fields(past(30), lost[0], Limits(one_in=one_in))) is (one_in < 100)


def test_since_is_the_first_run_of_the_stretch():
    assert run(3).began_at > BEGIN
    lost = [run(30 + day, fields=lacking("source", left=5)) for day in range(4)]
    (alarm,) = fields([*past(), *lost[:3]], lost[3])
    assert alarm.since == lost[0].began_at
