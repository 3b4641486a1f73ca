"""An archive's folder: which key holds what, and which format version it is."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec

from archive.digest import ALGORITHM
from archive.disk import DISK, Disk
from archive.errors import CannotWrite, NotAnArchive, UnsupportedFormat
from archive.ids import fresh_ulid

LAYOUT_NAME = "LAYOUT.json"
LAYOUT: dict[str, object] = {"format": "newsreel-archive", "version": 1, "digest": ALGORITHM}
"""What LAYOUT.json says of a folder that this version reads and writes."""
LAYOUT_BYTES = msgspec.json.format(msgspec.json.encode(LAYOUT), indent=2) + b"\n"

OPEN = "open"
"""Segments being written, locks and drafts: of this machine alone, never read by readers."""
TOPS = ("articles", "observations", "quarantine", "warc", "index")
"""What published files lie in."""
CATALOG = "catalog.sqlite"
"""Derived from the log; may be deleted."""


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


def prepare(root: Path, disk: Disk = DISK) -> None:
    """Make the folder an archive that can be written; raise CannotWrite or UnsupportedFormat where it cannot be."""
    try:
        disk.make_folders(root)
        # Permissions say too little (root passes them all, a mount may be read-only): only a file shows it.
        probe = root / f".{fresh_ulid()}.writable"
        try:
            disk.write_new(probe, LAYOUT_BYTES)
            # A link, and not a rename: of two writers that start at once the first wins and the other checks.
            disk.link(probe, root / LAYOUT_NAME)
        except FileExistsError:
            check(root)
        finally:
            if probe.exists():
                disk.unlink(probe)
        disk.make_folders(root / OPEN)
        disk.sync_folder(root)
        with suppress(PermissionError):  # of a folder above that one may pass and not read
            disk.sync_folder(root.parent)
    except OSError as error:
        raise CannotWrite(root, error.strerror or str(error)) from error


def partition(stream: str, day: date) -> str:
    """Return the folder of a stream's lines, or of captures, of one day.

    >>> partition("articles", date(2021, 7, 26))
    'articles/date=2021-07-26'
    """
    return f"{stream}/date={day.isoformat()}"


def stream_of(key: str) -> str:
    """Return the stream of a published file: articles, observations, quarantine, warc or index.

    >>> stream_of("index/cdxj/01F.cdxj")
    'index'
    """
    return key.partition("/")[0]


def index_of(warc_key: str) -> str:
    """Return where the index of a WARC lies.

    >>> index_of("warc/date=2021-07-26/01F.warc.gz")
    'index/cdxj/01F.cdxj'
    """
    return f"index/cdxj/{warc_key.rpartition('/')[2].removesuffix('.warc.gz')}.cdxj"
