"""Whether a page that was answered as any other says that what was asked for isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

_LONGEST = 120
"""Characters of a line that may say so; longer ones are prose."""
_PROSE = 40
"""Weight of a line, outside of links, from which it is prose: an ideograph weighs 2."""
_MOST_PROSE = 400
"""Weight of a page's prose up to which a headline or title that says so is believed."""
_LITTLE_PROSE = 160
"""The same for any other line."""
_FEW_LETTERS = 14
"""Letters that a line may say besides."""
_MOST_SCRIPT = 4_000
"""Characters of a script that may be a notice."""

_PLAIN = str.maketrans("頁網刪內訪問資訊無該這個請連結檔視頻圖帖題專欄們務許經過從發佈轉見丟’", "页网删内访问资讯无该这个请连结档视频图帖题专栏们务许经过从发布转见丢'")  # fmt: skip

_THING = (
    "页面|网页|网址|文章|内容|信息|新闻|资讯|稿件|帖子|贴子|主题|资源|文件|地址|链接|栏目|文档|数据|记录|视频|图片|日志|专题|话题|页"
)
_CHINESE = rf"""
    (?:{_THING})(?:可能|也许|暂时|暂|或者|或|已经|已|不|并|被|遭|（[^）]{{0,12}}）|\([^)]{{0,12}}\)){{0,5}}
      (?:不存在|没有找到|没找到|未找到|找不到|无法找到|未发现|删除|移除|移走|移动|撤下|下线|下架|失效|过期|不见了|走丢了|飞走了|消失了|丢失了?|丢了)
    |(?:没有|无法|未能?|找不到|没能?)(?:找到)?(?:您|你|我们)?(?:所|要|想要?|正在)?(?:访问|查看|浏览|请求|查找|寻找|打开|找)?的?(?:该|此|这个|本|指定的?|相关的?|任何)?(?:{_THING})
    |(?:内容|文章|帖子|信息)(?:已|因)[^，。]{{0,10}}(?:无法查看|不可见|删除|屏蔽)
    |(?:页面|网页)(?:找不到|不见|走丢)"""
_ENGLISH = r"""
    (?:page|article|post|story|content|item|document|file|url|resource|topic|thread|entry|it)\b[\w\s,']{0,40}?\b
      (?:not\ found|(?:can't|cannot|can\ not|could\ not|couldn't)\ be\ found|(?:doesn't|does\ not|didn't|do\ not)\ (?:seem\ to\ )?exist
        |no\ longer\ (?:exists?|available|here|online)|(?:has|have)\ been\ (?:removed|deleted|taken\ down)|was\ (?:removed|deleted|not\ found)
        |(?:is|are)\ (?:not|no\ longer)\ (?:available|here)|isn't\ (?:available|here)|is\ (?:gone|missing|unavailable)|has\ (?:expired|gone))
    |(?:can't|cannot|can\ not|could\ not|couldn't|unable\ to)\ (?:seem\ to\ )?find\ (?:the|that|this|your|a)\ (?:\w+\ )?(?:page|article|post|story|content)
    |no\ such\ (?:page|article|post|file|thread|topic)|nothing\ (?:was\ )?found(?:\ here)?|not\ found|error\ 404|404\ error|http\ 404"""
_OTHERS = r"""
    page\ (?:introuvable|non\ trouvée|inexistante)|(?:page|article|contenu)\ n'(?:existe|est)\ (?:pas|plus)(?:\ disponible)?|(?:article|contenu)\ introuvable
    |seite\ (?:wurde\ )?(?:leider\ )?nicht\ gefunden|seite\ existiert\ (?:leider\ )?nicht(?:\ mehr)?|(?:artikel|inhalt|beitrag)\ (?:ist\ |wurde\ )?(?:leider\ )?(?:nicht\ (?:mehr\ verfügbar|gefunden)|gelöscht)
    |página\ no\ (?:encontrada|existe|disponible)|no\ se\ (?:ha\ )?(?:encontró|encontrado|pudo\ encontrar)\ la\ página|(?:artículo|página|contenido)\ ya\ no\ (?:está\ disponible|existe)
    |página\ não\ (?:encontrada|existe)|pagina\ non\ (?:trovata|esiste|disponibile)|pagina\ niet\ gevonden|sidan\ (?:kunde\ inte\ hittas|finns\ inte|hittades\ inte)
    |nie\ znaleziono\ strony|strona\ nie\ (?:istnieje|została\ znaleziona)|sayfa\ bulunamadı|không\ tìm\ thấy\ trang|trang\ không\ tồn\ tại
    |(?:страница|статья|материал|документ)\ (?:была?\ )?(?:не\ найдена?|удал[её]на?|не\ существует)|страницы\ не\ существует|الصفحة\ غير\ موجودة
    |(?:ページ|页|记事|記事|コンテンツ)(?:は|が)?(?:すでに|既に)?(?:见つかり|見つかり|存在し|あり|削除され)(?:ません|ました|ています)(?:でした)?
    |페이지를\ 찾을\ 수\ 없|존재하지\ 않는\ (?:페이지|게시물|글|기사)|삭제된\ (?:기사|게시물|글|페이지)"""
