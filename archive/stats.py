"""What an archive holds, counted by site."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.formats import PAPER_WIDTH
from archive.reader import Archive, scan


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    id: str
    site: str
    recorded_at: datetime


@dataclass(kw_only=True, slots=True)
class SiteStats:
    """Lines of one site."""

    ids: set[str] = field(default_factory=set)
    revisions: int = 0
    observations: int = 0
    quarantined: int = 0
    last_at: datetime | None = None
    """When the newest line was written, UTC."""


def count(archive: Archive) -> dict[str, SiteStats]:
    """Return the counts of each site, by name."""
    sites: dict[str, SiteStats] = {}
    for stream, counter in (("articles", "revisions"), ("observations", "observations"), ("quarantine", "quarantined")):
        for line in scan(archive, stream, _Line):
            stats = sites.setdefault(line.site, SiteStats())
            setattr(stats, counter, getattr(stats, counter) + 1)
            stats.last_at = max(stats.last_at or line.recorded_at, line.recorded_at)
            if stream == "articles":
                stats.ids.add(line.id)
    return dict(sorted(sites.items()))


def write_stats(archive: Archive, out: TextIO) -> None:
    """Write the counts as a table."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("site")
    for name in ("articles", "gone", "revisions", "observations", "quarantined"):
        table.add_column(name, justify="right")
    table.add_column("newest line")
    gone = archive.gone()
    for site, stats in count(archive).items():
        numbers = (len(stats.ids), gone.get(site, 0), stats.revisions, stats.observations, stats.quarantined)
        newest = f"{stats.last_at:%Y-%m-%d %H:%M:%SZ}" if stats.last_at else "-"
        table.add_row(Text(site), *(f"{number:,}" for number in numbers), newest)
    console = Console(file=out, width=None if out.isatty() else PAPER_WIDTH, highlight=False, soft_wrap=True)
    console.print(table)
    out.write(f"head {archive.head.digest or '-'} (commit {archive.head.number})\n")
