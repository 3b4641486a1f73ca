"""How much a line of a page reads like prose."""

from __future__ import annotations

import re

from .blocks import Block

_MARKS = re.compile(r"[,.;:!?](?=\s|[\"'”’»)]|$)|[，。！？；：、،؛؟۔।…]")
# The mark of a footnote may follow; `20:13`, `2016.12.01` and `11:04 a.m.` end no sentence.
_ENDS = re.compile(
    r"(?:(?<! [ap]\.m)[.!?:。！？：…؟۔।]|(?<!\d)[.!?。！？…][\"'”’»」』)）]*\[?\d{1,3}\]?)[\"'”’»」』)）\]]*$"
)

_LAST = frozenset(".!?:。！？：…؟۔।\"'”’»」』)）]")
_END = 60
"""Characters of a line within which its last sentence ends."""
_CUT_ENDS = ".…]>»"
_CUT = re.compile(r"(\.\.\.|…|\[…\]|\[\.\.\.\])\s*(>>|»)?$")


def weight(text: str) -> float:
    """Return the length of a text in Latin letters: a CJK character counts for two, others by their UTF-8 bytes.

    >>> weight("news"), weight("新闻")
    (4.0, 4.0)
    """
    return float(len(text)) if text.isascii() else (len(text) + len(text.encode("utf-8", "replace"))) / 2


def link_share(block: Block) -> float:
    """Return the share of a line's characters that lie in links."""
    return block.linked


def is_sentence(text: str) -> bool:
    """Whether a line ends as sentences do."""
    return (text[-1:] in _LAST or text[-1:].isdecimal()) and _ENDS.search(text, max(0, len(text) - _END)) is not None


def score(block: Block) -> float:
    """Return how much a line speaks for an article's text around it: its weight if prose, below 0 for links."""
    text, linked = block.text, block.linked
    length = weight(text)
    if linked > 0.6:
        return -8.0 - 0.3 * min(length, 200.0)
    if length < 400 and text[-1] in _CUT_ENDS and _CUT.search(text):
        return -4.0  # a teaser: its text goes on elsewhere
    tag = block.element.tag
    if tag == "pre":
        return 1.0
    if length >= 60 and _MARKS.search(text):
        return length * (1 - 1.5 * linked)
    if length >= 24 and is_sentence(text):
        return 0.6 * length * (1 - linked)
    if length >= 100:
        return 0.4 * length * (1 - linked)
    if tag in ("h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption", "td", "th", "pre"):
        return -0.5 - 8 * linked
    return -2.0 - 12 * linked
