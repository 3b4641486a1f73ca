"""What users ask for, each a story of its own, by crawls as they run them."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

import archive
from archive.records import plain_values
from tests.crawls import article, crawl_news, listing
from tests.servers import Answer, retry_after

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)


def page(number, **words):
    return article(title=f"第{number}篇关于仪器的连续报道", **words)


def site(count, **words):
    pages = {f"/news/{n}.html": page(n, **words) for n in range(1, count + 1)}
    return {"/": listing(*pages), **pages}


@pytest.mark.slow
def test_story_e2_a_run_again_adds_nothing_and_one_edited_body_adds_one_revision(site_server, tmp_path):
    server = site_server(site(8))
    lines = crawl_news(server.url, tmp_path).lines()
    assert len(lines) == 8
    assert crawl_news(server.url, tmp_path).lines() == lines
    server.routes["/news/5.html"] = page(5, body="这一段是后来改写的：仪器已经在第二个实验室投入使用。" * 4)
    (revision,) = [line for line in crawl_news(server.url, tmp_path).lines() if line not in lines]
    assert (revision["url"][-7:], revision["extractor"]["cause"]) == ("/5.html", "crawl")


@pytest.mark.slow
def test_story_e3_a_counter_is_not_an_edit(site_server, tmp_path):
    server = site_server(site(100, views=7))
    before = crawl_news(server.url, tmp_path).lines()
    server.routes.update(site(100, views=8))
    after = crawl_news(server.url, tmp_path)
    assert after.lines() == before
    seen = [(line["outcome"], line["view_count"]) for line in after.lines("observations")]
    assert sorted(seen) == sorted([("new", 7)] * 100 + [("same", 8)] * 100)


@pytest.mark.parametrize(
    ("said", "language", "at", "zone"),
    [
        ("2021-07-26 11:43", "zh-CN", "2021-07-26T11:43:00+08:00", "assumed"),
        ("2021-07-26T03:43:00Z", "zh-CN", "2021-07-26T03:43:00Z", "stated"),
    ],
)
def test_story_r1_a_time_has_its_zone_its_words_and_the_rule(site_server, tmp_path, said, language, at, zone):
    text = page(1).replace("2024-05-06 07:08", said).replace("<html>", f'<html lang="{language}">')
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": text})
    (line,) = crawl_news(server.url, tmp_path).lines()
    assert datetime.fromisoformat(line["published_at"]) == datetime.fromisoformat(at)
    assert (line["published_at"], line["published_raw"], line["published_zone"]) == (at, said, zone)
    assert "published_at" in {field["name"] for field in line["extractor"]["fields"]}


@pytest.mark.slow
def test_story_r4_the_archive_at_a_time_is_the_same_again_and_again(site_server, tmp_path):
    def at(day):
        opened = archive.open(tmp_path)
        return [plain_values(state) for state in opened.states(as_of=FIRST + timedelta(days=day), axis="fetched")]

    server = site_server(site(3))
    crawl_news(server.url, tmp_path, at=FIRST)
    first = at(0.5)
    server.routes["/news/2.html"] = page(2, body="这一段是后来改写的：仪器已经在第二个实验室投入使用。" * 4)
    del server.routes["/news/3.html"]
    for day in (1, 2):
        crawl_news(server.url, tmp_path, at=FIRST + timedelta(days=day))
    assert at(0.5) == first
    assert [state["status"] for state in at(1.5)] == ["live", "live", "live"]  # seen missing once
    assert sorted(state["status"] for state in at(2.5)) == ["gone", "live", "live"]
    bodies = {state["article"]["id"]: state["article"]["body"] for state in first}
    changed = [state for state in at(2.5) if state["article"]["body"] != bodies[state["article"]["id"]]]
    assert [state["article"]["url"][-7:] for state in changed] == ["/2.html"]
    ends = [change for change in archive.open(tmp_path).changes() if change.kind == "end"]
    assert [end.record.url[-7:] for end in ends] == ["/3.html"]


@pytest.mark.slow
def test_story_o4_the_servers_own_log_shows_the_manners(site_server, tmp_path):
    busy = retry_after(2)
    dated = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=8), usegmt=True))
    server = site_server(
        site(4)
        | {"/robots.txt": "User-agent: *\nCrawl-delay: 0.4\n", "/news/1.html": [busy, Answer(page(1))]}
        | {"/news/3.html": [dated, Answer(page(3))]}
    )
    assert crawl_news(server.url, tmp_path, DOWNLOAD_DELAY=0.1).urls() == [f"/news/{n}.html" for n in range(1, 5)]
    assert min(later.at - one.at for one, later in pairwise(server.requests[1:])) >= 0.39
    for path, pause in (("/news/1.html", 2), ("/news/3.html", 0)):
        turned_away = next(request.at for request in server.requests if request.path == path)
        following = min(request.at for request in server.requests if request.at > turned_away)
        assert following - turned_away >= pause - 0.05


@pytest.mark.slow
def test_story_o4_nothing_is_asked_outside_the_time_window(site_server, tmp_path):
    server = site_server(site(2))
    run = crawl_news(server.url, tmp_path, at=FIRST, WINDOWS="10:00-12:00 UTC")
    assert server.requests == []
    assert "again from" in run.err
    assert crawl_news(server.url, tmp_path, at=FIRST + timedelta(hours=9), WINDOWS="10:00-12:00 UTC").urls()
