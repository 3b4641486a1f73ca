"""Disks in the place of the system's: they record, fail, die and forget."""

from __future__ import annotations

import errno
import os
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from archive.disk import DISK, Disk

WRITES = (
    "create",
    "write",
    "truncate",
    "sync",
    "rename",
    "link",
    "unlink",
    "make_folder",
    "remove_folder",
    "sync_folder",
)
"""Every call that changes something."""


class Died(BaseException):
    """The process is dead from here on; nothing that it does reaches the disk."""


class OnDisk(Disk):
    """Hands every call on to another disk; `before` is asked first and may raise, for ever or once."""

    def __init__(self, inner: Disk = DISK) -> None:
        self.inner = inner

    def before(self, kind: str, path: Path | None) -> None:
        """Say that a call is about to be made."""

    def create(self, path: Path) -> int:
        self.before("create", path)
        return self.inner.create(path)

    def reopen(self, path: Path) -> int:
        self.before("reopen", path)
        return self.inner.reopen(path)

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        self.before("write", None)
        self.inner.write(descriptor, data, offset)

    def truncate(self, descriptor: int, size: int) -> None:
        self.before("truncate", None)
        self.inner.truncate(descriptor, size)

    def sync(self, descriptor: int) -> None:
        self.before("sync", None)
        self.inner.sync(descriptor)

    def close(self, descriptor: int) -> None:
        self.inner.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self.before("rename", new)
        self.inner.rename(old, new)

    def link(self, old: Path, new: Path) -> None:
        self.before("link", new)
        self.inner.link(old, new)

    def unlink(self, path: Path) -> None:
        self.before("unlink", path)
        self.inner.unlink(path)

    def make_folder(self, path: Path) -> None:
        self.before("make_folder", path)
        self.inner.make_folder(path)

    def remove_folder(self, path: Path) -> None:
        self.before("remove_folder", path)
        self.inner.remove_folder(path)

    def sync_folder(self, path: Path) -> None:
        self.before("sync_folder", path)
        self.inner.sync_folder(path)


class ForgetfulDisk(OnDisk):
    """Never syncs anything: shows that a test of power losses can fail."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, path: Path) -> None:
        pass


class FaultyDisk(OnDisk):
    """Refuses the nth call of a kind (None: of any), once or until `heal`; a write that is refused was half done."""

    def __init__(
        self,
        inner: Disk = DISK,
        *,
        kind: str | None = None,
        nth: int | None = None,
        error: int = errno.EIO,
        once: bool = True,
    ) -> None:
        super().__init__(inner)
        self.kind, self.nth, self.error, self.once = kind, nth, error, once
        self.calls: Counter[str] = Counter()
        self.failed: list[str] = []
        """What was refused."""

    def heal(self) -> None:
        """Refuse nothing more."""
        self.nth = None

    def before(self, kind: str, path: Path | None) -> None:
        if self._refuses(kind):
            raise OSError(self.error, os.strerror(self.error), str(path) if path else None)

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        if self._refuses("write"):
            self.inner.write(descriptor, data[: len(data) // 2], offset)
            raise OSError(self.error, os.strerror(self.error))
        self.inner.write(descriptor, data, offset)

    def _refuses(self, kind: str) -> bool:
        if kind == "reopen":
            return False
        self.calls[kind] += 1
        count = self.calls.total() if self.kind is None else self.calls[kind]
        if self.nth is None or self.kind not in (None, kind) or count < self.nth or (self.once and count > self.nth):
            return False
        self.failed.append(kind)
        return True


class DyingDisk(OnDisk):
    """Dies before the nth call that changes something, or in the middle of it where it is a write."""

    def __init__(self, inner: Disk = DISK, *, nth: int | None = None) -> None:
        super().__init__(inner)
        self.nth, self.calls, self.dead = nth, 0, False
        self.last = ""

    def before(self, kind: str, path: Path | None) -> None:
        if kind != "reopen":
            self.calls += 1
            self.last = kind
        if self.dead or (self.nth is not None and self.calls >= self.nth):
            self.dead = True
            raise Died

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        alive = not self.dead
        try:
            self.before("write", None)
        except Died:
            if alive:
                self.inner.write(descriptor, data[: len(data) // 2], offset)
            raise
        self.inner.write(descriptor, data, offset)


# What a recording disk keeps. ------------------------------------------------------------------------------------------


@dataclass(eq=False)
class File:
    """A file, whatever its names."""


@dataclass(eq=False)
class Folder:
    """A folder as the processes see it, which is not yet as it lies on the disk."""

    names: dict[str, File | Folder] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Op:
    """One call: a change of a file's bytes, of names in folders, or a sync of either."""

    kind: str
    file: File | None = None
    offset: int = 0
    """Of a write; the size, of a truncate."""
    data: bytes = b""
    names: tuple[tuple[Folder, str, File | Folder | None], ...] = ()
    """Folder, name, and what it names from now on; all of one call at once, as journals of file systems do it."""
    folder: Folder | None = None
    """Of a sync of a folder."""


