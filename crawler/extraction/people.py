"""Who wrote, edited and first published an article: the page's labels, bylines and metadata."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .blocks import Block
from .document import Document
from .labels import Label
from .reading import Place, Words, at_block
from .signatures import find_signature
from .structured import Structured
from .surroundings import Surroundings

_BYLINE = re.compile(r"(?:[Bb]y|BY|Par|Von|Por|Di|Door|Text:|Words by|Written by|Author:|Posted by)[ :]+(?=\S)")
_NAMED = re.compile(
    r"\b(?:byline|author|auteur|autor|writer|contributor)(?:[-_ ]?(?:name|link|by))?\b|\bbyline|author[-_]name",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"comment|related|sidebar|footer|bio\b|recommend", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.'’\- ,&()]{1,80}")
_END = re.compile(
    r" ?(?:\||•|·|—|–|\bPublished\b|\bUpdated\b|\bPosted\b|\bon (?=[A-Z]\w+ \d)|\bLast\b| @|\(@|\d{1,2}[:/.]\d"
    r"|\b(?:19|20)\d\d\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d)"
)
_NO_NAME = re.compile(
    r"(?:admin(?:istrator)?|staff|author|editor|unknown|null|about the author|more|follow|share"
    r"|佚名|未知|本站|网络(?:整理)?|文章|作者|编辑|(?:超级)?管理员"
    r"|\d+ (?:min|minutes?|hours?)\b.{0,10}|.{0,10}\bread)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:by|par|von|por|written by|posted by)[ :]+|(?:《[^《》]{1,12}》)?[\u4e00-\u9fff]{0,8}(?:记者|通讯员)[:：/ ]+",
    re.IGNORECASE,
)
# `张三/文`, `张三 摄影报道`: what he did, not his name.
_DID = re.compile(r"[ /／](?:文|图|摄|文[/／]图|图文|摄影|摄影报道|编辑|整理)$")
_REPORTERS = frozenset("本报记者 记者 通讯员 文 图文 撰文 采写 作者".split())
_CODE = re.compile(r"[_ ]*\(?[A-Za-z]{1,4}\d{3,8}\)?$")
# The author element of a template is often the site itself.
_ORGANISATION = re.compile(r"[\u4e00-\u9fff](?:网|公司|中心|集团|日报|编辑部)|\.(?:com|cn|net|org)\b")

_UNSEEN = 0.25
"""How sure a label is that is not shown, against one that is."""


def labelled(labels: Sequence[Label], kind: str, around: Surroundings) -> tuple[Words, Label] | None:
    """Return the value of the surest label of a kind near the article."""
    best: tuple[float, Label] | None = None
    for label in labels:
        nearness = around.nearness(label.block)
        if label.kind != kind or not label.value or nearness < 0.5 or (label.of_entry and nearness < 1):
            continue
        score = nearness * (1.0 if label.colon else 0.8) - (
            0.15 if label.name.startswith(("发布", "发稿", "供稿", "投稿", "转")) else 0
        )
        score *= _UNSEEN if label.hidden else 1.0
        if best is None or score > best[0]:
            best = (score, label)
    return (Words(text=best[1].value, how="label", confidence=best[0], place=best[1].place), best[1]) if best else None


def find_author(
    document: Document, blocks: Sequence[Block], labels: Sequence[Label], structured: Structured, around: Surroundings
) -> Words | None:
    """Return the names of who wrote the article, as the page parts them."""
    by_label = labelled(labels, "author", around)
    signed = find_signature(blocks, around)
    editor = _editor(labels, around)
    name = person(by_label[0].text) if by_label else None
    # A template that knows the editor alone says so twice; the text may be signed by who wrote it.
    if by_label and name and not (signed and editor and editor.text == name):
        names = [name, *_beside(labels, by_label[1])]
        return replace(by_label[0], text="、".join(dict.fromkeys(names)))
    stated = [name for words in structured.authors if (name := person(words)) and not _ORGANISATION.search(name)]
    if stated and structured.authors_how == "json-ld":
        return Words(text=", ".join(stated), how="json-ld", confidence=0.9)
    if signed:
        return signed
    if stated:
        return Words(text=", ".join(stated), how=structured.authors_how, confidence=0.7)
    return next(_marked(document), None) or next(_bylines(blocks, around), None) or editor


def _editor(labels: Sequence[Label], around: Surroundings) -> Words | None:
    """Return the editor, who answers for an article that names nobody else: the least sure of authors."""
    found = labelled(labels, "editor", around)
    name = person(found[0].text) if found else None
    return replace(found[0], text=name, how="editor", confidence=0.3) if found and name else None


def _beside(labels: Sequence[Label], first: Label) -> Iterator[str]:
    """Yield the other reporters of a line: `记者：张三 通讯员：李四`."""
    if first.name not in _REPORTERS:
        return
    for label in labels:
        if label.block == first.block and label.kind == "author" and label.name in _REPORTERS and label is not first:
            name = person(label.value) if label.value else None
            if name:
                yield name


def person(text: str) -> str | None:
    """Return a name without what leads it (By, 记者) and the code that follows it; None for what is no name.

    >>> person("By Jane Doe"), person("南都见习记者 林子沛"), person("张三_NB1234"), person("admin")
    ('Jane Doe', '林子沛', '张三', None)
    """
    text = _CODE.sub("", text.strip())
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    text = _DID.sub("", text).strip(" ,，:：|")
    if not re.search(r"[^\W\d_]", text) or _NO_NAME.fullmatch(text) or re.search(r"https?:|www\.", text):
        return None
    return text


def _bylines(blocks: Sequence[Block], around: Surroundings) -> Iterator[Words]:
    for block in blocks:
        if around.nearness(block.index) < 0.7 or len(block.text) > 160:
            continue
        if (by := _BYLINE.match(block.text)) and (name := name_of(block.text[by.end() :])):
            yield Words(text=name, how="byline", confidence=0.6, place=at_block(block))


def name_of(text: str) -> str | None:
    """Return the name at the start of a byline; None for prose.

    >>> name_of("Jane Doe | Updated 3 May 2021"), name_of("the time that he had left, nobody knew")
    ('Jane Doe', None)
    """
    end = _END.search(text)
    name = (text[: end.start()] if end else text).strip(" ,;:-–|")
    capital = sum(word[0].isupper() or not word[0].isascii() for word in name.split())
    if (
        not name
        or len(name) > 80
        or len(name.split()) > 12
        or not _NAME.fullmatch(name)
        or capital * 2 < len(name.split())
    ):
        return None
    return None if _NO_NAME.fullmatch(name) else name


def _marked(document: Document) -> Iterator[Words]:
    """Yield names that the markup itself marks: rel=author, itemprop, class names of bylines."""
    seen = 0
    for element in document.tree.iter("a", "span", "div", "p", "address", "cite", "li", "strong", "h4", "h5"):
        sure = element.get("rel") == "author" or "author" in element.get("itemprop", "").split()
        names = element.get("class", "") + " " + element.get("id", "")
        lower = names.lower()
        named = ("aut" in lower or "byline" in lower or "writer" in lower or "contributor" in lower) and _NAMED.search(
            names
        )
        if not (sure or named):
            continue
        seen += 1
        if seen > 12:
            return
        if _ELSEWHERE.search(element.get("class", "")) or any(
            _ELSEWHERE.search(parent.get("class", "") + " " + parent.get("id", ""))
            for parent in list(element.iterancestors())[:4]
        ):
            continue
        inner = element.find(".//*[@itemprop='name']") if sure else None
        text = " ".join((inner if inner is not None else element).text_content().split())
        text = text[by.end() :] if (by := _BYLINE.match(text)) else text
        if len(text) <= 120 and (name := name_of(text)):
            place = Place(elements=(element,))
            yield Words(text=name, how="rel" if sure else "byline", confidence=0.7 if sure else 0.6, place=place)
