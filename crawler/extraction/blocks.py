"""A page as the lines that a reader sees, each with the element that holds it."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

_SKIPPED = frozenset(
    "head script style noscript template iframe object embed svg canvas select option textarea button input "
    "audio video map datalist".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output picture q "
    "rp rt ruby s samp small source span strike strong sub sup time tt u var wbr".split()
)


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

    def run(self, root: HtmlElement) -> None:
        # The stack is kept by hand: pages nest deeper than Python recurses. A frame is an element in its context:
        # the block-level element around it, the link around it, whether line breaks count, whether it is being left.
        stack: list[tuple[HtmlElement, HtmlElement, HtmlElement | None, bool, bool]] = [
            (root, root, None, False, False)
        ]
        while stack:
            element, holder, link, pre, leaving = stack.pop()
            tag = element.tag
            if not leaving and isinstance(tag, str) and tag not in _SKIPPED:
                if tag not in _INLINE:
                    self.flush(holder)
                stack.append((element, holder, link, pre, True))
                holder = holder if tag in _INLINE else element
                link = element if tag == "a" and element.get("href") is not None else link
                pre = pre or tag == "pre"
                self.say(element.text, holder, link, pre)
                stack.extend((child, holder, link, pre, False) for child in reversed(element))
                continue
            if leaving and tag not in _INLINE:
                self.flush(element if tag not in ("br", "hr") else holder)
            if element is not root:
                self.say(element.tail, holder, link, pre)

    def say(self, text: str | None, holder: HtmlElement, link: HtmlElement | None, pre: bool) -> None:
        """Add text to the open line."""
        if not text:
            return
        first, *rest = text.split("\n") if pre else (text,)
        self._add(first, link)
        for line in rest:
            self.flush(holder)
            self._add(line, link)

    def _add(self, text: str, link: HtmlElement | None) -> None:
        self.parts.append(text)
        if link is not None and not text.isspace():
            self.link_chars += len("".join(text.split()))
            if not self.links or self.links[-1] is not link:
                self.links.append(link)

    def flush(self, holder: HtmlElement) -> None:
        """End the open line; nothing but white space is no line."""
        text = " ".join("".join(self.parts).split())
        if text:
            self.found.append(Block(len(self.found), holder, text, self.link_chars, self.links, self.parts))
            self.links = []
        self.link_chars = 0
        self.parts = []
