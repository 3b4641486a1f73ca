"""Power losses at random moments of writers' work, of their deaths and recoveries, and what is found afterwards."""

from __future__ import annotations

import errno
import logging
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import archive
from archive.disk import Disk
from archive.folder import CATALOG
from archive.verify import verify
from tests.archive.faults.disks import Died, DyingDisk, FaultyDisk, ForgetfulDisk, RecordingDisk
from tests.archive.faults.power import possible_disk
from tests.archive.faults.workload import Book, Call, Pages, Verdict, batch, judge, let_go, name_of

QUICK = ForgetfulDisk()
"""Where no power is going to be lost any more, syncs cost time and show nothing."""


@dataclass
class Story:
    """What happened on a disk until the power went."""

    disk: RecordingDisk
    book: Book
    catalogs: list[bytes] = field(default_factory=list)
    """As the catalog was at some moments: it is not the disk's, any of them may be found."""


def story(base: Path, seed: int, *, forgetful: bool = False) -> Story:
    """Let writers work, be killed, meet errors and recover, in a folder `base` that is empty."""
    rng = random.Random(seed)
    recording = RecordingDisk(base)
    told = Story(recording, Book())
    sites = [Pages(seed, "a.example"), Pages(seed, "b.example")]
    for life in range(rng.choice([1, 1, 2, 3])):
        disk: Disk = ForgetfulDisk(recording) if forgetful else recording
        if rng.random() < 0.3:
            error = rng.choice([errno.EIO, errno.ENOSPC])
            disk = FaultyDisk(disk, nth=rng.randrange(1, 150), error=error, once=rng.random() < 0.8)
        dying = DyingDisk(disk, nth=rng.randrange(1, 200) if rng.random() < 0.5 else None)
        with suppress(archive.CannotWrite):
            _live(base / "data", dying, rng, rng.sample(sites, rng.choice([1, 1, 2])), told, life)
    return told


def _live(root: Path, disk: DyingDisk, rng: random.Random, sites: list[Pages], told: Story, life: int) -> None:
    writers: list[tuple[archive.Writer, Pages]] = []
    try:
        for pages in sites:
            compression = rng.choice(["zst", "zst", "gz", "none"])
            writers.append((archive.Writer(root, site=pages.site, compression=compression, disk=disk), pages))
        for _ in range(rng.randrange(1, 8)):
            writer, pages = rng.choice(writers)
            with suppress(archive.CannotWrite):
                batch(writer, pages, told.book, told.disk.record, visits=rng.choice([1, 1, 2, 5]))
            if rng.random() < 0.35:
                with suppress(archive.CannotWrite):
                    writer.publish()
                told.catalogs.append((root / CATALOG).read_bytes())
        if rng.random() < 0.6:
            for writer, _ in writers:
                writer.close()
    except Died:
        pass
    finally:
        disk.dead = True
        for writer, _ in writers:
            let_go(writer)


@dataclass
class Found:
    """What a writer finds after a power loss."""

    verdict: Verdict
    alarms: list[str]
    """What was logged as lost, or as damaged."""
    findings: list[str]
    """Of `verify`."""
    acknowledged: int
    """Lines, when the power went."""
    seconds: float
    """Of opening it: recovery, and bringing the catalog up to date."""

    def __bool__(self) -> bool:
        return bool(self.verdict or self.alarms or self.findings)


@contextmanager
def alarms() -> Iterator[list[str]]:
    """Gather what the archive calls critical."""

    class Gather(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    said: list[str] = []
    handler = Gather(logging.CRITICAL)
    logger = logging.getLogger("archive")
    logger.addHandler(handler)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


def lose_power(told: Story, target: Path, rng: random.Random, disk: Disk = QUICK) -> Found:
    """Lose the power at some moment of a story, and perhaps again while what is left is taken up; look at the rest."""
    target.mkdir()
    moment = rng.randrange(1, len(told.disk.record) + 1)
    acknowledged, asked = told.book.until(moment), told.book.asked
    possible_disk(told.disk.record[:moment], told.disk.root, target, rng)
    _put_catalog(told, target / "data", rng)
    if rng.random() < 0.4:
        again = RecordingDisk(target)
        after = len(again.record)
        dying = DyingDisk(again, nth=rng.randrange(1, 60))
        with suppress(Died, archive.ArchiveError):
            archive.Writer(target / "data", disk=dying).close()
        if len(again.record) > after:
            second = target.with_name(target.name + "-again")
            second.mkdir()
            possible_disk(again.record[: rng.randrange(after, len(again.record) + 1)], again.root, second, rng)
            shutil.rmtree(target)
            second.rename(target)
    return look(target / "data", acknowledged, asked, disk)


def _put_catalog(told: Story, root: Path, rng: random.Random) -> None:
    if told.catalogs and root.is_dir() and rng.random() < 0.5:
        (root / CATALOG).write_bytes(rng.choice(told.catalogs))


def look(root: Path, acknowledged: list[Call], asked: list[Call], disk: Disk) -> Found:
    """Open an archive as the next run would, and compare."""
    with alarms() as said:
        began = perf_counter()
        try:
            writer = archive.Writer(root, disk=disk)
        except (archive.Damaged, archive.UnsupportedFormat) as error:
            lost = [name_of(record) for call in acknowledged for record in call.records]
            return Found(Verdict(lost=lost), [], [str(error)], len(lost), 0.0)
        seconds = perf_counter() - began
        writer.close()
        verdict = judge(root, acknowledged, asked)
        findings = [str(finding) for finding in verify(root, jobs=1).findings]
    return Found(verdict, said, findings, sum(len(call.records) for call in acknowledged), seconds)
