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

_HEADINGS = {"h1": 0.5, "h2": 0.35, "h3": 0.25, "h4": 0.15, "h5": 0.1, "h6": 0.05}
_NAMED = re.compile(r"title|headline|heading|biaoti|\bbt\b|\btit\b", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"sidebar|footer|related|recommend|comment|breadcrumb|crumb|\bnav|menu|logo|banner|copyright", re.IGNORECASE
)
_SEPARATOR = re.compile(r" +[-–—|·•»›:~/] +|[_|｜]+|--+|(?<=[\u3000-\u9fff”》）])[-–—]| ?[»›] ?")
_NO_TITLE = re.compile(
    r"友情链接|首页|home|menu|相关(?:文章|新闻|阅读)|推荐阅读|热门.{0,4}|新闻中心|新闻动态|untitled", re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Title:
    """The headline and where it stands."""

    text: str
    how: str
    confidence: float
    first: int | None = None
    """Place of its first line; None where the page does not display it."""
    last: int | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    first: int
    last: int
    score: float
    agrees: bool


def find_title(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured
) -> Title | None:
    """Return the headline as displayed; from metadata where no line of the page agrees with it."""
    declared = " ".join((document.tree.findtext("head/title") or document.tree.findtext(".//title") or "").split())
    stated = [text for text in (structured.headline, structured.og_title) if text]
    lines = _lines(blocks, {label.block for label in labels if label.kind != "other"}, declared, stated)
    best = max(lines, key=lambda line: line.score, default=None)
    if best is not None and (best.agrees or (best.score >= 0.5 and not _informative(declared, structured))):
        how = "heading" if blocks[best.first].element.tag in _HEADINGS else "text"
        return Title(
            text=best.text, how=how, confidence=min(1.0, 0.4 + best.score / 2), first=best.first, last=best.last
        )
    if stated:
        text = _without_site(stated[0], structured) or stated[0]
        return Title(text=text, how="json-ld" if stated[0] is structured.headline else "opengraph", confidence=0.6)
    if text := _without_site(declared, structured):
        return Title(text=text, how="document-title", confidence=0.5)
    return Title(text=best.text, how="heading", confidence=0.3, first=best.first, last=best.last) if best else None


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _lines(blocks: Sequence[Block], labelled: set[int], declared: str, stated: Sequence[str]) -> list[_Line]:
    whole = _key(declared)
    keys = [_key(text) for text in stated]
    parts = {_key(part) for part in _SEPARATOR.split(declared)}
    found = []
    place = 0
    while place < len(blocks):
        block, last = blocks[place], place
        text = block.text
        while block.element.tag in _HEADINGS and last + 1 < len(blocks) and blocks[last + 1].element is block.element:
            last += 1
            text += " " + blocks[last].text
        if 2 <= len(text) <= 250 and not _NO_TITLE.fullmatch(text):
            line = _score(text, block, place, last, (whole, parts, keys), labelled, blocks)
            if line is not None:
                found.append(line)
        place = last + 1
    return found


def _score(
    text: str,
    block: Block,
    first: int,
    last: int,
    stated: tuple[str, set[str], list[str]],
    labelled: set[int],
    blocks: Sequence[Block],
) -> _Line | None:
    agreement = _agreement(_key(text), *stated)
    heading = _HEADINGS.get(str(block.element.tag), 0.0)
    if not agreement and not heading:
        return None
    score = agreement + heading
    element = block.element
    names = " ".join((element.get("class", ""), element.get("id", "")))
    parent = element.getparent()
    around = names + " " + (" ".join((parent.get("class", ""), parent.get("id", ""))) if parent is not None else "")
    if _NAMED.search(names):
        score += 0.15
    if _ELSEWHERE.search(around):
        score -= 0.3
    if block.link_chars * 2 > len(text) and not heading:
        score -= 0.4
    if _before_labels(last, labelled, blocks):
        score += 0.4
    # Of two alike the first is the headline; the second stands in a list below, or opens the body.
    return _Line(text, first, last, score - first / (len(blocks) * 20), agreement > 0)


def _agreement(key: str, whole: str, parts: set[str], stated: list[str]) -> float:
    """Return how far a line is what the page calls itself elsewhere: 0 for not at all, about 1 for the same."""
    if not key:
        return 0.0
    score = 0.0
    if key in stated:
        score = 1.0
    elif key == whole or key in parts or (len(key) >= 6 and whole.startswith(key)):
        score = 0.8
    elif len(key) >= 6 and key in whole:
        score = 0.3 + 0.5 * len(key) / len(whole)
    elif any(len(part) >= 8 and key.startswith(part) and len(part) * 3 > len(key) for part in parts):
        score = 0.6  # the document's title is often cut short
    elif any(len(key) >= 8 and (key in other or (len(other) >= 8 and other in key)) for other in stated):
        score = 0.5
    # One word may be the name of a section or of the site.
    return score if len(key) >= 4 else score * 0.7


def _before_labels(last: int, labelled: set[int], blocks: Sequence[Block]) -> bool:
    for place in range(last + 1, min(last + 4, len(blocks))):
        if place in labelled:
            return True
        if len(blocks[place].text) <= 80 and next(scan(blocks[place].text), None):
            return True
    return False


def _informative(declared: str, structured: Structured) -> bool:
    """Whether metadata names the article at all."""
    return bool(structured.headline or structured.og_title) or len(_key(declared)) >= 12


def _without_site(declared: str, structured: Structured) -> str | None:
    """Return the document's title without the site's name: its longest part, the first of about equal ones."""
    site = {_key(name) for name in (structured.site_name, structured.publisher) if name}
    parts = [part.strip() for part in _SEPARATOR.split(declared) if part.strip()]
    parts = [part for part in parts if _key(part) not in site] or parts
    if not parts:
        return None
    return max(parts, key=lambda part: len(part) * (1.5 if part is parts[0] else 1.0))
