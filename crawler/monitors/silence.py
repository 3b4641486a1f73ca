"""Whether a site has brought nothing new for much longer than usual."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from crawler.monitors.alarms import Alarm
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits
from crawler.monitors.moments import moment
from crawler.monitors.reach import has_looked
from crawler.monitors.wording import days as in_words

_DAY = timedelta(days=1)
_LEARNT = 182
"""Days of the past from which the usual is learnt."""


class Rhythm:
    """How likely each day of the week is to bring something new."""

    def __init__(self, days: Sequence[tuple[date, bool]]) -> None:
        """Learn from days in a row, and whether each brought something."""
        self.days = len(days)
        self.with_news = sum(news for _, news in days)
        share = self.with_news / self.days if days else 0.0
        counts, news_of = [0] * 7, [0] * 7
        for day, news in days:
            counts[day.weekday()] += 1
            news_of[day.weekday()] += news
        self._shares = [(news + share) / (count + 1) for news, count in zip(news_of, counts, strict=True)]

    @property
    def gap(self) -> float:
        """Days from one day with something new to the next, on average."""
        return self.days / max(self.with_news, 1)

    def gaps(self, after: date, until: date) -> float:
        """Return how many usual gaps there are after a day until another one: how often news were due.

        Where nothing ever comes on a Sunday, a Sunday is no part of a gap.
        """
        weeks, rest = divmod((until - after).days, 7)
        return weeks * sum(self._shares) + sum(self._shares[(after.weekday() + 1 + n) % 7] for n in range(rest))


def silent(runs: Sequence[RunFacts], limits: Limits) -> list[Alarm]:
    """Return an alarm where the days since the last with anything new are more than so many usual gaps."""
    if not limits.watches("silence", "silence"):
        return []
    telling = [run for run in runs if has_looked(run) or run.articles.get("new", 0) > 0]
    news = sorted({_day(run) for run in telling if run.articles.get("new", 0) > 0})
    # The first run of a site finds all that was ever published: no rhythm can be learnt from it.
    if not telling or len(news) < limits.runs + 1:
        return []
    first, last, until = _day(telling[0]), news[-1], _day(telling[-1])
    rhythm = Rhythm(list(_known(first, news, limits)))
    gaps = rhythm.gaps(last, until) if until > last else 0.0
    if gaps <= limits.silence or rhythm.with_news < limits.runs:
        return []
    begin = next(run for run in telling if _day(run) > last)
    return [
        Alarm(
            kind="silence",
            subject="silence",
            expected=f"something new every {in_words(rhythm.gap)}, as on {rhythm.with_news} of {rhythm.days} days",
            seen=f"nothing new for {in_words((until - last).days)} "
            f"(since {last.isoformat()}), {gaps:.3g} times the usual gap",
            since=moment(begin.began_at),
            examples=(),
        )
    ]


def _day(run: RunFacts) -> date:
    return moment(run.began_at).date()


def _known(first: date, news: Sequence[date], limits: Limits) -> Iterator[tuple[date, bool]]:
    """Yield the days after the first until the last with news; of a silence no more than makes it an alarm."""
    before = first
    start = news[-1] - min(timedelta(days=_LEARNT), news[-1] - first)
    span = (news[-1] - start).days or 1
    most = round(limits.silence * span / len(news)) + 1
    for day in news:
        if day > first and day > start:
            silence = (day - max(before, start)).days - 1
            for number in range(min(silence, most)):
                yield day - _DAY * (min(silence, most) - number), False
            yield day, True
        before = day
