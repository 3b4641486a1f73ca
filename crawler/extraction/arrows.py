"""Neighbours that arrows alone point out: « an older headline, a newer headline »."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from lxml.html import HtmlElement

from .blocks import Block

_BACK = re.compile(r"(?:«|‹|←|⟵|<<?) ?")
_ON = re.compile(r" ?(?:»|›|→|⟶|>>?)$")
_SHORTEST = 4
"""Characters of a headline; `« 1 2 3 »` turns pages."""

Pointed = tuple[Block, HtmlElement, str]
"""A line, its link and the headline in it."""


def arrows(blocks: Sequence[Block]) -> Iterator[tuple[Pointed, Pointed]]:
    """Yield what stands behind an arrow back, with what stands before an arrow on: one alone may lead anywhere."""
    for block, after in zip_longest(blocks, blocks[1:]):
        if block is None or not block.links or not _BACK.match(block.text):
            continue
        if len(block.links) == 2 and _ON.search(block.text):
            pair = _pointed(block, block.links[0]), _pointed(block, block.links[1])
        elif len(block.links) == 1 and after is not None and len(after.links) == 1 and _ON.search(after.text):
            pair = _pointed(block, block.links[0]), _pointed(after, after.links[0])
        else:
            continue
        if all(len(words) >= _SHORTEST and not words.isdigit() for _, _, words in pair):
            yield pair


def _pointed(block: Block, link: HtmlElement) -> Pointed:
    words = " ".join(link.text_content().split())
    return block, link, _ON.sub("", _BACK.sub("", words, count=1)).strip()
