"""The open segments of one writer: the files that become one commit."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec

from archive.cdxj import write_index
from archive.commit import CommitKind, Erasure, File, seal
from archive.disk import Disk
from archive.errors import CannotWrite, Damaged
from archive.folder import OPEN, index_of
from archive.ids import fresh_ulid
from archive.inspection import Inspection
from archive.journal import Journal
from archive.lock import Lock
from archive.sink import Sink

log = logging.getLogger(__name__)

JOURNAL, SEALED, DAMAGED = "journal", "sealed.json", "damaged"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """Segments that will change no more: what their commit is to say, but for its number."""

    id: str
    """The commit's ulid."""
    writer: str
    created_at: datetime
    after: int
    """Number of the newest commit when they were sealed: theirs is behind it."""
    added: tuple[File, ...]
    kind: CommitKind = "append"
    removed: tuple[str, ...] = ()
    erasures: tuple[Erasure, ...] = ()
    lost: tuple[str, ...] = ()
    note: str | None = None


class Segments:
    """Files in a folder of `open/`, under a lock that ends with this process."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.root, self.disk = root, disk
        self.folder, self._lock = fresh_folder(root)
        self.journal = Journal()
        self._journal_end = 0
        self._sinks: dict[str, Sink] = {}
        self._names: dict[tuple[str, date], str] = {}
        self._unnamed = False
        """Whether a file's name may not be on disk yet, though its bytes are."""
        self._poisoned = False
        try:
            # The lock is there before the folder: who finds a folder with a free lock knows that its writer is dead.
            disk.make_folder(self.folder)
            self._journal_sink = Sink(self.folder / JOURNAL, disk)
            disk.sync_folder(self.folder)
            disk.sync_folder(self.folder.parent)
        except OSError as error:
            self._lock.release()
            raise CannotWrite(self.folder, error.strerror or str(error)) from error
        except CannotWrite:
            self._lock.release()
            raise

    @property
    def size(self) -> int:
        """Bytes that are acknowledged."""
        return sum(self.journal.ends.values())

    def name_of(self, stream: str, day: date, suffix: str) -> str:
        """Return the name of the segment of a stream's records of one day."""
        if (stream, day) not in self._names:
            self._names[stream, day] = f"{stream}@date={day.isoformat()}@{fresh_ulid()}{suffix}"
        return self._names[stream, day]

    def write(self, captures: Mapping[str, Sequence[bytes]], lines: Mapping[str, Sequence[bytes]]) -> None:
        """Write one batch, packed parts by segment; all of it is on disk when this returns, else none of it counts.

        Captures first, then the lines that name them, then the journal. Raises CannotWrite.
        """
        try:
            for parts in (captures, lines):
                self._write(parts)
            if parts_of := {**captures, **lines}:
                ends = {**self.journal.ends, **{name: self._sinks[name].end for name in parts_of}}
                self._journal_sink.write(self.journal.entry(ends))
                self._journal_sink.sync()
                self.journal.note(ends)
                self._journal_end = self._journal_sink.end
        except (CannotWrite, OSError) as error:
            self._step_back()
            if isinstance(error, CannotWrite):
                raise
            raise CannotWrite(self.folder, error.strerror or str(error)) from error

    def _write(self, parts: Mapping[str, Sequence[bytes]]) -> None:
        for name, pieces in parts.items():
            if name not in self._sinks:
                self._sinks[name] = Sink(self.folder / name, self.disk)
                self._unnamed = True  # until a sync says otherwise, though this batch should fail
            self._sinks[name].write(b"".join(pieces))
        for name in parts:
            self._sinks[name].sync()
        if self._unnamed:
            try:
                self.disk.sync_folder(self.folder)
            except OSError:
                self._poisoned = True  # as after a failed fsync of a file
                raise
            self._unnamed = False

    def _step_back(self) -> None:
        """Cut every file to its end of the last whole batch; one that cannot be cut is poisoned."""
        self._journal_sink.step_back(self._journal_end)
        if self.poisoned:
            # The journal's line may be on disk all the same: what it tells of is cut by a recovery, after the journal.
            return
        for name, sink in self._sinks.items():
            sink.step_back(self.journal.ends.get(name, 0))

    @property
    def poisoned(self) -> bool:
        """Whether nothing more may be written here; what was acknowledged stands."""
        return self._poisoned or any(sink.poisoned for sink in (self._journal_sink, *self._sinks.values()))

    def close(self) -> None:
        """Close the files; the lock stays."""
        for sink in (self._journal_sink, *self._sinks.values()):
            sink.close()

    def abandon(self) -> None:
        """Leave everything as it is, for a recovery to take up."""
        self.close()
        self._lock.release(remove=False)

    def release(self) -> None:
        """Remove what is left of published segments, and give back the lock."""
        remove_folder(self.folder, self.disk)
        self._lock.release()


