"""The records that revisits refer to, found in whatever way these name them."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from archive.captures import captures_at, read_exchange

if TYPE_CHECKING:
    from datetime import datetime

    from archive import Exchange
    from archive.catalog import Catalog
    from archive.store import Store
    from crawler.importing.foreign import Foreign, Reference

_MOST = 100_000
"""Names that are remembered of a file."""


class Originals:
    """What is in the archive, by the names that others gave it."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog, self._store = catalog, store
        self._places: OrderedDict[str, tuple[str, datetime]] = OrderedDict()

    def note(self, found: Foreign) -> None:
        """Remember an answer by its id and by its payload's digest: a revisit may give no more than that."""
        for name in filter(None, (found.record_id, found.payload_digest)):
            self._places.setdefault(name, (found.exchange.url, found.exchange.fetched_at))
            if len(self._places) > _MOST:
                self._places.popitem(last=False)

    def forget(self) -> None:
        """Forget the names, which are those of one file."""
        self._places.clear()

    def find(self, reference: Reference) -> Exchange | None:
        """Return what a revisit refers to, if the archive has it published. Raises Damaged."""
        places = [self._places.get(reference.record_id), self._places.get(reference.payload_digest)]
        if reference.url and reference.at:
            places.insert(1, (reference.url, reference.at))
        for url, at in filter(None, places):
            for capture in captures_at(self._catalog, url, at):
                found = read_exchange(self._catalog, self._store, capture.record_id)
                if found is not None:
                    return found
        return None
