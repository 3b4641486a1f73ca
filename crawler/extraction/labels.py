"""Labels and the values behind them: 浏览次数：35, 来源：新华网, Published: 26 July 2021, 1164次阅读."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.timewords import scan

from .blocks import Block

_LONGEST = 400
"""Characters of a line that may be one of labels; a longer one is prose."""

# The longest name first: 信息发布时间 before 时间.
_WORDS: dict[str, str] = {
    "published": "信息发布时间 信息时间 发布时间 发布日期 发表时间 发表日期 发稿时间 发文时间 录入时间 添加时间 创建时间 上传时间 上线时间 刊发时间 "
    "新闻时间 文章时间 时间发布 发布于 发表于 时间 日期 發布時間 發佈時間 時間",
    "modified": "最后更新时间 最后更新 更新时间 更新日期 上次更新 最近更新 最后修改 修改时间 修改日期 更新于 编辑于 更新",
    "views": "浏览次数 浏览总数 浏览人数 浏览量 浏览数 阅读次数 阅读人数 阅读量 阅读数 点击次数 点击量 点击数 点击率 人气指数 查看次数 查看数 "
    "访问次数 访问量 访问数 点阅数 瀏覽次數 瀏覽數 浏览 阅读 点击 人气 查看 访问 热度 围观",
    "source": "信息来源 文章来源 稿件来源 新闻来源 资讯来源 内容来源 资料来源 原文来源 消息来源 文章出处 转载自 来源于 来源 来自 转自 摘自 出处 稿源 來源",
    "author": "文章作者 本文作者 原创作者 作者 本报记者 记者 撰稿人 撰稿 撰文 供稿人 供稿单位 供稿 通讯员 采写 编撰 发布人 发布者 发稿人 投稿人 文",
    "editor": "责任编辑 本文编辑 文章编辑 网络编辑 实习编辑 执行编辑 责编 编辑 編輯",
    "category": "所属栏目 所属分类 文章分类 信息类别 分类 栏目 类别 频道",
    "other": "关键词 关键字 标签 字体大小 文字大小 字体 字号 分享到 分享 打印 关闭 评论数 评论 点评 收藏 审核 校对 校审 审稿 摄影 图片 点赞 单位 作者单位 "
    "字数 原标题 标题 副标题 导读 摘要 扫描 编号 索引号 文号 下载 推荐 回复 责任校对 监制 主编 二审 三审 终审 初审 设计 制图 顶 踩",
}
_LATIN: dict[str, str] = {
    "published": "published on|published|posted on|posted|date|publié le|publié|veröffentlicht am|veröffentlicht|publicado el|publicado"
    "|pubblicato il|publicado em|erstellt am|gepubliceerd op",
    "modified": "last updated on|last updated|last modified|updated on|updated|modified|mis à jour le|mis à jour|aktualisiert am|aktualisiert"
    "|zuletzt aktualisiert|actualizado el|actualizado|aggiornato il|atualizado em",
    "views": "page views|views|view count|hits|vues|aufrufe|visitas|lecturas|visualizzazioni|просмотров",
    "source": "source|quelle|fuente|fonte|via",
    "author": "written by|author|authors|auteur|autor|autore|reporter",
    "editor": "edited by|editor|redaktion",
    "category": "category|categories|rubrique|kategorie|categoría|filed under|posted in",
    "other": "tags|tag|keywords|share|comments|reading time|photo|image|credit",
}


def _spaced(word: str) -> str:
    """来源 is also written 来 源: spaces between all of its characters or none."""
    return f"{word}|{' '.join(word)}" if len(word) > 1 else word


def _alternatives(kinds: dict[str, str], separator: str | None) -> dict[str, str]:
    return {word: kind for kind, words in kinds.items() for word in words.split(separator)}


_KINDS = _alternatives(_WORDS, None) | _alternatives(_LATIN, "|")
_CJK_WORD = "|".join(_spaced(word) for word in sorted(_alternatives(_WORDS, None), key=len, reverse=True))
_LATIN_WORD = "|".join(re.escape(word) for word in sorted(_alternatives(_LATIN, "|"), key=len, reverse=True))
_LABEL = re.compile(rf"(?:({_CJK_WORD})|(?<![^\W\d_])(?i:({_LATIN_WORD}))) ?(?:[:：∶﹕]+|】 ?[:：]?|\] ?[:：])")
# Without a colon: at the start of a line or of a part of it, right before what only a value can be.
_BARE = re.compile(
    rf"(?:({_spaced('发表于')}|发布于|发布时间|发表时间|更新时间|更新于|发布日期|时间|日期|来源于?|作者|文章来源|信息来源|责任编辑|责编|记者|转自)"
    rf"|(?<![^\W\d_])(?i:({_LATIN_WORD}))\b)[ /／]?(?=[^\s:：])"
)
# What makes a line a line of labels and a word in it no part of a name.
_LOOSE = re.compile(r"[\s|｜/／·•,，;；()（）\[\]【】>»<–—\-。:：\d★☆●■◆]")

_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,3})?(?: ?[千万萬亿億kKwW](?![a-zA-Z]))?\+?"
# Behind a count stands its unit or the end of the value, never what makes it a day, a share or a number of prose.
_VALUE_COUNT = re.compile(
    rf"[ (\[（【:：]*({_COUNT})(?: ?[)\]）】])?(?! ?[年月日号级届%％:：/\-~]| ?\.\d|\d)(?= ?(?:次|人|℃|°|views?|times?|[)\]）】|｜/·•,，;；。]|$)| \D|[^\W\d_])"
)
_VERB = "(?:阅读|浏览|点击|查看|访问|围观|瀏覽|閱讀|人气)"
_UNITS = re.compile(
    rf"(?<![\d.,-])({_COUNT}) ?(?:次|人|人次) ?(?:{_VERB})(?!器)"
    rf"|(?:被|已有?|本文|文章)? ?{_VERB}(?:了|过)? ?({_COUNT}) ?(?:人次|次|遍)"
    rf"|(?:^|(?<=[\s|｜/·•(（]))(?:阅读|浏览|点击|人气|热度|浏览量|阅读量|浏览次数|阅读数) ?[(（\[]? ?({_COUNT}) ?[)）\]]?(?=$|[\s|｜/·•,，;；)）])"
    rf"|(?:^|(?<=[\s|｜/·•(（]))(?i:({_COUNT}) ?(?:views?|vues|aufrufe|visitas|reads|hits|просмотр\w{{0,3}}|阅读|浏览))(?=$|[\s|｜/·•,)）])"
)
_SITE_WIDE = re.compile(r"(?:累计|今日|昨日|本月|本周|总|全站|网站|本站|日均|在线|历史|栏目|平台|最高)[的]? ?$")
_TIMES = re.compile(rf"({_COUNT}) ?次$")
_PAIRS = {"(": ")", "（": "）", "[": "]", "【": "】"}
_END = re.compile(r"\||｜|•|·(?= )| [/／](?= )|【|】|●|★|\[(?=字|打印|关闭|大|小)|(?<= )-(?= )")


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


def find_labels(blocks: Sequence[Block]) -> list[Label]:
    """Return all labelled values of the page in reading order.

    >>> from lxml.html import fromstring
    >>> from .blocks import blocks
    >>> line = "<p>来 源：新华网 作者： 2021-07-26 11:43 浏览：35</p>"
    >>> [(label.kind, label.value) for label in find_labels(blocks(fromstring(line)))]
    [('source', '新华网'), ('author', ''), ('views', '35')]
    """
    found: list[Label] = []
    for block in blocks:
        if len(block.text) <= _LONGEST:
            found += _line(block, blocks)
    return found


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
    marks = list(_marks(text, starts))
    for place, (kind, name, start, end) in enumerate(marks):
        until = marks[place + 1][2] if place + 1 < len(marks) else len(text)
        yield _label(kind, name, block, (start, end, until), starts, blocks)
    if not any(kind == "views" for kind, *_ in marks):
        yield from _units(block, starts)
    if (
        not marks
        and block.element.tag in ("th", "dt")
        and (kind := _KINDS.get(text.replace(" ", ""), "other")) != "other"
    ):
        if block.index + 1 < len(blocks) and blocks[block.index + 1].element.tag in ("td", "dd"):
            yield Label(
                kind=kind,
                name=text,
                value=_close(blocks[block.index + 1].text, kind),
                block=block.index,
                element=block.element,
            )


def _marks(text: str, starts: Sequence[int]) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, name, start and end of each label in a line."""
    taken = 0
    for match in _LABEL.finditer(text):
        name = (match[1] or match[2]).replace(" ", "") if match[1] else match[2].lower()
        start = match.start()
        if start and not (_LOOSE.match(text[start - 1]) or start in starts or (taken and len(name) > 1)):
            continue
        if name == "文" and start not in starts and start:
            continue
        if "】" in match[0] and "【" not in text[max(0, start - 2) : start]:
            continue
        taken = match.end()
        yield _KINDS[name], name, start, match.end()
    if not taken:
        yield from _bare_marks(text, starts)


