"""Captures of other programs' making: what WARC and ARC files hold, as exchanges."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from archive import Exchange
from crawler.captured import LARGEST
from crawler.errors import CrawlerError
from crawler.importing.messages import Message, read_message, without_chunks
from crawler.importing.unpacking import Unpacked
from pipelines.urls import is_web

_REQUESTS = 256
"""Requests that wait for their answers, at most."""
_PIECE = 1 << 20
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, EOFError, ValueError, OSError)
"""What comes of a record that is none, or of a disk that cannot read it."""


class NotWarc(CrawlerError):
    """A file that is neither WARC nor ARC, or cannot be read at all."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """What a revisit says of the record that holds its payload; each may be missing."""

    record_id: str
    url: str
    at: datetime | None
    payload_digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreign:
    """One answer, with its request where that is in the file as well."""

    exchange: Exchange
    """Dechunked; its Content-Encoding as the file has it. Of a revisit it has no body."""
    record_id: str
    payload_digest: str
    """As the file states it, in whatever form; empty where it states none."""
    original: Reference | None = None
    """Of a revisit alone."""


class ForeignFile:
    """A file of captures, read from its beginning to where it can be read no further."""

    def __init__(self, path: Path) -> None:
        """Raises NotWarc for what is no such file."""
        self.path = path
        self.size = _size(path)
        self.position = 0
        """Bytes of the file that were read."""
        self.problem: str | None = None
        """Why it could not be read to its end; what came before is whole."""
        self.skipped: Counter[str] = Counter()
        """Answers that are nothing to read, by the reason."""
        try:
            with self._records() as (records, _):
                first = next(records, None)
        except _BROKEN as error:
            raise NotWarc(path, getattr(error, "strerror", None) or "this is no WARC or ARC file") from None
        if first is None or _length(first) is None:
            raise NotWarc(path, "this is no WARC or ARC file")

    def __iter__(self) -> Iterator[Foreign]:
        """Yield the answers in the order of the file, each once its request may have come."""
        requests = _Requests()
        held: Foreign | None = None
        for record in self._whole_records():
            kind, names = record.rec_type, _names(record)
            if kind == "request":
                requests.add(record, names)
                if held is not None and (asked := requests.take(_keys(held))):
                    yield _asked(held, asked)
                    held = None
            elif kind in ("response", "revisit"):
                if held is not None:
                    yield held
                held = self._answer(record)
                if held is not None and (asked := requests.take([*names, *_keys(held)])):
                    yield _asked(held, asked)
                    held = None
        if held is not None:
            yield held

    @contextmanager
    def _records(self) -> Iterator[tuple[Iterator[Any], Unpacked]]:
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise NotWarc(self.path, error.strerror or str(error)) from None
        with file:
            unpacked = Unpacked(file)
            # The HTTP header stays in the block: warcio's reading of it knows fewer oddities.
            yield iter(ArchiveIterator(unpacked, no_record_parse=True)), unpacked

    def _whole_records(self) -> Iterator[_Block]:
        self.problem, self.position = None, 0
        with self._records() as (records, unpacked):
            try:
                for record in records:
                    block = _Block.of(record)
                    if block is None:
                        self.problem = unpacked.damage or "it ends within a record"
                        return
                    self.position = unpacked.position
                    yield block
            except _BROKEN as error:
                words = str(error).strip().partition("\n")[0]
                self.problem = unpacked.damage or f"no record begins near byte {unpacked.position}: {words[:100]}"
            else:
                self.problem = unpacked.damage
            self.position = self.size

    def _answer(self, record: _Block) -> Foreign | None:
        url, at = urldefrag(record.header("WARC-Target-URI", "uri").strip("<>")).url, record.date
        if record.is_too_large:
            self.skipped["too large"] += 1
        elif not is_web(url) or at is None:
            # dns: and whois: records, and the like.
            self.skipped["no page"] += 1
        elif (answer := without_chunks(read_message(record.block))).status is None and record.rec_type == "response":
            self.skipped["no HTTP answer"] += 1
        else:
            return _foreign(record, url, at, answer)
        return None


@dataclass(frozen=True, slots=True)
class _Block:
    """A record that is whole."""

    rec_type: str
    headers: tuple[tuple[str, str], ...]
    block: bytes
    """Empty where nobody will ask for it."""
    is_too_large: bool

    @classmethod
    def of(cls, record: Any) -> _Block | None:
        """Return a record, None where the file ends within it."""
        length = _length(record)
        if length is None:
            return None
        wanted = record.rec_type in ("response", "revisit", "request") and length <= LARGEST
        pieces, left = [], length
        while left > 0:
            piece = record.raw_stream.read(min(left, _PIECE))
            if not piece:
                return None
            left -= len(piece)
            if wanted:
                pieces.append(piece)
        headers = tuple((str(name), str(value)) for name, value in record.rec_headers.headers)
        return cls(record.rec_type, headers, b"".join(pieces), length > LARGEST)

    def header(self, *names: str) -> str:
        """Return the first of these headers, empty where there is none."""
        lower = [name.lower() for name in names]
        return next((value.strip() for name, value in self.headers if name.lower() in lower), "")

    @property
    def date(self) -> datetime | None:
        """WARC-Date, or ARC's fourteen digits."""
        return _moment(self.header("WARC-Date", "archive-date"))


