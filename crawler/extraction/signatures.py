"""How reporters sign Chinese articles: 本报记者 张三, （记者 张三 通讯员 李四）, 文/张三, in or beside the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .blocks import Block
from .reading import Words, at_block
from .surroundings import Surroundings

_ONE = r"[\u4e00-\u9fff·]{2,4}"
_NAMES = rf"{_ONE}(?:[ 、，]{{1,2}}{_ONE}){{0,4}}"
_ROLE = r"(?:全媒体|融媒体|首席|特派|见习|实习|特约|驻站)?(?:记者|通讯员|撰稿人?|特约作者)"
_PAPER = r"[\u4e00-\u9fff·]{0,12}?"
_MORE = rf"(?:[ 、，/／]{{0,2}}{_ROLE}[:：/／ ]{{0,2}}{_NAMES}){{0,2}}"
# `本报记者 张三 通讯员 李四`; within brackets no space need part the role from the name.
_SIGNED = rf"{_PAPER}{_ROLE}(?: ?[:：/／|｜] ?| ){_NAMES}{_MORE}"
_NO_NAME = "(?!(?:手记|整理|报道|观察|调查|见闻|提问|摄影|供图|综合|来源|从|在|问|按))"
_CLOSE = rf"{_PAPER}{_ROLE}{_NO_NAME}{_NAMES}{_MORE}"
_TEXT = rf"(?:(?:文|文字|撰文|采写) ?[/／|｜丨:：] ?|(?:图文|文图|文[、/／]图)(?: ?[/／|｜丨:：] ?| )){_NAMES}"
# Who is named with 摄 alone took the picture.
_AFTER = r"(?:[ ，/／](?:文|图文|文图|文[/／、]图|摄影报道|(?:[\u4e00-\u9fff]{2,8})?(?:综合)?报道)){0,2}"
_LINE = re.compile(
    rf"[（(]?(?:作者[:： ]{_NAMES}|{_SIGNED}|{_TEXT}){_AFTER}(?: ?[/／ ]?(?:图|摄影?)[/／:： ].{{1,20}})?[）)]?"
)
_BRACKETED = re.compile(rf"[（(]({_SIGNED}|{_CLOSE}|作者[:： ]{_NAMES}|{_TEXT}){_AFTER}[）)]")
_PHOTOS = re.compile(r"[ /／]?(?:图|摄影?)[/／:： ].{1,20}$")
_LEAD = re.compile(rf"(?:{_PAPER}{_ROLE}|图文|文图|文[、/／]图|文字?|撰文|采写|作者)[:：/／|｜丨 ]{{0,3}}")
_NEXT = re.compile(rf"{_ROLE}[:：/／ ]{{0,3}}")
_TAIL = re.compile(r"[ ，/／](?:文|图文|文图|文[/／、]图|[\u4e00-\u9fff]{0,8}报道)$")
_OPENING = 80
"""Characters of the first paragraph in which a dateline names its reporter."""
_LONGEST = 60
_HEAD = 12
"""Lines between headline and text."""


def find_signature(blocks: Sequence[Block], around: Surroundings) -> Words | None:
    """Return the reporters who sign the article around its text; None where nobody does."""
    return next(_signatures(blocks, around), None)


def _signatures(blocks: Sequence[Block], around: Surroundings) -> Iterator[Words]:
    if around.first is None or around.last is None:
        return
    begin = max(around.first - 4, 0)
    if around.title is not None and around.first - _HEAD <= around.title < around.first:
        begin = around.title + 1
    closing = range(max(around.first, around.last - 1), min(around.last + 4, len(blocks)))
    for place in (*range(begin, min(around.first + 2, len(blocks))), *closing):
        block = blocks[place]
        if len(block.text) <= _LONGEST and _LINE.fullmatch(block.text):
            yield Words(text=names(block.text.strip("（()）")), how="text", confidence=0.7, place=at_block(block))
            continue
        match = _BRACKETED.search(block.text[:_OPENING]) if place <= around.first + 1 else None
        if match is None and place in closing:
            match = _BRACKETED.match(block.text, _last_bracket(block.text))
        if match:
            yield Words(text=names(match[1]), how="text", confidence=0.65, place=at_block(block))


def _last_bracket(text: str) -> int:
    """Return where the bracket that ends a paragraph begins."""
    return max(text.rfind("（"), text.rfind("("), 0) if text.endswith(("）", ")")) else len(text)


def names(signed: str) -> str:
    """Return the names of a signature, parted as the page parts them.

    >>> names("本报记者 张三 李四 通讯员 王五 文/图"), names("文/张三 图/李四")
    ('张三 李四、王五', '张三')
    """
    text = _PHOTOS.sub("", signed)
    while cut := _TAIL.search(text):
        text = text[: cut.start()]
    lead = _LEAD.match(text)
    parts = [part.strip(" 、，/／") for part in _NEXT.split(text[lead.end() :] if lead else text)]
    return "、".join(part for part in parts if part)
