"""The log: the commits in their order, which alone say what the archive holds."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import msgspec

from archive.commit import Commit, Erasure, File, Origin, decode_sealed, digest_of, parse_commit, seal
from archive.errors import DamagedLog
from archive.folder import stream_of
from archive.records import STREAMS
from archive.store import AlreadyExists, Store

log = logging.getLogger(__name__)

CHECKPOINT_EVERY = 100
"""Commits between two checkpoints: what a reader replays at most."""
_TRIES = 50
"""How often a store may say of one number that it is taken and then that nothing is there."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest commit."""

    number: int = 0
    """0 in an archive without commits."""
    digest: str | None = None


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """What the archive held at a commit, so that older ones need not be replayed. Derived: it may be deleted."""

    number: int
    digest: str
    """Of the commit's file."""
    files: tuple[tuple[int, File], ...]
    """Each file that counts, with the number of the commit that added it."""
    erasures: tuple[tuple[int, Erasure], ...]
    """Each with the number of its commit."""
    lost: tuple[str, ...] = ()
    """Record ids of captures that repairs gave up."""


@dataclass(slots=True)
class Snapshot:
    """What the archive holds at one commit."""

    head: Head = field(default_factory=Head)
    files: dict[str, tuple[int, File]] = field(default_factory=dict)
    """Key -> number of the commit that added it, and the file."""
    erasures: dict[str, tuple[int, Erasure]] = field(default_factory=dict)
    """By the article's id, with the number of the commit."""
    lost: set[str] = field(default_factory=set)
    """Record ids of captures that repairs gave up."""

    def apply(self, commit: Commit, digest: str) -> None:
        """Take one further commit. Raises DamagedLog where it does not follow."""
        if commit.number != self.head.number + 1 or commit.prev != self.head.digest:
            raise DamagedLog(commit_key(commit.number), f"it does not follow commit {self.head.number}")
        for key in commit.removed:
            if self.files.pop(key, None) is None:
                raise DamagedLog(commit_key(commit.number), f"it removes {key}, which is not there")
        for file in with_origins(commit):
            self.files[file.key] = commit.number, file
        self.erasures.update({erasure.id: (commit.number, erasure) for erasure in commit.erasures})
        self.lost.update(commit.lost)
        self.head = Head(commit.number, digest)

    def of(self, prefix: str) -> list[tuple[int, File]]:
        """Return the files below a prefix, in the order in which their lines were first committed."""
        found = [entry for key, entry in self.files.items() if key.startswith(prefix)]
        return sorted(found, key=lambda entry: (first_commit(entry), entry[1].key))


def with_origins(commit: Commit) -> Iterator[File]:
    """Yield a commit's files, those of lines each with where its lines come from: without a word of it, from here."""
    counted: dict[str, int] = {}
    for file in commit.added:
        stream = stream_of(file.key)
        if file.origins is not None or stream not in STREAMS.values():
            yield file
            continue
        start = counted.get(stream, 0)
        counted[stream] = start + file.records
        origin = Origin(commit=commit.number, start=start, count=file.records)
        yield msgspec.structs.replace(file, origins=(origin,))


def first_commit(entry: tuple[int, File]) -> int:
    """Return the number of the commit that brought a file's first line."""
    number, file = entry
    return file.origins[0].commit if file.origins else number


class Conflict(Exception):
    """Files that a commit would remove are not there any more: somebody else has rewritten them."""


def commit_key(number: int) -> str:
    """Return where a commit lies."""
    return f"log/{number:020}.json"


def checkpoint_key(number: int) -> str:
    """Return where the checkpoint of a commit lies."""
    return f"log/{number:020}.checkpoint.json"


