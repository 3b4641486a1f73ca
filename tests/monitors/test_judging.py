from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.monitors import RunFacts
from crawler.monitors.facts import FIELDS
from crawler.monitors.judging import judge
from crawler.monitors.limits import Limits
from tests.monitors.runs import lacking, past, run

NUMBERS = st.one_of(st.integers(-2, 40), st.integers())


def counts(*names):
    return st.dictionaries(st.sampled_from(names), NUMBERS, max_size=4)


RUNS = st.builds(
    RunFacts,
    run_id=st.uuids().map(str),
    site=st.just("a.cn"),
    began_at=st.datetimes(timezones=st.none() | st.timezones()),
    mode=st.sampled_from(["full", "new", "due"]),
    outcome=st.sampled_from(["ok", "degraded", "crashed", "unreachable", "blocked", "nothing", "locked", "stopped"]),
    articles=counts("new", "revised", "same", "not_modified"),
    quarantined=counts("no_body", "no_title"),
    statuses=counts("200", "404", "503", "none", "?"),
    fields=counts(*FIELDS),
    body_chars=st.one_of(st.just(()), st.tuples(*[NUMBERS] * 5), st.lists(NUMBERS, max_size=6).map(tuple)),
    titles=NUMBERS,
    commonest_title=NUMBERS,
    times=NUMBERS,
    commonest_time=NUMBERS,
    layout=st.dictionaries(st.sampled_from(["title", "body"]), st.tuples(NUMBERS, NUMBERS)),
    ways=counts("chain", "lists", "links", "sitemaps", "feeds", "other"),
    newest_at=st.none() | st.datetimes(timezones=st.none() | st.timezones()),
    examples=st.just({}),
)
PASTS = st.lists(RUNS, max_size=12)
STATED = st.builds(
    Limits,
    one_in=st.floats(0, 1e9),
    runs=st.integers(0, 5),
    articles=st.integers(0, 20),
    lost=st.floats(0, 1),
    silence=st.floats(0, 20),
    alike=st.integers(0, 10),
    settles=st.timedeltas(timedelta(0), timedelta(days=90)),
    least=st.just({"source": 0.9}),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PASTS, RUNS, STATED)
def test_judging_never_raises_and_says_the_same_of_the_same(history, now, limits):
    alarms = judge(history, now, limits)
    assert judge(history, now, limits) == alarms
    assert all(len(alarm.examples) <= 5 and alarm.expected and alarm.seen for alarm in alarms)


def test_the_run_of_now_may_be_in_the_history_already():
    now = run(30, fields=lacking("source"))
    assert judge([*past(), now], now, Limits()) == judge(past(), now, Limits())


def test_examples_are_five_at_most_the_newest_first():
    def bad(day):
        return run(
            day, fields=lacking("source"), examples={"field:source": tuple(f"http://a.cn/{day}/{n}" for n in range(3))}
        )

    (alarm,) = judge([*past(), bad(30)], bad(31), Limits())
    assert alarm.examples == tuple(f"http://a.cn/{name}" for name in ("31/0", "31/1", "31/2", "30/0", "30/1"))


def test_several_things_are_wrong_at_once():
    now = replace(run(30, fields=lacking("source")), titles=1, commonest_title=10)
    assert [(alarm.kind, alarm.subject) for alarm in judge(past(), now, Limits())] == [
        ("field", "source"),
        ("titles", "titles"),
    ]


def test_judging_reads_no_clock():
    long_ago = timedelta(days=9000)

    def moved(one):
        return replace(
            one,
            began_at=one.began_at - long_ago,
            ended_at=one.ended_at - long_ago,
            newest_at=one.newest_at - long_ago if isinstance(one.newest_at, datetime) else None,
        )

    now = run(30, fields=lacking("source"))
    then = judge([moved(one) for one in past()], moved(now), Limits())
    assert [replace(alarm, since=alarm.since + long_ago) for alarm in then] == judge(past(), now, Limits())
