"""The words that label a value: 来源, 发布时间, 浏览次数, Source, Published, and where they stand in a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.timewords import scan

_WORDS: dict[str, str] = {
    "published": "信息发布时间 信息时间 发布时间 发布日期 发表时间 发表日期 发稿时间 发文时间 录入时间 "
    "添加时间 创建时间 上传时间 上线时间 刊发时间 新闻时间 文章时间 时间发布 发布于 发表于 时间 日期 "
    "發布時間 發佈時間 時間",
    "modified": "最后更新时间 最后更新 更新时间 更新日期 上次更新 最近更新 最后修改 修改时间 修改日期 "
    "更新于 编辑于 更新",
    "views": "浏览次数 浏览总数 浏览人数 浏览量 浏览数 阅读次数 阅读人数 阅读量 阅读数 点击次数 点击量 "
    "点击数 点击率 人气指数 查看次数 查看数 访问次数 访问量 访问数 点阅数 瀏覽次數 瀏覽數 浏览 阅读 "
    "点击 人气 查看 访问 热度 围观 阅览次数 阅览量 阅览",
    "source": "信息来源 文章来源 稿件来源 新闻来源 资讯来源 内容来源 资料来源 原文来源 消息来源 文章出处 转载自 来源于 "
    "来源 来自 转自 摘自 出处 稿源 來源",
    "author": "文章作者 本文作者 原创作者 作者 本报记者 记者 撰稿人 撰稿 撰文 供稿人 供稿单位 供稿 通讯员 采写 编撰 "
    "发布人 发布者 发稿人 投稿人 图文 文",
    "editor": "责任编辑 本文编辑 文章编辑 网络编辑 实习编辑 执行编辑 责编 编辑 編輯",
    "category": "所属栏目 所属分类 文章分类 信息类别 分类 栏目 类别 频道",
    # Known only so that they end the value before them.
    "other": "关键词 关键字 标签 字体大小 文字大小 字体 字号 分享到 分享 打印 关闭 评论数 评论 点评 收藏 审核 校对 "
    "校审 审稿 摄影 图片 点赞 单位 作者单位 字数 原标题 标题 副标题 导读 摘要 扫描 编号 索引号 文号 "
    "下载 推荐 回复 责任校对 "
    "图 监制 主编 二审 三审 终审 初审 设计 制图 顶 踩",
}
_WHOSE = "文章 本文 此文 该文 此文章 本文章 本篇 本页 本页面 该页面 信息 新闻".split()
_LATIN: dict[str, str] = {
    "published": "published on|published|posted on|posted|date|publié le|publié|veröffentlicht am|veröffentlicht"
    "|publicado el|publicado|pubblicato il|publicado em|erstellt am|gepubliceerd op",
    "modified": "last updated on|last updated|last modified|updated on|updated|modified|mis à jour le|mis à jour"
    "|aktualisiert am|aktualisiert|zuletzt aktualisiert|actualizado el|actualizado|aggiornato il|atualizado em",
    "views": "page views|views|view count|hits|vues|aufrufe|visitas|lecturas|visualizzazioni|просмотров",
    "source": "source|quelle|fuente|fonte|via",
    "author": "written by|author|authors|auteur|autor|autore|reporter",
    "editor": "edited by|editor|redaktion",
    "category": "category|categories|rubrique|kategorie|categoría|filed under|posted in",
    "other": "tags|tag|keywords|share|comments|reading time|photo|image|credit",
}
_CJK_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
# 文章浏览量, 本文点击数, 本页访问次数: whose count it is.
_CJK_KINDS |= {f"{whose}{word}": "views" for word in _WORDS["views"].split() for whose in _WHOSE}
_LATIN_KINDS = {word: kind for kind, words in _LATIN.items() for word in words.split("|")}
KINDS = _CJK_KINDS | _LATIN_KINDS
"""What each label names: published, modified, views, source, author, editor, category, other."""

_CJK_LONGEST = max(map(len, _CJK_KINDS))
_LATIN_LONGEST = max(map(len, _LATIN_KINDS))
_CJK_LAST = frozenset(word[-1] for word in _CJK_KINDS)
_LATIN_LAST = frozenset(word[-1] for word in _LATIN_KINDS)

_MAYBE_SIGN = re.compile(r"[:：∶﹕】\]]")
_SIGN = re.compile(r" ?[:：∶﹕]+|】 ?[:：]?|\] ?[:：]")
# Without a colon: at the start of a line or of a part of it, right before what only a value can be.
_DATED = "published modified".split()
_BARE = re.compile(
    r"(?:(发表于|发布于|发布时间|发表时间|更新时间|更新于|发布日期|文章来源|信息来源|来源于|责任编辑|时间|日期|来源|作者|责编|记者|转自)"
    rf"|(?<![^\W\d_])(?i:({'|'.join(word for word, kind in _LATIN_KINDS.items() if kind in _DATED)}))\b)"
    r"[ /／]?(?=[^\s:：])"
)
_DIGIT = re.compile(r"\d")
_LATIN_STEMS = tuple({word[:5]: None for word, kind in _LATIN_KINDS.items() if kind in _DATED})
_BARE_STEMS = (
    (*"发表于 发布于 更新于 责任编辑 时间 日期 来源 作者 责编 记者 转自".split(), *_LATIN_STEMS),
    _LATIN_STEMS,
)
"""One of these is in every label without a colon: in any text, and in one of ASCII alone."""
# What makes a line a line of labels and a word in it no part of a name.
_LOOSE = re.compile(r"[\s|｜/／·•,，;；()（）\[\]【】>»<–—\-。:：\d★☆●■◆]")
# 文： follows a time or a bar; within words it ends them (`全文：`).
_APART = re.compile(r"[\d|｜] $")
_SHORT = ("文", "图", "图文")
_LONGEST_BARE = 150


def holds(text: str, stems: Sequence[str]) -> bool:
    """Whether one of some words is in the text, in lower case: cheaper to see than what an expression says of them."""
    lower = text.lower()
    for stem in stems:  # noqa: SIM110  # any() costs a generator, many times a page
        if stem in lower:
            return True
    return False


def marks(text: str, starts: Sequence[int]) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind, name, start and end (behind the colon) of each label in a line.

    `starts` are the places at which the line's text nodes begin.
    """
    taken = 0
    found = []
    for sign in _SIGN.finditer(text) if _MAYBE_SIGN.search(text) else ():
        name, start = _name_before(text, taken, sign.start())
        # In prose `主要来源：` is no label; behind another label's value `中信网浏览次数：` is one.
        if not name or (start and not (_LOOSE.match(text[start - 1]) or start in starts or (taken and len(name) > 1))):
            continue
        if (name in _SHORT and start not in (0, *starts) and not (taken or _APART.search(text[:start]))) or (
            "】" in sign[0] and "【" not in text[max(0, start - 2) : start]
        ):
            continue
        taken = sign.end()
        found.append((KINDS[name], name, start, taken))
    until = found[0][2] if found else len(text)
    if until <= _LONGEST_BARE:
        yield from _bare(text[:until], starts)
    yield from found


