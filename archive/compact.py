"""Compaction: many small files of a closed day become few, their lines and records as they were."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from archive.catalog import Catalog
from archive.commit import File
from archive.disk import DISK, Disk
from archive.errors import DamagedFile
from archive.folder import CATALOG, index_of, stream_of
from archive.frames import Compression, compression_of
from archive.lines import Line, lines_of
from archive.packing import parts, take_gz
from archive.records import STREAMS
from archive.rewriting import GRACE, Draft, Origins, Rewriting, delete_removed, rewriting
from archive.store import Store

log = logging.getLogger(__name__)

TARGET = 256 * 1024 * 1024
"""Bytes from which a file is large enough to be left alone."""


@dataclass(kw_only=True)
class Compaction:
    """What was done."""

    before: int = 0
    """Files that were merged."""
    after: int = 0
    """Files that they became."""
    deleted: list[str] = field(default_factory=list)
    """Keys of files that were merged or rewritten longer ago than the grace."""


def compact(
    root: Path,
    *,
    until: date | None = None,
    target: int = TARGET,
    grace: timedelta = GRACE,
    compression: Compression | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str], None] = lambda folder: None,
    disk: Disk = DISK,
) -> Compaction:
    """Merge the small files of each day before `until` (today, UTC), one commit a stream and day.

    Cursors, ids and contents stay, and lines stay packed as they are, unless `compression` says otherwise: then files
    that are packed in another way are written anew, alone or of any size. Readers of an older state have its files
    until the grace is over. Raises as `rewriting` does.
    """
    made = Compaction()
    last = until or now().date()
    with rewriting(root, disk) as work:
        for folder, files in sorted(_partitions(work, last).items()):
            for group in _groups(files, target, compression):
                progress(folder)
                with work.draft() as draft:
                    _merge(work.log.store, draft, folder, group, compression)
                    draft.commit("compact", _keys(group))
                    made.before += len(group)
                    made.after += 1
        _bring_up(work)
        made.deleted = delete_removed(work.log, grace=grace, now=now())
    return made


def _bring_up(work: Rewriting) -> None:
    """Tell the catalog where everything is now: who still asks the old places finds that out by itself."""
    try:
        with closing(Catalog(work.root / CATALOG, work.log)) as catalog:
            catalog.catch_up()
    except sqlite3.Error as error:
        log.warning("%s is behind: %s", work.root / CATALOG, error)


def _partitions(work: Rewriting, last: date) -> dict[str, list[File]]:
    found: dict[str, list[File]] = {}
    snapshot = work.log.snapshot()
    for stream in ("articles", "observations", "quarantine", "warc"):
        for _, file in snapshot.of(f"{stream}/"):
            folder = file.key.rpartition("/")[0]
            if folder.rpartition("date=")[2] < last.isoformat():
                found.setdefault(folder, []).append(file)
    return found


def _groups(files: list[File], target: int, compression: Compression | None) -> Iterator[list[File]]:
    """Yield neighbours that together are no larger than the target; a file alone only where it is to be packed anew."""
    group: list[File] = []
    for file in [*files, None]:
        if file is not None and sum(member.bytes for member in group) + file.bytes <= target:
            group.append(file)
            continue
        if len(group) > 1 or (group and _is_packed_otherwise(group[0], compression)):
            yield group
        group = [file] if file is not None else []
        if group and group[0].bytes > target:
            if _is_packed_otherwise(group[0], compression):
                yield group
            group = []


def _is_packed_otherwise(file: File, compression: Compression | None) -> bool:
    is_lines = stream_of(file.key) in STREAMS.values()
    return compression is not None and is_lines and compression_of(file.key) != compression


def _merge(store: Store, draft: Draft, folder: str, group: list[File], compression: Compression | None) -> None:
    if stream_of(folder) == "warc":
        draft.warc(folder, _members(store, group))
        return
    origins = Origins(group)
    draft.lines(folder, _in_order(store, group), compression or compression_of(group[-1].key), origins)


def _in_order(store: Store, group: list[File]) -> Iterator[Line]:
    for file in group:
        yield from lines_of(store, file)


def _members(store: Store, group: list[File]) -> Iterator[bytes]:
    for file in group:
        count = 0
        with store.open(file.key) as opened, store.open(file.key) as raw:
            for offset, size, _ in parts(opened, file.key, take_gz):
                raw.seek(offset)
                count += 1
                yield raw.read(size)
        if count != file.records:
            raise DamagedFile(file.key, "", f"{count} records, and its commit says {file.records}")


def _keys(group: list[File]) -> list[str]:
    keys = [file.key for file in group]
    return keys + [index_of(key) for key in keys if stream_of(key) == "warc"]
