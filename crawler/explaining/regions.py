"""Which stretch of a page's text each value is, taken or rejected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crawler.extraction import Document
from crawler.extraction.labels import Label, find_labels
from crawler.extraction.reading import Found, Place, Reading, Rejected
from crawler.extraction.rejected import SHOWN
from crawler.items import Neighbour

from .textnodes import LineTexts, Spot, dense

_LINES = 3
"""Lines that are marked whole where the value itself is not found in them."""
_SHOWN_ELSEWHERE = ("title", "author", "editor", "source", "category")
"""Fields whose words, told to machines, the page mostly displays as well."""
_LONGEST = 300
"""Characters of a line in which a value without a place is looked for."""
_BETWEEN = 16
"""Characters that a paragraph may have between two lines: the marks of a table or a list."""


@dataclass(kw_only=True, slots=True)
class Region:
    """A value and where it is displayed."""

    number: int
    """Its place among the page's regions, from 1."""
    name: str
    """The field, as the archive's schema names it."""
    taken: bool
    value: str
    """As the page words it; paragraphs by blank lines."""
    how: str
    confidence: float | None = None
    """0 to 1; None for what is rejected."""
    why: str | None = None
    """What spoke against it; None for what is taken."""
    where: str = ""
    """The element, for a person."""
    exact: bool = False
    """Whether its spots are the value's own words, and not the lines around them."""
    spots: list[Spot] = field(default_factory=list)
    """Empty for what the page does not display."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Regions:
    """All that is told of one page."""

    document: Document
    reading: Reading
    lines: LineTexts
    regions: list[Region]

    @property
    def taken(self) -> list[Region]:
        """What the fields are."""
        return [region for region in self.regions if region.taken]

    @property
    def rejected(self) -> list[Region]:
        """What they are not."""
        return [region for region in self.regions if not region.taken]


def find_regions(document: Document, reading: Reading) -> Regions:
    """Return the values of a reading with the text that each of them is."""
    lines = LineTexts(document.tree, reading.blocks)
    search = _Search(lines, find_labels(reading.blocks))
    regions: list[Region] = []
    said: list[Found | Rejected] = [*sorted(reading.found, key=_order), *reading.rejected]
    for one in said:
        region = Region(
            number=len(regions) + 1,
            name=one.name,
            taken=isinstance(one, Found),
            value=wording(one.value),
            how=one.how,
            confidence=one.confidence if isinstance(one, Found) else None,
            why=one.why if isinstance(one, Rejected) else None,
        )
        region.spots, region.exact = search.find(one)
        region.where = _where(one.place, region, lines)
        regions.append(region)
    return Regions(document=document, reading=reading, lines=lines, regions=regions)


def wording(value: object) -> str:
    """Return a value as one text.

    >>> wording(Neighbour()), wording(Neighbour(title="a", url="/1")), wording(["a"])
    ('none, as the page says', 'a', 'a')
    """
    if isinstance(value, Neighbour):
        return value.title or value.url or "none, as the page says"
    if isinstance(value, list):
        return "\n\n".join(map(str, value))
    return str(value)


ORDER = "title published_at modified_at source author editor category breadcrumbs view_count prev next language body"


def _order(found: Found) -> int:
    names = ORDER.split()
    return names.index(found.name) if found.name in names else len(names)


@dataclass(frozen=True, slots=True)
class _Search:
    lines: LineTexts
    labels: Sequence[Label]

    def find(self, one: Found | Rejected) -> tuple[list[Spot], bool]:
        """Return the spots of a value, and whether they are its words alone."""
        place = one.place
        if one.name == "body" and isinstance(one.value, list):
            return self._text(place, one.value), True
        if place.first is None or place.first < 0:
            return self._elements(place, dense(wording(one.value))) if place.elements else self._elsewhere(one)
        around = range(place.first, min(place.last if place.last is not None else place.first, place.first + 40) + 1)
        spots = self._value(one, around)
        if spots:
            return spots, True
        whole = [spot for line in around[:_LINES] for spot in self.lines.spots(line, 0, len(self.lines.text(line)))]
        return whole, False

    def _value(self, one: Found | Rejected, around: range) -> list[Spot]:
        if isinstance(one.value, Neighbour) and not one.value.title:
            return []
        for wanted in filter(None, map(dense, _forms(one))):
            for line in around:
                at = self._at(one, line, wanted)
                if at >= 0:
                    return self.lines.spots(line, at, at + len(wanted))
            spots = self._over_lines(around, wanted)
            if spots:
                return spots
        return []

    def _at(self, one: Found | Rejected, line: int, wanted: str) -> int:
        """Return where in a line a value begins: behind its label, and not within a longer number."""
        text = self.lines.text(line)
        start = 0
        if one.how == "label":
            for label in self.labels:
                if label.block == line and label.value == one.value and SHOWN.get(label.kind, label.kind) == one.name:
                    start = max(0, text.find(dense(label.name)))
                    break
        at = text.find(wanted, start)
        while at >= 0 and _in_number(text, at, at + len(wanted)):
            at = text.find(wanted, at + 1)
        # The label may stand behind its value: 1164次阅读.
        return at if at >= 0 or not start else text.find(wanted)

    def _over_lines(self, around: range, wanted: str) -> list[Spot]:
        """Return the spots of a value that a line break or a cell's border cuts."""
        whole = "".join(map(self.lines.text, around))
        at = whole.find(wanted)
        if at < 0:
            return []
        spots: list[Spot] = []
        end, begin = at + len(wanted), 0
        for line in around:
            length = len(self.lines.text(line))
            first, last = max(at - begin, 0), min(end - begin, length)
            if first < last:
                spots += self.lines.spots(line, first, last)
            begin += length
        return spots

    def _text(self, place: Place, paragraphs: Sequence[object]) -> list[Spot]:
        """Return the spots of a text: of its lines those that are in it, in order."""
        if place.first is None or place.last is None:
            return []
        body, at = dense("".join(map(str, paragraphs))), 0
        spots: list[Spot] = []
        for line in range(place.first, place.last + 1):
            text = self.lines.text(line)
            found = body.find(text, at, at + len(text) + _BETWEEN)
            if found >= 0:
                at = found + len(text)
                spots += self.lines.spots(line, 0, len(text))
        return spots

    def _elements(self, place: Place, wanted: str) -> tuple[list[Spot], bool]:
        spots = [spot for element in place.elements for spot in self.lines.spots_of(element)]
        return spots, dense("".join(self.lines.nodes[spot.node].text for spot in spots)) == wanted

    def _elsewhere(self, one: Found | Rejected) -> tuple[list[Spot], bool]:
        """Look on the page for what machines are told."""
        wanted = dense(wording(one.value))
        if not isinstance(one, Found) or one.name not in _SHOWN_ELSEWHERE or len(wanted) < 2:
            return [], False
        for line, block in enumerate(self.lines.blocks):
            if len(block.text) <= _LONGEST and (at := self.lines.text(line).find(wanted)) >= 0:
                return self.lines.spots(line, at, at + len(wanted)), True
        return [], False


