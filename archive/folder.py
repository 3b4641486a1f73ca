"""An archive's folder: which file holds what, and which format version it is."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from archive.digest import ALGORITHM
from archive.errors import CannotWrite, NotAnArchive, UnsupportedFormat

LAYOUT_NAME = "LAYOUT.json"
LAYOUT: dict[str, object] = {"format": "newsreel-archive", "version": 1, "digest": ALGORITHM}
"""What LAYOUT.json says of a folder that this version reads and writes."""


def check(root: Path) -> None:
    """Raise NotAnArchive or UnsupportedFormat unless the folder is an archive of this version."""
    try:
        found = msgspec.json.decode((root / LAYOUT_NAME).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        raise NotAnArchive(root) from None
    except (OSError, msgspec.DecodeError) as error:
        raise UnsupportedFormat(root / LAYOUT_NAME, found=str(error), expected=LAYOUT) from error
    if not isinstance(found, dict) or {key: found.get(key) for key in LAYOUT} != LAYOUT:
        raise UnsupportedFormat(root / LAYOUT_NAME, found=found, expected=LAYOUT)


def prepare(root: Path) -> None:
    """Make the folder an archive that can be written; raise CannotWrite or UnsupportedFormat where it cannot be."""
    try:
        root.mkdir(parents=True, exist_ok=True)
        # Permissions say too little (root passes them all, a mount may be read-only): only a file shows it.
        descriptor, probe = tempfile.mkstemp(prefix=".writable-", dir=root)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(LAYOUT), indent=2) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            # A link, and not a rename: of two writers that start at once the first wins and the other checks.
            os.link(probe, root / LAYOUT_NAME)
        except FileExistsError:
            check(root)
        finally:
            Path(probe).unlink()
        sync_folder(root)
    except OSError as error:
        raise CannotWrite(root, error.strerror or str(error)) from error


def lines_path(root: Path, stream: str, day: date, name: str) -> Path:
    """Return where a writer's lines of one stream and one day lie."""
    return root / stream / f"date={day.isoformat()}" / f"{name}.jsonl"


def lines_files(root: Path, stream: str, *, since: date | None = None) -> Iterator[Path]:
    """Yield a stream's files, by day and then by ulid; those of days before `since` are left out."""
    first = "" if since is None else f"date={since.isoformat()}"
    for partition in sorted(path for path in (root / stream).glob("date=*") if path.name >= first):
        yield from sorted(partition.glob("*.jsonl"))


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable: a file's own fsync does not cover its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
