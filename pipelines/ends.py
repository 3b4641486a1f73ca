"""What a run has seen become of known articles: written at its end, since each may be read elsewhere until then."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive import Observation
    from pipelines.opened import OpenArchive

_NAMED = 50
"""Articles that are gone and can be named after the run."""


class Ends:
    """Remembers one sighting of each known article from whose page no article came."""

    def __init__(self) -> None:
        self._items: dict[str, Any] = {}
        """Ids, and what became of their pages."""
        self.gone: list[Observation] = []
        """Of articles that this run has seen gone, the first so many, once they are stored."""

    def take(self, item: Any, archive: OpenArchive) -> None:
        """Remember what became of a page, where an article is known there."""
        seen = archive.observation(item)
        if seen is not None:
            self._items[seen.id] = item

    def store(self, archive: OpenArchive, *, moved: Collection[str]) -> Iterator[Observation]:
        """Append what holds at the end of the run, and yield it. Raises ArchiveError."""
        for id_, item in self._items.items():
            seen = archive.observation(item)
            # What this crawl has read is not gone because another address of it is.
            if seen is not None and id_ not in moved and not archive.is_stored(id_):
                archive.writer.append(seen)
                if seen.outcome in ("gone", "soft_404") and len(self.gone) < _NAMED:
                    self.gone.append(seen)
                yield seen

    def owes(self, urls: Iterable[str], archive: OpenArchive | None) -> bool:
        """Return whether what became of an article that is known by one of these waits for the end of the run."""
        return bool(self._items) and archive is not None and archive.is_any_of(self._items.keys(), urls)
