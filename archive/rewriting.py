"""Rewriting: new files made of old ones, and the one commit that puts them in the others' place."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.commit import Commit, CommitKind, Erasure, File, Origin
from archive.disk import DISK, Disk
from archive.errors import CannotWrite, Locked
from archive.folder import OPEN, TOPS, check, index_of
from archive.frames import SUFFIXES, Compression, pack
from archive.ids import fresh_ulid
from archive.inspection import Inspection
from archive.lines import Line
from archive.lock import Lock
from archive.log import Conflict, Log
from archive.publishing import publish, recover
from archive.segments import Sealed, fresh_folder, remove_folder, seal_index, write_sealed
from archive.store import LocalStore
from archive.warc import SUFFIX

GRACE = timedelta(days=7)
"""Age at which files that were rewritten are deleted: whoever reads an older state has them until then."""


class Rewriting:
    """Whoever rewrites an archive's files; one at a time. Writers and readers go on meanwhile."""

    def __init__(self, root: Path, disk: Disk) -> None:
        self.root, self.disk = root, disk
        self.log = Log(LocalStore(root, disk))
        self.name = f"{socket.gethostname()}/{fresh_ulid()}"

    def recover(self) -> None:
        """Take up what dead writers have left. Raises Damaged and OSError."""
        recover(self.root, self.log, writer=self.name, disk=self.disk)

    @contextmanager
    def draft(self) -> Iterator[Draft]:
        """Give a place for new files; what is not committed at the end is gone."""
        folder, lock = fresh_folder(self.root)
        try:
            self.disk.make_folder(folder)
            self.disk.sync_folder(folder.parent)
            draft = Draft(self, folder)
            try:
                yield draft
            finally:
                # What is sealed and could not be committed is rolled forward by the next who opens the archive.
                if draft.committed or not draft.sealed:
                    remove_folder(folder, self.disk)
        except OSError as error:
            raise CannotWrite(folder, error.strerror or str(error)) from error
        finally:
            lock.release(remove=not folder.exists())


class Draft:
    """New files, not yet published."""

    def __init__(self, rewriting: Rewriting, folder: Path) -> None:
        self._rewriting, self._folder = rewriting, folder
        self.added: list[File] = []
        self.sealed = self.committed = False

    def lines(self, folder: str, lines: Iterable[Line], compression: Compression, given: Origins) -> int:
        """Write a file of lines into a stream's partition; return how many there were. No lines, no file."""
        key = f"{folder}/{fresh_ulid()}{SUFFIXES[compression]}"
        if not self._write(key, pack(given.follow(lines), compression)):
            return 0
        found = self._inspect(key)
        with (self._folder / key.replace("/", "@")).open("rb") as file:
            self.added.append(found.file(file, origins=given.made()))
        return found.records

    def appended(self, folder: str, lines: Iterable[bytes], compression: Compression) -> int:
        """Write a file of lines that are new to the archive; return how many there were. No lines, no file."""
        key = f"{folder}/{fresh_ulid()}{SUFFIXES[compression]}"
        if not self._write(key, pack(lines, compression)):
            return 0
        found = self._inspect(key)
        with (self._folder / key.replace("/", "@")).open("rb") as file:
            self.added.append(found.file(file))
        return found.records

    def warc(self, folder: str, members: Iterable[bytes]) -> int:
        """Write a WARC of packed records, with its index; return how many there were. No records, no file."""
        key = f"{folder}/{fresh_ulid()}{SUFFIX}"
        if not self._write(key, members):
            return 0
        found = self._inspect(key)
        with (self._folder / key.replace("/", "@")).open("rb") as file:
            self.added.append(found.file(file))
        self.added.append(seal_index(self._folder, index_of(key), found, self._rewriting.disk))
        return found.records

    def take_in_place(self, key: str) -> None:
        """Take a file that lies at its key already, if it is whole; a WARC with its index."""
        store = self._rewriting.log.store
        with store.open(key) as file:
            found = Inspection(key).walk(file)
            if found.damage is not None or not found.records:
                return
            self.added.append(found.file(file))
        if key.endswith(SUFFIX):
            # What lies there may be torn; it follows from the WARC.
            store.delete(index_of(key))
            self.added.append(seal_index(self._folder, index_of(key), found, self._rewriting.disk))

    def drop(self, count: int) -> None:
        """Take back the files that were written last, so that `count` remain."""
        for file in self.added[count:]:
            self._rewriting.disk.unlink(self._folder / file.key.replace("/", "@"))
        del self.added[count:]

    def commit(
        self,
        kind: CommitKind,
        removed: Iterable[str],
        *,
        erasures: Iterable[Erasure] = (),
        lost: Iterable[str] = (),
        note: str | None = None,
    ) -> Commit | None:
        """Put the new files in the place of those that are `removed`; None where there is nothing to do."""
        rewriting = self._rewriting
        sealed = Sealed(
            id=fresh_ulid(),
            writer=rewriting.name,
            created_at=datetime.now(UTC),
            after=rewriting.log.head().number,
            added=tuple(self.added),
            kind=kind,
            removed=tuple(removed),
            erasures=tuple(erasures),
            lost=tuple(lost),
            note=note,
        )
        write_sealed(self._folder, sealed, rewriting.disk)
        self.sealed = True
        try:
            made = publish(sealed, self._folder, rewriting.log)
        except Conflict as error:
            self.committed = True  # by somebody else: there is nothing to roll forward
            raise Locked(rewriting.root, "somebody else has rewritten the same files meanwhile; try again") from error
        self.committed = True
        return made[0] if made else None

    def _write(self, key: str, parts: Iterable[bytes]) -> int:
        disk, path = self._rewriting.disk, self._folder / key.replace("/", "@")
        descriptor, end = disk.create(path), 0
        try:
            for part in parts:
                disk.write(descriptor, part, end)
                end += len(part)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
        if not end:
            disk.unlink(path)
        return end

    def _inspect(self, key: str) -> Inspection:
        with (self._folder / key.replace("/", "@")).open("rb") as file:
            found = Inspection(key).walk(file)
        if found.damage:
            raise found.damage
        return found


