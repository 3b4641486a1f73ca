"""Which visits the archive holds: whether they showed a wording, and since which commit they are there."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from archive.commit import File
from archive.lines import decode, lines_of
from archive.log import Snapshot
from archive.store import Store

SHOWS = frozenset({"new", "same", "revised", "not_modified"})
"""Outcomes of visits that showed an article's wording, as its own: what quarantine has is none."""


class _Visit(msgspec.Struct):
    visit_id: str


_decoder = msgspec.json.Decoder(_Visit)


def visits_after(store: Store, snapshot: Snapshot, wanted: Collection[str], commit: int) -> set[str]:
    """Return which visits have a line of observations in a commit after number `commit`. Raises Damaged and OSError.

    Only files with such lines are read, the newest first, and none once all are found.
    """
    missing = set(wanted)
    for _, file in reversed(snapshot.of("observations/")):
        if not missing:
            break
        if any(origin.commit > commit for origin in file.origins or ()):
            _take_away(missing, store, file, commit)
    return set(wanted) - missing


def _take_away(missing: set[str], store: Store, file: File, commit: int) -> None:
    for line in lines_of(store, file):
        if line.commit > commit:
            missing.discard(decode(line, _decoder, file.key).visit_id)
            if not missing:
                return
