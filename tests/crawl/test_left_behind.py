"""What a run leaves to later ones, and what it does not wait for."""

import pytest

from tests.crawl.killing import due_of, frontier_of, has_ended, killed_at, start
from tests.crawls import article, crawl_news, listing
from tests.servers import Answer, retry_after

pytestmark = pytest.mark.slow

PAGES = [f"/news/{n}.html" for n in range(24)]


def page(path, picture="", delay=0.02):
    links = f"<img src='{picture}'>" if picture else ""
    return Answer(article(title=f"{path}关于仪器的报道", links=links), delay=delay)


def png(name):
    return Answer(name.encode(), headers={"Content-Type": "image/png"}, delay=0.02)


@pytest.mark.parametrize("moment", [6, 14, 22, 30])
def test_a_killed_run_gets_all_pictures_in_the_end(site_server, tmp_path, moment):
    pictures = {path: f"/pic/{number}.png" for number, path in enumerate(PAGES)}
    server = site_server({
        "/": listing(*PAGES),
        **{path: page(path, picture) for path, picture in pictures.items()},
        **{picture: png(picture) for picture in pictures.values()},
    })  # fmt: skip
    killed_at(start(server.url, tmp_path, "-a", "requisites=1"), lambda: len(server.requests) > moment)
    run = crawl_news(server.url, tmp_path, "-a", "requisites=1")
    assert run.code == 0
    assert run.urls() == sorted(PAGES)
    assert run.outcomes() == ["new"] * len(PAGES)
    kept = {raw.path: raw.body for raw in run.warc("response") if raw.path.startswith("/pic/")}
    assert kept == {picture: picture.encode() for picture in pictures.values()}


@pytest.mark.parametrize("moment", [4, 12, 20])
def test_an_article_that_is_gone_is_told_once_though_its_run_was_killed(site_server, tmp_path, moment):
    server = site_server({"/": listing(*PAGES), **{path: page(path) for path in PAGES}})
    crawl_news(server.url, tmp_path)
    gone = PAGES[::5]
    server.routes.update({path: Answer("gone", status=404) for path in gone})
    server.requests.clear()
    killed_at(start(server.url, tmp_path), lambda: len(server.requests) > moment)
    run = crawl_news(server.url, tmp_path)
    assert run.code == 0
    for path in PAGES:
        assert run.outcomes(path) == ["new", "gone" if path in gone else "same"]


def test_a_host_that_asks_to_be_left_alone_keeps_its_addresses_for_the_next_run(site_server, tmp_path):
    server = site_server({"/": listing(*PAGES), **{path: page(path) for path in PAGES}})
    server.routes[PAGES[5]] = retry_after(3600)
    run = crawl_news(server.url, tmp_path)
    left = {path for path, state in frontier_of(tmp_path).items() if state == "waiting"}
    assert run.code == 0
    assert PAGES[5] in left
    assert not has_ended(tmp_path)
    assert due_of(tmp_path) == dict.fromkeys(left, 3600)
    assert run.urls() == sorted(set(PAGES) - left)
    waiting = f"{len(left)} addresses wait, the same command goes on"
    said, why = run.err.strip().splitlines()[-2:]
    assert waiting in said
    assert why == "127.0.0.1 asks to be left alone for 3600 s (RETRY_AFTER_MAX)"
    # It is asked nothing while it wants to be left alone.
    server.requests.clear()
    second = crawl_news(server.url, tmp_path)
    assert server.paths() == []
    assert second.code == 4
    assert waiting in second.err.strip().splitlines()[-1]
    assert not has_ended(tmp_path)


def test_a_host_of_pictures_that_cannot_be_reached_does_not_keep_a_crawl_from_its_end(site_server, tmp_path):
    # Nobody listens there.
    links = "<img src='http://pictures.example/1.png'>"
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": article(links=links)})
    connect = f"site.example:80=127.0.0.1:{server.port},pictures.example:80=127.0.0.1:1"
    run = crawl_news("http://site.example/", tmp_path, "-a", "requisites=1", CONNECT_TO=connect)
    assert run.code == 0
    assert has_ended(tmp_path, "site.example")


def test_a_host_of_pictures_that_wants_to_be_left_alone_does_not_keep_a_crawl_from_its_end(site_server, tmp_path):
    links = "<img src='http://pictures.example/1.png'><img src='http://pictures.example/2.png'>"
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": article(links=links)})
    pictures = site_server({f"/{n}.png": retry_after(3600) for n in (1, 2)})
    connect = f"site.example:80=127.0.0.1:{server.port},pictures.example:80=127.0.0.1:{pictures.port}"
    run = crawl_news("http://site.example/", tmp_path, "-a", "requisites=1", CONNECT_TO=connect)
    assert run.code == 0
    assert has_ended(tmp_path, "site.example")
    again = crawl_news("http://site.example/", tmp_path, "-a", "requisites=1", CONNECT_TO=connect)
    assert again.outcomes() == ["new", "same"]
