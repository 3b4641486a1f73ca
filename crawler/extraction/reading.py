"""What was taken from a page and where it stood, and what was passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ..items import ArticleItem
from .blocks import Block


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where in a page a value stands. All empty for what no element shows: an address, a script's file."""

    elements: tuple[HtmlElement, ...] = ()
    """Of the page's tree, in document order."""
    first: int | None = None
    """Place of its first line among the page's blocks; None for what is not displayed."""
    last: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """The words of a field and how they were found."""

    text: str
    how: str
    confidence: float
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A field's value."""

    name: str
    """As the archive's schema names it (`published_at`)."""
    value: object
    """As in the item: words, paragraphs, a Neighbour."""
    how: str
    confidence: float
    """0 to 1."""
    place: Place = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejected:
    """What might have been a field's value, and is not."""

    name: str
    value: str
    how: str
    why: str
    """A few words for a person."""
    place: Place = Place()


@dataclass(kw_only=True, slots=True)
class Reading:
    """A page's article with the places of all that it was read from."""

    item: ArticleItem
    blocks: Sequence[Block]
    """The lines that places count."""
    found: list[Found] = field(default_factory=list)
    """In the order in which the fields were read; a field that is not found is not in it."""
    rejected: list[Rejected] = field(default_factory=list)
    """By field, the likeliest first."""


def at_block(block: Block, last: Block | None = None) -> Place:
    """Return the place of a line, or of the lines as far as `last`."""
    elements = (block.element,) if last is None or last.element is block.element else (block.element, last.element)
    return Place(elements=elements, first=block.index, last=(last or block).index)