def _forms(one: Found | Rejected) -> Iterator[str]:
    """Give the wordings under which a value may stand: a rejected one is told with its label."""
    text = wording(one.value)
    yield text
    if isinstance(one, Rejected) and one.how == "label" and "：" in text:
        label, value = text.split("：", 1)
        yield value or label
    if one.name == "breadcrumbs" and isinstance(one.value, list):
        yield from map(str, one.value[-1:])


def _in_number(text: str, start: int, end: int) -> bool:
    """Whether digits go on before or behind."""
    before = start > 0 and text[start].isdigit() and text[start - 1].isdigit()
    return before or (end < len(text) and text[end - 1].isdigit() and text[end].isdigit())


def _where(place: Place, region: Region, lines: LineTexts) -> str:
    element = place.elements[0] if place.elements else None
    if element is None and region.spots:
        node = lines.nodes[region.spots[0].node]
        shown = node.element.getparent() if node.behind else node.element
        return f"not displayed as such; its words are in {path(shown)}"
    return path(element) if element is not None else "not displayed"


def path(element: object) -> str:
    """Return the way to an element in few words: itself, the elements around it, its line in the file.

    >>> from lxml.html import fromstring
    >>> path(fromstring("<div id=zoom class='text big'><p>a</p></div>")[0])
    'div#zoom > p, line 1'
    """
    steps: list[str] = []
    line = getattr(element, "sourceline", None)
    while element is not None and len(steps) < 3:
        tag, name, classes = element.tag, element.get("id"), (element.get("class") or "").split()  # type: ignore[attr-defined]
        steps.append(f"{tag}#{name.strip()}" if name else f"{tag}.{classes[0]}" if classes else str(tag))
        if name or tag == "body":
            break
        element = element.getparent()  # type: ignore[attr-defined]
    return " > ".join(step[:60] for step in reversed(steps)) + (f", line {line}" if line else "")
