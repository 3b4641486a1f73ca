"""Lines by their places: frames are kept for as long as the next lines are in them."""

from __future__ import annotations

from collections import OrderedDict
from typing import BinaryIO, TypeVar

import msgspec

from archive.errors import DamagedFile, DamagedLine
from archive.frames import frame_at
from archive.store import Store

T = TypeVar("T")

_FILES, _FRAMES = 16, 8


class Places:
    """Reads lines of many files by frame and number; made for places that come in the order of the log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: OrderedDict[str, BinaryIO] = OrderedDict()
        self._frames: OrderedDict[tuple[str, int], list[bytes]] = OrderedDict()
        self._decoders: dict[type, msgspec.json.Decoder[object]] = {}

    def line(self, key: str, offset: int, number: int) -> bytes:
        """Return one line. Raises DamagedFile."""
        lines = self._frames.get((key, offset))
        if lines is None:
            lines = self._frames[key, offset] = frame_at(self._file(key), key, offset).lines()
            if len(self._frames) > _FRAMES:
                self._frames.popitem(last=False)
        if number >= len(lines):
            raise DamagedFile(key, f"byte {offset}", f"the frame has no line {number + 1}")
        return lines[number]

    def decode(self, key: str, offset: int, number: int, kind: type[T]) -> T:
        """Return one line as a record. Raises Damaged."""
        if kind not in self._decoders:
            self._decoders[kind] = msgspec.json.Decoder(kind)
        try:
            found: T = self._decoders[kind].decode(self.line(key, offset, number))  # type: ignore[assignment]
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise DamagedLine(key, offset=offset, number=number + 1, reason=str(error)) from None
        return found

    def _file(self, key: str) -> BinaryIO:
        if key not in self._files:
            try:
                self._files[key] = self._store.open(key)
            except FileNotFoundError:
                raise DamagedFile(key, "", "the file is missing") from None
            if len(self._files) > _FILES:
                self._files.popitem(last=False)[1].close()
        return self._files[key]

    def __enter__(self) -> Places:
        return self

    def __exit__(self, *error: object) -> None:
        for file in self._files.values():
            file.close()
