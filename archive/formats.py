"""How articles are printed: JSON Lines and CSV for programs, a table for people."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, Literal, TextIO

import msgspec
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from archive.records import Article, plain_values
from archive.states import State

DERIVED = ("revision", "status", "missing_at", "first_seen_at", "last_seen_at")
COLUMNS = (*(field.name for field in fields(Article)), *DERIVED)
PAPER_WIDTH = 120
"""Columns of a table that no terminal bounds."""


def row(state: State) -> dict[str, Any]:
    """Return an article's line with the derived keys at its end, as JSON values."""
    plain = plain_values(state)
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

    Wide characters take two columns; what does not fit ends with an ellipsis.
    """
    rows = [_cells(state.article) for state in states]
    if rows:
        console = Console(file=out, width=None if out.isatty() else PAPER_WIDTH, highlight=False)
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        for name, width in zip(_HEADINGS, _widths(rows, console.width), strict=True):
            justify: Literal["left", "right"] = "right" if name == "views" else "left"
            table.add_column(name, width=width, no_wrap=True, overflow="ellipsis", justify=justify)
        for cells in rows:
            table.add_row(*cells)
        console.print(table)
    return len(rows)


_HEADINGS = ("published", "title", "source", "views", "url")
_GAP = 2
"""Columns between two cells, as `padding` and the box make them."""


def _widths(rows: list[tuple[Text, ...]], width: int) -> list[int]:
    """Share out the width: time, source and views take what they need, title and address what is left."""
    published, title, source, views, url = (
        max(len(name), *(cells[column].cell_len for cells in rows)) for column, name in enumerate(_HEADINGS)
    )
    source = min(source, 14)
    left = max(width - published - source - views - _GAP * len(_HEADINGS), 16)
    title = min(title, max(left // 2, left - url))
    return [published, title, source, views, min(url, left - title)]


def _cells(article: Article) -> tuple[Text, ...]:
    # Text, and not str: a title's [brackets] are no markup.
    return (
        Text(_published(article)),
        Text(article.title),
        Text(article.source or "-"),
        Text("-" if article.view_count is None else f"{article.view_count:,}"),
        Text(article.canonical_url.partition("://")[2], style=f"link {article.url}"),
    )


def _published(article: Article) -> str:
    if article.published_at is None:
        return "-"
    day_only = article.published_precision == "day"
    return article.published_at.strftime("%Y-%m-%d" if day_only else "%Y-%m-%d %H:%M")


def _cell(value: Any) -> Any:
    return msgspec.json.encode(value).decode() if isinstance(value, dict | list) else value
