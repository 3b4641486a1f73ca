"""Words in a page's bytes, however the page writes them: charset, mark-up, escapes, white space."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

_CHARSETS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "shift_jis", "euc-kr", "cp1252")
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BLANK = re.compile(r"(?:\\[nrt]|[\s\\\u200b\ufeff])+")


class Wording:
    """Words that are looked for in pages."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(set(words))
        self._needles = sorted({needle for word in self._words for needle in _encoded(word)})
        self._folded = sorted({_BLANK.sub("", word) for word in self._words} - {""})

    def is_in(self, page: bytes) -> bool:
        """Return whether any of the words stands in a page.

        >>> wording = Wording(["光谱仪投入使用了"])
        >>> wording.is_in("<b>光谱仪</b> 投入使用了".encode("gb18030")), wording.is_in(b"<b>")
        (True, False)
        """
        if any(needle in page for needle in self._needles):
            return True
        return any(word in text for text in _readings(page) for word in self._folded)


def _encoded(word: str) -> Iterator[bytes]:
    for text in {word, html.escape(word), html.escape(word, quote=False)}:
        for charset in _CHARSETS:
            try:
                yield text.encode(charset)
            except UnicodeEncodeError:
                continue


def _readings(page: bytes) -> Iterator[str]:
    """Yield the text of a page without mark-up, escapes and white space, by each charset that it may be in."""
    try:
        yield _plain(page.decode("utf-8"))
    except UnicodeDecodeError:
        charsets: tuple[str, ...] = _CHARSETS[1:]
    else:
        # UTF-16 of ASCII alone is UTF-8, too.
        charsets = ("utf-16-le", "utf-16-be") if b"\0" in page else ()
    for charset in charsets:
        yield _plain(page.decode(charset, "replace"))


def _plain(text: str) -> str:
    text = html.unescape(_TAG.sub("", text))
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if "%" in text:
        text = unquote(text)
    return _BLANK.sub("", text)
