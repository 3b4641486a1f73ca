"""A crawl in several runs: each goes on where the one before was stopped, whatever stopped it."""

import random
import signal

import pytest

from tests.crawl.killing import frontier_of, has_ended, killed_after, killed_at, start, stopped_at, wait_for
from tests.crawls import article, crawl_news, listing
from tests.servers import ONCE, Answer, redirect

PAGES = [f"/news/{n}.html" for n in range(60)]


def page(path):
    return Answer(article(title=f"{path}关于仪器的报道"), delay=0.02)


def slow_site():
    return {
        "/": listing(*PAGES[:40], "/more.html"),
        "/more.html": listing(*PAGES[30:]),
        **{path: page(path) for path in PAGES},
    }


def said(run):
    """Return what an archive says of each address, but for times and ids of visits."""
    return sorted((line["url"], line["digest"], line["title"], line["body"]) for line in run.lines())


def sightings(run):
    return sorted((seen["url"], seen["outcome"]) for seen in run.lines("observations"))


@pytest.fixture
def site(site_server):
    return site_server(slow_site())


@pytest.fixture
def undisturbed(site, tmp_path):
    """A whole run into another archive."""
    run = crawl_news(site.url, tmp_path / "undisturbed")
    site.requests.clear()
    return run


def test_a_killed_crawl_goes_on_where_it_was(site, undisturbed, tmp_path):
    data = tmp_path / "data"
    killed_at(start(site.url, data), lambda: len(site.requests) > 30)
    known = frontier_of(data)
    done = {path for path, state in known.items() if state == "done"}
    waiting = {path for path, state in known.items() if state == "waiting"}
    asked = set(site.paths())
    run = crawl_news(site.url, data)
    assert done
    assert {path for path in done if site.paths().count(path) > 1} == set()
    # Only what was under way may be asked for twice, and that is what was leased and had been sent.
    twice = {path for path in known if site.paths().count(path) > 1}
    assert twice <= asked - done - waiting
    assert run.code == 0
    assert said(run) == said(undisturbed)
    assert sightings(run) == sightings(undisturbed)
    assert has_ended(data)


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), pytest.param(signal.SIGINT, 130, marks=pytest.mark.slow)]
)
def test_a_signal_ends_a_run_in_good_order_and_the_next_asks_for_the_rest_alone(
    site, undisturbed, tmp_path, number, code
):
    data = tmp_path / "data"
    process = start(site.url, data)
    err = stopped_at(process, lambda: len(site.requests) > 20, number)
    left = list(frontier_of(data).values()).count("waiting")
    assert process.returncode == code
    assert left > 0
    assert f"stopped before its end; {left} addresses wait" in err.strip().splitlines()[-1]
    assert set(frontier_of(data).values()) == {"done", "waiting"}
    run = crawl_news(site.url, data)
    assert run.code == 0
    assert sorted(site.paths()) == sorted(["/", "/more.html", *PAGES, "/robots.txt", "/robots.txt"])
    assert said(run) == said(undisturbed)
    assert sightings(run) == sightings(undisturbed)


@pytest.mark.slow
def test_a_second_ctrl_c_ends_a_run_at_once_and_the_next_completes(site, undisturbed, tmp_path):
    data = tmp_path / "data"
    site.routes["/news/5.html"] = Answer(article(), delay=600)
    process = start(site.url, data)
    wait_for(process, lambda: "/news/5.html" in site.paths())
    process.send_signal(signal.SIGINT)
    for line in process.stderr:
        if "shutting down gracefully" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip().splitlines()[-1].startswith("stopped at once")
    site.routes["/news/5.html"] = page("/news/5.html")
    run = crawl_news(site.url, data)
    assert run.code == 0
    assert said(run) == said(undisturbed)
    assert sightings(run) == sightings(undisturbed)