def fresh_folder(root: Path) -> tuple[Path, Lock]:
    """Return a new name for a folder of open segments, and its lock."""
    while True:
        folder = root / OPEN / fresh_ulid()
        # None where a recovery that sweeps old locks has it for a moment.
        if (lock := Lock.acquire(lock_path(folder))) is not None:
            return folder, lock


def lock_path(folder: Path) -> Path:
    """Return the lock of a folder of open segments."""
    return folder.with_name(folder.name + ".lock")


def remove_folder(folder: Path, disk: Disk) -> None:
    """Remove a folder of open segments whose files are published, or hold nothing that was acknowledged."""
    # One by one, first what asks for the others: cut off anywhere, this leaves nothing that a recovery would miss.
    for path in (folder / JOURNAL, folder / SEALED):
        if path.exists():
            disk.unlink(path)
            disk.sync_folder(folder)
    for path in folder.iterdir():
        disk.unlink(path)
    disk.remove_folder(folder)
    disk.sync_folder(folder.parent)


def seal_folder(folder: Path, ends: Mapping[str, int], *, writer: str, after: int, now: datetime, disk: Disk) -> Sealed:
    """Walk every segment to its acknowledged end, index the captures, and write down what the commit is to say.

    What does not walk to its end is cut to its last whole part, and the part behind that is kept in `open/damaged/`:
    then the disk did not hold what it had acknowledged. Files that no batch ever reached are removed.
    """
    added = []
    for path in sorted(folder.iterdir()):
        if path.name in (JOURNAL, SEALED):
            continue
        if not ends.get(path.name):
            disk.unlink(path)
            continue
        added += _seal_segment(path, ends[path.name], disk)
    lost = [name for name in ends if not (folder / name).exists() and ends[name]]
    for name in lost:
        log.critical("%s: acknowledged, and not on the disk any more", folder / name)
    sealed = Sealed(id=fresh_ulid(), writer=writer, created_at=now, after=after, added=tuple(added))
    write_sealed(folder, sealed, disk)
    return sealed


def write_sealed(folder: Path, sealed: Sealed, disk: Disk) -> None:
    """Write down what a commit is to say: from here on it will be made, by whomever."""
    temporary = folder / (SEALED + ".part")
    disk.write_new(temporary, seal(sealed))
    disk.sync_folder(folder)  # the names of the files that it speaks of are there before it is
    disk.rename(temporary, folder / SEALED)
    disk.sync_folder(folder)


def _seal_segment(path: Path, end: int, disk: Disk) -> list[File]:
    key = path.name.replace("@", "/")
    cut(path, end, disk)
    with path.open("rb") as file:
        found = Inspection(key).walk(file)
    if found.damage or found.end != end:
        _keep_damaged(path, found.end, found.damage, disk)
    if not found.end:
        disk.unlink(path)
        return []
    with path.open("rb") as file:
        files = [found.file(file)]
    if key.endswith(".warc.gz"):
        files.append(seal_index(path.parent, index_of(key), found, disk))
    return files


def seal_index(folder: Path, key: str, found: Inspection, disk: Disk) -> File:
    """Write the index of a WARC that was walked, beside it."""
    path = folder / key.replace("/", "@")
    if path.exists():  # of a sealing that was cut off
        disk.unlink(path)
    disk.write_new(path, write_index(found.index))
    with path.open("rb") as file:
        index = Inspection(key)
        index.records, index.first_at, index.last_at = len(found.index), found.first_at, found.last_at
        return index.file(file)


def cut(path: Path, end: int, disk: Disk) -> None:
    """Cut a file that a dead writer left to `end`, durably."""
    descriptor = disk.reopen(path)
    try:
        if path.stat().st_size > end:
            disk.truncate(descriptor, end)
        # Also where it has its length: an earlier cut may never have reached the disk.
        disk.sync(descriptor)
    finally:
        disk.close(descriptor)


def _keep_damaged(path: Path, end: int, damage: Damaged | None, disk: Disk) -> None:
    log.critical("%s: acknowledged, and not on the disk as it was (%s)", path, damage or "it ends too early")
    kept = path.parent.parent / DAMAGED / f"{path.parent.name}@{path.name}"
    disk.make_folders(kept.parent)
    with path.open("rb") as file:
        file.seek(end)
        rest = file.read()
    if rest and not kept.exists():
        disk.write_new(kept, rest)
        disk.sync_folder(kept.parent)
    cut(path, end, disk)
