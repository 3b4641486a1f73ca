"""A commit: what was added to the archive and what was taken away, one JSON file that proves itself."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from archive.errors import DamagedLog

CommitKind = Literal["append", "compact", "repair", "erase"]
FORMAT = 1
_SEAL = b',"checksum":"sha256:'


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Lines of a rewritten file that one commit brought: cursors go on counting as they stood there."""

    commit: int
    """Number of the commit that first had these lines."""
    start: int
    """Place of the first among the commit's lines of this stream, from 0."""
    count: int
    """How many there were; those in `erased` are not there any more."""
    erased: tuple[int, ...] = ()
    """Places of lines that were erased, or lost to damage."""


class File(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A published file."""

    key: str
    """Its path in the archive, with slashes."""
    bytes: int
    sha256: str
    """64 hex digits."""
    records: int
    """Lines, or WARC records."""
    first_at: datetime | None = None
    """Least `recorded_at` of its lines, or WARC-Date of its records, UTC."""
    last_at: datetime | None = None
    origins: tuple[Origin, ...] | None = None
    """Where the lines of a rewritten file come from, in their order; None in a file as it was appended."""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """A takedown: what is to be found nowhere any more."""

    id: str
    """The article's own."""
    reason: str
    names: tuple[str, ...] = ()
    """Ids that its other addresses would give: it is not to come back under them either."""
    captures: tuple[str, ...] = ()
    """Record ids of the captures that were removed with it; lines that still name them are not damaged."""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One change of the archive."""

    format: int = FORMAT
    id: str
    """A ulid, by which a writer knows its own."""
    number: int
    """From 1, without a gap."""
    kind: CommitKind
    writer: str
    """Who made it: host and a ulid."""
    created_at: datetime
    """By the writer's clock, UTC."""
    added: tuple[File, ...] = ()
    removed: tuple[str, ...] = ()
    """Keys that no longer count."""
    erasures: tuple[Erasure, ...] = ()
    lost: tuple[str, ...] = ()
    """Record ids of captures that a repair gave up; lines that still name them are no damage any more."""
    note: str | None = None
    """Why, where a person or a repair has something to say."""
    prev: str | None
    """Digest of the commit before, `sha256:` and 64 hex digits; None in the first."""

    def to_bytes(self) -> bytes:
        """Return the file's bytes: the object, closed by a checksum over all that stands before it."""
        return seal(self)


def seal(value: Any) -> bytes:
    """Return a JSON object whose last member is the SHA-256 of the bytes before that member."""
    body = msgspec.json.encode(value)[:-1]
    return body + _SEAL + hashlib.sha256(body).hexdigest().encode() + b'"}\n'


def unseal(data: bytes, key: str) -> bytes:
    """Return the JSON object of a sealed file without its checksum. Raises DamagedLog."""
    body, mark, _ = data.rpartition(_SEAL)
    if not mark or data != body + _SEAL + hashlib.sha256(body).hexdigest().encode() + b'"}\n':
        raise DamagedLog(key, "its checksum is not that of its bytes")
    return body + b"}"


def parse_commit(data: bytes, key: str) -> Commit:
    """Return the commit in a file's bytes. Raises DamagedLog."""
    commit: Commit = decode_sealed(data, key, Commit)
    return commit


def decode_sealed(data: bytes, key: str, kind: type[Any]) -> Any:
    """Return what a sealed file holds. Raises DamagedLog."""
    body = unseal(data, key)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise DamagedLog(key, str(error)) from None


def digest_of(data: bytes) -> str:
    """Return a commit's digest: that of its file's bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
