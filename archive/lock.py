"""A lock that ends with its process: flock on a file, never the clock."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from urllib.parse import quote

_TRIES = 3
_MOMENT = 0.01
"""Seconds between two tries."""


class Lock:
    """An exclusive lock on a file's name, held until `release` or the end of the process (flock(2))."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path, self._descriptor = path, descriptor

    @classmethod
    def acquire(cls, path: Path) -> Lock | None:
        """Return the lock, None where another process (or another holder in this one) has it."""
        tries = 0
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                tries += 1
                if tries < _TRIES:
                    # Who only asks whether it is held (`is_held`) has it for a moment.
                    time.sleep(_MOMENT)
                    continue
                return None
            # Whoever held it before may have removed the name meanwhile: then this is a lock on nothing.
            if _is(path, descriptor):
                return cls(path, descriptor)
            os.close(descriptor)

    def release(self, *, remove: bool = True) -> None:
        """Give it back; the name goes first, while nobody else can have the lock."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def site_lock(folder: Path, site: str) -> Lock | None:
    """Return the lock of whoever writes a site, in `open/`; None where somebody has it."""
    return Lock.acquire(site_lock_path(folder, site))


def site_lock_path(folder: Path, site: str) -> Path:
    """Return where the lock of a site is."""
    return folder / f"site-{quote(site, safe='')}.lock"


class SharedLock:
    """A lock that many may hold at once, which shows that somebody is there: readers that follow."""

    def __init__(self, path: Path) -> None:
        """Wait for it. Raises OSError where the name cannot be made."""
        while True:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
            # A recovery that sweeps old locks may have removed the name meanwhile: nobody would see this reader.
            if _is(path, self._descriptor):
                return
            os.close(self._descriptor)

    def release(self) -> None:
        """Leave."""
        os.close(self._descriptor)


def is_held(path: Path) -> bool:
    """Return whether anybody holds a lock, shared or exclusive, on this name."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _is(path: Path, descriptor: int) -> bool:
    try:
        there, here = path.stat(), os.fstat(descriptor)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)