class Log:
    """The commits of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._seen = Head()

    def head(self) -> Head:
        """Return the newest commit. Raises DamagedLog."""
        number = self._seen.number or self._last_number()
        digest = self._seen.digest
        if number and digest is None:
            digest = digest_of(self._bytes(number))
        while (data := self._next(number + 1)) is not None:
            number, digest = number + 1, digest_of(data)
        self._seen = Head(number, digest)
        return self._seen

    def read(self, number: int) -> tuple[Commit, str]:
        """Return a commit and its digest. Raises DamagedLog, also where it is missing."""
        data = self._bytes(number)
        commit = parse_commit(data, commit_key(number))
        if commit.number != number:
            raise DamagedLog(commit_key(number), f"it calls itself {commit.number}")
        return commit, digest_of(data)

    def since(self, number: int) -> Iterator[tuple[Commit, str]]:
        """Yield the commits behind a number, up to the newest. Raises DamagedLog."""
        for following in range(number + 1, self.head().number + 1):
            yield self.read(following)

    def snapshot(self, number: int | None = None) -> Snapshot:
        """Return what the archive holds, now or at a commit. Raises DamagedLog."""
        last = self.head().number if number is None else number
        snapshot = self._from_checkpoint(last)
        for following in range(snapshot.head.number + 1, last + 1):
            snapshot.apply(*self.read(following))
        return snapshot

    def catch_up(self, snapshot: Snapshot) -> None:
        """Bring a snapshot up to now. Raises DamagedLog."""
        for commit, digest in self.since(snapshot.head.number):
            snapshot.apply(commit, digest)

    def commit(self, draft: Callable[[Head], Commit], *, removes: bool = False) -> tuple[Commit, str]:
        """Create the commit that `draft` makes behind the newest one; return it with its digest.

        `draft` is called anew for each number that another writer takes. A store that answers AlreadyExists for what is
        one's own, or for nothing at all, is asked what lies there. Raises Conflict where it `removes` what is gone, and
        DamagedLog where the newest commit is damaged, and OSError.
        """
        missing = 0
        while True:
            head = self.head()
            if head.number:
                self.read(head.number)  # raises: nothing is built on a commit that is damaged
            commit = draft(head)
            if removes and not self.snapshot().files.keys() >= set(commit.removed):
                raise Conflict
            data = commit.to_bytes()
            try:
                self.store.create(commit_key(commit.number), data)
            except AlreadyExists:
                found = self._next(commit.number)
                if found is None:
                    missing += 1
                    if missing > _TRIES:
                        reason = "the store says that it is taken, and that nothing is there"
                        raise OSError(errno.EAGAIN, reason, commit_key(commit.number)) from None
                    continue
                if parse_commit(found, commit_key(commit.number)).id != commit.id:
                    continue
                data = found
            self._seen = Head(commit.number, digest_of(data))
            self._checkpoint(commit.number)
            return commit, digest_of(data)

    def settle(self, number: int) -> None:
        """Return when a commit is on disk that was found there: whoever made it may have died before it was.

        Raises DamagedLog and OSError.
        """
        with suppress(AlreadyExists):
            self.store.create(commit_key(number), self._bytes(number))

    def find(self, commit_id: str, *, after: int) -> int | None:
        """Return the number of the commit with this ulid among those behind `after`. Raises DamagedLog."""
        return next((commit.number for commit, _ in self.since(after) if commit.id == commit_id), None)

    def numbers(self) -> list[int]:
        """Return the numbers of the commits that are there, in order."""
        names = (key.removeprefix("log/").removesuffix(".json") for key in self.store.names("log/"))
        return sorted(int(name) for name in names if name.isdecimal())

    def checkpoints(self) -> list[int]:
        """Return the numbers of the checkpoints that are there, in order."""
        names = (key.removeprefix("log/").removesuffix(".checkpoint.json") for key in self.store.names("log/"))
        return sorted(int(name) for name in names if name.isdecimal())

    def read_checkpoint(self, number: int) -> Snapshot:
        """Return what a checkpoint says. Raises DamagedLog and OSError."""
        key = checkpoint_key(number)
        found: Checkpoint = decode_sealed(self.store.read(key), key, Checkpoint)
        files = {file.key: (commit, file) for commit, file in found.files}
        erasures = {erasure.id: (commit, erasure) for commit, erasure in found.erasures}
        return Snapshot(Head(found.number, found.digest), files, erasures, set(found.lost))

    def _last_number(self) -> int:
        return max(self.numbers(), default=0)

    def _next(self, number: int) -> bytes | None:
        try:
            return self.store.read(commit_key(number))
        except FileNotFoundError:
            return None

    def _bytes(self, number: int) -> bytes:
        data = self._next(number)
        if data is None:
            raise DamagedLog(commit_key(number), "the commit is missing")
        return data

    def _from_checkpoint(self, last: int) -> Snapshot:
        newest = last - last % CHECKPOINT_EVERY
        for number in range(newest, 0, -CHECKPOINT_EVERY):
            try:
                snapshot = self.read_checkpoint(number)
                if snapshot.head == Head(number, digest_of(self._bytes(number))):
                    return snapshot
                log.warning("%s: left out, it is not of this log", checkpoint_key(number))
            except FileNotFoundError:
                continue
            except DamagedLog as error:
                log.warning("%s", error)
        return Snapshot()

    def _checkpoint(self, number: int) -> None:
        if number % CHECKPOINT_EVERY:
            return
        try:
            snapshot = self.snapshot(number)
            assert snapshot.head.digest is not None
            checkpoint = Checkpoint(
                number=number,
                digest=snapshot.head.digest,
                files=tuple(snapshot.files.values()),
                erasures=tuple(snapshot.erasures.values()),
                lost=tuple(sorted(snapshot.lost)),
            )
            self.store.create(checkpoint_key(number), seal(checkpoint))
        except AlreadyExists:
            return
        except (OSError, DamagedLog) as error:
            # Nothing hangs on it: a reader replays the commits instead.
            log.warning("%s was not written: %s", checkpoint_key(number), error)