class _Requests:
    """Requests that were read, by whatever their answers may be recognised by."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, tuple[str, Message]] = OrderedDict()
        """Name -> record id and message."""

    def add(self, record: _Block, names: list[str]) -> None:
        found = (record.header("WARC-Record-ID"), read_message(record.block))
        for name in names:
            self._found[name] = found
            if len(self._found) > _REQUESTS:
                self._found.popitem(last=False)

    def take(self, names: list[str]) -> Message | None:
        """Return a request by any of its names; it answers once."""
        found = next((self._found[name] for name in names if name in self._found), None)
        if found is None:
            return None
        for name in [name for name, other in self._found.items() if other is found]:
            del self._found[name]
        return found[1]


def _foreign(record: _Block, url: str, at: datetime, answer: Message) -> Foreign:
    status, reason = answer.status or (0, "")
    original = None
    if record.rec_type == "revisit":
        original = Reference(
            record_id=record.header("WARC-Refers-To"),
            url=record.header("WARC-Refers-To-Target-URI").strip("<>"),
            at=_moment(record.header("WARC-Refers-To-Date")),
            payload_digest=record.header("WARC-Payload-Digest"),
        )
    return Foreign(
        exchange=Exchange(
            url=url,
            status=status,
            reason=reason,
            headers=answer.headers,
            body=answer.body,
            fetched_at=at,
            ip=record.header("WARC-IP-Address", "ip-address") or None,
            protocol=record.header("WARC-Protocol") or None,
            truncated=record.header("WARC-Truncated") or None,
        ),
        record_id=record.header("WARC-Record-ID"),
        payload_digest=record.header("WARC-Payload-Digest"),
        original=original,
    )


def _asked(found: Foreign, request: Message) -> Foreign:
    method = request.first.partition(" ")[0].upper() or "GET"
    return replace(
        found,
        exchange=replace(
            found.exchange, method=method, request_headers=request.headers, request_body=without_chunks(request).body
        ),
    )


def _names(record: _Block) -> list[str]:
    """Return by what a record and its counterpart may be recognised: ids, or the same address at the same time."""
    concurrent = [value.strip() for name, value in record.headers if name.lower() == "warc-concurrent-to"]
    at, url = record.date, record.header("WARC-Target-URI", "uri").strip("<>")
    return [*filter(None, (record.header("WARC-Record-ID"), *concurrent)), f"{at} {urldefrag(url).url}"]


def _keys(found: Foreign) -> list[str]:
    return [*filter(None, (found.record_id,)), f"{found.exchange.fetched_at} {found.exchange.url}"]


def _moment(words: str) -> datetime | None:
    """Return a time as WARC and ARC have it, UTC, whole seconds; None where it is none.

    >>> _moment("2021-07-26T03:43:00.123Z"), _moment("20210726034300") == _moment("2021-07-26T03:43:00Z")
    (datetime.datetime(2021, 7, 26, 3, 43, tzinfo=datetime.timezone.utc), True)
    """
    try:
        if words.isdigit():
            moment = datetime.strptime(words[:14].ljust(14, "0"), "%Y%m%d%H%M%S")
        else:
            moment = datetime.fromisoformat(words)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _length(record: Any) -> int | None:
    """Return the bytes of a record's block, None where its header does not say it: then that is torn."""
    stated = record.rec_headers.get_header("Content-Length" if record.format == "warc" else "length")
    return int(record.length) if record.rec_type and (stated or "").strip().isdecimal() else None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise NotWarc(path, error.strerror or str(error)) from None
