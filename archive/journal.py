"""The journal of open segments: how far each file reached when the last batch was whole."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import msgspec


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One batch: all of it is acknowledged, or none."""

    number: int
    """From 1."""
    ends: dict[str, int]
    """File name -> bytes, of every file so far."""


@dataclass(slots=True)
class Journal:
    """What a journal's bytes say."""

    batches: int = 0
    ends: dict[str, int] = field(default_factory=dict)

    def entry(self, ends: dict[str, int]) -> bytes:
        """Return the line of the next batch."""
        body = msgspec.json.encode(Batch(number=self.batches + 1, ends=ends))
        return b"%b %08x\n" % (body, zlib.crc32(body))

    def note(self, ends: dict[str, int]) -> None:
        """Take the next batch as acknowledged."""
        self.batches += 1
        self.ends = dict(ends)


def read_journal(data: bytes) -> Journal:
    """Return the last whole batch that a journal tells of; lines that are torn or altered are passed over.

    A crash tears the last line alone. Where others are altered the disk did it, and what follows them stands all the
    same: each line says how far every file reached.

    >>> first = Journal().entry({"a": 3})
    >>> read_journal(first).ends, read_journal(first[:-1]).ends
    ({'a': 3}, {})
    """
    journal = Journal()
    for line in data.splitlines(keepends=True):
        body, _, check = line.rpartition(b" ")
        if not line.endswith(b"\n") or check != b"%08x\n" % zlib.crc32(body):
            continue
        try:
            batch = msgspec.json.decode(body, type=Batch)
        except msgspec.MsgspecError:
            continue
        if batch.number > journal.batches:
            journal.batches, journal.ends = batch.number, dict(batch.ends)
    return journal
