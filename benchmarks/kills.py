"""A crawl that is killed again and again (SIGKILL), beside one that nobody disturbs, and Scrapy's JOBDIR killed as often.

    python -m benchmarks.kills [--kills 200] [--pages 1500]

The site answers so slowly that the kills fit into one crawl; each comes at a random moment of a run's life, now and then just
after it was asked to end. What the archive holds at the end is compared with that of the undisturbed run, and with the site.
"""

from __future__ import annotations

import argparse
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import archive
from benchmarks.comparing import by_page, compared, titles
from benchmarks.newspaper import Plan
from benchmarks.phases import begins, phase_of
from benchmarks.site import Served, served

ROOT = Path(__file__).resolve().parent.parent
LIFE = 3.0
"""Seconds that a run lives at most before it is killed, from the moment on at which runs send their first request."""
ASKED_TO_END = 0.1
"""Share of the runs that are asked to end (SIGTERM) just before they are killed."""
AIMED = 0.3
"""Share of the kills that wait, from their random moment on, for the next begin of one of these phases: they are short."""
AT = ("publishing", "flushing", "settling", "recovery")
AIM_SECONDS = 0.02
"""Seconds within which a kill that was aimed at a phase comes after its begin."""
SIDE_BY_SIDE = 4
COMMON = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0, "RETRY_BACKOFF": 0.01, "STATS_DUMP": 0,
          "CONCURRENT_REQUESTS_PER_DOMAIN": SIDE_BY_SIDE}  # fmt: skip
LEFT = re.compile(r"of (\d+) pages under way the archive holds (\d+); (\d+) are fetched again")


def settings(words: dict[str, object]) -> list[str]:
    """Return settings as words of a command."""
    return [word for name, value in words.items() for word in ("-s", f"{name}={value}")]


@dataclass
class Story:
    """A crawl in as many runs as it took."""

    kills: int = 0
    phases: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    again: int = 0
    """Pages that recovery found under way and not in the archive."""
    first_request: list[float] = field(default_factory=list)
    """Seconds from the start of a process to its first request."""
    code: int | None = None
    """Of the last run that ended by itself."""
    ends: Counter[int] = field(default_factory=Counter)
    """How often a run ended by itself with which code, though it was not asked to."""
    seconds: float = 0.0


class Killer:
    """Runs a command again and again, and kills it."""

    def __init__(self, site: Served, folder: Path, command: Callable[[Path], list[str]], *, where: Path = ROOT) -> None:
        self.site, self.folder, self.command, self.where = site, folder, command, where
        self.story = Story()

    def life(self) -> float:
        """Return the seconds that a run lives at most: machines differ in how long a start-up takes."""
        return LIFE + median(self.story.first_request or [1.0])

    def kill(self, after: float, *, asked: bool = False, at: str | None = None) -> bool:
        """Run for a while, or from then on until a phase begins, and kill; return whether it had not ended before."""
        began, log, marks = time.time(), self.folder / "log", self.folder / "marks"
        marks.unlink(missing_ok=True)
        with log.open("wb") as stderr:
            process = subprocess.Popen(self.command(marks), cwd=self.where, stdout=subprocess.DEVNULL, stderr=stderr)
        killed = False
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            if asked:
                process.send_signal(signal.SIGTERM)
                time.sleep(random.random() * 0.3)
            elif at is not None:
                _until_begun(process, marks, at)
            killed = process.poll() is None
            process.kill()
            process.wait()
        self._note(began, log)
        if killed:
            self.story.kills += 1
            self.story.phases[phase_of(marks)] += 1
        elif process.returncode not in (143, -signal.SIGTERM):
            self.story.code = process.returncode
            self.story.ends[process.returncode] += 1
        return killed

    def end(self) -> None:
        """Run until it ends by itself."""
        began, log = time.time(), self.folder / "log"
        with log.open("wb") as stderr:
            done = subprocess.run(self.command(self.folder / "marks"), cwd=self.where, stdout=subprocess.DEVNULL, stderr=stderr, check=False)  # fmt: skip
        self._note(began, log)
        self.story.code = done.returncode
        self.story.ends[done.returncode] += 1

    def _note(self, began: float, log: Path) -> None:
        for _, held, again in LEFT.findall(log.read_text("utf-8", "replace")):
            self.story.acknowledged += int(held)
            self.story.again += int(again)
        if first := [at for at, _ in self.site.asked() if at >= began][:1]:
            self.story.first_request.append(first[0] - began)


