"""How pages write counts of readers: 35, 3.5万, 1164次阅读, 本文被阅读 513 次, 1,234 views."""

from __future__ import annotations

import re

from .labelwords import holds

_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.\d{1,3})?(?: ?[千万萬亿億kKwW](?![a-zA-Z]))?\+?"
# Behind a count stands its unit or the end of the value, never what makes it a day, a share or a number of prose.
_VALUE_COUNT = re.compile(
    rf"[ (\[（【:：]*({_COUNT})(?: ?[)\]）】])?"
    r"(?! ?[年月日号级届%％:：\-~多余名个位篇本家元条项亩米吨岁分]| ?\.\d|\d| ?/ ?\d)"
    r"(?= ?(?:次|人|℃|°|views?|times?|[)\]）】|｜/·•,，;；。]|$)| \D)"
)
_VERB = "(?:阅读|浏览|点击|查看|访问|围观|阅览|瀏覽|閱讀|人气)"
_OPEN, _SHUT = r"(?:^|(?<=[\s|｜/·•(（]))", r"(?=$|[\s|｜/·•,，;；)）])"
_UNITS = re.compile(
    rf"(?<![\d.,-])({_COUNT}) ?(?:人次|次|人) ?(?:已经?)?{_VERB}(?!器)"
    rf"|(?:被|已有?|本文|文章)? ?{_VERB}(?:了|过)? ?({_COUNT}) ?(?:人次|次|遍)"
    rf"|围观 ?({_COUNT}) ?人"
    rf"|{_OPEN}(?:(?:阅读|浏览|点击|人气|热度)(?:量|数|次数)?|(?:访问|查看|阅览)(?:量|数|次数))"
    rf" ?[(（\[]? ?({_COUNT}) ?[)）\]]?{_SHUT}"
    rf"|{_OPEN}(?i:(\d{{1,3}}(?: \d{{3}})+|{_COUNT})"
    rf" ?(?:views?|vues|aufrufe|visitas|reads|hits|просмотр\w{{0,3}}|阅读|浏览)){_SHUT}"
)
HAS_DIGIT = re.compile(r"\d")
_LATIN_COUNTED = "view vues aufrufe visitas reads hits".split()
_COUNTED = (
    "阅读 浏览 点击 查看 访问 围观 阅览 瀏覽 閱讀 人气 热度 просмотр".split() + _LATIN_COUNTED,
    _LATIN_COUNTED,
)
"""The words without which no expression of units matches: in any text, and in one of ASCII alone."""
SITE_WIDE = re.compile(r"(?:累计|今日|昨日|本月|本周|总|全站|网站|本站|日均|在线|历史|栏目|平台|最高)[的]? ?$")
COUNT_ALONE = re.compile(rf"{_COUNT} ?次?")
TIMES = re.compile(rf"({_COUNT}) ?次$")
LONGEST_UNIT = 150
"""Characters of a line that may name what it counts."""


def count_at(raw: str) -> str:
    """Return the count at the start of a value; empty for none.

    >>> count_at("( 37 ) 次"), count_at("98%的情况下")
    ('37', '')
    """
    match = _VALUE_COUNT.match(raw)
    return match[1] if match else ""


def counted(text: str) -> str | None:
    """Return the first count that its unit names, and that is not the whole site's.

    >>> counted("本文被阅读 513 次"), counted("累计 999 次浏览")
    ('513', None)
    """
    if not holds(text, _COUNTED[text.isascii()]):
        return None
    for match in _UNITS.finditer(text):
        if not SITE_WIDE.search(text[: match.start()]):
            return str(next(filter(None, match.groups())))
    return None
