"""CDXJ: an index of the answers in one WARC file, a line each, sorted by SURT and time (as pywb reads it)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from archive.errors import DamagedFile
from archive.surt import surt
from archive.warc import Http, Member


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a line says of one response or revisit."""

    url: str
    """WARC-Target-URI."""
    mime: str
    """Of the answer; warc/revisit for a revisit."""
    status: str
    digest: str
    """WARC-Payload-Digest."""
    length: str
    """Bytes of the gzip member."""
    offset: str
    """Where it begins."""
    filename: str
    """The WARC's name, without folder."""
    record_id: str
    """WARC-Record-ID."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an index."""

    key: str
    """SURT."""
    timestamp: str
    """WARC-Date, 14 digits."""
    entry: Entry

    def to_bytes(self) -> bytes:
        """Return the line with its newline."""
        return f"{self.key} {self.timestamp} ".encode() + msgspec.json.encode(self.entry) + b"\n"


def line_of(member: Member, filename: str) -> Line:
    """Return the line of a response or a revisit."""
    http = Http(member.block)
    mime = next((value for name, value in http.headers if name.lower() == "content-type"), "")
    entry = Entry(
        url=member.url,
        mime="warc/revisit" if member.kind == "revisit" else mime.partition(";")[0].strip().lower() or "unk",
        status="304" if member.is_not_modified else http.first[1] if len(http.first) > 1 else "-",
        digest=member.headers.get("warc-payload-digest", "-"),
        length=str(member.size),
        offset=str(member.offset),
        filename=filename,
        record_id=member.record_id,
    )
    digits = "".join(c for c in member.headers["warc-date"] if c.isdigit())[:14]
    return Line(surt(member.url), digits, entry)


def write_index(lines: Iterable[Line]) -> bytes:
    """Return an index: the lines in order of their bytes."""
    return b"".join(sorted(line.to_bytes() for line in lines))


def read_index(data: bytes, name: str) -> Iterator[Line]:
    """Yield an index's lines. Raises DamagedFile."""
    for number, line in enumerate(data.splitlines(keepends=True), start=1):
        try:
            key, timestamp, rest = line.decode().split(" ", 2)
            if not line.endswith(b"\n"):
                raise ValueError("the line is torn")
            yield Line(key, timestamp, msgspec.json.decode(rest, type=Entry))
        except (ValueError, msgspec.MsgspecError) as error:
            raise DamagedFile(name, f"line {number}", str(error)) from None
