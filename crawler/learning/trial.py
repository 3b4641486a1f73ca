"""One selector tried on all pages of a design: what it gives, beside what the generic way gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from lxml.html import HtmlElement

from crawler.extraction.body import read_body
from crawler.extraction.neighbours import Side
from crawler.items import Neighbour
from crawler.layout import Layout
from pipelines.counts import parse_count
from pipelines.dates import Moment, parse_moment

from .named import Named
from .samples import Sample

_MINUTE, _QUARTER, _ZONES = 60, 15 * 60, 14 * 3600
"""Seconds; clocks differ by quarters of an hour, and from UTC by 14 hours at most."""
_MAY_ERR = 0.15
"""Share of the pages on which the generic way may have taken too much, or another text."""
ALIKE = 0.9
"""Share of two texts that they have in common when they agree."""


@dataclass(frozen=True, slots=True)
class Given:
    """What a selector gives on one page."""

    value: Any = None
    """None where it matches nothing, empty where what it matches states nothing."""
    matches: int = 0
    agrees: float = 0.0
    """1 where the generic way gives the same, between 0 and 1 for texts that differ a little."""
    elsewhere: bool = False
    """Whether it is a time by another clock than the page's."""
    excess: float = 0.0
    """Share of a container that is no part of its text."""


@dataclass(frozen=True, kw_only=True)
class Trial:
    """A selector with what it gives on each page."""

    name: str
    selector: str
    cost: float
    given: Sequence[Given]
    stated: Sequence[bool]
    """Whether the generic way finds the field."""

    @cached_property
    def agrees(self) -> int:
        """Pages on which both give the same."""
        return sum(given.agrees >= ALIKE for given in self.given)

    @cached_property
    def matches(self) -> int:
        """Pages on which the selector gives a value."""
        return sum(bool(given.value) for given in self.given)

    @cached_property
    def gained(self) -> int:
        """Pages on which the selector alone gives a value."""
        return sum(
            bool(given.value) and not stated and given.agrees < ALIKE
            for given, stated in zip(self.given, self.stated, strict=True)
        )

    @cached_property
    def missed(self) -> int:
        """Pages on which the generic way alone gives a value."""
        return sum(not given.value and stated for given, stated in zip(self.given, self.stated, strict=True))

    @cached_property
    def denied(self) -> int:
        """Pages on which the selector would keep a value from being found."""
        return sum(
            given.value is not None and not given.value and stated
            for given, stated in zip(self.given, self.stated, strict=True)
        )

    @cached_property
    def distinct(self) -> int:
        """How many values it gives."""
        return len({str(given.value) for given in self.given if given.value})

    @cached_property
    def crowd(self) -> float:
        """Elements that it matches, on the average page on which it matches any."""
        counts = [given.matches for given in self.given if given.matches]
        return sum(counts) / max(1, len(counts))

    @property
    def worth(self) -> float:
        """How much it agrees, less what it would spoil; in pages."""
        agreed = sorted((given.agrees for given in self.given), reverse=True)
        if self.name == "body":
            # The pages that differ most may be those on which the generic way errs: the others are to decide.
            agreed = agreed[: len(agreed) - int(_MAY_ERR * len(agreed))]
        return sum(agreed) - self.denied - (self.gained if self.name in ("views", "prev", "next", "modified") else 0)

    @property
    def price(self) -> float:
        """What it costs a reader, and what it risks."""
        excess = sum(given.excess for given in self.given) / max(1, self.matches)
        return self.cost + 3.0 * (self.crowd - 1.0 if self.crowd > 1.0 else 0.0) + 4.0 * excess


