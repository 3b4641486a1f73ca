"""The store: where published files lie, by key; each is put there whole and never changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

from archive.disk import DISK, Disk
from archive.ids import fresh_ulid


class AlreadyExists(Exception):
    """A key is taken; perhaps by an earlier try of one's own."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


class Store(Protocol):
    """What the archive asks of a place for published files: nothing that an object store could not answer.

    Every call may raise OSError; a key that is not there raises FileNotFoundError.
    """

    def create(self, key: str, data: bytes) -> None:
        """Make a small object, durable when this returns. Raises AlreadyExists where the key is taken, durably too."""

    def put(self, key: str, path: Path) -> None:
        """Move a local file to a key, durable when this returns. A file that is there already is left as it is."""

    def read(self, key: str) -> bytes:
        """Return an object's bytes."""

    def open(self, key: str) -> BinaryIO:
        """Return an object for reading, seekable."""

    def size(self, key: str) -> int:
        """Return an object's bytes in number."""

    def names(self, prefix: str) -> Iterator[str]:
        """Yield the keys below a prefix, which ends with a slash, in order."""

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""


class LocalStore:
    """A folder of the local file system. `open/` and names that begin with a dot are not the store's."""

    def __init__(self, root: Path, disk: Disk = DISK) -> None:
        self.root, self.disk = root, disk
        self._made: set[Path] = set()
        """Folders whose names are known to be on disk."""

    def create(self, key: str, data: bytes) -> None:
        """See Store."""
        target = self.root / key
        draft = self.root / "open" / f".{fresh_ulid()}.draft"
        self._make_folder(draft.parent)
        self._make_folder(target.parent)
        self.disk.write_new(draft, data)
        try:
            # A link, and not a rename: it fails where the name is taken.
            self.disk.link(draft, target)
        except FileExistsError:
            # Whoever made it may have died before its name was on disk, and this one builds on it.
            self.disk.sync_folder(target.parent)
            raise AlreadyExists(key) from None
        finally:
            self.disk.unlink(draft)
        self.disk.sync_folder(target.parent)

    def put(self, key: str, path: Path) -> None:
        """See Store."""
        target = self.root / key
        self._make_folder(target.parent)
        if not target.exists():
            self.disk.rename(path, target)
        # Also where it is there: whoever put it may have died before its name was on disk.
        self.disk.sync_folder(target.parent)

    def read(self, key: str) -> bytes:
        """See Store."""
        return (self.root / key).read_bytes()

    def open(self, key: str) -> BinaryIO:
        """See Store."""
        return (self.root / key).open("rb")

    def size(self, key: str) -> int:
        """See Store."""
        return (self.root / key).stat().st_size

    def names(self, prefix: str) -> Iterator[str]:
        """See Store."""
        base = self.root / prefix
        for folder, folders, files in os.walk(base):
            folders.sort()
            place = Path(folder).relative_to(self.root)
            yield from (str(place / name) for name in sorted(files) if not name.startswith("."))

    def delete(self, key: str) -> None:
        """See Store."""
        path = self.root / key
        try:
            self.disk.unlink(path)
        except FileNotFoundError:
            return
        self.disk.sync_folder(path.parent)

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of the archive; its name is on disk when this returns, whoever made it."""
        if folder == self.root or (folder in self._made and folder.is_dir()):
            return
        self._make_folder(folder.parent)
        if not folder.is_dir():
            try:
                self.disk.make_folder(folder)
            except FileExistsError:
                if not folder.is_dir():
                    raise
        # That it is there says nothing of the disk: another process may be between making and syncing it.
        self.disk.sync_folder(folder.parent)
        self._made.add(folder)
