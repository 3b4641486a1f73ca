"""What an address has in common with its like, as far as one address alone can tell."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote, urlsplit

DEEPEST = 12
"""Segments of a path that are told apart; what is behind them is one mark."""

_ENDING = re.compile(r"(?<=[^.])\.[A-Za-z][A-Za-z0-9]{1,4}$")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_HASH = re.compile(r"(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12,}", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")
_SWITCH = re.compile(r"[a-z]\d|\d[a-z]|[a-z][A-Z]")
# Names of few words are sections, tags or files of lists; more words are a headline.
_SLUG_WORDS, _LONG, _LONG_IDEOGRAPHS = 3, 24, 8
_SHORT_WORD = re.compile(r"[a-z]{1,12}(?:[-_]#)+", re.IGNORECASE)
_PAGED = re.compile(
    r"/(?:page|pages|pg?|pn|seite|pagina|index|list|default)[/_-]?#(?:[-_]#)*(?:\.\w+)?(?:$|\?)"
    r"|/[a-z]{1,12}_#(?:\.\w+)?(?:$|\?)"
    r"|[?&](?:page|paged|p|pn|pg|pageno|page_no|pagenum|pageindex|curpage|currentpage|offset|start)=#",
    re.IGNORECASE,
)


def shape_of(url: str) -> str:
    """Return the shape of an address: digits, hashes and headlines as marks, the depth kept, the query's keys sorted.

    Values of a query are kept where they are words: `a=show` and `a=lists` part the articles of many systems from their
    lists. The host is no part of it, nor is a slash at the end: sites link with and without.

    >>> shape_of("https://a.cn/2014/0725/24735_2.html"), shape_of("https://a.cn/2009/06/08/an-old-tale-of-mine/")
    ('/#/#/#_#.html', '/#/#/#/*')
    >>> shape_of("https://a.cn/index.php?id=7&a=show&s=5d41402abc4b2a76"), shape_of("https://a.cn/tag/linux/page/3/")
    ('/index.php?a=show&id=#&s=@', '/tag/linux/page/#')
    """
    names, query = parted(url)
    return join(names, query)


def join(names: tuple[str, ...], query: tuple[tuple[str, str], ...]) -> str:
    """Return the parts of a shape as one."""
    path = "/" + "/".join(names)
    return path + ("?" + "&".join(f"{name}={value}" for name, value in query) if query else "")


@lru_cache(maxsize=4096)
def parted(url: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the marked segments of a path, and the marked query, by name."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ("",), ()
    path = unquote(parts.path).strip("/")
    names = [mark(name) for name in path.split("/", DEEPEST)] if path else []
    if len(names) > DEEPEST:
        names[DEEPEST:] = ["**"]
    pairs = (pair.partition("=") for pair in parts.query.split("&", DEEPEST * 2)[: DEEPEST * 2] if pair)
    return tuple(names), tuple(sorted({(mark(name), mark(unquote(value))) for name, _, value in pairs}))


def mark(name: str) -> str:
    """Return a segment with what varies marked: `#` a number, `@` a hash, `*` a headline.

    >>> [mark(name) for name in ("list_12.html", "how-to-fly-a-kite.html", "t20240506_31.shtml", "9f86d081884c7d65")]
    ['list_#.html', '*.html', 't#_#.shtml', '@']
    """
    ending = match[0].lower() if (match := _ENDING.search(name[-6:])) else ""
    stem = name[: len(name) - len(ending)][:200]
    if _UUID.fullmatch(stem) or _HASH.fullmatch(stem):
        return "@" + ending
    words = _WORD.findall(stem)
    numbered = _DIGITS.sub("#", stem)
    if _SHORT_WORD.fullmatch(numbered):
        return numbered.lower() + ending
    if len(stem) >= 10 and len(words) == 1 and len(_SWITCH.findall(stem)) >= 3:
        return "@" + ending
    wordy = sum(not word.isdigit() for word in words)
    if wordy >= _SLUG_WORDS or len(stem) >= _LONG or (not stem.isascii() and len(stem) >= _LONG_IDEOGRAPHS):
        return "*" + ending
    return numbered.lower() + ending


def is_marked(name: str) -> bool:
    """Return whether all that a segment says is a mark."""
    return name.partition(".")[0] in ("#", "@", "*", "**")


def is_paged(shape: str) -> bool:
    """Return whether a shape is that of the further pages of a list, as nearly all systems write them.

    >>> is_paged("/tag/linux/page/#"), is_paged("/a/index_#.html"), is_paged("/list.php?p=#"), is_paged("/#/#/#.html")
    (True, True, True, False)
    """
    return _PAGED.search(shape) is not None


def number_of(url: str) -> int:
    """Return which page of its list a further page is; 0 where an address has no number.

    >>> number_of("https://a.cn/tag/linux/page/12/"), number_of("https://a.cn/list.php?cat=3&page=7&x=a")
    (12, 7)
    """
    return _page_of(url)[1]


def list_of(url: str) -> str:
    """Return the list that an address is a further page of: the address without the page's number.

    >>> list_of("https://a.cn/tag/linux/page/12/"), list_of("https://a.cn/list.php?cat=3&page=7&x=a")
    ('/tag/linux/page/#/', '/list.php?cat=3&page=#&x=a')
    """
    return _page_of(url)[0]


@lru_cache(maxsize=4096)
def _page_of(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    before, after = f"{parts.path}?", ""
    for pair in parts.query.split("&"):
        if _PAGED.search("?" + _DIGITS.sub("#", pair)):
            before, after = f"{parts.path}?{parts.query}".split(pair, 1)
            before += pair
            break
    else:
        before, after = parts.path, f"?{parts.query}" if parts.query else ""
    numbers = list(_DIGITS.finditer(before))
    if not numbers:
        return before + after, 0
    last = numbers[-1]
    return f"{before[: last.start()]}#{before[last.end() :]}{after}", int(last[0][:9])


def repeats(url: str) -> str | None:
    """Return the word that an address says three times or more, as links do that are resolved against themselves.

    >>> repeats("https://a.cn/news/news/news/1.html"), repeats("https://a.cn/2011/11/11/11.html")
    ('news', None)
    """
    seen: dict[str, int] = {}
    for name in unquote(urlsplit(url).path).lower().split("/"):
        if name and not name.isdigit():
            seen[name] = seen.get(name, 0) + 1
            if seen[name] == 3:
                return name
    return None
