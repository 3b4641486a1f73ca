"""Which lines of a container belong to the article's text."""

from __future__ import annotations

import re

from .blocks import Block
from .candidates import Map, Region
from .furniture import heads_section, is_address, is_appeal, is_furniture, is_signpost, is_stamp
from .hints import is_hidden
from .prose import link_share

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())

_WORDS = re.compile(r"\w+")
_WOVEN = _HEADINGS | {"p", "div"}
_APPEAL = 300.0
"""Weight from which on a line tells something, whatever it asks for."""


def headline(blocks: list[Block], title: str | None) -> int | None:
    """Return the place of the headline's line: the last heading or line that repeats the title, else the h1."""
    headings = [block for block in blocks if block.element.tag in _HEADINGS]
    wanted = fold(title or "")
    if wanted:
        unlinked = (
            block for block in reversed(blocks) if len(block.text) <= 2 * len(title or "") and link_share(block) < 0.6
        )
        for block in (*reversed(headings), *unlinked):
            if link_share(block) < 0.6 and fold(block.text) == wanted and not _is_kept_from_the_eye(block):
                return block.index
        return None
    tops = [block for block in headings if block.element.tag == "h1"]
    return tops[0].index if len(tops) == 1 else None


def _is_kept_from_the_eye(block: Block) -> bool:
    return is_hidden(block.element) or any(map(is_hidden, block.element.iterancestors()))


def trim(page: Map, blocks: list[Block], inside: Region, title: str | None, first: int, last: int) -> list[int]:
    """Return the places of the lines that are the article's."""
    rows = [place for place in range(inside.first, inside.last + 1) if first <= place <= last]
    within = _below(page, inside)
    rows = [place for place in rows if not page.of[place].aside and page.of[place] in within]
    good = [place for place in rows if page.scores[place] > 0]
    if not good:
        return []
    core = _core(page, good)
    central = _below(page, core)
    rows = rows[: _end(page, blocks, rows)]
    head = next((place for place in good if blocks[place].element.tag != "h1" and not is_stamp(blocks[place].text)), -1)
    wanted = fold(title or "")
    kept: list[int] = []
    kept_so_far: set[int] = set()
    for place in rows:
        block = blocks[place]
        if page.copies.get(place) in kept_so_far:
            continue
        if is_furniture(block):
            woven = head <= place <= good[-1] and _is_woven(page, block, core)
            if not woven and not (kept and is_address(block) and page.of[place] in central):
                continue
        if not kept and wanted and fold(block.text) == wanted:
            continue
        if place <= head and (block.element.tag == "h1" or is_stamp(block.text)):
            continue
        if page.scores[place] > 0 or page.of[place] in central:
            kept.append(place)
            kept_so_far.add(place)
    return _without_tail(page, blocks, kept)


def _end(page: Map, blocks: list[Block], rows: list[int]) -> int:
    """Return how many of the lines come before a line like `Related articles` that little prose follows."""
    whole = sum(max(0.0, page.scores[place]) for place in rows)
    so_far = 0.0
    for count, place in enumerate(rows):
        if so_far > 0.7 * whole and heads_section(blocks[place]):
            return count
        so_far += max(0.0, page.scores[place])
    return len(rows)


def _is_woven(page: Map, block: Block, core: Region) -> bool:
    """Whether a line of links stands among the paragraphs as one: a heading, the address of a thing told about."""
    if link_share(block) <= 0.6:
        return False
    if is_signpost(block):
        return False
    region = page.of[block.index]
    if block.element.tag == "li":
        return region.parent is not None and region.parent.lines > 1 and page.link_lines(region.parent) < 0.8
    return (region is core or region.parent is core) and block.element.tag in _WOVEN


def _core(page: Map, good: list[int]) -> Region:
    """Return the innermost region that holds four fifths of the prose."""
    whole = sum(page.scores[place] for place in good)
    held = dict.fromkeys(page.regions, 0.0)
    for place in good:
        held[page.of[place]] += page.scores[place]
    for region in reversed(page.regions):
        if region.parent is not None:
            held[region.parent] += held[region]
    region = page.of[max(good, key=lambda place: page.scores[place])]
    while region.parent is not None and (held[region] < 0.8 * whole or region.element.tag in ("p", "li")):
        region = region.parent
    return region


def _without_tail(page: Map, blocks: list[Block], kept: list[int]) -> list[int]:
    """Drop appeals to the reader at both ends, and headings that head nothing."""
    whole = sum(max(0.0, page.scores[place]) for place in kept)
    most = min(_APPEAL, 0.25 * whole)
    while len(kept) > 1 and is_appeal(blocks[kept[0]], most):
        kept.pop(0)
    while kept and (blocks[kept[-1]].element.tag in _HEADINGS or (len(kept) > 1 and is_appeal(blocks[kept[-1]], most))):
        kept.pop()
    return kept


def _below(page: Map, top: Region) -> set[Region]:
    """Return a region and all within it."""
    found = {top}
    for region in page.regions:
        if region.parent in found:
            found.add(region)
    return found


def fold(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return "".join(_WORDS.findall(text)).lower()
