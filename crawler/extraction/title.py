"""The headline: what the page displays as its title, as headings, document title and metadata agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.timewords import scan

from .blocks import Block
from .document import Document
from .labels import Label
from .structured import Structured
from .titleparts import SEPARATOR, as_told, key, without_site

_HEADINGS = {"h1": 0.5, "h2": 0.35, "h3": 0.25, "h4": 0.15, "h5": 0.1, "h6": 0.05}
_NAMED = re.compile(r"title|headline|heading|biaoti|\bbt\b|\btit\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"sidebar|footer|related|recommend|comment|breadcrumb|crumb|\bnav|menu|logo|banner|copyright", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"友情链接|首页|home|menu|相关(?:文章|新闻|阅读)|推荐阅读|热门.{0,4}|新闻中心|新闻动态|untitled", re.IGNORECASE
)
_TAG = re.compile(r"[【\[][^】\]]{1,12}[】\]] ?(?=\S)")
_AGREED = 0.45
"""The least agreement that makes a line the headline by itself."""
_ALONE = 0.6


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """The headline and where it stands."""

    text: str
    how: str
    confidence: float
    first: int | None = None
    """Place of its first line; None where the page does not display it."""
    last: int | None = None
    shown: str | None = None
    """Its words on the page, where they may be other than what machines are told."""
    sure: bool = False
    """Whether more than one thing speaks for the line."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What the page calls itself elsewhere, letters and digits only."""

    whole: str
    longest: str
    """The longest part of the document's title."""
    parts: set[str]
    stated: list[str]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    first: int
    last: int
    score: float
    sure: bool


def find_title(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured
) -> Title | None:
    """Return the headline as displayed; from metadata where no line of the page agrees with it."""
    return next(iter(title_candidates(document, blocks, labels, structured)), None)


def title_candidates(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured
) -> list[Title]:
    """Return all that may be the headline, the likeliest first."""
    declared = " ".join((document.tree.findtext("head/title") or document.tree.findtext(".//title") or "").split())
    stated = [text for text in (structured.headline, structured.og_title) if text]
    labelled = {label.block for label in labels if label.kind in ("published", "modified", "views", "source")}
    lines = sorted(_lines(blocks, labelled, declared, stated), key=lambda line: -line.score)
    found = [
        Title(
            text=as_told(line.text, structured, declared),
            how="heading" if blocks[line.first].element.tag in _HEADINGS else "text",
            confidence=min(1.0, 0.4 + line.score / 2),
            first=line.first,
            last=line.last,
            shown=line.text,
            sure=line.sure,
        )
        for line in lines
    ]
    for text in stated:
        how = "json-ld" if text is structured.headline else "opengraph"
        found.append(Title(text=without_site(text, structured, declared) or text, how=how, confidence=0.6))
    if name := without_site(declared, structured):
        found.append(Title(text=name, how="document-title", confidence=0.5))
    return found


def title_above(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], body: int, *, sure: bool
) -> Title | None:
    """Return the headline above the body of a page that calls itself by its site's name, or by nothing.

    It is a heading, or the line above that of time and source. `sure`: the page shows in another way that it is an
    article, so that a heading alone is enough although the document's title says something else.
    """
    labelled = {label.block for label in labels if label.kind in ("published", "modified", "views", "source")}
    declared = document.tree.findtext(".//title") or ""
    best: tuple[float, Block] | None = None
    for block in blocks[max(0, body - 8) : body + 1]:
        heading = _HEADINGS.get(str(block.element.tag), 0.0)
        if not 2 <= len(block.text) <= 150 or block.index in labelled or _NO_TITLE.fullmatch(block.text):
            continue
        if not heading and (
            block.link_chars or block.index + 1 not in labelled or block.text.endswith(("。", ".", "：", ":"))
        ):
            continue
        above = _above_labels(block.index, labelled, blocks)
        enough = above or sure or len(key(declared)) < 6
        if enough and (best is None or heading + 0.4 * above >= best[0]):
            best = (heading + 0.4 * above, block)
    if best is None:
        return None
    how = "heading" if best[1].element.tag in _HEADINGS else "text"
    return Title(text=best[1].text, how=how, confidence=0.4, first=best[1].index, last=best[1].index)


