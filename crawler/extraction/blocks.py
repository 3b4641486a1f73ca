"""A page as the lines that a reader sees, each with the element that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from .hints import is_hidden

_PLAIN, _LISTING, _SKIP, _BOX = range(4)
"""How an element is read: as a part of its line; with its line breaks; not at all; as lines of its own."""
_KINDS: dict[object, int] = {}
_KINDS |= dict.fromkeys(
    "head script style noscript template iframe object embed svg canvas select option textarea button input "
    "audio video map datalist annotation annotation-xml".split(),
    _SKIP,
)
_KINDS |= dict.fromkeys(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output picture q "
    "rp rt ruby s samp slot small source span strike strong sub sup time tt u var wbr "
    # MathML: a formula is a part of its sentence.
    "math maction menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow "
    "ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics".split(),
    _PLAIN,
)
# All others are boxes, too; these are met often.
_KINDS |= dict.fromkeys(
    "html body div p li ul ol dl dt dd table tbody thead tr td th h1 h2 h3 h4 h5 h6 section article header footer nav "
    "aside main br hr form fieldset figure figcaption blockquote pre center address".split(),
    _BOX,
)
# A word processor's own tags have no box: `o:p`, `st1:place`, `w:sdt`; nor have MathJax's.
_BOXLESS = ("o:", "st1:", "u1:", "v:", "w:", "m:", "mjx-")
_BREAKS = frozenset(("br", "hr"))
_EVENTS = ("start", "end", "comment", "pi")
_HIDDEN = 400
"""Characters of a hidden part of a line at most: more may be the rest of the text."""
_BESIDE = 4
"""Elements among which a formula's other form is looked for."""
# What shows nothing, though it is no white space: zero-width spaces and joiners, a byte order mark, a soft hyphen.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@dataclass(slots=True)
class Block:
    """One line of text: what lies between two block boundaries or `<br>`s."""

    index: int
    """Its place among the blocks of the page."""
    element: HtmlElement
    """The innermost block-level element around it."""
    text: str
    """White space folded; never empty."""
    link_chars: int = 0
    """Characters of the text that lie in links."""
    links: list[HtmlElement] = field(default_factory=list)
    """The `a` elements that have text in this block."""
    parts: list[str] = field(default_factory=list)
    """The text nodes of the line as they lie: between two of them stands a tag."""
    linked: float = 0.0
    """Share of its characters that lie in links, 0 to 1."""
    hidden: Sequence[HtmlElement] = ()
    """Parts of it, or between it and the line before, that are not shown; not in the text."""


def blocks(root: HtmlElement) -> list[Block]:
    """Return the lines of text below `root` in document order.

    Tables give a block a cell. `<pre>` keeps its lines. An `a` with only a picture in it gives no block.

    >>> from lxml.html import fromstring
    >>> [b.text for b in blocks(fromstring("<div>a<b>b</b><br>c<p>d  <a href=x>e</a></p>f</div>"))]
    ['ab', 'c', 'd e', 'f']
    """
    walk = _Walk()
    walk.run(root)
    return walk.found


class _Walk:
    """The state of one pass: the blocks so far, and the line that is still open."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.parts: list[str] = []
        self.link_chars = 0
        self.links: list[HtmlElement] = []
        self.hidden: list[HtmlElement] = []

    def run(self, root: HtmlElement) -> None:
        # Every element of a page passes here. What is open is kept by hand, since pages nest deeper than Python
        # recurses: around each element the block-level element, the link and the way that its tail is read.
        holder, link, how = root, None, _PLAIN
        around: list[tuple[HtmlElement, HtmlElement | None, int]] = []
        walk = iterwalk(root, _EVENTS)
        for event, element in walk:
            if event == "start":
                around.append((holder, link, how))
                tag = element.tag
                kind = _KINDS.get(tag) or _kind(element, tag)
                if kind == _SKIP:
                    self.pass_over(element, tag)
                    walk.skip_subtree()
                    continue
                if kind == _BOX:
                    if self.parts:
                        self.flush(holder)
                    holder = element
                    if tag == "pre":
                        how = _LISTING
                elif tag == "a" and element.get("href") is not None:
                    link = element
                # Most of what stands between tags is white space, which begins no line.
                if (text := element.text) and (self.parts or not text.isspace()):
                    self.say(text, holder, link, how)
                continue
            if event == "end":
                inner = holder
                holder, link, how = around.pop()
                if self.parts and inner is element:
                    self.flush(element if element.tag not in _BREAKS else holder)
            if around and (text := element.tail) and (self.parts or not text.isspace()):
                self.say(text, holder, link, how)

    def pass_over(self, element: HtmlElement, tag: object) -> None:
        """Keep what is hidden in a line apart."""
        if _KINDS.get(tag) == _PLAIN:
            self.hidden.append(element)

    def say(self, text: str, holder: HtmlElement, link: HtmlElement | None, how: int) -> None:
        """Add text to the open line."""
        if how == _LISTING and "\n" in text:
            first, *rest = text.split("\n")
            self.say(first, holder, link, how)
            for line in rest:
                self.flush(holder)
                self.say(line, holder, link, how)
            return
        self.parts.append(text)
        if link is not None and (length := len("".join(text.split()))):
            self.link_chars += length
            if not self.links or self.links[-1] is not link:
                self.links.append(link)

    def flush(self, holder: HtmlElement) -> None:
        """End the open line; nothing but white space is no line."""
        text = " ".join("".join(self.parts).split())
        if text and (len(text) > 3 or text.strip(_UNSEEN)):
            chars = self.link_chars
            share = min(1.0, chars / (len(text) - text.count(" "))) if chars else 0.0
            self.found.append(Block(len(self.found), holder, text, chars, self.links, self.parts, share))
            if self.hidden:
                self.found[-1].hidden, self.hidden = self.hidden, []
        # A new list each time: the line that was ended keeps the one before, which may be empty.
        self.links = []
        self.link_chars = 0
        self.parts = []


def _kind(element: HtmlElement, tag: str) -> int:
    """Return how an element is read that may be a part of its line."""
    if tag not in _KINDS:
        return _PLAIN if tag.startswith(_BOXLESS) else _BOX
    if tag == "math":
        return _SKIP if _is_doubled(element) else _PLAIN
    if (element.get("style") or element.get("hidden") is not None) and _is_passed_over(element):
        return _SKIP
    return _PLAIN


def _is_passed_over(element: HtmlElement) -> bool:
    """Whether a part of a line is hidden, and not the rest of the text, which a click shows."""
    if not is_hidden(element):
        return False
    length = 0
    for text in element.itertext():
        length += len(text)
        if length > _HIDDEN:
            return False
    return True


def _is_doubled(formula: HtmlElement) -> bool:
    """Whether a formula is there for machines only, beside the letters that show it, as KaTeX and MathJax write it."""
    wrapper = formula.getparent()
    around = wrapper.getparent() if wrapper is not None else None
    if wrapper is None or around is None or _KINDS.get(around.tag, _BOX) != _PLAIN:
        return False
    return any(other is not wrapper and other.text_content().strip() for other in islice(around, _BESIDE))
