"""The rows of a frontier, and how many of each host are in which state: counted with each change, never anew."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from crawler.frontier.outlook import STATES, Mode

T = TypeVar("T")

_AT_ONCE = 500
"""Values that one statement looks for."""
_STEP = 20
"""Statements are for so many, twice as many and so on, so that they are few and stay prepared."""

FREE = "token = NULL, owner = NULL, leased_until = NULL, proof = NULL, after = NULL"
"""What a row says that nobody has a lease on."""


class Row(NamedTuple):
    """What a change needs to know of an address."""

    key: bytes
    no: int
    crawl: int
    state: int
    host: int
    request: str | None


class Counted:
    """Changes to a frontier within one transaction, which `begun` opens, `settled` ends and `forget` takes back."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self.crawl = 0
        """Number of the newest crawl; 0 before the first."""
        self.mode: Mode = "full"
        """Of that crawl."""
        self._hosts: dict[str, int] = {}
        self._changes: Counter[tuple[int, int]] = Counter()
        """(host, state) -> by how much its count changes with this transaction."""

    def begun(self) -> None:
        """Learn what others did meanwhile; to be called when a transaction has begun."""
        newest = self.db.execute("SELECT no, mode FROM crawls ORDER BY no DESC LIMIT 1").fetchone()
        self.crawl, self.mode = newest or (0, "full")

    def known(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        """Return the rows of those keys that are known."""
        return {row[0]: Row(*row) for row in self.by_key("no, crawl, state, host, request", keys)}

    def some(self, columns: str, name: str, values: Iterable[object]) -> Iterator[tuple[Any, ...]]:
        """Yield columns of the rows in which a column has one of these values."""
        for some in _chunks(values):
            # No row has NULL there.
            some += [None] * (-len(some) % _STEP)
            yield from self.db.execute(
                f"SELECT {columns} FROM urls WHERE {name} IN ({','.join('?' * len(some))})",  # noqa: S608
                some,
            )

    def by_key(self, columns: str, keys: Iterable[bytes]) -> Iterator[tuple[Any, ...]]:
        """Yield key and columns of those keys that are known."""
        return self.some(f"key, {columns}", "key", keys)

    def host(self, name: str) -> int:
        """Return the number of a host, which is made known if it is not."""
        if name not in self._hosts:
            row = self.db.execute("SELECT no FROM hosts WHERE name = ?", (name,)).fetchone()
            if row is None:
                row = self.db.execute("INSERT INTO hosts (name) VALUES (?) RETURNING no", (name,)).fetchone()
            self._hosts[name] = int(row[0])
        return self._hosts[name]

    def count(self, host: int, state: int, change: int) -> None:
        """Say that so many more of a host are in a state."""
        self._changes[host, state] += change

    def settled(self) -> None:
        """Write the counts; to be called before they are read, and before a transaction is committed."""
        changes, self._changes = self._changes, Counter()
        for (host, state), change in changes.items():
            if change:
                self.db.execute(f"UPDATE hosts SET {STATES[state]} = {STATES[state]} + ? WHERE no = ?", (change, host))  # noqa: S608

    def forget(self) -> None:
        """Forget what belonged to a transaction that was rolled back."""
        self._changes.clear()
        self._hosts.clear()


def _chunks(things: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(things)
    while some := list(islice(rest, _AT_ONCE)):
        yield some