def _name_before(text: str, floor: int, end: int) -> tuple[str, int]:
    """Return the longest label that ends at `end`, and its start; an empty name for none."""
    if not end:
        return "", 0
    last = text[end - 1]
    if last in _CJK_LAST:
        spaced = end >= 3 and text[end - 2] == " "
        for length in range(min(_CJK_LONGEST, end - floor), 0, -1):
            if text[end - length : end] in _CJK_KINDS:
                return text[end - length : end], end - length
            wide = 2 * length - 1
            # 来源 is also written 来 源: spaces between all of its characters or none.
            if spaced and length > 1 and end - wide >= floor and not text[end - wide + 1 : end : 2].strip():
                name = text[end - wide : end : 2]
                if name in _CJK_KINDS:
                    return name, end - wide
    elif last.lower() in _LATIN_LAST:
        tail = text[max(floor, end - _LATIN_LONGEST) : end].lower()
        for length in range(len(tail), 2, -1):
            name = tail[-length:]
            if name in _LATIN_KINDS and not text[end - length - 1 : end - length].isalpha():
                return name, end - length
    return "", 0


def _bare(text: str, starts: Sequence[int]) -> Iterator[tuple[str, str, int, int]]:
    """Yield labels without a colon: before a time, or in a line that has one (`2014-08-24 | 来源CSDN | 作者魏星`)."""
    if not _DIGIT.search(text) or not holds(text, _BARE_STEMS[text.isascii()]):
        return
    dated = None
    for match in _BARE.finditer(text):
        name = match[1] or match[2].lower()
        start = match.start()
        if start and not (start in starts or text[start - 1] in "|｜ （("):
            continue
        if KINDS[name] in _DATED:
            found = next(scan(text[match.end() : match.end() + 60]), None)
            if found is None or found.start > 5:
                continue
        else:
            dated = dated if dated is not None else any(True for _ in scan(text))
            if not dated:
                continue
        yield KINDS[name], name, start, match.end()
