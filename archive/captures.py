"""Captures by record and by address: where they lie, and what they hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from archive.catalog import Catalog
from archive.errors import DamagedFile
from archive.exchange import Exchange
from archive.keys import record_key, url_key
from archive.records import Capture
from archive.store import Store
from archive.validators import Validators, is_the_one, validators_of
from archive.warc import NOT_MODIFIED, Http, Member, Original, member_at, members, to_exchange

_BACK = 3
"""Captures of an address that are looked at for what a 304 stands for: an error may have come between."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastCapture:
    """The newest response of an address: what a revisit may refer to."""

    record_id: str
    payload_digest: str
    url: str
    at: datetime
    """WARC-Date."""
    validators: Validators = (None, None)
    """As the answer had them; not known of what is published, whose record says it."""


def last_capture(catalog: Catalog, url: str) -> LastCapture | None:
    """Return the newest response of an address."""
    row = catalog.one(
        "SELECT record_id, digest, at FROM captures WHERE url = ? AND original = 1 ORDER BY at DESC LIMIT 1",
        url_key(url),
    )
    if row is None:
        return None
    record_id, digest, at = row
    return LastCapture(record_id=_record_id(record_id), payload_digest=digest, url=url, at=_moment(at))


def not_modified(catalog: Catalog, store: Store, url: str, asked: Validators) -> tuple[Original, str] | None:
    """Return the capture of an address for which a 304 stands, and its payload's digest; None where it is not known.

    It is the one whose validators were asked for: a later one may not have been kept, or have been an error.
    Raises Damaged.
    """
    rows = catalog.query(
        "SELECT record_id FROM captures WHERE url = ? AND original IN (0, 1) ORDER BY at DESC LIMIT ?",
        url_key(url),
        _BACK,
    )
    for (record_id,) in list(rows):
        member = read_member(catalog, store, _record_id(record_id))
        if member is not None and is_the_one(asked, validators_of(Http(member.block).headers)):
            return _payload_of(member)
    return None


def _payload_of(member: Member) -> tuple[Original, str]:
    """Return the record that holds a capture's payload: a revisit names it."""
    digest = member.headers.get("warc-payload-digest", "-")
    names = ("warc-refers-to", "warc-refers-to-target-uri", "warc-refers-to-date")
    if member.kind == "revisit" and all(name in member.headers for name in names):
        return Original(*(member.headers[name] for name in names)), digest
    return Original(member.record_id, member.url, member.headers["warc-date"]), digest


def read_member(catalog: Catalog, store: Store, record_id: str, *, beside: bool = False) -> Member | None:
    """Return a response or revisit record, None where it is not in the archive; or its metadata `beside` it.

    Raises Damaged.
    """
    try:
        return _read_member(catalog, store, record_id, beside)
    except FileNotFoundError:
        # Its file was rewritten: the log says where it is now.
        catalog.catch_up()
    try:
        return _read_member(catalog, store, record_id, beside)
    except FileNotFoundError as error:
        raise DamagedFile(str(error.filename), "", "the file is missing") from None


def _read_member(catalog: Catalog, store: Store, record_id: str, beside: bool) -> Member | None:
    row = catalog.one(
        "SELECT key, offset FROM captures JOIN files ON files.no = file WHERE record_id = ?", record_key(record_id)
    )
    if row is None:
        return None
    key, offset = row
    with store.open(key) as file:
        member = member_at(file, key, offset)
        catalog.check(record_id, member.record_id)
        if not beside:
            return member
        following = next(members(file, key, start=offset + member.size), None)
    if following is None or following.headers.get("warc-concurrent-to") != record_id:
        return None
    return following if following.kind == "metadata" else None


def read_exchange(catalog: Catalog, store: Store, record_id: str) -> Exchange | None:
    """Return what a capture holds, a revisit with the body that it refers to; None where that is not there.

    A 304 has no body, whichever record says it. Raises Damaged.
    """
    member = read_member(catalog, store, record_id)
    if member is None or member.kind == "response":
        return None if member is None else to_exchange(member)
    if member.is_not_modified:
        beside = read_member(catalog, store, record_id, beside=True)
        return to_exchange(replace(member, block=beside.block if beside else NOT_MODIFIED))
    original = read_member(catalog, store, member.headers.get("warc-refers-to", ""))
    return None if original is None else to_exchange(member, body=Http(original.block).body)


def captures_of(catalog: Catalog, url: str) -> Iterator[Capture]:
    """Yield the captures of an address, oldest first."""
    rows = catalog.query("SELECT record_id, digest FROM captures WHERE url = ? ORDER BY at", url_key(url))
    for record_id, digest in rows:
        yield Capture(record_id=_record_id(record_id), payload_digest=digest, url=url)


def captured_at(catalog: Catalog, record_id: str) -> datetime | None:
    """Return the WARC-Date of a capture; None where it is not in the archive."""
    row = catalog.one("SELECT at FROM captures WHERE record_id = ?", record_key(record_id))
    return None if row is None else _moment(row[0])


def captures_at(catalog: Catalog, url: str, at: datetime) -> list[Capture]:
    """Return the captures of an address at one second, however its host and scheme are written."""
    rows = catalog.query(
        # All kinds are named: without them the index is of no use for the time.
        "SELECT record_id, digest FROM captures WHERE url = ? AND original IN (0, 1, 2) AND at = ?",
        url_key(url),
        at.astimezone(UTC).strftime("%Y%m%d%H%M%S"),
    )
    return [Capture(record_id=_record_id(record_id), payload_digest=digest, url=url) for record_id, digest in rows]


def _record_id(key: bytes) -> str:
    if len(key) != 16:
        return key.decode()
    digits = key.hex()
    parts = (digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])
    return f"<urn:uuid:{'-'.join(parts)}>"


def _moment(digits: str) -> datetime:
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
