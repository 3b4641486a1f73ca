"""A writer: takes records and captures, says when they are on disk, and publishes them by commits."""

from __future__ import annotations

import logging
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import TracebackType

from archive.buffer import Buffer, Packer
from archive.captures import LastCapture, read_exchange
from archive.catalog import PATIENCE, Catalog, usable
from archive.disk import DISK, Disk
from archive.errors import ArchiveError, CannotWrite, SiteLocked
from archive.exchange import Exchange
from archive.folder import OPEN, prepare
from archive.frames import Compression
from archive.ids import fresh_ulid
from archive.known import Known
from archive.lock import Lock, is_held, site_lock
from archive.log import Head, Log
from archive.publishing import publish, recover
from archive.records import Capture, Record
from archive.segments import Segments, seal_folder
from archive.store import LocalStore
from archive.validators import validators_of
from archive.warc import Original, records_of, sha256, warc_date

log = logging.getLogger(__name__)

SEAL_BYTES = 256 * 1024 * 1024
SEAL_RECORDS = 25_000
"""Lines from which segments are sealed: what a writer knows of them is in memory until then."""
SEAL_SECONDS = 600.0
FOLLOWED_SECONDS = 60.0
"""Age at which segments are sealed while somebody follows the archive."""
FOLLOWERS = "followers.lock"
"""In `open/`: held by each reader that follows."""


