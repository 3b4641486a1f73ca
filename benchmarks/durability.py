"""What the archive promises, tried: kills, power losses with and without fsync, cuts and flipped bits. `--help` says how.

python -m benchmarks.durability --kills 500 --losses 500 --flips 1000
"""

from __future__ import annotations

import argparse
import logging
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import median

from archive.disk import DISK
from tests.archive.faults.damage import cut, damaged, findings, flip, names_it, small_archive
from tests.archive.faults.losses import QUICK, Found, look, lose_power, story
from tests.archive.faults.processes import Process, phase_of
from tests.archive.faults.workload import Book

RUNS = 20
"""Kills of one archive, before the next one begins with an empty folder."""
LOSSES = 5
"""Moments at which the power goes in one story."""
CHECKERS = {
    "gzip -t": (".gz", ["gzip", "-t"]),
    "zstd -t": (".zst", ["zstd", "-t", "-q"]),
    "jq": (".jsonl", ["jq", "-e", "."]),
    "warcio check": (".warc.gz", ["warcio", "check"]),
    "fastwarc check": (".warc.gz", ["fastwarc", "check", "-q"]),
}


class Tally:
    """Counts what was found wrong."""

    def __init__(self) -> None:
        self.acknowledged = self.tried = 0
        self.wrong: Counter[str] = Counter()
        self.hit = 0
        self.seconds: list[float] = []

    def add(self, found: Found) -> None:
        self.tried += 1
        self.hit += bool(found.verdict.lost or found.findings)
        for kind in ("lost", "doubled", "wrong", "torn", "strange"):
            self.wrong[kind] += len(getattr(found.verdict, kind))
        self.wrong["false alarms"] += len(found.alarms)
        self.wrong["findings of verify"] += len(found.findings)
        self.seconds.append(found.seconds)

    def __str__(self) -> str:
        names = {"wrong": "wrong bytes", "torn": "half a call", "strange": "never asked for"}
        counts = ", ".join(f"{names.get(kind, kind)} {count}" for kind, count in self.wrong.items())
        times = f"recovery median {1000 * median(self.seconds):.1f} ms, max {1000 * max(self.seconds):.1f} ms"
        return f"acknowledged lines {self.acknowledged:,}; {counts}; {times}"


def kills(number: int, seed: int, folder: Path) -> None:
    """Kill writers at random moments, one of one, one of two, two of two; reopen and compare each time."""
    rng, tally, phases, books, root = random.Random(seed), Tally(), Counter[str](), list[Book](), folder
    for kill in range(number):
        if kill % RUNS == 0:
            for old in folder.iterdir():
                shutil.rmtree(old)
            books, root = [], folder / f"kills-{kill}"
            root.mkdir()
        count = rng.choice([1, 1, 1, 2])
        writers = [
            Process(root / "data", root / f"told-{kill}-{n}", f"{seed} {kill} {n}", site=f"{kill}-{n}.example")
            for n in range(count)
        ]
        victims = writers if count == 1 or rng.random() < 0.5 else writers[:1]
        for writer in victims:
            # One in eight is killed while it opens the archive, the others between two batches at the earliest.
            if rng.random() > 0.125:
                writer.wait_for(1)
            time.sleep(rng.random() * 0.15)
            writer.kill()
            phases[phase_of(writer.last_phase()) or "start"] += 1
        for writer in writers:
            if writer not in victims:
                writer.end()
        books += [writer.book() for writer in writers]
        if not (root / "data").exists():
            continue
        acknowledged = [call for book in books for _, call in book.acknowledged]
        tally.add(look(root / "data", acknowledged, [call for book in books for call in book.asked], DISK))
        tally.acknowledged += sum(len(call.records) for w in writers for _, call in w.book().acknowledged)
    print(f"kills: {sum(phases.values())}, reopened {tally.tried} times; {tally}")
    stages = Counter[str]()
    for phase, times in phases.items():
        stages[phase.partition(":")[0]] += times
    print("  in the middle of:", ", ".join(f"{phase} {times}" for phase, times in stages.most_common()))
    print("  last call begun: ", ", ".join(f"{phase} {times}" for phase, times in phases.most_common(12)))


