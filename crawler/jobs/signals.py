"""What a job makes of Ctrl-C and SIGTERM: the first ends its sites in good order, a second one at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Asked:
    """Whether somebody has asked for an end."""

    def __init__(self) -> None:
        self.number: int | None = None
        """Of the first signal."""
        self.is_urgent = False
        """Whether a second one came."""
        self.tell: Callable[[], None] | None = None
        """Called with each."""

    def __call__(self, number: int, frame: FrameType | None) -> None:
        """Take a signal."""
        self.is_urgent = self.number is not None
        self.number = self.number or number
        if self.tell is not None:
            self.tell()


@contextmanager
def asked() -> Iterator[Asked]:
    """Yield what knows of the signals that come while the block lasts."""
    knows = Asked()
    before = {number: signal.signal(number, knows) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield knows
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
