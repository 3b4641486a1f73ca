"""What can go wrong with a frontier, in words that name it.

FrontierError
├── CannotOpen      no frontier of newsreel's, or of another version, or none that can be read
└── StoreFailed     the store took or gave nothing: a full disk, say
"""

from __future__ import annotations

import shutil
from pathlib import Path

from crawler.errors import CrawlerError

_LITTLE = 1 << 20
"""Bytes below which a disk is as good as full: SQLite calls that an I/O error at times."""


class FrontierError(CrawlerError):
    """Anything that keeps a frontier from answering."""

    def __init__(self, where: object, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{where}: {reason}")


class CannotOpen(FrontierError):
    """A file that is no frontier, or none that this version reads."""


class StoreFailed(FrontierError):
    """A call that the store did not answer; nothing of it was done."""


def failure(path: Path, error: Exception) -> str:
    """Return in words what kept SQLite from answering; a disk that is full is called so."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return str(error)
    return f"{error} (the disk is full)" if free < _LITTLE and "full" not in str(error) else str(error)
