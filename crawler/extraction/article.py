"""A page read as an article: every field, with how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from pipelines.dates import parse_moment

from ..items import ArticleItem, Evidence
from ..layout import Layout
from .blocks import Block
from .body import Body, find_body, read_body
from .category import find_breadcrumbs
from .document import Document
from .gallery import find_pictures
from .labels import Label, find_labels
from .language import find_language
from .layouts import Reader, fitting
from .neighbours import Mark, find_neighbours
from .people import find_author, labelled, person
from .reading import Found, Place, Reading, Words, at_block
from .rejected import SHOWN, Known, rejected
from .structured import Structured, read_structured
from .surroundings import Surroundings
from .times import find_modified, find_published
from .title import Title, find_title, title_above

_NOWHERE = Place()
_HEAD = 12
"""Lines below the title in which the line of time, source and views is looked for."""


def read(document: Document, layouts: Sequence[Layout] = ()) -> ArticleItem:
    """Return the article of a page.

    The layout that fits the day of publication is asked first; what it does not find is read the generic way.
    """
    return _read(document, layouts).item


def read_with_places(document: Document, layouts: Sequence[Layout] = ()) -> Reading:
    """Return the article of a page as `read` does, with where each field stands and what was passed over."""
    page = _read(document, layouts)
    return Reading(
        item=page.item,
        blocks=page.lines,
        found=page.found,
        rejected=rejected(
            Known(
                document=document,
                blocks=page.lines,
                labels=page.labels,
                structured=page.structured,
                marks=page.marks,
                around=page.around,
                item=page.item,
            )
        ),
    )


def _read(document: Document, layouts: Sequence[Layout]) -> _Page:
    page = _Page(document)
    layout = fitting(layouts, page.day())
    if layout is not None:
        _ask(page, Reader(document, layout))
    page.read_generically()
    return page


@dataclass
class _Page:
    """What is known of one page while its fields are read."""

    document: Document
    lines: list[Block] = field(init=False)
    labels: list[Label] = field(init=False)
    structured: Structured = field(init=False)
    marks: list[Mark] = field(init=False)
    title: Title | None = field(init=False)
    body: Body | None = field(init=False)
    around: Surroundings = field(init=False)
    item: ArticleItem = field(init=False)
    found: list[Found] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lines = self.document.blocks
        self.structured = read_structured(self.document)
        self.labels = find_labels(self.lines)
        self.marks = find_neighbours(self.document, self.lines)
        self.title = find_title(self.document, self.lines, self.labels, self.structured)
        self.body = self._find_body()
        top = self._top()
        if top is not None and (self.title is None or not self.title.sure or (self.title.first or 0) > top):
            self._find_title_above(top)
        self.around = Surroundings(
            title=self.title.last if self.title else None,
            first=self.body.first if self.body else None,
            last=self.body.last if self.body else None,
        )
        self.item = ArticleItem(url=self.document.url, canonical_link=_canonical(self.document))

    def _find_body(self) -> Body | None:
        title = (self.title.shown or self.title.text) if self.title else None
        return find_body(self.document, self.lines, title=title, after=self._after(), before=self._before())

    def _top(self) -> int | None:
        """Return the line of the article's time, or that which its text begins with where the time is elsewhere."""
        times = [label.block for label in self.labels if label.kind == "published" and label.value]
        if self.body is None:
            return next(iter(times), None)
        # On a page without structure the lines above the text were taken for a part of it.
        opening = range(self.body.first, min(self.body.first + 8, (self.body.first + self.body.last) // 2 + 1))
        return next((place for place in times if place in opening), self.body.first)

    def _find_title_above(self, top: int) -> None:
        """Take the line above the text as the title where the page's metadata names none that it displays."""
        named = self.title is not None and (self.title.first is not None or self.title.how != "document-title")
        sure = not named and any(mark.block > top for mark in self.marks)
        above = title_above(self.document, self.lines, self.labels, top, sure=sure)
        if above is not None and not (named and self.title and self.title.first is None):
            self.title = above
            self.body = self._find_body()

    def _after(self) -> int | None:
        """Return the last line of the article's head."""
        if self.title is None or self.title.last is None:
            return None
        head = range(self.title.last, self.title.last + _HEAD)
        stated = [
            label.block for label in self.labels if label.block in head and label.kind != "other" and label.name != "文"
        ]
        last = self.title.last
        for place in stated:
            # Labels stand together; one further down belongs to the body.
            if place <= last + 4:
                last = place
        return last

    def _before(self) -> int | None:
        """Return the first line below the article that the page itself marks."""
        after = self._after()
        places = [mark.block for mark in self.marks if mark.block >= 0 and (after is None or mark.block > after)]
        return min(places, default=None)

    def set(self, name: str, value: object, how: str, confidence: float, place: Place = _NOWHERE) -> None:
        """Give a field its value once; the first to know it is the surest."""
        if value and not getattr(self.item, name):
            setattr(self.item, name, value)
            shown, sure = SHOWN.get(name, name), round(confidence, 2)
            self.item.evidence.append(Evidence(name=shown, how=how, confidence=sure))
            self.found.append(Found(name=shown, value=value, how=how, confidence=sure, place=place))

    def say(self, name: str, words: Words | None) -> None:
        if words is not None:
            self.set(name, words.text, words.how, words.confidence, words.place)

    @cached_property
    def published(self) -> Words | None:
        """The words of the time; the layout is chosen by them, and the item takes them."""
        return find_published(self.document, self.lines, self.labels, self.structured, self.around)

    def day(self) -> date | None:
        words = self.published
        moment = parse_moment(words.text) if words else None
        return moment.at.date() if moment else None

    def read_generically(self) -> None:
        language = find_language(self.document, self.structured.locale, [line.text for line in self._text_lines()])
        if language:
            self.set("language", language[0], language[1], 0.9 if language[1] != "text" else 0.6)
        if self.title:
            place = self._lines_of(self.title.first, self.title.last)
            self.set("title", self.title.text, self.title.how, self.title.confidence, place)
        self._read_place()
        published = self.published
        self.say("published", published)
        self.say("modified", find_modified(self.labels, self.structured, self.around, published))
        self._read_people()
        self._read_views()
        self._read_neighbours()
        if self.body:
            self._take(self.body)
        if not self.item.body:
            self._read_pictures()

    def _lines_of(self, first: int | None, last: int | None) -> Place:
        return _NOWHERE if first is None else at_block(self.lines[first], self.lines[last or first])

    def _text_lines(self) -> Sequence[Block]:
        return self.lines[self.body.first : self.body.last + 1] if self.body else self.lines

    def _take(self, body: Body) -> None:
        if not self.item.body:
            self.item.images, self.item.attachments = body.images, body.attachments
        place = Place(elements=(body.element,), first=body.first, last=body.last)
        self.set("body", body.paragraphs, "density", body.confidence, place)

    def _read_pictures(self) -> None:
        """Tell what an article without text is."""
        if "video" in (self.structured.type or "").lower():
            self.item.kind = "video"
        elif pictures := find_pictures(self.document):
            self.item.kind, self.item.images = "gallery", pictures

    def _read_place(self) -> None:
        at = self.title.first if self.title else None
        found = find_breadcrumbs(self.lines, self.item.title, at, self.structured)
        if found:
            place = self._lines_of(found[2], found[2])
            self.set("breadcrumbs", found[0], found[1], 0.8, place)
            self.set("category", found[0][-1], found[1], 0.8, place)
        if by_label := labelled(self.labels, "category", self.around):
            self.say("category", by_label[0])
        self.set("category", self.structured.section, "meta", 0.6)

    def _read_people(self) -> None:
        source = labelled(self.labels, "source", self.around)
        if source:
            words, label = source
            if not self.item.source and label.link is not None:
                self.item.source_url = self.document.link(label.link.get("href"))
            self.say("source", words)
        if editor := labelled(self.labels, "editor", self.around):
            self.set("editor", person(editor[0].text), editor[0].how, editor[0].confidence, editor[0].place)
        self.say("author", find_author(self.document, self.lines, self.labels, self.structured, self.around))

    def _read_views(self) -> None:
        own = [label for label in self.labels if label.kind == "views" and not self._counts_another(label)]
        views = labelled(own, "views", self.around)
        # Where the article's own counter is empty, a script fills it: one further away counts something else.
        if views and not any(
            not label.value and self.around.nearness(label.block) > self.around.nearness(views[1].block)
            for label in own
        ):
            self.say("views", views[0])

    def _counts_another(self, label: Label) -> bool:
        """Whether the line of a counter begins with a link: that is the article which it counts."""
        line = self.lines[label.block]
        if not line.links or self.around.nearness(label.block) > 0.7:
            return False
        words = " ".join(line.links[0].text_content().split())
        return bool(words) and line.text.startswith(words)

    def _read_neighbours(self) -> None:
        # An article may speak of the one before it; what stands around its text is meant for the reader who goes on.
        for mark in sorted(self.marks, key=lambda mark: self.around.is_inside(mark.block)):
            if mark.neighbour is None or getattr(self.item, mark.side) is not None or self._is_far_above(mark.block):
                continue
            self.set(mark.side, mark.neighbour, mark.how, 0.9 if mark.how == "label" else 0.6, mark.place)

    def _is_far_above(self, block: int) -> bool:
        first = self.around.first
        return block >= 0 and first is not None and block < first and self.around.nearness(block) < 0.8


def _ask(page: _Page, reader: Reader) -> None:
    """Take what the layout's selectors find."""
    page.item.zone = reader.layout.zone
    for name in ("title", "category", "published", "modified", "source", "author", "editor", "views"):
        page.set(name, reader.text(name), "layout", 1.0, reader.place(name))
    for name in ("prev", "next"):
        page.set(name, reader.neighbour(name), "layout", 1.0, reader.place(name))
    elements = reader.elements("body")
    body = read_body(page.document, elements) if elements else None
    if body is not None:
        page.item.images, page.item.attachments = body.images, body.attachments
        place = Place(elements=tuple(elements), first=body.first, last=body.last)
        page.set("body", body.paragraphs, "layout", 1.0, place)


def _canonical(document: Document) -> str | None:
    for link in document.tree.iterfind(".//link[@rel]"):
        if "canonical" in link.get("rel", "").lower().split() and link.get("href"):
            return document.link(link.get("href"))
    return None
