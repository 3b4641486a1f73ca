"""scrapyd, a real one: the code is sent to it, a crawl is scheduled, ends, and its log and its articles are there."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import venv

import pytest

import archive
from archive.verify import verify
from tests.crawls import ROOT
from tests.examples.conftest import BIN, EXAMPLES

pytestmark = pytest.mark.slow

DEPLOY = EXAMPLES / "scrapyd-deploy-newsreel"


def _free_port():
    """Return a port that is free now: scrapyd takes none by itself."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


class Scrapyd:
    """A scrapyd on a free port of loopback, in a folder of its own."""

    def __init__(self, folder, python):
        text = (EXAMPLES / "scrapyd.conf").read_text("utf-8").replace(
            "6800", str(_free_port())
        ) + "poll_interval = 0.2\n"
        (folder / "scrapyd.conf").write_text(text, "utf-8")
        self.folder, self.log = folder, folder / "scrapyd.log"
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "SCRAPY"))
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [python, "-m", "scrapyd"], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self.url = f"http://127.0.0.1:{self._port()}/"

    def _port(self):
        deadline = time.monotonic() + 30
        while not (found := re.search(r"Site starting on (\d+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return found[1]

    def ask(self, name, *pairs, **words):
        """Ask one of its services: GET with `words`, POST with `pairs`; return its answer."""
        data = urllib.parse.urlencode(pairs).encode() if pairs else None
        query = f"?{urllib.parse.urlencode(words)}" if words else ""
        with urllib.request.urlopen(f"{self.url}{name}.json{query}", data, timeout=60) as answer:
            return json.load(answer)

    def finished(self, job):
        """Return what it knows of a job once that has ended."""
        deadline = time.monotonic() + 60
        while True:
            found = [one for one in self.ask("listjobs", project="newsreel")["finished"] if one["id"] == job]
            if found:
                return found[0]
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python that has what newsreel needs, and no newsreel: that comes with the egg."""
    folder = tmp_path_factory.mktemp("scrapyd") / "venv"
    venv.create(folder, with_pip=False, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "others.pth").write_text("\n".join(path for path in sys.path if path.endswith("site-packages")))
    found = folder / "bin" / "python"
    without = subprocess.run([found, "-c", "import crawler"], cwd=folder, capture_output=True, check=False)
    assert without.returncode == 1
    return str(found)


@pytest.fixture(scope="module")
def scrapyd(python, tmp_path_factory):
    server = Scrapyd(tmp_path_factory.mktemp("scrapyd"), python)
    yield server
    server.stop()


def files_of_the_repository():
    """Return what git says of them, without what other tests that are at work leave: coverage and compiled modules."""
    command = ["git", "status", "--short", "--ignored"]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in lines if ".coverage" not in line and not line.endswith(("__pycache__/", "cache/"))]


@pytest.fixture(scope="module")
def deployed(scrapyd):
    """What the script says that sends the code; it leaves nothing in the repository."""
    before = files_of_the_repository()
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        [str(DEPLOY), scrapyd.url], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert files_of_the_repository() == before
    return json.loads(done.stdout)


def settings_of(site, folder):
    settings = {"ARCHIVE": folder, "CONNECT_TO": site.connect_to, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0}
    # There without TLS.
    return [("url", site.site.seed_url), *(("setting", f"{name}={value}") for name, value in settings.items())]


def test_the_code_is_taken_with_its_spiders(scrapyd, deployed):
    assert (deployed["status"], deployed["project"], deployed["spiders"]) == ("ok", "newsreel", 2)
    assert scrapyd.ask("listspiders", project="newsreel")["spiders"] == ["hzgreat100", "news"]


def test_a_crawl_is_scheduled_ends_and_its_log_and_articles_are_there(scrapyd, deployed, seed_site, tmp_path):
    settings = settings_of(seed_site, tmp_path / "data")
    asked = scrapyd.ask("schedule", ("project", "newsreel"), ("spider", "hzgreat100"), ("mode", "full"), *settings)
    assert asked["status"] == "ok"
    ended = scrapyd.finished(asked["jobid"])
    log = (scrapyd.folder / ended["log_url"].lstrip("/")).read_text("utf-8")
    opened = archive.open(tmp_path / "data")
    assert f"archive head {opened.head.digest}" in log + scrapyd.log.read_text()
    assert len(list(opened.articles())) == 47
    assert verify(tmp_path / "data").findings == []
    assert "hzgreat100: 47 articles (47 new, 0 revised, 0 unchanged)" in scrapyd.log.read_text()
    again = scrapyd.ask("schedule", ("project", "newsreel"), ("spider", "hzgreat100"), ("mode", "due"), *settings)
    scrapyd.finished(again["jobid"])
    assert len(list(archive.open(tmp_path / "data").articles(revisions=True))) == 47


def test_a_crawl_that_is_cancelled_ends_in_good_order_and_the_next_goes_on(scrapyd, deployed, seed_site, tmp_path):
    settings = settings_of(seed_site, tmp_path / "data")
    slow = [(name, value.replace("DOWNLOAD_DELAY=0", "DOWNLOAD_DELAY=0.3")) for name, value in settings]
    words = [("project", "newsreel"), ("spider", "hzgreat100")]
    before, deadline = len(seed_site.requests), time.monotonic() + 30
    job = scrapyd.ask("schedule", *words, *slow)["jobid"]
    while len(seed_site.requests) < before + 10:
        assert time.monotonic() < deadline, scrapyd.log.read_text()
        time.sleep(0.05)
    assert scrapyd.ask("cancel", ("project", "newsreel"), ("job", job))["prevstate"] == "running"
    scrapyd.finished(job)
    some = len(list(archive.open(tmp_path / "data").articles()))
    assert 0 < some < 47
    scrapyd.finished(scrapyd.ask("schedule", *words, *settings)["jobid"])
    assert len(list(archive.open(tmp_path / "data").articles(revisions=True))) == 47


def test_an_argument_that_there_is_not_is_told_in_the_log(scrapyd, deployed, tmp_path):
    words = [
        ("project", "newsreel"),
        ("spider", "hzgreat100"),
        ("limt", "3"),
        ("setting", f"ARCHIVE={tmp_path / 'data'}"),
    ]
    ended = scrapyd.finished(scrapyd.ask("schedule", *words)["jobid"])
    assert ended["spider"] == "hzgreat100"
    assert "limt" in scrapyd.log.read_text()
    assert re.search(r"Process died: exitstatus=2 .*limt=3", scrapyd.log.read_text())
    assert not (tmp_path / "data" / "articles").exists()


@pytest.fixture(autouse=True, scope="module")
def _needs_its_programs():
    for name in ("scrapyd-deploy", "scrapyd"):
        assert shutil.which(name, path=str(BIN)), f"the dev extra brings {name}"
