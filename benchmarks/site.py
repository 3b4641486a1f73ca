"""A made-up news site on loopback (`benchmarks.newspaper`), served by a process of its own.

    python -m benchmarks.site [--pages 1500] [--size 24000] [--links 100] [--delay 0] [--port 0] [--log FILE]

prints its address once it listens. Each request is one line of the log (seconds, method, path), and `GET /-/count` tells how many
there were of each path.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from benchmarks.newspaper import Page, Plan, Site


class Server:
    """Answers requests on connections that stay open."""

    def __init__(self, site: Site, *, delay: float, log: Path | None) -> None:
        self._site, self._delay = site, delay
        self._log = log.open("a", buffering=1) if log else None
        self._counts: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection until the other side closes it."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
                writer.write(await self._answer(method, target))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, method: str, target: str) -> bytes:
        if target == "/-/count":
            return _message(Page(json.dumps(self._counts).encode()))
        if target == "/-/total":
            return _message(Page(str(self._counts.total()).encode()))
        if target.startswith("/-/delay/"):
            self._delay = float(target.rpartition("/")[2])
            return _message(Page(b"ok"))
        self._counts[target] += 1
        if self._log:
            self._log.write(f"{time.time():.4f} {method} {target}\n")
        if target == "/robots.txt":
            return _message(Page(b"User-agent: *\nAllow: /\n"))
        if self._delay:
            await asyncio.sleep(random.uniform(0, 2 * self._delay))
        return _message(self._site.answer(target))


def _message(page: Page) -> bytes:
    more = f"Location: {page.location}\r\n" if page.location else ""
    head = f"HTTP/1.1 {page.status} -\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(page.body)}\r\n{more}\r\n"
    return head.encode() + page.body


@dataclass(frozen=True)
class Served:
    """A site that is being served."""

    url: str
    pid: int
    log: Path

    def asked(self) -> list[tuple[float, str]]:
        """Return when each path was asked for, seconds since 1970, in order."""
        lines = (line.split(" ") for line in self.log.read_text().splitlines())
        return [(float(at), path) for at, _, path in lines]

    def counts(self) -> Counter[str]:
        """Return how often each path was asked for."""
        with urlopen(f"{self.url}/-/count", timeout=60) as answer:
            return Counter(json.load(answer))

    def total(self) -> int:
        """Return how many requests there were."""
        with urlopen(f"{self.url}/-/total", timeout=60) as answer:
            return int(answer.read())

    def slow_down(self, seconds: float) -> None:
        """Let answers take so long from now on, in the mean."""
        urlopen(f"{self.url}/-/delay/{seconds}", timeout=60).close()


@contextmanager
def served(plan: Plan, log: Path, *, delay: float = 0.0) -> Iterator[Served]:
    """Serve a site in a process of its own for as long as the block lasts."""
    words = [f"--{name}={getattr(plan, name)}" for name in ("pages", "size", "links", "seed")]
    command = [sys.executable, "-m", "benchmarks.site", *words, f"--delay={delay}", f"--log={log}"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).resolve().parent.parent
    ) as process:
        try:
            assert process.stdout is not None
            yield Served(process.stdout.readline().strip(), process.pid, log)
        finally:
            process.kill()


async def run(options: argparse.Namespace) -> None:
    """Serve until the end of the process."""
    plan = Plan(pages=options.pages, size=options.size, links=options.links, seed=options.seed)
    server = Server(Site(plan), delay=options.delay, log=options.log)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", options.port)
    print(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", flush=True)
    await listening.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=Plan.pages, help="articles")
    parser.add_argument("--size", type=int, default=Plan.size, help="bytes of an article's page, about")
    parser.add_argument("--links", type=int, default=Plan.links, help="links of an article's page, about")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before an answer, in the mean")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
