"""Which lines of a container belong to the article's text."""

from __future__ import annotations

import re

from .blocks import Block
from .candidates import Map, Region
from .hints import is_caption
from .prose import is_sentence, link_share, weight

_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())

# Lines that end an article, or stand around it: who edited it, who may copy it, where to go on.
_STOP = re.compile(
    r"^\W*(本文来源|文章来源|信息来源|责任编辑|责编|编辑[:：]|校对|审核[:：]|初审|终审|来源[:：]|作者[:：]|发布时间|发布日期|更新时间|浏览|点击|阅读次数|阅读量|"
    r"上一[篇条页个]|下一[篇条页个]|相关(阅读|新闻|文章|链接|推荐)|推荐阅读|延伸阅读|热门|分享(到|至)|扫一扫|关注我们|版权(声明|所有)|免责声明|"
    r"特别声明|声明[:：]|打印|关闭|返回|收藏|举报|更多|转载请|本文(标签|链接|地址)|标签[:：]|关键[词字][:：]|评论|"
    r"share( this| on|:|$)|related( |:|$)|read (more|also|next)|see also:|also read|more (from|on|stories)|"
    r"(click|tap) here|sign up|subscribe|follow (us|@)|tags?:|filed under|categories:|posted (in|by|on)|published|"
    r"copyright|©|all rights reserved|advertisement|print( |$)|email( |$)|comments?( |$)|leave a (reply|comment)|"
    r"(advert|iklan|publicidad[e]?|anzeige|werbung|реклама|广告|photos?|play( video)?|loading|like loading)\W*$|"
    r"photo(graph)?( by|:|s:)|image( credit|:|s:)|getty images|"
    r"leia (mais|também)|veja (mais|também)|saiba mais|compartilh|lee (también|más)|lea también|compart(ir|e)|"
    r"lire (aussi|la suite)|à lire|partager|mehr zum thema|lesen sie (auch|mehr)|teilen|leggi anche|condividi|"
    r"читайте также|поделиться|اقرأ أيضا|関連記事|シェア)",
    re.IGNORECASE,
)
_STOP_ANYWHERE = re.compile(
    r"(责任?编辑?|责编|编辑|校对|审核)[:：]|版权所有|未经.{0,8}(许可|授权)|ICP备|all rights reserved|举报电话|我要打印",
    re.IGNORECASE,
)
_COUNTER = re.compile("浏览次数|阅读次数|点击次数|点击数")
# What a site asks of its readers below, or above, a text.
_APPEAL = re.compile(
    r"sign up|subscri(be|ption)|newsletter|follow (us|@|me)|(join|visit) (us|our|the conversation)|"
    r"(delivered|straight) (to|through|into) your|(like|find) us on|have a tip|support (us|our|independent)|"
    r"(if you )?(enjoyed|liked) (reading )?this|^\W*(additional )?reporting by|all rights reserved|"
    r"(thoughts|questions) or feedback|click here|(on|via) (twitter|facebook)\b|our (forums?|app|channel)|"
    r"comentários|inscreva-se|assine|siga-nos|curta |suscríb|síguenos|abonnez|suivez-nous|abonnier|folgen sie|"
    r"iscriviti|seguici|подпис(ыва|ать|к)|اشترك|"
    r"关注.{0,12}(公众号|微信)|(扫描|长按).{0,8}(二维码|识别)|下载.{0,8}(app|客户端)|欢迎.{0,8}(投稿|关注|订阅)|(仅代表|不代表).{0,16}(观点|立场)|"
    r"侵权.{0,12}(联系|删除)|版权归",
    re.IGNORECASE,
)
# What follows such a line is another list.
_SECTION = re.compile(
    r"^\W*(相关(阅读|新闻|文章|链接|推荐|报道|专题)|推荐阅读|延伸阅读|热门|猜你喜欢|网友评论|文章评论|(发表|最新)评论|反侵权公告|"
    r"related( (articles?|posts?|stories|news|topics|content|links))?|more (from|on|stories|news)\b.{0,40}|"
    r"(read|see) (next|more|also)|recommended( for you)?|most (read|popular|viewed)|trending( now)?|you may also like|"
    r"you might also like|(\d+ )?comments?|leave a (reply|comment)|about the author|"
    r"leia também|veja também|lee también|lea también|à lire aussi|mehr zum thema|leggi anche|"
    r"читайте также|関連記事)\W*$",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}:\d\d")


