"""`scrapy frontier` on frontiers that real crawls have left."""

import json
import shutil
import sqlite3
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest

from crawler.frontier.sqlite import path_of
from tests.crawls import ROOT, article, crawl_news, listing
from tests.servers import Answer, redirect, retry_after, serve_faults
from tests.warcs import scrapy_here

SITE = "127.0.0.1"
RETRIED = {"RETRY_TIMES": 2, "CONCURRENT_REQUESTS_PER_DOMAIN": 2}
LAST = '<a href="/patience.html">忙</a><a href="/late.html">晚</a>'


def page(title, links=""):
    return article(title, links)


def routes():
    """Return a site; its page `/news/2.html`, which leads to what asks for a pause, waits until `/down.html` has failed."""
    tried = threading.Semaphore(0)

    def down(received):
        tried.release()
        return Answer("x", status=503)

    def last(received):
        for _ in range(1 + RETRIED["RETRY_TIMES"]):
            assert tried.acquire(timeout=30)
        return Answer(page("这一页之后就没有别的了", LAST))

    return {
        "/": listing("/old.html"),
        "/old.html": page("第一次抓取时还在的一篇旧报道"),
        "/news/1.html": page("一台新的光谱仪投入使用了", '<a href="https://example.org/away.html">别的网站上的一篇报道</a>'),
        "/robots.txt": "User-agent: *\nDisallow: /private/\n",
        "/moved.html": redirect("/news/1.html"),
        "/off.html": redirect("http://127.0.0.2:1/"),
        "/down.html": down,
        "/news/2.html": last,
        "/hand.html": page("一篇不该抓取的报道"),
        "/patience.html": retry_after(3600),
        "/late.html": retry_after(3600),
    }  # fmt: skip


class Crawled:
    """An archive with a frontier, and the site it is of."""

    def __init__(self, root, url):
        self.root, self.url = root, url


