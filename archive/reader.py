"""A reader: an archive's lines as typed records, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from archive.errors import DamagedLine
from archive.folder import check, lines_files
from archive.lines import read_lines
from archive.records import Article, Observation, QuarantineRecord

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Head:
    """What is needed of a line to know whether it is wanted."""

    id: str
    site: str
    recorded_at: datetime
    revision_id: str


class Archive:
    """An archive for reading. Every method reads the files afresh and keeps no line in memory."""

    def __init__(self, root: Path) -> None:
        check(root)
        self.root = root

    def articles(
        self, *, site: str | None = None, since: datetime | None = None, revisions: bool = False
    ) -> Iterator[Article]:
        """Yield the newest revision of each article, or every revision, in the order of recording.

        `site` keeps one site's; `since` (aware) keeps what was recorded at or after it. A torn last line is left out
        with a warning in the log; any other line that cannot be read raises DamagedLine.
        """
        if revisions:
            yield from self._records("articles", Article, site, since)
            return
        newest = self._newest()
        for place, article in _positions(self.root, "articles", Article, since):
            if newest[article.id] == place and _wanted(article, site, since):
                yield article

    def observations(self, *, site: str | None = None, since: datetime | None = None) -> Iterator[Observation]:
        """Yield every sighting in the order of recording; arguments and errors as in `articles`."""
        yield from self._records("observations", Observation, site, since)

    def quarantine(self, *, site: str | None = None, since: datetime | None = None) -> Iterator[QuarantineRecord]:
        """Yield every page that failed validation; arguments and errors as in `articles`."""
        yield from self._records("quarantine", QuarantineRecord, site, since)

    def _records(self, stream: str, kind: type[T], site: str | None, since: datetime | None) -> Iterator[T]:
        for _, record in _positions(self.root, stream, kind, since):
            if _wanted(record, site, since):
                yield record

    def _newest(self) -> dict[str, tuple[Path, int]]:
        """Return where the newest revision of each article stands."""
        newest: dict[str, tuple[tuple[datetime, str], tuple[Path, int]]] = {}
        for place, head in _positions(self.root, "articles", _Head, None):
            before = newest.get(head.id)
            # Files of two writers lie one behind the other, their lines mixed in time. Within a second the ulids tell.
            age = head.recorded_at, head.revision_id
            if before is None or age >= before[0]:
                newest[head.id] = age, place
        return {id_: place for id_, (_, place) in newest.items()}


def open_archive(path: Path | str) -> Archive:
    """Open the archive in a folder for reading. Raises NotAnArchive or UnsupportedFormat."""
    return Archive(Path(path))


def scan(root: Path, stream: str, kind: type[T], *, since: datetime | None = None) -> Iterator[T]:
    """Yield a stream's lines as `kind`, which may name fewer keys than the lines have."""
    for _, record in _positions(root, stream, kind, since):
        yield record


def _positions(root: Path, stream: str, kind: type[T], since: datetime | None) -> Iterator[tuple[tuple[Path, int], T]]:
    # Keys that the type does not name are passed over: a later version may add some.
    decode = msgspec.json.Decoder(kind).decode
    for path in lines_files(root, stream, since=since and since.astimezone(UTC).date()):
        for number, line in read_lines(path):
            try:
                record = decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise DamagedLine(path, number=number, reason=str(error)) from error
            yield (path, number), record


def _wanted(record: object, site: str | None, since: datetime | None) -> bool:
    return (site is None or record.site == site) and (since is None or record.recorded_at >= since)  # type: ignore[attr-defined]
