"""Packed parts one behind the other in a file, gzip members or zstd frames: made, and walked strictly."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import deflate

from archive.errors import DamagedFile

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ERRORS = (zstd.ZstdError, zlib.error)

Take = Callable[[bytes, int], tuple[int, bytes] | None]
"""Returns size and content of the part that begins at an offset of a buffer; None where more must be read for it."""

_READ = 1 << 20
_PIECE = 1 << 16
_LARGEST = 1 << 28
"""Bytes of a packed part; more is damage: no page is so large, and memory stays bounded where a length is wrong."""
_ZST_HEADER = 18
"""Bytes of the longest header of a frame (RFC 8878, 3.1.1)."""
_ZST_OPTIONS: dict[Any, int] = {
    zstd.CompressionParameter.compression_level: 3,
    zstd.CompressionParameter.checksum_flag: 1,
}
# On pages libdeflate's 3 packs 3 % worse than zlib's 9, in a quarter of the time.
_GZ_LEVEL = 3


def pack_zst(data: bytes) -> bytes:
    """Return one zstd frame, with its checksum."""
    return zstd.compress(data, options=_ZST_OPTIONS)


def pack_gz(data: bytes) -> bytes:
    """Return one gzip member (RFC 1952)."""
    return bytes(deflate.gzip_compress(data, _GZ_LEVEL))


def take_zst(buffer: bytes, at: int) -> tuple[int, bytes] | None:
    """Take one zstd frame."""
    view = memoryview(buffer)[at:]
    if len(view) < _ZST_HEADER:
        return None
    zstd.get_frame_info(view)  # raises where no frame begins here
    try:
        size = zstd.get_frame_size(view)
    except zstd.ZstdError:
        return None
    return size, zstd.decompress(view[:size])


def take_gz(buffer: bytes, at: int) -> tuple[int, bytes] | None:
    """Take one gzip member, its CRC and length checked."""
    unpacker, start = zlib.decompressobj(31), at
    data = []
    while at < len(buffer) and not unpacker.eof:
        data.append(unpacker.decompress(buffer[at : at + _PIECE]))
        at += _PIECE
    if not unpacker.eof:
        return None
    size = min(at, len(buffer)) - len(unpacker.unused_data)
    return size - start, b"".join(data)


def parts(
    file: BinaryIO, name: str, take: Take, *, start: int = 0, piece: int = _READ
) -> Iterator[tuple[int, int, bytes]]:
    """Yield offset, size and content of each part from an offset on, in constant memory, `piece` bytes read at once.

    Raises DamagedFile where a part is torn or fails its checksum, and where bytes follow that are none.
    """
    file.seek(start)
    buffer, at, offset, ended = b"", 0, start, False
    while True:
        try:
            taken = take(buffer, at) if at < len(buffer) else None
        except _ERRORS as error:
            raise DamagedFile(name, f"byte {offset}", str(error)) from None
        if taken is not None:
            size, data = taken
            yield offset, size, data
            at, offset = at + size, offset + size
        elif ended or len(buffer) - at > _LARGEST:
            if at < len(buffer):
                raise DamagedFile(name, f"byte {offset}", "the file ends within a frame")
            return
        else:
            # A part that is larger than what is read at once is not tried anew for each further megabyte.
            more = file.read(max(piece, len(buffer) - at))
            ended = not more
            buffer, at = buffer[at:] + more, 0