class RecordingDisk(OnDisk):
    """Makes every call and keeps it, so that the disks which a power loss may leave can be made of the record.

    Syncs are only noted: the disk that is read here loses no power.
    """

    def __init__(self, base: Path, inner: Disk = DISK) -> None:
        """`base` is there already; what lies in it is on the disk, and all else is made through this one."""
        super().__init__(inner)
        self.base, self.root = base, Folder()
        self.record: list[Op] = []
        self._adopt(base, self.root)
        self._open: dict[int, File] = {}
        self._lock = threading.RLock()
        self.each: Callable[[], None] = lambda: None
        """Called before each change."""

    def before(self, kind: str, path: Path | None) -> None:
        self.each()

    def create(self, path: Path) -> int:
        with self._lock:
            descriptor = super().create(path)
            self._open[descriptor] = File()
            self._name("create", (path, self._open[descriptor]))
            return descriptor

    def reopen(self, path: Path) -> int:
        with self._lock:
            descriptor = super().reopen(path)
            found = self._at(path)
            assert isinstance(found, File)
            self._open[descriptor] = found
            return descriptor

    def close(self, descriptor: int) -> None:
        with self._lock:
            self._open.pop(descriptor)
            super().close(descriptor)

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        with self._lock:
            super().write(descriptor, data, offset)
            self.record.append(Op("write", self._open[descriptor], offset, bytes(data)))

    def truncate(self, descriptor: int, size: int) -> None:
        with self._lock:
            super().truncate(descriptor, size)
            self.record.append(Op("truncate", self._open[descriptor], size))

    def sync(self, descriptor: int) -> None:
        with self._lock:
            self.before("sync", None)
            self.record.append(Op("sync", self._open[descriptor]))

    def rename(self, old: Path, new: Path) -> None:
        with self._lock:
            super().rename(old, new)
            self._name("rename", (old, None), (new, self._at(old)))

    def link(self, old: Path, new: Path) -> None:
        with self._lock:
            super().link(old, new)
            self._name("link", (new, self._at(old)))

    def unlink(self, path: Path) -> None:
        with self._lock:
            super().unlink(path)
            self._name("unlink", (path, None))

    def make_folder(self, path: Path) -> None:
        with self._lock:
            super().make_folder(path)
            self._name("make_folder", (path, Folder()))

    def remove_folder(self, path: Path) -> None:
        with self._lock:
            super().remove_folder(path)
            self._name("remove_folder", (path, None))

    def sync_folder(self, path: Path) -> None:
        with self._lock:
            self.before("sync_folder", path)
            found = self._at(path)
            assert isinstance(found, Folder)
            self.record.append(Op("sync_folder", folder=found))

    def _adopt(self, path: Path, folder: Folder) -> None:
        for child in sorted(path.iterdir()):
            node: File | Folder = Folder() if child.is_dir() else File()
            folder.names[child.name] = node
            self.record.append(Op("create", names=((folder, child.name, node),)))
            if isinstance(node, Folder):
                self._adopt(child, node)
            else:
                self.record += [Op("write", node, 0, child.read_bytes()), Op("sync", node)]
        self.record.append(Op("sync_folder", folder=folder))

    def _at(self, path: Path) -> File | Folder:
        found: File | Folder = self.root
        for part in path.relative_to(self.base).parts:
            assert isinstance(found, Folder)
            found = found.names[part]
        return found

    def _name(self, kind: str, *changes: tuple[Path, File | Folder | None]) -> None:
        names = []
        for path, node in changes:
            folder = self._at(path.parent)
            assert isinstance(folder, Folder)
            names.append((folder, path.name, node))
        for folder, name, node in names:
            if node is None:
                folder.names.pop(name, None)
            else:
                folder.names[name] = node
        self.record.append(Op(kind, names=tuple(names)))
