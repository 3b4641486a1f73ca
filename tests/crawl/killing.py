"""A crawl that somebody stops from outside, and what its frontier says of each address then."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from crawler.frontier.outlook import STATES
from tests.crawls import QUICK, ROOT

UNHURRIED = {**QUICK, "COMMIT_DELAY": 0.02}


def start(url, archive, *words, spider="news", modules=None, **settings) -> subprocess.Popen:
    """Begin a crawl in a process of its own; its log can be read from `stderr`."""
    command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"url={url}", *words, "-s", f"ARCHIVE={archive}"]
    settings = {**UNHURRIED, **settings}
    if modules is not None:
        settings["SPIDER_MODULES"] = ",".join(["crawler.spiders", *(path.stem for path in modules.glob("*.py"))])
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([str(modules)] if modules else [])])},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(process, condition) -> None:
    """Return when a condition holds of what the server saw; the crawl must not end before that."""
    while not condition():
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.005)


def killed_at(process, condition) -> None:
    """Kill a crawl without a warning as soon as a condition holds."""
    wait_for(process, condition)
    process.kill()
    process.communicate()


def killed_after(process, seconds) -> None:
    """Kill a crawl some time after it has begun; it must not have ended."""
    time.sleep(seconds)
    assert process.poll() is None, process.stderr.read()
    process.kill()
    process.communicate()


def stopped_at(process, condition, number) -> str:
    """Send a crawl a signal as soon as a condition holds; return what it logged until its end."""
    wait_for(process, condition)
    process.send_signal(number)
    return process.communicate(timeout=60)[1]


def frontier_of(archive, site="127.0.0.1") -> dict[str, str]:
    """Return the state of each address in a frontier, by its path."""
    rows = _rows(archive, site, "SELECT url, state FROM urls")
    return {urlsplit(url).path or "/": STATES[state] for url, state in rows}


def has_ended(archive, site="127.0.0.1") -> bool:
    """Return whether the newest crawl of a frontier has come to its end."""
    ((finished_at,),) = _rows(archive, site, "SELECT finished_at FROM crawls ORDER BY no DESC LIMIT 1")
    return finished_at is not None


def _rows(archive, site, statement):
    path = Path(archive) / "frontier" / f"{site}.sqlite"
    assert path.exists()
    with closing(sqlite3.connect(path)) as db:
        return db.execute(statement).fetchall()


def due_of(archive, site="127.0.0.1") -> dict[str, int]:
    """Return for each address that waits for its host how long that asked to be left alone, by its path."""
    rows = _rows(archive, site, "SELECT urls.url, hosts.resume_at - crawls.began_at FROM urls JOIN hosts ON urls.host = hosts.no"
                 " JOIN crawls ON urls.crawl = crawls.no WHERE urls.state = 0 AND hosts.resume_at > 0")  # fmt: skip
    # The crawl began some seconds before it was asked for that.
    return {urlsplit(url).path or "/": seconds // 60 * 60 for url, seconds in rows}
