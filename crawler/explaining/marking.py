"""Marks in a page's tree around the text that was taken or rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from lxml.html import HtmlElement

from crawler.extraction.hints import is_hidden

from .regions import Region
from .textnodes import LineTexts, Spot, TextNode, writable

MARK = "newsreel-mark"
"""The class of all marks."""
SHOWN = "newsreel-shown"
"""The class of what the page hides and a mark lies in."""


def put_marks(lines: LineTexts, regions: Iterable[Region]) -> dict[int, int]:
    """Wrap the regions' text; where regions overlap, the narrower is seen: a source within the text.

    Return for the number of each region that is displayed that whose mark leads there: its own, or one that covers it.
    """
    painted: dict[int, list[tuple[int, Spot, Region]]] = defaultdict(list)
    for region in regions:
        for spot in region.spots:
            painted[spot.node].append((_rank(region), spot, region))
    begun: set[int] = set()
    covered: dict[int, int] = {}
    visible: set[HtmlElement] = set()
    for place in sorted(painted):
        node = lines.nodes[place]
        owners: list[Region | None] = [None] * len(node.text)
        # Of two alike the first is kept: a field's value before what was rejected.
        for _, spot, region in sorted(painted[place], key=lambda entry: (entry[0], -entry[2].number)):
            owners[spot.start : spot.end] = [region] * (spot.end - spot.start)
        for _, spot, region in painted[place]:
            if owner := owners[spot.start]:
                covered.setdefault(region.number, owner.number)
        _wrap(node, owners, begun)
        _show(node.element, visible)
    return {number: number if number in begun else owner for number, owner in covered.items()}


def _rank(region: Region) -> int:
    """Return which of overlapping regions is seen: the greater.

    Words that are a value cover its surroundings, and all cover the text of the article.
    """
    if region.name == "body":
        return 0
    return 1 + region.exact * 2 + region.taken


def _wrap(node: TextNode, owners: list[Region | None], begun: set[int]) -> None:
    text = writable(node.text)
    pieces: list[tuple[Region | None, str]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or owners[end] is not owners[start]:
            pieces.append((owners[start], text[start:end]))
            start = end
    marks: list[HtmlElement] = []
    lead = ""
    for region, words in pieces:
        if region is None or words.isspace():
            if marks:
                marks[-1].tail = (marks[-1].tail or "") + words
            else:
                lead += words
        else:
            marks.append(_mark(node.element, region, words, begun))
    if node.behind:
        node.element.tail = lead
        parent = node.element.getparent()
        assert parent is not None
        at = parent.index(node.element) + 1
    else:
        node.element.text = lead
        parent, at = node.element, 0
    parent[at:at] = marks


def _mark(beside: HtmlElement, region: Region, words: str, begun: set[int]) -> HtmlElement:
    mark: HtmlElement = beside.makeelement("mark")
    kind = region.name if region.taken else "rejected"
    mark.set("class", f"{MARK} {MARK}-{kind}")
    mark.text = words
    if region.number not in begun:
        begun.add(region.number)
        mark.set("id", f"{MARK}-{region.number}")
        mark.set("data-label", region.name if region.taken else f"not {region.name}")
    if not region.taken:
        mark.set("title", f"not taken as {region.name}: {region.why}")
    return mark


def _show(element: HtmlElement, visible: set[HtmlElement]) -> None:
    """Let the marks of what a page hides be seen."""
    at: HtmlElement | None = element
    while at is not None and at not in visible:
        visible.add(at)
        if is_hidden(at):
            at.attrib.pop("hidden", None)
            at.attrib.pop("style", None)
            at.set("class", writable(f"{at.get('class') or ''} {SHOWN}").strip())
        at = at.getparent()
