"""What a child of a job prints past its log: each line becomes one of the log, of that child's site."""

from __future__ import annotations

import logging
import os
from multiprocessing.connection import Connection

log = logging.getLogger("stderr")

_BLOCK = 1 << 16
_LONGEST = 10_000
"""Bytes of a line; more is another line."""
_LAST = 300
"""Characters of the last words."""


class Stray:
    """The reading end of a pipe."""

    def __init__(self, connection: Connection, site: str) -> None:
        self.connection, self._site = connection, site
        os.set_blocking(connection.fileno(), False)
        self._rest = b""
        self.is_through = False
        """Whether nothing more can come."""
        self.last = ""
        """The last words that came, such as what a library said before it ended the process."""

    def read(self) -> bool:
        """Log what is there; return whether there was any."""
        try:
            block = os.read(self.connection.fileno(), _BLOCK)
        except BlockingIOError:
            return False
        self.is_through = not block
        *lines, self._rest = (self._rest + block).split(b"\n")
        if len(self._rest) > _LONGEST or self.is_through:
            lines, self._rest = [*lines, self._rest], b""
        for line in lines:
            if words := line.decode("utf-8", "replace").strip():
                log.warning("%s", words, extra={"site": self._site})
                self.last = words[:_LAST]
        return bool(block)

    def close(self) -> None:
        """Log what is left, the child being gone; what others hold open is not waited for."""
        while not self.is_through and self.read():
            pass
        if self._rest:
            log.warning("%s", self._rest.decode("utf-8", "replace"), extra={"site": self._site})
        self.connection.close()
