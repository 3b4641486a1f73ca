"""Jobs as a scheduler starts them, and the sites that they visit."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import msgspec

from crawler.jobs.summary import JobSummary
from tests.crawls import QUICK, ROOT, article, listing, scrapy
from tests.servers import Answer


def job(*words, archive, timeout=120, modules=None, at=None, **settings):
    """Run `scrapy job` and return the run and its line, None where stdout has none."""
    run = scrapy("job", *words, archive=archive, timeout=timeout, settings=settings, modules=modules, at=at)
    lines = run.out.splitlines()
    assert len(lines) <= 1, run.out
    return run, json.loads(lines[0]) if lines else None


def started(*words, archive, environment=None, **settings):
    """Start `scrapy job` in a process of its own, which can be sent signals."""
    command = [sys.executable, "-m", "scrapy", "job", *map(str, words), "-s", f"ARCHIVE={archive}"]
    for name, value in {**QUICK, **settings}.items():
        command += ["-s", f"{name}={value}"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def summary_of(line):
    """Return the summary that a job's line names, as its types have it."""
    return msgspec.json.decode(Path(ROOT, line["summary"]).read_bytes(), type=JobSummary)


def sites_of(line):
    """Return the summaries of a job's sites, by their names."""
    return {site.facts.site: site for site in summary_of(line).sites}


def numbered(number, **words):
    """Return the page of one article among many: its title and its time are its own."""
    page = article(title=f"关于第 {number} 台光谱仪的一篇报道", **words)
    return page.replace("07:08", f"{number // 60 % 24:02}:{number % 60:02}")


class Slow:
    """A site of many pages, each of which takes a while, or comes when it `may`; `asked` is set with the first."""

    def __init__(self, pages=200, seconds=0.1, *, holds=False):
        self.asked, self.may = threading.Event(), threading.Event()
        self.pages = pages
        self.seconds = seconds
        if not holds:
            self.may.set()

    def routes(self):
        paths = [f"/{n}.html" for n in range(self.pages)]
        return {"/": listing(*paths), **dict.fromkeys(paths, self.answer)}

    def answer(self, request):
        self.asked.set()
        self.may.wait(60)
        time.sleep(self.seconds)
        return Answer(numbered(int(request.path.strip("/").partition(".")[0])))