class Writer:
    """Appends to the archive at `root`, made there if absent; several may do so at once, each into segments of its own.

    What dead writers have left is brought into the log first. Raises CannotWrite, UnsupportedFormat, Damaged, and
    SiteLocked where another process writes this `site`.
    """

    def __init__(
        self,
        root: Path,
        *,
        site: str | None = None,
        compression: Compression = "zst",
        seal_bytes: int = SEAL_BYTES,
        seal_seconds: float = SEAL_SECONDS,
        followed_seconds: float = FOLLOWED_SECONDS,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        disk: Disk = DISK,
    ) -> None:
        prepare(root, disk)
        self.root, self.disk, self.clock = root, disk, clock
        self.seal_bytes, self.seal_seconds, self.followed_seconds = seal_bytes, seal_seconds, followed_seconds
        self.name = f"{socket.gethostname()}/{fresh_ulid()}"
        self.log = Log(LocalStore(root, disk))
        self._site_lock = self._lock_site(site) if site else None
        try:
            recover(root, self.log, writer=self.name, disk=disk)
            self._catalog, self._own = usable(root, self.log, patience=PATIENCE, only_busy=True)
            self._reading = Catalog(self._catalog.path, self.log)
        except (OSError, sqlite3.Error) as error:
            self._unlock_site()
            raise CannotWrite(root, getattr(error, "strerror", None) or str(error)) from error
        except BaseException:
            self._unlock_site()
            raise
        self.known = Known(self._reading, self.log.store)
        self._buffer, self._packer = Buffer(), Packer(compression)
        self._buffer_lock, self._disk_lock = threading.Lock(), threading.Lock()
        self._segments: Segments | None = None
        self._opened_at = 0.0
        self._lines = 0
        """Taken since the segments were opened."""
        self._left_behind = False

    # Taking. -------------------------------------------------------------------------------------------------------

    def append(self, *records: Record) -> None:
        """Take lines, which are on disk after the next `flush`; those of one call are all there then, or none."""
        records = tuple(map(self.known.without_erased, records))
        with self._buffer_lock:
            for record in records:
                self.known.add(record)
            self._buffer.add_lines(records)
            self._lines += len(records)

    def capture(self, exchange: Exchange) -> Capture:
        """Take an exchange, as a revisit where its payload is that of the address's last capture; return its names.

        A 304 is a revisit of the capture whose validators it was asked with, if that is there.
        """
        original, digest = self._original_of(exchange)
        answer, *others = records_of(exchange, payload_digest=digest, original=original)
        capture = Capture(record_id=answer.record_id, payload_digest=digest, url=exchange.url)
        day = exchange.fetched_at.astimezone(UTC).date()
        with self._buffer_lock:
            size = sum(len(record.block) for record in (answer, *others))
            self._buffer.add_members(day, self._packer.members(answer, *others), size)
            if original is None and exchange.status != 304:
                self.known.add_capture(
                    LastCapture(
                        record_id=capture.record_id,
                        payload_digest=digest,
                        url=exchange.url,
                        at=exchange.fetched_at.astimezone(UTC).replace(microsecond=0),
                        validators=validators_of(exchange.headers),
                    )
                )
        return capture

    def _original_of(self, exchange: Exchange) -> tuple[Original | None, str]:
        """Return the earlier record that holds an exchange's payload, if there is one, and that payload's digest."""
        if exchange.status == 304:
            return self.known.not_modified(exchange) or (None, sha256(exchange.body))
        digest = sha256(exchange.body)
        last = self.known.last_capture(exchange.url)
        if last is None or last.payload_digest != digest:
            return None, digest
        return Original(last.record_id, last.url, warc_date(last.at)), digest

    @property
    def buffered(self) -> int:
        """Bytes that were taken since the last flush."""
        return self._buffer.size

    # Keeping. ------------------------------------------------------------------------------------------------------

    def flush(self) -> None:
        """Return when all that was taken is on disk: acknowledged, it will be in the archive whatever happens now.

        Raises CannotWrite: what was taken since the last flush is lost, all of it, and what was acknowledged stands.
        """
        with self._disk_lock:
            with self._buffer_lock:
                buffer, self._buffer = self._buffer, Buffer()
                self.known.flushing()
            kept = False
            try:
                if buffer.lines or buffer.members:
                    if self._segments is None:
                        self._segments, self._opened_at = Segments(self.root, self.disk), monotonic()
                    self._packer.write(buffer, self._segments, self.clock())
                kept = True
            finally:
                self.known.flushed(kept=kept)
                self._leave_poisoned()

    def discard(self) -> None:
        """Forget what was taken since the last flush: after one that failed, lines may name captures that it lost."""
        with self._disk_lock:
            with self._buffer_lock:
                self._buffer = Buffer()
                self.known.flushing()
            self.known.flushed(kept=False)

    def _leave_poisoned(self) -> None:
        """Leave segments that take nothing more as they are, for a recovery; the next batch goes into others."""
        if self._segments is not None and self._segments.poisoned:
            self.known.publishing()
            self._segments.abandon()
            self._segments, self._left_behind = None, True

    # Publishing. ---------------------------------------------------------------------------------------------------

    def seal_if_due(self) -> bool:
        """Publish where the segments are large or old enough (older while nobody follows); return whether it was so."""
        if self._segments is None:
            return False
        followed = is_held(self.root / OPEN / FOLLOWERS)
        age = min(self.seal_seconds, self.followed_seconds) if followed else self.seal_seconds
        small = self._segments.size < self.seal_bytes and self._lines < SEAL_RECORDS
        if small and monotonic() - self._opened_at < age:
            return False
        self.publish()
        return True

    def publish(self) -> Head:
        """Flush, seal the segments and commit them: readers have them when this returns.

        Raises CannotWrite and Damaged.
        """
        self.flush()
        with self._disk_lock:
            segments = self._segments
            if segments is None and not self._left_behind:
                return self.log.head()
            self.known.publishing()
            self._segments, self._lines = None, 0
            if segments is not None:
                try:
                    self._publish(segments)
                except OSError as error:
                    raise CannotWrite(segments.folder, error.strerror or str(error)) from error
            if self._left_behind:
                self._take_up()
            try:
                self._catalog.catch_up()
            except sqlite3.Error as error:
                # Derived: the archive has the lines, and `known` goes on knowing them.
                log.warning("%s is behind: %s", self._catalog.path, error)
            else:
                self.known.published()
            return self.log.head()

    def _publish(self, segments: Segments) -> None:
        segments.close()
        try:
            sealed = seal_folder(
                segments.folder,
                segments.journal.ends,
                writer=self.name,
                after=self.log.head().number,
                now=self.clock(),
                disk=self.disk,
            )
            publish(sealed, segments.folder, self.log)
            segments.release()
        except BaseException:
            segments.abandon()  # for a recovery: nothing of it is lost
            self._left_behind = True
            raise

    def _take_up(self) -> None:
        """Publish what a failed write or seal of this writer left: all of that is durable. Raises CannotWrite."""
        try:
            recover(self.root, self.log, writer=self.name, disk=self.disk)
        except OSError as error:
            raise CannotWrite(self.root / OPEN, error.strerror or str(error)) from error
        self._left_behind = False

    @property
    def head(self) -> str | None:
        """Digest of the newest commit; None in an archive without one. Kept elsewhere, it shows a removed tail."""
        return self.log.head().digest

    def read_capture(self, capture: Capture) -> Exchange | None:
        """Return what a published capture holds; None where it is not in the archive. Raises Damaged."""
        return read_exchange(self._reading, self.log.store, capture.record_id)

    def close(self) -> None:
        """Publish what is there and give the locks back, also where that fails."""
        try:
            self.publish()
        finally:
            if self._segments is not None:
                self._segments.abandon()
                self._segments = None
            self._packer.close()
            self._catalog.close()
            self._reading.close()
            if self._own is not None:
                shutil.rmtree(self._own, ignore_errors=True)
            self._unlock_site()
            if self._left_behind:
                try:
                    self._take_up()
                except ArchiveError as error:
                    log.warning("%s waits for the next writer: %s", self.root / OPEN, error)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _lock_site(self, site: str) -> Lock:
        lock = site_lock(self.root / OPEN, site)
        if lock is None:
            raise SiteLocked(self.root, site)
        return lock

    def _unlock_site(self) -> None:
        if self._site_lock is not None:
            self._site_lock.release()
            self._site_lock = None
