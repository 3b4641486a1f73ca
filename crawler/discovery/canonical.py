"""Which parts of a site's addresses say nothing: session ids, and those without which pages read the same."""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from crawler.discovery.marks import is_marked, mark
from pipelines.urls import canonical_url

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

ENOUGH = 3
"""Different pages that read the same under two addresses, from which what parts these addresses says nothing."""
PAGES = 16_384
"""Pages that are remembered by their addresses, and by what they say."""
RULES = 500
FORMS = 8_192
"""Addresses of which it is remembered what the rules make of them."""
_PAIRS = 256
"""Of them so many are remembered of each rule."""
LEAST_TEXT = 120
"""Characters; a page that says less may be a notice that stands in for many pages."""
_COPIES = 0.75
"""Of the pages that were read below a folder, those that are copies, from which the folder is a mirror."""

_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid|sessionid|s)=[^/;?]*|/\((?:[A-Z]\([\w-]{8,}\))+\)", re.IGNORECASE)
_SESSION = re.compile(
    r"(?:php|j|asp(?:\.net_)?|cf|cgi|osc?|zen|x)?_?sess(?:ion)?_?(?:id|key|token)\w{0,8}"
    r"|phpsessid|jsessionid|cftoken|zenid|oscsid|csrf_?token|_csrf|xsrf",
    re.IGNORECASE,
)
_SHORT_NAME = re.compile(r"s|sid|osid|token", re.IGNORECASE)
# Names that also mean a section: what they hold is to look like nothing but a session's id.
_RANDOM = re.compile(r"(?=[^\d]*\d)(?=[^a-z]*[a-z])[0-9a-z]{16,}", re.IGNORECASE)
_COUNT = re.compile(r"\d+")


def without_session(url: str) -> str:
    """Return an address without the id of a session.

    >>> without_session("https://a.cn/n/1.jsp;jsessionid=0A1B2C?id=3&PHPSESSID=9f86d0"), without_session("https://a.cn/?sid=12")
    ('https://a.cn/n/1.jsp?id=3', 'https://a.cn/?sid=12')
    """
    if ";" not in url and "(" not in url and "?" not in url:
        return url
    parts = _split(url)
    if parts is None:
        return url
    pairs = [pair for pair in parts.query.split("&") if not _is_session(*pair.partition("=")[::2])]
    return urlunsplit(parts._replace(path=_IN_PATH.sub("", parts.path) or "/", query="&".join(pairs)))


def without_tracking(url: str) -> str:
    """Return an address without what says where a reader came from, and otherwise as it is.

    >>> without_tracking("https://a.cn/n/?id=3&utm_source=feed&a=%7E")
    'https://a.cn/n/?id=3&a=%7E'
    """
    parts = _split(url) if "?" in url else None
    if parts is None:
        return url
    kept = {pair.partition("=")[0] for pair in urlsplit(canonical_url(url)).query.split("&")}
    pairs = [
        pair
        for pair in parts.query.split("&")
        if unquote(pair.partition("=")[0]) in kept or "%" in pair.partition("=")[0]
    ]
    return urlunsplit(parts._replace(query="&".join(pairs)))


def _is_session(name: str, value: str) -> bool:
    if _SESSION.fullmatch(name):
        return True
    return _SHORT_NAME.fullmatch(name) is not None and _RANDOM.fullmatch(value) is not None


def digest_of(document: Document, item: ArticleItem, *, is_article: bool) -> int | None:
    """Return 64 bits of what a page says, None where that is too little to know the page by.

    Of an article that is its title and text; of any other page its lines in any order, since lists are sorted in many
    ways, and without the numbers of short lines, which are counters.
    """
    if is_article:
        lines = [item.title or "", *item.body]
    else:
        lines = sorted({line if len(line) > 30 else _COUNT.sub("", line) for line in _lines(document)})
    if sum(map(len, lines)) < LEAST_TEXT:
        return None
    text = "\n".join("".join(line.split()) for line in lines)
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _lines(document: Document) -> Iterator[str]:
    return (block.text for block in document.blocks)


