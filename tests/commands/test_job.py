import json
import signal
import time
from pathlib import Path

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from crawler.jobs.summary import JobSummary
from crawler.monitors.history import read
from tests.crawls import ROOT, article, crawl_news, listing, scrapy
from tests.jobs.started import Slow, job, started
from tests.servers import Answer

SITE = {
    "/": listing("/1.html", "/2.html"),
    "/1.html": article(),
    "/2.html": article(title="另一台新的光谱仪投入使用了"),
}


def test_a_good_run_says_one_line_and_leaves_summary_report_and_history(site_server, tmp_path):
    server = site_server(SITE)
    run, line = job(server.url, archive=tmp_path / "data")
    assert run.code == 0
    assert (line["outcome"], line["exit_code"], line["articles"], line["sites"]) == ("ok", 0, {"new": 2}, {"ok": 1})
    summary = msgspec.json.decode(Path(ROOT / line["summary"]).read_bytes(), type=JobSummary)
    assert (summary.run_id, summary.exit_code, summary.head) == (line["run_id"], 0, line["head"])
    (site,) = summary.sites
    assert sorted(one.url for one in site.new) == [f"{server.url}/1.html", f"{server.url}/2.html"]
    assert site.facts.mode == "full"
    assert (site.facts.fields["source"], site.facts.titles, site.facts.read) == (2, 2, 2)
    assert read(tmp_path / "data" / "runs" / "history", "127.0.0.1") == [site.facts]
    page = Path(ROOT / line["report"]).read_text("utf-8")
    assert "另一台新的光谱仪投入使用了" in page
    assert "<script" not in page


def test_the_next_run_visits_what_is_due_and_has_nothing_to_find(site_server, tmp_path):
    server = site_server(SITE)
    job(server.url, archive=tmp_path)
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (0, "ok")
    assert line["articles"].get("new", 0) == 0
    modes = [facts.mode for facts in read(tmp_path / "runs" / "history", "127.0.0.1")]
    assert modes == ["full", "due"]


def test_runs_of_scrapy_crawl_are_part_of_a_sites_past(site_server, tmp_path):
    server = site_server(SITE)
    crawl_news(server.url, tmp_path)
    (facts,) = read(tmp_path / "runs" / "history", "127.0.0.1")
    assert (facts.outcome, facts.articles, facts.is_complete) == ("ok", {"new": 2}, True)
    assert facts.ways["lists"] == 2
    assert facts.statuses["200"] == 3


def test_one_sites_failure_stops_no_other(site_server, tmp_path):
    good, blocked = site_server(SITE), site_server({"/": Answer(status=403)}, host="127.0.0.2")
    run, line = job(good.url, blocked.url, "http://127.0.0.3:1/", "--parallel", "2", archive=tmp_path)
    outcomes = {name: site["outcome"] for name, site in line["not_ok"].items()}
    assert outcomes == {"127.0.0.2": "blocked", "127.0.0.3": "unreachable"}
    assert (run.code, line["outcome"], line["articles"]) == (4, "blocked", {"new": 2})


