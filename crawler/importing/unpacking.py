"""A file's bytes, unpacked where they are gzip: of one member or many, and as far as they go."""

from __future__ import annotations

import zlib
from typing import BinaryIO

_BLOCK = 1 << 16
_MAGIC = b"\x1f\x8b"


class Unpacked:
    """Reads a file as warcio wants it; memory is flat, whatever the file unpacks to."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._is_packed = file.read(2) == _MAGIC
        file.seek(0)
        self._member: zlib._Decompress | None = None
        self._waiting = b""
        self._told = 0
        self.damage: str | None = None
        """What is wrong with the packing, once that is reached; the bytes before it are good."""

    def read(self, size: int = _BLOCK) -> bytes:
        """Return some bytes, none at the end of what can be read."""
        data = self._unpack(size) if self._is_packed else self._file.read(size)
        self._told += len(data)
        return data

    def tell(self) -> int:
        """Return how many bytes were read, unpacked."""
        return self._told

    @property
    def position(self) -> int:
        """Return how far into the file itself that is."""
        return self._file.tell()

    def _unpack(self, size: int) -> bytes:
        while self.damage is None:
            if not self._waiting:
                self._waiting = self._file.read(_BLOCK)
            is_end = not self._waiting
            if self._member is None:
                self._waiting = self._waiting.lstrip(b"\0")  # padding between members
                if is_end:
                    break
                if not self._waiting:
                    continue
                self._member = zlib.decompressobj(31)
            try:
                data = self._member.decompress(self._waiting, size)
            except zlib.error as error:
                self.damage = f"its gzip is damaged ({error})"
                break
            if self._member.eof:
                self._waiting, self._member = self._member.unused_data, None
            else:
                self._waiting = self._member.unconsumed_tail
            if data:
                return data
            if is_end and self._member is not None:
                self.damage = "it ends within a gzip member"
        return b""