def _bare_marks(text: str, starts: Sequence[int]) -> Iterator[tuple[str, str, int, int]]:
    if len(text) > 150:
        return
    for match in _BARE.finditer(text):
        name = (match[1] or match[2]).replace(" ", "") if match[1] else match[2].lower()
        start = match.start()
        if start and not (start in starts or text[start - 1] in "|｜ （("):
            continue
        kind = _KINDS[name]
        if kind in ("published", "modified"):
            if _time(text[match.end() :]) is None:
                continue
        elif match[2] or (not any(mark in text for mark in "|｜") and not _time(text)):
            continue
        yield kind, name, start, match.end()


def _label(
    kind: str, name: str, block: Block, place: tuple[int, int, int], starts: Sequence[int], blocks: Sequence[Block]
) -> Label:
    start, end, until = place
    raw = block.text[end:until]
    colon = block.text[end - 1 : end] in ":：∶﹕】]" or block.text[start:end].rstrip()[-1:] in ":：∶﹕"
    link = None
    if kind in ("published", "modified"):
        value = _time(_apart(block, starts, end, until)) or ""
    elif kind == "views":
        value = "" if _SITE_WIDE.search(block.text[:start]) else _count(raw)
    else:
        value, link = _text(raw, end, kind, block, starts)
    if not value and not raw.strip(" ()[]（）【】") and until == len(block.text):
        value = _next_value(kind, block, blocks)
    return Label(kind=kind, name=name, value=value, block=block.index, element=block.element, link=link, colon=colon)


