"""The articles before and after: 上一篇, 下一篇, Previous, Next, as the page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urldefrag, urlsplit

from lxml.html import HtmlElement

from ..items import Neighbour
from .arrows import arrows
from .blocks import Block
from .document import Document
from .neighbourwords import LABEL, NOTHING, STEMS
from .reading import Place

Side = Literal["prev", "next"]
_SIDES: tuple[Side, Side] = ("prev", "next")

_SIGNS = " :：∶←→<>«»‹›|｜/／·•\ue000-\uf8ff【】[]〈〉《》↑↓◀▶＜＞-–—…."
_ARROWS_ONLY = re.compile(rf"[{re.escape(_SIGNS)}]*")
_PAGE = re.compile(r"(?:[上下前后首末尾][一1]?[页頁]|page|\d+)", re.IGNORECASE)
_SENTENCE = re.compile(r"[，。；！？]|[,;.!?] ")
_SENTENCE_END = re.compile("[。！？][”』」]?$")
_LONGEST = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A label of a neighbour with what stands behind it."""

    side: Side
    neighbour: Neighbour | None
    """None where the page says nothing behind the label."""
    block: int
    how: str = "label"
    element: HtmlElement | None = None
    """What shows it: a line's element, or the link whose attribute says it."""

    @property
    def place(self) -> Place:
        """Where the mark stands."""
        line = self.block if self.block >= 0 else None
        return Place(elements=() if self.element is None else (self.element,), first=line, last=line)


def find_neighbours(document: Document, blocks: Sequence[Block]) -> list[Mark]:
    """Return the labelled neighbours of the page in reading order, those of `rel` and `title` attributes last."""
    found: list[Mark] = []
    for block in _worth(blocks):
        found += _line(document, block, blocks)
    places = {link: block.index for block in blocks for link in block.links}
    stated = list(_attributes(document, places))
    last = {mark.side: mark.block for mark in stated if mark.how == "rel"}
    # A label above the links that say themselves that they are neighbours is part of the text.
    found = [mark for mark in found if mark.block >= last.get(mark.side, -1)] + stated
    return found or list(_pointed(document, blocks))


def _pointed(document: Document, blocks: Sequence[Block]) -> Iterator[Mark]:
    for pair in arrows(blocks):
        neighbours = [_linked(document, link, words, paging=False) for _, link, words in pair]
        for side, (line, link, _), neighbour in zip(_SIDES, pair, neighbours, strict=True):
            if all(one is not None and one.url for one in neighbours):
                yield Mark(side=side, neighbour=neighbour, block=line.index, how="arrow", element=link)


def read_neighbour(document: Document, link: HtmlElement, side: Side) -> Neighbour | None:
    """Return the neighbour that a link leads to, without its label; None where it leads nowhere or to the other side.

    >>> from .document import parse
    >>> page = parse(b"<a href=/2.html>Next: Hail in May</a>", "https://a.example/1.html")
    >>> read_neighbour(page, page.tree.find(".//a"), "next").title
    'Hail in May'
    """
    match = LABEL.match(_words(link).lstrip(_SIGNS))
    if match and side != ("prev" if match["prev"] or match["previous"] else "next"):
        return None
    return _linked(document, link, _words(link), paging=False)