class Origins:
    """Where the lines of a new file come from, gathered while they pass."""

    def __init__(self, files: Iterable[File]) -> None:
        self._wanted = [origin for file in files for origin in file.origins or ()]
        self._kept: dict[int, set[int]] = {}

    def follow(self, lines: Iterable[Line]) -> Iterator[bytes]:
        """Yield the lines' bytes."""
        for line in lines:
            self._kept.setdefault(line.commit, set()).add(line.ordinal)
            yield line.data

    def made(self) -> tuple[Origin, ...]:
        """Return the origins of the new file: those of the old ones, with what did not pass as erased."""
        return tuple(
            Origin(
                commit=origin.commit,
                start=origin.start,
                count=origin.count,
                erased=tuple(
                    ordinal
                    for ordinal in range(origin.start, origin.start + origin.count)
                    if ordinal not in self._kept.get(origin.commit, ())
                ),
            )
            for origin in self._wanted
        )


@contextmanager
def rewriting(root: Path, disk: Disk = DISK) -> Iterator[Rewriting]:
    """Give the right to rewrite an archive's files, what dead writers left taken up before.

    Raises NotAnArchive, UnsupportedFormat, CannotWrite, Damaged, and Locked where somebody else is at it.
    """
    check(root)
    try:
        disk.make_folders(root / OPEN)
        lock = Lock.acquire(root / OPEN / "maintenance.lock")
        if lock is None:
            raise Locked(root, "somebody else repairs, compacts or erases in it")
        try:
            found = Rewriting(root, disk)
            found.recover()
            yield found
        finally:
            lock.release()
    except OSError as error:
        raise CannotWrite(root, error.strerror or str(error)) from error


def delete_removed(log: Log, *, grace: timedelta, now: datetime) -> list[str]:
    """Delete files that no commit names any more, and whose removal is older than the grace; return their keys.

    What an erasure removed is deleted whatever the grace is.
    """
    live = log.snapshot().files
    lying = {key for top in TOPS for key in log.store.names(f"{top}/")} - live.keys()
    deleted = []
    for number in range(log.head().number, 0, -1):
        if not lying:
            break
        commit, _ = log.read(number)
        gone = lying & set(commit.removed)
        lying -= gone
        if commit.kind == "erase" or now - commit.created_at >= grace:
            deleted += sorted(gone)
    for key in deleted:
        log.store.delete(key)
    return deleted