def _apart(block: Block, starts: Sequence[int], begin: int, end: int) -> str:
    """Return a stretch of the line, digits parted where a tag stands between them: `16:15:21` `43次`."""
    text = block.text
    cuts = [at for at in starts if begin < at < end and text[at - 1].isdigit() and text[at].isdigit()]
    return " ".join(text[a:b] for a, b in zip([begin, *cuts], [*cuts, end], strict=True))


def _time(raw: str) -> str | None:
    """Return the time at the start of a value."""
    found = next(scan(raw[:60]), None)
    return raw[found.start : found.end].strip() if found and found.start <= 5 else None


def _count(raw: str) -> str:
    match = _VALUE_COUNT.match(raw)
    return match[1] if match else ""


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
    beside = after.element is block.element.getnext() or after.element.getparent() is block.element.getnext()
    if not beside or _LABEL.search(after.text):
        return ""
    if kind == "views":
        return _count(after.text) if len(after.text) <= 12 else ""
    pair = (block.element.tag, after.element.tag)
    same = pair in (("td", "td"), ("th", "td"), ("dt", "dd"), ("span", "span"), ("li", "li"))
    return _close(after.text, kind) if same and len(after.text) <= 30 else ""


def _units(block: Block, starts: Sequence[int]) -> Iterator[Label]:
    """Yield counts that their unit names: 1164次阅读, 本文被阅读 513 次, and 43次 as a part of its own beside a time."""
    if len(block.text) > 150:
        return
    for match in _UNITS.finditer(block.text):
        value = next(filter(None, match.groups()))
        if not _SITE_WIDE.search(block.text[: match.start()]):
            yield Label(kind="views", name="unit", value=value, block=block.index, element=block.element, colon=False)
            return
    for start in starts[1:]:
        if (match := _TIMES.match(block.text, start)) and _time_before(block.text, start):
            yield Label(kind="views", name="次", value=match[1], block=block.index, element=block.element, colon=False)


def _time_before(text: str, end: int) -> bool:
    return next(scan(text[:end]), None) is not None
