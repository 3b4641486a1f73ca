"""The usual checkers accept what a crawl archives, and a replayer shows it: see benchmarks/conformance.py."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

import archive
from benchmarks.conformance import conformance
from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.archive.conftest import RECORDED, article, exchange, observation
from tests.crawls import ROOT

MISSING = "NEWSREEL_KIT names no environment of the kit: see python -m benchmarks.conformance --help"
KIT = os.environ.get("NEWSREEL_KIT")


@pytest.mark.slow
def test_the_usual_checkers_and_a_replayer_accept_a_crawl(tmp_path):
    _need_the_kit()
    with serve(generate.build()) as server:
        for _ in range(2):
            subprocess.run(crawl_command(server, tmp_path / "data"), cwd=ROOT, capture_output=True, check=True)
    folder = tmp_path / "work"
    folder.mkdir()
    results = list(conformance(tmp_path / "data", Path(KIT), folder))
    assert [str(result) for result in results if not result.is_right] == []
    assert len(results) == 10


@pytest.mark.slow
def test_they_accept_answers_without_a_body_and_replay_the_page_for_which_these_stand(tmp_path):
    _need_the_kit()
    with archive.Writer(tmp_path / "data") as writer:
        for number in range(3):
            url = f"http://www.example.com/{number}.html"
            common = {"id": archive.article_id(url), "url": url}
            words = {"title": f"第{number}篇", "body": f"第{number}段正文"}
            page = f"<meta charset=utf-8><h1>{words['title']}</h1><p>{words['body']}</p>".encode()
            tag = (("Content-Type", "text/html"), ("ETag", '"1"'))
            first = writer.capture(exchange(url, page, headers=tag))
            writer.append(article(**common, **words, canonical_url=url, captures=(first,)))
            writer.append(observation(**common, captures=(first,)))
            writer.publish()
            asked = {"status": 304, "reason": "Not Modified", "request_headers": (("If-None-Match", '"1"'),)}
            at = RECORDED + timedelta(hours=1)
            again = writer.capture(exchange(url, b"", headers=tag[1:], fetched_at=at, **asked))
            writer.append(observation(**common, captures=(again,), outcome="not_modified", observed_at=at))
    folder = tmp_path / "work"
    folder.mkdir()
    results = list(conformance(tmp_path / "data", Path(KIT), folder))
    assert [str(result) for result in results if not result.is_right] == []
    assert len(results) == 10


def _need_the_kit():
    if not KIT:
        assert os.environ.get("CI") != "true", MISSING
        pytest.skip(MISSING)
