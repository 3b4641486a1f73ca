"""The text of a page that holds no prose: a table, a list of names, a few words."""

from __future__ import annotations

from .blocks import Block
from .candidates import Map, Region
from .furniture import is_furniture, is_stamp
from .prose import weight

_LEAST = 8.0
"""Weight of all lines between two marks from which on they are a text."""
_LEAST_BARE = 4.0
"""The same for all lines of a page: two letters are none."""
_BARE = 12
"""Lines of a page at most that is taken whole: any more have a template around them."""


def plain_lines(page: Map, blocks: list[Block], title: int | None, after: int | None, before: int | None) -> list[int]:
    """Return the lines that the page marks above and below, else all of a page that is nothing but a few lines.

    `title` is the place of the headline; a page of links has none.
    """
    if after is not None and before is not None:
        rows = range(max(0, after + 1), min(before, len(blocks)))
    elif len(blocks) <= _BARE and not any(map(_leads_on, blocks)):
        rows = range(len(blocks))
    else:
        return []
    found = [place for place in rows if place != title and _is_text(page, blocks[place])]
    return (
        found
        if sum(weight(blocks[place].text) for place in found) >= (_LEAST if before is not None else _LEAST_BARE)
        else []
    )


def around(page: Map, places: list[int]) -> Region:
    """Return the innermost region that holds lines from first to last."""
    region = page.of[places[0]]
    while region.parent is not None and region.last < places[-1]:
        region = region.parent
    return region


def _leads_on(block: Block) -> bool:
    return any(not (link.get("href") or "").strip().lower().startswith(("#", "javascript:")) for link in block.links)


def _is_text(page: Map, block: Block) -> bool:
    if page.of[block.index].aside or is_stamp(block.text):
        return False
    return not is_furniture(block) or (bool(block.links) and not _leads_on(block))
