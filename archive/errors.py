"""What can be wrong with an archive.

ArchiveError
├── NotAnArchive        the folder holds no LAYOUT.json
├── UnsupportedFormat   it was written by another format version
├── DamagedLine         a whole line is not what its stream holds
└── CannotWrite         the file system refused
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


class DamagedLine(ArchiveError):
    """A line that ends as it should and yet cannot be read."""

    def __init__(self, path: Path, *, number: int, reason: str) -> None:
        super().__init__(path, number, reason)
        self.path, self.number, self.reason = path, number, reason
        """`number` counts lines from 1."""

    def __str__(self) -> str:
        return f"{self.path}, line {self.number}: {self.reason}"


class CannotWrite(ArchiveError):
    """The file system refused; what was written before stands."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}"
