"""A file of lines: a line is in it whole or not at all."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from archive.errors import CannotWrite
from archive.folder import sync_folder

log = logging.getLogger(__name__)


class LineFile:
    """A new file that only its own writer appends to, so that a torn line of another run is never continued."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._end = 0
        """Bytes of whole lines."""
        self._poisoned: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError as error:
            raise CannotWrite(path, error.strerror or str(error)) from error

    def append(self, line: bytes) -> None:
        """Write one line, its newline added. Raise CannotWrite when it is not whole; the file is then as before."""
        if self._poisoned:
            raise CannotWrite(self.path, self._poisoned)
        data = line + b"\n"
        try:
            written = os.write(self._descriptor, data)
        except OSError as error:
            self._roll_back()
            raise CannotWrite(self.path, error.strerror or str(error)) from error
        if written < len(data):
            self._roll_back()
            raise CannotWrite(self.path, f"only {written} of {len(data)} bytes fitted: disk full, or a limit met")
        self._end += written

    def sync(self) -> None:
        """Return when every line is on disk."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            # After a failed fsync the kernel may have dropped the pages: a second, successful one proves nothing.
            self._poisoned = f"fsync failed: {error.strerror}"
            raise CannotWrite(self.path, self._poisoned) from error

    def close(self) -> None:
        """Sync and close. A file that got no line is removed."""
        try:
            if self._end and not self._poisoned:
                self.sync()
        finally:
            os.close(self._descriptor)
        if self._end:
            sync_folder(self.path.parent)
        else:
            self.path.unlink()

    def _roll_back(self) -> None:
        try:
            os.ftruncate(self._descriptor, self._end)
        except OSError as error:
            self._poisoned = f"a part of a line could not be taken back: {error.strerror}"


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each whole line with its number, from 1. A torn last line is left out, with a warning in the log."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                yield number, line[:-1]
            else:
                # Never acknowledged: its writer was killed, or is still at it.
                log.warning("%s, line %d: left out, its end is missing", path, number)
