"""What a page says no more of what its article said before, and when that is no edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archive import Article
    from pipelines.content import Content

WORDING = ("title", "published_at", "source", "author", "category")
"""Fields of a wording that are lost where the page states none."""
BESIDE = ("view_count", "neighbours")
"""Those that are none of the wording; neighbours are lost where both the one before and the one after are."""
_CLOCK = "time of day"
"""What a published time has lost of which the day alone is left, as it stands in an address."""
_TELLING = {"title", "published_at"}
"""What no editor takes away."""

_BODY = 150
"""Characters; shorter texts come and go."""
_KEPT = 0.5
"""Share of the text before that an edit keeps, at least."""
_SHORT = 0.2
"""Share of its length below which a text is no edit's any more, whatever it has kept."""
_ALIKE = 0.3
"""Share of their letters in pairs that two wordings of a title have in common, at least."""
_DAY = timedelta(days=1)
_GRAM = 6
_COMPARED = 20_000
"""Characters of a text that are compared."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Losses:
    """How the reading of an article has become worse."""

    lacks: tuple[str, ...] = ()
    """Fields that were stated and are not."""
    body: tuple[int, int] | None = None
    """Characters before and after of a text that is furniture now."""
    other: tuple[str, ...] = ()
    """Fields that say something that may be another's: title, published_at, body."""

    @property
    def is_regression(self) -> bool:
        """Return whether so much is lost at once that the rules misread the page; less is an edit.

        >>> [Losses(lacks=lacks).is_regression for lacks in (("source", "author"), ("source", "published_at"))]
        [False, True]
        >>> Losses(body=(1830, 95)).is_regression, Losses(lacks=("source",), body=(1830, 95)).is_regression
        (False, True)
        """
        lost = len(self.lacks) + (self.body is not None)
        if self.body is None and set(BESIDE).issuperset(self.lacks):
            return False
        if lost >= 2 and (self.body is not None or not _TELLING.isdisjoint(self.lacks)):
            return True
        # A title that others have too is the site's: with anything else that is enough.
        return lost + len(self.other) >= (2 if "title" in self.lacks else 3)

    def __str__(self) -> str:
        """Return it in words for a person.

        >>> str(Losses(lacks=("source", "published_at"), body=(1830, 95), other=("title",)))
        'lacks source, published_at; body 1,830 -> 95 characters; another title'
        """
        body = "body {:,} -> {:,} characters".format(*self.body) if self.body else ""
        lacks = f"lacks {', '.join(self.lacks)}" if self.lacks else ""
        return "; ".join(filter(None, (lacks, body, *(f"another {name}" for name in self.other))))


def losses(before: Article | Content, after: Content, *, is_shared: bool = False) -> Losses:
    """Return what `after` says no more, or otherwise, of what was read before of the same article.

    `is_shared` says that other articles have the title that was read: it is the site's.
    """
    was, now = before.body or "", after.body or ""
    body, other = None, []
    if len(was) >= _BODY:
        kept = _share(was, now)
        if len(now) < _SHORT * len(was) or (len(now) < len(was) * _KEPT and _share(now, was) < _KEPT):
            body = (len(was), len(now))
        elif kept < _KEPT:
            other.append("body")
    gone = stated(before) - stated(after)
    if before.title and after.title and _likeness(before.title, after.title) < _ALIKE:
        if is_shared:
            gone.add("title")
        else:
            other.append("title")
    if before.published_precision not in (None, "day") and after.published_precision == "day":
        gone.add(_CLOCK)
    if before.published_at and after.published_at and abs(before.published_at - after.published_at) > _DAY:
        other.append("published_at")
    return Losses(lacks=lacking(gone), body=body, other=tuple(other))


def stated(content: Article | Content) -> set[str]:
    """Return which of the fields that may be lost a page states."""
    found = {name for name in (*WORDING, "view_count") if getattr(content, name) is not None}
    if content.prev is not None or content.next is not None:
        found.add("neighbours")
    return found


def lacking(names: set[str]) -> tuple[str, ...]:
    """Return names of fields in the order in which they are told."""
    return tuple(name for name in (*WORDING, _CLOCK, *BESIDE) if name in names)


def _share(one: str, other: str) -> float:
    """Return how much of a text is in another."""
    grams = _grams(one)
    return len(grams & _grams(other)) / len(grams) if grams else 0.0


def _grams(text: str) -> set[str]:
    flat = "".join(text[:_COMPARED].split())
    return {flat[at : at + _GRAM] for at in range(max(1, len(flat) - _GRAM + 1))} if flat else set()


def _likeness(one: str, other: str) -> float:
    pairs = [{a + b for a, b in pairwise(text)} for text in (one.lower(), other.lower())]
    return len(pairs[0] & pairs[1]) / max(1, min(map(len, pairs)))
