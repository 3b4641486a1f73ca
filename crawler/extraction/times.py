"""When an article was published and changed, in the page's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.dates import Moment, parse_moment
from pipelines.timewords import TimeWords, scan

from .blocks import Block
from .document import Document
from .labels import Label, is_entry
from .reading import Place, Words, at_block
from .scripts import scripted_times
from .structured import Structured
from .surroundings import Surroundings

_DISPLAYED = frozenset(("label", "text"))
_URL = re.compile(r"(?<!\d)(20[0-3]\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")


def find_published(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured, around: Surroundings
) -> Words | None:
    """Return the words that state when the article was published; a displayed time of day is preferred."""
    candidates = published_candidates(blocks, labels, structured, around)
    best = max(candidates, key=lambda words: words.confidence, default=None)
    if best is not None:
        return _with_clock(best, candidates)
    fallbacks = published_fallbacks(document, blocks, labels, structured, around)
    return max(fallbacks, key=lambda words: words.confidence, default=None)


def published_candidates(
    blocks: Sequence[Block], labels: Sequence[Label], structured: Structured, around: Surroundings
) -> list[Words]:
    """Return all that states the time as a page states it."""
    return [
        *_labelled(labels, "published", around),
        *_stated(structured.published, structured.published_how, 0.9),
        *_in_head(blocks, labels, around),
    ]


def published_fallbacks(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured, around: Surroundings
) -> list[Words]:
    """Return all that has to serve where a page does not state the time."""
    return [
        *_time_elements(document),
        *_labelled(labels, "published", around, 0.6, hidden=True),
        *_labelled(labels, "modified", around, 0.5),
        *_above(blocks, around),
        *_in_tail(blocks, around),
        *_in_scripts(document),
        *_stated(structured.modified, structured.modified_how, 0.35),
        *_in_url(document.url),
        *_in_url(structured.url or ""),
    ]


def find_modified(
    labels: Sequence[Label], structured: Structured, around: Surroundings, published: Words | None
) -> Words | None:
    """Return the words that state when the article was changed; not those that had to serve as its publication."""
    candidates = [
        words
        for words in modified_candidates(labels, structured, around)
        if published is None or words.text != published.text
    ]
    return max(candidates, key=lambda words: words.confidence, default=None)


def modified_candidates(labels: Sequence[Label], structured: Structured, around: Surroundings) -> list[Words]:
    """Return all that states when the article was changed."""
    return [
        *_labelled(labels, "modified", around),
        *_stated(structured.modified, structured.modified_how, 0.8),
    ]


def _moment(text: str) -> Moment | None:
    return parse_moment(text)


def _labelled(
    labels: Sequence[Label], kind: str, around: Surroundings, most: float = 1.0, *, hidden: bool = False
) -> Iterator[Words]:
    for label in labels:
        nearness = around.nearness(label.block)
        if label.kind != kind or not label.value or nearness < 0.5 or label.hidden != hidden:
            continue
        if nearness == 1 or not (label.of_entry or label.is_in_foot):
            sure = 1.0 if label.colon else 0.95
            # 时间 and 日期 may be those of an event, 发布时间 may not.
            sure *= 0.95 if len(label.name) <= 2 and nearness < 0.8 else 1.0
            yield Words(
                text=label.value,
                how="label",
                confidence=most * sure * (0.5 + nearness / 2),
                place=label.place,
            )


def _stated(text: str | None, how: str, confidence: float) -> Iterator[Words]:
    if text and _moment(text):
        yield Words(text=text, how=how, confidence=confidence)


def _shown(block: Block, found: TimeWords, confidence: float) -> Words:
    text = block.text[found.start : found.end].strip()
    return Words(text=text, how="text", confidence=confidence, place=at_block(block))


def _in_head(blocks: Sequence[Block], labels: Sequence[Label], around: Surroundings) -> Iterator[Words]:
    """Yield the unlabelled times of short lines between title and body."""
    changed = {(label.block, label.value) for label in labels if label.kind == "modified" and label.value}
    for block in blocks:
        if len(block.text) > 200:
            continue
        nearness = around.nearness(block.index)
        if nearness < 0.8 or block.index == around.title or (nearness < 1 and is_entry(block)):
            continue
        times = scan(block.text)
        found = next(
            (one for one in times if (block.index, block.text[one.start : one.end].strip()) not in changed), None
        )
        if found is None or (found.start > 100 and not found.clock):
            continue
        alone = (found.end - found.start) / len(block.text)
        # Lists of other articles are links with dates; a date that is all of the line may link to the article itself.
        if alone < 0.7 and block.link_chars * 2 > len(block.text.replace(" ", "")) + found.end - found.start:
            continue
        in_body = around.first is not None and block.index >= around.first
        if in_body and alone < 0.3:
            continue  # prose tells of other days
        # What a reader sees between title and text is the page's word; metadata may be the copy's, or the template's.
        sure = 0.86 + 0.04 * bool(found.clock) + 0.05 * alone - 0.25 * in_body - (0.2 if nearness < 1 else 0)
        yield _shown(block, found, sure)


def _in_tail(blocks: Sequence[Block], around: Surroundings) -> Iterator[Words]:
    """Yield the date that stands alone in a line at the end of the body, as under a notice."""
    if around.last is None:
        return
    for block in blocks[max(0, around.last - 2) : around.last + 4]:
        found = next(scan(block.text), None)
        if (
            found
            and not block.link_chars
            and found.end - found.start >= (0.4 if found.clock else 0.6) * len(block.text)
        ):
            yield _shown(block, found, 0.4)


def _above(blocks: Sequence[Block], around: Surroundings) -> Iterator[Words]:
    """Yield the time that stands in a line anywhere above the text, with its time of day: a banner's date has none."""
    for block in reversed(blocks[: around.first or 0]):
        found = next(scan(block.text), None) if len(block.text) <= 200 and not block.link_chars else None
        if found and found.clock:
            yield _shown(block, found, 0.45)
            return


def _in_scripts(document: Document) -> Iterator[Words]:
    for order, (text, script) in enumerate(scripted_times(document)):
        if _moment(text):
            yield Words(text=text, how="script", confidence=0.42 - order / 100, place=Place(elements=(script,)))


def _time_elements(document: Document) -> Iterator[Words]:
    for order, element in enumerate(document.tree.iter("time")):
        text = element.get("datetime") or " ".join(element.text_content().split())
        if _moment(text) and order < 3:
            yield Words(text=text.strip(), how="time", confidence=0.65 - order / 20, place=Place(elements=(element,)))


def _in_url(url: str) -> Iterator[Words]:
    match = _URL.search(url)
    if match and _moment("-".join(match.groups())):
        yield Words(text="-".join(match.groups()), how="url", confidence=0.3)


def _with_clock(best: Words, candidates: Sequence[Words]) -> Words:
    """Return the words for the same day that have a time of day; the day is the one that the page displays.

    Metadata in UTC names the day before where the page shows its own.
    """
    moment = _moment(best.text)
    if moment is None:
        return best
    for words in sorted(candidates, key=lambda words: -words.confidence):
        other = _moment(words.text)
        if other is None or words is best:
            continue
        if best.how in _DISPLAYED:
            if moment.precision == "day" != other.precision and other.at.date() == moment.at.date():
                return words
        elif words.how in _DISPLAYED and abs((other.at.date() - moment.at.date()).days) == 1:
            return words
    return best
