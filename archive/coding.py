"""Content codings of HTTP (RFC 9110, 8.4.1), undone as far as they can be."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def undo(body: bytes, encodings: Iterable[str]) -> bytes:
    """Return a body without the codings that its Content-Encoding headers name; one that lies stays as it is.

    What was cut off is undone as far as it goes.

    >>> undo(zlib.compress(b"page"), ["deflate"]), undo(b"page", ["gzip"])
    (b'page', b'page')
    """
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    for name in reversed(names):
        try:
            body = _undo(body, name)
        except (zlib.error, zstd.ZstdError, brotli.error):
            return body
    return body


def _undo(body: bytes, name: str) -> bytes:
    if name in ("gzip", "x-gzip"):
        return _members(body)
    if name == "br":
        found: bytes = brotli.Decompressor().process(body)
        return found
    if name == "zstd":
        return _frames(body)
    if name != "deflate":
        return body
    try:
        return zlib.decompressobj().decompress(body)
    except zlib.error:
        return zlib.decompressobj(-15).decompress(body)  # what some servers take "deflate" for


def _members(body: bytes) -> bytes:
    """Return what gzip members one behind the other hold (RFC 1952, 2.2); other bytes behind the first are left out."""
    unpacker = zlib.decompressobj(31)
    found = [unpacker.decompress(body)]
    while unpacker.eof and unpacker.unused_data.startswith(b"\x1f\x8b"):
        rest, unpacker = unpacker.unused_data, zlib.decompressobj(31)
        try:
            found.append(unpacker.decompress(rest))
        except zlib.error:
            break
    return b"".join(found)


def _frames(body: bytes) -> bytes:
    """Return what zstd frames one behind the other hold (RFC 8878, 3.1)."""
    found = []
    while body:
        unpacker = zstd.ZstdDecompressor()
        try:
            found.append(unpacker.decompress(body))
        except zstd.ZstdError:
            if not found:
                raise
            break
        body = unpacker.unused_data if unpacker.eof else b""
    return b"".join(found)
