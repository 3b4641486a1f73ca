"""On which days addresses are that nobody could read."""

from tests.coverage.made import Site, Written, paths


def dated(made, articles, lost, **named):
    made.archive([one for one in articles if one not in lost])
    failing = dict.fromkeys(paths(lost), "HTTP 500")
    made.crawl(named or {"lists": paths(articles)}, failing=failing)
    calendar = made.report().calendar
    return calendar.dated, {day.day: day.failed for day in calendar.days if day.failed}


def renamed(articles, path):
    """Return articles under other addresses."""
    kind = type("Renamed", (type(articles[0]),), {"path": property(path)})
    return [kind(one.number, one.category, one.day) for one in articles]


def test_a_number_between_two_others_is_of_the_days_between_theirs(tmp_path):
    site = Site(weeks=2, a_day=3, weekends=True)
    lost = [one for one in site.articles if str(one.day) == "2026-01-09"]
    how, days = dated(Written(tmp_path, site), site.articles, lost)
    assert (how, days) == ({"number": 3}, {"2026-01-09": 3})


def test_an_address_may_say_its_day(tmp_path):
    site = Site(weeks=2)
    site.articles = renamed(site.articles, lambda one: f"/{one.day:%Y/%m/%d}/about-the-{one.number}-th-of-them.html")
    lost = site.articles[7:9]
    how, days = dated(Written(tmp_path, site), site.articles, lost)
    assert how == {"address": 2}
    assert days == {"2026-01-08": 1, "2026-01-09": 1}


def test_a_page_that_only_the_chain_places_is_of_its_neighbours_day(tmp_path):
    site = Site(weeks=2)
    # Numbers that go up and down with no respect to time.
    site.articles = renamed(site.articles, lambda one: f"/{one.category}/{one.number * 7919 % 1000}.html")
    (lost,) = site.of("yiqi")[3:4]
    how, days = dated(Written(tmp_path, site), site.articles, [lost])
    beside = {str(one.day) for one in (site.of("yiqi")[2], site.of("yiqi")[4])}
    assert how == {"chain": 1}
    assert set(days) < beside


def test_what_nothing_places_is_counted_as_such(tmp_path):
    site = Site(weeks=2)
    site.cut = {one.number for one in site.articles}
    site.articles = renamed(site.articles, lambda one: f"/{one.category}/{one.number * 7919 % 1000}.html")
    lost = site.articles[5]
    how, days = dated(Written(tmp_path, site), site.articles, [lost])
    assert (how, days) == ({"unknown": 1}, {})
