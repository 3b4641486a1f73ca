"""Repair: what is whole in damaged files is kept, the rest is given up and said, and everything fits together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from archive.catalog import discard
from archive.cdxj import read_index
from archive.commit import File
from archive.disk import DISK, Disk
from archive.errors import DamagedLog
from archive.folder import CATALOG, TOPS, index_of, stream_of
from archive.frames import Frame, compression_of
from archive.lines import Line, decode, lines_of
from archive.log import Snapshot, checkpoint_key
from archive.records import STREAMS, Capture
from archive.rewriting import Draft, Origins, Rewriting, rewriting
from archive.salvage import whole_frames, whole_members
from archive.soundness import check_file
from archive.verify import Report, verify


@dataclass(kw_only=True)
class Repaired:
    """What was done."""

    files: list[str] = field(default_factory=list)
    """Damaged files that were written anew, as far as they were whole."""
    lost: int = 0
    """Lines and records that were given up."""
    adopted: list[str] = field(default_factory=list)
    """Whole files that no commit named, and that count again."""
    checkpoints: list[str] = field(default_factory=list)
    """Damaged checkpoints that were deleted: readers replay the commits instead."""
    report: Report | None = None
    """Of the verification afterwards."""


def repair(
    root: Path,
    *,
    adopt: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str], None] = lambda key: None,
    disk: Disk = DISK,
) -> Repaired:
    """Mend an archive whose files are damaged; with `adopt` take in whole files that no commit names, too.

    A damaged commit cannot be mended: it takes a copy of it. Raises DamagedLog then, and what `rewriting` raises.
    """
    made = Repaired()
    with rewriting(root, disk) as work:
        made.checkpoints = _drop_checkpoints(work)
        snapshot = work.log.snapshot()
        damaged = [file for _, file in snapshot.files.values() if check_file(work.log.store, file).findings]
        bad = {file.key for file in damaged}
        pairs = {index_of(file.key): file for _, file in snapshot.of("warc/")}
        # A WARC and its index are one: where either is damaged, both are written anew.
        warcs = {file.key: file for file in damaged if stream_of(file.key) == "warc"}
        warcs |= {pairs[key].key: pairs[key] for key in bad if key in pairs}
        for file in [file for file in damaged if stream_of(file.key) in STREAMS.values()]:
            progress(file.key)
            with work.draft() as draft:
                kept = _salvage_lines(work, draft, file)
                draft.commit("repair", [file.key], note=f"{file.records - kept} of {file.records} lines lost")
            made.files.append(file.key)
            made.lost += file.records - kept
        for file in warcs.values():
            progress(file.key)
            with work.draft() as draft:
                held = _captures_of(work, file)
                kept = draft.warc(file.key.rpartition("/")[0], _salvage_records(work, file, held))
                removed = [key for key in (file.key, index_of(file.key)) if key in snapshot.files]
                draft.commit(
                    "repair", removed, lost=sorted(held), note=f"{file.records - kept} of {file.records} records lost"
                )
            made.files.append(file.key)
            made.lost += file.records - kept
        if adopt:
            made.adopted = _adopt(work)
        discard(root / CATALOG)
    made.report = verify(root)
    return made


def _drop_checkpoints(work: Rewriting) -> list[str]:
    dropped, snapshot, checkpoints = list[str](), Snapshot(), set(work.log.checkpoints())
    for commit, digest in work.log.since(0):
        snapshot.apply(commit, digest)
        if commit.number not in checkpoints:
            continue
        try:
            sound = work.log.read_checkpoint(commit.number) == snapshot
        except DamagedLog:
            sound = False
        if not sound:
            work.log.store.delete(checkpoint_key(commit.number))
            dropped.append(checkpoint_key(commit.number))
    return dropped


def _salvage_lines(work: Rewriting, draft: Draft, file: File) -> int:
    try:
        with work.log.store.open(file.key) as opened:
            data = opened.read()
    except FileNotFoundError:
        return 0
    frames = list(whole_frames(data, file.key))
    folder = file.key.rpartition("/")[0]
    return draft.lines(folder, _placed(frames, file), compression_of(file.key), Origins([file]))


def _placed(frames: list[Frame], file: File) -> Iterator[Line]:
    """Yield the lines of whole frames at their places; behind the last gap places are counted from the end.

    Between two gaps nobody knows them: there the lines follow on those before, as places that are still free.
    """
    places = [
        (origin.commit, ordinal)
        for origin in file.origins or ()
        for ordinal in range(origin.start, origin.start + origin.count)
        if ordinal not in origin.erased
    ]
    last_run = _last_run(frames)
    ends_whole = bool(frames) and frames[-1].offset + frames[-1].size == file.bytes
    tail = sum(len(frame.lines()) for frame in frames[last_run:]) if last_run is not None and ends_whole else 0
    at = 0
    for number, frame in enumerate(frames):
        if tail and number == last_run:
            at = max(at, len(places) - tail)
        for place, data in enumerate(frame.lines()):
            if at < len(places):
                yield Line(*places[at], frame.offset, place, data)
            at += 1


def _last_run(frames: list[Frame]) -> int | None:
    """Return which frame stands behind the last gap, the beginning of the file among them; None without a gap."""
    end, last = 0, None
    for number, frame in enumerate(frames):
        if frame.offset != end:
            last = number
        end = frame.offset + frame.size
    return last


class _Named(msgspec.Struct):
    captures: tuple[Capture, ...]


def _captures_of(work: Rewriting, file: File) -> set[str]:
    """Return the record ids of a WARC's captures: by its index, or those that only lines name where it is damaged."""
    store, snapshot = work.log.store, work.log.snapshot()
    indexes = {key: index for key, (_, index) in snapshot.files.items() if stream_of(key) == "index"}
    own = indexes.pop(index_of(file.key), None)
    if own is not None and not check_file(store, own).findings:
        return {line.entry.record_id for line in read_index(store.read(own.key), own.key)}
    named, decoder = set[str](), msgspec.json.Decoder(_Named)
    for stream in STREAMS.values():
        for _, lines in snapshot.of(f"{stream}/"):
            for line in lines_of(store, lines):
                named |= {capture.record_id for capture in decode(line, decoder, lines.key).captures}
    for index in indexes.values():
        if not check_file(store, index).findings:
            named -= {line.entry.record_id for line in read_index(store.read(index.key), index.key)}
    return named


def _salvage_records(work: Rewriting, file: File, lost: set[str]) -> Iterator[bytes]:
    """Yield the whole records of a WARC, and take what is yielded off what is `lost`."""
    try:
        with work.log.store.open(file.key) as opened:
            data = opened.read()
    except FileNotFoundError:
        return
    for member in whole_members(data, file.key):
        lost.discard(member.record_id)
        yield data[member.offset : member.offset + member.size]


def _adopt(work: Rewriting) -> list[str]:
    """Commit whole files that lie in their places and that no commit ever named, as after a loss of the log's tail."""
    store, live = work.log.store, work.log.snapshot().files
    known = set(live)
    for commit, _ in work.log.since(0):
        known |= {file.key for file in commit.added} | set(commit.removed)
    with work.draft() as draft:
        for key in sorted({key for top in TOPS for key in store.names(f"{top}/")} - known):
            if stream_of(key) != "index":
                draft.take_in_place(key)
        draft.commit("append", [], note="adopted: whole files that no commit named")
        return [file.key for file in draft.added]
