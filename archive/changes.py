"""The feed of changes: every line of articles and observations in the order of commits, ends and erasures among them.

Delivery is at least once: whoever keeps the cursor of the last change that it has dealt with and asks for what is
behind it misses nothing. A change has the same cursor whenever it is told, so what comes twice can be dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from archive.commit import Erasure
from archive.errors import UnknownCursor
from archive.lines import Line, LogOrder
from archive.log import Snapshot
from archive.records import Article, Observation
from archive.status import SAYS
from archive.store import Store

Kind = Literal["revision", "observation", "end", "erasure"]

_STREAMS = ("articles", "observations")
_CURSOR = re.compile(r"(\d{1,19})\.([012])\.(\d{1,9})")


class _Outcome(msgspec.Struct):
    outcome: str


class _Named(msgspec.Struct):
    id: str


_outcome = msgspec.json.Decoder(_Outcome).decode
_named = msgspec.json.Decoder(_Named).decode


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the archive."""

    cursor: str
    """Where it stands in the feed: ask for the changes since it to go on behind it."""
    kind: Kind
    """A new wording; a sighting; the sighting with which the article is gone, or one that says moved; a takedown."""
    line: bytes
    """The line of articles or observations, as JSON; of an erasure {"id": …, "reason": …}."""

    @property
    def id(self) -> str:
        """Return the article's id."""
        return _named(self.line).id

    @property
    def record(self) -> Article | Observation | Erasure:
        """Return the line as a record. Raises msgspec.MsgspecError."""
        kinds = {"revision": Article, "erasure": Erasure}
        found: Article | Observation | Erasure = msgspec.json.decode(self.line, type=kinds.get(self.kind, Observation))
        return found

    def to_json(self) -> bytes:
        """Return the change as one JSON object: cursor, kind and the line as `record`."""
        return b'{"cursor":"%b","kind":"%b","record":%b}' % (self.cursor.encode(), self.kind.encode(), self.line)


def changes(
    store: Store, snapshot: Snapshot, since: str | None = None, *, is_end: Callable[[int], bool]
) -> Iterator[Change]:
    """Yield the changes up to a snapshot, behind a cursor if one is given. Raises UnknownCursor and Damaged.

    `is_end` says whether an observation that misses its article, by its place in the log, is the one with which the
    article is gone: that hangs on those before it alone, so that a cursor is of the same kind whenever it is told.
    """
    after = parse_cursor(since) if since else (0, -1, -1)
    if after[0] > snapshot.head.number:
        raise UnknownCursor(since or "", f"the newest commit is {snapshot.head.number}")
    feeds = _Feeds(store, snapshot, after[0] + (after == parse_cursor(end_of(after[0]))), is_end)
    try:
        for number in feeds.numbers():
            for order, ordinal, kind, line in feeds.of(number):
                if (number, order, ordinal) > after:
                    yield Change(f"{number}.{order}.{ordinal}", kind, line)
    finally:
        feeds.close()


def end_of(commit: int) -> str:
    """Return the cursor behind all that a commit has to tell.

    >>> end_of(42)
    '42.2.999999999'
    """
    return f"{commit}.{len(_STREAMS)}.999999999"


def parse_cursor(cursor: str) -> tuple[int, int, int]:
    """Return a cursor's commit, stream and place. Raises UnknownCursor.

    >>> parse_cursor("42.1.7")
    (42, 1, 7)
    """
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise UnknownCursor(cursor, "it is none that this archive gives")
    return int(match[1]), int(match[2]), int(match[3])


class _Feeds:
    """What a snapshot has to tell, commit by commit."""

    def __init__(self, store: Store, snapshot: Snapshot, first: int, is_end: Callable[[int], bool]) -> None:
        self._feeds = [LogOrder(store, (file for _, file in snapshot.of(f"{stream}/")), first) for stream in _STREAMS]
        self._is_end = is_end
        self._erasures: dict[int, list[Erasure]] = {}
        for number, erasure in snapshot.erasures.values():
            if number >= first:
                self._erasures.setdefault(number, []).append(erasure)

    def numbers(self) -> list[int]:
        """Return the numbers of the commits that have something to tell."""
        return sorted(self._erasures.keys() | {number for feed in self._feeds for number in feed.commits()})

    def of(self, number: int) -> Iterator[tuple[int, int, Kind, bytes]]:
        """Yield what a commit has to tell: order of the stream, place in it, kind and line."""
        for ordinal, erasure in enumerate(self._erasures.get(number, ())):
            told = msgspec.json.encode(msgspec.structs.replace(erasure, captures=()))
            yield 0, ordinal, "erasure", told
        for order, feed in enumerate(self._feeds, start=1):
            for _, line in feed.of(number):
                yield order, line.ordinal, "revision" if order == 1 else self._kind(line), line.data

    def _kind(self, line: Line) -> Kind:
        says = SAYS.get(_outcome(line.data).outcome)
        is_end = says == "moved" or (says == "missing" and self._is_end(line.sequence))
        return "end" if is_end else "observation"

    def close(self) -> None:
        """Close the files that are still open."""
        for feed in self._feeds:
            feed.close()
