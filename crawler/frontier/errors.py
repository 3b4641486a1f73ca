"""What can go wrong with a frontier, in words that name it.

FrontierError
├── CannotOpen      no frontier of newsreel's, or of another version, or none that can be read
└── StoreFailed     the store took or gave nothing: a full disk, say
"""

from __future__ import annotations

from crawler.errors import CrawlerError


class FrontierError(CrawlerError):
    """Anything that keeps a frontier from answering."""

    def __init__(self, where: object, reason: str) -> None:
        self.where, self.reason = where, reason
        super().__init__(f"{where}: {reason}")


class CannotOpen(FrontierError):
    """A file that is no frontier, or none that this version reads."""


class StoreFailed(FrontierError):
    """A call that the store did not answer; nothing of it was done."""