def _worth(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the lines that can hold a label: a search for plain words is many times cheaper than the expression."""
    short = [block for block in blocks if len(block.text) <= _LONGEST]
    lower = [block.text.lower() for block in short]
    page = "\n".join(lower)
    stems = [stem for stem in STEMS if stem in page]
    for block, text in zip(short, lower, strict=True) if stems else ():
        for stem in stems:
            if stem in text:
                yield block
                break


def _line(document: Document, block: Block, blocks: Sequence[Block]) -> Iterator[Mark]:
    text = block.text
    matches = [match for match in LABEL.finditer(text) if _is_label(match, block)]
    for place, match in enumerate(matches):
        until = matches[place + 1].start() if place + 1 < len(matches) else len(text)
        side: Side = "prev" if match["prev"] or match["previous"] else "next"
        words = text[match.end() : until]
        paging = bool(re.search("[页頁]|page", match[0], re.IGNORECASE))
        neighbour = _neighbour(document, block, blocks, match, words, paging, last=place + 1 == len(matches))
        if paging and (neighbour is None or not neighbour.title):
            continue  # 上一页 turns the pages of one article, unless a headline stands behind it
        yield Mark(side=side, neighbour=neighbour, block=block.index, element=block.element)


def _is_label(match: re.Match[str], block: Block) -> bool:
    """Whether the words are a label: followed by a colon, or all that a link or the line says, never inside prose."""
    text, start = block.text, match.start()
    if start and not block.links and _SENTENCE_END.search(text):
        return False
    if start and not (
        text[start - 1] in " |｜[【(（/:：<>«»‹›←→。"
        or _link_at(block, start, match[0]) is not None
        or match[0].rstrip()[-1] in ":："
    ):
        return False
    if match[0].rstrip()[-1] in ":：∶】]" or re.match("[→>»›←<«‹]", text[match.end() :]):
        return True
    if _is_prose(block):
        return False  # 在上一篇博客中，…: a link in a sentence
    if match["prev"] or match["next"]:
        return (
            match.end() == len(text)
            or _link_at(block, start, match[0]) is not None
            or (start == 0 and bool(block.links))
        )
    # English words are labels only where a link begins with them or they are alone.
    return match.end() == len(text) or (start == 0 and _link_at(block, start, match[0]) is not None)


def _is_prose(block: Block) -> bool:
    """Whether a line is a sentence with a link in it, and no line of links."""
    return len(block.text) > 3 * block.link_chars and _SENTENCE.search(block.text) is not None


def _words(link: HtmlElement) -> str:
    return " ".join(link.text_content().split())


def _link_at(block: Block, start: int, label: str) -> HtmlElement | None:
    """Return the link that the label lies in."""
    before = block.text[:start]
    for link in block.links:
        words = _words(link)
        lead = words[: words.find(label.strip())] if label.strip() in words else None
        if lead is not None and not lead.strip(_SIGNS) and before.endswith(lead):
            return link
    return None


def _neighbour(
    document: Document,
    block: Block,
    blocks: Sequence[Block],
    match: re.Match[str],
    words: str,
    paging: bool,
    *,
    last: bool,
) -> Neighbour | None:
    inside = _link_at(block, match.start(), match[0])
    if inside is not None:
        title = _words(inside)
        title = title[title.find(match[0].strip()) + len(match[0].strip()) :]
        if _ARROWS_ONLY.fullmatch(title):
            # The label alone is the link; its headline may follow, or be its tooltip.
            following = next((link for link in block.links if link is not inside and _starts(words, link)), None)
            if following is not None:
                return _linked(document, following, _words(following), paging)
            title = words if words.strip(_SIGNS) and not paging else inside.get("title", "")
        return _linked(document, inside, title, paging)
    link = next((link for link in block.links if _starts(words, link)), None)
    if link is not None:
        return _linked(document, link, _words(link), paging)
    arrow = next((link for link in block.links if _words(link) and words.lstrip(" ").startswith(_words(link))), None)
    if arrow is not None and not _words(arrow).strip(_SIGNS):
        return _linked(document, arrow, "", paging)
    if words.strip(_SIGNS):
        # The words stand in no link: an end, or a headline whose link a script follows.
        text = words.strip(_SIGNS.replace("…", "").replace(".", ""))
        if NOTHING.fullmatch(text) or NOTHING.fullmatch(text.rstrip("!！。. ")):
            return Neighbour()
        return None
    return _beside(document, block, blocks, paging) if last else None


def _starts(words: str, link: HtmlElement) -> bool:
    text = _words(link)
    return bool(text) and words.lstrip(_SIGNS).startswith(text.lstrip(_SIGNS)) and bool(text.strip(_SIGNS))


def _beside(document: Document, block: Block, blocks: Sequence[Block], paging: bool) -> Neighbour | None:
    """Return the neighbour whose headline is the next line, near the label and wholly a link."""
    if block.index + 1 >= len(blocks):
        return None
    after = blocks[block.index + 1]
    if LABEL.match(after.text) or len(after.text) > 200:
        return None
    near = block.element.getparent()
    if near is None or not any(parent is near for parent in (after.element, *_ancestors(after.element, 3))):
        return None
    if len(after.links) == 1 and after.link_chars * 4 >= 3 * len(after.text.replace(" ", "")):
        return _linked(document, after.links[0], _words(after.links[0]), paging)
    return Neighbour() if NOTHING.fullmatch(after.text) else None


def _ancestors(element: HtmlElement, count: int) -> Iterator[HtmlElement]:
    for _ in range(count):
        parent = element.getparent()
        if parent is None:
            return
        yield parent
        element = parent


def _linked(document: Document, link: HtmlElement, title: str, paging: bool) -> Neighbour | None:
    title = _headline(title, link)
    if title and (NOTHING.fullmatch(title) or "alert(" in link.get("href", "")):
        return Neighbour()
    if paging and (not title or _PAGE.fullmatch(title) or len(title) < 4):
        return None
    url = document.link(link.get("href")) if _leads_somewhere(document, link.get("href")) else None
    if url is None and not title:
        return None
    return Neighbour(url=url, title=title or None)


def _headline(title: str, link: HtmlElement) -> str:
    text = title.strip(
        _SIGNS.replace("【", "")
        .replace("】", "")
        .replace("《", "")
        .replace("》", "")
        .replace("[", "")
        .replace("]", "")
        .replace(".", "")
        .replace("…", "")
    )
    if not text.strip(_SIGNS):
        text = link.get("title", "").strip()
        text = "" if LABEL.fullmatch(text) else LABEL.sub("", text, count=1).strip() if LABEL.match(text) else text
    if match := LABEL.match(text):
        rest = text[match.end() :].strip()
        text = rest if match[0].rstrip()[-1] in ":：" else text
    return " ".join(text.split())


def _leads_somewhere(document: Document, href: str | None) -> bool:
    """A link to nothing, to the page itself or to the home page leads to no neighbour."""
    url = document.link(href) if (href or "").strip() not in ("", "#") else None
    if url is None:
        return False
    return urldefrag(url).url != urldefrag(document.url).url and urlsplit(url).path not in ("", "/")


def _attributes(document: Document, places: dict[HtmlElement, int]) -> Iterator[Mark]:
    """Yield the neighbours that only `rel` or a tooltip names; `link rel` in the head turns pages as often."""
    sides: set[Side] = set()
    for link in document.tree.iter("a"):
        stated, tip = link.get("rel"), link.get("title")
        if (stated is None and tip is None) or link.get("href") is None:
            continue
        rel = (stated or "").lower().split()
        side: Side | None = "prev" if "prev" in rel or "previous" in rel else "next" if "next" in rel else None
        match = LABEL.match(tip) if tip and side is None else None
        if side is None and match is None:
            continue
        title, how = _words(link), "rel"
        if match is not None and tip and not title.strip(_SIGNS):
            side = "prev" if match["prev"] or match["previous"] else "next"
            title, how = tip[match.end() :], "tooltip"
        if side is None or side in sides or _PAGE.fullmatch(title):
            continue
        if rel and (match := LABEL.match(title)):
            title = title[match.end() :]
        neighbour = _linked(document, link, title, paging=False)
        if neighbour is not None and neighbour.title and not LABEL.fullmatch(neighbour.title):
            sides.add(side)
            yield Mark(side=side, neighbour=neighbour, block=places.get(link, -1), how=how, element=link)
