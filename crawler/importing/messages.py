"""HTTP messages as other programs stored them: read leniently, as browsers would."""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.exchange import Headers

_END = re.compile(rb"\r?\n\r?\n")
_STATUS = re.compile(r"(?:HTTP|ICY)\S*\s+(\d{3})(?:\s+(.*))?$", re.IGNORECASE)
_ENDLESS = 1 << 20
"""Bytes in which a header ends, or is none."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer."""

    first: str
    """The request line or status line."""
    headers: Headers
    body: bytes

    @property
    def status(self) -> tuple[int, str] | None:
        """Return status and reason, None where the first line says neither.

        >>> Message("HTTP/1.0 200", (), b"").status, Message("ICY 404 Not Found", (), b"").status
        ((200, ''), (404, 'Not Found'))
        """
        found = _STATUS.match(self.first)
        return (int(found[1]), (found[2] or "").strip()) if found else None

    def header(self, name: str) -> str:
        """Return the last value of a header, empty where there is none."""
        return next((value for key, value in reversed(self.headers) if key.lower() == name), "")


def read_message(block: bytes) -> Message:
    r"""Return the message in a record's block: lines may end without a carriage return, and be folded.

    >>> read_message(b"HTTP/1.1 200 OK\nA: b\n c\n\nbody")
    Message(first='HTTP/1.1 200 OK', headers=(('A', 'b c'),), body=b'body')
    """
    end = _END.search(block, 0, _ENDLESS)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block[:_ENDLESS], b"")
    first, *lines = re.split(r"\r?\n", head.decode("latin-1"))
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
        elif ":" in line:
            name, _, value = line.partition(":")
            headers.append((name.strip(), value.strip()))
    return Message(first.strip(), tuple(headers), body)


def without_chunks(message: Message) -> Message:
    """Return the message with its transfer coding undone; many programs undo it and leave the header in place."""
    if "chunked" not in message.header("transfer-encoding").lower():
        return message
    headers = tuple((name, value) for name, value in message.headers if name.lower() != "transfer-encoding")
    return Message(message.first, headers, dechunked(message.body))


def dechunked(body: bytes) -> bytes:
    r"""Return what chunks hold (RFC 9112, 7.1), as far as they go; a body that is in none comes back as it is.

    >>> dechunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), dechunked(b"<p>abc"), dechunked(b"5\r\nab")
    (b'abcde', b'<p>abc', b'ab')
    """
    pieces: list[bytes] = []
    at = 0
    while at < len(body):
        line = body.find(b"\n", at, at + 256)
        size = _size(body[at:line]) if line >= 0 else None
        if size is None:
            return b"".join(pieces) if pieces else body
        if size == 0:
            break
        end = line + 1 + size
        after = body[end : end + 2]
        if not pieces and after and after[:1] not in b"\r\n":
            return body
        pieces.append(body[line + 1 : end])
        at = end + (2 if after == b"\r\n" else 1)
    return b"".join(pieces)


def _size(line: bytes) -> int | None:
    found = re.fullmatch(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\n]*)?\r?", line)
    return int(found[1], 16) if found else None