def _lines(blocks: Sequence[Block], labelled: set[int], declared: str, stated: Sequence[str]) -> list[_Line]:
    whole = key(declared)
    keys = [key(text) for text in stated]
    parts = [key(part) for part in SEPARATOR.split(declared)]
    said = _Said(whole, max(parts, key=len), set(parts), keys)
    found = []
    place = 0
    while place < len(blocks):
        block = blocks[place]
        if block.link_chars * 2 > len(block.text) and block.element.tag not in _HEADINGS:
            place += 1
            continue
        text, last = _joined(blocks, place, said)
        if 2 <= len(text) <= 250 and not _NO_TITLE.fullmatch(text):
            line = _score(text, place, last, said, labelled, blocks)
            if line is not None:
                found.append(line)
        place = last + 1
    return found


def _joined(blocks: Sequence[Block], place: int, said: _Said) -> tuple[str, int]:
    """Return a line with the lines that continue it: of the same heading, or of a headline set in two lines."""
    block, last = blocks[place], place
    text = block.text
    if len(text) > 120:
        return text, last
    while block.element.tag in _HEADINGS and last + 1 < len(blocks) and blocks[last + 1].element is block.element:
        last += 1
        text += " " + blocks[last].text
    if last == place and last + 1 < len(blocks) and len(text) >= 6 and said.whole.startswith(key(text)):
        both = key(text + blocks[last + 1].text) if len(blocks[last + 1].text) <= 80 else ""
        if len(both) >= len(key(text)) + 4 and (both == said.longest or both in said.stated):
            # Whether white space stands between the two, only a space in the first can tell of a script without.
            between = "" if re.search("[\u3040-\u9fff]$", text) else " "
            return text + between + blocks[last + 1].text, last + 1
    return text, last


def _score(text: str, first: int, last: int, said: _Said, labelled: set[int], blocks: Sequence[Block]) -> _Line | None:
    block = blocks[first]
    agreement = _agreement(key(text), said)
    if _TAG.search(text):
        agreement = max(agreement, _agreement(key(_TAG.sub("", text, count=1)), said))
    if agreement < _AGREED:
        return None
    heading = _HEADINGS.get(str(block.element.tag), 0.0)
    above = _above_labels(last, labelled, blocks)
    # A line that no markup calls a heading needs more that speaks for it.
    if agreement < _ALONE and not heading and not above:
        return None
    score = agreement + heading + 0.4 * above
    element = block.element
    parent = element.getparent()
    names = " ".join((element.get("class", ""), element.get("id", "")))
    around = names if parent is None else " ".join((names, parent.get("class", ""), parent.get("id", "")))
    score += 0.15 * bool(_NAMED.search(names)) - 0.3 * bool(_ELSEWHERE.search(around))
    # Of two alike the first is the headline; the second stands in a list below, or opens the body.
    score -= 0.2 * first / len(blocks)
    # A document's title without a second part may be the site's name alone, and the line its logo.
    alone = key(text) == said.whole and agreement < 1 and not above
    sure = not alone and (score >= 1 or (heading > 0 and score >= 0.8))
    return _Line(text, first, last, score, sure)


def _agreement(own: str, said: _Said) -> float:
    """Return how far a line is what the page calls itself elsewhere: 0 for not at all, about 1 for the same."""
    if not own:
        return 0.0
    score = 0.0
    if own in said.stated:
        score = 1.0
    elif own in (said.whole, said.longest):
        score = 0.8
    elif own in said.whole:
        share = len(own) / len(said.whole)
        # Most titles of documents begin with the headline.
        first = said.whole.startswith(own)
        part = 0.5 if first and own in said.parts else 0.3 if own in said.parts else 0.0
        score = max(part, 0.3 + 0.5 * share + 0.15 * (share > 0.3 and first) if len(own) >= 6 else 0.0)
        if not part and not first and share < 0.4:
            score = 0.0  # a word out of the title, as a heading within the text has it
        if any(own in other and len(own) * 4 < len(other) for other in said.stated):
            score = 0.0  # the first word, as a logo says it
    elif len(said.longest) >= 8 and own.startswith(said.longest) and len(said.longest) * 3 > len(own):
        score = 0.6  # the document's title is often cut short
    elif len(own) >= 8 and any(own in other or (len(other) >= 8 and other in own) for other in said.stated):
        score = 0.5
    # One word may be the name of a section or of the site.
    return score if len(own) >= 4 else score * 0.7


def _above_labels(last: int, labelled: set[int], blocks: Sequence[Block]) -> bool:
    for place in range(last + 1, min(last + 4, len(blocks))):
        if place in labelled:
            return True
        if len(blocks[place].text) <= 80 and next(scan(blocks[place].text), None):
            return True
    return False
