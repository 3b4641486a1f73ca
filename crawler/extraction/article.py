"""A page read as an article: every field, with how it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from lxml.html import HtmlElement

from pipelines.dates import parse_moment

from ..items import ArticleItem, Evidence
from ..layout import Layout
from .blocks import Block
from .body import Body, read_body
from .category import find_breadcrumbs
from .document import Document
from .gallery import find_pictures
from .labels import Label, find_hidden_labels, find_labels
from .language import find_language
from .layouts import WORDS, Reader, reader_of
from .neighbours import Mark, Side, find_neighbours
from .people import find_author, labelled, person
from .reading import Found, Place, Reading, Words, at_block
from .rejected import SHOWN, Known, rejected
from .structured import Structured, read_structured
from .surroundings import Surroundings
from .textfinding import Page, find_article
from .times import find_modified, find_published
from .title import Title

_NOWHERE = Place()
_SIDES: tuple[Side, ...] = ("prev", "next")
_NEEDED = ("title", "published")
"""Fields without which a page is no article: where a layout's element lacks them they are looked for elsewhere."""


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
                labels=find_labels(page.lines),
                structured=page.structured,
                marks=page.marks,
                around=page.around,
                item=page.item,
            )
        ),
    )


def _read(document: Document, layouts: Sequence[Layout]) -> _Page:
    page = _Page(document)
    reader = reader_of(document, layouts, page.day)
    if reader is not None:
        page.ask(reader)
    page.read_generically()
    return page


