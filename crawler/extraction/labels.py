"""Labels and the values behind them: 浏览次数：35, 来源：新华网, Published: 26 July 2021, 1164次阅读."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from pipelines.timewords import scan

from .blocks import Block
from .countwords import COUNT_ALONE, HAS_DIGIT, LONGEST_UNIT, SITE_WIDE, TIMES, count_at, counted
from .hints import is_in_foot
from .labelwords import KINDS, marks
from .reading import Place

_LONGEST = 400
"""Characters of a line that may be one of labels; a longer one is prose."""

_PAIRS = {"(": ")", "（": "）", "[": "]", "【": "】"}
_END = re.compile(r"\||｜|•|·(?= )| [/／](?= )|【|】|●|★|\[(?=字|打印|关闭|大|小)|(?<= )-(?= )")
_HEADLINE = 6
"""Characters from which on a link may be a headline."""
_TERMS = frozenset(("th", "dt", "td"))
# In a line that ends as a sentence, the words of a label are prose: `最要紧的是来源。来源:说明书的参数，…。`
_SENTENCES, _SENTENCE_END = re.compile(r"[，。！？；]|\w{9}："), re.compile("[。！？][”』」]?$")
# A label has a colon or a bracket behind it, or a number in its line.
_WORTH = re.compile(r"[:：∶﹕】\]\d]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """A label of the page with what stands behind it."""

    kind: str
    """published, modified, views, source, author, editor, category, other."""
    name: str
    """The label's own words, without spaces and colon."""
    value: str
    """Empty where the page states none."""
    block: int
    """Place of the line that holds the label."""
    element: HtmlElement
    link: HtmlElement | None = None
    """The link that the value is."""
    colon: bool = True
    """A label without a colon is less sure."""
    of_entry: bool = False
    """Whether its line begins with a link, as an entry of a list: it speaks of what the link leads to."""
    hidden: bool = False
    """Whether a reader does not see it."""

    @property
    def is_in_foot(self) -> bool:
        """Whether it stands in the page's foot, which speaks of the site."""
        return is_in_foot(self.element)

    @property
    def place(self) -> Place:
        """Where the label stands."""
        return Place(elements=(self.element,), first=self.block, last=self.block)


def find_labels(blocks: Sequence[Block], among: Iterable[Block] | None = None) -> list[Label]:
    """Return all labelled values of the page in reading order, or those in some of its lines.

    >>> from lxml.html import fromstring
    >>> from .blocks import blocks
    >>> line = "<p>来 源：新华网 作者： 2021-07-26 11:43 浏览：35</p>"
    >>> [(label.kind, label.value) for label in find_labels(blocks(fromstring(line)))]
    [('source', '新华网'), ('author', ''), ('views', '35')]
    """
    found: list[Label] = []
    for block in blocks if among is None else among:
        if len(block.text) <= _LONGEST and (_WORTH.search(block.text) or block.element.tag in _TERMS):
            found += _of_entry(block, list(_line(block, blocks)))
    return found


def find_hidden_labels(blocks: Sequence[Block]) -> list[Label]:
    """Return the labels with values in parts of lines that are not shown, as templates put a counter away."""
    found: list[Label] = []
    for block in blocks:
        for part in block.hidden:
            text = " ".join("".join(part.xpath(".//text()[not(parent::script or parent::style)]")).split())
            if text and len(text) <= _LONGEST and _WORTH.search(text):
                unseen = Block(block.index, part, text, parts=[text])
                found += [replace(label, hidden=True) for label in _line(unseen, ()) if label.value]
    return found


def is_entry(block: Block) -> bool:
    """Whether a line begins with a link that may be a headline, as the entries of a list do."""
    if not block.links:
        return False
    words = " ".join(block.links[0].text_content().split())
    return len(words) >= _HEADLINE and block.text.startswith(words)


def _of_entry(block: Block, labels: list[Label]) -> list[Label]:
    if labels and is_entry(block) and labels[0].link is not block.links[0]:
        return [replace(label, of_entry=True) for label in labels]
    return labels


def part_starts(block: Block) -> list[int]:
    """Return the places in the block's text at which a text node begins."""
    starts: list[int] = []
    length, space = 0, False
    for part in block.parts:
        words = " ".join(part.split())
        if words:
            length += bool(length and (space or part[0].isspace()))
            starts.append(length)
            length += len(words)
            space = part[-1].isspace()
        else:
            space = space or bool(part)
    return starts


def _line(block: Block, blocks: Sequence[Block]) -> Iterator[Label]:
    text = block.text
    starts = part_starts(block) if len(block.parts) > 1 else [0]
    found = [mark for mark in marks(text, starts) if mark[2] in (0, *starts) or not _in_prose(text, mark[2])]
    for place, (kind, name, start, end) in enumerate(found):
        until = found[place + 1][2] if place + 1 < len(found) else len(text)
        yield _label(kind, name, block, (start, end, until), starts, blocks)
    if not any(kind == "views" for kind, *_ in found):
        yield from _units(block, starts)
    if not found and block.element.tag in _TERMS:
        yield from _cell(block, blocks)


def _in_prose(text: str, start: int) -> bool:
    return bool(start and _SENTENCE_END.search(text) and _SENTENCES.search(text))


def _cell(block: Block, blocks: Sequence[Block]) -> Iterator[Label]:
    """Yield the label that is a cell or a term of its own, with the value beside it."""
    name = block.text.replace(" ", "")
    kind = KINDS.get(name, "other")
    # The head of a column (`来源`) is written like a term; behind a time's or a counter's stands its value.
    if block.element.tag == "td" and kind not in ("published", "modified", "views"):
        return
    if kind != "other" and block.index + 1 < len(blocks) and blocks[block.index + 1].element.tag in ("td", "dd"):
        value = _value(kind, blocks[block.index + 1].text)
        yield Label(kind=kind, name=name, value=value, block=block.index, element=block.element)


