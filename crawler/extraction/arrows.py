"""Neighbours that arrows alone point out: « an older headline, a newer headline »."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from lxml.html import HtmlElement

from .blocks import Block

_BACK = re.compile(r"(?:«|‹|←|⟵|<<?) ?")
_ON = re.compile(r" ?(?:»|›|→|⟶|>>?)$")
_SHORTEST, _LONGEST = 4, 300
"""Characters of a headline; `« 1 2 3 »` turns pages."""

Pointed = tuple[Block, HtmlElement, str]
"""A line, its link and the headline in it."""


def arrows(blocks: Sequence[Block]) -> Iterator[tuple[Pointed, Pointed]]:
    """Yield what stands behind an arrow back, with what stands before an arrow on: one alone may lead anywhere."""
    words_of = _Words()
    for block, after in zip_longest(blocks, blocks[1:]):
        if block is None or not block.links or not _BACK.match(block.text):
            continue
        if len(block.links) == 2 and _ON.search(block.text):
            pair = words_of(block, block.links[0]), words_of(block, block.links[1])
        elif len(block.links) == 1 and after is not None and len(after.links) == 1 and _ON.search(after.text):
            pair = words_of(block, block.links[0]), words_of(after, after.links[0])
        else:
            continue
        if all(_SHORTEST <= len(words) <= _LONGEST and not words.isdigit() for _, _, words in pair):
            yield pair


class _Words:
    """The headlines in links, each read once: a link that nobody closes is in every line below it."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, str] = {}

    def __call__(self, block: Block, link: HtmlElement) -> Pointed:
        if link not in self._known:
            words = " ".join(link.text_content().split())
            self._known[link] = _ON.sub("", _BACK.sub("", words, count=1)).strip()
        return block, link, self._known[link]
