"""A writer: appends records to files of its own, one a stream and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import TracebackType

import msgspec

from archive.folder import lines_path, prepare
from archive.ids import new_ulid
from archive.lines import LineFile
from archive.records import STREAMS, Record


class Writer:
    """Appends to the archive at `root`, made there if absent. Raises CannotWrite or UnsupportedFormat.

    The day is that of the record itself (`date`), so that path and line cannot disagree; a new day begins a new file.
    """

    def __init__(self, root: Path) -> None:
        prepare(root)
        self.root = root
        self._open: dict[str, tuple[date, LineFile]] = {}

    def append(self, record: Record) -> None:
        """Write one line with one write(2). Raise CannotWrite when it is not whole; earlier lines stand."""
        line = msgspec.json.encode(record)
        self._file(record).append(line)

    def sync(self) -> None:
        """Return when every appended line is on disk."""
        for _, file in self._open.values():
            file.sync()

    def close(self) -> None:
        """Sync and close every file, also where one of them fails."""
        while self._open:
            _, (_, file) = self._open.popitem()
            try:
                file.close()
            except BaseException:
                self.close()
                raise

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _file(self, record: Record) -> LineFile:
        stream = STREAMS[type(record)]
        day, file = self._open.get(stream, (None, None))
        if file is not None and day == record.date:
            return file
        if file is not None:
            del self._open[stream]
            file.close()
        file = LineFile(lines_path(self.root, stream, record.date, new_ulid(record.recorded_at)))
        self._open[stream] = record.date, file
        return file
