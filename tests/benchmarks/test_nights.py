"""Nights of the benchmarks: the clock is the one that was given, and what an archive knows is told from what happened."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import archive
from benchmarks.nights import Event, Watch, night, percentile
from benchmarks.plot import Course, Plot
from benchmarks.sites.daily import Daily
from seeds.serve import serve


def daily(articles=40):
    return Daily(articles=articles, now=datetime(2031, 5, 6, 3, tzinfo=Daily.zone), days=60)


def played(days=10, seed=1):
    made, watch = daily(), Watch(Path("nowhere"))
    plot = Plot(made, watch, Course.of(days, 6), seed)
    for day in range(1, days + 1):
        plot.until(plot.start + timedelta(days=day))
    return made, watch


def test_the_same_plot_comes_of_the_same_seed():
    def said(watch):
        return [(event.kind, event.path, event.at, event.words) for event in watch.events]

    assert said(played()[1]) == said(played()[1])
    assert said(played()[1]) != said(played(seed=2)[1])


def test_a_plot_tells_of_everything_that_has_changed():
    made, watch = played(days=20)
    new = {event.path for event in watch.events if event.kind == "new"}
    assert new == {post.path for post in made.posts[40:]}
    assert sorted(event.words for event in watch.events if event.kind == "edit") == sorted(
        words for post in made.posts for words in post.corrections
    )
    seen = {event.path for event in watch.events if event.kind == "deletion"}
    unseen = {event.path for event in watch.events if event.kind == "new" and event.void}
    assert seen | unseen == {post.path for post in made.posts if post.gone is not None}


def test_events_come_in_the_order_of_their_times_and_none_is_of_the_future():
    made, watch = played()
    times = [event.at for event in watch.events]
    assert times == sorted(times)
    assert times[-1] <= made.now


def test_a_course_of_a_year_has_its_outage_in_may_and_its_redesign_in_july():
    course, first = Course.of(365, 10), datetime(2026, 1, 1)
    assert {(first + timedelta(days=course.outage[0] + n)).month for n in range(course.outage[1])} == {5}
    assert (first + timedelta(days=course.redesign)).month == 7


def test_percentiles_are_values_that_were_seen():
    assert percentile([4, 1, 3, 2], 0.5) == 2
    assert percentile(range(1, 101), 0.95) == 95


@pytest.mark.slow
def test_a_night_is_archived_under_its_own_date_and_the_watch_knows_what_was_found(tmp_path):
    made, watch = daily(), Watch(tmp_path / "data")
    old, edited, gone = made.posts[3], made.posts[5], made.posts[7]
    with serve(made.site()) as server:
        first = night(made, server, watch.root)
        assert first.code == 0, first.words
        watch.note(made.now)
        at = made.now + timedelta(hours=5)
        new = made.publish(at)
        watch.add(Event("new", new.path, at))
        watch.add(Event("edit", edited.path, at, made.edit(edited, at)))
        made.delete(gone)
        watch.add(Event("deletion", gone.path, at))
        made.design = 1
        made.tick(made.posts, random.Random(1))
        made.now += timedelta(days=1)
        second = night(made, server, watch.root, arguments={"mode": "full"})
        watch.note(made.now)
    assert second.rank(new.path) is not None
    found = {event.path: event.hours() for event in watch.events}
    assert found[new.path] == found[edited.path] == 19
    assert watch.false_revisions == watch.false_ends == []
    days = {one.fetched_at.astimezone(Daily.zone).date().isoformat() for one in archive.open(watch.root).articles()}
    assert days == {"2031-05-06", "2031-05-07"}
    assert [one.title for one in archive.open(watch.root).revisions(made.url[:-1] + old.path)] == [old.title]
