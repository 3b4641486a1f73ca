"""How soon faults of sites are found, and how often a sound site is called faulty.

    python -m benchmarks.alarms [--sites 200] [--days 90] [--seed 1] [--seeds 1]

On the first seven of ten sites a fault is planted at a random day. It is found when its alarm stands first; its runs are
counted from the first one that read an affected article (1: in this very run), whether or not the later ones read anything.
`telling` counts only runs that read an affected article. Of a silence they are counted from the first run after seven usual
gaps. What is raised beside that, on any site and day, is a false alarm.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from math import exp
from statistics import median

from benchmarks.sites.pasts import FAULTS, Night, Site
from crawler.monitors.judging import judge
from crawler.monitors.limits import Limits

LIMITS = Limits()
VOLUMES = ((2.0, "below 2 a day"), (8.0, "2 to 8"), (1000.0, "more than 8"))


@dataclass
class Course:
    """What came of one site."""

    fault: str | None
    rate: float
    shown: bool = False
    """Whether the fault could show at all."""
    runs: int | None = None
    telling: int | None = None
    false: list[str] = field(default_factory=list)
    days: int = 0


def course(job: tuple[str, str | None, int]) -> Course:
    seed, fault, days = job
    site = Site(seed, fault, days)
    nights = list(site.nights())
    came = Course(fault, site.rate, days=days)
    first = begins(site, nights)
    standing: set[tuple[str, str]] = set()
    found = False
    for place, night in enumerate(nights):
        alarms = {(a.kind, a.subject) for a in judge([n.facts for n in nights[:place]], night.facts, LIMITS)}
        for alarm in alarms - standing:
            if fault and first is not None and place >= site.day and is_of(site, alarm):
                if not found:
                    found = True
                    came.runs = max(place - first + 1, 1)
                    affected = sum(bool(n.affected) for n in nights[first : place + 1])
                    came.telling = came.runs if fault == "silence" else max(affected, 1)
            else:
                came.false.append(f"{alarm[0]}:{alarm[1]}")
        standing = alarms
    # Whoever has fewer than two runs in which it shows cannot be found within two.
    came.shown = first is not None and first + 1 < len(nights)
    return came


def begins(site: Site, nights: list[Night]) -> int | None:
    """Return the first run in which the fault could show."""
    if site.fault is None:
        return None
    if site.fault != "silence":
        return next((n for n, night in enumerate(nights) if n >= site.day and night.affected), None)
    # News on a day: at least one article; its usual gap is told from an ordinary week.
    share = sum(1 - exp(-site.rate * part) for part in site.weekly) / 7
    last = max((n for n, night in enumerate(nights) if night.facts.articles.get("new")), default=0)
    return next((n for n in range(len(nights)) if n > last + 7 / share), None)


def is_of(site: Site, alarm: tuple[str, str]) -> bool:
    kind, subject = alarm
    fault = (site.fault or "").partition(",")[0]
    return kind == fault and (fault not in ("field", "way", "layout") or subject == site.subject)


def table(courses: Iterable[Course]) -> str:
    by_fault = defaultdict[str, list[Course]](list)
    for one in courses:
        if one.fault and one.shown:
            by_fault[one.fault].append(one)
            for most, name in VOLUMES:
                if one.rate < most:
                    by_fault[f"  {name}"].append(one)
                    break
    lines = [
        "| fault | planted | found | within 2 runs | within 2 telling | runs: median, 90 %, most |",
        "|---|---|---|---|---|---|",
    ]
    for name in (*FAULTS, *(f"  {name}" for _, name in VOLUMES)):
        ones = by_fault[name]
        runs = sorted(one.runs for one in ones if one.runs is not None)
        within = sum(run <= 2 for run in runs)
        telling = sum(one.telling is not None and one.telling <= 2 for one in ones)
        shares = f"{median(runs):.0f}, {runs[int(0.9 * (len(runs) - 1))]}, {runs[-1]}" if runs else ""
        lines.append(f"| {name} | {len(ones)} | {len(runs)} | {within} | {telling} | {shares} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=200)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many seeds, from --seed on")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    jobs = [
        (f"{seed}/{number}", FAULTS[number % len(FAULTS)] if number % 10 < 7 else None, options.days)
        for seed in range(options.seed, options.seed + options.seeds)
        for number in range(options.sites)
    ]
    with ProcessPoolExecutor(options.processes) as pool:
        courses = list(pool.map(course, jobs, chunksize=4))
    print(table(courses))
    false = Counter(name for one in courses for name in one.false)
    months = sum(one.days for one in courses) / 30
    print(f"\nfalse alarms: {sum(false.values())} in {months:.0f} site-months, {sum(false.values()) / months:.4f} each")
    kinds = Counter[str]()
    for name, count in false.items():
        kinds[name.partition(":")[0]] += count
    print(", ".join(f"{name} {count}" for name, count in kinds.most_common()))


if __name__ == "__main__":
    main()
