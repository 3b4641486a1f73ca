"""What becomes of one site of a job touches no other, and nothing of it is left behind."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from crawler.monitors.history import read
from tests.crawls import QUICK, ROOT, listing
from tests.jobs.started import job, numbered, sites_of, started, summary_of
from tests.servers import Answer

SITE = {"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": numbered(2)}

SPIDERS = """
import ctypes, os, signal, sys
from crawler.spider import ArticleSpider

class Bad(ArticleSpider):
    def parse(self, response, **kwargs):
        yield from super().parse(response, **kwargs)
        if response.url.endswith("/1.html"):
            self.go_wrong()

class Killed(Bad):
    name, start_urls = "killed", [os.environ["SITE"].format(2)]
    def go_wrong(self):
        os.kill(os.getpid(), signal.SIGKILL)

class Exiting(Bad):
    name, start_urls = "exiting", [os.environ["SITE"].format(3)]
    def go_wrong(self):
        sys.exit(3)

class Vanishing(Bad):
    name, start_urls = "vanishing", [os.environ["SITE"].format(4)]
    def go_wrong(self):
        os.write(2, b"free(): invalid pointer\\n")
        os._exit(7)

class Swollen(Bad):
    name, start_urls = "swollen", [os.environ["SITE"].format(5)]
    def go_wrong(self):
        raise MemoryError("no room")

class Hanging(Bad):
    name, start_urls = "hanging", [os.environ["SITE"].format(6)]
    def go_wrong(self):
        open(os.environ["PIDS"], "w").write(str(os.getpid()))
        while True:
            pass

class Unborn(ArticleSpider):
    name, start_urls = "unborn", [os.environ["SITE"].format(7)]
    @classmethod
    def from_crawler(cls, crawler, *args, **kwargs):
        raise RuntimeError("not today")

class Printing(ArticleSpider):
    name, start_urls = "printing", [os.environ["SITE"].format(8)]
    def parse(self, response, **kwargs):
        print("no part of the line")
        os.write(1, b"nor this\\n")
        yield from super().parse(response, **kwargs)

