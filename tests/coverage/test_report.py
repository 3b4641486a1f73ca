"""What each way has found, what the calendar lacks and which category no list shows, on archives written directly."""

from datetime import date

import pytest

from tests.coverage.made import CATEGORIES, Site, Written, paths

WEEK = date(2026, 3, 2)


def counts(way):
    return way.addresses, way.articles, way.archived, way.failed, way.not_read, way.only_here


@pytest.fixture
def site():
    """Twenty weeks of five articles a day."""
    return Site(weeks=20, a_day=5, weekends=True)


def test_each_way_counts_what_it_found_and_what_it_alone_knows(tmp_path):
    site = Site(weeks=4)
    made = Written(tmp_path, site)
    rows = site.articles
    broken, waiting, kept_out, unnamed = rows[0], rows[1], rows[2], rows[3]
    made.archive(rows[3:])
    made.crawl(
        {
            "start": ["/"],
            "lists": [*site.lists(), *paths(rows[:20])],
            "chain": paths(rows[4:10]),
            "sitemaps": paths(rows[:3]) + paths(rows[10:]),
        },
        failing={broken.path: "HTTP 503"},
        unread={waiting.path},
    )  # fmt: skip
    report = made.report()
    pages = len(site.lists()) - 1  # the start page is named by no page
    assert counts(report.ways["lists"]) == (20 + pages + 1, 18, 17, 1, 1, 1)
    assert counts(report.ways["chain"]) == (6, 6, 6, 0, 0, 0)
    assert counts(report.ways["sitemaps"]) == (33, 31, 30, 1, 1, 20)
    assert counts(report.ways["feeds"]) == counts(report.ways["links"]) == (0, 0, 0, 0, 0, 0)
    assert counts(report.all) == (40 + pages + 1, 38, 37, 1, 1, 21)
    assert report.ways["lists"].failed_reasons == {"HTTP 503": 1}
    assert report.ways["lists"].only_here_examples == [made.home + unnamed.path]
    assert report.all.not_kept == 1
    assert kept_out.path not in [one for way in report.ways.values() for one in way.only_here_examples]
    assert not report.crawl.counts  # one waits: nothing is said to be named no more
    assert report.forgotten.named_no_more is None


def test_what_the_last_full_crawl_names_no_more_is_told_and_so_is_a_way_that_fell_silent(tmp_path):
    site = Site(weeks=2)
    made = Written(tmp_path, site)
    *rest, dropped, imported = site.articles
    made.archive(site.articles)
    made.crawl({"lists": paths([*rest, dropped]), "feeds": paths(rest[-5:])})
    made.crawl({"lists": paths(rest)})
    report = made.report()
    assert (report.crawl.number, report.crawl.counts) == (2, True)
    assert (report.forgotten.named_no_more, report.forgotten.named_no_more_examples) == (1, [made.home + dropped.path])
    assert (report.forgotten.no_way, report.forgotten.no_way_examples) == (1, [made.home + imported.path])
    assert report.forgotten.not_in_frontier == 1
    assert report.forgotten.silent_ways == ["feeds"]
    assert report.ways["lists"].named == len(rest)
    assert report.ways["lists"].archived == len(rest) + 1
    assert "feeds named no article in the last crawl, and did before" in report.findings


def test_a_crawl_that_looks_for_news_alone_forgets_nothing(tmp_path):
    site = Site(weeks=2)
    made = Written(tmp_path, site)
    made.archive(site.articles)
    made.crawl({"lists": paths(site.articles)})
    made.crawl({"lists": paths(site.articles[-5:])}, mode="new")
    report = made.report()
    assert (report.crawl.number, report.crawl.counts, report.forgotten.named_no_more) == (1, True, 0)
    assert report.findings == []


def test_an_article_of_two_addresses_is_one(tmp_path):
    site = Site(weeks=1)
    made = Written(tmp_path, site)
    one = site.articles[0]
    made.archive([one], url=f"{made.home}{one.path}?id=7")
    made.crawl({"lists": [f"{one.path}?id=7"], "chain": [one.path]})
    report = made.report()
    assert (report.all.addresses, report.all.archived) == (2, 1)
    assert report.ways["lists"].only_here == report.ways["chain"].only_here == 0


