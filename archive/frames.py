"""A file of lines: packed in frames that each hold whole lines, so that one line costs one frame to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from archive.errors import DamagedFile
from archive.packing import Take, pack_gz, pack_zst, parts, take_gz, take_zst

Compression = Literal["zst", "gz", "none"]
SUFFIXES: dict[Compression, str] = {"zst": ".jsonl.zst", "gz": ".jsonl.gz", "none": ".jsonl"}

FRAME = 128 * 1024
"""Bytes of lines from which a frame is full: to find one article by its address, one frame is unpacked."""
_ONE = FRAME
"""Bytes that are read at once where a single frame is wanted: of a plain file a frame is what one read gives."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it lies in its file."""

    offset: int
    """Where it begins, bytes."""
    size: int
    """Bytes in the file."""
    data: bytes
    """Its lines, unpacked; the last one ends with a newline."""

    def lines(self) -> list[bytes]:
        """Return the lines, without their newlines."""
        return self.data[:-1].split(b"\n")


def compression_of(key: str) -> Compression:
    """Return how a file is packed, by its name.

    >>> compression_of("articles/date=2021-07-26/x.jsonl.zst"), compression_of("x.jsonl")
    ('zst', 'none')
    """
    return next(name for name, ending in SUFFIXES.items() if key.endswith(ending))


def pack(lines: Iterable[bytes], compression: Compression) -> Iterator[bytes]:
    """Yield the frames of some lines (without newlines), each of FRAME bytes or one line more."""
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line) + 1
        if size >= FRAME:
            yield _pack(waiting, compression)
            waiting, size = [], 0
    if waiting:
        yield _pack(waiting, compression)


def _pack(lines: list[bytes], compression: Compression) -> bytes:
    data = b"\n".join(lines) + b"\n"
    if compression == "zst":
        return pack_zst(data)
    return pack_gz(data) if compression == "gz" else data


def frames(file: BinaryIO, name: str, *, start: int = 0, piece: int = 1 << 20) -> Iterator[Frame]:
    """Yield the frames from a frame's offset on, in constant memory, `piece` bytes read at once.

    Raises DamagedFile where a frame is torn, fails its checksum, or holds anything but whole lines.
    """
    for offset, size, data in parts(file, name, _TAKE[compression_of(name)], start=start, piece=piece):
        if not data.endswith(b"\n"):
            raise DamagedFile(name, f"byte {offset}", "a line is torn")
        yield Frame(offset, size, data)


def frame_at(file: BinaryIO, name: str, offset: int) -> Frame:
    """Return the frame that begins at `offset`. Raises DamagedFile."""
    for frame in frames(file, name, start=offset, piece=_ONE):
        return frame
    raise DamagedFile(name, f"byte {offset}", "the file ends before this frame")


def _take_plain(buffer: bytes, at: int) -> tuple[int, bytes] | None:
    # A frame of a plain file is what a read gives of whole lines.
    end = buffer.rfind(b"\n", at, at + FRAME) + 1 or buffer.find(b"\n", at) + 1
    return (end - at, buffer[at:end]) if end else None


_TAKE: dict[Compression, Take] = {"zst": take_zst, "gz": take_gz, "none": _take_plain}
