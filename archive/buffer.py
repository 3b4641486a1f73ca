"""What a writer has taken and not written yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime

import msgspec

from archive.frames import SUFFIXES, Compression, pack
from archive.packing import pack_gz
from archive.records import STREAMS
from archive.records import Record as LineRecord
from archive.segments import Segments
from archive.version import software
from archive.warc import SUFFIX, Record, info_record

_WORTH_THREADS = 8
"""Records of a batch from which several threads pack them."""


@dataclass(slots=True)
class Buffer:
    """Lines and WARC records of one batch."""

    lines: list[tuple[str, date, bytes]] = field(default_factory=list)
    """Stream, day and line."""
    records: list[tuple[date, Record]] = field(default_factory=list)
    size: int = 0
    """Bytes."""

    def add_lines(self, records: Iterable[LineRecord]) -> None:
        """Take lines."""
        for record in records:
            line = msgspec.json.encode(record)
            self.lines.append((STREAMS[type(record)], record.date, line))
            self.size += len(line)

    def add_records(self, day: date, records: Iterable[Record]) -> None:
        """Take WARC records of one day."""
        for record in records:
            self.records.append((day, record))
            self.size += len(record.block)


class Packer:
    """Packs batches for their segments: lines in frames, records in members, by several threads where that pays."""

    def __init__(self, compression: Compression) -> None:
        self.compression: Compression = compression
        self._threads: ThreadPoolExecutor | None = None

    def write(self, buffer: Buffer, segments: Segments, now: datetime) -> None:
        """Write a batch into open segments, a warcinfo at the beginning of each WARC. Raises CannotWrite."""
        lines: dict[str, list[bytes]] = {}
        for stream, day, line in buffer.lines:
            lines.setdefault(segments.name_of(stream, day, SUFFIXES[self.compression]), []).append(line)
        records: dict[str, list[Record]] = {}
        for day, record in buffer.records:
            records.setdefault(segments.name_of("warc", day, SUFFIX), []).append(record)
        for name, found in records.items():
            if name not in segments.journal.ends:
                found.insert(0, info_record(name.rpartition("@")[2], software(), now))
        segments.write(
            {name: self._members(found) for name, found in records.items()},
            {name: list(pack(found, self.compression)) for name, found in lines.items()},
        )

    def _members(self, records: list[Record]) -> list[bytes]:
        if len(records) < _WORTH_THREADS:
            return [_member(record) for record in records]
        if self._threads is None:
            # Hashing and packing let go of the interpreter.
            self._threads = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "newsreel-pack")
        return list(self._threads.map(_member, records))

    def close(self) -> None:
        """End the threads."""
        if self._threads is not None:
            self._threads.shutdown()


def _member(record: Record) -> bytes:
    return pack_gz(record.to_bytes())
