"""Why an address is not fetched: one answer for each thing that can have become of it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.discovery.scope import Scope
from crawler.downloader.requests import Erased
from crawler.downloader.robots import ForbiddenByRobots
from crawler.frontier.explain import why
from crawler.frontier.interface import Handling
from crawler.frontier.lookup import Site, full_url
from crawler.frontier.standing import Standing, crawl_command
from crawler.frontier.words import moment
from tests.frontier.conftest import NOON, SITE, answered

COMMAND = "scrapy crawl example"
AWAY = "pictures.example.com"


def at(seconds):
    return moment(NOON + seconds)


@pytest.fixture
def site(tmp_path):
    return Site("news.example.com", Settings({"ARCHIVE": str(tmp_path), "SPIDER_MODULES": ["crawler.spiders"]}))


@pytest.fixture
def crawl(frontier, site):
    """A frontier whose crawl has a scope, and knows addresses by their path."""
    frontier.remember("scope", SITE)

    def push(*paths, **words):
        frontier.push([replace(site.found(f"{SITE}{path}"), **{"priority": 0, **words}) for path in paths])
        return frontier

    frontier.knows = push
    return frontier


@pytest.fixture
def ask(site, clock, tmp_path):
    """Return a function that asks a frontier of an address."""

    def asked(frontier, url, *, at_work=True):
        url = SITE + url if url.startswith("/") else url
        standing = Standing(
            site=site.name, path=Path(tmp_path), overview=frontier.overview(), at_work=at_work, now=clock.now
        )
        told = frontier.runner.run(why(frontier.frontier, full_url(url), site, standing, COMMAND))
        assert 1 <= len(told.lines) <= 4
        return told.because, *told.lines

    return asked


# Not known. ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "because", "line"),
    [
        ("https://example.org/1.html", "outside_scope", f"It is outside the site: this crawl stays on {SITE}/ (with or without www.)."),
        ("news.example.com:8443/1.html", "outside_scope", f"It is outside the site: this crawl stays on {SITE}/ (with or without www.)."),
        ("/plus/count.php?id=1", "counter", "A request to it would count a visit that no reader made: such are never requested."),
        ("/report.pdf", "not_a_page", "By its address it is no page to read (a file, a search, an action): links to such are not followed."),
        ("/?q=spectrometer", "not_a_page", "By its address it is no page to read (a file, a search, an action): links to such are not followed."),
        ("/" + "a" * 2000, "too_long", "It is longer than 2000 characters: links to such are not followed."),
    ],
)  # fmt: skip
def test_what_is_not_followed_is_told_from_the_address(crawl, ask, url, because, line):
    assert ask(crawl, url) == (because, line)


def test_what_no_page_leads_to_may_still_be_found_while_pages_wait(crawl, ask):
    nobody = "No page that was read leads to it by a link that is followed (see -a ways of scrapy crawl)."
    requeue = "--requeue asks for it all the same."
    assert ask(crawl, "/1.html") == ("never_seen", nobody, requeue)
    crawl.knows("/a.html", "/b.html")
    more = "2 known pages not read yet may still lead to it."
    assert ask(crawl, "/1.html") == ("never_seen", nobody, more, requeue)


def test_before_the_first_crawl_there_is_none_to_know_it(open_frontier, ask):
    frontier = open_frontier()
    told = ask(frontier, "/1.html", at_work=False)
    assert told == ("no_crawl", f"No crawl of this site has begun; this begins one: {COMMAND}")


# Known. ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("http://www.news.example.com/1.html", "It waits for its turn: 0 addresses of news.example.com before it."),
        ("NEWS.example.com/1.html/?utm_source=x#top", f"It is known as {SITE}/1.html."),
    ],
)
def test_it_is_known_by_any_address_of_its_page(crawl, ask, typed, first):
    crawl.knows("/1.html")
    assert ask(crawl, typed)[:2] == ("waiting", first)


def test_it_waits_behind_others_of_its_host_which_is_asked_at_a_pace(crawl, ask):
    crawl.knows("/1.html", "/2.html", "/3.html")
    turn = "It waits for its turn: 2 addresses of news.example.com before it."
    quiet = "The crawl that is at work has asked nothing of this host lately."
    assert ask(crawl, "/3.html") == ("waiting", turn, quiet)
    crawl.report(json.dumps({"hosts": {"news.example.com": {"queued": 4, "delay": 1.5}}}))
    assert ask(crawl, "/3.html") == ("waiting", turn, "Its host is asked every 1.5 s: in 9 s at the soonest.")
    crawl.report(json.dumps({"hosts": {"news.example.com": {"delay": 0}}}))
    assert ask(crawl, "/3.html") == ("waiting", turn, "Its host is asked without a pause.")


def test_it_waits_while_no_crawl_is_at_work(crawl, ask):
    crawl.knows("/1.html")
    assert ask(crawl, "/1.html", at_work=False) == (
        "no_crawl_at_work",
        "It waits for its turn: 0 addresses of news.example.com before it.",
        f"No crawl is at work; this goes on with it: {COMMAND}",
    )


def test_it_waits_while_the_crawl_at_work_says_nothing(crawl, ask, clock):
    crawl.knows("/1.html")
    clock.now += 90
    assert ask(crawl, "/1.html")[0::2] == (
        "waiting",
        f"The crawl ({crawl.overview().holder}) has said nothing for 1 min 30 s.",
    )


def test_it_waits_for_a_host_that_asked_to_be_left_alone(crawl, ask, clock):
    crawl.knows("/1.html")
    crawl.pause("news.example.com", NOON + 3600)
    line = f"Its host news.example.com is left alone until {at(3600)}, as it asked for or for being in trouble."
    assert ask(crawl, "/1.html") == ("host_paused", line)
    idle = f"No crawl is at work; this goes on with it: {COMMAND}"
    assert ask(crawl, "/1.html", at_work=False) == ("host_paused", line, idle)
    clock.now += 3600
    assert ask(crawl, "/1.html")[0] == "waiting"


def test_it_waits_for_a_host_that_the_run_leaves_alone_for_a_while(crawl, ask):
    crawl.knows("/1.html")
    crawl.report(json.dumps({"hosts": {"news.example.com": {"paused_until": NOON + 5}}}))
    assert ask(crawl, "/1.html")[0] == "host_paused"
    assert ask(crawl, "/1.html", at_work=False)[0] == "no_crawl_at_work", "a run that is gone waits for nothing"


def test_a_retry_says_how_often_it_was_tried(crawl, ask, site):
    crawl.knows("/1.html")
    for _ in range(2):
        (lease,) = crawl.leased()
        crawl.hand_over(lease, site.found(f"{SITE}/1.html"), answered(503), failed=True)
    assert ask(crawl, "/1.html")[1] == "It was tried 2 times and is to be tried again."


def test_a_crawl_may_end_without_what_waits_of_another_host(crawl, ask, site):
    url = f"https://{AWAY}/1.html"
    crawl.push([site.found(url)])
    crawl.finish("news.example.com")
    assert ask(crawl, url, at_work=False) == (
        "crawl_ended",
        f"The crawl ended without it: {AWAY} is another host than the site's own.",
        "--requeue, and the next crawl asks for it.",
    )


def test_who_fetches_it_is_told_with_whether_that_one_lives(crawl, ask, clock):
    crawl.knows("/1.html")
    crawl.leased()
    took = f"{crawl.overview().holder} took it {at(0)} to fetch it."
    until = f"nobody else may fetch it before {at(60)}."
    assert ask(crawl, "/1.html") == ("leased", took, f"That run is at work; {until}")
    clock.now += 30
    assert ask(crawl, "/1.html") == ("leased", took, f"That run has said nothing for 30 s; {until}")
    gone = f"That run is gone; the next one settles what it has left: {COMMAND}"
    assert ask(crawl, "/1.html", at_work=False) == ("holder_gone", took, gone)


def test_a_lease_of_a_run_before_the_one_at_work_is_taken_over_when_it_expires(crawl, ask, other):
    crawl.knows("/1.html")
    crawl.leased()
    told = ask(other, "/1.html")
    assert (told[0], told[2]) == ("holder_gone", f"That run is gone; the one at work takes it over {at(60)}.")


def test_what_is_done_is_told_with_its_answer(crawl, ask):
    crawl.knows("/1.html", "/2.html")
    first, second = crawl.leased()
    crawl.end(first, answer=answered(200))
    crawl.end(second, reason="HTTP 410", answer=answered(410))
    once = "A page is asked for once in a crawl: the next asks again, and --requeue before."
    assert ask(crawl, "/1.html") == ("done", f"It was fetched {at(0)} (HTTP 200).", once)
    assert ask(crawl, "/2.html") == ("gone", f"It was asked for {at(0)}: HTTP 410, there is no such page.", once)


def test_what_redirects_is_told_with_what_became_of_that(crawl, ask):
    crawl.knows("/1.html", "/2.html", "/3.html")
    first, second, _ = crawl.leased()
    crawl.end(first, answer=answered(301), led_to=f"{SITE}/2.html")
    led = f"It was asked for {at(0)} and leads to {SITE}/2.html,"
    assert ask(crawl, "/1.html") == ("redirected", led, "which is being fetched.")
    crawl.end(second, state="failed", reason="HTTP 500", answer=answered(500))
    assert ask(crawl, "/1.html") == ("redirected", led, "which failed (HTTP 500).")
    crawl.drop([crawl.state(second.key).key])
    assert ask(crawl, "/1.html") == ("redirected", led, "which was dropped by hand.")


def test_what_leads_away_from_the_site_ends_there(crawl, ask):
    crawl.knows("/1.html")
    (lease,) = crawl.leased()
    reason = "it leads to what is not asked for"
    crawl.end(lease, reason=reason, answer=answered(302), led_to="https://example.org/")
    assert ask(crawl, "/1.html") == (
        "leads_elsewhere",
        f"It was asked for {at(0)} and leads to https://example.org/: {reason}.",
    )


def test_what_failed_says_how_often_why_and_what_comes_next(crawl, ask, clock):
    crawl.knows("/1.html")
    (lease,) = crawl.leased()
    clock.now += 5
    crawl.end(lease, state="failed", reason="timed out\n\x1b[2J after 60 s")
    assert ask(crawl, "/1.html") == (
        "failed",
        f"It failed 1 time, the last {at(5)}: timed out [2J after 60 s.",
        f"The next crawl tries it again where it is found; --requeue lets this one do so, with: {COMMAND}",
    )


@pytest.mark.parametrize(
    ("reason", "because", "line"),
    [
        (str(ForbiddenByRobots(f"{SITE}/1.html")), "robots", f"The robots.txt of news.example.com forbids it, as read by the crawl {at(0)}."),
        (str(Erased(f"{SITE}/1.html")), "erased", "Its article was erased from the archive (newsreel erase): it is not fetched again."),
        ("10.0.0.1 is no public address", "refused", f"It was not requested ({at(0)}): 10.0.0.1 is no public address."),
    ],
)  # fmt: skip
def test_what_was_refused_says_by_whom(crawl, ask, reason, because, line):
    crawl.knows("/1.html")
    (lease,) = crawl.leased()
    crawl.end(lease, state="refused", reason=reason)
    assert ask(crawl, "/1.html") == (because, line)


def test_what_was_dropped_says_when_in_later_crawls_too(crawl, ask, site, clock):
    crawl.knows("/1.html")
    clock.now += 7
    crawl.drop([site.key_of(f"{SITE}/1.html")])
    told = ("dropped", f"It was dropped by hand {at(7)}; --requeue brings it back.")
    assert ask(crawl, "/1.html") == told
    crawl.begin(fresh=True, mark=9)
    assert ask(crawl, "/1.html") == told


def test_what_an_earlier_crawl_had_is_not_found_in_this_one_yet(crawl, ask, clock):
    crawl.knows("/1.html")
    crawl.end(*crawl.leased(), answer=answered(200))
    crawl.finish(None)
    clock.now += 3600
    crawl.begin(fresh=False, mark=9)
    then, requeue = f"In an earlier crawl it was fetched {at(0)} (HTTP 200).", "--requeue asks for it all the same."
    yet = f"The present one, begun {at(3600)}, has not found it yet."
    assert ask(crawl, "/1.html") == ("earlier_crawl", then, yet, requeue)
    crawl.finish(None)
    never = f"The last one, begun {at(3600)}, ended without finding it on any page."
    assert ask(crawl, "/1.html", at_work=False) == ("earlier_crawl", then, never, requeue)


def test_a_page_that_was_read_and_is_not_on_disk_yet_is_still_leased(crawl, ask):
    crawl.knows("/1.html")
    (lease,) = crawl.leased()
    crawl.push([], by=Handling(lease=lease, answer=answered(), proof="", after=7))
    assert ask(crawl, "/1.html")[0] == "leased"


# Which command goes on. ------------------------------------------------------------------------------------------


def test_the_command_names_the_site_as_its_crawl_was_named(crawl):
    moved = Scope("https", "www.example.org")
    assert crawl_command("example.com", moved, is_spider=False) == "scrapy crawl news -a url=https://example.com/"
    assert crawl_command("hzgreat100", moved, is_spider=True) == "scrapy crawl hzgreat100"
