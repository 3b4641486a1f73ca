"""Texts, quarantine, errors, layouts, ways, dates and titles."""

from datetime import timedelta

from crawler.monitors.judging import judge
from crawler.monitors.limits import Limits
from tests.monitors.runs import BEGIN, past, run

LIMITS = Limits()


def alarms(history, *runs, limits=LIMITS):
    """Return what stands after the last of these runs, and after which of them it stood first."""
    history, first = list(history), {}
    found = []
    for place, now in enumerate(runs, 1):
        found = judge(history, now, limits)
        for alarm in found:
            first.setdefault((alarm.kind, alarm.subject), place)
        history.append(now)
    return found, first


def later(count, first=30, **others):
    return [run(first + day, **others) for day in range(count)]


# Texts. --------------------------------------------------------------------------------------------------------------

HALVED = {"body_chars": (150, 250, 405, 600, 1500), "examples": {"short": ("http://a.cn/s",)}}


def test_halved_texts_are_named_within_two_runs():
    (alarm,), first = alarms(past(read=40), *later(2, read=40, **HALVED))
    assert (alarm.kind, alarm.subject, alarm.examples) == ("body", "body", ("http://a.cn/s",))
    assert first["body", "body"] <= 2
    assert alarm.since == run(30).began_at
    assert alarm.expected.endswith("as on 1,200 articles")
    assert alarm.seen == "only 393 characters, on 80"


def test_texts_with_all_of_the_page_in_them_are_named():
    (alarm,), _ = alarms(past(read=40), *later(2, read=40, body_chars=(4000, 4500, 5000, 5500, 9000)))
    assert (alarm.kind, alarm.seen.split()[0]) == ("body", "about")


def test_one_short_article_is_none_of_it():
    assert alarms(past(), *later(2, read=1, body_chars=(300,) * 5)) == ([], {})


def test_texts_are_judged_without_a_past_by_nothing():
    assert alarms(past(3), *later(3, 3, **HALVED)) == ([], {})


def test_texts_of_their_old_length_end_it():
    found, first = alarms(past(read=40), *later(5, read=40, **HALVED), *later(4, 35, read=40))
    assert (found, list(first)) == ([], [("body", "body")])


# Quarantine. ---------------------------------------------------------------------------------------------------------


def test_many_pages_in_quarantine_are_named_with_their_reasons():
    bad = run(
        30, read=5, quarantined={"no_body": 4, "no_title": 1}, examples={"quarantine:no_body": ("http://a.cn/q",)}
    )
    (alarm,), _ = alarms(past(), bad)
    assert (alarm.kind, alarm.seen) == ("quarantine", "5 of 10: no_body 4, no_title 1")
    assert (alarm.expected, alarm.examples) == ("0 % of 300 pages in quarantine", ("http://a.cn/q",))


def test_where_many_always_are_in_quarantine_that_is_usual():
    assert alarms(past(quarantined={"no_body": 5}), *later(10, quarantined={"no_body": 6})) == ([], {})


def test_a_page_in_quarantine_now_and_then_is_nothing():
    assert alarms(past(), run(30, quarantined={"no_body": 1}), *later(3, 31)) == ([], {})


# Errors. -------------------------------------------------------------------------------------------------------------


def test_requests_that_fail_in_two_runs_are_named_and_in_one_are_not():
    bad = {"statuses": {"200": 10, "503": 12}, "outcome": "degraded", "examples": {"status:503": ("http://a.cn/e",)}}
    found, first = alarms(past(), *later(2, **bad))
    assert first == {("errors", "failed"): 2}
    assert found[0].expected == "no answer or a server error for 0 % of 660 requests"
    assert found[0].seen == "for 24 of 44: 503 24 times"
    assert (found[0].since, found[0].examples) == (run(30).began_at, ("http://a.cn/e",))
    assert alarms(past(), *later(1, **bad), *later(5, 31)) == ([], {})


def test_refusals_and_missing_pages_are_told_apart():
    assert alarms(past(), *later(2, statuses={"200": 10, "429": 12}))[1] == {("errors", "refused"): 2}
    assert alarms(past(), *later(2, statuses={"200": 10, "404": 12}))[1] == {("errors", "not_found"): 2}


def test_dead_links_that_each_full_run_meets_again_are_usual():
    def full(day):
        return run(day, mode="full", read=100, statuses={"200": 100, "404": 60})

    history = [full(day) if day % 7 == 0 else run(day) for day in range(70)]
    assert alarms(history, full(70), run(71), full(77), full(78)) == ([], {})


def test_a_site_that_cannot_be_reached_says_so_itself():
    down = later(5, read=0, outcome="unreachable", is_complete=False, statuses={"none": 6})
    assert alarms(past(), *down) == ([], {})


def test_requests_that_succeed_end_it():
    assert alarms(past(), *later(6, statuses={"200": 9, "none": 12}), *later(3, 36))[0] == []


# Layouts. ------------------------------------------------------------------------------------------------------------


def test_a_layout_that_no_longer_matches_is_named_with_its_field():
    history = past(layout={"title": (10, 10), "body": (10, 10)})
    bad = run(30, layout={"title": (10, 10), "body": (0, 10)}, examples={"layout:body": ("http://a.cn/l",)})
    (alarm,), _ = alarms(history, bad)
    assert (alarm.kind, alarm.subject, alarm.examples) == ("layout", "body", ("http://a.cn/l",))
    assert (alarm.expected, alarm.seen) == ("the layout's body matches 100 % of 300 articles", "it matches none of 10")


def test_a_layout_that_the_spider_states_no_more_is_no_loss():
    assert alarms(past(layout={"body": (10, 10)}), *later(5)) == ([], {})


