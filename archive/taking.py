"""How the catalog takes what is new in the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

import msgspec

from archive.catalog_schema import ADD_ALIAS, ADD_MISSING, ADD_REVISION, ADD_SIGHTING, WHEN_MISSING
from archive.cdxj import read_index
from archive.commit import Erasure, File
from archive.errors import DamagedFile
from archive.folder import stream_of
from archive.ids import article_id, article_key
from archive.keys import record_key, seconds, url_key
from archive.lines import Line, LogOrder, decode, lines_of
from archive.records import Capture, Right
from archive.rights import reserved
from archive.status import SAYS, newest_two
from archive.store import Store
from archive.visits import SHOWS


class _Revision(msgspec.Struct):
    id: str
    site: str
    url: str
    canonical_url: str
    fetched_at: datetime
    recorded_at: datetime


class _Sighting(msgspec.Struct):
    id: str
    url: str
    moved_to: str | None
    outcome: str
    observed_at: datetime
    recorded_at: datetime
    captures: tuple[Capture, ...]
    rights: tuple[Right, ...] | None = None


class Taking:
    """New files on their way into the catalog, within one transaction."""

    def __init__(self, db: sqlite3.Connection, store: Store, number: int, until: datetime | None, axis: str) -> None:
        self.db, self.store, self.number = db, store, number
        """Lines of commits up to `number` are known; where their file is new, their places are."""
        self.until, self.axis = until, axis
        self.warcs: dict[str, str] = {}
        """File name -> key."""

    def take(
        self,
        files: list[File],
        removed: Iterable[str],
        erasures: Iterable[Erasure],
        progress: Callable[[int, int], None],
    ) -> None:
        """Take new files, articles before observations, and forget what is gone. Raises Damaged."""
        gone = [self._number(key) for key in removed]
        self.warcs = {file.key.rpartition("/")[2]: file.key for file in files}
        total, done = sum(file.bytes for file in files), 0
        observed = [file for file in files if stream_of(file.key) == "observations"]
        others = (file for file in files if stream_of(file.key) != "observations")
        for file in sorted(others, key=lambda file: stream_of(file.key)):
            self._take_file(file)
            done += file.bytes
            progress(done, total)
        for file in self._take_observations(observed):
            done += file.bytes
            progress(done, total)
        for number in gone:
            # Places in rewritten files have replaced these; what is left was erased, or lost.
            self.db.execute("DELETE FROM revisions WHERE file = ?", (number,))
            self.db.execute("DELETE FROM captures WHERE file = ?", (number,))
            self.db.execute("DELETE FROM files WHERE no = ?", (number,))
        for erasure in erasures:
            self._erase(bytes.fromhex(erasure.id))
            for name in (erasure.id, *erasure.names):
                self.db.execute("INSERT OR IGNORE INTO erased VALUES (?)", (bytes.fromhex(name),))
        if gone:
            self._mend_latest()

    def _mend_latest(self) -> None:
        """Make articles whose newest revision was lost to damage those of the newest that is left."""
        lost = self.db.execute("SELECT no FROM articles WHERE latest NOT IN (SELECT seq FROM revisions)").fetchall()
        for article in lost:
            left = self.db.execute("SELECT max(seq), count(*) FROM revisions WHERE article = ?", article).fetchone()
            if left[0] is None:
                self._forget(article)
            else:
                self.db.execute("UPDATE articles SET latest = ?, revisions = ? WHERE no = ?", (*left, *article))

    def _take_file(self, file: File) -> None:
        match stream_of(file.key):
            case "articles":
                self._take_articles(file)
            case "index":
                self._take_index(file)
            case _:
                self._number(file.key)  # the files table says which are known

    def _number(self, key: str) -> int:
        row = self.db.execute("SELECT no FROM files WHERE key = ?", (key,)).fetchone()
        if row is None:
            cursor = self.db.execute("INSERT INTO files (key) VALUES (?)", (key,))
            return int(cursor.lastrowid or 0)
        return int(row[0])

    def _late(self, *, recorded_at: datetime, fetched_at: datetime) -> bool:
        at = recorded_at if self.axis == "recorded" else fetched_at
        return self.until is not None and at > self.until

    def _take_articles(self, file: File) -> None:
        number, decoder = self._number(file.key), msgspec.json.Decoder(_Revision)
        for line in lines_of(self.store, file):
            if line.commit <= self.number:
                self.db.execute(
                    "UPDATE revisions SET file = ?, offset = ?, line = ? WHERE seq = ?",
                    (number, line.offset, line.number, line.sequence),
                )
                continue
            found = decode(line, decoder, file.key)
            if self._late(recorded_at=found.recorded_at, fetched_at=found.fetched_at):
                continue
            id_ = bytes.fromhex(found.id)
            values = {"id": id_, "site": found.site, "seq": line.sequence, "at": seconds(found.fetched_at)}
            values["commit"] = line.commit
            (article,) = self.db.execute(ADD_REVISION, values).fetchone()
            self.db.execute(
                "INSERT OR REPLACE INTO revisions VALUES (?, ?, ?, ?, ?, ?)",
                (line.sequence, article, number, line.offset, line.number, seconds(found.recorded_at)),
            )
            self._name(found.canonical_url, id_, article, 2 * line.commit)
            if article_key(found.url) != article_key(found.canonical_url):
                self._name(found.url, id_, article, 2 * line.commit)

    def _name(self, url: str, id_: bytes, article: int, since: int) -> None:
        """Remember an address of an article, unless its id says it already or the address was another's before."""
        key = bytes.fromhex(article_id(url))
        if key != id_:
            self.db.execute(ADD_ALIAS, {"key": key, "article": article, "since": since})

    def _take_observations(self, files: list[File]) -> Iterator[File]:
        """Take what is new in the order of the log, which says which line was the second; yield each file begun."""
        decoder, begun = msgspec.json.Decoder(_Sighting), set()
        for file in files:
            self._number(file.key)
        for file, line in LogOrder(self.store, files, self.number + 1):
            if file.key not in begun:
                begun.add(file.key)
                yield file
            seen = decode(line, decoder, file.key)
            if not self._late(recorded_at=seen.recorded_at, fetched_at=seen.observed_at):
                self._take_sighting(seen, line)

    def _take_sighting(self, seen: _Sighting, line: Line) -> None:
        id_, says = bytes.fromhex(seen.id), SAYS.get(seen.outcome)
        row = self.db.execute("SELECT no FROM articles WHERE id = ? AND first <= ?", (id_, line.commit)).fetchone()
        if row is None:
            return
        if says is not None:
            values: dict[str, object] = {"article": row[0], "seq": line.sequence, "at": seconds(seen.observed_at)}
            shown = line.sequence if seen.outcome in SHOWS else -1
            values |= {"says": says, "kept": bool(seen.captures), "seen": shown}
            values["reserved"] = None if seen.rights is None else reserved(seen.rights)
            self.db.execute(ADD_SIGHTING, values)
        if says == "missing":
            self._miss(row[0], seconds(seen.observed_at), line.sequence)
        if seen.moved_to or article_id(seen.url) != seen.id:
            for url in filter(None, (seen.url, seen.moved_to)):
                self._name(url, id_, row[0], 2 * line.commit + 1)

    def _miss(self, article: int, at: int, sequence: int) -> None:
        missing_at, missing, missed_at, missed, was_gone = self.db.execute(WHEN_MISSING, (article,)).fetchone()
        newest, second = newest_two((missing_at, missing), (missed_at, missed), (at, sequence))
        (is_gone,) = self.db.execute(ADD_MISSING, (*newest, *second, article)).fetchone()
        if is_gone and not was_gone:
            self.db.execute("INSERT OR IGNORE INTO ends VALUES (?, ?)", (sequence, article))

    def _take_index(self, file: File) -> None:
        self._number(file.key)
        for line in read_index(self.store.read(file.key), file.key):
            entry = line.entry
            if entry.filename not in self.warcs:
                raise DamagedFile(file.key, "", f"{entry.filename} is not in the index's own commit")
            values = (
                record_key(entry.record_id),
                url_key(entry.url),
                line.timestamp,
                2 if entry.status == "304" else entry.mime != "warc/revisit",
                entry.digest,
                self._number(self.warcs[entry.filename]),
                int(entry.offset),
            )
            self.db.execute("INSERT OR REPLACE INTO captures VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def _erase(self, id_: bytes) -> None:
        row = self.db.execute("SELECT no FROM articles WHERE id = ?", (id_,)).fetchone()
        if row:
            self.db.execute("DELETE FROM revisions WHERE article = ?", row)
            self._forget(row)

    def _forget(self, article: tuple[int]) -> None:
        self.db.execute("DELETE FROM aliases WHERE article = ?", article)
        self.db.execute("DELETE FROM ends WHERE article = ?", article)
        self.db.execute("DELETE FROM articles WHERE no = ?", article)
