"""Why a page's other words for a field are not its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..items import ArticleItem
from .blocks import Block
from .document import Document
from .labels import Label
from .neighbours import Mark
from .reading import Place, Rejected, Words, at_block
from .structured import Structured
from .surroundings import Surroundings
from .times import modified_candidates, published_candidates, published_fallbacks
from .title import title_candidates

SHOWN = {"published": "published_at", "modified": "modified_at", "views": "view_count"}
"""Fields that the archive's schema names otherwise than an item."""
_MOST = 8
"""Candidates that are told of one field: a list of a hundred dates explains nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What was known of a page when its fields had been read."""

    document: Document
    blocks: Sequence[Block]
    labels: Sequence[Label]
    structured: Structured
    marks: Sequence[Mark]
    around: Surroundings
    item: ArticleItem


def rejected(page: Known) -> list[Rejected]:
    """Return by field what was passed over, the likeliest first."""
    found: list[Rejected] = []
    for one in (*_titles(page), *_times(page), *_labelled(page), *_stated(page), *_neighbours(page)):
        alike = [other for other in found if other.name == one.name]
        if len(alike) < _MOST and all((one.value, one.place) != (other.value, other.place) for other in alike):
            found.append(one)
    return found


def _titles(page: Known) -> Iterator[Rejected]:
    for title in title_candidates(page.document, page.blocks, page.labels, page.structured):
        if title.text == page.item.title:
            continue
        place = Place() if title.first is None else at_block(page.blocks[title.first], page.blocks[title.last or 0])
        why = "says less of what the page calls itself elsewhere"
        if title.first is None:
            why = "the page displays another headline"
        yield Rejected(name="title", value=title.text, how=title.how, why=why, place=place)


def _times(page: Known) -> Iterator[Rejected]:
    taken = {"published": page.item.published, "modified": page.item.modified}
    for name, candidates in (
        ("published", published_candidates(page.blocks, page.labels, page.structured, page.around)),
        (
            "published",
            published_fallbacks(page.document, page.blocks, page.labels, page.structured, page.around),
        ),
        ("modified", modified_candidates(page.labels, page.structured, page.around)),
    ):
        for words in sorted(candidates, key=lambda words: -words.confidence):
            if words.text not in taken.values():
                yield _passed(name, words, f"less sure ({words.confidence:.2f})")


def _labelled(page: Known) -> Iterator[Rejected]:
    for label in page.labels:
        taken = getattr(page.item, label.kind, None) if label.kind != "other" else ""
        if label.kind == "other" or label.value == taken:
            continue
        if not label.value:
            why = "nothing that could be its value stands behind the label"
        elif page.around.nearness(label.block) < 0.5:
            why = "stands neither by the title nor by the text"
        elif label.of_entry and page.around.nearness(label.block) < 1:
            why = "belongs to the link that its line begins with"
        elif label.kind in ("published", "modified"):
            continue  # told among the times, with how sure they are
        elif label.kind == "views" and not taken:
            why = "counts another article, or the article's own counter is empty"
        else:
            why = "another label is nearer to the article"
        value = f"{label.name}：{label.value}"
        name = SHOWN.get(label.kind, label.kind)
        yield Rejected(name=name, value=value, how="label", why=why, place=label.place)


def _stated(page: Known) -> Iterator[Rejected]:
    """Yield what machines are told and the page shows otherwise."""
    told = page.structured
    for name, value, how in (
        *(("author", author, told.authors_how) for author in told.authors),
        ("category", told.section, "meta"),
        ("source", told.source, "meta"),
    ):
        if value and value not in (getattr(page.item, name) or ""):
            why = "the page displays another" if getattr(page.item, name) else "names no person or place of the kind"
            yield Rejected(name=name, value=value, how=how, why=why)


def _neighbours(page: Known) -> Iterator[Rejected]:
    for mark in page.marks:
        taken = getattr(page.item, mark.side)
        if mark.neighbour is not None and mark.neighbour == taken:
            continue
        if mark.neighbour is None:
            why = "nothing stands behind the label"
        elif taken is None:
            why = "stands far above the text"
        else:
            why = "another one is nearer to the end of the text"
        value = (mark.neighbour.title or mark.neighbour.url or "none") if mark.neighbour else ""
        yield Rejected(name=mark.side, value=value, how=mark.how, why=why, place=mark.place)


def _passed(name: str, words: Words, why: str) -> Rejected:
    return Rejected(name=SHOWN[name], value=words.text, how=words.how, why=why, place=words.place)
