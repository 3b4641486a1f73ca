"""How sealed segments become a commit, by their writer or, where it died, by whoever comes next."""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from archive.commit import Commit, decode_sealed
from archive.disk import Disk
from archive.errors import DamagedFile, DamagedLog
from archive.folder import OPEN
from archive.inspection import file_digest
from archive.journal import read_journal
from archive.lock import Lock, is_held
from archive.log import Conflict, Head, Log
from archive.segments import DAMAGED, JOURNAL, SEALED, Sealed, cut, lock_path, remove_folder, seal_folder

log = logging.getLogger(__name__)

_SEGMENTS = re.compile("[0-9A-Z]{26}")
"""Names of folders of open segments: ulids."""
_DRAFT_AGE = 86400
"""Seconds; a draft of a commit lives for milliseconds, so an old one is a dead writer's."""


def publish(sealed: Sealed, folder: Path, archive_log: Log) -> tuple[Commit, str] | None:
    """Put sealed segments to their keys and commit them; return the commit and its digest.

    May be cut off anywhere and called again: files that are in place stay, and a commit of this ulid is made once.
    Returns None where there is nothing to commit.
    """
    if not (sealed.added or sealed.removed or sealed.erasures or sealed.lost):
        return None
    for file in sealed.added:
        archive_log.store.put(file.key, folder / file.key.replace("/", "@"))
    number = archive_log.find(sealed.id, after=sealed.after)
    if number is not None:
        archive_log.settle(number)
        return archive_log.read(number)

    def draft(head: Head) -> Commit:
        return Commit(
            id=sealed.id,
            number=head.number + 1,
            kind=sealed.kind,
            writer=sealed.writer,
            created_at=sealed.created_at,
            added=sealed.added,
            removed=sealed.removed,
            erasures=sealed.erasures,
            lost=sealed.lost,
            note=sealed.note,
            prev=head.digest,
        )

    try:
        return archive_log.commit(draft, removes=bool(sealed.removed))
    except Conflict:
        # Another rewriting of the same files was faster: this one counts for nothing.
        for file in sealed.added:
            archive_log.store.delete(file.key)
        raise


def recover(root: Path, archive_log: Log, *, writer: str, disk: Disk) -> list[str]:
    """Bring what dead writers acknowledged into the log; return the names of the segments that were taken up.

    A folder whose lock somebody holds is left alone, however old it is. Raises OSError and DamagedLog.
    """
    opened = root / OPEN
    taken = []
    for folder in sorted(path for path in opened.iterdir() if path.is_dir() and path.name != DAMAGED):
        lock = Lock.acquire(lock_path(folder))
        if lock is None:
            continue
        try:
            if folder.exists():  # another recovery may have been faster
                _roll_forward(folder, archive_log, writer=writer, disk=disk)
                taken.append(folder.name)
        finally:
            lock.release(remove=not folder.exists())
    _sweep(opened, disk)
    return taken


def left_behind(root: Path) -> int:
    """Return how many folders of open segments wait for a recovery: their writers are dead. Changes nothing."""
    opened = root / OPEN
    folders = [path for path in opened.iterdir() if path.is_dir() and path.name != DAMAGED] if opened.is_dir() else []
    return sum(not is_held(lock_path(folder)) for folder in folders)


def _roll_forward(folder: Path, archive_log: Log, *, writer: str, disk: Disk) -> None:
    sealed = _read_sealed(folder, disk)
    if sealed is None:
        journal = folder / JOURNAL
        ends = {}
        if journal.exists():
            # It may have been cut, and not yet on the disk: what it tells of is not cut before that.
            cut(journal, journal.stat().st_size, disk)
            ends = read_journal(journal.read_bytes()).ends
        if not ends:
            remove_folder(folder, disk)
            return
        now = datetime.now(UTC)
        head = archive_log.head()
        sealed = seal_folder(folder, ends, writer=writer, after=head.number, now=now, disk=disk)
    try:
        _check_in_place(sealed, folder, archive_log)
    except DamagedFile as damage:
        # Somebody took published files away. The rest is kept for a person, and the next writer is not held up.
        log.critical("%s: %s; what is left is in %s", folder, damage, folder.parent / DAMAGED)
        disk.make_folders(folder.parent / DAMAGED)
        disk.rename(folder, folder.parent / DAMAGED / folder.name)
        disk.sync_folder(folder.parent / DAMAGED)
        return
    try:
        publish(sealed, folder, archive_log)
    except Conflict:
        log.warning("%s: its files were rewritten by somebody else meanwhile", folder)
    remove_folder(folder, disk)
    log.warning("recovered %s, left by a writer that did not end in good order", folder.name)


def _read_sealed(folder: Path, disk: Disk) -> Sealed | None:
    try:
        found: Sealed = decode_sealed((folder / SEALED).read_bytes(), SEALED, Sealed)
    except FileNotFoundError:
        return None
    except DamagedLog:
        # A disk may lie of what it has synced. The segments themselves are there, and are sealed again.
        return None
    # Whoever wrote it may have died before its name was on disk; what it says is acted on from here.
    disk.sync_folder(folder)
    return found


def _check_in_place(sealed: Sealed, folder: Path, archive_log: Log) -> None:
    """Raise DamagedFile unless each file that is in its place already is what was sealed: then it is not published."""
    for file in sealed.added:
        if (folder / file.key.replace("/", "@")).exists():
            continue
        try:
            with archive_log.store.open(file.key) as found:
                if file_digest(found) != file.sha256:
                    raise DamagedFile(file.key, "", "it is not what was sealed")
        except FileNotFoundError:
            raise DamagedFile(file.key, "", "it was sealed and is missing") from None


def _sweep(opened: Path, disk: Disk) -> None:
    """Remove locks without a folder, and drafts that nobody can be at work on any more."""
    for path in sorted(opened.glob("*.lock")):
        # Locks of sites and of keepers stay: to look whether one is free is to hold it, and its owner may just come.
        if (
            _SEGMENTS.fullmatch(path.stem)
            and not path.with_suffix("").exists()
            and (lock := Lock.acquire(path)) is not None
        ):
            lock.release()
    for path in opened.glob(".*.draft"):
        if time.time() - path.stat().st_mtime > _DRAFT_AGE:
            disk.unlink(path)
