"""Pages that a site's guards answer instead of its own: a riddle for people, or a plain refusal."""

from __future__ import annotations

import re

_LONGEST = 64 * 1024
"""Bytes; such pages are short."""
_MOST_LINKS = 3
"""And lead hardly anywhere: a site's own page that asks for a code at its log-in has links."""
_SIGNS = re.compile(
    rb"/cdn-cgi/challenge|cf-chl|_Incapsula_Resource|acw_sc__v2|aliyun_waf|__jsl_clearance|safeline|ddos-guard"
    rb"|datadome|captcha|geetest|yunsuo",
    re.IGNORECASE,
)
_WORDS = re.compile(
    "验证码|人机验证|安全验证|滑动验证|访问过于频繁|访问频繁|请求过于频繁|请求被拦截|访问被拦截|访问被拒绝|可能存在威胁|网站防火墙"
)


def is_challenge(body: bytes, text: str) -> bool:
    """Return whether a page, unpacked, is none of the site's own; `text` is its body decoded.

    >>> page = "<title>安全验证</title><p>请完成滑动验证后继续访问"
    >>> is_challenge(page.encode(), page), is_challenge(b"<h1>Welcome", "<h1>Welcome")
    (True, False)
    """
    if len(body) > _LONGEST or len(re.findall(rb"<a\s", body[:_LONGEST])) > _MOST_LINKS:
        return False
    return bool(_SIGNS.search(body) or _WORDS.search(text))
