"""Scrapy commands in forks of a process that has loaded everything: each is half a second sooner at its work.

`python -m tests.warm` reads requests from stdin, a line of JSON each, and answers with the fork's process id, then with its exit code.
"""

from __future__ import annotations

import atexit
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Timer, current_thread, main_thread
from typing import Any

_LOADED = (
    "crawler.commands.crawl",
    "crawler.settings",
    "crawler.spiders.hzgreat100",
    "crawler.spiders.news",
    "scrapy.cmdline",
    "scrapy.core.downloader.handlers.http11",
)


def is_free() -> bool:
    """Return whether a command may be run so: it takes one at a time, and forks do no good to the libraries of macOS."""
    return sys.platform == "linux" and current_thread() is main_thread()


def run(words: Sequence[str], *, folder: Path, env: Mapping[str, str], timeout: float) -> tuple[int, str, str]:
    """Return the exit code, stdout and stderr of `scrapy WORDS` in a folder. Raises TimeoutExpired once it is killed."""
    with TemporaryDirectory(prefix="warm-") as name:
        out, err = Path(name, "out"), Path(name, "err")
        server = _server()
        print(json.dumps([words, str(folder), dict(env), str(out), str(err)]), file=server.stdin, flush=True)
        pid, is_late = int(server.stdout.readline()), Event()
        timer = Timer(timeout, lambda: (is_late.set(), os.kill(pid, signal.SIGKILL)))
        timer.start()
        code = int(server.stdout.readline())
        timer.cancel()
        if is_late.is_set():
            raise subprocess.TimeoutExpired(["scrapy", *words], timeout, out.read_bytes(), err.read_bytes())
        return code, out.read_text(), err.read_text()


@cache
def _server() -> Any:
    command = [sys.executable, "-m", "tests.warm"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)
    return server


def _serve() -> None:
    for name in _LOADED:
        import_module(name)
    for line in sys.stdin:
        if (pid := os.fork()) == 0:
            _become(*json.loads(line))
            return
        _say(pid)
        _say(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _become(words: list[str], folder: str, env: dict[str, str], out: str, err: str) -> None:
    for number, (path, flags) in enumerate(
        [(os.devnull, os.O_RDONLY), *((p, os.O_WRONLY | os.O_CREAT) for p in (out, err))]
    ):
        os.dup2(os.open(path, flags), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.path[:0] = ["", *env.get("PYTHONPATH", "").split(os.pathsep)]
    random.seed()
    from scrapy.cmdline import execute

    execute(["scrapy", *words])


if __name__ == "__main__":
    _serve()
