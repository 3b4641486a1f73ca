"""A sink: a file being written that can step back to its last good end, and is poisoned where that is unsure."""

from __future__ import annotations

from pathlib import Path

from archive.disk import Disk
from archive.errors import CannotWrite


class Sink:
    """A new file of one writer. Nothing else appends to it, and it is never opened again for writing further."""

    def __init__(self, path: Path, disk: Disk) -> None:
        self.path, self.disk = path, disk
        self.end = 0
        """Bytes that are acknowledged, or will be by the next sync."""
        self.poisoned: str | None = None
        """Why nothing more may be written."""
        try:
            self._descriptor: int | None = disk.create(path)
        except OSError as error:
            raise CannotWrite(path, error.strerror or str(error)) from error

    def write(self, data: bytes) -> None:
        """Append bytes. Raises CannotWrite; the file then ends where it did before."""
        descriptor = self._usable()
        try:
            self.disk.write(descriptor, data, self.end)
        except OSError as error:
            self.step_back(self.end)
            raise CannotWrite(self.path, error.strerror or str(error)) from error
        self.end += len(data)

    def step_back(self, end: int) -> None:
        """Cut the file, by the same descriptor, to an earlier end; where that fails the file is poisoned."""
        if self._descriptor is None:
            return
        try:
            self.disk.truncate(self._descriptor, end)
        except OSError as error:
            self.poisoned = f"a part could not be taken back: {error.strerror or error}"
        self.end = end

    def sync(self) -> None:
        """Return when every byte is on disk. Raises CannotWrite, and the file is poisoned."""
        descriptor = self._usable()
        try:
            self.disk.sync(descriptor)
        except OSError as error:
            # After a failed fsync the kernel may have dropped the pages: a second, successful one proves nothing.
            self.poisoned = f"fsync failed: {error.strerror or error}"
            raise CannotWrite(self.path, self.poisoned) from error

    def close(self) -> None:
        """Close the file, as it is; once closed it stays so."""
        if self._descriptor is not None:
            self.disk.close(self._descriptor)
            self._descriptor = None

    def _usable(self) -> int:
        if self.poisoned or self._descriptor is None:
            raise CannotWrite(self.path, self.poisoned or "it is closed")
        return self._descriptor
