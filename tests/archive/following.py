"""A writer, a reader that follows it and whoever compacts meanwhile, as processes that are killed; and what came of it."""

from __future__ import annotations

import multiprocessing
import os
import random
import statistics
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

import archive
from archive.commands.reading import follow
from archive.compact import compact
from tests.archive.conftest import article, observation

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.archive.following"])
BATCH = 0.05
"""Seconds between two batches of a writer."""


def write(root: Path, told: Path, followed_seconds: float, stop: Path) -> None:
    """Append pages and flush, again and again; say what is asked for, and what is acknowledged."""
    tell = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    rng = random.Random()
    with archive.Writer(root, site="example.com", followed_seconds=followed_seconds) as writer:
        while not stop.exists():
            asked = []
            for _ in range(rng.randrange(1, 4)):
                records = _visit(writer, rng)
                writer.append(*records)
                asked += [msgspec.json.encode(record) for record in records]
            os.write(tell, b"".join(b"asked %b\n" % line for line in asked))
            writer.flush()
            os.write(tell, b"".join(b"acknowledged %b\n" % line for line in asked))
            writer.seal_if_due()
            time.sleep(BATCH)


def _visit(writer: archive.Writer, rng: random.Random) -> tuple[archive.Article | archive.Observation, ...]:
    url, at = f"http://www.example.com/{rng.randrange(10**9)}.html", time.time_ns()
    now = datetime.fromtimestamp(at / 1e9, UTC).replace(microsecond=0)
    exchange = archive.Exchange(
        url=url, status=200, reason="OK", headers=(), body=rng.randbytes(500), fetched_at=now, ip=None, protocol=None
    )
    capture = writer.capture(exchange)
    # The visit tells when the page was fetched, to the nanosecond.
    common = {
        "visit_id": str(at),
        "id": archive.article_id(url),
        "url": url,
        "recorded_at": now,
        "captures": (capture,),
    }
    return article(**common, canonical_url=url, body=str(at) * 20), observation(**common)


def read(root: Path, kept: Path) -> None:
    """Follow from one of the last cursors; keep each change as it comes, with the time."""
    with suppress(FileNotFoundError):
        data = kept.read_bytes()
        os.truncate(kept, data.rfind(b"\n") + 1)  # of a change that was being kept
    got = changes_kept(kept)
    keep = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    # As a reader that keeps its place less often than its changes: some come again.
    behind = got[-random.Random().randrange(1, 6) :]
    for change in follow(archive.open(root), behind[0].cursor if behind else None):
        os.write(keep, b"%d %b %b\n" % (time.time_ns(), change.cursor.encode(), change.line))


def keep_compacting(root: Path, stop: Path) -> None:
    """Merge everything that there is, again and again, and delete what was merged at once."""
    while not stop.exists():
        with suppress(archive.Locked):
            compact(root, until=(datetime.now(UTC) + timedelta(days=2)).date(), grace=timedelta(0))
        time.sleep(0.2)


@dataclass(frozen=True)
class Kept:
    """A change as the reader got it."""

    at: int
    """Nanoseconds since 1970."""
    cursor: str
    line: bytes


def changes_kept(path: Path) -> list[Kept]:
    """Return what the reader has kept so far; a torn line at the end is none."""
    if not path.exists():
        return []
    rows = (row.split(b" ", 2) for row in path.read_bytes().split(b"\n")[:-1])
    return [Kept(int(at), cursor.decode(), line) for at, cursor, line in rows]


@dataclass
class Outcome:
    """What came of a run."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: int = 0
    arrived: int = 0
    missing: int = 0
    """Acknowledged, and never told as they were."""
    strange: int = 0
    """Told, and never asked for."""
    twice: int = 0
    """Cursors that came again, with the same line: to be dropped."""
    changed: int = 0
    """Cursors that came again with another line."""
    doubled: int = 0
    """Lines that are there twice after that."""
    delays: list[float] = field(default_factory=list)
    """Seconds from fetching a page to its revision at the reader."""

    @property
    def is_right(self) -> bool:
        return not (self.missing or self.strange or self.changed or self.doubled)

    def percentile(self, share: float) -> float:
        return statistics.quantiles(self.delays, n=100)[round(share * 100) - 1]

    def __str__(self) -> str:
        kills = ", ".join(f"{who} {times}" for who, times in sorted(self.kills.items())) or "none"
        return (
            f"kills: {kills}; acknowledged {self.acknowledged}, told {self.arrived}, missing {self.missing}, "
            f"never asked for {self.strange}; cursors seen again {self.twice}, of these with another line "
            f"{self.changed}; doubled after dropping them {self.doubled}; from fetch to reader "
            f"p50 {self.percentile(0.5):.2f} s, p99 {self.percentile(0.99):.2f} s"
        )


def run(
    folder: Path, *, kills: int, followed_seconds: float, compacting: bool = False, seconds: float = 0, seed: int = 1
) -> Outcome:
    """Kill writer and reader so many times each, or let them work for some seconds; compare at the end."""
    root, told, kept, stop = (folder / name for name in ("data", "told", "kept", "stop"))
    archive.Writer(root).close()
    work = {"writer": (write, (root, told, followed_seconds, stop)), "reader": (read, (root, kept))}
    if compacting:
        work["compaction"] = (keep_compacting, (root, stop))
    processes = {who: _start(*how) for who, how in work.items()}
    rng, outcome = random.Random(seed), Outcome()
    turns = [who for who in work for _ in range(kills)]
    rng.shuffle(turns)
    try:
        for who in turns:
            # Long enough for a start now and then, and for a few seals.
            time.sleep(rng.choice([0.05, 0.3, 0.6, 1.2]))
            processes[who].kill()
            processes[who].join()
            outcome.kills[who] += 1
            processes[who] = _start(*work[who])
        time.sleep(seconds or 1)
        stop.touch()
        for who in work.keys() - {"reader"}:
            processes[who].join(60)
            assert processes[who].exitcode == 0, who
        _wait_for_the_last(root, kept)
        assert processes["reader"].is_alive()
    finally:
        for process in processes.values():
            process.kill()
            process.join()
    return _compare(told, kept, outcome)


def _start(target, arguments):
    process = _CONTEXT.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def _wait_for_the_last(root: Path, kept: Path) -> None:
    *_, last = archive.open(root).changes()
    deadline = time.monotonic() + 60
    while not any(change.cursor == last.cursor for change in changes_kept(kept)):
        assert time.monotonic() < deadline, f"the reader never got {last.cursor}"
        time.sleep(0.2)


def _compare(told: Path, kept: Path, outcome: Outcome) -> Outcome:
    rows = [row.partition(b" ") for row in told.read_bytes().split(b"\n")[:-1]]
    asked = {line for word, _, line in rows if word == b"asked"}
    acknowledged = {line for word, _, line in rows if word == b"acknowledged"}
    seen: dict[str, Kept] = {}
    for change in changes_kept(kept):
        first = seen.setdefault(change.cursor, change)
        outcome.twice += first is not change
        outcome.changed += first.line != change.line
    lines = Counter(change.line for change in seen.values())
    outcome.acknowledged, outcome.arrived = len(acknowledged), len(seen)
    outcome.missing = len(acknowledged - lines.keys())
    outcome.strange = len(lines.keys() - asked)
    outcome.doubled = sum(times - 1 for times in lines.values())
    for change in seen.values():
        if change.cursor.split(".")[1] == "1":
            outcome.delays.append((change.at - int(msgspec.json.decode(change.line)["visit_id"])) / 1e9)
    return outcome
