"""How articles are printed: JSON Lines and CSV for programs, a table for people."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.derived import State
from archive.records import Article

DERIVED = ("revision", "status", "first_seen_at", "last_seen_at")
COLUMNS = (*(field.name for field in fields(Article)), *DERIVED)
PAPER_WIDTH = 120
"""Columns of a table that no terminal bounds."""


def row(state: State) -> dict[str, Any]:
    """Return an article's line with the derived keys at its end, as JSON values."""
    plain: dict[str, Any] = msgspec.to_builtins(state)
    return {**plain.pop("article"), **plain}


def write_jsonl(states: Iterable[State], out: TextIO) -> int:
    """Write one line an article; return how many."""
    count = 0
    for state in states:
        out.write(msgspec.json.encode(row(state)).decode() + "\n")
        count += 1
    return count


def write_csv(states: Iterable[State], out: TextIO) -> int:
    """Write RFC 4180 with a header, null as an empty cell and nested values as JSON; return how many articles."""
    writer = csv.writer(out, lineterminator="\n")
    count = 0
    for count, state in enumerate(states, start=1):
        if count == 1:
            writer.writerow(COLUMNS)
        values = row(state)
        writer.writerow([_cell(values[name]) for name in COLUMNS])
    return count


def write_table(states: Iterable[State], out: TextIO) -> int:
    """Write a table as wide as the terminal, or PAPER_WIDTH where there is none; return how many articles.

    Wide characters take two columns; what does not fit ends with …, except on paper, where addresses are whole.
    """
    console = Console(file=out, width=None if out.isatty() else PAPER_WIDTH, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("published", no_wrap=True, min_width=10)
    table.add_column("title", no_wrap=True, overflow="ellipsis", ratio=5, min_width=12)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=14)
    table.add_column("views", no_wrap=True, justify="right", min_width=5)
    table.add_column("url", no_wrap=True, overflow="ellipsis", ratio=4, min_width=12)
    for state in states:
        table.add_row(*_cells(state.article))
    if table.row_count:
        console.print(table)
    return table.row_count


def _cells(article: Article) -> tuple[Text | str, ...]:
    # Text, and not str: a title's [brackets] are no markup.
    return (
        _published(article),
        Text(article.title),
        Text(article.source or "-"),
        "-" if article.view_count is None else f"{article.view_count:,}",
        Text(article.canonical_url.partition("://")[2], style=f"link {article.url}"),
    )


def _published(article: Article) -> str:
    if article.published_at is None:
        return "-"
    day_only = article.published_precision == "day"
    return article.published_at.strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M")


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value