@pytest.mark.slow
def test_a_crawl_that_is_to_be_fresh_begins_anew(site, tmp_path):
    data = tmp_path / "data"
    killed_at(start(site.url, data), lambda: len(site.requests) > 30)
    done = {path for path, state in frontier_of(data).items() if state == "done"}
    site.requests.clear()
    run = crawl_news(site.url, data, "-a", "fresh=1")
    assert run.code == 0
    assert done
    assert set(site.paths()) == {"/robots.txt", "/", "/more.html", *PAGES}
    assert set(run.outcomes()) == {"new", "same"}
    assert run.outcomes().count("new") == len(PAGES)
    assert run.urls() == sorted(PAGES)


@pytest.mark.slow
def test_a_crawl_that_has_ended_is_followed_by_a_whole_new_one(site, tmp_path):
    first = crawl_news(site.url, tmp_path)
    asked = sorted(site.paths())
    second = crawl_news(site.url, tmp_path)
    assert (first.code, second.code) == (0, 0)
    assert sorted(site.paths()) == sorted(2 * asked)
    assert second.outcomes() == ["new"] * len(PAGES) + ["same"] * len(PAGES)


@pytest.mark.slow
def test_a_limit_is_of_one_run_and_the_next_goes_on(site, tmp_path):
    for so_far in (10, 20):
        run = crawl_news(site.url, tmp_path, "-a", "limit=10")
        assert run.code == 0
        assert run.outcomes() == ["new"] * so_far
        assert not has_ended(tmp_path)
    assert site.paths().count("/") == 1
    run = crawl_news(site.url, tmp_path)
    assert run.urls() == sorted(PAGES)
    assert has_ended(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["JOBDIR"]])
def test_scrapys_own_scheduler_works_and_leaves_no_frontier(site, undisturbed, tmp_path, words):
    settings = {name: tmp_path / name for name in words}
    run = crawl_news(site.url, tmp_path / "data", SCHEDULER="scrapy.core.scheduler.Scheduler", **settings)
    assert run.code == 0
    assert said(run) == said(undisturbed)
    assert sightings(run) == sightings(undisturbed)
    assert not (tmp_path / "data" / "frontier").exists()


def test_a_redirect_that_adds_a_slash_is_followed(site_server, tmp_path):
    server = site_server({
        "/": listing("/news", "/other/"),
        "/news": redirect("/news/", 301),
        "/news/": listing(*PAGES[:3]),
        "/other/": redirect("/other", 302),
        "/other": listing(*PAGES[3:6]),
        **{path: page(path) for path in PAGES[:6]},
    })  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    assert run.urls() == PAGES[:6]
    assert sorted(server.paths()) == sorted(["/robots.txt", *server.routes])


@pytest.mark.slow
def test_a_site_that_calls_itself_www_keeps_that_name_when_a_run_goes_on(site_server, tmp_path):
    server = site_server(slow_site())
    home = server.routes["/"]
    server.routes["/"] = lambda asked: (
        Answer(home) if asked.host == "www.site.example" else redirect("http://www.site.example/")
    )
    connect = ",".join(f"{host}:80=127.0.0.1:{server.port}" for host in ("site.example", "www.site.example"))
    data = tmp_path / "data"
    process = start("http://site.example/", data, CONNECT_TO=connect)
    killed_at(process, lambda: len(server.requests) > 30)
    run = crawl_news("http://site.example/", data, CONNECT_TO=connect)
    assert run.code == 0
    assert run.urls() == sorted(PAGES)
    assert {line["url"].split("/")[2] for line in run.lines()} == {"www.site.example"}
    asked = [asked.path for asked in server.requests if asked.host == "site.example"]
    assert [path for path in asked if path not in ONCE] == ["/robots.txt", "/"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_crawl_that_is_killed_again_and_again_comes_to_the_same(site, undisturbed, tmp_path, seed):
    data, rng = tmp_path / "data", random.Random(seed)
    # No run but the last lives long enough to come to the end.
    site.routes.update({path: Answer(site.routes[path].body, delay=0.2) for path in PAGES})
    for _ in range(12):
        killed_after(start(site.url, data, SEAL_SECONDS=1, CONCURRENT_REQUESTS=2), rng.uniform(0.3, 1.5))
    run = crawl_news(site.url, data)
    assert run.code == 0
    assert said(run) == said(undisturbed)
    assert sightings(run) == sightings(undisturbed)
