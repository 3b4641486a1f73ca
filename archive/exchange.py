"""One request and its answer, as far as they are known as they went over the wire."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Headers = tuple[tuple[str, str], ...]
"""Names and values in order, doubled ones kept; characters stand for bytes (latin-1), as HTTP has it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exchange:
    """One request and its answer."""

    url: str
    method: str = "GET"
    request_headers: Headers = ()
    request_body: bytes = b""
    status: int
    reason: str = ""
    """The status line's words; empty where they are not known."""
    headers: Headers
    """Of the answer."""
    body: bytes
    """Of the answer, its Content-Encoding as sent."""
    fetched_at: datetime
    """When the server answered, UTC."""
    ip: str | None = None
    """Of the server."""
    protocol: str | None = None
    """As ALPN calls it: http/1.1, h2."""
    truncated: str | None = None
    """Why the body is not whole, as WARC-Truncated words it: length, time, disconnect, unspecified."""

    def header(self, name: str) -> str | None:
        """Return the first value of a header of the answer, whatever the case of its name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