_MISSING = re.compile(f"(?:{_CHINESE}|{_ENGLISH}|{_OTHERS})", re.IGNORECASE | re.VERBOSE)
_ONLY_CODE = re.compile(r"\W*(?:http|error|错误|错误代码|code)?\W*404\W*(?:error|错误|页面|page|not found|页)?\W*", re.IGNORECASE)

# What such a line says besides: that it is sorry, whose page it is, and where to go.
_BESIDES = re.compile(
    r"抱歉|对不起|很遗憾|非常|哎呀|啊哦|哦|sorry|o+ps|uh[ -]?oh|we're|we are|hmm+|whoops|désolé|leider|lo sentimos|404|error|http|"
    r"您|你|我们|所|正在|想要?|要|访问|查看|浏览|请求|查找|寻找|打开|的|该|此|这个|本|指定|当前|或者?|已经?|被|可能|不存在|"
    r"删除|移除|移动|更名|改名|审核|暂时|不可用|无法|链接|地址|输入|错误|请|检查|返回|首页|上一页|点击|这里|稍后|再试|秒后?|自动|跳转|"
    r"由于|因|作者|发布者|管理员|违规|it looks like|the|that|this|you|are|is|were|was|looking for|requested|has|have|been|be|may|might|or|"
    r"removed|deleted|moved|renamed|temporarily|unavailable|cette|la|die|diese|das|esta|que|vous|buscas?|demandée?|gesuchte|お探しの|指定された|"
    r"申し訳ございません|申し訳ありません|요청하신|죄송합니다|запрашиваемая|извините|к сожалению|such|any|longer|available|here|at|location|url|we|"
    r"but|and|home|go|back|to|return|please|try|searching|search|perhaps|can|help",
    re.IGNORECASE,
)  # fmt: skip
_NOT_IT = re.compile(r"评论|回复|留言|用户|头像|comments?\b|repl(?:y|ies)\b|users?\b|javascript|cookies?\b|flash", re.IGNORECASE)
_PARTS = re.compile(r"\s+[-–—|_·»:]\s*|\s*[|_»]\s*|\s*[-–—]\s+|——?|：")
_SAID_BY_SCRIPT = re.compile(r"""(?:alert|confirm|write|msg|tip|layer\.\w+)\s*\(\s*(["'])([^"'\n]{2,120})\1""")


def says_missing(document: Document, item: ArticleItem) -> str | None:
    """Return the page's words that what was asked for isn't there, None where it says no such thing.

    They count only where the page is nothing else: an article about such pages, or one that quotes the words, is one.
    """
    # What tells most pages is asked first.
    if sum(map(_weight, item.body)) > 2 * _MOST_PROSE:
        return None
    prose = 0
    for block in document.blocks:
        if not block.links and (weight := _weight(block.text)) >= _PROSE and not _says(block.text):
            prose += weight
            if prose > _MOST_PROSE:
                return None
    for heading in _headings(document):
        if words := _says(heading):
            return words
    if prose <= _LITTLE_PROSE and not (item.published and len(item.body) > 1):
        for block in document.blocks:
            if words := _says(block.text):
                return words
        if sum(len(block.text) for block in document.blocks) <= _LONGEST:
            return _by_script(document)
    return None


def _headings(document: Document) -> Iterator[str]:
    for title in document.tree.iter("title"):
        whole = " ".join("".join(title.itertext()).split())[: 2 * _LONGEST]
        yield whole
        # Beside the site's name.
        yield from _PARTS.split(whole)[:6]
        break
    for element in document.tree.xpath("(//h1 | //h2 | //h3)[position() <= 6]"):
        yield " ".join("".join(element.itertext()).split())


def _says(line: str) -> str | None:
    """Return a line if all that it says is that something is missing.

    >>> _says("抱歉，您访问的页面不存在或已被删除"), _says("Oops! That page can’t be found.")
    ('抱歉，您访问的页面不存在或已被删除', 'Oops! That page can’t be found.')
    >>> _says("How we made our page not found by search engines") is None
    True
    """
    if not 2 <= len(line) <= _LONGEST:
        return None
    plain = line.translate(_PLAIN)
    if _ONLY_CODE.fullmatch(plain):
        return line
    match = _MISSING.search(plain)
    if match is None or _NOT_IT.search(plain):
        return None
    rest = _BESIDES.sub("", plain[: match.start()] + " " + plain[match.end() :])
    return line if sum(map(str.isalpha, rest)) <= _FEW_LETTERS else None


def _by_script(document: Document) -> str | None:
    for script in document.tree.iter("script"):
        for said in _SAID_BY_SCRIPT.finditer((script.text or "")[:_MOST_SCRIPT]):
            if words := _says(said[2]):
                return words
    return None


def _weight(text: str) -> int:
    return sum(2 if character >= "⺀" else 1 for character in text)
