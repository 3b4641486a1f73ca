"""What a writer has taken and not written yet."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
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


@dataclass(slots=True)
class Buffer:
    """Lines and WARC records of one batch."""

    lines: list[tuple[str, date, bytes]] = field(default_factory=list)
    """Stream, day and line."""
    members: list[tuple[date, Future[bytes]]] = field(default_factory=list)
    """Day of fetching, and WARC records on their way to be gzip members."""
    size: int = 0
    """Bytes."""

    def add_lines(self, records: Iterable[LineRecord]) -> None:
        """Take lines."""
        for record in records:
            line = msgspec.json.encode(record)
            self.lines.append((STREAMS[type(record)], record.date, line))
            self.size += len(line)

    def add_members(self, day: date, members: Future[bytes], size: int) -> None:
        """Take WARC records of one day."""
        self.members.append((day, members))
        self.size += size


class Packer:
    """Packs lines in frames, and records in members: these by threads, from the moment that they are taken."""

    def __init__(self, compression: Compression) -> None:
        self.compression: Compression = compression
        # Hashing and packing let go of the interpreter, and go on while a batch before is synced.
        self._threads = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "newsreel-pack")

    def members(self, *records: Record) -> Future[bytes]:
        """Return the members of some records, once they are packed."""
        return self._threads.submit(_members, records)

    def write(self, buffer: Buffer, segments: Segments, now: datetime) -> None:
        """Write a batch into open segments, a warcinfo at the beginning of each WARC. Raises CannotWrite."""
        lines: dict[str, list[bytes]] = {}
        for stream, day, line in buffer.lines:
            lines.setdefault(segments.name_of(stream, day, SUFFIXES[self.compression]), []).append(line)
        captures: dict[str, list[bytes]] = {}
        for day, members in buffer.members:
            name = segments.name_of("warc", day, SUFFIX)
            if name not in captures:
                fresh = name not in segments.journal.ends
                captures[name] = [_members([_info(name, now)])] if fresh else []
            captures[name].append(members.result())
        segments.write(captures, {name: list(pack(found, self.compression)) for name, found in lines.items()})

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown()


def _info(name: str, now: datetime) -> Record:
    return info_record(name.rpartition("@")[2], software(), now)


def _members(records: Iterable[Record]) -> bytes:
    return b"".join(pack_gz(record.to_bytes()) for record in records)
