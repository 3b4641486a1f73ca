"""An article of pictures alone: what it shows where it has no text."""

from __future__ import annotations

from itertools import islice, takewhile

from lxml.html import HtmlElement

from ..items import Image
from .document import Document
from .hints import is_aside, is_text
from .media import read_image

_MOST = 8
"""Containers that are looked at: the first ones of a page hold the article."""


def find_pictures(document: Document) -> list[Image]:
    """Return the pictures of the element that calls itself the article's text; none where no element does."""
    containers = (
        element for element in document.tree.iter("div", "article", "section", "main", "td") if is_text(element)
    )
    for container in islice(containers, _MOST):
        if any(map(is_aside, container.iterancestors())):
            continue
        pictures = [read_image(document, img) for img in container.iter("img") if not _is_beside(img, container)]
        if found := {picture.url: picture for picture in pictures if picture is not None}:
            return list(found.values())
    return []


def _is_beside(img: HtmlElement, container: HtmlElement) -> bool:
    within = takewhile(lambda element: element is not container, img.iterancestors())
    return any(map(is_aside, within))
