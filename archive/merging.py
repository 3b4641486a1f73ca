"""Merging: what one archive holds and another does not becomes part of the other, as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

import msgspec

from archive.commit import CommitKind, Erasure, File
from archive.disk import DISK, Disk
from archive.errors import DamagedFile, NotMergeable, SiteLocked
from archive.folder import OPEN, stream_of
from archive.frames import compression_of
from archive.lines import LogOrder, decode, records_of
from archive.lock import site_lock
from archive.log import Snapshot
from archive.publishing import left_behind
from archive.reader import Archive
from archive.records import STREAMS
from archive.rewriting import Draft, Rewriting, rewriting
from archive.soundness import check_file
from archive.store import Store
from archive.warc import members

MOST_LINES = 4_000_000
"""Lines of one commit; a stream's places in a commit are bounded."""


@dataclass(kw_only=True)
class Merged:
    """What was taken over."""

    lines: Counter[str] = field(default_factory=Counter)
    """By stream."""
    records: int = 0
    """WARC records, requests among them."""
    present: int = 0
    """Lines that were there already."""
    since: str = ""
    """Cursor of the target's feed of changes behind which the new lines are told."""
    left: int = 0
    """Folders of open segments in the source, which are no part of it yet."""


def merge(
    root: Path,
    source: Path,
    *,
    progress: Callable[[str], None] = lambda key: None,
    disk: Disk = DISK,
    most_lines: int = MOST_LINES,
) -> Merged:
    """Take into the archive at `root` what the one at `source` holds beyond it; the source is only read.

    Lines and records stay as they are, their ids, times and digests among them, in the order of the source's log, and
    come behind all that is there. Done again, it adds nothing. Cut off, it is completed by the next. What the source
    has taken down is remembered. Raises NotMergeable where one holds what the other has taken down, SiteLocked where
    a run is at work on one of the sites, Damaged where the source is not sound, and what `rewriting` raises.
    """
    given = Archive(source)
    with rewriting(root, disk) as work, ExitStack() as locks:
        for site in sorted(_sites(given)):
            lock = site_lock(root / OPEN, site)
            if lock is None:
                raise SiteLocked(root, site)
            locks.callback(lock.release)
        # A run may have ended, or died, since the first look.
        work.recover()
        into = Archive(root)
        erasures = _erasures(into, given)
        _refuse_damage(given, progress)
        made = Merged(since=f"{into.head.number}.2.999999999", left=left_behind(source))
        _take_records(work, into, given, erasures, made, progress)
        _take_lines(work, into, given, made, progress, most_lines)
    return made


class _Key(msgspec.Struct):
    """What tells a line from all others of its stream."""

    id: str
    site: str
    visit_id: str
    revision_id: str = ""
    outcome: str = ""

    def digest(self) -> bytes:
        names = (self.revision_id,) if self.revision_id else (self.visit_id, self.id, self.outcome)
        return blake2b("\n".join(names).encode(), digest_size=16).digest()


_keys = msgspec.json.Decoder(_Key)


def _all_keys(opened: Archive) -> Iterator[tuple[str, _Key]]:
    for stream in STREAMS.values():
        for _, file in opened.snapshot.of(f"{stream}/"):
            for key in records_of(opened.store, file, _keys):
                yield stream, key


def _sites(opened: Archive) -> set[str]:
    return {key.site for _, key in _all_keys(opened)}


def _erasures(into: Archive, given: Archive) -> list[Erasure]:
    """Return the takedowns of the source that are new to the target. Raises NotMergeable."""
    for one, other in ((into, given), (given, into)):
        names = {name for _, erasure in one.snapshot.erasures.values() for name in (erasure.id, *erasure.names)}
        held = next((key.id for _, key in _all_keys(other) if key.id in names), None) if names else None
        if held is not None:
            raise NotMergeable(other.root, f"article {held} was taken down in {one.root}: erase it there, too")
    return [erasure for id_, (_, erasure) in given.snapshot.erasures.items() if id_ not in into.snapshot.erasures]


def _refuse_damage(given: Archive, progress: Callable[[str], None]) -> None:
    """Raise DamagedFile where a file of the source is not what its log says."""
    for key, (_, file) in given.snapshot.files.items():
        progress(key)
        for finding in check_file(given.store, file).findings:
            raise DamagedFile(f"{given.root}/{finding.key}", finding.place, finding.what)


def _take_records(
    work: Rewriting,
    into: Archive,
    given: Archive,
    erasures: list[Erasure],
    made: Merged,
    progress: Callable[[str], None],
) -> None:
    """Commit the captures, before any line that names them, with what the source has given up or taken down."""
    there = {record_id for file in _warcs(into.snapshot) for record_id in _records(into.store, file)}
    with work.draft() as draft:
        for file in _warcs(given.snapshot):
            progress(file.key)
            if new := set(_records(given.store, file)) - there:
                made.records += draft.warc(file.key.rpartition("/")[0], _members(given.store, file, new))
        lost = given.snapshot.lost - into.snapshot.lost
        if draft.added or erasures or lost:
            kind: CommitKind = "erase" if erasures else "append"
            note = f"merged: captures of {given.head.digest}"
            draft.commit(kind, (), erasures=erasures, lost=sorted(lost), note=note)


def _warcs(snapshot: Snapshot) -> list[File]:
    return [file for _, file in snapshot.of("warc/")]


def _records(store: Store, file: File) -> Iterator[str]:
    with store.open(file.key) as opened:
        for member in members(opened, file.key):
            if member.kind != "warcinfo":
                yield member.record_id


def _members(store: Store, file: File, new: set[str]) -> Iterator[bytes]:
    """Yield the records that are new, and what the file says of itself, as they lie there."""
    with store.open(file.key) as opened, store.open(file.key) as raw:
        for member in members(opened, file.key):
            if member.record_id in new or member.kind == "warcinfo":
                raw.seek(member.offset)
                yield raw.read(member.size)


def _take_lines(
    work: Rewriting, into: Archive, given: Archive, made: Merged, progress: Callable[[str], None], most: int
) -> None:
    there = {stream: set[bytes]() for stream in STREAMS.values()}
    for stream, key in _all_keys(into):
        there[stream].add(key.digest())
    lines = _new_lines(given, there, made, progress)
    more = True
    while more:
        with work.draft() as draft:
            more = _write(draft, lines, made, most)
            if draft.added:
                draft.commit("append", (), note=f"merged: lines of {given.head.digest}")


def _new_lines(
    given: Archive, there: dict[str, set[bytes]], made: Merged, progress: Callable[[str], None]
) -> Iterator[tuple[File, bytes]]:
    """Yield the lines that are not there, stream by stream in the order of the source's log."""
    for stream, known in there.items():
        order = LogOrder(given.store, [file for _, file in given.snapshot.of(f"{stream}/")], 1)
        for file, line in order:
            digest = decode(line, _keys, file.key).digest()
            if digest in known:
                made.present += 1
                continue
            known.add(digest)
            yield file, line.data
        order.close()
        progress(stream)


def _write(draft: Draft, lines: Iterator[tuple[File, bytes]], made: Merged, most: int) -> bool:
    """Write a file for each run of lines of one partition, up to `most` lines; return whether that bound was met."""
    left = most

    def few() -> Iterator[tuple[File, bytes]]:
        nonlocal left
        while left and (found := next(lines, None)) is not None:
            left -= 1
            yield found

    for (folder, compression), run in groupby(
        few(), key=lambda found: (found[0].key.rpartition("/")[0], compression_of(found[0].key))
    ):
        made.lines[stream_of(folder)] += draft.appended(folder, (data for _, data in run), compression)
    return not left
