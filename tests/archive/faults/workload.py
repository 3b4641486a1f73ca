"""Work for writers, drawn from a seed, and what was acknowledged of it; and whether an archive holds just that."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import msgspec

import archive
from archive.records import Record
from tests.archive.conftest import article, observation, quarantined
from tests.archive.faults.disks import Died

BEGINNING = datetime(2021, 7, 27, 23, 59, 50, tzinfo=UTC)
"""Ten seconds before a day ends: segments of two days come of it."""


@dataclass(frozen=True, eq=False)
class Call:
    """One call of `append`, and the exchanges that its lines name."""

    records: tuple[Record, ...]
    exchanges: tuple[tuple[archive.Capture, archive.Exchange], ...] = ()


@dataclass
class Book:
    """What was asked of an archive, and what it has acknowledged when."""

    asked: list[Call] = field(default_factory=list)
    acknowledged: list[tuple[int, Call]] = field(default_factory=list)
    """With the length that the disk's record had then."""

    def until(self, length: int) -> list[Call]:
        """Return what was acknowledged when the record had this length."""
        return [call for at, call in self.acknowledged if at <= length]


class Pages:
    """Pages of a site, seen again and again: new ones, unchanged ones, edited ones, ones that are gone."""

    def __init__(self, seed: int | str, site: str = "example.com", *, articles: int = 12) -> None:
        self.rng, self.site, self.articles = random.Random(f"{seed} {site}"), site, articles
        self.numbers = count(1)
        self.now = BEGINNING
        self._bodies: dict[str, bytes] = {}

    def visit(self, writer: archive.Writer) -> Call:
        """Fetch a page: hand its capture and its lines to the writer."""
        rng, number = self.rng, next(self.numbers)
        self.now += timedelta(seconds=rng.choice([0, 0, 1, 1, 2, 7]))
        url = f"http://{self.site}/{rng.randrange(self.articles)}.html"
        name = f"{self.site}-{number:06}"
        if url not in self._bodies or rng.random() < 0.6:
            # Random bytes do not shrink: a file grows with each record.
            self._bodies[url] = f"<h1>{name}</h1>".encode() + rng.randbytes(rng.choice([10, 200, 3000]))
        exchange = archive.Exchange(
            url=url,
            status=200,
            reason="OK",
            headers=(("Content-Type", "text/html"), ("X-Twice", "1"), ("X-Twice", name)),
            body=self._bodies[url],
            fetched_at=self.now,
            ip="192.0.2.1",
            protocol="http/1.1",
        )
        capture = writer.capture(exchange)
        common = {"id": archive.article_id(url), "site": self.site, "url": url, "recorded_at": self.now}
        common |= {"visit_id": name, "captures": (capture,)}
        kind = rng.random()
        seen = observation(**common, outcome="gone" if kind > 0.95 else "new" if kind < 0.7 else "same")
        records: tuple[Record, ...] = (seen,)
        if kind < 0.7:
            words = {"title": f"题 {name}", "body": name * rng.choice([1, 50])}
            records = (article(**common, revision_id=name, canonical_url=url, **words), seen)
        elif kind < 0.8:
            records = (quarantined(**common, fetched_at=self.now), dataclasses.replace(seen, outcome="quarantined"))
        writer.append(*records)
        return Call(records, ((capture, exchange),))


def batch(writer: archive.Writer, pages: Pages, book: Book, record: list[object], *, visits: int) -> None:
    """Visit pages and flush: then they are acknowledged."""
    calls = []
    for _ in range(visits):
        calls.append(pages.visit(writer))
        book.asked.append(calls[-1])
    writer.flush()
    book.acknowledged += [(len(record), call) for call in calls]


def let_go(writer: archive.Writer) -> None:
    """Give back what a process has that is dead now, without a call of its disk: locks, descriptors, connections."""
    if writer._segments is not None:
        for sink in (writer._segments._journal_sink, *writer._segments._sinks.values()):
            with suppress(Exception):
                sink.close()
        with suppress(OSError):
            writer._segments._lock.release(remove=False)
        writer._segments = None
    writer._packer.close()
    writer._catalog.close()
    writer._reading.close()
    if writer._site_lock is not None:
        writer._site_lock.release(remove=False)
        writer._site_lock = None


# Whether an archive holds what it has acknowledged. ---------------------------------------------------------------------


@dataclass
class Verdict:
    """What is wrong, by names."""

    lost: list[str] = field(default_factory=list)
    """Acknowledged, and not there or not as it was."""
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    """Captures that do not read back as they were."""
    torn: list[str] = field(default_factory=list)
    """Calls of which a part is there."""
    strange: list[str] = field(default_factory=list)
    """There, and never asked for."""

    def __bool__(self) -> bool:
        return any((self.lost, self.doubled, self.wrong, self.torn, self.strange))


def name_of(record: Record) -> str:
    """Return what tells a record from all others of a workload."""
    return f"{type(record).__name__} {record.visit_id}"


def contents(opened: archive.Archive) -> Iterator[Record]:
    """Yield every line of an archive."""
    yield from opened.articles(revisions=True)
    yield from opened.observations()
    yield from opened.quarantine()


def judge(root: Path, acknowledged: Iterable[Call], asked: Iterable[Call]) -> Verdict:
    """Compare an archive with what was acknowledged, and may have been written."""
    verdict = Verdict()
    opened = archive.open(root)
    lines = list(contents(opened))
    there = {name_of(record): record for record in lines}
    verdict.doubled = [name for name, times in Counter(map(name_of, lines)).items() if times > 1]
    feed = [change.line for change in opened.changes()]
    expected = Counter(msgspec.json.encode(line) for line in lines if not isinstance(line, archive.QuarantineRecord))
    verdict.strange += [f"changes: {line!r}" for line in (Counter(feed) - expected)]
    verdict.lost += [f"changes: {line!r}" for line in (expected - Counter(feed))]
    known = set()
    kept = set(map(id, acknowledged := list(acknowledged)))
    for call in {id(call): call for call in [*asked, *acknowledged]}.values():
        names = [name_of(record) for record in call.records]
        known.update(names)
        same = [there.get(name) == record for name, record in zip(names, call.records, strict=True)]
        if id(call) in kept:
            verdict.lost += [name for name, good in zip(names, same, strict=True) if not good]
        elif any(name in there for name in names) and not all(same):
            verdict.torn += names
        if any(name in there for name in names):
            for capture, exchange in call.exchanges:
                if opened.exchange(capture) != exchange:
                    verdict.wrong.append(f"{names[0]}: {capture.record_id}")
    verdict.strange += sorted(there.keys() - known)
    return verdict


__all__ = ["Book", "Call", "Died", "Pages", "Verdict", "batch", "contents", "judge", "let_go", "name_of"]