def _value(kind: str, text: str) -> str:
    """Return the value of a kind at the start of a text."""
    if kind in ("published", "modified"):
        return _time(text) or ""
    return count_at(text) if kind == "views" else _close(text, kind)


def _label(
    kind: str, name: str, block: Block, place: tuple[int, int, int], starts: Sequence[int], blocks: Sequence[Block]
) -> Label:
    start, end, until = place
    raw = block.text[end:until]
    colon = block.text[end - 1 : end] in ":：∶﹕】]" or block.text[start:end].rstrip()[-1:] in ":：∶﹕"
    link = None
    if kind in ("published", "modified", "views"):
        site_wide = kind == "views" and SITE_WIDE.search(block.text[:start])
        value = "" if site_wide else _value(kind, _apart(block, starts, end, until))
    else:
        value, link = _text(raw, end, kind, block, starts)
    if not value and not raw.strip(" ()[]（）【】") and until == len(block.text):
        value = _next_value(kind, block, blocks)
    return Label(kind=kind, name=name, value=value, block=block.index, element=block.element, link=link, colon=colon)


def _apart(block: Block, starts: Sequence[int], begin: int, end: int) -> str:
    """Return a stretch of the line, digits set apart from what follows in a tag of its own: `16:15:21` `43次`."""
    text = block.text
    cuts = [at for at in starts if begin < at < end and text[at - 1].isdigit() and text[at] not in ".,:+"]
    return " ".join(text[a:b] for a, b in zip([begin, *cuts], [*cuts, end], strict=True))


def _time(raw: str) -> str | None:
    """Return the time at the start of a value."""
    found = next(scan(raw[:60]), None)
    return raw[found.start : found.end].strip() if found and found.start <= 5 else None


def _text(raw: str, end: int, kind: str, block: Block, starts: Sequence[int]) -> tuple[str, HtmlElement | None]:
    """Return a value of words: the link that it begins with, else what stands before the next sign of an end."""
    value = raw.lstrip(" :：")
    offset = end + len(raw) - len(value)
    for link in block.links:
        words = " ".join(link.text_content().split())
        if words and value.startswith(words) and offset in starts:
            rest = value[len(words) :].lstrip(" ,，、")
            if kind == "author" and any(
                rest.startswith(" ".join(other.text_content().split()) or "\0") for other in block.links
            ):
                break
            return _close(words, kind), link
    for start in starts:
        # A tag between two words with white space parts a value from what is no part of it.
        if start > offset and block.text[start - 1] == " " and kind != "author":
            value = value[: start - offset].rstrip()
            break
    return _close(value, kind), None


def _close(value: str, kind: str) -> str:
    """Cut a value where it ends; prose is no value."""
    value = value.strip()
    closing = _PAIRS.get(value[:1])
    if closing and closing in value:
        value = value[1 : value.index(closing)]
    if cut := _END.search(value):
        value = value[: cut.start()]
    if time := next(scan(value), None):
        # `来源：新华网 2021-07-26`; a day in a name (`2018年第4期`) is no date.
        value = value[: time.start] if time.start else ""
    value = value.strip(" ,，;；、-—–/／>»:：")
    for opening, sign in _PAIRS.items():
        if value.count(sign) != value.count(opening):
            value = value[: max(value.rfind(sign), value.rfind(opening))].rstrip()
    longest = 60 if kind in ("source", "author") else 40
    wordy = re.search(r"[。！？!?；;]", value) or (len(value) > 30 and re.search("，.*，", value))
    return "" if len(value) > longest or wordy or not re.search(r"\w", value) else value


def _next_value(kind: str, block: Block, blocks: Sequence[Block]) -> str:
    """Return the value in the next cell or element; an empty label must not take what merely follows."""
    if block.index + 1 >= len(blocks):
        return ""
    after = blocks[block.index + 1]
    if kind in ("published", "modified"):
        return (_time(after.text) or "") if len(after.text) <= 40 else ""
    if kind == "views" and after.element is block.element and COUNT_ALONE.fullmatch(after.text):
        return after.text  # the next line of one element
    beside = after.element is block.element.getnext() or after.element.getparent() is block.element.getnext()
    if not beside or next(marks(after.text, [0]), None):
        return ""
    if kind == "views":
        return count_at(after.text) if len(after.text) <= 12 else ""
    pair = (block.element.tag, after.element.tag)
    same = pair in (("td", "td"), ("th", "td"), ("dt", "dd"), ("span", "span"), ("li", "li"))
    return _close(after.text, kind) if same and len(after.text) <= 30 else ""


def _units(block: Block, starts: Sequence[int]) -> Iterator[Label]:
    """Yield counts that their unit names: 1164次阅读, 本文被阅读 513 次; 43次 in a tag of its own by a time."""
    if len(block.text) > LONGEST_UNIT or not HAS_DIGIT.search(block.text):
        return
    if value := counted(block.text):
        yield Label(kind="views", name="unit", value=value, block=block.index, element=block.element, colon=False)
        return
    for start in starts[1:]:
        times = TIMES.match(block.text, start)
        if times and _time_before(block.text, start):
            yield Label(kind="views", name="次", value=times[1], block=block.index, element=block.element, colon=False)


def _time_before(text: str, end: int) -> bool:
    return next(scan(text[:end]), None) is not None
