"""The feed of changes: every line of articles and observations in the order of commits, ends and erasures among them.

Delivery is at least once: whoever keeps the cursor of the last change that it has dealt with and asks for what is
behind it misses nothing. A change has the same cursor whenever it is told, so what comes twice can be dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import msgspec

from archive.commit import Erasure, File
from archive.errors import UnknownCursor
from archive.lines import Line, lines_of
from archive.log import Snapshot
from archive.records import Article, Observation
from archive.status import STATUS
from archive.store import Store

Kind = Literal["revision", "observation", "end", "erasure"]

_STREAMS = ("articles", "observations")
_CURSOR = re.compile(r"(\d{1,19})\.([012])\.(\d{1,9})")


class _Outcome(msgspec.Struct):
    outcome: str


_outcome = msgspec.json.Decoder(_Outcome).decode


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the archive."""

    cursor: str
    """Where it stands in the feed: ask for the changes since it to go on behind it."""
    kind: Kind
    """A new wording; a sighting; a sighting that says gone or moved; a takedown."""
    line: bytes
    """The line of articles or observations, as JSON; of an erasure {"id": …, "reason": …}."""

    @property
    def record(self) -> Article | Observation | Erasure:
        """Return the line as a record. Raises msgspec.MsgspecError."""
        kinds = {"revision": Article, "erasure": Erasure}
        found: Article | Observation | Erasure = msgspec.json.decode(self.line, type=kinds.get(self.kind, Observation))
        return found

    def to_json(self) -> bytes:
        """Return the change as one JSON object: cursor, kind and the line as `record`."""
        return b'{"cursor":"%b","kind":"%b","record":%b}' % (self.cursor.encode(), self.kind.encode(), self.line)


def changes(store: Store, snapshot: Snapshot, since: str | None = None) -> Iterator[Change]:
    """Yield the changes up to a snapshot, behind a cursor if one is given. Raises UnknownCursor and Damaged."""
    after = parse_cursor(since) if since else (0, -1, -1)
    if after[0] > snapshot.head.number:
        raise UnknownCursor(since or "", f"the newest commit is {snapshot.head.number}")
    feeds = _Feeds(store, snapshot, after[0] + (after == parse_cursor(end_of(after[0]))))
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
    """The lines of the files of a snapshot, commit by commit, each file read once and from its beginning on."""

    def __init__(self, store: Store, snapshot: Snapshot, first: int) -> None:
        self.store = store
        self._by_commit: dict[int, list[tuple[int, int, File]]] = {}
        self._erasures: dict[int, list[Erasure]] = {}
        for order, stream in enumerate(_STREAMS, start=1):
            for _, file in snapshot.of(f"{stream}/"):
                for origin in file.origins or ():
                    if origin.commit >= first:
                        self._by_commit.setdefault(origin.commit, []).append((order, origin.start, file))
        for number, erasure in snapshot.erasures.values():
            if number >= first:
                self._erasures.setdefault(number, []).append(erasure)
        self._open: dict[str, Iterator[Line]] = {}
        self._next: dict[str, Line | None] = {}

    def numbers(self) -> list[int]:
        """Return the numbers of the commits that have something to tell."""
        return sorted(self._by_commit.keys() | self._erasures.keys())

    def of(self, number: int) -> Iterator[tuple[int, int, Kind, bytes]]:
        """Yield what a commit has to tell: order of the stream, place in it, kind and line."""
        for ordinal, erasure in enumerate(self._erasures.get(number, ())):
            told = msgspec.json.encode(msgspec.structs.replace(erasure, captures=()))
            yield 0, ordinal, "erasure", told
        for order, _, file in sorted(self._by_commit.get(number, ()), key=lambda found: found[:2]):
            for line in self._lines(file, number):
                yield order, line.ordinal, "revision" if order == 1 else _kind(line.data), line.data

    def _lines(self, file: File, number: int) -> Iterator[Line]:
        """Yield the lines that a commit brought, from a file that may hold those of many."""
        if file.key not in self._open:
            self._open[file.key] = lines_of(self.store, file)
            self._next[file.key] = next(self._open[file.key], None)
        lines = self._open[file.key]
        while (line := self._next[file.key]) is not None and line.commit <= number:
            if line.commit == number:
                yield line
            self._next[file.key] = next(lines, None)
        if self._next[file.key] is None:
            self._open[file.key] = iter(())

    def close(self) -> None:
        """Close the files that are still open."""
        for lines in self._open.values():
            getattr(lines, "close", lambda: None)()


def _kind(line: bytes) -> Kind:
    return "end" if STATUS.get(_outcome(line).outcome, "live") != "live" else "observation"