def by_hand(root, *words):
    """Run the command in a process of its own, as beside a crawl; return what it says."""
    command = [sys.executable, "-m", "scrapy", "frontier", SITE, *words, "-s", f"ARCHIVE={root}"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two crawls: the first reads one page and ends; then one is dropped by hand; in the second much goes wrong."""
    root = tmp_path_factory.mktemp("crawled") / "data"
    with serve_faults(routes()) as server:
        assert crawl_news(f"{server.url}/", root).code == 0
        by_hand(root, "--drop", f"{server.url}/hand.html")
        names = ("news/1", "private/1", "moved", "off", "gone", "down", "hand", "news/2")
        server.routes["/"] = listing(*(f"/{name}.html" for name in names))
        run = crawl_news(f"{server.url}/", root, **RETRIED)
        assert run.code == 0, run.err
        assert "/hand.html" not in server.paths()
        return Crawled(root, server.url)


@pytest.fixture
def crawled(made, tmp_path):
    """A copy, to be changed."""
    shutil.copytree(made.root, tmp_path / "data")
    return Crawled(tmp_path / "data", made.url)


@pytest.fixture
def frontier(capsys):
    def run(crawled, *words, site=SITE, **settings):
        words = [crawled.url + word if str(word).startswith("/") else word for word in words]
        return scrapy_here(
            capsys, "frontier", *([site] if site else []), *words, archive=crawled.root, settings=settings
        )

    return run


@pytest.fixture
def why(frontier):
    def asked(crawled, url):
        run = frontier(crawled, "--why", url, "--json")
        assert run.code == 0, run.err
        return json.loads(run.out)

    return asked


def rows(run):
    return [json.loads(line) for line in run.out.splitlines()]


def paths(run):
    return [urlsplit(row["url"]).path for row in rows(run)]


# Why. ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "because"),
    [
        ("/", "done"),
        ("/news/1.html", "done"),
        ("/private/1.html", "robots"),
        ("/moved.html", "redirected"),
        ("/off.html", "leads_elsewhere"),
        ("/gone.html", "gone"),
        ("/down.html", "failed"),
        ("/hand.html", "dropped"),
        ("/patience.html", "host_paused"),
        ("/late.html", "host_paused"),
        ("/old.html", "earlier_crawl"),
        ("/nobody.html", "never_seen"),
        ("/report.pdf", "not_a_page"),
        ("/plus/count.php", "counter"),
        ("https://example.org/away.html", "outside_scope"),
        ("example.org/away.html", "outside_scope"),
        (f"{SITE}/news/1.html", "outside_scope"),
    ],
)
def test_a_crawl_leaves_an_answer_for_each_address(made, why, url, because):
    assert why(made, url)["because"] == because


def test_the_answer_for_people_is_in_plain_words(made, frontier):
    run = frontier(made, "--why", "/moved.html")
    first, second = run.out.splitlines()
    assert first.endswith(f"and leads to {made.url}/news/1.html,")
    assert second.startswith("which was fetched ")
    assert second.endswith("(HTTP 200).")


def test_what_failed_was_tried_as_often_as_it_says(made, why):
    told = why(made, "/down.html")
    assert (told["state"], told["failures"], told["reason"], told["http_status"]) == ("failed", 3, "HTTP 503", 503)
    assert told["words"][0].startswith("It failed 3 times, the last ")
    assert told["found_on"] == f"{made.url}/"


def test_another_address_of_the_page_is_known_by_it(made, why):
    told = why(made, "/news/1.html/index.html")
    assert (told["asked"], told["url"]) == (f"{made.url}/news/1.html/index.html", f"{made.url}/news/1.html")
    assert told["words"][0] == f"It is known as {made.url}/news/1.html."


def test_an_article_that_was_erased_says_so(crawled, why):
    words = ["erase", "--archive", str(crawled.root), f"{crawled.url}/news/1.html", "--reason", "asked for", "--yes"]
    subprocess.run([sys.executable, "-m", "archive.cli", *words], cwd=ROOT, check=True, capture_output=True)
    assert why(crawled, "/news/1.html")["because"] == "erased"
    assert why(crawled, "/")["because"] == "done"


# How it stands. --------------------------------------------------------------------------------------------------


def test_the_overview_counts_by_host_and_tells_what_failed_and_how_to_go_on(made, frontier):
    run = frontier(made)
    assert run.code == 0
    state, header, counts, paused, known, failed, last = run.out.splitlines()
    assert state.endswith(f"waits to be gone on with by: scrapy crawl news -a url={made.url}/ -s ARCHIVE={made.root}")
    assert header.split() == ["waiting", "leased", "done", "failed", "refused", "dropped"]
    assert counts.split() == [SITE, "2", "0", "7", "1", "1", "1"]  # with /sitemap.xml, which is not there
    assert paused.startswith(f"{SITE} is left alone until ")
    assert known.startswith("13 addresses known, ")
    assert failed == "failed lately:"
    assert last.endswith(f"{made.url}/down.html  HTTP 503; failed 3 times")


def test_the_overview_in_json_says_the_same(made, frontier):
    (told,) = rows(frontier(made, "--json"))
    counts = {"waiting": 2, "leased": 0, "done": 7, "failed": 1, "refused": 1, "dropped": 1}
    assert {state: told[state] for state in counts} == counts
    assert (told["site"], told["stands"], told["crawl"], told["finished_at"]) == (SITE, "waits", 2, None)
    assert told["facts"] == {"scope": made.url}
    (host,) = told["hosts"]
    assert host == {"name": SITE, "resume_at": host["resume_at"], **counts}
    assert [row["url"] for row in told["failed_lately"]] == [f"{made.url}/down.html"]


def test_without_a_site_all_are_listed_and_a_damaged_one_is_named(crawled, frontier):
    folder = crawled.root / "frontier"
    (folder / "bad.example.sqlite").write_text("no database, and longer than the head of one" * 9)
    run = frontier(crawled, site=None)
    assert run.code == 1
    assert [line.split(":")[0] for line in run.out.splitlines()] == [SITE, "  2 waiting, 7 done, 1 failed, 1 refused, 1 dropped"]  # fmt: skip
    assert run.err == f"bad.example: {folder}/bad.example.sqlite: file is not a database\n"
    assert [row["site"] for row in rows(frontier(crawled, "--json", site=None))] == [SITE]


@pytest.mark.parametrize("name", ["{url}", "{url}/news/1.html", "127.0.0.1:80", "http://127.0.0.1/"])
def test_a_site_is_known_by_its_addresses(made, frontier, name):
    (told,) = rows(frontier(made, "--json", site=name.format(url=made.url)))
    assert told["site"] == SITE


def test_a_site_is_known_by_where_its_start_page_has_led(crawled, frontier):
    with sqlite3.connect(path_of(crawled.root / "frontier", SITE)) as db:
        db.execute("UPDATE crawls SET facts = ?", (json.dumps({"scope": "https://www.example.com"}),))
    db.close()
    (told,) = rows(frontier(crawled, "--json", site="example.com/news/"))
    assert told["site"] == SITE
    assert told["command"].startswith(f"scrapy crawl news -a url=https://{SITE}/ ")


@pytest.mark.parametrize("name", ["example.com", "no address at all", "news"])
def test_an_unknown_site_is_answered_with_those_that_are_known(made, frontier, name):
    run = frontier(made, site=name)
    assert run.code == 2
    assert f"no frontier of {name!r} in {made.root}/frontier; there are: {SITE}" in run.err


def test_where_no_crawl_was_there_is_no_frontier(tmp_path, frontier):
    run = frontier(Crawled(tmp_path, ""), site=None)
    assert (run.code, run.out) == (0, "")
    assert run.err == f"no frontier in {tmp_path}/frontier; scrapy crawl makes one\n"
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_frontiers_may_be_elsewhere(crawled, tmp_path, frontier):
    (crawled.root / "frontier").rename(tmp_path / "elsewhere")
    run = frontier(crawled, FRONTIER=tmp_path / "elsewhere")
    assert run.code == 0
    assert f" -s FRONTIER={tmp_path}/elsewhere\n" in run.out


# Lists. ----------------------------------------------------------------------------------------------------------


def test_addresses_are_listed_by_state_in_the_crawl_that_is_the_newest(made, frontier):
    assert paths(frontier(made, "--list", "waiting", "--json")) == ["/patience.html", "/late.html"]
    assert paths(frontier(made, "--list", "refused", "--json")) == ["/private/1.html"]
    assert paths(frontier(made, "--list", "dropped", "--json")) == ["/hand.html"]
    done = ["/", "/sitemap.xml", "/news/1.html", "/moved.html", "/off.html", "/gone.html", "/news/2.html"]
    assert paths(frontier(made, "--list", "done", "--json")) == done
    assert paths(frontier(made, "--match", "*/*t*.html", "--json")) == ["/private/1.html", "/patience.html", "/late.html"]  # fmt: skip


def test_a_list_for_people_has_a_line_for_each_with_its_reason(made, frontier):
    lines = frontier(made, "--list", "all").out.splitlines()
    told = {line.split()[4].removeprefix(made.url): line.split(maxsplit=5)[3:] for line in lines}
    assert told["/old.html"][2] == "HTTP 200; in an earlier crawl"
    assert told["/private/1.html"] == ["refused", f"{made.url}/private/1.html", f"robots.txt forbids {made.url}/private/1.html"]  # fmt: skip
    assert told["/moved.html"][2] == f"leads to {made.url}/news/1.html"
    assert told["/hand.html"] == ["dropped", f"{made.url}/hand.html"]


def test_a_list_says_when_there_is_more(made, frontier):
    run = frontier(made, "--list", "done", "--limit", "4", "--json")
    assert paths(run) == ["/", "/sitemap.xml", "/news/1.html", "/moved.html"]
    assert run.err == "there are more than 4 addresses: --limit N shows more\n"
    assert frontier(made, "--list", "done", "--limit", "7", "--json").err == ""
    assert frontier(made, "--list", "leased").err == "no such address\n"


# Changes. --------------------------------------------------------------------------------------------------------


def test_what_is_requeued_waits_again(crawled, frontier, why):
    run = frontier(crawled, "--requeue", "/down.html", "--requeue", "/hand.html", "--requeue", "/late.html")
    first, second = run.out.splitlines()
    assert first == "requeued 2 addresses"
    assert second.startswith("fetches these, and the rest of its crawl, next: scrapy crawl news ")
    assert {why(crawled, url)["state"] for url in ("/down.html", "/hand.html", "/late.html")} == {"waiting"}


def test_all_in_a_state_are_requeued_and_those_alone_that_match(crawled, frontier):
    assert frontier(crawled, "--requeue", "done", "--match", "*/[mo]*.html").out.startswith("requeued 2 addresses\n")
    done = ["/", "/sitemap.xml", "/news/1.html", "/gone.html", "/news/2.html"]
    assert paths(frontier(crawled, "--list", "done", "--json")) == done
    (told,) = rows(frontier(crawled, "--requeue", "failed", "--requeue", "refused", "--json"))
    assert told == {"requeued": 2, "dropped": 0, "added": 0, "refused": []}
    assert frontier(crawled, "--requeue", "failed").out == "requeued 0 addresses\n"


def test_an_unknown_address_may_be_asked_for_within_the_site_only(crawled, frontier, why):
    run = frontier(crawled, "--requeue", "/new.html", "--requeue", "https://example.org/", "--drop", "/never.html", "--json")  # fmt: skip
    assert run.code == 2
    (told,) = rows(run)
    assert (told["requeued"], told["dropped"], told["added"]) == (1, 1, 2)
    assert [(one["asked"], one["because"]) for one in told["refused"]] == [("https://example.org/", "outside_scope")]
    assert why(crawled, "/new.html")["state"] == "waiting"
    assert why(crawled, "/never.html")["because"] == "dropped"
    assert why(crawled, "https://example.org/")["known"] is False


def test_of_a_crawl_that_has_ended_just_what_was_requeued_is_fetched(tmp_path, site_server, frontier):
    server = site_server(routes())
    crawled = Crawled(tmp_path / "data", server.url)
    assert crawl_news(f"{server.url}/", crawled.root).code == 0
    assert frontier(crawled).out.splitlines()[0].endswith("begins another")
    server.requests.clear()
    run = frontier(crawled, "--requeue", "/old.html", "--requeue", "/news/1.html")
    first, second = run.out.splitlines()
    assert (first, second.split(":")[0]) == ("requeued 2 addresses", "fetches just these next")
    again = crawl_news(f"{server.url}/", crawled.root)
    assert again.code == 0
    assert sorted(server.paths()) == ["/news/1.html", "/old.html", "/robots.txt"]
    assert sorted(again.urls()) == ["/news/1.html", "/old.html"]
    (told,) = rows(frontier(crawled, "--json"))
    assert (told["crawl"], told["stands"]) == (1, "ended")


@pytest.mark.slow
def test_a_crawl_at_work_takes_what_is_requeued_and_leaves_what_is_dropped(tmp_path, site_server, frontier):
    links = listing(*(f"/{n}.html" for n in range(60)))
    crawled = Crawled(tmp_path / "data", "")
    told = []

    def answer(received):
        if received.path == "/0.html":
            told.append(by_hand(crawled.root, "--drop", f"{crawled.url}/59.html"))
            told.append(by_hand(crawled.root, "--requeue", f"{crawled.url}/extra.html"))
        return Answer(page(f"关于{received.path}的一篇报道"))

    server = site_server({"/": links, "/extra.html": answer, **{f"/{n}.html": answer for n in range(60)}})
    crawled.url = server.url
    run = crawl_news(f"{server.url}/", crawled.root, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert run.code == 0, run.err
    assert told == ["dropped 1 address\n", "requeued 1 address\n"]
    assert "/extra.html" in run.urls()
    assert paths(frontier(crawled, "--list", "dropped", "--json")) == ["/59.html"]
    (state,) = rows(frontier(crawled, "--json"))
    assert (state["stands"], state["waiting"], state["leased"]) == ("ended", 0, 0)


# What a person gets wrong. ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--list", "lost"), "--list 'lost': one of waiting, leased, done, failed, refused, dropped or all"),
        (("--list", "all", "--limit", "0"), "--limit 0: a whole number from 1"),
        (("--list", "all", "--why", "/1.html"), "one of --list, --why, --requeue and --drop, or --live at a time"),
        (("--why", "ftp://127.0.0.1/"), "url='ftp://127.0.0.1/': only http and https are fetched"),
        (("--why", "nonsense"), "url='nonsense': this is no address of a page"),
        (("--requeue", "leased"), "--requeue: a URL, or one of done, failed, refused, dropped"),
        (("--requeue", "/1.html", "--match", "*"), "--match goes with --list, and with --requeue of a state"),
        (("--live", "--json"), "--live is for people; --json shows how it stands now"),
    ],
)
def test_a_mistake_is_named(made, frontier, words, said):
    run = frontier(made, *words)
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err


def test_an_option_that_needs_a_site_says_so(made, frontier):
    run = frontier(made, "--list", "all", site=None)
    assert run.code == 2
    assert "say of which site: scrapy frontier SITE ..." in run.err


def test_a_mistake_in_one_of_several_changes_nothing(crawled, frontier):
    before = frontier(crawled, "--list", "all").out
    assert frontier(crawled, "--requeue", "/down.html", "--drop", "ftp://x/").code == 2
    assert frontier(crawled, "--list", "all").out == before


@pytest.mark.parametrize("what", ["no database", "of something else", "of another version", "torn"])
def test_a_damaged_frontier_is_named_in_one_line(crawled, frontier, what):
    path = path_of(crawled.root / "frontier", SITE)
    if what == "no database":
        path.write_bytes(b"nothing that is a database, at some length" * 9)
    elif what == "torn":
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    else:
        with sqlite3.connect(path) as db:
            db.execute("DROP TABLE hosts" if what == "of something else" else "UPDATE meta SET version = 99")
        db.close()
    run = frontier(crawled)
    assert run.code == 1
    assert run.err.startswith(f"scrapy frontier: {path}: ")
    assert run.err.count("\n") == 1
