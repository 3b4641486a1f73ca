"""Work spread over processes: results come in the order of what was handed in, and little of either waits."""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 2
"""Tasks that wait for each process, so that none idles."""

_work: Callable[[Any], Any]
"""In a process of the pool: what it does."""


def in_order(
    begin: Callable[[], Callable[[Task], Result]], tasks: Iterable[Task], *, jobs: int, worth: int = 2
) -> Iterator[Result]:
    """Yield what the work makes of each task, by so many processes; fewer tasks than are `worth` it are done here.

    `begin` is called in each process, and returns the work. Raises BrokenProcessPool where a process dies.
    """
    tasks = iter(tasks)
    first = list(islice(tasks, worth))
    if jobs == 1 or len(first) < worth:
        yield from map(begin(), chain(first, tasks))
        return
    # Not forked: this process may hold locks, threads and connections.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (begin,))
    try:
        waiting: deque[Future[Result]] = deque()
        for task in chain(first, tasks):
            waiting.append(pool.submit(_do, task))
            if len(waiting) >= _AHEAD * jobs:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(begin: Callable[[], Callable[[Any], Any]]) -> None:
    global _work
    # Ctrl-C reaches all processes of a terminal; the one that handed out the work ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = begin()


def _do(task: Any) -> Any:
    return _work(task)
