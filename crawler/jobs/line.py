"""The one line that a job says on stdout."""

from __future__ import annotations

import io
import json
import logging
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.jobs.summary import JobSummary


log = logging.getLogger("stdout")


class _Printed(io.TextIOBase):
    """What is printed, as lines of the log."""

    def __init__(self) -> None:
        self._rest = ""

    def write(self, text: str) -> int:
        """Take some of it."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in filter(None, lines):
            log.warning("%s", line)
        return len(text)


class Stdout:
    """Keeps stdout for the line: whatever else is printed, by a module of spiders say, goes to the log."""

    def __init__(self) -> None:
        # Where somebody has closed one of them, no file of the archive is to get its number, and its lines.
        while (spare := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(spare)
        self._descriptor = None if sys.stdout is None else os.dup(1)
        os.dup2(2, 1)
        sys.stdout = _Printed()

    def say(self, words: Mapping[str, Any]) -> None:
        """Print them as a line of JSON; where nobody reads it any more, nothing."""
        if self._descriptor is None:
            return
        left = memoryview(f"{json.dumps(words, ensure_ascii=False)}\n".encode("utf-8", "replace"))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            return


def line_of(summary: JobSummary) -> dict[str, Any]:
    """Return what a job came to, in short, as JSON values."""
    articles, ends = Counter[str](), Counter[str]()
    for site in summary.sites:
        articles.update(site.facts.articles)
        ends.update(site.facts.ends)
    return {
        "run_id": summary.run_id,
        "outcome": summary.outcome,
        "exit_code": summary.exit_code,
        "seconds": round((summary.ended_at - summary.began_at).total_seconds()),
        "sites": dict(Counter(site.facts.outcome for site in summary.sites)),
        "articles": dict(articles),
        "ends": dict(ends),
        "quarantined": sum(sum(site.facts.quarantined.values()) for site in summary.sites),
        "requests": sum(site.facts.requests for site in summary.sites),
        "waiting": sum(site.waiting for site in summary.sites),
        "alarms": [
            {"site": site.facts.site, "kind": alarm.kind, "subject": alarm.subject, "seen": alarm.seen}
            for site in summary.sites
            for alarm in site.alarms
        ],
        "not_ok": {
            site.facts.site: {"outcome": site.facts.outcome, "exit_code": site.exit_code, "says": site.says}
            for site in summary.sites
            if site.facts.outcome != "ok"
        },
        "head": summary.head,
    }
