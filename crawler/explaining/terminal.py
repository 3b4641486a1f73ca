"""What was taken and what was rejected, as tables in a terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from .looks import COLOURS
from .regions import Region, Regions
from .wordings import absent, archived, many, remarks, shown

_LONGEST = 160
"""Characters of a value in a table; the page shows more."""


def show_tables(regions: Regions, name: str, console: Console) -> None:
    """Print two tables: the fields of a page, and what might have been their values. `name`: its address or file."""
    console.print(_plain(name), Text(f"({regions.document.encoding}, {regions.reading.item.kind})", style="dim"))
    console.print(_taken(regions))
    if missing := absent(regions):
        console.print(Text("  not found: " + ", ".join(missing), style="dim"))
    if regions.rejected:
        console.print(_rejected(regions))


def _taken(regions: Regions) -> Table:
    fields = archived(regions)
    table = Table(
        box=SIMPLE_HEAD, title=f"Taken: {many(len(regions.taken), 'field')}", title_justify="left", expand=True
    )
    table.add_column("field", no_wrap=True)
    table.add_column("value", ratio=5, overflow="fold")
    table.add_column("how", no_wrap=True)
    table.add_column("sure", justify="right", no_wrap=True)
    table.add_column("where", ratio=3, overflow="fold", style="dim")
    for region in regions.taken:
        value = _plain(shown(region, _LONGEST))
        for note in remarks(region, regions, fields):
            value.append("\n").append(_plain(note).plain, style="dim")
        sure = f"{region.confidence:.2f}"
        table.add_row(_name(region), value, region.how, _coloured(sure, region.confidence or 0.0), _plain(region.where))
    return table


def _rejected(regions: Regions) -> Table:
    title = f"Rejected: {many(len(regions.rejected), 'candidate')}"
    table = Table(box=SIMPLE_HEAD, title=title, title_justify="left", expand=True)
    table.add_column("not", no_wrap=True)
    table.add_column("value", ratio=4, overflow="fold")
    table.add_column("how", no_wrap=True)
    table.add_column("why not", ratio=3, overflow="fold")
    table.add_column("where", ratio=3, overflow="fold", style="dim")
    for region in regions.rejected:
        value = _plain(shown(region, _LONGEST)) if region.value else Text("empty", style="italic dim")
        table.add_row(region.name, value, region.how, _plain(region.why or ""), _plain(region.where))
    return table


def _name(region: Region) -> Text:
    colour = COLOURS.get(region.name)
    return Text(region.name, style=Style(color="black", bgcolor=colour) if colour else "")


def _coloured(text: str, confidence: float) -> Text:
    return Text(text, style="green" if confidence >= 0.85 else "yellow" if confidence >= 0.6 else "red")


def _plain(text: str) -> Text:
    """Return text without what could steer a terminal: it is somebody else's page that is quoted."""
    return Text("".join(char if char.isprintable() or char == "\n" else " " for char in text))