def test_story_r2_seven_days_that_are_dropped_are_reported_by_date_with_what_each_way_expected(tmp_path, site):
    made = Written(tmp_path, site)
    lost = site.week(WEEK)
    made.archive([one for one in site.articles if one not in lost])
    failing = dict.fromkeys(paths(lost), "HTTP 500")
    made.crawl({"lists": paths(site.articles), "sitemaps": paths(site.articles)}, failing=failing)
    report = made.report()
    (gap,) = report.calendar.gaps
    assert (gap.first, gap.last, gap.archived, gap.usual) == ("2026-03-02", "2026-03-08", 0, 35.0)
    assert (gap.failed, gap.expected["lists"], gap.expected["sitemaps"], gap.expected["chain"]) == (35, 35, 35, 0)
    assert report.findings[0] == (
        "2026-03-02 to 2026-03-08: 0 articles, 35 expected; 35 failed (known by lists (35), sitemaps (35))"
    )
    days = {day.day: day for day in report.calendar.days}
    assert len(days) == 140
    week, ordinary = [days[f"2026-03-0{n}"] for n in range(2, 9)], days["2026-04-01"]
    assert {(day.archived, round(day.usual)) for day in week} == {(0, 5)}
    assert sum(day.failed for day in week) == sum(day.expected["sitemaps"] for day in week) == 35
    # A day is guessed by the number in an address, of each category for itself.
    assert all(3 <= day.failed <= 7 for day in week)
    assert (ordinary.archived, ordinary.failed, ordinary.expected["lists"]) == (5, 0, 5)
    assert report.calendar.dated == {"number": 35}


def test_days_of_which_no_way_knows_anything_are_reported_as_well(tmp_path, site):
    made = Written(tmp_path, site)
    there = [one for one in site.articles if one not in site.week(WEEK)]
    made.archive(there)
    made.crawl({"lists": paths(there)})
    assert made.report().findings[0] == "2026-03-02 to 2026-03-08: 0 articles, 35 expected; no way knows any"


def test_a_week_that_no_list_shows_is_named_with_the_way_that_knows_it(tmp_path, site):
    made = Written(tmp_path, site)
    made.archive(site.articles)
    hidden = site.week(WEEK)
    made.crawl({"lists": paths(one for one in site.articles if one not in hidden), "chain": paths(site.articles)})
    assert made.report().findings == ["2026-03-02 to 2026-03-08 is in no list: 35 articles known by chain alone"]


def test_a_week_that_lists_show_no_longer_is_named_after_the_next_full_crawl(tmp_path, site):
    made = Written(tmp_path, site)
    made.archive(site.articles)
    hidden = site.week(WEEK)
    made.crawl({"lists": paths(site.articles)})
    made.crawl({"lists": paths(one for one in site.articles if one not in hidden), "sitemaps": paths(hidden)})
    report = made.report()
    (said,) = [one for one in report.calendar.hidden if one.way == "lists"]
    assert (said.first, said.last, said.articles, said.known_by["sitemaps"]) == ("2026-03-02", "2026-03-08", 35, 35)


def test_a_category_that_no_list_shows_is_named_with_the_way_that_knows_it(tmp_path, site):
    made = Written(tmp_path, site)
    made.archive(site.articles)
    shown = [one for one in site.articles if one.category != "shichang"]
    made.crawl({"lists": paths(shown), "sitemaps": paths(site.articles)})
    report = made.report()
    assert [(one.name, one.in_no_list) for one in report.categories if one.in_no_list] == [("市场新闻", True)]
    count = len(site.of("shichang"))
    assert f"category 市场新闻 is in no list: {count} articles, known by sitemaps alone" in report.findings
    assert {one.name: one.ways["lists"] for one in report.categories} == {
        name: len(site.of(path)) if path != "shichang" else 0 for path, name in CATEGORIES.items()
    }


def test_a_category_without_a_name_is_known_by_its_folder(tmp_path, site):
    made = Written(tmp_path, site)
    hidden = site.of("huaxue")
    made.archive([one for one in site.articles if one not in hidden])
    made.archive(hidden, category=None, breadcrumbs=())
    made.crawl({"lists": paths(one for one in site.articles if one not in hidden), "chain": paths(hidden)})
    assert [one.name for one in made.report().categories if one.in_no_list] == ["/huaxue/"]


def test_folders_that_are_dates_are_no_categories(tmp_path):
    site = Site(weeks=1)
    made = Written(tmp_path, site)
    made.archive(
        site.articles, category=None, breadcrumbs=(),
        each=lambda one: {"url": f"{made.home}/blog/{one.day:%Y/%m/%d}/{one.number}.html"},
    )  # fmt: skip
    made.crawl({})
    assert [(one.name, one.articles) for one in made.report().categories] == [("/blog/", 10)]


def test_a_reason_is_one_whatever_address_it_names(tmp_path):
    site = Site(weeks=1)
    made = Written(tmp_path, site)
    made.archive([])
    failing = {one.path: f"robots.txt forbids {made.home}{one.path}" for one in site.articles}
    made.crawl({"lists": paths(site.articles)}, failing=failing)
    assert made.report().ways["lists"].failed_reasons == {"robots.txt forbids": 10}


def test_a_site_of_which_nothing_is_archived_yet_is_told(tmp_path):
    site = Site(weeks=1)
    made = Written(tmp_path, site)
    made.archive([])
    made.crawl({"start": ["/"], "lists": paths(site.articles)}, unread=set(paths(site.articles)))
    report = made.report()
    assert counts(report.all) == (10, 0, 0, 0, 10, 0)
    assert (report.findings, report.calendar.days, report.categories) == ([], [], [])
