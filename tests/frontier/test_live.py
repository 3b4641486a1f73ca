"""A crawl that is watched: what is said of it while it is at work, and when watching ends."""

import io
import json
import os
import pty
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from rich.console import Console

from crawler.frontier.live import Disk, Pace, line, screen
from crawler.frontier.standing import Report, Standing
from tests.crawls import ROOT, article, crawl_news, listing
from tests.frontier.conftest import NOON, answered, found
from tests.servers import Answer

DISK = Disk(frontier=1_200_000, unpublished=0, free=84_000_000_000)
TOLD = "frontier 1.2 MB, not yet published 0 B, free 84.0 GB"


@pytest.fixture
def look(clock, tmp_path):
    """Return a function that looks at a frontier whose run has just said how many pages it has."""

    def looked(frontier, pages=0, *, at_work=True, hosts=None, **words):
        frontier.report(json.dumps({"pages": pages, "articles": pages // 2, "hosts": hosts or {}, **words}))
        overview = frontier.overview()
        return Standing(
            site="news.example.com", path=tmp_path / "x.sqlite", overview=overview, at_work=at_work, now=clock.now
        )

    return looked


def fetch(frontier, count):
    """Fetch so many addresses."""
    frontier.end(*frontier.leased(count), answer=answered())


# How fast, and until when. ---------------------------------------------------------------------------------------


def test_the_rate_is_of_the_last_ten_seconds(frontier, look, clock):
    pace = Pace()
    for pages in (0, 100, 110, 120):
        pace.add(look(frontier, pages))
        clock.now += 5
    assert pace.rate == 2.0


def test_one_look_tells_no_rate_and_the_same_report_twice_is_one_look(frontier, look):
    pace = Pace()
    assert pace.rate is None
    standing = look(frontier, 3)
    pace.add(standing)
    pace.add(standing)
    assert pace.rate is None


def test_another_run_counts_from_nothing(frontier, look, clock):
    pace = Pace()
    pace.add(look(frontier, 900))
    clock.now += 2
    second = look(frontier, 0)
    pace.add(replace(second, overview=replace(second.overview, holder="elsewhere/2")))
    assert pace.rate is None


def test_a_crawl_that_finds_nothing_more_ends_when_its_slowest_host_does(frontier, look, clock):
    pace = Pace()
    frontier.push([found(f"{n}") for n in range(100)] + [found(f"slow {n}", "slow.example.com") for n in range(10)])
    for second in range(25):
        pace.add(look(frontier, 3 * second))
        if second < 24:
            clock.now += 1
            frontier.end(*frontier.leased(2, closed={"slow.example.com"}), answer=answered())
            if second % 6 == 0:
                frontier.end(*frontier.leased(1, closed={"news.example.com"}), answer=answered())
    assert frontier.counts()["waiting"] == 52
    assert frontier.counts("slow.example.com")["waiting"] == 6
    assert pace.remaining == pytest.approx(36), "six are left, of four in 24 seconds"


def test_a_crawl_that_still_finds_much_does_not_know_when_it_ends(frontier, look, clock):
    pace = Pace()
    frontier.push([found(f"{n}") for n in range(100)])
    for second in range(25):
        pace.add(look(frontier, 2 * second))
        clock.now += 1
        fetch(frontier, 2)
        frontier.push([found(f"new {second}")])
    assert pace.remaining is None


def test_a_crawl_of_which_a_host_stands_still_does_not_know_when_it_ends(frontier, look, clock):
    pace = Pace()
    frontier.push([found(f"{n}") for n in range(100)] + [found("x", "slow.example.com")])
    for second in range(25):
        pace.add(look(frontier, 2 * second))
        clock.now += 1
        frontier.end(*frontier.leased(2, closed={"slow.example.com"}), answer=answered())
    assert pace.remaining is None


def test_nobody_knows_the_end_after_a_few_seconds(frontier, look, clock):
    pace = Pace()
    frontier.push([found(f"{n}") for n in range(100)])
    for second in range(10):
        pace.add(look(frontier, 2 * second))
        clock.now += 1
        fetch(frontier, 2)
    assert pace.remaining is None


# What is shown. --------------------------------------------------------------------------------------------------


def test_a_line_says_it_all(frontier, look, clock):
    pace = Pace()
    frontier.push([found("a"), found("b"), found("c")])
    pace.add(look(frontier, 40, since=NOON - 8))
    clock.now += 2
    fetch(frontier, 1)
    standing = look(frontier, 50, since=NOON - 8)
    pace.add(standing)
    holder = standing.overview.holder
    assert line(standing, pace, DISK) == (
        f"news.example.com: at work ({holder}), since 2023-11-14 22:13:20 UTC; 2 waiting, 0 leased, 1 done, 0 failed; "
        f"50 pages, 25 articles, 5.0 pages/s of late, 5.0 in all; {TOLD}"
    )


def test_a_line_says_that_no_run_is_at_work(frontier, look):
    frontier.push([found("a")])
    assert line(look(frontier, 1, at_work=False), Pace(), DISK) == (
        "news.example.com: no run is at work; this crawl is not at its end; 1 waiting, 0 leased, 0 done, 0 failed; "
        f"1 page and 0 articles by the last run; {TOLD}"
    )


def test_a_screen_has_a_row_for_each_host_with_what_its_run_says_of_it(frontier, look):
    frontier.push([found("a"), found("b"), found("c", "pictures.example.com"), found("d", "quiet.example.com")])
    frontier.leased(1)
    frontier.pause("pictures.example.com", NOON + 60)
    hosts = {"news.example.com": {"active": 1, "delay": 0.5}, "pictures.example.com": {"delay": 2}}
    console = Console(width=110, file=io.StringIO())
    console.print(screen(look(frontier, 4, hosts=hosts), Pace(), DISK))
    rows = [row.split() for row in console.file.getvalue().splitlines()]
    assert rows[3] == ["host", "waiting", "leased", "active", "delay", "done", "failed", "left", "alone", "until"]
    assert rows[4] == ["news.example.com", "1", "1", "1", "0.5", "s", "0", "0"]
    assert rows[5] == ["pictures.example.com", "1", "0", "0", "2", "s", "0", "0", "2023-11-14", "22:14:20", "UTC"]
    assert rows[6] == ["quiet.example.com", "1", "0", "0", "0"]


@pytest.mark.parametrize("text", [None, "", "null", "[]", "no JSON", '{"hosts": 3}', '{"hosts": {"a": 1}}'])
def test_a_report_that_is_none_says_nothing(text):
    assert Report.of(text) == Report()


def test_a_report_of_another_version_is_understood_as_far_as_it_goes():
    report = Report.of('{"pages": 7, "more": 2, "hosts": {"news.example.com": {"delay": 1, "new": 1}}}')
    assert (report.pages, report.hosts["news.example.com"].delay) == (7, 1)


def test_bytes_not_yet_published_are_those_of_the_open_folder(frontier, look, tmp_path):
    (tmp_path / "open" / "01").mkdir(parents=True)
    (tmp_path / "open" / "01" / "a").write_bytes(b"x" * 70)
    (tmp_path / "open" / "lock").write_bytes(b"x")
    assert Disk.of(look(frontier), tmp_path).unpublished == 71
    assert Disk.of(look(frontier), tmp_path / "absent").unpublished == 0


# Watching a real crawl. ------------------------------------------------------------------------------------------


class Watched:
    """A crawl that is held until it is let go."""

    def __init__(self, site_server, root):
        self.root, self._let = root, threading.Event()
        paths = [f"/{n}.html" for n in range(5)]
        self.server = site_server({"/": listing(*paths), **dict.fromkeys(paths, self._answer)})
        self._crawl = threading.Thread(target=self._run)
        self._crawl.start()

    def _run(self):
        self.ended = crawl_news(f"{self.server.url}/", self.root)

    def _answer(self, received):
        assert self._let.wait(60)
        return Answer(article(title=f"关于{received.path}的一篇报道"))

    def begun(self):
        """Wait until the crawl has asked for an article."""
        while not any(path.endswith(".html") for path in self.server.paths()):
            assert self._crawl.is_alive()
            self._let.wait(0.05)

    def go_on(self):
        self._let.set()

    def join(self):
        self._crawl.join()
        return self.ended


@pytest.fixture
def watched(site_server, tmp_path):
    crawl = Watched(site_server, tmp_path / "data")
    crawl.begun()
    yield crawl
    crawl.go_on()
    crawl.join()


def live(root, **words):
    command = [sys.executable, "-m", "scrapy", "frontier", "127.0.0.1", "--live", "-s", f"ARCHIVE={root}"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, **words)


def on_screen(main):
    """Yield what a terminal gets, piece by piece, until the other side has gone."""
    with os.fdopen(main, "rb", buffering=0) as screen_:
        while True:
            try:
                piece = screen_.read(4096)
            except OSError:  # Linux says so
                return
            if not piece:
                return
            yield piece.decode("utf-8", "replace")


def test_a_crawl_is_watched_until_it_ends(watched):
    watching = live(watched.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = watching.stdout.readline()
    watched.go_on()
    rest, said = watching.communicate(timeout=60)
    assert first.startswith("127.0.0.1: at work (")
    last = rest.splitlines()[-1]
    assert last.startswith("127.0.0.1: ended ")
    assert "; 0 waiting, 0 leased, 7 done, 0 failed; " in last
    assert (watching.returncode, said) == (0, "")
    assert watched.join().code == 0


@pytest.mark.slow
def test_ctrl_c_on_a_terminal_ends_watching_and_not_the_crawl(watched):
    main, side = pty.openpty()
    watching = live(
        watched.root, stdout=side, stderr=side, env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "120"}
    )
    os.close(side)
    shown = ""
    for piece in on_screen(main):
        shown += piece
        if "free" in piece:
            watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=30) == 0
    assert "at work" in shown
    assert "host" in shown
    assert "Traceback" not in shown
    watched.go_on()
    assert watched.join().urls() == [f"/{n}.html" for n in range(5)]


@pytest.mark.slow
def test_where_no_run_is_at_work_one_is_waited_for(site_server, tmp_path):
    server = site_server({"/": listing("/1.html"), "/1.html": article(title="唯一的一篇关于仪器的报道")})
    root = tmp_path / "data"
    assert crawl_news(f"{server.url}/", root).code == 0
    watching = live(root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert watching.stderr.readline() == "no run is at work; this waits for one to begin, Ctrl-C stops it\n"
    assert watching.stdout.readline().startswith("127.0.0.1: ended ")
    held = Watched(site_server, root)
    held.begun()
    while not (told := watching.stdout.readline()).startswith("127.0.0.1: at work ("):
        assert told.startswith("127.0.0.1: ended ")
    held.go_on()
    rest, _ = watching.communicate(timeout=60)
    assert watching.returncode == 0
    assert rest.splitlines()[-1].startswith("127.0.0.1: ended ")
    assert held.join().code == 0
