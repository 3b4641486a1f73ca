"""The lines of a published file, each with the commit that brought it and its place there."""

from __future__ import annotations

from collections.abc import Iterator
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
