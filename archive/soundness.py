"""Whether one published file is what its commit says, down to every line and record."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import msgspec

from archive.cdxj import write_index
from archive.commit import File
from archive.errors import Damaged, DamagedFile, DamagedLine
from archive.folder import index_of, stream_of
from archive.frames import frames
from archive.inspection import Inspection, file_digest
from archive.records import STREAMS, Capture
from archive.store import Store


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it was acknowledged."""

    key: str
    """Which file."""
    place: str
    """Where in it; empty for all of it."""
    what: str

    def __str__(self) -> str:
        return f"{self.key}{f', {self.place}' if self.place else ''}: {self.what}"


@dataclass(slots=True)
class Checked:
    """What came of one file."""

    findings: list[Finding] = field(default_factory=list)
    bytes: int = 0
    """As they lie on the disk."""
    unpacked: int = 0
    """Bytes of lines and records."""
    held: array[int] = field(default_factory=lambda: array("Q"))
    """64 bits of each capture that a WARC holds."""
    named: array[int] = field(default_factory=lambda: array("Q"))
    """64 bits of each capture that lines name."""


def capture_hash(capture: Capture) -> int:
    """Return 64 bits of a capture: of its record, its payload and its address."""
    words = f"{capture.record_id} {capture.payload_digest} {capture.url}"
    return int.from_bytes(hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def check_file(store: Store, file: File) -> Checked:
    """Return what is wrong with a file; the index of a WARC is checked with its WARC."""
    checked = Checked()
    try:
        with store.open(file.key) as opened:
            checked.bytes = opened.seek(0, 2)
            if checked.bytes != file.bytes:
                place = f"byte {min(checked.bytes, file.bytes)}"
                checked.findings.append(Finding(file.key, place, f"{checked.bytes} bytes, acknowledged {file.bytes}"))
            elif file_digest(opened) != file.sha256:
                checked.findings.append(Finding(file.key, "", "its SHA-256 is not the acknowledged one"))
            opened.seek(0)
            if stream_of(file.key) in STREAMS.values():
                records = _check_lines(opened, file, checked)
            elif stream_of(file.key) == "warc":
                records = _check_warc(opened, file, store, checked)
            else:
                return checked
            if not checked.findings and records != file.records:
                checked.findings.append(Finding(file.key, "", f"{records} records, acknowledged {file.records}"))
    except FileNotFoundError:
        checked.findings.append(Finding(file.key, "", "the file is missing"))
    except Damaged as damage:
        checked.findings.append(_finding(damage))
    except OSError as error:
        checked.findings.append(Finding(file.key, "", f"it cannot be read: {error.strerror or error}"))
    return checked


def _finding(damage: Damaged) -> Finding:
    if isinstance(damage, DamagedLine):
        return Finding(damage.key, f"byte {damage.offset}, line {damage.number} of that frame", damage.reason)
    if isinstance(damage, DamagedFile):
        return Finding(damage.key, damage.place, damage.reason)
    return Finding("", "", str(damage))


def _check_lines(opened: BinaryIO, file: File, checked: Checked) -> int:
    kind = next(kind for kind, stream in STREAMS.items() if stream == stream_of(file.key))
    decoder = msgspec.json.Decoder(kind)
    day = file.key.split("/")[1].removeprefix("date=")
    records = 0
    for frame in frames(opened, file.key):
        checked.unpacked += len(frame.data)
        for number, line in enumerate(frame.lines(), start=1):
            try:
                record = decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError) as error:
                raise DamagedLine(file.key, offset=frame.offset, number=number, reason=str(error)) from None
            if record.date.isoformat() != day:
                raise DamagedLine(file.key, offset=frame.offset, number=number, reason=f"its date is {record.date}")
            checked.named.extend(map(capture_hash, record.captures))
            records += 1
    return records


def _check_warc(opened: BinaryIO, file: File, store: Store, checked: Checked) -> int:
    found = Inspection(file.key).walk(opened)
    checked.unpacked += found.unpacked
    if found.damage:
        raise found.damage
    for line in found.index:
        entry = line.entry
        capture = Capture(record_id=entry.record_id, payload_digest=entry.digest, url=entry.url)
        checked.held.append(capture_hash(capture))
    _check_index(index_of(file.key), write_index(found.index), store, checked)
    return found.records


def _check_index(key: str, expected: bytes, store: Store, checked: Checked) -> None:
    try:
        data = store.read(key)
    except FileNotFoundError:
        checked.findings.append(Finding(key, "", "the index is missing"))
        return
    for number, (there, here) in enumerate(_pairs(expected, data), start=1):
        if there != here:
            checked.findings.append(Finding(key, f"line {number}", "it does not say what the WARC holds"))
            return


def _pairs(left: bytes, right: bytes) -> Iterator[tuple[bytes, bytes]]:
    ours, theirs = left.splitlines(keepends=True), right.splitlines(keepends=True)
    for number in range(max(len(ours), len(theirs))):
        yield b"".join(ours[number : number + 1]), b"".join(theirs[number : number + 1])
