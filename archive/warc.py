"""WARC 1.1 (ISO 28500:2017): exchanges as records, each a gzip member of its own, made and read strictly."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders

from archive.errors import DamagedFile
from archive.exchange import Exchange, Headers
from archive.packing import parts, take_gz

SUFFIX = ".warc.gz"
VERSION = "WARC/1.1"
# ISO 28500:2017, 6.7.2 and 6.7.3: a capture whose payload is that of an earlier one; a 304, which sends none.
_IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
"""What a 304 says where no more of it is there."""
_ONE = 1 << 16
"""Bytes that are read at once where a single record is wanted."""
_END = b"\r\n\r\n"
INFO = (
    "format: WARC File Format 1.1",
    "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    # What the HTTP client does not hand on, and what is therefore not as it went over the wire.
    "description: header names are in the client's case; the status line's reason is the standard one; chunked "
    "transfer coding is undone and its header left out; bodies keep their Content-Encoding. Requests lack what the "
    "client adds last (Connection).",
)


@dataclass(frozen=True, slots=True)
class Original:
    """The earlier record that a revisit refers to."""

    record_id: str
    url: str
    date: str
    """Its WARC-Date."""


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record, not yet packed."""

    record_id: str
    headers: tuple[tuple[str, str], ...]
    """Without those that follow from the block."""
    block: bytes

    def to_bytes(self) -> bytes:
        """Return the record as it is packed; what a thread of its own may do, since the block is hashed."""
        follows = (("WARC-Block-Digest", sha256(self.block)), ("Content-Length", str(len(self.block))))
        head: bytes = StatusAndHeaders("", [*self.headers, *follows], protocol=VERSION).to_bytes(encoding="utf-8")
        return b"".join((head, self.block, _END))


def new_record_id() -> str:
    """Return a fresh WARC-Record-ID."""
    return f"<{uuid.uuid4().urn}>"


def sha256(data: bytes) -> str:
    """Return a labelled digest: `sha256:` and 64 hex digits (RFC 4648, base 16)."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def warc_date(at: datetime) -> str:
    """Return a WARC-Date: UTC, whole seconds, as the archive's lines have it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def info_record(filename: str, software: str, at: datetime) -> Record:
    """Return the warcinfo that a file begins with: who wrote it, and what is not preserved."""
    block = "".join(f"{line}\r\n" for line in (f"software: {software}", *INFO)).encode()
    return _record("warcinfo", None, warc_date(at), "application/warc-fields", block, [("WARC-Filename", filename)])


def records_of(exchange: Exchange, *, payload_digest: str, original: Original | None = None) -> tuple[Record, ...]:
    """Return the response and the request of an exchange; with an `original` a revisit and the request.

    The payload of a 304 is that of its original (6.7.3), and so is the `payload_digest`, by which replayers find it.
    What it says itself is a record of metadata: in the revisit, replayers would show it instead of the page.
    """
    date = warc_date(exchange.fetched_at)
    head = _http_head(f"HTTP/1.1 {exchange.status} {exchange.reason}", exchange.headers)
    extra = [("WARC-Payload-Digest", payload_digest)]
    if exchange.ip:
        extra.append(("WARC-IP-Address", exchange.ip))
    if exchange.protocol:
        extra.append(("WARC-Protocol", exchange.protocol))
    if exchange.truncated:
        extra.append(("WARC-Truncated", exchange.truncated))
    kind, block, more = "response", head + exchange.body, list[Record]()
    if original is not None:
        kind, block = "revisit", b"" if exchange.status == 304 else head
        extra += [
            ("WARC-Profile", _NOT_MODIFIED if exchange.status == 304 else _IDENTICAL),
            ("WARC-Refers-To", original.record_id),
            ("WARC-Refers-To-Target-URI", original.url),
            ("WARC-Refers-To-Date", original.date),
        ]
    answer = _record(kind, exchange.url, date, "application/http; msgtype=response", block, extra)
    # Characters beyond ASCII that an address should not have go out as UTF-8.
    path = "/" + exchange.url.split("#", 1)[0].split("/", 3)[3] if exchange.url.count("/") > 2 else "/"
    path = path.encode("utf-8", "surrogatepass").decode("latin-1")
    asked = _http_head(f"{exchange.method} {path} HTTP/1.1", exchange.request_headers) + exchange.request_body
    request = _record(
        "request",
        exchange.url,
        date,
        "application/http; msgtype=request",
        asked,
        [("WARC-Concurrent-To", answer.record_id)],
    )
    if kind == "revisit" and not block:
        beside = [("WARC-Concurrent-To", answer.record_id)]
        more.append(_record("metadata", exchange.url, date, "application/http; msgtype=response", head, beside))
    return (answer, *more, request)