@dataclass
class _Page:
    """What is known of one page while its fields are read: each thing is found when it is first asked for."""

    document: Document
    item: ArticleItem = field(init=False)
    found: list[Found] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    """Fields that a layout has given, or said to be on the page nowhere."""
    given: Surroundings = field(default_factory=Surroundings)
    """Where the title and the body stand that a layout has given."""

    def __post_init__(self) -> None:
        self.item = ArticleItem(url=self.document.url, canonical_link=_canonical(self.document))

    @cached_property
    def lines(self) -> list[Block]:
        return self.document.blocks

    @cached_property
    def structured(self) -> Structured:
        return read_structured(self.document)

    @cached_property
    def labels(self) -> list[Label]:
        if self._is_placed:
            # What stands elsewhere says nothing of the article.
            return find_labels(self.lines, [line for line in self.lines if self.given.nearness(line.index) > 0])
        return find_labels(self.lines)

    @cached_property
    def all_labels(self) -> list[Label]:
        """The labels, those that a reader does not see last."""
        return [*self.labels, *find_hidden_labels(self.lines)]

    @cached_property
    def marks(self) -> list[Mark]:
        return find_neighbours(self.document, self.lines)

    @property
    def _is_placed(self) -> bool:
        return self.given.title is not None and self.given.first is not None

    @cached_property
    def around(self) -> Surroundings:
        """Where the article's title and body stand."""
        title, body = (None, None) if self._is_placed else self._generic
        given = self.given
        return Surroundings(
            title=given.title if given.title is not None else title.last if title else None,
            first=given.first if given.first is not None else body.first if body else None,
            last=given.last if given.last is not None else body.last if body else None,
        )

    @cached_property
    def title(self) -> Title | None:
        """The headline that is found without a layout; None where a layout gives it."""
        return None if "title" in self.settled else self._generic[0]

    @cached_property
    def body(self) -> Body | None:
        """The body that is found without a layout; None where a layout gives it."""
        return None if "body" in self.settled else self._generic[1]

    @cached_property
    def _generic(self) -> tuple[Title | None, Body | None]:
        return find_article(
            Page(
                document=self.document,
                lines=self.lines,
                labels=self.labels,
                marks=self.marks,
                structured=self.structured,
                title=self.item.title if "title" in self.settled else None,
                given=self.given,
                has_body="body" in self.settled,
            )
        )

    def ask(self, reader: Reader) -> None:
        """Take what a layout's selectors find."""
        self.item.zone = reader.layout.zone
        for name in WORDS:
            words = reader.words(name)
            if words is not None:
                self.say(name, words)
                if words.text or name not in _NEEDED:
                    self.settled.add(name)
        for side in _SIDES:
            neighbour, place = reader.neighbour(side)
            if neighbour is not None:
                self.set(side, neighbour, "layout", 1.0, place)
                self.settled.add(side)
        elements = reader.elements("body")
        body = read_body(self.document, elements) if elements else None
        if body is not None:
            self.item.images, self.item.attachments = body.images, body.attachments
            place = Place(elements=tuple(elements), first=body.first, last=body.last)
            self.set("body", body.paragraphs, "layout", 1.0, place)
            self.settled.add("body")
        title, source = ((self._at(name) or [None])[0] for name in ("title", "source"))
        self.item.source_url = reader.link_of(self.item.source, source)
        self.given = reader.around(title, body)
        # The day that chose the layout was read as if there were none.
        for name in ("around", "labels", "all_labels"):
            self.__dict__.pop(name, None)

    def _at(self, name: str) -> Sequence[HtmlElement]:
        return next((found.place.elements for found in self.found if found.name == name), ())

    def set(self, name: str, value: object, how: str, confidence: float, place: Place = _NOWHERE) -> None:
        """Give a field its value once; the first to know it is the surest."""
        if value and name not in self.settled and not getattr(self.item, name):
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
        return find_published(self.document, self.lines, self.all_labels, self.structured, self.around)

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
        if "published" not in self.settled:
            self.say("published", self.published)
        if "modified" not in self.settled:
            published = Words(text=self.item.published, how="", confidence=0) if self.item.published else None
            self.say("modified", find_modified(self.labels, self.structured, self.around, published))
        self._read_people()
        if "views" not in self.settled:
            self._read_views()
        if not self.settled.issuperset(_SIDES):
            self._read_neighbours()
        if self.body:
            self._take(self.body)
        if not self.item.body:
            self._read_pictures()

    def _lines_of(self, first: int | None, last: int | None) -> Place:
        return _NOWHERE if first is None else at_block(self.lines[first], self.lines[last or first])

    def _text_lines(self) -> Sequence[Block]:
        body = self.body if "body" not in self.settled else self.given
        return (
            self.lines if body is None or body.first is None else self.lines[body.first : (body.last or body.first) + 1]
        )

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
        at = self.title.first if self.title else self.given.title
        found = find_breadcrumbs(self.lines, self.item.title, at, self.structured)
        if found:
            place = self._lines_of(found[2], found[2])
            self.set("breadcrumbs", found[0], found[1], 0.8, place)
            self.set("category", found[0][-1], found[1], 0.8, place)
        if by_label := labelled(self.labels, "category", self.around):
            self.say("category", by_label[0])
        self.set("category", self.structured.section, "meta", 0.6)

    def _read_people(self) -> None:
        source = labelled(self.all_labels, "source", self.around)
        if source:
            words, label = source
            if not self.item.source and "source" not in self.settled and label.link is not None:
                self.item.source_url = self.document.link(label.link.get("href"))
            self.say("source", words)
        if editor := labelled(self.labels, "editor", self.around):
            self.set("editor", person(editor[0].text), editor[0].how, editor[0].confidence, editor[0].place)
        if "author" not in self.settled:
            self.say("author", find_author(self.document, self.lines, self.labels, self.structured, self.around))

    def _read_views(self) -> None:
        counters = [label for label in self.all_labels if label.kind == "views"]
        own = [label for label in counters if not self._counts_another(label)]
        if any(not label.hidden and self.around.nearness(label.block) >= 0.5 for label in own):
            own = [label for label in own if not label.hidden]
        views = labelled(own, "views", self.around)
        # Where the article's own counter is empty, a script fills it: one further away counts something else.
        if views and not any(
            not label.value and self.around.nearness(label.block) > self.around.nearness(views[1].block)
            for label in own
        ):
            self.say("views", views[0])

    def _counts_another(self, label: Label) -> bool:
        """Whether a counter is the site's, in its foot, or its line begins with a link: to what it counts."""
        line = self.lines[label.block]
        if self.around.nearness(label.block) > 0.7 or not (line.links or label.is_in_foot):
            return False
        if label.is_in_foot:
            return True
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


def _canonical(document: Document) -> str | None:
    for link in document.tree.iterfind(".//link[@rel]"):
        if "canonical" in link.get("rel", "").lower().split() and link.get("href"):
            return document.link(link.get("href"))
    return None
