"""What is not stored of an article because it follows: its revision's number, its status, when it was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from archive.catalog import Catalog
from archive.places import Places
from archive.records import Article
from archive.status import Status
from archive.store import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """An article as it stands: its newest revision, and what the visits say of it."""

    article: Article
    revision: int
    """How many revisions there are: the number of the newest, from 1."""
    status: Status
    """Of the newest observations that say anything of the article: gone where two in a row missed it."""
    missing_at: datetime | None
    """Of the newest visit, if that missed the article, UTC; null where it was found. One alone leaves it live."""
    first_seen_at: datetime
    """UTC."""
    last_seen_at: datetime
    """Of the newest visit that found the article there, UTC."""


def states(
    catalog: Catalog,
    store: Store,
    *,
    site: str | None = None,
    since: datetime | None = None,
    id_: str | None = None,
    rights: int = 0,
) -> Iterator[State]:
    """Yield each article as it stands, in the order in which the newest revisions were recorded. Raises Damaged.

    What the rules of `rights` (bits of archive.rights) reserve is left out.
    """
    wanted, values = ["TRUE"], list[object]()
    for clause, value in (
        ("a.site = ?", site),
        ("r.recorded_at >= ?", since and since.timestamp()),
        ("a.id = ?", id_ and bytes.fromhex(id_)),
        ("a.reserved & ? = 0", rights or None),
    ):
        if value is not None:
            wanted.append(clause)
            values.append(value)
    # The newest revisions are asked for in the order of the log: then each frame is unpacked once.
    first = (
        "articles a CROSS JOIN revisions r ON r.seq = a.latest"
        if id_
        else ("revisions r CROSS JOIN articles a ON a.no = r.article AND a.latest = r.seq")
    )
    rows = catalog.query(
        "SELECT f.key, r.offset, r.line, a.revisions, a.status, a.absent_at, a.first_seen, a.last_seen, a.id"  # noqa: S608, no words of anybody
        f" FROM {first} CROSS JOIN files f ON f.no = r.file WHERE {' AND '.join(wanted)} ORDER BY r.seq",
        *values,
    )
    with Places(store) as places:
        for (key, offset), group in groupby(rows, key=itemgetter(0, 1)):
            found = list(group)
            articles = places.decode_some(key, offset, [row[2] for row in found], Article)
            for article, (*_, revisions, status, absent_at, first_seen, last_seen, own) in zip(
                articles, found, strict=True
            ):
                catalog.check(own.hex(), article.id)
                yield State(
                    article=article,
                    revision=revisions,
                    status=status,
                    missing_at=None if absent_at is None else datetime.fromtimestamp(absent_at, UTC),
                    first_seen_at=datetime.fromtimestamp(first_seen, UTC),
                    last_seen_at=datetime.fromtimestamp(last_seen, UTC),
                )


def is_reserved(catalog: Catalog, id_: str, rights: int) -> bool:
    """Return whether the newest visit that looked saw an article reserved by one of these rules (archive.rights)."""
    return catalog.one("SELECT 1 FROM articles WHERE id = ? AND reserved & ?", bytes.fromhex(id_), rights) is not None
