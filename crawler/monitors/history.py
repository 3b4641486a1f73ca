"""The past of each site: a file of JSON Lines, to which each of its runs adds one."""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec

from archive.disk import DISK
from crawler.monitors.facts import RunFacts

_BLOCK = 1 << 16
"""Bytes that are read at once, from the end: some thirty runs."""

_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RunFacts).decode


def path_of(folder: Path, site: str) -> Path:
    """Return a site's file.

    >>> path_of(Path("history"), "a.cn/b").name
    'a.cn%2Fb.jsonl'
    """
    return folder / f"{quote(site, safe='')}.jsonl"


def append(folder: Path, facts: RunFacts) -> None:
    """Add a run to its site's past; it is on disk when this returns. Raises OSError, and then nothing was added."""
    DISK.make_folders(folder)
    descriptor = os.open(path_of(folder, facts.site), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        end = _end(descriptor)
        DISK.truncate(descriptor, end)
        try:
            DISK.write(descriptor, _encode(facts) + b"\n", end)
            DISK.sync(descriptor)
            if end == 0:
                DISK.sync_folder(folder)
        except OSError:
            DISK.truncate(descriptor, end)
            raise
    finally:
        DISK.close(descriptor)


def read(folder: Path, site: str, most: int = 400) -> list[RunFacts]:
    """Return a site's last runs, oldest first; without those whose line cannot be read, which are logged."""
    runs, unreadable = recall(folder, site, most)
    if unreadable:
        _log.warning("%s: %d lines cannot be read and are passed over", path_of(folder, site), unreadable)
    return runs


def recall(folder: Path, site: str, most: int = 400) -> tuple[list[RunFacts], int]:
    """Return a site's last runs, oldest first, and how many lines among them cannot be read.

    No more of the file is read than they need. A last line without its end was never acknowledged: it is no run.
    """
    runs: list[RunFacts] = []
    unreadable = 0
    try:
        descriptor = os.open(path_of(folder, site), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return [], 0
    try:
        for line in _lines_back(descriptor):
            if len(runs) >= most:
                break
            try:
                runs.append(_decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError):
                unreadable += 1
    finally:
        os.close(descriptor)
    return runs[::-1], unreadable


def _end(descriptor: int) -> int:
    """Return where the last whole line ends."""
    start = os.fstat(descriptor).st_size
    while start > 0:
        before = max(0, start - _BLOCK)
        found = os.pread(descriptor, start - before, before).rfind(b"\n")
        if found >= 0:
            return before + found + 1
        start = before
    return 0


def _lines_back(descriptor: int) -> Iterator[bytes]:
    """Yield the whole lines, the last one first."""
    start = _end(descriptor)
    parts: list[bytes] = []
    """What is known of the line whose begin is not read yet, its end first."""
    while start > 0:
        before = max(0, start - _BLOCK)
        first, *lines = os.pread(descriptor, start - before, before).split(b"\n")
        for line in reversed(lines):
            parts.append(line)
            if whole := b"".join(reversed(parts)):
                yield whole
            parts.clear()
        parts.append(first)
        start = before
    if whole := b"".join(reversed(parts)):
        yield whole
