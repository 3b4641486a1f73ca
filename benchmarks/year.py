"""A year of a site, one real crawl a night on a clock that is moved: how fresh its archive is, and what that costs.

    python -m benchmarks.year [--articles 5000] [--days 365] [--mode due] [--budget N] [--samples 3] [--json FILE]

About ten articles are new each day; edits come mostly within hours to days, with a tail over months; some articles are deleted;
counters tick; in May the site is down for three days, in July it is redesigned. A full recrawl each night and a fixed visit to each
article every seven days are computed from the same events and nights; real full crawls on sample days say whether the recrawl's
requests are reckoned rightly. An edit that no run could see before the article went is nobody's. A deletion is `stated` when it
was seen twice.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import archive
from benchmarks.nights import Event, Night, Watch, night, path_of, percentile
from benchmarks.plot import Course, Plot
from benchmarks.sites.daily import PER_PAGE, Daily
from seeds.serve import serve

DAY = timedelta(days=1)
FIXED = 7
"""Days between two visits of the fixed policy."""
KINDS = ("new", "edit", "deletion", "deletion, stated")


@dataclass
class Sample:
    """A real full crawl into an archive of its own."""

    day: int
    requests: int
    articles: int
    missing: int
    reckoned: int
    """Requests, as they are computed."""


class Year:
    """The site, its archive and its nights."""

    def __init__(self, options: argparse.Namespace, place: Path) -> None:
        self.options, self.place = options, place
        self.hints = frozenset(filter(None, options.hints.split(",")))
        start = datetime(2026, 1, 1, 3, tzinfo=Daily.zone)
        # As many days before the year as the articles took at the same pace.
        self.made = Daily(
            articles=options.articles,
            seed=options.seed,
            hints=self.hints,
            now=start,
            days=max(30, round(options.articles / options.daily)),
        )
        self.watch = Watch(place / "data")
        self.plot = Plot(self.made, self.watch, Course.of(options.days, options.daily), options.seed)
        self.first: Night | None = None
        self.nights: list[Night] = []
        self.up: list[datetime] = []
        """When each night began on which the site was there."""
        self.samples: list[Sample] = []
        self.reckoned: list[tuple[int, int]] = []
        """Requests of a full recrawl, and of the fixed policy, on each of these nights."""

    def run(self) -> None:
        words: dict[str, object] = {} if self.options.mode == "none" else {"mode": self.options.mode}
        if self.options.budget:
            words["budget"] = self.options.budget
        samples = {round((n + 1) * self.options.days / (self.options.samples + 1)) for n in range(self.options.samples)}
        with serve(self.made.site(validators=not self.options.plain)) as server:
            self.first = night(self.made, server, self.watch.root)
            self.watch.note(self.made.now)
            self._say(0, self.first)
            server.requests.clear()
            for day in range(1, self.options.days + 1):
                self.plot.until(self.plot.start + day * DAY)
                self.nights.append(night(self.made, server, self.watch.root, arguments=words))
                server.requests.clear()
                self.watch.note(self.made.now)
                if not self.made.down:
                    self.up.append(self.made.now)
                    articles, lists = len(self.made.newest("lists")), self._lists()
                    self.reckoned.append((articles + lists, articles // FIXED + lists))
                    if day in samples:
                        self.samples.append(self._sample(day, server))
                if day % 10 == 0 or self.nights[-1].code or day in (1, 2):
                    self._say(day, self.nights[-1])

    def _lists(self) -> int:
        """Return how many addresses name articles: pages of lists, the home page and the feed."""
        pages = sum(max(1, -(-len(self.made.newest("lists", code)) // PER_PAGE)) for code in self.made.named)
        return pages + 1 + ("feed" in self.hints)

    def _sample(self, day: int, server: Any) -> Sample:
        root = self.place / f"sample-{day}"
        ran = night(self.made, server, root)
        server.requests.clear()
        found = {path_of(one.url) for one in archive.open(root).articles()}
        truth = {one.path for one in self.made.truth()}
        return Sample(
            day, len(ran.requests), len(truth), len(truth - found), len(self.made.newest("lists")) + self._lists()
        )

    def _say(self, day: int, one: Night) -> None:
        print(f"day {day:3}: {len(one.requests):5} requests, {one.size:11,} bytes, {one.seconds:6.1f} s, {one.statuses}, {len(self.made.posts)} articles,"
              f" {len(self.watch.open())} events open, {len(self.watch.false_revisions)} false revisions" + (f", code {one.code}: {one.words[-200:]!r}" if one.code else ""), flush=True)  # fmt: skip

    # What came of it. ----------------------------------------------------------------------------------------------

    def rows(self) -> list[dict[str, Any]]:
        """Return a row a policy and kind."""
        rows = []
        policies: dict[str, Callable[[Event, bool], float | None]] = {
            "newsreel": lambda event, sure: event.hours(sure=sure),
            "full recrawl": self._by_recrawl,
            f"fixed, {FIXED} days": self._by_fixed,
        }
        for policy, hours in policies.items():
            for kind in KINDS:
                sure = kind == "deletion, stated"
                events = [
                    event for event in self.watch.events if event.kind == kind.partition(",")[0] and not event.void
                ]
                rows.append(
                    {
                        "policy": policy,
                        "kind": kind,
                        **_summary(events, [hours(event, sure) for event in events], self.made.now),
                    }
                )
        return rows

    def _by_recrawl(self, event: Event, sure: bool) -> float | None:
        """Return the hours until the first night behind an event, or the second where it is to be seen twice."""
        later = [at for at in self.up if at >= event.at][int(sure) :]
        return (later[0] - event.at).total_seconds() / 3600 if later else None

    def _by_fixed(self, event: Event, sure: bool) -> float | None:
        """Return the same where an article is visited on every seventh night; new ones are in the lists of every night."""
        if event.kind == "new":
            return self._by_recrawl(event, sure)
        turn = self.made.by_path[event.path].number % FIXED
        later = [at for at in self.up if at >= event.at and (at - self.plot.start).days % FIXED == turn][int(sure) :]
        return (later[0] - event.at).total_seconds() / 3600 if later else None

    def figures(self) -> dict[str, Any]:
        asked = [len(one.requests) for one in self.nights]
        full, fixed = zip(*(self.reckoned or [(1, 1)]), strict=True)
        return {
            "articles": self.options.articles,
            "days": self.options.days,
            "events": {
                kind: sum(event.kind == kind for event in self.watch.events) for kind in ("new", "edit", "deletion")
            },
            "void": sum(event.void for event in self.watch.events),
            "requests a day": sum(asked) / len(asked),
            "requests a day, median": percentile(asked, 0.5),
            "bytes a day": sum(one.size for one in self.nights) / len(asked),
            "full recrawl, requests a day": sum(full) / len(full),
            "share of the full recrawl": (sum(asked) / len(asked)) / (sum(full) / len(full)),
            f"fixed, {FIXED} days, requests a day": sum(fixed) / len(fixed),
            "seconds a night, median": percentile([one.seconds for one in self.nights], 0.5),
            "false revisions": self.watch.false_revisions,
            "false ends": self.watch.false_ends,
            "failed nights": [(one.at - self.plot.start).days for one in self.nights if one.code and one.at in self.up],
            "samples": [vars(one) for one in self.samples],
            "latencies": self.rows(),
        }


def _summary(events: Iterable[Event], hours: list[float | None], end: datetime) -> dict[str, Any]:
    known = [value for value in hours if value is not None]
    missed = [event for event, value in zip(events, hours, strict=True) if value is None]
    return {
        "events": len(hours),
        "median": percentile(known, 0.5),
        "p95": percentile(known, 0.95),
        "longest": max(known, default=float("nan")),
        "missed": len(missed),
        "oldest missed": max(((end - event.at).total_seconds() / 86_400 for event in missed), default=0.0),
    }


def report(figures: dict[str, Any]) -> None:
    print(
        f"\n{figures['articles']} articles at first, {figures['days']} days; events {figures['events']}, of which nobody could see {figures['void']}"
    )
    print(
        f"{'policy':13} {'kind':17} {'events':>6} {'median h':>9} {'p95 h':>8} {'longest h':>9} {'missed':>6} {'oldest missed, days':>20}"
    )
    for row in figures["latencies"]:
        print(
            f"{row['policy']:13} {row['kind']:17} {row['events']:6} {row['median']:9.1f} {row['p95']:8.1f} {row['longest']:9.1f} {row['missed']:6} {row['oldest missed']:20.1f}"
        )
    for name in (
        "requests a day",
        "requests a day, median",
        "bytes a day",
        "full recrawl, requests a day",
        f"fixed, {FIXED} days, requests a day",
        "seconds a night, median",
    ):
        print(f"{name}: {figures[name]:,.1f}")
    print(f"share of the full recrawl's requests: {figures['share of the full recrawl']:.1%}")
    print(
        f"false revisions: {len(figures['false revisions'])}, false ends: {len(figures['false ends'])}, failed nights: {figures['failed nights']}"
    )
    for one in figures["samples"]:
        print(
            f"real full crawl on day {one['day']}: {one['requests']} requests (reckoned {one['reckoned']}), {one['missing']} of {one['articles']} articles missing"
        )
    for address in [*figures["false revisions"][:5], *figures["false ends"][:5]]:
        print(f"  false: {address}")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=5000, help="at the beginning")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--daily", type=float, default=10, help="new articles a day")
    parser.add_argument("--mode", default="due", help="full, new or due; none for runs that are not told")
    parser.add_argument("--budget", type=int)
    parser.add_argument(
        "--hints", default="feed", help="what the site has beside lists and chains: feed,sitemap,lastmod"
    )
    parser.add_argument("--plain", action="store_true", help="a server without validators")
    parser.add_argument("--samples", type=int, default=3, help="real full crawls")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newsreel-year-") as place:
        year = Year(options, Path(place))
        year.run()
        figures = year.figures()
    report(figures)
    print(f"took {time.monotonic() - began:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
