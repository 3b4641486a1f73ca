"""What a host asks of us, and how long it has answered nothing: what is known of it during a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.downloader.windows import Windows, opening

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Wait:
    """How long nothing is to be sent to a host."""

    seconds: float
    reason: str
    """What a person reads of it."""
    is_final: bool = False
    """Whether the run is not to wait, however short it is."""
    is_asked: bool = True
    """Whether the host has asked for it: then later runs heed it too, and else they see for themselves."""


@dataclass(slots=True)
class Manners:
    """What is known of one host's wishes."""

    floor: float = 0.0
    """Least seconds between two requests: the host's Crawl-delay."""
    resume_at: float = 0.0
    """No request before this, on the monotonic clock."""
    asked_until: float = 0.0
    """Until when the host itself asks for no request, on the monotonic clock."""
    visiting: Windows = ()
    """When it wants to be asked: Visit-time of its robots.txt."""
    failures: int = 0
    """Attempts in a row from which nothing came."""
    failing_since: float = 0.0
    """When the first of them failed, on the monotonic clock."""
    given_up: str = ""
    """Why this run asks it no more."""

    def wait(self, host: str, windows: Windows, *, tick: float, now: datetime) -> Wait:
        """Return how long nothing is to be sent to the host (`tick` is monotonic now); `windows` are the operator's."""
        pause = max(0.0, self.resume_at - tick)
        if self.given_up:
            # Of pauses that were ours, later runs see for themselves; what it has asked for holds for them too.
            asked = max(0.0, self.asked_until - tick)
            return Wait(asked, self.given_up, is_final=True, is_asked=asked > 0)
        if windows or self.visiting:
            opens = opening((windows, self.visiting), now)
            if (seconds := (opens - now).total_seconds()) > pause:
                names = " and ".join(", ".join(map(str, wish)) for wish in (windows, self.visiting) if wish)
                again = opens.isoformat(timespec="minutes")
                return Wait(seconds, f"{host} is asked at {names} alone: again from {again}", is_asked=False)
        return Wait(pause, f"{host} asks to be left alone for {pause:.0f} s (RETRY_AFTER_MAX)")

    def failed(
        self, host: str, *, tick: float, pause: float, longest: float, most: int, is_asked: bool = False
    ) -> None:
        """Note an attempt from which nothing came, after which the host is paused for so many seconds.

        `is_asked` says that the host itself has asked for them. After `most` in a row, or `longest` seconds without a
        good answer, the run gives the host up: else each of a thousand pages would take its turn at failing.
        """
        if not self.failures:
            self.failing_since = tick
        self.failures += 1
        self.resume_at = max(self.resume_at, tick + pause)
        if is_asked:
            self.asked_until = max(self.asked_until, tick + pause)
        # One long pause that it asks for is no trouble: of two answers at the same time, the second is none either.
        until = tick if is_asked else self.resume_at
        if self.failures > 1 and (self.failures >= most or until - self.failing_since > longest):
            self.given_up = self.given_up or f"{host} has failed {self.failures} times in a row and is left alone"

    def answered(self) -> None:
        """Note an answer that is none of a host in trouble."""
        self.failures = 0
