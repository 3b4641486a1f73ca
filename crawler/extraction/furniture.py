"""What lines say that stand around an article: who edited it, who may copy it, where to go on."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from .blocks import Block
from .hints import is_caption
from .prose import is_sentence, link_share, weight

# What a caption may not be told from by the elements around it.
_QUOTED = frozenset("article main body blockquote table pre ul ol dl".split())
_ADDRESS = re.compile(r"(https?://|www\.)\S+$|\S+@\S+\.\w+$")

# All of these are looked for in lower case: an expression that ignores case is many times slower.
# Lines that end an article, or stand around it: who edited it, who may copy it, where to go on.
_STOP = re.compile(
    r"^\W*(本文来源|文章来源|信息来源|责任编辑|责编|编辑[:：]|校对|审核[:：]|初审|终审|来源[:：]|作者[:：]|发布时间|发布日期|更新时间|"
    r"浏览|点击|阅读次数|阅读量|"
    r"上一[篇条页个]|下一[篇条页个]|相关(阅读|新闻|文章|链接|推荐)|推荐阅读|延伸阅读|热门|分享(到|至)|扫一扫|关注我们|版权(声明|所有)|免责声明|"
    r"特别声明|声明[:：]|打印|关闭|返回|收藏|举报|更多|转载请|本文(标签|链接|地址)|标签[:：]|关键[词字][:：]|评论|"
    r"share( this| on|:|$)|"
    r"related( (articles?|posts?|stor(y|ies)|news|topics?|content|links?|reading|coverage))?\W*(:|$)|"
    r"read (more|also|next)|see also:|also read|more (from|on|stories)|"
    r"(click|tap) here|sign up|subscribe|follow (us|@)|tags?:|filed under|categories:|posted (in|by|on)|published|"
    r"copyright|©|all rights reserved|advertisement|print( |$)|email( |$)|comments?( |$)|leave a (reply|comment)|"
    r"(advert|iklan|publicidad[e]?|anzeige|werbung|реклама|广告|photos?|play( video)?|loading|like loading)\W*$|"
    r"photo(graph)?( by|:|s:)|image( credit|:|s:)|getty images|"
    r"leia (mais|também)|veja (mais|também)|saiba mais|compartilh|lee (también|más)|lea también|compart(ir|e)|"
    r"lire (aussi|la suite)|à lire|partager|mehr zum thema|lesen sie (auch|mehr)|teilen|leggi anche|condividi|"
    r"читайте также|поделиться|اقرأ أيضا|関連記事|シェア)",
)
_ANYWHERE = re.compile(
    r"(责任?编辑?|责编|编辑|校对|审核)[:：]|版权所有|未经.{0,8}(许可|授权)|icp备|all rights reserved|click to tweet|"
    r"举报电话|我要打印",
)
_COUNTER = re.compile("浏览次数|阅读次数|点击次数|点击数")
# What a site asks of its readers below, or above, a text.
_APPEAL = re.compile(
    r"sign up|subscri(be|ption)(?!r)|newsletter|follow (us|@|me)|(join|visit) (us|our|the conversation)|"
    r"(delivered|straight) (to|through|into) your|(like|find) us on|have a tip|support (us|our|independent)|"
    r"(if you )?(enjoyed|liked) (reading )?this|^\W*(additional )?reporting by|"
    r"contribut(ed|ing) (to this|reporting)|share (it|this) with|all rights reserved|"
    r"(thoughts|questions) or feedback|click here|(on|via) (twitter|facebook)\b|our (forums?|app|channel)|"
    r"comentários|inscreva-se|assine|siga-nos|curta |suscríb|síguenos|abonnez|suivez-nous|abonnier|folgen sie|"
    r"iscriviti|seguici|подпис(ыва|ать|к)|اشترك|"
    r"关注.{0,12}(公众号|微信)|(扫描|长按).{0,8}(二维码|识别)|下载.{0,8}(app|客户端)|欢迎.{0,8}(投稿|关注|订阅)|(仅代表|不代表).{0,16}(观点|立场)|"
    r"侵权.{0,12}(联系|删除)|版权归",
)
# What follows such a line is another list.
_SECTION = re.compile(
    r"^\W*(相关(阅读|新闻|文章|链接|推荐|报道|专题)|推荐阅读|延伸阅读|热门|猜你喜欢|网友评论|文章评论|(发表|最新)评论|反侵权公告|"
    r"related( (articles?|posts?|stories|news|topics|content|links))?|more (from|on|stories|news)\b.{0,40}|"
    r"more \w[\w ]{0,30}(stories|news|articles|posts)|"
    r"(read|see) (next|more|also)|recommended( for you)?|most (read|popular|viewed)|trending( now)?|you may also like|"
    r"you might also like|(\d+ )?comments?|leave a (reply|comment)|about the author|"
    r"leia também|veja também|lee también|lea también|à lire aussi|mehr zum thema|leggi anche|"
    r"читайте также|関連記事)\W*$",
)
_TIME = re.compile(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{1,2}:\d\d")


def is_furniture(block: Block) -> bool:
    """Whether a line, wherever it stands, is no part of an article's text."""
    if block.element.tag == "pre":
        return False
    if is_of_picture(block.element) or link_share(block) > 0.6:
        return True
    length = weight(block.text)
    if length > 200:
        return False
    # A long sentence that begins with such words tells something: `Posted on social media by analysts, the video ...`
    whole = length > 60 and is_sentence(block.text)
    if _ANYWHERE.search(block.text.lower()):
        return True
    return not whole and bool(_STOP.search(block.text.lower()) or _COUNTER.search(block.text))


def is_of_picture(element: HtmlElement) -> bool:
    """Whether a line is a caption: it, or what is closely around it, says so."""
    at: HtmlElement | None = element
    for _ in range(3):
        if at is None or at.tag in _QUOTED:
            return False
        if at.tag == "figure" or is_caption(at):
            return True
        at = at.getparent()
    return False


def is_signpost(block: Block) -> bool:
    """Whether a line that is a link leads on to other articles: by its words, or in capitals as such links are."""
    return _STOP.search(block.text.lower()) is not None or block.text.isupper()


def is_address(block: Block) -> bool:
    """Whether a line is an address, written out as one."""
    return _ADDRESS.match(block.text) is not None


def is_appeal(block: Block, most: float) -> bool:
    """Whether a line of a weight below `most` asks something of the reader."""
    return weight(block.text) < most and _APPEAL.search(block.text.lower()) is not None


def heads_section(block: Block) -> bool:
    """Whether a line is like `Related articles`: what follows is another list."""
    return _SECTION.search(block.text.lower()) is not None


def is_stamp(text: str) -> bool:
    """Whether a line is a time with a few words around it."""
    return weight(text) < 120 and not is_sentence(text) and _TIME.search(text) is not None
