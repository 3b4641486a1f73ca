"""The words that lead to the articles before and after: 上一篇, 没有了, Previous, Plus récent."""

from __future__ import annotations

import re

_CJK = (
    r"(?P<{side}>{one} ?[一1] ?(?:篇|条|個|个|则|則|章|节|頁|页|期|主题|帖)|(?<!最){old} ?一 ?(?:篇|条|个|则|页)"
    r"|{one} ?(?:篇|条|则)(?![\u4e00-\u9fff]))(?:文章|新闻|信息|资讯|内容|产品|博文|案例|公告|日志)?"
)
_THING = "(?:post|article|story|entry|news|page|artikel|beitrag)"
_PREVIOUS = (
    rf"previous(?: {_THING})?|prev(?: {_THING})?|older(?: (?:entrie|{_THING})s?)?|article précédent|précédente?"
    rf"|plus ancien(?:ne)?s?|vorherige[rs]?(?: {_THING})?|ältere[rs]?(?: {_THING})?"
    r"|(?:artículo |entrada )?anterior|(?:articolo )?precedente|vorige"
)
_FOLLOWING = (
    rf"next(?: {_THING})?|newer(?: (?:entrie|{_THING})s?)?|article suivant|suivante?|plus récente?s?"
    rf"|nächste[rs]?(?: {_THING})?|neuere[rs]?(?: {_THING})?"
    r"|(?:artículo |entrada )?siguiente|(?:articolo )?successivo|volgende|próximo"
)
LABEL = re.compile(
    rf"(?:{_CJK.format(side='prev', one='上', old='前')}|{_CJK.format(side='next', one='下', old='[后後]')}"
    rf"|(?<![^\W\d_])(?i:(?P<previous>{_PREVIOUS})|(?P<following>{_FOLLOWING}))(?![^\W\d_])"
    r")(?: ?[:：∶】\]]+)? ?"
)
STEMS = (
    "上 下 前 后 後 prev next older newer précéd suivant récent ancien vorherig nächst älter neuer anterior siguiente "
    "precedente successiv vorige volgende próximo"
).split()
"""One of these is in every label, in lower case."""
_KIND = "(?:更多|相关|任何|[上下]一?[篇条]|数据|文章|内容|新闻|信息|记录)"
NOTHING = re.compile(
    rf"[\[(（【]?(?:(?:已经?|这|本|当前|对不起|很抱歉|抱歉)?[，,]?(?:已经?)?[没沒](?:有|找到)?了?{_KIND}{{0,3}}了?"
    rf"|暂(?:无|时没有|没有).{{0,8}}|无{_KIND}{{0,3}}|返回(?:.{{0,4}}列表|首页|上[一级]?[页级层]|目录|栏目|主页)?|列表|首页|末页|尾页"
    r"|最[后後]一?[页頁篇条]|最[前新]一?[页頁篇条]|第一[页篇条]|(?:这)?(?:已经?)?是?(?:最[后前末新]|第)一?[页篇条个].{0,6}"
    r"|none|no (?:more|previous|next|newer|older).{0,20}|null|n/a|空|没有资料)[\])）】]?[!！。.]*",
    re.IGNORECASE,
)
