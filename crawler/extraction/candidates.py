"""Which element of a page holds the article's text."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml.html import HtmlElement

from .blocks import Block
from .hints import is_article_body, is_aside, is_hidden, is_remarks
from .prose import score, weight

_LONG = 60.0
"""Score from which on two lines that are the same are so by no chance."""


@dataclass(slots=True, eq=False)
class Region:
    """An element that holds lines, with what is known of all lines below it."""

    element: HtmlElement
    parent: Region | None
    aside: bool
    """Whether it, or an element around it, calls itself something beside the article."""
    own_aside: bool
    first: int
    last: int = -1
    prose: float = 0.0
    """Sum of its lines' scores above 0, hints aside."""
    total: float = 0.0
    """Sum of its lines' scores, those of asides counted against it."""
    lines: int = 0
    article: bool = False
    """Whether it is an `article` element or lies in one."""


@dataclass(slots=True)
class Map:
    """The regions of one page."""

    regions: list[Region]
    """Outer ones before inner ones."""
    of: list[Region] = field(default_factory=list)
    """The innermost region of each line."""
    scores: list[float] = field(default_factory=list)
    """Each line's score."""
    by_element: dict[HtmlElement, Region] = field(default_factory=dict)
    copies: dict[int, int] = field(default_factory=dict)
    """Lines that say again what a line elsewhere on the page has said, with its place."""
    linked: list[int] = field(default_factory=lambda: [0])
    """How many of the lines before each are links; one entry more than lines."""

    def link_lines(self, region: Region) -> float:
        """Return the share of a region's lines that are links."""
        return (self.linked[region.last + 1] - self.linked[region.first]) / (region.last + 1 - region.first)


def survey(root: HtmlElement, blocks: list[Block], headline: int | None) -> Map:
    """Return the regions that hold `blocks`."""
    found = Map([])
    known = found.by_element
    links = 0
    for place, block in enumerate(blocks):
        region = known.get(block.element) or _region(block.element, root, found, place)
        points = score(block)
        found.of.append(region)
        found.scores.append(points)
        links += block.linked > 0.6
        found.linked.append(links)
        if points > 0:
            region.prose += points
        region.lines += 1
        region.last = place
    for region in reversed(found.regions):
        if (parent := region.parent) is not None:
            parent.prose += region.prose
            parent.lines += region.lines
            if region.last > parent.last:
                parent.last = region.last
    _mark_asides(found.regions, headline)
    _mark_teasers(found, blocks)
    _mark_copies(found, blocks)
    return found


def _region(element: HtmlElement, root: HtmlElement, page: Map, place: int) -> Region:
    """Return the region of an element that none is known of yet, and make those around it."""
    new = [element]
    parent = None
    while element is not root:
        above = element.getparent()
        if above is None:
            break
        parent = page.by_element.get(above)
        if parent is not None:
            break
        new.append(above)
        element = above
    for at in reversed(new):
        parent = page.by_element[at] = Region(at, parent, False, False, place)
        page.regions.append(parent)
    assert parent is not None
    return parent


def _mark_asides(regions: list[Region], headline: int | None) -> None:
    whole = regions[0].prose if regions else 0.0
    for region in regions:
        if region.element.tag in ("html", "body") or region.parent is None:
            continue
        region.article = region.parent.article or region.element.tag == "article"
        nested = region.element.tag == "article" and region.parent.article
        if region.parent.aside:
            region.aside = True
            continue
        if nested or is_aside(region.element):
            # Names lie: `has-sidebar` may hold the whole page. What holds most of the prose is no aside.
            hidden = is_hidden(region.element)
            limit = 0.9 if is_remarks(region.element) or hidden else 0.5
            # What is kept from the eye may be the article once more, for machines, with its headline.
            big = region.prose > limit * whole or (not hidden and _tops(region, headline))
            region.own_aside = not big and not is_article_body(region.element)
        region.aside = region.own_aside


def _tops(region: Region, headline: int | None) -> bool:
    """Whether the region holds the headline with prose below it."""
    return headline is not None and region.first <= headline < region.last and region.prose > 0


def _mark_teasers(page: Map, blocks: list[Block]) -> None:
    """Take lists of teasers (a link and some words, three times or more side by side) for asides."""
    linked = [0]
    for block in blocks:
        leads = block.linked > 0.6 and weight(block.text) > 16 and not _is_fragment(block)
        linked.append(linked[-1] + leads)
    alike: dict[tuple[int, str], list[Region]] = {}
    for region in page.regions:
        if region.parent is None or region.lines > 8 or region.lines < 2 or not region.prose:
            continue
        if region.element.tag in ("p", "tr", "td"):
            continue
        links = linked[min(region.first + 2, region.last + 1)] - linked[region.first]
        if links and region.prose < 500:
            alike.setdefault((id(region.parent), str(region.element.tag)), []).append(region)
    for items in alike.values():
        if len(items) >= 3:
            for region in items:
                region.own_aside = True
    for region in page.regions:
        region.aside = region.own_aside or (region.parent is not None and region.parent.aside)


def _mark_copies(page: Map, blocks: list[Block]) -> None:
    """Let a text that the page holds twice, for another screen or for print, count once.

    What stands twice below one parent the author repeats.
    """
    said: dict[str, int] = {}
    copies: dict[int, int] = {}
    worth = 0.0
    for place, (region, points) in enumerate(zip(page.of, page.scores, strict=True)):
        if points < _LONG or region.aside:
            continue
        first = said.setdefault(blocks[place].text, place)
        if first != place and page.of[first] is not region and page.of[first].parent is not region.parent:
            copies[place] = first
            worth += points
    # A lead that is repeated is none.
    if len(copies) >= 3 and worth >= 0.25 * page.regions[0].prose:
        page.copies = copies
        for place in copies:
            page.scores[place] = 0.0


def _is_fragment(block: Block) -> bool:
    return all((link.get("href") or "#").lstrip().startswith("#") for link in block.links)


# Elements that hold a paragraph rather than an article.
_PARAGRAPHS = frozenset(
    "p li h1 h2 h3 h4 h5 h6 blockquote pre dd dt dl ul ol tr tbody table figure figcaption center".split()
)


def choose(page: Map, first: int, last: int, headline: int | None) -> Region | None:
    """Return the region whose lines from `first` to `last` speak most for it; None where none reads like prose."""
    for region in page.regions:
        region.total = 0.0
    for place, (region, points) in enumerate(zip(page.of, page.scores, strict=True)):
        inside = first <= place <= last
        if region.aside:
            points = points if points < 0 else -0.2 * points
        elif headline is not None and place < headline and points > 0:
            points *= 0.5
        region.total += points if inside else 0.0
    for region in reversed(page.regions):
        if region.parent is not None:
            region.parent.total += region.total
    best: Region | None = None
    worth = 0.0
    for region in reversed(page.regions):
        if region.total * 1.1 <= worth:
            continue
        value = region.total * (1.1 if is_article_body(region.element) else 1.0)
        if region.element.tag not in ("html",) and not region.aside and value > worth:
            best, worth = region, value
    while best is not None and best.element.tag in _PARAGRAPHS and best.parent is not None:
        best = best.parent
    return best
