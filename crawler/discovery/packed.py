"""Files that are packed with gzip, unpacked as far as is safe."""

from __future__ import annotations

import zlib

MOST_UNPACKED = 50 * 1024 * 1024
"""Bytes of a sitemap (sitemaps.org); of more, the first so many are read."""
MOST_PACKINGS = 3
"""Gzip around gzip: where a server packs what is packed already."""

_MAGIC = b"\x1f\x8b\x08"
_STEP = 1 << 16
_MOST_MEMBERS = 2_000
"""Streams behind one another in a file; each leaves what follows to be copied."""


def is_packed(body: bytes) -> bool:
    """Return whether a file is packed, by its first bytes."""
    return body.startswith(_MAGIC)


def unpacked(body: bytes, most: int = MOST_UNPACKED) -> tuple[bytes, bool]:
    r"""Return what is packed, at most `most` bytes, and whether that is all.

    What is torn or broken is read as far as it goes.

    >>> import gzip
    >>> unpacked(gzip.compress(gzip.compress(b"<urlset/>"))), unpacked(gzip.compress(b"abc"), 2), unpacked(b"abc")
    ((b'<urlset/>', True), (b'ab', False), (b'abc', True))
    """
    is_whole = True
    for _ in range(MOST_PACKINGS):
        if not is_packed(body):
            break
        body, is_all = _once(body, most)
        is_whole = is_whole and is_all
    return (body[:most], is_whole and len(body) <= most)


def _once(body: bytes, most: int) -> tuple[bytes, bool]:
    found = bytearray()
    decoder, members = zlib.decompressobj(zlib.MAX_WBITS | 16), 1
    rest = memoryview(body)
    waiting = b""
    try:
        while len(found) < most and (waiting or rest):
            if not waiting:
                waiting, rest = bytes(rest[:_STEP]), rest[_STEP:]
            if decoder.eof:
                members += 1
                # Padding behind the last stream, or what is no gzip: the file ends here, as gzip itself has it.
                if members > _MOST_MEMBERS or not waiting.startswith(_MAGIC[: len(waiting)]):
                    return bytes(found), members <= _MOST_MEMBERS
                decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
            found += decoder.decompress(waiting, min(most - len(found), 16 * _STEP))
            waiting = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    except zlib.error:
        return bytes(found), False
    return bytes(found), decoder.eof and not waiting and not rest
