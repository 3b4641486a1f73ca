"""The charts over a site's past say what the tables beside them say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from crawler.jobs.report import write_report
from tests.jobs.report import samples
from tests.jobs.report.pages import bars, figure, section, steps, table, tree_of, words


def test_articles_and_views_are_drawn_as_they_are_told():
    job, histories = samples.job(samples.good()), {"hzgreat100.com": samples.nights("hzgreat100.com")}
    site = section(tree_of(job, histories), "hzgreat100.com")
    rows = table(site, "Day", "Runs")
    first = date.fromisoformat(rows[0]["Day"])
    places = {(date.fromisoformat(row["Day"]) - first).days: row for row in rows}
    assert len(rows) == 89
    assert not {33, 34} & {*places}
    for title, head in (("Edited articles a day", "Edited"), ("Views gained a day", "Views gained")):
        told = {place: int(row[head].replace(",", "")) for place, row in places.items()}
        assert bars(figure(site, title)) == {place: number for place, number in told.items() if number}


def test_a_first_crawl_of_thousands_is_cut_and_says_so():
    job, histories = samples.job(samples.good()), {"hzgreat100.com": samples.nights("hzgreat100.com")}
    site = section(tree_of(job, histories), "hzgreat100.com")
    told = {number: int(row["New"].replace(",", "")) for number, row in enumerate(table(site, "Day", "Runs"))}
    chart = figure(site, "New articles a day")
    assert told[0] == 5120
    assert "5,120 ↑" in words(chart)
    assert bars(chart)[0] == 20
    drawn = [height for _, height in sorted(bars(chart).items())]
    assert drawn[1:] == [number for number in told.values() if number][1:]


def test_fields_are_drawn_as_they_are_told():
    job, histories = samples.job(samples.degraded()), {"hncic.cn": samples.redesigned()}
    site = section(tree_of(job, histories), "hncic.cn")
    lines = table(site, "Day", "Read")
    first = date.fromisoformat(lines[0]["Day"])
    for name in [*lines[0]][2:]:
        told = {(date.fromisoformat(line["Day"]) - first).days: int(line[name]) for line in lines if line[name] != "–"}
        assert steps(figure(site, f"Percent that state {name}")) == told
    assert lines[-1]["source"] == "9"
    # No run in two nights, and one that read nothing.
    assert [line["Day"] for line in lines if line["source"] == "–"] == ["2026-10-24"]


def test_view_counts_that_fall_are_drawn_below_the_line():
    site = samples.good()
    earlier = [replace(run, views=-40) for run in samples.nights("hzgreat100.com", count=3)]
    tree = tree_of(samples.job(site), {"hzgreat100.com": earlier})
    drawn = bars(figure(tree, "Views gained a day"))
    assert [drawn[place] for place in range(3)] == [-40, -40, -40]
    assert drawn[3] == site.facts.views


def test_what_is_usual_is_of_runs_of_the_same_mode():
    full = [replace(run, mode="full", statuses={"200": 9000}) for run in samples.nights("hzgreat100.com")[:40]]
    due = [
        replace(run, run_id=f"due {run.run_id}", statuses={"200": 50}) for run in samples.nights("hzgreat100.com")[1:4]
    ]
    tree = tree_of(samples.job(samples.good()), {"hzgreat100.com": [*full, *due]})
    assert [row["Usually"] for row in table(tree, "Status", "This run") if row["Status"] == "200 OK"] == ["50"]


def test_a_run_that_waited_for_a_lock_is_no_run_of_the_past():
    earlier = samples.nights("hzgreat100.com", count=4)
    waited = replace(earlier[1], run_id="waited", outcome="locked", articles={"new": 7})
    job = samples.job(samples.good())
    assert write_report(job, {"hzgreat100.com": [*earlier, waited]}) == write_report(job, {"hzgreat100.com": earlier})


def test_this_run_is_counted_once_though_the_past_has_it():
    earlier = samples.nights("hzgreat100.com", count=4)
    job = samples.job(samples.good())
    again = [*earlier, job.sites[0].facts]
    assert write_report(job, {"hzgreat100.com": again}) == write_report(job, {"hzgreat100.com": earlier})


@pytest.mark.parametrize(("apart", "head"), [(1, "Day"), (7, "Week"), (40, "4 weeks")])
def test_runs_far_apart_share_a_column(apart, head):
    earlier = [
        replace(
            run, began_at=samples.TONIGHT - timedelta(days=apart * (30 - number)), articles={"new": 1, "revised": 2}
        )
        for number, run in enumerate(samples.nights("hzgreat100.com")[:30])
    ]
    tree = tree_of(samples.job(samples.good()), {"hzgreat100.com": earlier})
    rows = table(tree, head, "Runs")
    assert sum(int(row["Edited"]) for row in rows) == 60 + samples.good().facts.articles["revised"]
