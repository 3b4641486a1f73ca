"""What makes content unfit for the archive."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.content import Content

# A whole title of this kind is the server's, not an author's; within a longer one the same words are news.
_ERROR_TITLES = re.compile(
    r"(?:error )?(?:40[0-9]|50[0-9])(?: ?(?:error|错误|页面|forbidden|(?:page )?not found|bad gateway|access denied))?"
    r"|(?:internal server|server|database) error|service (?:temporarily )?unavailable|bad gateway|gateway time-?out"
    r"|(?:page |file )?not found|forbidden|access denied|just a moment|attention required|are you a robot|系统发生错误"
    r"|(?:很抱歉|抱歉|对不起|出错了|sorry)?[ ,，!！]*(?:您|你)?(?:所)?(?:要?访问|要?查看|请求)?的?"
    r"(?:页面|网页|文章|内容|信息)(?:不存在|未找到|找不到|已(?:被)?删除|无法访问|走丢了)(?:或已(?:被)?删除)?"
    r"|(?:页面|系统|服务器|数据库)?(?:提示信息|错误提示|出错了|错误|系统提示|安全验证|访问验证|访问受限|禁止访问)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Invalid:
    """Why content goes to quarantine."""

    reason: str
    """One word, counted: http_status, no_title, error_page, no_body, regressed."""
    detail: str | None = None
    """What was found instead."""


def check(content: Content, *, http_status: int | None = None) -> Invalid | None:
    """Return what is wrong, None for content that may be stored. `http_status` is None for saved pages."""
    if http_status is not None and not 200 <= http_status < 300:
        return Invalid(reason="http_status", detail=str(http_status))
    if content.title is None:
        return Invalid(reason="no_title")
    if _is_error(content.title):
        return Invalid(reason="error_page", detail=content.title)
    if content.body is None and content.kind == "article":
        return Invalid(reason="no_body")
    return None


def _is_error(title: str) -> bool:
    return len(title) <= 40 and _ERROR_TITLES.fullmatch(title.strip(" .。…!！-_~?？")) is not None
