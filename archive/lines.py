"""The lines of a published file, each with the commit that brought it and its place there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from operator import itemgetter
from typing import BinaryIO, NamedTuple, TypeVar

import msgspec

from archive.commit import File, Origin
from archive.errors import DamagedFile, DamagedLine
from archive.frames import frames
from archive.store import Store

T = TypeVar("T")

STREAM_COMMIT = 1 << 24
"""Lines of a stream in one commit, at most: a commit's number times this, plus a line's place, orders all lines."""


class Line(NamedTuple):
    """One line."""

    commit: int
    """Number of the commit that first had it."""
    ordinal: int
    """Its place among that commit's lines of the stream, from 0."""
    offset: int
    """Where its frame begins in the file."""
    number: int
    """Its place in the frame, from 0."""
    data: bytes

    @property
    def sequence(self) -> int:
        """Return its place among all lines of the stream that there ever were; a rewritten file changes none."""
        return sequence_of(self.commit, self.ordinal)


def sequence_of(commit: int, ordinal: int) -> int:
    """Return the place of a line among all lines of its stream."""
    return commit * STREAM_COMMIT + ordinal


def lines_of(store: Store, file: File, *, needle: bytes | None = None) -> Iterator[Line]:
    """Yield a file's lines; frames without the `needle` are passed over. Raises DamagedFile."""
    assert file.origins is not None
    places = _places(file.origins)
    with _opened(store, file.key) as opened:
        for frame in frames(opened, file.key):
            if needle is not None and needle not in frame.data:
                for _ in range(frame.data.count(b"\n")):
                    next(places, None)
                continue
            for number, data in enumerate(frame.lines()):
                place = next(places, None)
                if place is None:
                    raise DamagedFile(file.key, f"byte {frame.offset}", "more lines than its commit says")
                yield Line(*place, frame.offset, number, data)
        if next(places, None) is not None:
            raise DamagedFile(file.key, "", "fewer lines than its commit says")


class LogOrder:
    """The lines of one stream's files in the order of the log, those of commits from `first` on.

    Each file is read once and from its beginning on; few are open at a time, since compaction merges by days.
    """

    def __init__(self, store: Store, files: Iterable[File], first: int) -> None:
        self._store = store
        self._by_commit: dict[int, list[tuple[int, File]]] = {}
        for file in files:
            for origin in file.origins or ():
                if origin.commit >= first:
                    self._by_commit.setdefault(origin.commit, []).append((origin.start, file))
        self._open: dict[str, Iterator[Line]] = {}
        self._next: dict[str, Line | None] = {}

    def commits(self) -> Collection[int]:
        """Return the numbers of the commits that brought lines."""
        return self._by_commit.keys()

    def __iter__(self) -> Iterator[tuple[File, Line]]:
        """Yield all lines, each with the file that it lies in. Raises Damaged."""
        for number in sorted(self._by_commit):
            yield from self.of(number)

    def of(self, number: int) -> Iterator[tuple[File, Line]]:
        """Yield the lines that a commit brought, after those of the commits before it. Raises Damaged."""
        for _, file in sorted(self._by_commit.get(number, ()), key=itemgetter(0)):
            for line in self._lines(file, number):
                yield file, line

    def _lines(self, file: File, number: int) -> Iterator[Line]:
        """Yield the lines that a commit brought, from a file that may hold those of many."""
        if file.key not in self._open:
            self._open[file.key] = lines_of(self._store, file)
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


def records_of(
    store: Store, file: File, decoder: msgspec.json.Decoder[T], *, needle: bytes | None = None
) -> Iterator[T]:
    """Yield a file's lines as what the decoder makes of them, passing over frames without the `needle`.

    Raises Damaged.
    """
    with _opened(store, file.key) as opened:
        for frame in frames(opened, file.key):
            if needle is None or needle in frame.data:
                try:
                    found = decoder.decode_lines(frame.data)
                except (msgspec.MsgspecError, UnicodeDecodeError):
                    for number, data in enumerate(frame.lines()):  # one of them raises, and is named
                        yield decode(Line(0, 0, frame.offset, number, data), decoder, file.key)
                else:
                    yield from found


def _opened(store: Store, key: str) -> BinaryIO:
    try:
        return store.open(key)
    except FileNotFoundError:
        raise DamagedFile(key, "", "the file is missing") from None


def _places(origins: tuple[Origin, ...]) -> Iterator[tuple[int, int]]:
    for origin in origins:
        gone = set(origin.erased)
        for ordinal in range(origin.start, origin.start + origin.count):
            if ordinal not in gone:
                yield origin.commit, ordinal


def decode(line: Line, decoder: msgspec.json.Decoder[T], key: str) -> T:
    """Return a line as what the decoder makes of it. Raises DamagedLine."""
    try:
        return decoder.decode(line.data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DamagedLine(key, offset=line.offset, number=line.number + 1, reason=str(error)) from None