def _until_begun(process: subprocess.Popen[bytes], marks: Path, phase: str) -> None:
    since, latest = marks.stat().st_size if marks.exists() else 0, time.monotonic() + LIFE
    while not begins(marks, phase, since) and process.poll() is None and time.monotonic() < latest:
        time.sleep(0.0005)
    time.sleep(random.random() * AIM_SECONDS)


def newsreel(url: str, data: Path, *, marks: Path | None = None) -> list[str]:
    """Return the command of the whole line."""
    words = ["crawl", "news", "-a", f"url={url}", *settings({**COMMON, "ARCHIVE": data, "SEAL_SECONDS": 2})]
    return [sys.executable, "-m", *(["scrapy"] if marks is None else ["benchmarks.phases", str(marks)]), *words]


def bare(url: str, folder: Path, *, jobdir: bool) -> list[str]:
    """Return the command of a bare spider with Scrapy's own settings."""
    spider = Path(__file__).with_name("bare_spider.py").resolve()
    job = ["-s", f"JOBDIR={folder}/job"] if jobdir else []
    words = ["runspider", str(spider), "-a", f"url={url}", "-o", f"{folder}/items.jsonl", *job, *settings(COMMON)]
    return [sys.executable, "-m", "scrapy", *words]


def waiting(data: Path) -> int | None:
    """Return how many addresses wait or are leased, None where the crawl has come to its end."""
    path = data / "frontier" / "127.0.0.1.sqlite"
    if not path.exists():
        return 1
    with closing(sqlite3.connect(path, timeout=60)) as db:
        rows = db.execute("SELECT finished_at FROM crawls ORDER BY no DESC LIMIT 1").fetchall()
        if rows and rows[0][0] is not None:
            return None
        return int(db.execute("SELECT coalesce(sum(waiting + leased), 0) FROM hosts").fetchone()[0])


def tell(name: str, story: Story, kills: int) -> None:
    if story.kills % 20 == 0:
        print(f"  {name}: {story.kills} of {kills} kills", file=sys.stderr, flush=True)


def pace(left: int, runs: int) -> float:
    """Return the seconds that an answer is to take, so that so many pages last for so many runs more."""
    busy = runs * LIFE / 3  # the shorter lives end before anything is fetched
    return min(3.0, max(0.02, SIDE_BY_SIDE * busy / max(1, left)))


def killed_crawl(site: Served, folder: Path, kills: int, pages: int, rng: random.Random) -> Story:
    """Kill the whole line so often that its last kills fall into its end."""
    data = folder / "killed"
    killer = Killer(site, folder, lambda marks: newsreel(site.url, data, marks=marks))
    began = time.monotonic()
    while killer.story.kills < kills:
        left = waiting(data)
        if left is None:
            break
        # Until all of the site is known, as many are still to be found.
        known = max(left, pages - sum(1 for _ in site.counts()))
        site.slow_down(pace(known, kills - killer.story.kills + 2))
        chance = rng.random()
        at = rng.choice(AT) if chance > 1 - AIMED else None
        # Recovery comes with the start-up.
        after = 0.1 if at == "recovery" else rng.uniform(0, killer.life())
        killer.kill(after, asked=chance < ASKED_TO_END, at=at)
        tell("newsreel", killer.story, kills)
    if waiting(data) is not None:
        site.slow_down(0)
        killer.end()
    killer.story.seconds = time.monotonic() - began
    return killer.story


