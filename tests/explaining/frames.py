"""What a browser would find in a page that explains: the marks in its frame."""

from lxml.html import document_fromstring


def frame(page):
    """Return the tree of the page within."""
    return document_fromstring(document_fromstring(page).find(".//iframe").get("srcdoc"))


def marks(page, kind=None):
    """Return the marks of a field, or all."""
    found = frame(page).iter("mark")
    return [mark for mark in found if kind is None or f"newsreel-mark-{kind}" in mark.get("class").split()]


def marked(page, kind):
    """Return their words."""
    return [mark.text_content() for mark in marks(page, kind)]
