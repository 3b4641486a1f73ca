"""Verification: everything that the archive has acknowledged, walked and compared with what the log says of it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import monotonic

import msgspec

from archive.commit import File, decode_sealed
from archive.errors import DamagedLog
from archive.folder import LAYOUT_BYTES, LAYOUT_NAME, OPEN, TOPS, check, stream_of
from archive.lines import decode, lines_of
from archive.log import Head, Log, Snapshot, checkpoint_key
from archive.records import STREAMS, Capture
from archive.segments import DAMAGED, SEALED, Sealed
from archive.soundness import Checked, Finding, capture_hash, check_file
from archive.store import LocalStore

_LITTLE = 32 << 20
"""Bytes below which processes of their own cost more than they bring."""


@dataclass(kw_only=True)
class Report:
    """What was found."""

    head: Head
    findings: list[Finding] = field(default_factory=list)
    """What is not as it was acknowledged; empty in a sound archive."""
    notes: list[str] = field(default_factory=list)
    """What is worth knowing and no damage."""
    commits: int = 0
    files: int = 0
    bytes: int = 0
    """As they lie on the disk."""
    unpacked: int = 0
    """Bytes of lines and records."""
    seconds: float = 0.0


def verify(
    root: Path,
    *,
    head: str | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Check everything: the log's chain, every file, line and record, the indexes, and that captures are there.

    `jobs` processes share the files. `head`, a digest that was printed earlier, must be in the log: else its tail was
    removed. Writers may go on meanwhile. Changes nothing. Raises NotAnArchive and UnsupportedFormat.
    """
    check(root)
    began = monotonic()
    log = Log(LocalStore(root))
    report = Report(head=Head())
    if (root / LAYOUT_NAME).read_bytes() != LAYOUT_BYTES:
        report.findings.append(Finding(LAYOUT_NAME, "", "its bytes are not those of this format"))
    snapshot, removed, digests = _check_log(log, report)
    if head is not None and head not in digests:
        report.findings.append(Finding("log", "", f"no commit is {head}: the log's tail was removed, or is another's"))
    if snapshot is not None:
        report.head = snapshot.head
        _check_files(root, log, snapshot, report, jobs, progress)
        if snapshot.lost:
            report.notes.append(f"{len(snapshot.lost)} captures were lost to damage and given up by a repair")
        _check_unlisted(root, log, snapshot, removed, report)
    _look_into_open(root, report)
    report.seconds = monotonic() - began
    return report


def _check_log(log: Log, report: Report) -> tuple[Snapshot | None, dict[str, str], set[str]]:
    """Walk the chain; return the last state, removed keys with the kind of their commit, and all digests."""
    snapshot, removed, digests = Snapshot(), dict[str, str](), set[str]()
    numbers, checkpoints = log.numbers(), set(log.checkpoints())
    sound = True
    for number in range(1, max(numbers, default=0) + 1):
        try:
            commit, digest = log.read(number)
            digests.add(digest)
            report.commits += 1
            if sound:
                snapshot.apply(commit, digest)
                removed.update(dict.fromkeys(commit.removed, commit.kind))
        except DamagedLog as damage:
            report.findings.append(Finding(damage.key, "", damage.reason))
            sound = False
        if sound and number in checkpoints:
            _check_checkpoint(log, snapshot, report)
    return snapshot if sound else None, removed, digests


def _check_checkpoint(log: Log, snapshot: Snapshot, report: Report) -> None:
    key = checkpoint_key(snapshot.head.number)
    try:
        if log.read_checkpoint(snapshot.head.number) != snapshot:
            report.findings.append(Finding(key, "", "it is not what the commits before it come to"))
    except DamagedLog as damage:
        report.findings.append(Finding(key, "", damage.reason))


