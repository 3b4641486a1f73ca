"""The disk: every change that the archive makes to a file system goes through here, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path


class Disk:
    """Plain calls of the system, each whole or an OSError. Tests put disks in its place that fail, tear and forget."""

    def create(self, path: Path) -> int:
        """Return a descriptor of a new file, for reading and writing. Raises FileExistsError."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)

    def reopen(self, path: Path) -> int:
        """Return a descriptor by which what a dead writer left is cut to its last good end, and never continued."""
        return os.open(path, os.O_RDWR)

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        """Write all of `data` at `offset`: a short write is repeated until the system says why it is short."""
        view = memoryview(data)
        while view:
            written = os.pwrite(descriptor, view, offset)
            view, offset = view[written:], offset + written

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut a file to `size` bytes."""
        os.ftruncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        """Return when a file's bytes and its size are on disk."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Close a descriptor."""
        os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, replacing what has it."""
        old.rename(new)

    def link(self, old: Path, new: Path) -> None:
        """Give a file a second name. Raises FileExistsError: of two who want one name, one gets it."""
        os.link(old, new)

    def unlink(self, path: Path) -> None:
        """Take a file's name away."""
        path.unlink()

    def make_folder(self, path: Path) -> None:
        """Make a folder whose parent exists. Raises FileExistsError."""
        path.mkdir()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def sync_folder(self, path: Path) -> None:
        """Return when a folder's names are on disk: a file's own fsync does not cover its name."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    # Made of the above. --------------------------------------------------------------------------------------------

    def make_folders(self, path: Path) -> None:
        """Make a folder and what is missing above it, durably."""
        if path.is_dir():
            return
        self.make_folders(path.parent)
        try:
            self.make_folder(path)
        except FileExistsError:
            if not path.is_dir():
                raise
        self.sync_folder(path.parent)

    def write_new(self, path: Path, data: bytes) -> None:
        """Make a file with these bytes, on disk when this returns; its name is durable with its folder's next sync."""
        descriptor = self.create(path)
        try:
            self.write(descriptor, data, 0)
            self.sync(descriptor)
        finally:
            self.close(descriptor)


DISK = Disk()
"""The system's own."""
