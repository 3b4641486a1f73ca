"""Where in its site an article stands: the breadcrumbs, and the category that they end with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from .blocks import Block
from .structured import Structured

_LEAD = re.compile(
    r"[\s>»›→]*(?:(?:您|你)?(?:现在|目前|当前)?(?:所)?(?:的)?(?:所在)?(?:位置|位于|当前栏目|在)(?:是)?|当前页面?"
    r"|您现在所在的位置|you are here) ?[:：>»›]*\s*",
    re.IGNORECASE,
)
_ROOT = re.compile(
    r"[\[【]?(?:(?:网站|返回|官网)?(?:首 ?页|主页)|home|homepage|home page|accueil|startseite|inicio|start)[\]】]?",
    re.IGNORECASE,
)
_LEAF = frozenset(
    "正文 文章正文 新闻正文 内容 内容页 文章内容 新闻内容 详情 详细内容 新闻详情 文章详情 信息内容 浏览文章 查看文章 "
    "内容详情 阅读 列表 文章列表".split()
)
_PARTS = re.compile(r" ?(?:[>»›→＞》]|&gt;|::|\\|(?<=\s)[/|·–-](?=\s)|(?<=[\u4e00-\u9fff])[/](?=[\u4e00-\u9fff]))+ ?")
_SIGN = re.compile(r"[>»›→＞》&:\\/|·–-]")
_NAMED = re.compile(r"bread-?_?crumb|crumbs?\b|\bposition\b|weizhi|\blocation\b|dqwz", re.IGNORECASE)
_LONGEST = 250


def find_breadcrumbs(
    blocks: Sequence[Block], title: str | None, title_at: int | None, structured: Structured
) -> tuple[list[str], str, int | None] | None:
    """Return the names from the root to the article's category, how they were found and in which line they begin."""
    until = len(blocks) if title_at is None else min(len(blocks), title_at + 3)
    for block in reversed(blocks[:until]):
        if len(block.text) > _LONGEST or (names := _names(block, blocks)) is None:
            continue
        if cleaned := list(_clean(names, title)):
            return cleaned, "breadcrumb", block.index
    if cleaned := list(_clean(structured.breadcrumbs, title)):
        return cleaned, "json-ld", None
    return None


def _names(block: Block, blocks: Sequence[Block]) -> list[str] | None:
    """Return the names that a line or a list of links states; None where it is no breadcrumb."""
    lead = _LEAD.match(block.text)
    labelled = bool(lead and lead[0].strip() and len(lead[0]) >= 3)
    text = block.text[lead.end() :] if labelled and lead else block.text
    if not labelled and not (block.links and _SIGN.search(text)) and not _ROOT.fullmatch(text):
        return None
    parts = [part.strip() for part in _PARTS.split(text)]
    if len(parts) > 1 and block.links and (labelled or _ROOT.fullmatch(parts[0] or parts[1]) or _named(block.element)):
        return parts
    if not labelled and not _ROOT.fullmatch(block.text):
        return None
    # The names stand in elements of their own.
    holder = next(_holders(block.element), None)
    if holder is None:
        return parts if labelled and len(parts) > 1 else None
    names = [text] if text else []
    for after in blocks[block.index + 1 : block.index + 9]:
        if holder not in after.element.iterancestors() and after.element is not holder:
            break
        names.append(after.text)
    return [part.strip() for name in names for part in _PARTS.split(name)]


def _named(element: HtmlElement) -> bool:
    return any(_NAMED.search(name) for name in _marks(element))


def _marks(element: HtmlElement) -> Iterator[str]:
    for around in (element, *list(element.iterancestors())[:3]):
        yield " ".join((around.get("class", ""), around.get("id", ""), around.get("aria-label", "")))


def _holders(element: HtmlElement) -> Iterator[HtmlElement]:
    for around in (element, *list(element.iterancestors())[:3]):
        if _NAMED.search(" ".join((around.get("class", ""), around.get("id", ""), around.get("aria-label", "")))):
            yield around


def _key(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _clean(names: Sequence[str], title: str | None) -> Iterator[str]:
    own = _key(title or "")
    for name in names:
        name = name.strip(" >»›/|:：[]【】").strip()
        key = _key(name)
        if not key or len(name) > 40 or _ROOT.fullmatch(name) or name in _LEAF:
            continue
        if own and (
            key == own or (len(key) >= 6 and own.startswith(key.rstrip("."))) or (len(own) >= 6 and key.startswith(own))
        ):
            continue
        yield name
