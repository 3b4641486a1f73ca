"""What can be wrong with an archive.

ArchiveError
├── NotAnArchive        the folder holds no LAYOUT.json
├── UnsupportedFormat   it was written by another format version
├── Damaged             something is not what was once acknowledged
│   ├── DamagedLine     a whole line is not what its stream holds
│   ├── DamagedFile     a published file is cut, altered or missing
│   └── DamagedLog      a commit is cut, altered or missing
├── CannotWrite         the file system refused
├── Locked              another process is at work on what only one may touch
│   └── SiteLocked      another run writes this site
├── NotMergeable        two archives contradict each other
├── UnknownCursor       a cursor that this archive never gave
└── NotThere            no article by that id or address
"""

from __future__ import annotations

from pathlib import Path


class ArchiveError(Exception):
    """The root of every error that this package raises on purpose."""


class NotAnArchive(ArchiveError):
    """The folder is missing, empty or something else."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        state = "it has no LAYOUT.json" if self.path.is_dir() else "there is no such folder"
        return f"{self.path} is not an archive: {state}"


class UnsupportedFormat(ArchiveError):
    """The folder is an archive of a format that this version does not read."""

    def __init__(self, path: Path, *, found: object, expected: object) -> None:
        super().__init__(path, found, expected)
        self.path, self.found, self.expected = path, found, expected

    def __str__(self) -> str:
        return f"{self.path} says {self.found!r}; this version of newsreel reads {self.expected!r}"


class Damaged(ArchiveError):
    """Something is not what was once acknowledged. `newsreel verify` lists all of it."""


class DamagedLine(Damaged):
    """A line that ends as it should and yet cannot be read."""

    def __init__(self, key: str, *, offset: int, number: int, reason: str) -> None:
        super().__init__(key, offset, number, reason)
        self.key, self.offset, self.number, self.reason = key, offset, number, reason
        """`offset` is the frame's, in bytes; `number` counts the lines of the frame from 1."""

    def __str__(self) -> str:
        return f"{self.key}, byte {self.offset}, line {self.number} of that frame: {self.reason}"


class DamagedFile(Damaged):
    """A published file is cut, altered or missing."""

    def __init__(self, key: str, place: str, reason: str) -> None:
        super().__init__(key, place, reason)
        self.key, self.place, self.reason = key, place, reason
        """`place` says where in the file; empty for all of it."""

    def __str__(self) -> str:
        return f"{self.key}{f', {self.place}' if self.place else ''}: {self.reason}"


class DamagedLog(Damaged):
    """A commit or a checkpoint is cut, altered or missing."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(key, reason)
        self.key, self.reason = key, reason

    def __str__(self) -> str:
        return f"{self.key}: {self.reason}"


class CannotWrite(ArchiveError):
    """The file system refused; what was written before stands."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"


class Locked(ArchiveError):
    """Another process is at work on what only one may touch at a time."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(path, what)
        self.path, self.what = path, what

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


class SiteLocked(Locked):
    """Another process writes this site into this archive."""

    def __init__(self, root: Path, site: str) -> None:
        super().__init__(root, f"another run is at work on {site}; two would store its articles twice")
        self.site = site


class NotMergeable(ArchiveError):
    """Two archives contradict each other: one is no copy of the other, or holds what the other has taken down."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class UnknownCursor(ArchiveError):
    """A cursor that this archive never gave."""

    def __init__(self, cursor: str, reason: str) -> None:
        super().__init__(cursor, reason)
        self.cursor, self.reason = cursor, reason

    def __str__(self) -> str:
        return f"cursor {self.cursor!r}: {self.reason}"


class NotThere(ArchiveError):
    """No article by that id or address."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted

    def __str__(self) -> str:
        return f"no article {self.wanted}"
