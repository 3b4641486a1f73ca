"""The bundled site, crawled for real under its own name, compared with what its generator knows."""

import json
import subprocess
from pathlib import Path

import pytest

from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.crawls import ROOT, Run

SEED = "http://hzgreat100.com/News/desc/id/1771.html"
EXPECTED = {
    row["url"]: row
    for row in map(json.loads, (ROOT / "seeds/hzgreat100/expected.jsonl").read_text("utf-8").splitlines())
}


def crawl(site, archive, *words):
    with serve(site) as server:
        done = subprocess.run(
            [*crawl_command(server, archive), *words, "-L", "INFO"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert server.violations == []
    return Run(done.returncode, done.stdout, done.stderr, Path(archive))


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seed")
    run = crawl(generate.build(), folder / "archive", "-O", str(folder / "out.jsonl"))
    assert run.code == 0, run.err
    return run


@pytest.fixture(scope="module")
def articles(first):
    return {line["url"]: line for line in first.lines()}


def test_every_article_is_stored_once(first):
    assert sorted(line["url"] for line in first.lines()) == sorted(EXPECTED)
    assert first.lines("quarantine") == []


@pytest.mark.parametrize("field", ["title", "category", "published_at", "view_count", "source", "prev", "next", "body"])
def test_a_field_is_what_the_site_says_on_every_page(articles, field):
    assert {url: articles[url][field] for url in EXPECTED} == {url: row[field] for url, row in EXPECTED.items()}


def test_the_seed_article_is_word_for_word_that_of_the_seed_text(articles):
    article = articles[SEED]
    assert article["title"] == "青岛科学仪器产业园:助力科学仪器加速国产替代"
    assert article["category"] == "行业新闻"
    assert article["published_at"] == "2021-07-26T11:43:00+08:00"
    assert article["published_zone"] == "layout"
    assert article["view_count"] == 35348
    assert article["source"] == "网络"
    assert article["prev"]["title"] == "【行业新闻】科学仪器行业的五种营销模式"
    assert article["next"]["title"] == "【行业新闻】助力重大科研仪器研发,我国资助费用超9亿"
    lines = (ROOT / "seeds/hzgreat100/seed.txt").read_text("utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("时间:"))
    end = next(n for n, line in enumerate(lines) if line.startswith("来源:"))
    paragraphs = [line.strip() for line in lines[start + 1 : end] if line.strip()]
    assert len(paragraphs) == 20
    assert article["body"].split("\n\n") == paragraphs


def test_a_feed_has_the_archives_lines(first):
    feed = (first.archive.parent / "out.jsonl").read_text("utf-8").splitlines()
    by_url = {line["url"]: line for line in map(json.loads, feed)}
    assert by_url == {line["url"]: line for line in first.lines()}


@pytest.mark.slow
def test_visits_again_add_what_has_changed_and_nothing_else(tmp_path):
    edited = "http://hzgreat100.com/News/desc/id/1769.html"
    assert crawl(generate.build(), tmp_path).code == 0
    again = crawl(generate.build(), tmp_path)
    assert again.code == 0
    assert sorted(line["url"] for line in again.lines()) == sorted(EXPECTED)
    assert {line["outcome"] for line in again.lines("observations")[len(EXPECTED) :]} == {"same"}
    assert len(again.lines("observations")) == 2 * len(EXPECTED)
    bumped = crawl(
        generate.build(bump=7, edits={1769: "这一段是后来改写的：仪器已经在第二个实验室投入使用了。"}), tmp_path
    )
    revisions = [line for line in bumped.lines() if line["previous_digest"]]
    assert [line["url"] for line in revisions] == [edited]
    assert revisions[0]["previous_digest"] in {line["digest"] for line in again.lines() if line["url"] == edited}
    outcomes = [line["outcome"] for line in bumped.lines("observations")[2 * len(EXPECTED) :]]
    assert sorted(outcomes) == sorted(["same"] * (len(EXPECTED) - 1) + ["revised"])


@pytest.mark.parametrize("concurrency", [pytest.param(1, marks=pytest.mark.slow), 16])
def test_a_limit_is_exact(tmp_path, concurrency):
    run = crawl(generate.build(), tmp_path, "-a", "limit=7", "-s", f"CONCURRENT_REQUESTS_PER_DOMAIN={concurrency}")
    assert run.code == 0
    assert len({line["url"] for line in run.lines()}) == len(run.lines()) == 7


def chain(url):
    """Return what prev and next lead to from a page, by the generator's own data."""
    seen, waiting = set(), [url]
    while waiting:
        url = waiting.pop()
        if url in seen or url not in EXPECTED:
            continue
        seen.add(url)
        waiting += [side["url"] for side in (EXPECTED[url]["prev"], EXPECTED[url]["next"]) if side and side["url"]]
    return seen


def test_the_chain_alone_reaches_the_chain(tmp_path):
    run = crawl(generate.build(), tmp_path, "-a", "ways=chain")
    assert {line["url"] for line in run.lines()} == chain(SEED)
    assert 20 < len(run.lines()) < len(EXPECTED)


@pytest.mark.slow
def test_lists_alone_reach_all_but_the_unlisted(tmp_path):
    run = crawl(generate.build(), tmp_path, "-a", "ways=lists", "-a", "url=http://hzgreat100.com/")
    unlisted = {"http://hzgreat100.com/News/desc/id/1742.html"}
    assert {line["url"] for line in run.lines()} == set(EXPECTED) - unlisted


@pytest.mark.slow
def test_links_alone_reach_everything(tmp_path):
    run = crawl(generate.build(), tmp_path, "-a", "ways=links")
    assert sorted(line["url"] for line in run.lines()) == sorted(EXPECTED)
