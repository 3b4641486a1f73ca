"""One article for a person: its newest wording, how it came to that, and who saw what when."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.formats import PAPER_WIDTH, row
from archive.reader import Archive
from archive.records import Article, Observation, plain_values
from archive.states import State
from archive.status import SAYS

_COMPARED = ("title", "category", "published_at", "source", "author", "editor", "view_count", "kind", "url")
_VISITS = 20
"""Visits that are shown; the newest ones."""


def write_article(opened: Archive, wanted: str, out: TextIO) -> None:
    """Write an article with its history as text. Raises NotThere and Damaged."""
    state = opened.article(wanted)
    article = state.article
    console = Console(file=out, width=None if out.isatty() else PAPER_WIDTH, highlight=False)
    console.print(Text(article.title, style="bold"))
    facts = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in _facts(article):
        facts.add_row(Text(name, style="dim"), Text(value))
    visits = list(opened.observations(id_=article.id))
    facts.add_row(Text("status", style="dim"), _standing(state, visits))
    console.print(facts)
    console.print()
    console.print(Text(article.body or "(no text)"))
    revisions = list(opened.revisions(article.id))
    console.print(Text(f"\nRevisions ({len(revisions)})", style="bold"))
    for before, after in zip([None, *revisions[:-1]], revisions, strict=True):
        console.print(f"{after.recorded_at:%Y-%m-%d %H:%M:%SZ}  {after.extractor.cause}  {after.digest[:19]}…")
        for line in differences(before, after) if before else ():
            console.print(Text(f"  {line}", style={"+": "green", "-": "red"}.get(line[:1], "")))
    console.print(Text(f"\nVisits ({len(visits)}, the newest {min(len(visits), _VISITS)})", style="bold"))
    console.print(_visits_table(visits[-_VISITS:]))


def write_article_json(opened: Archive, wanted: str, out: TextIO) -> None:
    """Write an article with its history as one JSON object. Raises NotThere and Damaged."""
    state = opened.article(wanted)
    history = {
        "revisions": [plain_values(revision) for revision in opened.revisions(state.article.id)],
        "observations": [plain_values(seen) for seen in opened.observations(id_=state.article.id)],
    }
    out.write(msgspec.json.encode({**row(state), **history}).decode() + "\n")


def differences(before: Article, after: Article) -> Iterator[str]:
    """Yield what differs between two revisions, field by field, the text line by line: `- old`, `+ new`."""
    for name in _COMPARED:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name}: {old} -> {new}"
    old_text, new_text = (before.body or "").split("\n\n"), (after.body or "").split("\n\n")
    for line in difflib.unified_diff(old_text, new_text, lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield f"{line[0]} {line[1:]}"


def _facts(article: Article) -> Iterator[tuple[str, str]]:
    for field in fields(Article):
        if field.name in (
            "published_raw",
            "category",
            "source",
            "author",
            "editor",
            "view_count",
            "canonical_url",
            "id",
        ):
            value = getattr(article, field.name)
            if value is not None:
                yield field.name, f"{value:,}" if isinstance(value, int) else str(value)


def _standing(state: State, visits: list[Observation]) -> str:
    """Return the article's status in words, with since when it is missing and how often that was seen."""
    seen = f"seen {state.first_seen_at:%Y-%m-%d %H:%MZ} to {state.last_seen_at:%Y-%m-%d %H:%MZ}"
    if state.missing_at is None:
        return f"{state.status}, {seen}"
    moments = set[datetime]()
    for visit in sorted(visits, key=lambda visit: visit.observed_at, reverse=True):
        says = SAYS.get(visit.outcome)
        if says == "missing":
            moments.add(visit.observed_at)
        elif says is not None:
            break
    since = f"missing since {min(moments, default=state.missing_at):%Y-%m-%d %H:%MZ}"
    return f"{state.status}, {seen}, {since}, {'seen once' if len(moments) < 2 else f'seen {len(moments)} times'}"


def _visits_table(visits: list[Observation]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in ("observed", "outcome", "status", "views", "capture"):
        table.add_column(name, justify="right" if name in ("status", "views") else "left", no_wrap=True)
    for seen in visits:
        table.add_row(
            f"{seen.observed_at:%Y-%m-%d %H:%M:%SZ}",
            seen.outcome + (f" to {seen.moved_to}" if seen.moved_to else ""),
            str(seen.http_status or "-"),
            "-" if seen.view_count is None else f"{seen.view_count:,}",
            Text(seen.captures[0].record_id if seen.captures else "-"),
        )
    return table
