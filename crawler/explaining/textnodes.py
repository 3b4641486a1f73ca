"""Which text nodes of a tree each line that a reader sees is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extraction.blocks import Block
from crawler.extraction.hints import is_hidden

_UNREAD = frozenset(
    "head script style noscript template iframe object embed svg canvas select option textarea button input audio "
    "video map datalist annotation annotation-xml".split()
)
_FARTHEST = 4000
"""Text nodes that are looked through for a part of a line: it stands right behind the part before it."""
_NEAR = 40
"""Text nodes behind a hidden one in which the same is looked for as it is displayed."""
# Marks that are written in two widths stand for one another.
_WIDTHS = str.maketrans("：∶﹕，；！？（）［］　", ":::,;!?()[] ")


# An entity may stand for what XML, and with it the tree, takes from nobody: a control character, half a pair.
_UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TextNode:
    """A run of text in the tree: an element's own, or the one behind it."""

    element: HtmlElement
    behind: bool
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of a text node."""

    node: int
    start: int
    end: int


def dense(text: str) -> str:
    """Return text as it is compared: without white space, in one width.

    >>> dense("来 源： 网络")
    '来源:网络'
    """
    return "".join(text.split()).translate(_WIDTHS)


def writable(text: str) -> str:
    r"""Return text that can be put into a tree, as long as it was.

    >>> writable("a\x01b")
    'a\ufffdb'
    """
    return _UNWRITABLE.sub("\ufffd", text)


class LineTexts:
    """The lines of a page, character by character."""

    def __init__(self, tree: HtmlElement, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.nodes: list[TextNode] = []
        self._inside: dict[HtmlElement, tuple[int, int]] = {}
        self._listings: set[HtmlElement] = set()
        hidden = self._walk(tree)
        self._texts: list[str] = []
        self._chars: list[list[tuple[int, int]]] = []
        self._align(hidden)

    def text(self, line: int) -> str:
        """Return a line as `dense` gives it."""
        return self._texts[line]

    def spots(self, line: int, start: int, end: int) -> list[Spot]:
        """Return where characters `start` to `end` of a line's dense text lie; white space between them is included."""
        return _spots(self._chars[line][start:end])

    def spots_of(self, element: HtmlElement) -> list[Spot]:
        """Return all text of an element."""
        first, last = self._inside.get(element, (0, 0))
        return [Spot(place, 0, len(self.nodes[place].text)) for place in range(first, last)]

    def _walk(self, tree: HtmlElement) -> list[bool]:
        """Note the text nodes that may be read, in document order, and tell which of them are hidden."""
        hidden: list[bool] = []
        stack: list[tuple[HtmlElement, bool, bool, bool]] = [(tree, False, False, False)]
        while stack:
            element, leaving, unseen, listing = stack.pop()
            if leaving:
                self._inside[element] = (self._inside[element][0], len(self.nodes))
                if element is not tree and element.tail:
                    self.nodes.append(TextNode(element, True, element.tail))
                    hidden.append(unseen)
                continue
            self._inside[element] = (len(self.nodes), len(self.nodes))
            stack.append((element, True, unseen, listing))
            if element.tag in _UNREAD or not isinstance(element.tag, str):
                continue
            within = unseen or is_hidden(element)
            listing = listing or element.tag == "pre"
            if listing:
                self._listings.add(element)
            if element.text:
                self.nodes.append(TextNode(element, False, element.text))
                hidden.append(within)
            stack.extend((child, False, within, listing) for child in reversed(element))
        return hidden

    def _align(self, hidden: list[bool]) -> None:
        """Find the parts of all lines one behind the other, each within its line's element.

        A hidden copy beside what is displayed is not what was read. A listing's node is several lines' part.
        """
        at = (0, 0)
        for block in self.blocks:
            chars: list[tuple[int, int]] = []
            listing = block.element in self._listings
            first, last = self._inside.get(block.element, (0, 0))
            at = max(at, (first, 0))
            for part in block.parts:
                found = self._find(part, at, min(last, at[0] + _FARTHEST), listing, hidden)
                if found is None:
                    # Kept in the line's text, so that its other parts are found; it is marked nowhere.
                    chars += [(-1, 0)] * len(dense(part))
                    continue
                place, offset = found
                chars += [(place, offset + n) for n, char in enumerate(part) if not char.isspace()]
                after = offset + len(part)
                whole = after >= len(self.nodes[place].text)
                at = (place + 1, 0) if whole else (place, after + 1)
            self._chars.append(chars)
            self._texts.append(dense("".join(block.parts)))

    def _find(
        self, part: str, at: tuple[int, int], end: int, listing: bool, hidden: list[bool]
    ) -> tuple[int, int] | None:
        start, offset = at
        copy = None
        for place in range(start, end):
            if copy is not None and place - copy[0] > _NEAR:
                break
            text = self.nodes[place].text
            skip = offset if place == start else 0
            found = 0 if skip == 0 and text == part else _line_of(text, part, skip) if listing else None
            if found is None:
                continue
            if not hidden[place]:
                return place, found
            copy = copy or (place, found)
        return copy


def _line_of(text: str, part: str, skip: int) -> int | None:
    """Return where a line of a listing begins in its text node."""
    while skip <= len(text):
        end = text.find("\n", skip)
        end = len(text) if end < 0 else end
        if text[skip:end] == part:
            return skip
        skip = end + 1
    return None


def _spots(chars: Sequence[tuple[int, int]]) -> list[Spot]:
    found: list[Spot] = []
    for place, offset in chars:
        if place < 0:
            continue
        if found and found[-1].node == place:
            found[-1] = Spot(place, found[-1].start, offset + 1)
        else:
            found.append(Spot(place, offset, offset + 1))
    return found
