"""Text as readers see it: white space folded, invisible characters gone, every other character as the page has it."""

from __future__ import annotations

import re
from typing import Any

# What no reader sees and no encoder of JSON takes: control characters, byte order marks, soft hyphens, lone surrogates.
# Joiners (U+200C, U+200D) stay: Persian words and emoji are made with them.
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]+")


def fold(text: str | None) -> str | None:
    r"""Return the text in one line, None when nothing is left.

    >>> fold("\u3000新\xa0 闻\n"), fold(" \u200b")
    ('新 闻', None)
    """
    if text is None:
        return None
    # str.split takes U+3000, no-break spaces and line separators for white space too, in linear time.
    # What is printable has nothing to be taken out, and that is soon seen.
    return " ".join((text if text.isprintable() else _INVISIBLE.sub("", text)).split()) or None


def fold_paragraphs(paragraphs: list[str]) -> str | None:
    r"""Return the paragraphs parted by one blank line, lines inside them kept; None when there is no text.

    >>> fold_paragraphs(["一 ", "\u3000", "二\n三"])
    '一\n\n二\n三'
    """
    folded = ("\n".join(filter(None, map(fold, paragraph.split("\n")))) for paragraph in paragraphs)
    return "\n\n".join(filter(None, folded)) or None


def split_tag(title: str) -> tuple[str | None, str]:
    """Return the leading 【tag】 of a folded headline and what it stands before.

    >>> split_tag("【行业新闻】科学仪器"), split_tag("【公告】")
    (('行业新闻', '科学仪器'), (None, '【公告】'))
    """
    match = _TAG.fullmatch(title)
    return (match[1].strip(), match[2]) if match and match[1].strip() else (None, title)


def fold_name(text: str | None) -> str | None:
    """Return a source's or a person's name without what is left of its label or of the brackets around both.

    >>> fold_name("来源：[新华网]"), fold_name("《人民日报》"), fold_name("--")
    ('新华网', '《人民日报》', None)
    """
    name = fold(text)
    if name is None:
        return None
    name = _unbracket(_LABEL.sub("", _unbracket(name), count=1))
    return name if re.search(r"\w", name) else None


_TAG = re.compile(r"【([^【】]{1,24})】 ?(.+)")
_LABEL = re.compile(
    r"(?:(?:信息|文章|稿件|新闻|内容|本文)?(?:来源|來源|出处)|稿源|转自|转载自|作者|记者|责任编辑|责编|编辑|撰文|source|author|editor)"
    r" ?[:：] ?",
    re.IGNORECASE,
)
_BRACKETS = {"[": "]", "(": ")", "（": "）", "【": "】", "［": "］"}


def _unbracket(name: str) -> str:
    closing = _BRACKETS.get(name[:1])
    whole = closing is not None and name.endswith(closing) and name.count(name[0]) == 1 == name.count(closing)
    return name[1:-1].strip() if whole else name


def encodable(value: Any) -> Any:
    r"""Return plain values with every lone surrogate replaced, so that UTF-8 can hold them.

    >>> encodable({"title": ["\ud83d!"]})
    {'title': ['?!']}
    """
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {encodable(key): encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [encodable(item) for item in value]
        case _:
            return value