print("a module that prints where it is loaded")
"""


@pytest.fixture
def bad(site_server, tmp_path, monkeypatch):
    """A folder of spiders that go wrong, each with a site of its own."""
    servers = {n: site_server(SITE, host=f"127.0.0.{n}") for n in range(2, 9)}
    folder = tmp_path / "modules"
    folder.mkdir()
    text = SPIDERS
    for n, server in servers.items():
        text = text.replace(f'os.environ["SITE"].format({n})', repr(f"{server.url}/"))
    (folder / "bad_spiders.py").write_text(text)
    monkeypatch.setenv("PIDS", str(tmp_path / "pid"))
    return folder


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A zombie is gone, and waits for its parent to hear of it.
    return ") Z " not in Path(f"/proc/{pid}/stat").read_text()


def wait_until(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_sites_that_break_off_are_crashed_for_a_reason_and_the_others_are_well(bad, site_server, tmp_path):
    good = site_server(SITE, host="127.0.0.9")
    names = ("killed", "exiting", "vanishing", "swollen", "unborn", "printing")
    run, line = job(*names, good.url, archive=tmp_path / "data", modules=bad)
    assert (run.code, line["outcome"]) == (1, "crashed"), run.err
    sites = sites_of(line)
    assert list(sites) == [*names, "127.0.0.9"]
    assert {name: site.facts.outcome for name, site in sites.items()} == {
        **dict.fromkeys(("killed", "exiting", "vanishing", "swollen", "unborn"), "crashed"),
        **dict.fromkeys(("printing", "127.0.0.9"), "ok"),
    }
    says = {name: site.says for name, site in sites.items()}
    assert "it was killed by SIGKILL" in says["killed"]
    assert "broke off by SystemExit: 3" in says["exiting"]
    assert "ended with 7" in says["vanishing"]
    assert "its last words: free(): invalid pointer" in says["vanishing"]
    assert "1 pages could not be read" in says["swollen"]
    assert "broke off by RuntimeError: not today" in says["unborn"]
    assert sites["127.0.0.9"].facts.articles == {"new": 2}
    # Each is part of its site's past.
    for name in sites:
        assert [facts.outcome for facts in read(tmp_path / "data" / "runs" / "history", name)] == [
            sites[name].facts.outcome
        ]
    for words, name in (("no part of the line", "stdout"), ("nor this", "stderr")):
        assert {line.partition(",")[2][4:] for line in run.err.splitlines() if words in line} == {
            f"[printing] WARNING {name}: {words}"
        }


def test_a_site_that_hangs_is_killed_when_its_time_is_up_and_the_others_are_well(bad, site_server, tmp_path):
    good = site_server(SITE, host="127.0.0.9")
    words = ("hanging", good.url, "--max-runtime", "3s")
    run, line = job(*words, archive=tmp_path / "data", modules=bad, JOB_GRACE=1)
    assert (run.code, line["outcome"]) == (1, "crashed")
    sites = sites_of(line)
    assert "did not end within 1 s of being told to, and was killed" in sites["hanging"].says
    assert sites["127.0.0.9"].facts.outcome == "ok"
    assert not is_alive(int((tmp_path / "pid").read_text()))


def environment(folder):
    return {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}


def test_no_process_outlives_a_job_that_is_killed(bad, tmp_path):
    process = started(
        "hanging", archive=tmp_path / "data", environment=environment(bad),
        SPIDER_MODULES="crawler.spiders,bad_spiders", JOB_GRACE=1,
    )  # fmt: skip
    wait_until((tmp_path / "pid").exists)
    wait_until(lambda: (tmp_path / "pid").read_text())
    process.kill()
    process.communicate()
    wait_until(lambda: not is_alive(int((tmp_path / "pid").read_text())))


def test_a_second_signal_ends_even_a_site_that_hangs_at_once(bad, tmp_path):
    process = started(
        "hanging", archive=tmp_path / "data", environment=environment(bad), SPIDER_MODULES="crawler.spiders,bad_spiders"
    )
    wait_until((tmp_path / "pid").exists)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    line = json.loads(out)
    assert (process.returncode, line["outcome"], line["exit_code"]) == (143, "stopped", 143)
    assert summary_of(line).sites[0].facts.outcome == "stopped"
    for words in err.splitlines():
        assert "[job] " in words or "[hanging] " in words, words


def test_a_signal_that_comes_while_sites_wait_for_their_turn_begins_none_of_them(site_server, tmp_path):
    servers = [site_server({"/": Answer(listing("/1.html"), delay=3)}, host=f"127.0.0.{n}") for n in (2, 3, 4)]
    process = started(*(server.url for server in servers), "--parallel", "1", archive=tmp_path)
    wait_until(lambda: servers[0].requests)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=60)
    line = json.loads(out)
    assert process.returncode == 143
    assert line["sites"] == {"stopped": 1, "skipped": 2}
    assert "not begun" in line["not_ok"]["127.0.0.4"]["says"]
    assert [len(server.requests) > 0 for server in servers] == [True, False, False]


def test_sites_are_crawled_as_well_where_nothing_can_be_forked(site_server, tmp_path, monkeypatch):
    """As on macOS: each process loads what it needs."""
    import multiprocessing

    from scrapy.settings import Settings
    from scrapy.utils.project import get_project_settings

    from crawler.jobs import running
    from crawler.jobs.signals import Asked
    from crawler.jobs.targets import targets_of

    monkeypatch.setenv("SCRAPY_SETTINGS_MODULE", "crawler.settings")
    monkeypatch.setattr(running, "_CONTEXT", multiprocessing.get_context("spawn"))
    settings: Settings = get_project_settings()
    settings.setdict({**QUICK, "ARCHIVE": str(tmp_path), "LOG_LEVEL": "WARNING"}, priority="cmdline")
    servers = [site_server(SITE), site_server({"/": Answer(status=403)}, host="127.0.0.2")]
    targets = targets_of([server.url for server in servers], {}, settings)
    job_of_sites = running.Running(settings, "01KC5Z8J7Q4M2X9T6V0W3Y5R1B", 2, None, "text", Asked())
    sites = job_of_sites.run(targets, meanwhile=lambda: None)
    assert [(site.facts.outcome, site.facts.articles) for site in sites] == [("ok", {"new": 2}), ("blocked", {})]
