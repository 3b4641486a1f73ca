"""Mirroring: a copy of an archive, made and kept up while crawls write into it, and an archive itself at any moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.commit import File
from archive.disk import DISK, Disk
from archive.errors import CannotWrite, DamagedFile, NotMergeable
from archive.folder import OPEN, prepare
from archive.ids import fresh_ulid
from archive.log import Log, Snapshot, checkpoint_key, commit_key
from archive.reader import Archive
from archive.rewriting import GRACE, delete_removed, rewriting
from archive.store import AlreadyExists, LocalStore

_PIECE = 1 << 20
_TRIES = 5
"""How often what is copied may be rewritten and deleted meanwhile."""


@dataclass(kw_only=True)
class Mirrored:
    """What was copied."""

    files: int = 0
    bytes: int = 0
    commits: int = 0
    deleted: int = 0
    """Files that were merged longer ago than the grace, or erased."""
    head: str | None = None
    """Digest of the newest commit of the copy."""


def mirror(
    source: Path,
    root: Path,
    *,
    grace: timedelta = GRACE,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[int, int], None] = lambda done, of: None,
    disk: Disk = DISK,
) -> Mirrored:
    """Bring the copy at `root`, made there if absent, up to the archive at `source`, which is only read.

    Files come before the commits that name them, each compared with its digest; what is there is not read again. Cut
    off, it is completed by the next. A takedown takes the article from the copy as well. Raises NotMergeable where the
    copy holds commits that the source does not, DamagedFile where the source is not what its log says, and CannotWrite,
    Locked and what `Archive` raises.
    """
    opened = Archive(source)
    prepare(root, disk)
    with rewriting(root, disk) as work:
        made = Mirrored()
        try:
            _compare(opened.log, work.log, opened.root, root)
            _copy_files(opened, LocalStore(root, disk), made, progress, disk)
            _copy_commits(opened, work.log, made)
            made.deleted = len(delete_removed(work.log, grace=grace, now=now()))
        except OSError as error:
            raise CannotWrite(root, error.strerror or str(error)) from error
        made.head = work.log.head().digest
        return made


def _compare(ours: Log, theirs: Log, source: Path, root: Path) -> None:
    """Raise NotMergeable unless the copy's log is the beginning of the source's."""
    head = theirs.head()
    if head.number > ours.head().number or (head.number and ours.read(head.number)[1] != head.digest):
        raise NotMergeable(root, f"commit {head.number} is none of {source}: it is no copy, or was written into")


def _copy_files(
    opened: Archive, store: LocalStore, made: Mirrored, progress: Callable[[int, int], None], disk: Disk
) -> None:
    for last in range(_TRIES - 1, -1, -1):
        try:
            _copy_all(opened, opened.snapshot, store, made, progress, disk)
        except FileNotFoundError as error:
            # Compacted without a grace, or erased, since the log was read: a later commit says so.
            head = opened.head
            opened.refresh()
            if opened.head == head or not last:
                raise DamagedFile(str(error.filename), "", "the file is missing") from None
        else:
            return


def _copy_all(
    opened: Archive,
    snapshot: Snapshot,
    store: LocalStore,
    made: Mirrored,
    progress: Callable[[int, int], None],
    disk: Disk,
) -> None:
    files = [file for _, file in snapshot.files.values()]
    total, done = sum(file.bytes for file in files), 0
    for file in files:
        if not (store.root / file.key).exists():
            _copy(opened, file, store, disk)
            made.files, made.bytes = made.files + 1, made.bytes + file.bytes
        done += file.bytes
        progress(done, total)


def _copy(opened: Archive, file: File, store: LocalStore, disk: Disk) -> None:
    draft, digest, end = store.root / OPEN / f".{fresh_ulid()}.draft", hashlib.sha256(), 0
    with opened.store.open(file.key) as given:
        descriptor = disk.create(draft)
        try:
            while piece := given.read(_PIECE):
                digest.update(piece)
                disk.write(descriptor, piece, end)
                end += len(piece)
            disk.sync(descriptor)
        finally:
            disk.close(descriptor)
    if digest.hexdigest() != file.sha256:
        disk.unlink(draft)
        raise DamagedFile(f"{opened.root}/{file.key}", "", "its SHA-256 is not the acknowledged one")
    store.put(file.key, draft)


def _copy_commits(opened: Archive, theirs: Log, made: Mirrored) -> None:
    for number in range(theirs.head().number + 1, opened.head.number + 1):
        opened.log.read(number)  # raises where it is damaged
        with suppress(AlreadyExists):
            theirs.store.create(commit_key(number), opened.store.read(commit_key(number)))
        with suppress(AlreadyExists, FileNotFoundError):
            theirs.store.create(checkpoint_key(number), opened.store.read(checkpoint_key(number)))
        made.commits += 1
