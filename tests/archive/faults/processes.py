"""Writers and readers as processes that can be killed, paused and asked to stop, and what they said until then."""

from __future__ import annotations

import base64
import multiprocessing
import os
import pickle
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import archive
from tests.archive.faults.disks import DISK, ForgetfulDisk, OnDisk
from tests.archive.faults.workload import Book, Call, Pages

_CONTEXT = multiprocessing.get_context("forkserver")
# Each process is a fork of one that has imported all of this already: milliseconds, and not half a second.
_CONTEXT.set_forkserver_preload(["tests.archive.faults.processes", "archive.verify"])


class Doomed(OnDisk):
    """Kills its own process before the nth call that changes something, in the middle of it where it is a write."""

    def __init__(self, tell: Callable[[str], None], nth: int | None) -> None:
        # Of a kill the system forgets nothing that was written: where each call is tried, syncs cost time alone.
        super().__init__(DISK if nth is None else ForgetfulDisk())
        self.tell, self.nth, self.calls = tell, nth, 0

    def before(self, kind: str, path: Path | None) -> None:
        self.tell(kind)
        if kind != "reopen":
            self.calls += 1
        if self.calls == self.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def write(self, descriptor: int, data: bytes, offset: int) -> None:
        if self.calls + 1 == self.nth:
            self.inner.write(descriptor, data[: len(data) // 2], offset)
        super().write(descriptor, data, offset)


class Process:
    """A writer in a process of its own, and the file into which it says what it does."""

    def __init__(self, root: Path, told: Path, seed: int | str, *, site: str = "example.com", nth: int | None = None,
                 batches: int | None = None) -> None:  # fmt: skip
        self.told, self.stop = told, told.with_suffix(".stop")
        self.phase = told.with_suffix(".phase")
        arguments = (root, told, seed, site, nth, batches)
        self.process = _CONTEXT.Process(target=write, args=arguments)
        self.process.start()

    def kill(self) -> None:
        """End it without a word (SIGKILL)."""
        self.process.kill()
        self.process.join()

    def pause(self) -> None:
        """Stop it where it is (SIGSTOP)."""
        assert self.process.pid
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it go on (SIGCONT)."""
        assert self.process.pid
        os.kill(self.process.pid, signal.SIGCONT)

    def end(self) -> None:
        """Ask it to close its writer in good order, and wait."""
        self.stop.touch()
        self.process.join(60)
        assert self.process.exitcode == 0, self.process.exitcode

    def wait_for(self, acknowledged: int) -> None:
        """Return when it has acknowledged so many calls, or is dead."""
        deadline = time.monotonic() + 60
        while len(self.book().acknowledged) < acknowledged and self.process.is_alive():
            assert time.monotonic() < deadline, "the writer is stuck"
            time.sleep(0.002)

    def book(self) -> Book:
        """Return what it has said."""
        return book_of(self.told)

    def last_phase(self) -> str:
        """Return what it was at when it last said so: a step of its work, and a call of the disk."""
        return self.phase.read_text().strip("\0 ") if self.phase.exists() else ""


def book_of(told: Path) -> Book:
    """Return what a writer has asked for and acknowledged, by its own words; a torn one at the end was not said."""
    book = Book()
    lines = told.read_bytes().split(b"\n")[:-1] if told.exists() else []
    for line in lines:
        word, _, rest = line.partition(b" ")
        if word == b"asked":
            book.asked.append(pickle.loads(base64.b64decode(rest)))
        else:
            book.acknowledged = [(0, call) for call in book.asked[: int(rest)]]
    return book


def write(root: Path, told: Path, seed: int | str, site: str, nth: int | None, batches: int | None) -> None:
    """Write until killed or asked to stop, or so many batches; say each call before it, and what is acknowledged."""
    saying = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    phases = os.open(told.with_suffix(".phase"), os.O_WRONLY | os.O_CREAT)
    stop, stage = told.with_suffix(".stop"), "open"

    def tell(kind: str) -> None:
        os.pwrite(phases, f"{stage} {kind}".encode().ljust(40), 0)

    rng, pages = random.Random(f"{seed} process"), Pages(seed, site)
    disk = Doomed(tell, nth)
    writer = archive.Writer(root, site=site, disk=disk)
    asked, done = 0, 0
    while not stop.exists() and done != batches:
        done += 1
        stage = "append"
        tell("")
        for _ in range(rng.choice([1, 1, 2, 6])):
            call: Call = pages.visit(writer)
            os.write(saying, b"asked " + base64.b64encode(pickle.dumps(call)) + b"\n")
            asked += 1
        stage = "flush"
        tell("")
        writer.flush()
        os.write(saying, b"acknowledged %d\n" % asked)
        if rng.random() < 0.25 or done == 2:
            stage = "publish"
            tell("")
            writer.publish()
    stage = "close"
    tell("")
    writer.close()


def read(root: Path, told: Path) -> None:
    """Read an archive over and over until killed; say each time how many lines there were."""
    saying = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while True:
        opened = archive.open(root)
        lines = sum(1 for _ in opened.articles()) + sum(1 for _ in opened.changes())
        os.write(saying, b"%d\n" % lines)


def reader(root: Path, told: Path) -> multiprocessing.process.BaseProcess:
    """Start a reader."""
    process = _CONTEXT.Process(target=read, args=(root, told))
    process.start()
    return process


def phase_of(words: str) -> str:
    """Return a phase as it is counted.

    >>> phase_of("publish rename"), phase_of("append ")
    ('publish: rename', 'append')
    """
    stage, _, kind = words.partition(" ")
    return f"{stage}: {kind}" if kind else stage


__all__ = ["Doomed", "Process", "book_of", "phase_of", "reader"]