def killed_job(site: Served, folder: Path, kills: int, pages: int, rng: random.Random) -> Story:
    """Kill Scrapy's own resuming as often, or until it takes itself for finished."""
    killer = Killer(site, folder, lambda _: bare(site.url, folder, jobdir=True), where=folder)
    while killer.story.kills < kills:
        site.slow_down(pace(max(1, pages - sum(1 for _ in site.counts())), kills - killer.story.kills + 2))
        if not killer.kill(rng.uniform(0, killer.life())):
            break
        tell("JOBDIR", killer.story, kills)
    else:
        site.slow_down(0)
        killer.end()
    return killer.story


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--size", type=int, default=6000, help="bytes of a page")
    parser.add_argument("--links", type=int, default=40, help="links of a page")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="an empty folder to work in, which stays")
    options = parser.parse_args()
    plan = Plan(pages=options.pages, size=options.size, links=options.links, seed=options.seed)
    with ExitStack() as stack:
        name = options.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="kills-"))
        measure(plan, Path(name), options.kills, random.Random(options.seed))


def measure(plan: Plan, folder: Path, kills: int, rng: random.Random) -> None:
    """Run all four crawls, and print what came of them."""
    with served(plan, folder / "asked-undisturbed") as site:
        began = time.monotonic()
        subprocess.run(newsreel(site.url, folder / "told"), cwd=ROOT, stderr=subprocess.DEVNULL, check=True)
        undisturbed, once = time.monotonic() - began, site.counts()
    with served(plan, folder / "asked-bare") as site:
        (folder / "bare").mkdir()
        subprocess.run(bare(site.url, folder / "bare", jobdir=False), cwd=folder, stderr=subprocess.DEVNULL, check=True)
        all_items = titles(folder / "bare" / "items.jsonl")
        bare_pages = len(site.counts())
    with served(plan, folder / "asked-killed") as site:
        story = killed_crawl(site, folder, kills, len(once), rng)
        asked = site.counts()
    (folder / "jobdir").mkdir()
    with served(plan, folder / "asked-jobdir") as site:
        job = killed_job(site, folder / "jobdir", kills, bare_pages, rng)
    items = titles(folder / "jobdir" / "items.jsonl")

    told, killed = archive.open(folder / "told"), archive.open(folder / "killed")
    verify = subprocess.run([Path(sys.executable).with_name("newsreel"), "verify", "--archive", folder / "killed"], cwd=ROOT, capture_output=True, text=True, check=False)  # fmt: skip
    once, asked = by_page(once), by_page(asked)
    # Those that are unavailable once are asked for once more in either.
    again = sum((asked - once).values())
    print(f"site: {plan.pages} articles, {len(once)} addresses; undisturbed {undisturbed:.1f} s")
    print(
        f"killed {story.kills} times in {story.seconds:.0f} s; runs that ended by themselves: {dict(story.ends)}; killed while at:"
    )
    print("  " + ", ".join(f"{phase} {count}" for phase, count in story.phases.most_common()))
    for words, count in compared(told, killed, plan).items():
        print(f"  {words}: {count}")
    print(f"  newsreel verify: exit code {verify.returncode}")
    print(
        f"  pages fetched again: {again} ({again / max(1, story.kills):.2f} a kill); addresses never asked for: {len(once.keys() - asked.keys())}"
    )
    print(
        f"  recovery acknowledged {story.acknowledged} pages that the archive held, and let {story.again} be fetched again"
    )
    print(
        f"  from the start of a process to its first request: median {median(story.first_request or [0]):.2f} s, longest {max(story.first_request or [0]):.2f} s"
    )
    print(
        f"Scrapy's JOBDIR and a feed, killed {job.kills} times"
        + (f", then it said it was finished (exit code {job.code})" if job.kills < kills else "")
    )
    print(
        f"  items lost: {sum((all_items - items).values())} of {sum(all_items.values())}; doubled: {sum((items - all_items).values())}"
    )


if __name__ == "__main__":
    main()
