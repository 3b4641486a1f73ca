"""What is in a file of the archive: counted, hashed and walked to its last byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

import msgspec

from archive import cdxj
from archive.commit import File, Origin
from archive.errors import Damaged, DamagedLine
from archive.frames import frames
from archive.warc import members

_PIECE = 1 << 20


class _Stamp(msgspec.Struct):
    recorded_at: datetime


class Inspection:
    """A file of lines or records, while it is walked."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.end = 0
        """Where the last whole part ends."""
        self.records = 0
        self.unpacked = 0
        """Bytes of what was walked, unpacked; of a WARC the blocks."""
        self.first_at: datetime | None = None
        self.last_at: datetime | None = None
        self.index: list[cdxj.Line] = []
        """Of a WARC: the lines of its index."""
        self.damage: Damaged | None = None

    def walk(self, file: BinaryIO) -> Inspection:
        """Walk the file; what stops that is kept in `damage`."""
        try:
            for end, stamps in _warc(self, file) if self.key.endswith(".warc.gz") else _lines(self, file):
                self.end = end
                self.records += len(stamps)
                for at in stamps:
                    self.first_at = min(self.first_at or at, at)
                    self.last_at = max(self.last_at or at, at)
        except Damaged as damage:
            self.damage = damage
        return self

    def file(self, file: BinaryIO, *, origins: tuple[Origin, ...] | None = None) -> File:
        """Return what a commit says of the file; its bytes are read once more, for their digest."""
        file.seek(0)
        return File(
            key=self.key,
            bytes=file.seek(0, 2),
            sha256=file_digest(file),
            records=self.records,
            first_at=self.first_at,
            last_at=self.last_at,
            origins=origins,
        )


def file_digest(file: BinaryIO) -> str:
    """Return the SHA-256 of all of a file's bytes, 64 hex digits."""
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _lines(inspection: Inspection, file: BinaryIO) -> Iterator[tuple[int, list[datetime]]]:
    decode = msgspec.json.Decoder(_Stamp).decode
    for frame in frames(file, inspection.key):
        inspection.unpacked += len(frame.data)
        stamps = []
        for number, line in enumerate(frame.lines(), start=1):
            try:
                stamps.append(decode(line).recorded_at)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise DamagedLine(inspection.key, offset=frame.offset, number=number, reason=str(error)) from None
        yield frame.offset + frame.size, stamps


def _warc(inspection: Inspection, file: BinaryIO) -> Iterator[tuple[int, list[datetime]]]:
    filename = inspection.key.rpartition("/")[2]
    for member in members(file, inspection.key):
        if member.is_answer:
            inspection.index.append(cdxj.line_of(member, filename))
        inspection.unpacked += len(member.block)
        yield member.offset + member.size, [datetime.fromisoformat(member.headers["warc-date"])]