# Ways. ---------------------------------------------------------------------------------------------------------------


def test_a_way_that_went_dry_is_named_within_two_runs():
    (alarm,), first = alarms(past(), *later(2, ways={"lists": 40, "chain": 20}))
    assert (alarm.kind, alarm.subject) == ("way", "feeds")
    assert (alarm.expected, alarm.seen) == ("about 20 addresses by feeds for each run, as in 30 runs", "none in 2 runs")
    assert (first["way", "feeds"], alarm.since) == (2, run(30).began_at)


def test_a_way_that_names_a_few_of_many_is_dry():
    assert alarms(past(), *later(2, ways={"lists": 2, "feeds": 20, "chain": 20}))[1] == {("way", "lists"): 2}


def test_without_articles_no_chain_is_expected():
    assert alarms(past(), *later(5, read=0, ways={"lists": 40, "feeds": 20})) == ([], {})
    assert alarms(past(), *later(2, ways={"lists": 40, "feeds": 20}))[1] == {("way", "chain"): 2}


def test_a_feed_that_is_not_sent_again_without_news_is_not_dry():
    history = [
        run(day, new=5 if day % 2 else 0, ways={"lists": 40, "feeds": 20 if day % 2 else 0}) for day in range(30)
    ]
    quiet = later(5, new=0, ways={"lists": 40})
    assert alarms(history, *quiet) == ([], {})
    assert ("way", "feeds") in alarms(history, *later(3, ways={"lists": 40}))[1]


def test_runs_without_news_are_not_judged_before_there_were_some():
    history = past()
    assert alarms(history, *later(6, new=0, ways={"chain": 20})) == ([], {})


def test_where_requests_fail_the_ways_are_not_blamed():
    bad = {"statuses": {"200": 10, "503": 30}, "ways": {"lists": 1, "chain": 20}, "outcome": "degraded"}
    assert alarms(past(), *later(4, **bad))[1] == {("errors", "failed"): 2}


def test_a_run_that_was_stopped_says_nothing_of_the_ways():
    assert alarms(past(), *later(5, ways={}, is_complete=False, outcome="stopped")) == ([], {})


def test_a_way_that_names_articles_again_is_well():
    assert alarms(past(), *later(4, ways={"lists": 40, "chain": 20}), *later(3, 34))[0] == []


# Dates. --------------------------------------------------------------------------------------------------------------

NOON = BEGIN + timedelta(days=29, hours=9)


def test_articles_that_all_say_one_time_are_named():
    bad = run(30, times=1, commonest_time=10, newest_at=NOON, examples={"time": ("http://a.cn/t",)})
    (alarm,), _ = alarms(past(), bad)
    assert (alarm.kind, alarm.examples) == ("dates", ("http://a.cn/t",))
    assert alarm.seen.startswith("the same time on 10 of 10 articles")


def test_a_new_site_whose_articles_all_say_one_time_is_named_and_of_few_it_is_not():
    assert alarms([], run(0, read=40, times=1, commonest_time=40))[1] == {("dates", "dates"): 1}
    assert alarms([], run(0, read=5, times=1, commonest_time=5)) == ([], {})


def test_new_articles_that_are_never_newer_are_named_where_each_run_has_one():
    one = {"read": 1, "new": 1}
    (alarm,), first = alarms(past(**one), *later(3, newest_at=BEGIN + timedelta(days=28), **one))
    assert first == {("dates", "dates"): 2}
    assert "no new article newer than earlier ones" in alarm.seen


def test_a_time_in_the_far_future_holds_nothing_against_later_runs():
    assert alarms(past(), run(30, newest_at=BEGIN + timedelta(days=9000)), *later(10, 31)) == ([], {})


def test_a_site_that_publishes_at_one_hour_may():
    batch = {"times": 2, "commonest_time": 9}
    assert alarms(past(**batch), *later(10, **batch))[0] == []


def test_times_of_their_own_end_it():
    frozen = later(6, times=1, commonest_time=10, newest_at=NOON)
    assert alarms(past(), *frozen, *later(3, 36))[0] == []


# Titles. -------------------------------------------------------------------------------------------------------------


def test_articles_that_all_have_one_title_are_named():
    bad = run(30, titles=1, commonest_title=10, examples={"title": ("http://a.cn/t",)})
    (alarm,), _ = alarms(past(), bad)
    assert (alarm.kind, alarm.seen) == ("titles", "the same title on 10 of 10 articles")
    assert alarm.examples == ("http://a.cn/t",)


def test_a_new_site_with_one_title_is_named_and_of_few_it_is_not():
    assert alarms([], run(0, read=40, titles=1, commonest_title=40))[1] == {("titles", "titles"): 1}
    assert alarms([], run(0, read=5, titles=1, commonest_title=5)) == ([], {})


def test_a_title_for_each_morning_is_nothing():
    assert alarms(past(titles=7, commonest_title=4), *later(10, titles=6, commonest_title=5)) == ([], {})


def test_titles_of_their_own_end_it():
    assert alarms(past(), *later(5, titles=1, commonest_title=10), *later(3, 35))[0] == []


# What a site says of itself. -----------------------------------------------------------------------------------------


def test_what_a_site_does_not_want_watched_is_not():
    bad = {"titles": 1, "commonest_title": 10, "ways": {"lists": 40, "chain": 20}}
    ignored = Limits(ignored=frozenset({"titles", "way:feeds"}))
    assert alarms(past(), *later(3, **bad), limits=ignored) == ([], {})
    assert set(alarms(past(), *later(3, **bad))[1]) == {("titles", "titles"), ("way", "feeds")}
