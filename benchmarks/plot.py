"""What happens on a made-up site in the course of a year: articles, edits by their age, deletions, readers, a redesign and an outage."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from benchmarks.nights import Event, Watch
from benchmarks.sites import Made, Post

EDITED = 0.25
"""Share of new articles that are edited at least once."""
AGAIN = 0.3
"""Share of edits that are followed by another."""
AGES: tuple[tuple[float, Callable[[random.Random], float]], ...] = (
    (0.60, lambda chance: chance.expovariate(1 / 3)),
    (0.25, lambda chance: chance.expovariate(1 / 72)),
    (0.15, lambda chance: chance.uniform(14 * 24, 240 * 24)),
)
"""Of edits: share, and hours since the publication, or since the edit before; most come within hours to days, a tail within months."""
DELETED_YOUNG, DELETED_A_DAY = 0.015, 0.15
"""Share of new articles that are taken away within a week; older ones that are, a day."""
OLD_EDITED_A_DAY = 0.5
"""Edits a day of articles that were there from the beginning."""
GONE = (404, 404, 404, 410, 200)
HOURS = (0.3, 0.2, 0.1, 0.1, 0.1, 0.3, 1, 2, 4, 6, 6, 5, 3, 4, 5, 6, 6, 5, 4, 3, 3, 2, 1, 0.5)
"""How much is published in each hour of the day."""
READ_NEW, READ_OLD = 200, 100
"""Articles whose counters tick each day: of the newest, and of all others."""


@dataclass(frozen=True)
class Course:
    """How long it takes, and what comes when."""

    days: int = 365
    daily: float = 10
    """New articles a day, in the mean."""
    outage: tuple[int, int] = (130, 3)
    """First day and how many; from 1 January on this is in May."""
    redesign: int = 181
    """A day in July."""

    @classmethod
    def of(cls, days: int, daily: float) -> Course:
        """Return the course of a year, or of a shorter time that has the same in proportion."""
        if days >= 330:
            return cls(days=days, daily=daily)
        return cls(
            days=days, daily=daily, outage=(days * 130 // 365, 3 if days >= 15 else 1), redesign=days * 181 // 365
        )


class Plot:
    """Lets things happen on a site, in their order, and tells a watch."""

    def __init__(self, made: Made, watch: Watch, course: Course, seed: int) -> None:
        self.made, self.watch, self.course = made, watch, course
        self.start = made.now
        self._chance = random.Random(f"{seed} plot")
        self._due: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._order = count()
        self._old = len(made.posts)
        for day in range(course.days):
            self._plan(self.start + timedelta(days=day))

    def until(self, at: datetime) -> None:
        """Let everything happen that comes before a moment, which then is the site's present."""
        day = (at - self.start).days
        first, days = self.course.outage
        self.made.down = first <= day < first + days
        self.made.design = int(day >= self.course.redesign)
        while self._due and self._due[0][0] <= at:
            when, _, happen = heapq.heappop(self._due)
            happen(when)
        self.made.now = at
        newest = self.made.posts[-READ_NEW:]
        others = self._chance.sample(
            self.made.posts[:-READ_NEW], min(READ_OLD, max(0, len(self.made.posts) - READ_NEW))
        )
        self.made.tick([*newest, *others], self._chance)

    def _plan(self, day: datetime) -> None:
        midnight, chance = day.replace(hour=0, minute=0, second=0), self._chance
        for _ in range(_poisson(chance, self.course.daily)):
            hour = chance.choices(range(24), HOURS)[0]
            self._at(midnight + timedelta(hours=hour, seconds=chance.randrange(3600)), self._publish)
        for rate, what in ((OLD_EDITED_A_DAY, self._edit_old), (DELETED_A_DAY, self._delete_old)):
            for _ in range(_poisson(chance, rate)):
                self._at(midnight + timedelta(seconds=chance.randrange(86_400)), what)

    def _at(self, when: datetime, happen: Callable[[datetime], None]) -> None:
        # What is planned before the beginning has not been seen by anybody: it comes right behind it.
        heapq.heappush(self._due, (max(when, self.start + timedelta(minutes=1)), next(self._order), happen))

    def _publish(self, at: datetime) -> None:
        post, chance = self.made.publish(at), self._chance
        self.watch.add(Event("new", post.path, at))
        if chance.random() < EDITED:
            self._plan_edit(post, at)
        if chance.random() < DELETED_YOUNG:
            self._at(at + timedelta(hours=chance.uniform(1, 7 * 24)), lambda when: self._delete(post, when))

    def _plan_edit(self, post: Post, at: datetime) -> None:
        (hours,) = self._chance.choices([age for _, age in AGES], [share for share, _ in AGES])
        self._at(at + timedelta(hours=0.2 + hours(self._chance)), lambda when: self._edit(post, when))

    def _edit(self, post: Post, at: datetime) -> None:
        if post.gone is None:
            self.watch.add(Event("edit", post.path, at, self.made.edit(post, at)))
            if self._chance.random() < AGAIN:
                self._plan_edit(post, at)

    def _delete(self, post: Post, at: datetime) -> None:
        if post.gone is None:
            self.made.delete(post, self._chance.choice(GONE))
            for event in self.watch.of(post.path):
                # An edit that nobody could see before; an article that was never there when somebody looked.
                event.void = event.void or event.seen_at is None
            if not any(event.void and event.kind == "new" for event in self.watch.of(post.path)):
                self.watch.add(Event("deletion", post.path, at))

    def _edit_old(self, at: datetime) -> None:
        self._edit(self._chance.choice(self.made.posts[: self._old]), at)

    def _delete_old(self, at: datetime) -> None:
        self._delete(self._chance.choice(self.made.posts[: self._old]), at)


def _poisson(chance: random.Random, mean: float) -> int:
    """Return how many of something happen, by the gaps between them."""
    found, at = 0, chance.expovariate(mean)
    while at < 1:
        found, at = found + 1, at + chance.expovariate(mean)
    return found
