"""What is whole in a damaged file: packed parts are looked for behind each damage, and must be sound in themselves."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from archive.errors import Damaged
from archive.folder import stream_of
from archive.frames import Frame, compression_of, frames
from archive.records import STREAMS, Record
from archive.warc import Member, members

P = TypeVar("P", Frame, Member)

_MAGIC = {"zst": b"\x28\xb5\x2f\xfd", "gz": b"\x1f\x8b\x08", "none": b"\n"}


def whole_frames(data: bytes, key: str) -> Iterator[Frame]:
    """Yield the frames of a file of lines whose every line is a record of its stream."""
    compression = compression_of(key)
    decoder: msgspec.json.Decoder[Record] = msgspec.json.Decoder(
        next(kind for kind, stream in STREAMS.items() if stream == stream_of(key))
    )
    if compression == "none":
        yield from _whole_lines(data, decoder)
        return

    def walk(start: int) -> Iterator[Frame]:
        return frames(io.BytesIO(data), key, start=start)

    for frame in _whole(data, _MAGIC[compression], walk):
        if all(_is_record(line, decoder) for line in frame.lines()):
            yield frame


def whole_members(data: bytes, key: str) -> Iterator[Member]:
    """Yield the records of a WARC that are whole, their digests right."""

    def walk(start: int) -> Iterator[Member]:
        return members(io.BytesIO(data), key, start=start)

    yield from _whole(data, _MAGIC["gz"], walk)


def _whole(data: bytes, magic: bytes, walk: Callable[[int], Iterator[P]]) -> Iterator[P]:
    at = data.find(magic)
    while at >= 0:
        end = at
        try:
            for part in walk(at):
                yield part
                end = part.offset + part.size
        except Damaged:
            at = data.find(magic, end + 1)
        else:
            return


def _whole_lines(data: bytes, decoder: msgspec.json.Decoder[Record]) -> Iterator[Frame]:
    """Yield each whole line of a plain file as a frame of its own.

    Nothing but its form tells whether a line is as it was: it must be just what its record is written as.
    """
    offset = 0
    for line in data.splitlines(keepends=True):
        if line.endswith(b"\n") and _is_record(line[:-1], decoder) and _is_as_written(line[:-1], decoder):
            yield Frame(offset, len(line), line)
        offset += len(line)


def _is_as_written(line: bytes, decoder: msgspec.json.Decoder[Record]) -> bool:
    return msgspec.json.encode(decoder.decode(line)) == line


def _is_record(line: bytes, decoder: msgspec.json.Decoder[Record]) -> bool:
    try:
        decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return True
