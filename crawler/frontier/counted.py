"""The rows of a frontier, and how many of each host are in which state: counted with each change, never anew."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple, TypeVar

from crawler.frontier.interface import STATES

T = TypeVar("T")

_AT_ONCE = 500
"""Keys of one statement."""

FREE = "token = NULL, owner = NULL, leased_until = NULL, proof = NULL, after = NULL"
"""What a row says that nobody has a lease on."""


class Row(NamedTuple):
    """What a change needs to know of an address."""

    no: int
    key: bytes
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
        self._hosts: dict[str, int] = {}
        self._changes: Counter[tuple[int, int]] = Counter()
        """(host, state) -> by how much its count changes with this transaction."""

    def begun(self) -> None:
        """Learn what others did meanwhile; to be called when a transaction has begun."""
        (self.crawl,) = self.db.execute("SELECT coalesce(max(no), 0) FROM crawls").fetchone()

    def known(self, keys: Iterable[bytes]) -> dict[bytes, Row]:
        """Return the rows of those keys that are known."""
        rows = {}
        for some in _chunks(keys):
            query = f"SELECT no, key, crawl, state, host, request FROM urls WHERE key IN ({','.join('?' * len(some))})"  # noqa: S608
            rows.update({row[1]: Row(*row) for row in self.db.execute(query, some)})
        return rows

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
