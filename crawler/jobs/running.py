"""The sites of a job, some at a time, each in a process of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

from crawler.jobs.child import ENDING, Order, crawl
from crawler.jobs.life import Life
from crawler.jobs.logs import LogFormat
from crawler.jobs.results import history_of, without_result
from crawler.jobs.signals import Asked
from crawler.jobs.stray import Stray
from crawler.jobs.summary import SiteSummary
from crawler.jobs.targets import Target
from crawler.monitors.facts import Outcome, RunFacts
from crawler.outcome import CRASHED, OK

if TYPE_CHECKING:
    from scrapy.settings import Settings

log = logging.getLogger(__name__)

# A fork has everything loaded; on macOS its libraries do not bear one.
_CONTEXT: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
_decode = msgspec.json.Decoder(SiteSummary | str).decode


@dataclass(slots=True)
class _Child:
    target: Target
    process: Any
    """A `multiprocessing.Process`, of either context."""
    result: Connection
    stray: Stray
    began_at: datetime
    came: SiteSummary | str | None = None
    """What it said of itself: how it went, or in words why it cannot say that."""
    told_at: float | None = None
    """When it was told to end."""
    is_killed: bool = False
    """Whether that was of no use."""


@dataclass(slots=True)
class Running:
    """Crawls a job's sites; what becomes of one touches no other."""

    settings: Settings
    run_id: str
    parallel: int
    seconds: float | None
    """How long the job may take; then its sites are told to end in good order."""
    form: LogFormat
    asked: Asked
    grace: float = field(init=False)
    """Seconds after which a site that does not end when told is killed; what is not acknowledged is fetched again."""
    _children: list[_Child] = field(default_factory=list)
    _is_late: bool = False

    def __post_init__(self) -> None:
        """Read the settings."""
        self.grace = self.settings.getfloat("JOB_GRACE")

    def run(self, targets: Sequence[Target], *, meanwhile: Callable[[], None]) -> list[SiteSummary]:
        """Return what came of each site, in their order; do `meanwhile` once the first are at work."""
        is_idle = False
        found: dict[str, SiteSummary] = {}
        waiting = deque(targets)
        read, write = _CONTEXT.Pipe(duplex=False)
        # A fork has both ends, and closes its own; nothing else is handed the second.
        life = Life(read, write if _CONTEXT.get_start_method() == "fork" else None)
        deadline = None if self.seconds is None else monotonic() + self.seconds
        self.asked.tell = self._tell_all
        try:
            while waiting or self._children:
                while waiting and len(self._children) < self.parallel and not self._is_ending:
                    self._children.append(self._start(waiting.popleft(), life))
                if self._is_ending:
                    self._tell_all()  # one that was started just now too
                    found.update((target.site, self._never_begun(target)) for target in waiting)
                    waiting.clear()
                if not is_idle:
                    is_idle = True
                    meanwhile()
                for child in self._look(deadline):
                    self._children.remove(child)
                    summary = found[child.target.site] = self._summary(child)
                    log.info("%s, %s", summary.facts.outcome, summary.says, extra={"site": child.target.site})
                    for problem in summary.problems:
                        log.warning("%s", problem, extra={"site": child.target.site})
                if deadline is not None and monotonic() >= deadline and not self._is_late:
                    self._is_late = True
                self._kill_stubborn()
        finally:
            self.asked.tell = None
            read.close()
            write.close()
        return [found[target.site] for target in targets]

    @property
    def _is_ending(self) -> bool:
        return self._is_late or self.asked.number is not None

    def _start(self, target: Target, life: Life) -> _Child:
        result, send = _CONTEXT.Pipe(duplex=False)
        stray, printed = _CONTEXT.Pipe(duplex=False)
        order = Order(
            target=target,
            settings=self.settings,
            run_id=self.run_id,
            form=self.form,
            grace=self.grace,
            result=send,
            stray=printed,
            life=life,
        )
        process = _CONTEXT.Process(target=crawl, args=(order,), name=target.site)
        # What comes now is for both: the child hears it when it has its own way of taking it.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            process.start()
            child = _Child(target, process, result, Stray(stray, target.site), datetime.now(UTC).replace(microsecond=0))
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        send.close()
        printed.close()
        return child

    def _look(self, deadline: float | None) -> list[_Child]:
        """Return the children that have ended, after a moment at most."""
        patience = 1.0 if deadline is None else min(1.0, max(0.0, deadline - monotonic()) + 0.01)
        places: dict[Any, _Child] = {child.process.sentinel: child for child in self._children}
        places |= {child.stray.connection: child for child in self._children if not child.stray.is_through}
        places |= {child.result: child for child in self._children if child.came is None and not child.result.closed}
        ended = []
        for ready in wait(list(places), timeout=patience):
            child = places[ready]
            if ready is child.stray.connection:
                child.stray.read()
            else:
                self._receive(child)
                if ready == child.process.sentinel:
                    ended.append(child)
        return ended

    def _receive(self, child: _Child) -> None:
        try:
            if child.came is None and not child.result.closed and child.result.poll():
                child.came = _decode(child.result.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            child.result.close()

    def _summary(self, child: _Child) -> SiteSummary:
        """Return what came of a child that has ended."""
        child.process.join()
        child.result.close()
        child.stray.close()
        name, came, code = child.target.site, child.came, child.process.exitcode
        if isinstance(came, str):
            return self._without(child.target, child.began_at, "crashed", CRASHED, came)
        if came is None:
            how = f"it was killed by {signal.Signals(-code).name}" if code < 0 else f"its process ended with {code}"
            if child.is_killed:
                how = f"it did not end within {self.grace:g} s of being told to, and was killed"
            elif child.told_at is not None and (code < 0 or self.asked.is_urgent):
                return self._without(
                    child.target, child.began_at, "stopped", self._stopped, f"{name}: {how}; the next run goes on"
                )
            last = f" (its last words: {child.stray.last})" if child.stray.last else ""
            says = f"{name}: {how} before it could say what came of it{last}; the next run goes on"
            return self._without(child.target, child.began_at, "crashed", CRASHED, says)
        if came.facts.outcome == "stopped" and self.asked.number is None and self._is_late:
            # Ended by the job's own clock, which is no failure: the next run goes on.
            return replace(came, exit_code=OK)
        return came

    def _never_begun(self, target: Target) -> SiteSummary:
        why = "the job was told to end" if self.asked.number is not None else "the job's time was up"
        now = datetime.now(UTC).replace(microsecond=0)
        return self._without(target, now, "skipped", self._stopped, f"{target.site}: not begun, {why}")

    @property
    def _stopped(self) -> int:
        return OK if self.asked.number is None else 128 + self.asked.number

    def _without(self, target: Target, began_at: datetime, outcome: Outcome, code: int, says: str) -> SiteSummary:
        mode = target.arguments.get("mode")
        facts = RunFacts(
            run_id=self.run_id,
            site=target.site,
            began_at=began_at,
            ended_at=max(datetime.now(UTC).replace(microsecond=0), began_at),
            mode=mode if mode in ("new", "due") else "full",  # type: ignore[arg-type]  # as was just asked
            outcome=outcome,
            is_complete=False,
        )
        return without_result(facts, code, says, history_of(self.settings))

    def _tell_all(self) -> None:
        """Tell all sites to end: in good order, or at once where somebody has asked twice."""
        for child in self._children:
            if child.told_at is None:
                child.told_at = monotonic()
                if child.process.is_alive():
                    os.kill(child.process.pid, self.asked.number or signal.SIGTERM)
            elif self.asked.is_urgent:
                _kill(child)

    def _kill_stubborn(self) -> None:
        for child in self._children:
            if child.told_at is not None and not child.is_killed and monotonic() - child.told_at > self.grace:
                child.is_killed = True
                log.error("it does not end: it is killed", extra={"site": child.target.site})
                _kill(child)


def _kill(child: _Child) -> None:
    """Kill a child and what it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.kill()  # before it had a group of its own
