"""The article's text: its paragraphs, images and attachments, wherever the page keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from ..items import Attachment, Image
from .blocks import Block
from .candidates import choose, survey
from .document import Document
from .prose import weight
from .trim import headline, trim


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """The text of an article and what lies in it."""

    element: HtmlElement
    """The container."""
    paragraphs: list[str]
    images: list[Image]
    attachments: list[Attachment]
    first: int
    """Place of the body's first line among the page's blocks."""
    last: int
    confidence: float
    """0 to 1."""


def find_body(
    document: Document,
    blocks: list[Block],
    *,
    title: str | None = None,
    after: int | None = None,
    before: int | None = None,
) -> Body | None:
    """Return the page's body, None where it has no text of its own (a list, a gallery)."""
    if not blocks:
        return None
    page = survey(document.tree, blocks)
    first, last = 0, len(blocks) - 1
    best = choose(page, blocks, first, last, headline(blocks, title))
    if best is None:
        return None
    kept = trim(page, blocks, best, title, first, last)
    if not kept:
        return None
    return Body(
        element=best.element,
        paragraphs=[blocks[place].text for place in kept],
        images=[],
        attachments=[],
        first=kept[0],
        last=kept[-1],
        confidence=0.8,
    )