def _record(
    kind: str, url: str | None, date: str, content_type: str, block: bytes, extra: list[tuple[str, str]]
) -> Record:
    record_id = new_record_id()
    headers = [("WARC-Type", kind), ("WARC-Record-ID", record_id), ("WARC-Date", date)]
    if url is not None:
        headers.append(("WARC-Target-URI", _one_line(url)))
    headers += [(name, _one_line(value)) for name, value in extra]
    return Record(record_id, (*headers, ("Content-Type", content_type)), block)


def _http_head(first: str, headers: Headers) -> bytes:
    lines = [(_one_line(name), _one_line(value)) for name, value in headers]
    head: bytes = StatusAndHeaders("", lines, protocol=_one_line(first)).to_bytes(encoding="latin-1")
    return head


def _one_line(text: str) -> str:
    # Of a server's words only: most have none of these.
    return text.translate(_BREAKS) if "\n" in text or "\r" in text or "\0" in text else text


_BREAKS = {10: 32, 13: 32, 0: 32}


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One record as it lies in its file."""

    offset: int
    size: int
    """Bytes of its gzip member."""
    headers: dict[str, str]
    """WARC headers, names in lower case."""
    block: bytes

    @property
    def kind(self) -> str:
        """WARC-Type."""
        return self.headers.get("warc-type", "")

    @property
    def record_id(self) -> str:
        """WARC-Record-ID."""
        return self.headers.get("warc-record-id", "")

    @property
    def url(self) -> str:
        """WARC-Target-URI; empty where it has none."""
        return self.headers.get("warc-target-uri", "")

    @property
    def is_not_modified(self) -> bool:
        """Whether it is a revisit that stands for a 304."""
        # Version 1.0 of the format has the same profile.
        return self.kind == "revisit" and self.headers.get("warc-profile", "").endswith("/server-not-modified")

    @property
    def is_answer(self) -> bool:
        """Whether it is a response or a revisit: what the index lists."""
        return self.kind in ("response", "revisit")


@dataclass(frozen=True)
class Http:
    """The HTTP message in a block."""

    block: bytes

    @cached_property
    def _end(self) -> int:
        end = self.block.find(_END)
        return len(self.block) if end < 0 else end + 4

    @property
    def body(self) -> bytes:
        """Return what follows the header."""
        return self.block[self._end :]

    @cached_property
    def _lines(self) -> list[str]:
        return self.block[: self._end].decode("latin-1").rstrip("\r\n").split("\r\n")

    @property
    def first(self) -> list[str]:
        """Return the parts of the first line: protocol, status and reason, or method, path and protocol."""
        return self._lines[0].split(" ", 2)

    @property
    def headers(self) -> Headers:
        """Return the headers, doubled ones kept."""
        pairs = (line.partition(":") for line in self._lines[1:])
        return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def members(file: BinaryIO, name: str, *, start: int = 0, piece: int = 1 << 20) -> Iterator[Member]:
    """Yield the records from a record's offset on, in constant memory.

    Raises DamagedFile where a member is torn, is no record, or its digests are not those of its bytes.
    """
    for offset, size, data in parts(file, name, take_gz, start=start, piece=piece):
        try:
            member = _parse(offset, size, data)
        except ValueError as error:
            raise DamagedFile(name, f"byte {offset}", str(error)) from None
        yield member


def member_at(file: BinaryIO, name: str, offset: int) -> Member:
    """Return the record that begins at `offset`. Raises DamagedFile."""
    for member in members(file, name, start=offset, piece=_ONE):
        return member
    raise DamagedFile(name, f"byte {offset}", "the file ends before this record")


def _parse(offset: int, size: int, data: bytes) -> Member:
    head, mark, rest = data.partition(_END)
    lines = head.decode("utf-8").split("\r\n")
    if not mark or lines[0] != VERSION:
        raise ValueError(f"no record of {VERSION} begins here")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    length = headers.get("content-length", "")
    if not length.isdecimal() or len(rest) != int(length) + len(_END) or not rest.endswith(_END):
        raise ValueError("the record's length is not as it says")
    block = rest[: int(length)]
    if headers.get("warc-block-digest") != sha256(block):
        raise ValueError("the block's digest is not that of its bytes")
    member = Member(offset, size, headers, block)
    if member.kind == "response" and headers.get("warc-payload-digest") != sha256(Http(block).body):
        raise ValueError("the payload's digest is not that of its bytes")
    return member


def to_exchange(answer: Member, *, body: bytes | None = None) -> Exchange:
    """Return the exchange of a response; of a revisit with the `body` of the record that it refers to."""
    http = Http(answer.block)
    status = http.first[1] if len(http.first) > 1 and http.first[1].isdecimal() else "0"
    return Exchange(
        url=answer.url,
        status=int(status),
        reason=http.first[2] if len(http.first) > 2 else "",
        headers=http.headers,
        body=http.body if body is None else body,
        fetched_at=datetime.fromisoformat(answer.headers["warc-date"]),
        ip=answer.headers.get("warc-ip-address"),
        protocol=answer.headers.get("warc-protocol"),
        truncated=answer.headers.get("warc-truncated"),
    )
