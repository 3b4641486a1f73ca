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

    >>> undo(zlib.compress(b"page"), ["deflate"]), undo(b"page", ["gzip"])
    (b'page', b'page')
    """
    names = [name.strip().lower() for value in encodings for name in value.split(",")]
    for name in reversed(names):
        try:
            body = _undo(body, name)
        except (zlib.error, zstd.ZstdError, brotli.error, EOFError):
            return body
    return body


def _undo(body: bytes, name: str) -> bytes:
    if name in ("gzip", "x-gzip"):
        return zlib.decompressobj(31).decompress(body)
    if name == "br":
        found: bytes = brotli.decompress(body)
        return found
    if name == "zstd":
        return zstd.decompress(body)
    if name != "deflate":
        return body
    try:
        return zlib.decompress(body)
    except zlib.error:
        return zlib.decompress(body, -15)  # what some servers take "deflate" for
