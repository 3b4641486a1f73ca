"""What it costs that nothing is lost: the default line beside the same crawl from memory, without a sync.

    python -m benchmarks.promise cost [--pages 1500] [--rounds 5]
    python -m benchmarks.promise memory [--pages 50000]
    python -m benchmarks.promise resume [--waiting 1000000]

cost: alternated crawls of a made-up site (`benchmarks.site`), with the frontier, and with Scrapy's scheduler in memory in a process
whose fsync does nothing and whose SQLite syncs never; each one's start-up, measured on a tiny site, is subtracted.
memory: one crawl, its resident memory every 1,000 pages and the slope of that. resume: how long a run takes from the start of
its process to its first page where so many addresses wait.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from statistics import linear_regression, median

from benchmarks.newspaper import Plan
from benchmarks.site import Served, served
from crawler.frontier.interface import Found
from crawler.frontier.sqlite import SqliteFrontier

ROOT = Path(__file__).resolve().parent.parent
FAST = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8}
MEMORY = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}
STEP = 1000
PUSHED = 1000
"""Addresses of one push."""

# Before scrapy is there: what binds these names later gets what does nothing.
CARELESS = """
import os, sqlite3, sys
os.fsync = os.fdatasync = lambda descriptor: None
connect = sqlite3.connect
class Careless(sqlite3.Connection):
    def execute(self, statement, *values):
        if statement.lower().startswith("pragma synchronous"):
            statement = "PRAGMA synchronous = OFF"
        return super().execute(statement, *values)
def careless(*values, **words):
    db = connect(*values, **{"factory": Careless, **words})
    db.execute("PRAGMA synchronous = OFF")
    return db
sqlite3.connect = careless
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""


@dataclass(frozen=True)
class Spent:
    """What a crawl took."""

    cpu: float
    """Seconds."""
    wall: float
    pages: int


def crawl(url: str, folder: Path, *, careless: bool = False) -> list[str]:
    """Return the command of a crawl."""
    settings = {**FAST, **(MEMORY if careless else {}), "ARCHIVE": folder / "archive"}
    words = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    program = ["-c", CARELESS] if careless else ["-m", "scrapy"]
    return [sys.executable, *program, "crawl", "news", "-a", f"url={url}", *words]


def run(command: list[str], log: Path) -> Spent:
    """Crawl to the end."""
    with log.open("wb") as stderr:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=stderr)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    text = log.read_text("utf-8")
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(command)} failed:\n{text[-2000:]}")
    pages = int(found[1]) if (found := re.search(r"'response_received_count': (\d+)", text)) else 0
    return Spent(usage.ru_utime + usage.ru_stime, wall, pages)


def cost(plan: Plan, rounds: int) -> None:
    """Alternate both lines, and print what each costs a page."""
    cpu: dict[str, list[float]] = {"promise": [], "memory": []}
    wall: dict[str, list[float]] = {"promise": [], "memory": []}
    with tempfile.TemporaryDirectory(prefix="promise-") as name, \
            served(plan, Path(name) / "asked") as site, served(Plan(pages=1), Path(name) / "asked-tiny") as tiny:  # fmt: skip
        for number in range(rounds):
            for line in ("promise", "memory") if number % 2 else ("memory", "promise"):
                folders = [Path(name) / f"{line}-{number}-{kind}" for kind in ("tiny", "whole")]
                small, whole = (
                    _measured(one.url, folder, careless=line == "memory")
                    for one, folder in zip((tiny, site), folders, strict=True)
                )
                pages = whole.pages - small.pages
                cpu[line].append((whole.cpu - small.cpu) / pages * 1000)
                wall[line].append((whole.wall - small.wall) / pages * 1000)
                print(f"round {number + 1} {line}: {cpu[line][-1]:.2f} ms CPU a page, {1000 / wall[line][-1]:.0f} pages/s, {whole.pages} pages", flush=True)  # fmt: skip
    for line in cpu:
        print(f"{line}: median {median(cpu[line]):.2f} ms CPU a page, {1000 / median(wall[line]):.0f} pages/s")
    ratios = [[a / b for a, b in zip(kind["promise"], kind["memory"], strict=True)] for kind in (cpu, wall)]
    print(f"promise / memory: {median(ratios[0]):.2f} in CPU, {median(ratios[1]):.2f} in time")


def _measured(url: str, folder: Path, *, careless: bool) -> Spent:
    folder.mkdir()
    return run(crawl(url, folder, careless=careless), folder / "log")


