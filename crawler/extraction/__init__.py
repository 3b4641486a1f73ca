"""From a page to its own words: pure functions over a parsed tree, without a crawler."""

from .article import read, read_with_places
from .document import Document, Unreadable, parse

__all__ = ["Document", "Unreadable", "parse", "read", "read_with_places"]