def losses(number: int, seed: int, folder: Path, *, forgetful: bool) -> None:
    """Lose the power at random moments of random stories."""
    tally, told = Tally(), None
    for loss in range(number):
        if loss % LOSSES == 0 or told is None:
            base = folder / f"story-{loss}"
            base.mkdir()
            told = story(base, seed * 1_000_000 + loss, forgetful=forgetful)
        rng = random.Random(f"{seed} {loss}")
        found = lose_power(told, folder / f"after-{loss}", rng, QUICK if forgetful else DISK)
        tally.add(found)
        tally.acknowledged += found.acknowledged
        shutil.rmtree(folder / f"after-{loss}", ignore_errors=True)
    words = "power losses, fsync left out" if forgetful else "power losses"
    print(f"{words}: {tally.tried}, damage found after {tally.hit} of them; {tally}")


def damage(flips: int, seed: int, folder: Path, checks: int, kit: Path | None) -> None:
    """Cut each file at every byte and flip bits; compare `verify` with the usual checkers."""
    root = folder / "damage"
    files = small_archive(root)
    assert findings(root) == []
    rng = random.Random(seed)
    cuts = [(path, size) for path in files for size in range(path.stat().st_size)]
    bits = [
        (path, rng.randrange(8 * path.stat().st_size))
        for path in rng.choices(files, [path.stat().st_size for path in files], k=flips)
    ]
    for words, tried, change in (("cut at every byte", cuts, cut), ("a bit flipped", bits, flip)):
        caught, named, every = Counter[str](), Counter[str](), Counter[str]()
        for path, at in tried:
            kind = path.relative_to(root).parts[0]
            every[kind] += 1
            with damaged(path, change(path.read_bytes(), at)):
                found = findings(root)
            caught[kind] += bool(found)
            named[kind] += names_it(root, path, found)
        print(
            f"{words}: verify caught {caught.total():,} of {every.total():,}, and named the file {named.total():,} times"
        )
        print("  " + ", ".join(f"{kind} {caught[kind]:,}/{count:,}" for kind, count in every.items()))
        beside(words, tried, change, checks, kit, rng)


def beside(
    words: str,
    tried: list[tuple[Path, int]],
    change: Callable[[bytes, int], bytes],
    checks: int,
    kit: Path | None,
    rng: random.Random,
) -> None:
    """Ask the usual checkers about a sample of the same damage, each about the files that it is for."""
    for name, (suffix, command) in CHECKERS.items():
        program = shutil.which(command[0], path=f"{kit}:/usr/bin:/bin" if kit else None)
        mine = [(path, at) for path, at in tried if path.name.endswith(suffix)]
        if program is None or not mine:
            continue
        sample = rng.sample(mine, min(checks, len(mine)))
        caught = 0
        for path, at in sample:
            with damaged(path, change(path.read_bytes(), at)):
                done = subprocess.run([program, *command[1:], str(path)], capture_output=True, check=False)
            caught += done.returncode != 0
        print(f"  {name}: {caught} of {len(sample)} ({words}, {suffix})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--losses", type=int, default=500, help="as many again with fsync left out")
    parser.add_argument("--flips", type=int, default=1000, help="bits; 0: no cuts either")
    parser.add_argument("--checks", type=int, default=100, help="how often each of the usual checkers is asked")
    parser.add_argument("--kit", type=Path, help="folder with warcio and fastwarc, where they are not in the PATH")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to work (the system's folder for temporary files)")
    options = parser.parse_args()
    logging.getLogger("archive").addHandler(logging.NullHandler())
    logging.getLogger("archive").propagate = False
    with tempfile.TemporaryDirectory(prefix="durability-", dir=options.folder) as folder:
        if options.kills:
            kills(options.kills, options.seed, Path(folder))
        if options.losses:
            losses(options.losses, options.seed, Path(folder), forgetful=False)
            for path in Path(folder).iterdir():
                shutil.rmtree(path)
            losses(options.losses, options.seed, Path(folder), forgetful=True)
        if options.flips:
            damage(options.flips, options.seed, Path(folder), options.checks, options.kit)


if __name__ == "__main__":
    main()
