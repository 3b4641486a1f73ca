"""The sites of a job, some at a time, each in a process of its own."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from time import monotonic
from types import FrameType
from typing import TYPE_CHECKING, Any

import msgspec

from crawler.jobs.child import ENDING, Life, crawl
from crawler.jobs.logs import LogFormat
from crawler.jobs.results import history_of, without_result
from crawler.jobs.summary import SiteSummary
from crawler.jobs.targets import Target
from crawler.monitors.facts import Outcome, RunFacts
from crawler.outcome import CRASHED, DEGRADED, INTERRUPTED, OK, TERMINATED

if TYPE_CHECKING:
    from scrapy.settings import Settings

log = logging.getLogger(__name__)

# A fork has everything loaded; on macOS its libraries do not bear one.
_CONTEXT: Any = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
_GRACE = 120.0
"""Seconds after which a site that does not end when told is killed; what is not acknowledged is fetched again."""
_decode = msgspec.json.Decoder(SiteSummary).decode


@dataclass(slots=True)
class _Child:
    target: Target
    process: Any
    """A `multiprocessing.Process`, of either context."""
    result: Connection
    began_at: datetime
    summary: SiteSummary | None = None
    told_at: float | None = None
    """When it was told to end."""


@dataclass(slots=True)
class Running:
    """Crawls a job's sites; what becomes of one touches no other."""

    settings: Settings
    run_id: str
    parallel: int
    seconds: float | None
    """How long the job may take; then its sites are told to end in good order."""
    form: LogFormat
    ended_by: int | None = None
    """The signal that ended the job."""
    _children: list[_Child] = field(default_factory=list)
    _is_late: bool = False

    def run(self, targets: Sequence[Target]) -> list[SiteSummary]:
        """Return what came of each site, in their order; log each as it ends."""
        found: dict[str, SiteSummary] = {}
        waiting = deque(targets)
        read, write = _CONTEXT.Pipe(duplex=False)
        # A fork has both ends, and closes its own; nothing else is handed the second.
        life = Life(read, write if _CONTEXT.get_start_method() == "fork" else None)
        deadline = None if self.seconds is None else monotonic() + self.seconds
        before = {number: signal.signal(number, self._asked) for number in ENDING}
        try:
            while waiting or self._children:
                while waiting and len(self._children) < self.parallel and not self._is_ending:
                    self._children.append(self._start(waiting.popleft(), life))
                if self._is_ending and waiting:
                    for target in waiting:
                        found[target.site] = self._never_begun(target)
                    waiting.clear()
                for child in self._look(deadline):
                    self._children.remove(child)
                    summary = self._summary(child)
                    found[child.target.site] = summary
                    log.info("%s: %s, %s", child.target.site, summary.facts.outcome, summary.says)
                if deadline is not None and monotonic() >= deadline and not self._is_late:
                    self._is_late = True
                    self._tell(signal.SIGTERM)
                self._kill_stubborn()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            read.close()
            write.close()
        return [found[target.site] for target in targets]

    @property
    def _is_ending(self) -> bool:
        return self._is_late or self.ended_by is not None

    def _start(self, target: Target, life: Life) -> _Child:
        result, send = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(
            target=crawl, args=(target, self.settings, self.run_id, self.form, send, life), name=target.site
        )
        # What comes now is for both: the child hears it when it has its own way of taking it.
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        send.close()
        return _Child(target, process, result, datetime.now(UTC).replace(microsecond=0))

    def _look(self, deadline: float | None) -> list[_Child]:
        """Return the children that have ended, after a moment at most."""
        patience = 1.0 if deadline is None else min(1.0, max(0.0, deadline - monotonic()) + 0.01)
        places: dict[Any, _Child] = {}
        for child in self._children:
            places[child.process.sentinel] = child
            if child.summary is None and not child.result.closed:
                places[child.result] = child
        ended = []
        for ready in wait(list(places), timeout=patience):
            child = places[ready]
            if ready is child.result:
                self._receive(child)
            elif child not in ended:
                self._receive(child)
                ended.append(child)
        return ended

    def _receive(self, child: _Child) -> None:
        try:
            if child.summary is None and not child.result.closed and child.result.poll():
                child.summary = _decode(child.result.recv_bytes())
        except (EOFError, OSError, msgspec.DecodeError):
            child.result.close()

    def _summary(self, child: _Child) -> SiteSummary:
        child.process.join()
        child.result.close()
        code = child.process.exitcode
        summary = child.summary
        if summary is None:
            how = f"killed by {signal.Signals(-code).name}" if code and code < 0 else f"its process ended with {code}"
            is_told = child.told_at is not None
            return self._without(
                child.target,
                child.began_at,
                "stopped" if is_told else "crashed",
                self._stopped if is_told else CRASHED,
                f"{child.target.site}: {how} before it could say what came of it; the next run goes on",
            )
        if summary.facts.outcome == "stopped" and self.ended_by is None and self._is_late:
            # Ended by the job's own clock, which is no failure: the next run goes on.
            return replace(summary, exit_code=DEGRADED if summary.alarms else OK)
        return summary

    def _never_begun(self, target: Target) -> SiteSummary:
        why = "the job was told to end" if self.ended_by is not None else "the job's time was up"
        now = datetime.now(UTC).replace(microsecond=0)
        return self._without(target, now, "skipped", self._stopped, f"{target.site}: not begun, {why}")

    @property
    def _stopped(self) -> int:
        if self.ended_by is None:
            return OK
        return INTERRUPTED if self.ended_by == signal.SIGINT else TERMINATED

    def _without(self, target: Target, began_at: datetime, outcome: Outcome, code: int, says: str) -> SiteSummary:
        facts = RunFacts(
            run_id=self.run_id,
            site=target.site,
            began_at=began_at,
            ended_at=datetime.now(UTC).replace(microsecond=0),
            mode=target.arguments.get("mode", "full"),  # type: ignore[arg-type]  # checked before
            outcome=outcome,
            is_complete=False,
        )
        return without_result(facts, code, says, history_of(self.settings))

    def _asked(self, number: int, frame: FrameType | None) -> None:
        """Pass a signal on: the first ends each site in good order, a second one at once."""
        self.ended_by = self.ended_by or number
        self._tell(number)

    def _tell(self, number: int) -> None:
        for child in self._children:
            child.told_at = child.told_at or monotonic()
            if child.process.is_alive():
                os.kill(child.process.pid, number)

    def _kill_stubborn(self) -> None:
        for child in self._children:
            if child.told_at is not None and monotonic() - child.told_at > _GRACE and child.process.is_alive():
                log.error("%s does not end: it is killed", child.target.site)
                child.process.kill()