def memory(plan: Plan) -> None:
    """Crawl once, and print how its memory grows."""
    with tempfile.TemporaryDirectory(prefix="promise-") as name, served(plan, Path(name) / "asked") as site:
        began = time.monotonic()
        process = subprocess.Popen(crawl(site.url, Path(name)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        seen: list[tuple[int, float]] = []
        while process.poll() is None:
            pages = site.total()
            if pages >= (len(seen) + 1) * STEP and (now := resident(process.pid)) is not None:
                seen.append((pages, now))
                print(f"  {pages:>7,} requests: {now:.1f} MB, {time.monotonic() - began:.0f} s", flush=True)
            time.sleep(0.2)
        seconds, pages = time.monotonic() - began, site.total()
        size = sum(file.stat().st_size for file in (Path(name) / "archive" / "frontier").iterdir())
    print(f"exit code {process.returncode}, {pages:,} requests in {seconds:.0f} s: {pages / seconds:.0f} a second; frontier {size / 1e6:.1f} MB")  # fmt: skip
    # The first tenth fills caches.
    late = seen[len(seen) // 10 :]
    if len(late) > 1:
        slope = linear_regression(*zip(*late, strict=True)).slope
        print(f"memory: {late[0][1]:.1f} MB at {late[0][0]:,} requests, {late[-1][1]:.1f} MB at {late[-1][0]:,}; slope {slope * 1000 * 1024:.1f} KB each 1,000 requests")  # fmt: skip


def resident(pid: int) -> float | None:
    """Return the MB that a process has in memory; None where it has just ended."""
    try:
        fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) / 1024
    except (OSError, KeyError):
        return None


def resume(waiting: int) -> None:
    """Fill a frontier, take a run up, and print when its first page is asked for."""
    with tempfile.TemporaryDirectory(prefix="promise-") as name, served(Plan(pages=10), Path(name) / "asked") as site:
        folder = Path(name) / "archive" / "frontier"
        began = time.monotonic()
        asyncio.run(fill(folder, site.url, waiting))
        print(f"pushed {waiting:,} addresses in {time.monotonic() - began:.1f} s, {sum(f.stat().st_size for f in folder.iterdir()) / 1e6:.0f} MB")  # fmt: skip
        for words in ("first", "second"):
            print(f"{words} run: {first_page(site, Path(name)):.2f} s from the start of its process to its first page")


async def fill(folder: Path, url: str, waiting: int) -> None:
    """Leave so many addresses as a run that was cut off leaves them."""
    frontier = SqliteFrontier(folder, "127.0.0.1", exclusive=True)
    await frontier.begin(fresh=False, mark=0)
    await frontier.remember("scope", url)
    for start in range(0, waiting, PUSHED):
        await frontier.push(list(_found(url, range(start, min(waiting, start + PUSHED)))))
    await frontier.close()


def _found(url: str, numbers: range) -> Iterator[Found]:
    for number in numbers:
        page = f"{url}/left/{number}.html"
        key = sha1(page.encode(), usedforsecurity=False).digest()[:16]
        yield Found(
            key=key, url=page, host="127.0.0.1", priority=number % 3, way="links", request='{"meta":{"depth":2}}'
        )


def first_page(site: Served, folder: Path) -> float:
    """Run until a page is asked for, and end it; return the seconds until then."""
    before, began = len(site.asked()), time.time()
    process = subprocess.Popen(crawl(site.url, folder), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            pages = [at for at, path in site.asked()[before:] if path != "/robots.txt"]
            if pages:
                return pages[0] - began
            time.sleep(0.01)
        sys.exit(f"the run ended with {process.returncode} before it asked for anything")
    finally:
        process.terminate()
        process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["cost", "memory", "resume"])
    parser.add_argument("--pages", type=int, help="articles of the site: 1,500 for cost, 50,000 for memory")
    parser.add_argument("--size", type=int, default=Plan.size, help="bytes of a page")
    parser.add_argument("--links", type=int, default=Plan.links, help="links of a page")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--waiting", type=int, default=1_000_000)
    options = parser.parse_args()
    pages = options.pages or {"memory": 50_000}.get(options.what, 1500)
    plan = Plan(pages=pages, size=options.size, links=options.links)
    if options.what == "cost":
        cost(plan, options.rounds)
    elif options.what == "memory":
        memory(plan)
    else:
        resume(options.waiting)


if __name__ == "__main__":
    main()
