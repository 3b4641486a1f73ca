"""Made-up pasts of sites: runs of each night, with the noise of sound sites, and on some a fault from one day on."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import exp, log
from statistics import quantiles

from crawler.monitors.facts import FIELDS, RunFacts

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
FAULTS = (
    "field",
    "field, half",
    "body",
    "silence",
    "way",
    "dates",
    "titles",
    "quarantine",
    "quarantine, rising",
    "errors",
    "layout",
)
WAYS = ("chain", "lists", "links", "sitemaps", "feeds")


@dataclass
class Night:
    """A run, and what is true of it."""

    facts: RunFacts
    affected: int
    """Articles, pages, requests or ways in it that show the fault."""


@dataclass
class Site:
    """A site's nature, drawn from its number."""

    seed: str
    fault: str | None
    days: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        c = self.chance = random.Random(self.seed)
        self.rate = exp(c.uniform(log(0.3), log(80)))
        weekend = c.choice((0.0, 0.02, 0.1, 0.4, 0.4, 0.8, 1.0))
        self.weekly = (1.0,) * 5 + (weekend, weekend * c.uniform(0.5, 1))
        self.growth = c.uniform(-0.002, 0.006)
        self.bursty = c.uniform(2, 20)
        self.holiday = c.randrange(10, self.days - 7) if c.random() < 0.5 else None
        self.on_holiday = c.choice((0.0, 0.0, 0.1, 0.3))
        self.modes = c.choice(("due", "due", "new", "weekly full"))
        self.revisits = c.uniform(0.5, 4)
        self.validators = c.random() < 0.4
        self.old = round(min(self.rate * c.uniform(30, 300), 600))
        # The archive is of another make than what is new: columns that were closed, templates that are gone.
        self.coverage = {name: self._coverage() for name in FIELDS}
        self.old_coverage = {
            name: min(max(p + c.gauss(0, 0.1), 0), 1) if p else 0.0 for name, p in self.coverage.items()
        }
        self.varies = c.uniform(15, 200)
        self.length, self.spread = log(c.uniform(300, 3000)), c.uniform(0.3, 0.9)
        self.length_varies = c.uniform(0.02, 0.2)
        self.unfit = c.choice((0.0, 0.0, 0.005, 0.02, 0.05))
        self.failing = c.choice((0.0, 0.002, 0.01))
        self.dead = c.uniform(0, 0.05)
        self.layout = {n: c.uniform(0.93, 1) for n in ("title", "published", "body")} if c.random() < 0.3 else {}
        if fault_is(self.fault, "layout") and not self.layout:
            self.layout = {n: c.uniform(0.93, 1) for n in ("title", "published", "body")}
        self.ways = {way: self._way(way) for way in ("lists", *c.sample(WAYS, c.randint(1, 4)))}
        self.unchanged = c.random() < 0.4
        self.recurring = c.choice((0.0, 0.0, 0.03, 0.1))
        self.days_only = c.random() < 0.15 and self.fault != "dates"
        self.batched = c.choice((0.0, 0.0, 0.0, 0.1, 0.4))
        self.late = c.uniform(0, 0.05)
        self._plant()

    def _coverage(self) -> float:
        c = self.chance
        return c.choice((1.0, 1.0, c.uniform(0.95, 1), c.uniform(0.8, 1), c.uniform(0.3, 0.8), c.uniform(0, 0.2), 0.0))

    def _way(self, way: str) -> float:
        c = self.chance
        return {
            "chain": c.uniform(1, 2),
            "links": c.uniform(0.5, 10),
            "lists": c.uniform(15, 200),
            "sitemaps": self.old + 20.0,
            "feeds": c.uniform(10, 50),
        }[way]

    def _plant(self) -> None:
        c = self.chance
        self.day = c.randrange(20, self.days - 12)
        fields = [name for name, p in self.coverage.items() if p >= 0.5]
        if not fields:
            self.coverage["source"] = 0.95
            fields = ["source"]
        self.subject = {"way": c.choice(list(self.ways)), "layout": c.choice(list(self.layout) or ["body"])}.get(
            self.fault or "", c.choice(fields)
        )
        self.severity = c.uniform(0.4, 0.9)
        self.frozen_to = START + timedelta(days=self.day) - c.choice((timedelta(0), timedelta(days=700)))
        self.failure = c.choice(("503", "500", "none", "403", "429"))

    # What happens. -----------------------------------------------------------------------------------------------

    def expected(self, day: int) -> float:
        """Return how many articles a day brings on average, without the fault."""
        holiday = self.holiday is not None and self.holiday <= day < self.holiday + 7
        return self.rate * self.weekly[day % 7] * (1 + self.growth * day) * (self.on_holiday if holiday else 1.0)

    def nights(self) -> Iterator[Night]:
        waiting: list[datetime] = []
        known = self.old
        for day in range(self.days):
            began = START + timedelta(days=day, seconds=self.chance.randrange(600))
            faulty = self.fault is not None and day >= self.day
            if not (faulty and self.fault == "silence"):
                waiting.extend(self._published(day, began))
            mode = "full" if day == 0 or (self.modes == "weekly full" and day % 7 == 6) else self.modes.split()[0]
            mode = "due" if mode == "weekly" else mode
            if day and self.chance.random() < 0.01:
                yield self._failed(day, began, mode)
                continue
            night = self._run(day, began, mode, waiting, known, faulty)
            known += night.facts.articles.get("new", 0)
            waiting = []
            yield night

    def _published(self, day: int, began: datetime) -> list[datetime]:
        mean = self.expected(day) * self.chance.gammavariate(self.bursty, 1 / self.bursty)
        times = [began - timedelta(minutes=self.chance.randrange(1, 1440)) for _ in range(poisson(self.chance, mean))]
        old = timedelta(days=self.chance.randrange(2, 60))
        return [time - old if self.chance.random() < self.late else time for time in times]

    def _failed(self, day: int, began: datetime, mode: str) -> Night:
        facts = RunFacts(
            run_id=f"{day:04}", site=self.seed, began_at=began, ended_at=began + timedelta(minutes=1), mode=mode,
            outcome="unreachable", is_complete=False, requests=6, statuses={"none": 6},
        )  # fmt: skip
        return Night(facts, 0)

    def _run(self, day: int, began: datetime, mode: str, new: list[datetime], known: int, faulty: bool) -> Night:
        c = self.chance
        fault = self.fault if faulty else None
        burst = c.uniform(0.2, 0.8) if c.random() < 0.015 else 0.0
        again = {"full": known, "new": 0}.get(mode, poisson(c, self.rate * self.revisits + 1))
        if day == 0:
            new, again = [began - timedelta(hours=c.randrange(1, 20_000)) for _ in range(self.old)], 0
        changed = fault in ("field", "field, half", "body", "dates", "titles")
        unmodified = sum(c.random() < 0.9 for _ in range(again)) if self.validators and not changed else 0
        read_again = again - unmodified
        failed = burst
        if fault == "errors":
            failed = max(burst, self.severity)
        lost = [c.random() < failed for _ in range(len(new) + read_again)]
        new = [time for time, gone in zip(new, lost, strict=False) if not gone] if failed else new
        read_again -= sum(lost[len(new) :]) if failed else 0
        unfit_share = min(noisy(c, self.unfit, 50), 1.0)
        if fault == "quarantine":
            unfit_share = max(unfit_share, self.severity)
        if fault == "quarantine, rising":
            unfit_share = max(unfit_share, min(self.severity, 0.1 * (day - self.day + 1)))
        pages = len(new) + max(read_again, 0)
        unfit = binomial(c, pages, unfit_share)
        kept_new = [time for time in new if c.random() >= unfit_share] if unfit else new
        read = max(pages - unfit, len(kept_new))
        return self._facts(day, began, mode, kept_new, read, unfit, failed, unmodified, fault)

    def _facts(self, day: int, began: datetime, mode: str, new: list[datetime], read: int, unfit: int, failed: float, unmodified: int, fault: str | None) -> Night:  # fmt: skip
        c = self.chance
        fields, affected = self._fields(mode, read, fault)
        lengths = [exp(c.gauss(self.length, self.spread)) for _ in range(fields.get("body", 0))]
        shift = exp(c.gauss(0, self.length_varies)) * (0.5 if fault == "body" else 1)
        titles, commonest_title = alike(c, read, 1.0 if fault == "titles" else noisy(c, self.recurring, 30))
        timed = 0 if self.days_only else fields.get("published_at", 0)
        times, commonest_time = alike(c, timed, 1.0 if fault == "dates" else noisy(c, self.batched, 10))
        stated = [self.frozen_to] * len(new) if fault == "dates" else new
        if self.days_only:
            stated = [time.replace(hour=16, minute=0) - timedelta(days=1) for time in stated]
        statuses, shown = self._statuses(mode, read + unfit, failed, unmodified, fault)
        layout = {name: binomial(c, read, p) for name, p in self.layout.items()}
        if fault == "layout":
            affected, layout[self.subject] = layout[self.subject], 0
        ways, dry = self._ways(read, bool(new), failed, fault)
        if fault in ("body", "dates", "titles"):
            affected = {"body": len(lengths), "dates": timed, "titles": read if read > 1 else 0}[fault]
        if fault in ("quarantine", "quarantine, rising"):
            affected = unfit
        affected = {"errors": shown, "way": dry}.get(fault or "", affected)
        facts = RunFacts(
            run_id=f"{day:04}", site=self.seed, began_at=began, ended_at=began + timedelta(minutes=9), mode=mode,
            outcome="degraded" if failed else "ok", is_complete=True,
            articles=positive({"new": len(new), "same": read - len(new), "not_modified": unmodified}),
            quarantined=positive({"no_body": unfit}),
            requests=sum(statuses.values()), statuses=statuses, fields=positive(fields),
            body_chars=five([length * shift for length in lengths]),
            titles=titles, commonest_title=commonest_title, times=times, commonest_time=commonest_time,
            layout={name: (hits, read) for name, hits in layout.items()} if read else {},
            ways=positive(ways), newest_at=max(stated, default=None) if fields.get("published_at") else None,
        )  # fmt: skip
        return Night(facts, affected)

    def _fields(self, mode: str, read: int, fault: str | None) -> tuple[dict[str, int], int]:
        c = self.chance
        coverage = self.old_coverage if mode == "full" else self.coverage
        fields = {name: binomial(c, read, noisy(c, p, self.varies)) for name, p in coverage.items()}
        affected = 0
        if fault in ("field", "field, half"):
            had = fields[self.subject]
            fields[self.subject] = 0 if fault == "field" else binomial(c, had, 0.5)
            affected = had - fields[self.subject]
        return fields, affected

    def _statuses(self, mode: str, pages: int, failed: float, unmodified: int, fault: str | None) -> tuple[dict[str, int], int]:  # fmt: skip
        c = self.chance
        lists = c.randint(4, 40)
        asked = round((pages + lists) / (1 - failed)) if failed else pages + lists
        bad = binomial(c, asked, failed)
        code = self.failure if fault == "errors" else c.choice(("503", "none", "500"))
        dead = binomial(c, pages, self.dead) if mode == "full" else binomial(c, 3, self.dead)
        statuses = {"200": asked - bad, "304": unmodified, "404": dead, "502": binomial(c, asked, self.failing)}
        statuses[code] = statuses.get(code, 0) + bad
        return positive(statuses), bad

    def _ways(self, read: int, news: bool, failed: float, fault: str | None) -> tuple[dict[str, int], int]:
        c = self.chance
        ways = {}
        for way, usual in self.ways.items():
            number = read if way in ("chain", "links") else 1
            ways[way] = poisson(c, min(usual * number, 5000) * (1 - failed) * c.gammavariate(20, 1 / 20))
            if way in ("feeds", "sitemaps") and not news and self.unchanged:
                ways[way] = 0
        dry = 0
        if fault == "way":
            dry, ways[self.subject] = ways[self.subject], 0
        return ways, dry


def fault_is(fault: str | None, name: str) -> bool:
    return fault == name


def positive(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count > 0}


def poisson(c: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(c.gauss(mean, mean**0.5)))
    limit, count, product = exp(-mean), 0, c.random()
    while product > limit:
        count, product = count + 1, product * c.random()
    return count


def binomial(c: random.Random, number: int, p: float) -> int:
    if p <= 0 or p >= 1:
        return number if p >= 1 else 0
    return sum(c.random() < p for _ in range(number))


def noisy(c: random.Random, p: float, concentration: float) -> float:
    return p if p in (0.0, 1.0) else c.betavariate(max(p * concentration, 1e-3), max((1 - p) * concentration, 1e-3))


def alike(c: random.Random, number: int, share: float) -> tuple[int, int]:
    """Return how many different ones there are, and how often the commonest occurs."""
    if not number:
        return 0, 0
    same = max(binomial(c, number, share), 1)
    return number - same + 1, same


def five(lengths: list[float]) -> tuple[int, ...]:
    if not lengths:
        return ()
    if len(lengths) == 1:
        return (round(lengths[0]),) * 5
    return (round(min(lengths)), *(round(q) for q in quantiles(lengths, n=4, method="inclusive")), round(max(lengths)))
