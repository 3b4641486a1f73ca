"""Lines by their places: frames are kept for as long as the next lines are in them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import BinaryIO, TypeVar

import msgspec

from archive.errors import DamagedFile
from archive.frames import Frame, frame_at
from archive.lines import Line, decode
from archive.store import Store

T = TypeVar("T")

_FILES, _FRAMES = 16, 8


class Places:
    """Reads lines of many files by frame and number; made for places that come in the order of the log."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._files: OrderedDict[str, BinaryIO] = OrderedDict()
        self._frames: OrderedDict[tuple[str, int], Frame] = OrderedDict()
        self._decoders: dict[type, msgspec.json.Decoder[object]] = {}

    def decode(self, key: str, offset: int, number: int, kind: type[T]) -> T:
        """Return one line as a record. Raises Damaged."""
        return next(self.decode_some(key, offset, [number], kind))

    def decode_some(self, key: str, offset: int, numbers: list[int], kind: type[T]) -> Iterator[T]:
        """Yield some lines of one frame as records. Raises Damaged."""
        frame = self._frame(key, offset)
        decoder = self._decoder(kind)
        if len(numbers) > frame.data.count(b"\n") // 2:
            try:
                records = decoder.decode_lines(frame.data)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                records = []  # the line that is damaged may not be asked for
            if records and max(numbers) < len(records):
                yield from (records[number] for number in numbers)
                return
        lines = frame.lines()
        for number in numbers:
            if number >= len(lines):
                raise DamagedFile(key, f"byte {offset}", f"the frame has no line {number + 1}")
            yield decode(Line(0, 0, offset, number, lines[number]), decoder, key)

    def _frame(self, key: str, offset: int) -> Frame:
        frame = self._frames.get((key, offset))
        if frame is None:
            frame = self._frames[key, offset] = frame_at(self._file(key), key, offset)
            if len(self._frames) > _FRAMES:
                self._frames.popitem(last=False)
        return frame

    def _decoder(self, kind: type[T]) -> msgspec.json.Decoder[T]:
        if kind not in self._decoders:
            self._decoders[kind] = msgspec.json.Decoder(kind)
        return self._decoders[kind]  # type: ignore[return-value]

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
