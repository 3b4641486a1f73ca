"""How lines make paragraphs: rows of a table and listings of code take several."""

from __future__ import annotations

from itertools import groupby

from lxml.html import HtmlElement

from .blocks import Block

_STEPS = 6
"""How far above a line its row may be: a cell may hold a few elements around its text."""


def paragraphs(blocks: list[Block]) -> list[str]:
    """Return the text of lines that follow each other, one string a paragraph.

    A table's row is one paragraph, its cells parted by tabs, unless the table lays out the page (a cell has several
    lines). `<pre>` is one paragraph with its line breaks.
    """
    found: list[str] = []
    for (element, _), lines in groupby(blocks, key=_unit):
        texts = [line.text for line in lines]
        if element is not None and element.tag == "pre":
            found.append("\n".join(texts))
        elif element is not None and len(texts) <= _cells(element):
            found.append("\t".join(texts))
        else:
            found.extend(texts)
    return found


def _unit(block: Block) -> tuple[HtmlElement | None, int]:
    """Return the row or listing that a line is in; any other line stands for itself."""
    at: HtmlElement | None = block.element
    for _ in range(_STEPS):
        if at is None or at.tag == "table":
            break
        if at.tag in ("tr", "pre"):
            return at, 0
        at = at.getparent()
    return None, block.index


def _cells(row: HtmlElement) -> int:
    return sum(cell.tag in ("td", "th") for cell in row)