def headline(blocks: list[Block], title: str | None) -> int | None:
    """Return the place of the headline's line: the last heading or line that repeats the title, else the h1."""
    headings = [block for block in blocks if block.element.tag in _HEADINGS]
    wanted = fold(title or "")
    if wanted:
        unlinked = (
            block for block in reversed(blocks) if len(block.text) <= 2 * len(title or "") and link_share(block) < 0.6
        )
        for block in (*reversed(headings), *unlinked):
            if link_share(block) < 0.6 and fold(block.text) == wanted:
                return block.index
        return None
    tops = [block for block in headings if block.element.tag == "h1"]
    return tops[0].index if len(tops) == 1 else None


def trim(page: Map, blocks: list[Block], inside: Region, title: str | None, first: int, last: int) -> list[int]:
    """Return the places of the lines that are the article's."""
    rows = [place for place in range(inside.first, inside.last + 1) if first <= place <= last]
    within = _below(page, inside)
    rows = [place for place in rows if not page.of[place].aside and page.of[place] in within]
    good = [place for place in rows if page.scores[place] > 0]
    if not good:
        return []
    core = _core(page, good)
    central = _below(page, core)
    rows = rows[: _end(page, blocks, rows)]
    head = next(
        (place for place in good if blocks[place].element.tag != "h1" and not _is_stamp(blocks[place].text)), -1
    )
    wanted = fold(title or "")
    kept: list[int] = []
    for place in rows:
        block = blocks[place]
        if _is_furniture(block) and not (head <= place <= good[-1] and _is_woven(page, block, core)):
            continue
        if wanted and fold(block.text) == wanted and not kept:
            continue
        if place <= head and (block.element.tag == "h1" or _is_stamp(block.text)):
            continue
        if page.scores[place] > 0 or page.of[place] in central:
            kept.append(place)
    return _without_tail(page, blocks, kept)


def _is_stamp(text: str) -> bool:
    """Whether a line is a time with a few words around it."""
    return weight(text) < 120 and not is_sentence(text) and _TIME.search(text) is not None


def _end(page: Map, blocks: list[Block], rows: list[int]) -> int:
    """Return how many of the lines come before a line like `Related articles` that little prose follows."""
    whole = sum(max(0.0, page.scores[place]) for place in rows)
    so_far = 0.0
    for count, place in enumerate(rows):
        if so_far > 0.7 * whole and _SECTION.search(blocks[place].text):
            return count
        so_far += max(0.0, page.scores[place])
    return len(rows)


def _is_furniture(block: Block) -> bool:
    """Whether a line, wherever it stands, is no part of an article's text."""
    if is_caption(block.element) or link_share(block) > 0.6:
        return True
    length = weight(block.text)
    if length > 200:
        return False
    # A long sentence that begins with such words tells something: `Posted on social media by analysts, the video ...`
    whole = length > 60 and is_sentence(block.text)
    if _STOP_ANYWHERE.search(block.text):
        return True
    return not whole and bool(_STOP.search(block.text) or _COUNTER.search(block.text))


def _is_woven(page: Map, block: Block, core: Region) -> bool:
    """Whether a line of links stands among the paragraphs as one of them: the address of a thing told about."""
    region = page.of[block.index]
    direct = region is core or region.parent is core
    return direct and block.element.tag in ("p", "div") and link_share(block) > 0.6 and not _STOP.search(block.text)


def _core(page: Map, good: list[int]) -> Region:
    """Return the innermost region that holds four fifths of the prose."""
    whole = sum(page.scores[place] for place in good)
    held = dict.fromkeys(page.regions, 0.0)
    for place in good:
        held[page.of[place]] += page.scores[place]
    for region in reversed(page.regions):
        if region.parent is not None:
            held[region.parent] += held[region]
    region = page.of[max(good, key=lambda place: page.scores[place])]
    while region.parent is not None and (held[region] < 0.8 * whole or region.element.tag in ("p", "li")):
        region = region.parent
    return region


def _without_tail(page: Map, blocks: list[Block], kept: list[int]) -> list[int]:
    """Drop appeals to the reader at both ends, and headings that head nothing."""
    whole = sum(max(0.0, page.scores[place]) for place in kept)
    while len(kept) > 1 and _is_appeal(blocks[kept[0]], whole):
        kept.pop(0)
    while kept and (
        blocks[kept[-1]].element.tag in _HEADINGS or (len(kept) > 1 and _is_appeal(blocks[kept[-1]], whole))
    ):
        kept.pop()
    return kept


def _is_appeal(block: Block, whole: float) -> bool:
    length = weight(block.text)
    return length < min(400.0, 0.25 * whole) and _APPEAL.search(block.text) is not None


def _below(page: Map, top: Region) -> set[Region]:
    """Return a region and all within it."""
    found = {top}
    for region in page.regions:
        if region.parent in found:
            found.add(region)
    return found


def fold(text: str) -> str:
    """Return the letters and digits of a text, in lower case."""
    return re.sub(r"\W+", "", text).lower()