class Trials:
    """The pages of a design, ready to try selectors of one field."""

    def __init__(self, name: str, samples: Sequence[Sample], named: Named) -> None:
        self._name, self._samples, self._named = name, samples, named
        self.stated = [bool(_generic(name, sample)) for sample in samples]
        self._texts = [_pieces(sample.item.body) for sample in samples] if name == "body" else []
        spread = Counter(piece for text in self._texts for piece in text)
        # What stands in the text of most pages is the template's.
        self._repeated = {piece for piece, count in spread.items() if len(samples) >= 4 and 2 * count > len(samples)}
        self._bodies: dict[HtmlElement, tuple[list[str], float]] = {}

    def of(self, selector: str, cost: float) -> Trial:
        """Return a selector tried on every page."""
        one = self._body if self._name == "body" else self._neighbour if self._name in ("prev", "next") else self._words
        given = [one(number, selector) for number in range(len(self._samples))]
        return Trial(name=self._name, selector=selector, cost=cost, given=given, stated=self.stated)

    def _words(self, number: int, selector: str) -> Given:
        sample = self._samples[number]
        sample.reader.layout = Layout(**{self._name: selector})  # type: ignore[arg-type]  # a field that is words
        words = sample.reader.words(self._name)
        if words is None:
            return Given()
        count = len(sample.reader.finder.matches(selector))
        generic = getattr(sample.item, self._name) or ""
        elsewhere = self._name in ("published", "modified") and is_elsewhere(generic, words.text)
        return Given(words.text, count, float(self._same(number, words.text)), elsewhere)

    def _same(self, number: int, text: str) -> bool:
        sample = self._samples[number]
        generic = getattr(sample.item, self._name)
        if self._name == "title":
            return bool(text) and (_flat(text) == _flat(generic or "") or self._named.is_title(sample, text))
        if not text or not generic:
            return False
        return alike(self._name, generic, text)

    def _neighbour(self, number: int, selector: str) -> Given:
        sample = self._samples[number]
        sample.reader.layout = Layout(**{self._name: selector})  # type: ignore[arg-type]  # a field that is words
        neighbour, place = sample.reader.neighbour(cast(Side, self._name))
        count = len(sample.reader.finder.matches(selector))
        if neighbour is None or not place.elements:
            return Given(None, count)
        generic: Neighbour | None = getattr(sample.item, self._name)
        same = generic is not None and alike(self._name, generic, neighbour)
        return Given(neighbour, count, float(same))

    def _body(self, number: int, selector: str) -> Given:
        sample = self._samples[number]
        found = [element for element in sample.reader.finder.matches(selector) if not isinstance(element, str)]
        if not found:
            return Given()
        if len(found) > 1:
            return Given("", len(found))
        if found[0] not in self._bodies:
            body = read_body(sample.document, found)
            text = _flat(found[0].text_content())
            whole = len(text)
            # A container of the headline has the line of time and source in it, too, and more on the next page.
            headed = bool(sample.item.title) and _flat(sample.item.title or "") in text
            kept = sum(len(_flat(text)) for text in body.paragraphs) if body else 0
            self._bodies[found[0]] = (body.paragraphs if body else [], 1.0 - min(1.0, kept / max(1, whole)) + headed)
        paragraphs, excess = self._bodies[found[0]]
        own = _pieces(paragraphs)
        repeated = sum(count * len(piece) for piece, count in own.items() if piece in self._repeated)
        share = repeated / max(1, sum(count * len(piece) for piece, count in own.items()))
        return Given(paragraphs, 1, _overlap(own, self._texts[number]), excess=excess + share)


def alike(name: str, generic: Any, learnt: Any) -> bool:
    """Return whether two readings of a field say the same.

    A time without its time of day is not the same as one that has it, and what a page displays is its own clock's,
    whatever machines are told.

    >>> alike("published", "2024-05-06", "2024-05-06 07:08"), alike("published", "2024-05-06 07:08", "2024-05-06")
    (True, False)
    >>> told, shown = "2024-05-05T23:08:38Z", "2024-05-06 07:08"
    >>> alike("published", told, shown), alike("published", shown, told)
    (True, False)
    """
    if name in ("published", "modified"):
        one, other = parse_moment(generic), parse_moment(learnt)
        if one is None or other is None:
            return False
        if one.zone == "stated" != other.zone and _is_shifted(one, other):
            return True
        if one.at.date() != other.at.date():
            return False
        if "day" in (one.precision, other.precision):
            return one.precision == "day"
        return _apart(one, other) < _MINUTE
    if name == "views":
        return parse_count(generic) == parse_count(learnt)
    if name in ("prev", "next"):
        # A headline may be cut short in one of two places that name the same article.
        return bool(replace(generic, title=None) == replace(learnt, title=None))
    if name == "body":
        return _overlap(_pieces(learnt), _pieces(generic)) >= ALIKE
    return _flat(str(generic)) == _flat(str(learnt))


def is_elsewhere(generic: str, learnt: str) -> bool:
    """Return whether a time is told by another clock than the page's own: of UTC, mostly.

    >>> is_elsewhere("2024-05-06 07:08", "2024-05-05T23:08:00Z"), is_elsewhere("2024-05-06", "2024-05-05T23:08:00Z")
    (True, False)
    """
    one, other = parse_moment(generic), parse_moment(learnt)
    return one is not None and other is not None and one.zone != "stated" == other.zone and _is_shifted(one, other)


def _apart(one: Moment, other: Moment) -> float:
    clocks = [moment.at.replace(second=0, tzinfo=None) for moment in (one, other)]
    return abs((clocks[0] - clocks[1]).total_seconds())


def _is_shifted(one: Moment, other: Moment) -> bool:
    """Return whether two clocks of different zones show the same moment."""
    apart = _apart(one, other)
    return "day" not in (one.precision, other.precision) and _MINUTE <= apart <= _ZONES and apart % _QUARTER < _MINUTE


def _generic(name: str, sample: Sample) -> object:
    value = getattr(sample.item, name)
    # Where a page says that there is none, no link can be named.
    return value.url if isinstance(value, Neighbour) else value


def _pieces(paragraphs: Sequence[str]) -> Counter[str]:
    return Counter(flat for text in paragraphs for line in text.split("\n") if (flat := _flat(line)))


def _overlap(one: Counter[str], other: Counter[str]) -> float:
    """Return the F1 of two texts, by the characters of their paragraphs."""
    sizes = [sum(count * len(piece) for piece, count in text.items()) for text in (one, other, one & other)]
    return 2 * sizes[2] / (sizes[0] + sizes[1]) if sizes[2] else 0.0


def _flat(text: str) -> str:
    return "".join(text.split())