class Canonical:
    """Learns which query parameters and folders of a site's addresses may be left out; its memory is bounded.

    A rule is `?name` (the parameter says nothing), `/a/b-` (below /a, the folder b says nothing) or `/a/b>c` (below /a,
    folder b shows what c shows).
    """

    def __init__(self) -> None:
        self._pages: OrderedDict[int, int] = OrderedDict()
        """Hash of an address -> digest."""
        self._first: OrderedDict[int, str] = OrderedDict()
        """Digest -> the first address under which it was read."""
        self._rests: OrderedDict[int, tuple[int, str]] = OrderedDict()
        """Hash of an address without one parameter -> digest and value of the first that was read."""
        self._pairs: OrderedDict[str, set[int]] = OrderedDict()
        """Rule -> digests of pages that read the same with and without."""
        self._against: OrderedDict[str, int] = OrderedDict()
        self._below: OrderedDict[str, int] = OrderedDict()
        """Folder -> pages read below it."""
        self.rules: set[str] = set()
        self._forms: OrderedDict[str, str] = OrderedDict()
        """Address -> what these rules make of it: most links of a page are those of the page before."""

    def of(self, url: str) -> str:
        """Return an address without what says nothing."""
        url = without_tracking(without_session(url))
        if not self.rules:
            return url
        form = self._forms.get(url)
        if form is None:
            form = self._forms[url] = self._by_rules(url)
            _bound(self._forms, FORMS)
        return form

    def _by_rules(self, url: str) -> str:
        parts = _split(url)
        if parts is None:
            return url
        query = "&".join(pair for pair in parts.query.split("&") if f"?{pair.partition('=')[0]}" not in self.rules)
        return urlunsplit(parts._replace(path=self._path(parts.path), query=query))

    def saw(self, url: str, digest: int | None) -> str | None:
        """Take a page; return the address of which it is a copy, None where it is none.

        Of two addresses of one page that with fewer parameters and folders is the page's own, whichever came first.
        """
        parts = _split(url)
        if digest is None or parts is None:
            return None
        for folder, _ in _folders(parts.path):
            _count(self._below, folder)
        first = self._first.setdefault(digest, url)
        _bound(self._first, PAGES)
        self._parameters(parts, digest)
        _put(self._pages, hash(url), digest)
        if first == url:
            return None
        there = urlsplit(first)
        if there.query == parts.query and (found := _difference(there.path, parts.path)) is not None:
            rule, folder = found
            self._support(rule, digest, within=self._below.get(folder, 0))
        if _parts(parts) < _parts(there):
            self._first[digest] = url
            return None
        return first

    def dump(self) -> str:
        """Return what a later run is to know, as JSON."""
        return json.dumps(sorted(self.rules), ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Canonical:
        """Return what an earlier run has dumped; nothing, where that can't be read."""
        learnt = cls()
        try:
            rules = json.loads(text)
        except ValueError:
            return learnt
        if isinstance(rules, list):
            learnt.rules = {rule for rule in rules if isinstance(rule, str)}
        return learnt

    def _path(self, path: str) -> str:
        for folder, rest in _folders(path):
            if f"{folder}-" in self.rules:
                return path[: len(path) - len(rest) - len(folder.rpartition("/")[2]) - 1] + rest or "/"
            for rule in self.rules:
                if rule.startswith(f"{folder}>"):
                    before = path[: len(path) - len(rest) - len(folder.rpartition("/")[2])]
                    return before + rule.partition(">")[2] + rest
        return path

    def _parameters(self, parts: SplitResult, digest: int) -> None:
        pairs = parts.query.split("&") if parts.query else []
        for number, pair in enumerate(pairs[:20]):
            name, _, value = pair.partition("=")
            rest = urlunsplit(parts._replace(query="&".join(pairs[:number] + pairs[number + 1 :])))
            bare = self._pages.get(hash(rest))
            other = (bare, None) if bare is not None else self._rests.get(hash((name, rest)))
            if other is None:
                _put(self._rests, hash((name, rest)), (digest, value))
            elif other[1] != value:
                if other[0] == digest:
                    self._support(f"?{name}", digest)
                else:
                    _count(self._against, f"?{name}")

    def _support(self, rule: str, digest: int, *, within: int = 0) -> None:
        pages = self._pairs.setdefault(rule, set())
        _bound(self._pairs, RULES)
        if len(pages) < _PAIRS:
            pages.add(digest)
        if len(pages) < ENOUGH or len(pages) < _COPIES * within or self._against.get(rule, 0) > len(pages):
            return
        if len(self.rules) < RULES:
            self.rules.add(rule)
            self._forms.clear()


def _difference(first: str, later: str) -> tuple[str, str] | None:
    """Return the rule that makes one path of two, and the folder that it is about; None where there is none.

    >>> _difference("/news/1.html", "/m/news/1.html"), _difference("/news/1.html", "/print/1.html")
    (('/m-', '/m'), ('/print>news', '/print'))
    >>> _difference("/news/1.html", "/news/2.html") is None
    True
    """
    here, there = first.strip("/").split("/"), later.strip("/").split("/")
    if len(here) > len(there):
        here, there = there, here
    same = next((n for n, (one, two) in enumerate(zip(here, there, strict=False)) if one != two), len(here))
    if same >= len(there) - 1 or is_marked(mark(unquote(there[same]))):
        return None
    folder = "/" + "/".join(there[: same + 1])
    if len(there) == len(here) + 1 and here[same:] == there[same + 1 :]:
        return f"{folder}-", folder
    if len(there) == len(here) and here[same + 1 :] == there[same + 1 :]:
        return f"{folder}>{here[same]}", folder
    return None


def _folders(path: str) -> Iterator[tuple[str, str]]:
    """Yield the folders of a path that have names, each with what is behind it.

    >>> list(_folders("/m/2024/a/1.html"))
    [('/m', '/2024/a/1.html'), ('/m/2024/a', '/1.html')]
    """
    names = path.split("/")[1:]
    for number, name in enumerate(names[:-1][:4], 1):
        if name and not is_marked(mark(unquote(name))):
            yield "/" + "/".join(names[:number]), "/" + "/".join(names[number:])


def _parts(parts: SplitResult) -> tuple[int, int]:
    return parts.query.count("=") + bool(parts.query), parts.path.count("/")


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _put(memory: OrderedDict[int, Any], key: int, value: object) -> None:
    memory[key] = value
    _bound(memory, PAGES)


def _count(memory: OrderedDict[str, int], key: str) -> None:
    memory[key] = memory.get(key, 0) + 1
    memory.move_to_end(key)
    _bound(memory, RULES)


def _bound(memory: OrderedDict[Any, Any], most: int) -> None:
    if len(memory) > most:
        memory.popitem(last=False)
