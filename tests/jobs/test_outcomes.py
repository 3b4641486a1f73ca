"""How a run went is told apart: a site that turns us away, one that is not there, one that has nothing."""

import pytest

from tests.crawls import UNFIT, article, crawl_news, listing
from tests.jobs.started import job, numbered, sites_of
from tests.servers import Answer

CHALLENGE = "<html><head><title>请稍候</title></head><body><p>为了您的访问安全，请完成滑动验证后继续访问</body></html>"
SITE = {"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": numbered(2)}


@pytest.mark.parametrize(
    ("routes", "outcome"),
    [
        ({"/": Answer(status=403)}, "blocked"),
        ({"/": Answer("later", status=429)}, "blocked"),
        ({"/": Answer(status=451)}, "blocked"),
        ({"/": CHALLENGE}, "blocked"),
        ({"/": Answer("<script src=/cdn-cgi/challenge-platform/x.js>", status=503)}, "blocked"),
        ({"/robots.txt": "User-agent: *\nDisallow: /", "/": article()}, "blocked"),
        ({"/robots.txt": Answer(status=429), "/": article()}, "blocked"),
        ({"/robots.txt": Answer(status=503), "/": article()}, "unreachable"),
        ({"/": Answer(status=502)}, "unreachable"),
        ({"/": Answer(reset=True)}, "unreachable"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_site_that_turns_us_away_is_told_from_one_that_is_not_there(site_server, tmp_path, routes, outcome):
    run, line = job(site_server(routes).url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (4, outcome), run.err


def test_a_site_that_turns_us_away_later_is_blocked_though_nothing_new_was_due(site_server, tmp_path):
    server = site_server(SITE)
    assert job(server.url, archive=tmp_path)[0].code == 0
    server.routes = dict.fromkeys(SITE, Answer(status=403))
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (4, "blocked")
    server.routes = dict.fromkeys(SITE, CHALLENGE)
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (4, "blocked")
    assert "answered by a challenge" in line["not_ok"]["127.0.0.1"]["says"]


def test_a_start_page_that_asks_for_a_code_at_its_login_is_no_challenge(site_server, tmp_path):
    login = "<form>用户名<input>密码<input>验证码<input></form>"
    server = site_server({**SITE, "/": listing("/1.html", "/2.html", "/3.html", "/4.html") + login})
    assert job(server.url, archive=tmp_path)[0].code == 0
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (0, "ok")


def test_a_site_all_of_whose_pages_are_unfit_has_nothing(site_server, tmp_path):
    server = site_server({"/": listing("/1.html"), "/1.html": UNFIT})
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"], line["quarantined"]) == (5, "nothing", 1)


def test_scrapy_crawl_ends_with_the_same_codes(site_server, tmp_path):
    assert crawl_news(site_server({"/": CHALLENGE}).url, tmp_path).code == 4


def test_an_alarm_makes_a_run_degraded_and_says_what_is_wrong(site_server, tmp_path):
    server = site_server({
        "/": listing(*(f"/{n}.html" for n in range(40))),
        **{f"/{n}.html": article(body=f"第 {n} 段文字说明了仪器的用途，结果令人满意。" * 6) for n in range(40)},
    })  # fmt: skip
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (3, "degraded")
    (titles,) = (alarm for alarm in line["alarms"] if alarm["kind"] == "titles")
    assert titles["seen"] == "the same title on 40 of 40 articles"
    site = sites_of(line)["127.0.0.1"]
    assert site.facts.outcome == "degraded"
    (alarm,) = (alarm for alarm in site.alarms if alarm.kind == "titles")
    assert len(alarm.examples) == 5
