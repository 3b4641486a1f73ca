"""How pages say that what was asked for isn't there."""

from __future__ import annotations

import re

# Chinese is compared in simplified characters.
PLAIN = str.maketrans(
    "頁網刪內訪問資訊無該這個請連結檔視頻圖帖題專欄們務許經過從發佈轉見丟’",
    "页网删内访问资讯无该这个请连结档视频图帖题专栏们务许经过从发布转见丢'",
)

_THING = (
    "(?:页面|网页|网址|文章|内容|信息|新闻|资讯|稿件|帖子|贴子|主题|资源|文件"
    "|地址|链接|栏目|文档|数据|记录|视频|图片|日志|专题|话题|页)"
)
_MAYBE = r"(?:可能|也许|暂时|暂|或者|或|已经|已|不|并|被|遭|（[^）]{0,12}）|\([^)]{0,12}\)){0,5}"
_IS_GONE = (
    "(?:不存在|没有找到|没找到|未找到|找不到|无法找到|未发现|删除|移除|移走|移动|撤下|下线|下架|失效|过期|不见了|走丢了|飞走了|消失了"
    "|丢失了?|丢了)"
)
_LOOKED_FOR = "(?:您|你|我们)?(?:所|要|正在|想要?)?(?:访问|查看|浏览|请求|查找|寻找|打开|找)?的?"
_THIS = "(?:该|此|这个|本|指定的?|相关的?|任何)?"

_PHRASES = (
    # Chinese.
    f"{_THING}{_MAYBE}{_IS_GONE}",
    f"(?:没有|无法|未能?|找不到|没能?)(?:找到)?{_LOOKED_FOR}{_THIS}{_THING}",
    "(?:内容|文章|帖子|信息)(?:已|因)[^，。]{0,10}(?:无法查看|不可见|删除|屏蔽)",
    "(?:页面|网页)(?:找不到|不见|走丢)",
    # English.
    r"(?:page|article|post|story|content|item|document|file|url|resource|topic|thread|entry|it)\b[\w\s,']{0,40}?\b"
    r"(?:not found|(?:can't|cannot|can not|could not|couldn't) be found"
    r"|(?:doesn't|does not|didn't|do not) (?:seem to )?exist|no longer (?:exists?|available|here|online)"
    r"|(?:has|have) been (?:removed|deleted|taken down)|was (?:removed|deleted|not found)"
    r"|(?:is|are) (?:not|no longer) (?:available|here)|isn't (?:available|here)|is (?:gone|missing|unavailable)"
    r"|has (?:expired|gone))",
    r"(?:can't|cannot|can not|could not|couldn't|unable to) (?:seem to )?find (?:the|that|this|your|a) (?:\w+ )?"
    r"(?:page|article|post|story|content)",
    "no such (?:page|article|post|file|thread|topic)|nothing (?:was )?found(?: here)?|not found",
    "error 404|404 error|http 404",
    # French, German, Spanish, Portuguese, Italian, Dutch, Swedish, Polish, Turkish, Vietnamese.
    "page (?:introuvable|non trouvée|inexistante)|(?:article|contenu) introuvable",
    "(?:page|article|contenu) n'(?:existe|est) (?:pas|plus)(?: disponible)?",
    "seite (?:wurde )?(?:leider )?nicht gefunden|seite existiert (?:leider )?nicht(?: mehr)?",
    "(?:artikel|inhalt|beitrag) (?:ist |wurde )?(?:leider )?(?:nicht (?:mehr verfügbar|gefunden)|gelöscht)",
    "página no (?:encontrada|existe|disponible)|no se (?:ha )?(?:encontró|encontrado|pudo encontrar) la página",
    "(?:artículo|página|contenido) ya no (?:está disponible|existe)|página não (?:encontrada|existe)",
    "pagina non (?:trovata|esiste|disponibile)|pagina niet gevonden",
    "sidan (?:kunde inte hittas|finns inte|hittades inte)",
    "nie znaleziono strony|strona nie (?:istnieje|została znaleziona)|sayfa bulunamadı",
    "không tìm thấy trang|trang không tồn tại",
    # Russian, Arabic, Japanese, Korean.
    "(?:страница|статья|материал|документ) (?:была?|был )?(?:не найдена?|удал[её]на?|не существует)",
    "страницы не существует|الصفحة غير موجودة",
    "(?:ページ|页|记事|記事|コンテンツ)(?:は|が)?(?:すでに|既に)?(?:见つかり|見つかり|存在し|あり|削除され)"
    "(?:ません|ました|ています)(?:でした)?",
    "페이지를 찾을 수 없|존재하지 않는 (?:페이지|게시물|글|기사)|삭제된 (?:기사|게시물|글|페이지)",
)
MISSING = re.compile("|".join(f"(?:{phrase})" for phrase in _PHRASES), re.IGNORECASE)
ONLY_CODE = re.compile(
    r"\W*(?:(?:http|error|错误|错误代码|code)\W*)?404\W*(?:(?:error|错误|页面|page|not found|页)\W*)?", re.IGNORECASE
)

# What such a line says besides: that it is sorry, whose page it is, and where to go.
BESIDES = re.compile(
    "抱歉|对不起|很遗憾|非常|哎呀|啊哦|哦|您|你|我们|所|正在|想要?|要|访问|查看|浏览|请求|查找|寻找|打开"
    "|的|该|此|这个|本|指定|当前|或者?|已经?|被|可能|不存在|删除|移除|移动|更名|改名|审核|暂时|不可用"
    "|无法|链接|地址|输入|错误|请|检查|返回|首页|上一页|点击|这里|稍后|再试|秒后?|自动|跳转|由于|因|作者"
    "|发布者|管理员|违规|sorry|o+ps|uh[ -]?oh|we're|we are|hmm+|whoops|404|error|http|it looks like|the"
    "|that|this|you|are|is|were|was|looking for|requested|has|have|been|be|may|might|or|removed|deleted"
    "|moved|renamed|temporarily|unavailable|such|any|longer|available|here|at|location|url|we|but|and"
    "|home|go|back|to|return|please|try|searching|search|perhaps|can|help|désolé|cette|la|que|vous"
    "|demandée?|leider|die|diese|das|gesuchte|lo sentimos|esta|buscas?|お探しの|指定された"
    "|申し訳ございません|申し訳ありません|요청하신|죄송합니다|запрашиваемая|извините|к сожалению",
    re.IGNORECASE,
)
NOT_IT = re.compile(
    r"评论|回复|留言|用户|头像|comments?\b|repl(?:y|ies)\b|users?\b|javascript|cookies?\b|flash", re.IGNORECASE
)
"""What such a line is not about, or it says something else."""
