"""A crawl of the benchmarks: `scrapy crawl news` in a process of its own, without waits, at any time of a made-up calendar.

At another time (tests/later.py) the clock ticks on from there, and monotonic time is left as it is.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUICK: dict[str, object] = {
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": 0,
    "RETRY_BACKOFF": 0.01,
    "STATS_DUMP": 0,
}
"""Settings without waits."""
ORDINARY = re.compile(r" INFO: |^archive head ")
"""Lines that say nothing of a failure."""


@dataclass(frozen=True)
class Ran:
    """A crawl that has ended."""

    code: int
    seconds: float
    words: str
    """The last lines that it said."""


def crawl(
    url: str,
    archive: Path,
    *,
    arguments: Mapping[str, object] | None = None,
    settings: Mapping[str, object] | None = None,
    at: datetime | None = None,
    timeout: float = 3600,
) -> Ran:
    """Crawl a site into an archive, with arguments (`-a`) and settings (`-s`), at a time of the calendar or now."""
    words = ["crawl", "news", "-a", f"url={url}"]
    for name, value in (arguments or {}).items():
        words += ["-a", f"{name}={value}"]
    for name, value in {**QUICK, "ARCHIVE": archive, **(settings or {})}.items():
        words += ["-s", f"{name}={value}"]
    command = [sys.executable, "-m", *(["scrapy"] if at is None else ["tests.later", at.isoformat()]), *words]
    began = time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL, check=False
    )
    said = [line for line in done.stderr.strip().splitlines() if not ORDINARY.search(line)]
    return Ran(done.returncode, time.monotonic() - began, "\n".join(said[-4:]))