def test_a_site_without_an_article_has_nothing(site_server, tmp_path):
    run, line = job(site_server({"/": "<h1>Welcome"}).url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (5, "nothing")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "say which sites"),
        (("nosuch",), "SITE='nosuch': neither a spider"),
        (("hzgreat100", "hzgreat100"), "hzgreat100 is named already"),
        (("hzgreat100", "--max-runtime", "soon"), "--max-runtime='soon'"),
        (("hzgreat100", "--mode", "often"), "--mode='often'"),
        (("hzgreat100", "--budget", "0"), "budget='0'"),
        (("hzgreat100", "--parallel", "none"), "--parallel='none'"),
        (("hzgreat100", "-a", "url=https://a.cn/"), "that is said by SITE"),
        (("hzgreat100", "-a", "mood=good"), "mood='good'"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_what_a_person_got_wrong_is_named_and_nothing_begins(words, says, tmp_path):
    run, line = job(*words, archive=tmp_path / "data")
    assert (run.code, line) == (2, None)
    assert says in run.err
    assert not (tmp_path / "data" / "runs").exists()


def test_o1_a_second_run_ends_with_its_own_code_and_a_killed_runs_lock_heals(site_server, tmp_path):
    slow = Slow(pages=20, seconds=0, holds=True)
    server = site_server(slow.routes())
    first = started(server.url, archive=tmp_path)
    assert slow.asked.wait(30)
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (75, "locked")
    run, line = job(server.url, "--if-locked", "skip", archive=tmp_path)
    assert (run.code, line["outcome"], line["sites"]) == (0, "skipped", {"skipped": 1})
    slow.may.set()
    out, _ = first.communicate(timeout=60)
    assert (first.returncode, json.loads(out)["articles"]) == (0, {"new": 20})
    slow.asked.clear()
    slow.may.clear()
    killed = started(server.url, "-a", "fresh=1", "--mode", "full", archive=tmp_path)
    assert slow.asked.wait(30)
    killed.kill()
    slow.may.set()  # its sites wait for what is under way, and hold its streams until then
    killed.communicate()
    # Its sites end with it, in good order; then the lock is free.
    deadline = time.monotonic() + 30
    while (run := job(server.url, "--mode", "full", archive=tmp_path)[0]).code == 75 and time.monotonic() < deadline:
        time.sleep(0.2)
    assert run.code == 0
    assert len(run.urls()) == 20


def test_sigterm_ends_all_sites_in_good_order_and_the_next_job_goes_on(site_server, tmp_path):
    slow = Slow(pages=80)
    server = site_server(slow.routes())
    process = started(server.url, archive=tmp_path)
    assert slow.asked.wait(30)
    process.terminate()
    out, err = process.communicate(timeout=60)
    line = json.loads(out)
    assert (process.returncode, line["outcome"]) == (143, "stopped"), err
    asked = len(server.requests)
    slow.seconds = 0
    run, line = job(server.url, archive=tmp_path)
    assert run.code == 0
    assert len(run.urls()) == slow.pages
    # What the first had done was not asked for again: robots.txt, the sitemaps and the like aside.
    assert len(server.requests) - asked < slow.pages + 10


def test_a_run_whose_time_is_up_ends_well_and_is_gone_on_with(site_server, tmp_path):
    slow = Slow(pages=150)
    server = site_server(slow.routes())
    run, line = job(server.url, "--max-runtime", "2s", archive=tmp_path)
    assert (run.code, line["outcome"]) == (0, "stopped")
    assert "addresses wait" in line["not_ok"]["127.0.0.1"]["says"]
    slow.seconds = 0
    run, line = job(server.url, archive=tmp_path)
    assert (run.code, line["outcome"]) == (0, "ok")
    assert len(run.urls()) == slow.pages


BAD_SPIDERS = """
import os, signal, sys
from crawler.spider import ArticleSpider

class Dying(ArticleSpider):
    name = "dying"
    start_urls = [os.environ["DYING"]]
    def parse(self, response, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)

class Printing(ArticleSpider):
    name = "printing"
    start_urls = [os.environ["PRINTING"]]
    def parse(self, response, **kwargs):
        print("no part of the line")
        yield from super().parse(response, **kwargs)
"""


def test_a_site_whose_process_is_killed_is_crashed_and_what_spiders_print_is_no_line(
    site_server, tmp_path, monkeypatch
):
    server = site_server(SITE)
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "bad_spiders.py").write_text(BAD_SPIDERS)
    monkeypatch.setenv("DYING", server.url)
    monkeypatch.setenv("PRINTING", server.url)
    run = scrapy("job", "dying", "printing", archive=tmp_path / "data", modules=tmp_path / "modules")
    line = json.loads(run.out)
    assert (run.code, line["outcome"], line["sites"]) == (1, "crashed", {"crashed": 1, "ok": 1})
    assert "killed by SIGKILL" in line["not_ok"]["dying"]["says"]
    assert line["articles"] == {"new": 2}
    assert read(tmp_path / "data" / "runs" / "history", "dying")[0].outcome == "crashed"


def test_logs_are_lines_of_json_that_name_their_site(site_server, tmp_path):
    run, _ = job(site_server(SITE).url, "--log-format", "json", archive=tmp_path)
    records = [json.loads(line) for line in run.err.splitlines()]
    assert {"time", "level", "site", "logger", "message"} <= set(records[0])
    assert "127.0.0.1" in {record["site"] for record in records}


def test_metrics_are_what_prometheus_reads(site_server, tmp_path):
    server = site_server(SITE)
    job(server.url, "--metrics", str(tmp_path / "newsreel.prom"), archive=tmp_path / "data")
    families = text_string_to_metric_families((tmp_path / "newsreel.prom").read_text())
    samples = {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}
    assert samples["newsreel_job_exit_code",] == 0
    assert samples["newsreel_site_articles", "new", "127.0.0.1"] == 2
    assert samples["newsreel_site_answers", "127.0.0.1", "2xx"] == 3
    assert samples["newsreel_site_alarms", "silence", "127.0.0.1"] == 0


def test_a_summary_that_cannot_be_written_loses_neither_line_nor_code(site_server, tmp_path):
    server = site_server(SITE)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "runs").write_text("no folder")
    run, line = job(server.url, "--metrics", str(tmp_path / "none" / "m.prom"), archive=tmp_path / "data")
    assert (run.code, line["articles"]) == (0, {"new": 2})
    assert [problem.partition(": [")[0] for problem in line["problems"]] == [
        "127.0.0.1: the site could not be judged by its past",
        "127.0.0.1: the run is not in the site's past",
        "the summary could not be written",
        "the report could not be written",
        "the metrics could not be written",
    ]
    assert len(run.urls()) == 2


def test_ctrl_c_twice_ends_at_once(site_server, tmp_path):
    slow = Slow(seconds=3)
    server = site_server(slow.routes())
    process = started(server.url, archive=tmp_path)
    assert slow.asked.wait(30)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert (process.returncode, json.loads(out)["outcome"]) == (130, "stopped")
    assert time.monotonic() - began < 10