def _check_files(
    root: Path,
    log: Log,
    snapshot: Snapshot,
    report: Report,
    jobs: int,
    progress: Callable[[int, int], None],
) -> None:
    files = [file for _, file in snapshot.files.values()]
    held, named = array("Q"), array("Q")
    total = sum(file.bytes for file in files)
    for checked in _each(root, files, jobs):
        report.files += 1
        report.bytes += checked.bytes
        report.unpacked += checked.unpacked
        report.findings += checked.findings
        held.extend(checked.held)
        named.extend(checked.named)
        progress(report.bytes, total)
    missing = _missing(array("Q", sorted(held)), named)
    if missing and not report.findings:
        # Where a WARC is damaged, its captures are missing because of that, and that is said already.
        report.findings += _without_capture(log, snapshot, missing)


def _each(root: Path, files: list[File], jobs: int) -> Iterator[Checked]:
    check_one = partial(_check_one, root)
    if jobs < 2 or sum(file.bytes for file in files) < _LITTLE:
        yield from map(check_one, files)
        return
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(check_one, files)


def _check_one(root: Path, file: File) -> Checked:
    return check_file(LocalStore(root), file)


def _missing(held: array[int], named: array[int]) -> set[int]:
    missing = set()
    for wanted in named:
        at = bisect_left(held, wanted)
        if at == len(held) or held[at] != wanted:
            missing.add(wanted)
    return missing


class _Named(msgspec.Struct):
    captures: tuple[Capture, ...]


def _without_capture(log: Log, snapshot: Snapshot, missing: set[int]) -> Iterator[Finding]:
    """Name the lines whose captures are not there, unless these were erased, or given up by a repair."""
    gone = {record_id for _, erasure in snapshot.erasures.values() for record_id in erasure.captures} | snapshot.lost
    decoder = msgspec.json.Decoder(_Named)
    for key, (_, file) in snapshot.files.items():
        if stream_of(key) not in STREAMS.values():
            continue
        for line in lines_of(log.store, file):
            for capture in decode(line, decoder, key).captures:
                if capture_hash(capture) in missing and capture.record_id not in gone:
                    place = f"byte {line.offset}, line {line.number + 1} of that frame"
                    yield Finding(key, place, f"no WARC holds its capture {capture.record_id}")


def _check_unlisted(root: Path, log: Log, snapshot: Snapshot, removed: dict[str, str], report: Report) -> None:
    lying = {key for top in TOPS for key in log.store.names(f"{top}/")} - snapshot.files.keys()
    # Looked up in this order, a file that a writer publishes meanwhile is pending, or committed by now.
    lying -= _pending(root)
    committed = log.snapshot().files.keys() if lying else set()
    waiting = 0
    for key in sorted(lying):
        if removed.get(key) == "erase":
            report.findings.append(Finding(key, "", "it was erased, and is still on the disk: newsreel erase again"))
        elif key in removed:
            waiting += 1
        elif key not in committed:
            report.findings.append(
                Finding(key, "", "no commit names it: the log's tail was removed, or it is not the archive's")
            )
    if waiting:
        report.notes.append(f"{waiting} files that were rewritten are still there, for readers of older states")


def _pending(root: Path) -> set[str]:
    """Return the keys that sealed segments are on their way to."""
    keys = set()
    for path in (root / OPEN).glob(f"*/{SEALED}"):
        try:
            sealed: Sealed = decode_sealed(path.read_bytes(), SEALED, Sealed)
        except (DamagedLog, FileNotFoundError):
            continue
        keys |= {file.key for file in sealed.added}
    return keys


def _look_into_open(root: Path, report: Report) -> None:
    damaged = sorted((root / OPEN / DAMAGED).glob("*"))
    for path in damaged:
        report.findings.append(
            Finding(f"{OPEN}/{DAMAGED}/{path.name}", "", "acknowledged, and not read back whole; look, then delete it")
        )
    waiting = [path for path in (root / OPEN).glob("*") if path.is_dir() and path.name != DAMAGED]
    if waiting:
        report.notes.append(f"{len(waiting)} folders of open segments: of writers at work, or for the next to take up")
