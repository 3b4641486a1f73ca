"""Articles over several pages: which page of one an address is, which comes next, and all of them as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

MOST = 50
"""Pages of one article that are read."""

_NUMBERED = re.compile(r"(?P<stem>/(?:[^/]+/)*[^/]*?\w)[_-](?P<number>\d{1,2})(?P<ending>\.\w{2,5})")
_FOLDER = re.compile(r"(?P<stem>/(?:[^/]+/)*?[^/]+/)(?:page/)?(?P<number>\d{1,2})/?")
_FILE = re.compile(r"(?P<stem>/(?:[^/]+/)*[^/]*?\w)(?P<ending>\.\w{2,5})")
_QUERY = ("page", "p", "pn", "pg", "pageno", "page_no", "pageindex")
_TURN = re.compile(
    r"[\[(（【\s]*(?:第?\s*(?P<number>\d{1,2})\s*页?|下一?页|下页|后一?页|余下全文|next(?: page)?"
    r"|continue(?: reading)?|weiter|suivante?|siguiente|[>»›→]+)[\])）】\s>»›→]*",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"[\[(（【\s]*(?:第?\s*\d{1,2}\s*页?|上一?页|首页|prev(?:ious)?(?: page)?)[\])）】\s]*", re.IGNORECASE
)


class Place(NamedTuple):
    """Which page of which article an address would be."""

    stem: str
    """The same for all pages of one article."""
    number: int
    """From 1."""


def places(url: str) -> Iterator[Place]:
    """Yield what an address would be in each of the ways in which sites number the pages of an article.

    >>> list(places("https://a.cn/news/15427_2.html"))[0]
    Place(stem='//a.cn/news/15427|.html', number=2)
    >>> list(places("https://a.cn/news/15427.html"))[0]
    Place(stem='//a.cn/news/15427|.html', number=1)
    """
    parts = urlsplit(url)
    path, host = unquote(parts.path) or "/", f"//{parts.netloc.lower().removeprefix('www.')}"
    query = parse_qsl(parts.query, keep_blank_values=True)
    rest = urlencode([(name, value) for name, value in query if name.lower() not in _QUERY])
    for name, value in query:
        if name.lower() in _QUERY and value.isascii() and value.isdigit() and len(value) <= 2:
            yield Place(f"{host}{path}?{rest}", int(value))
    if len(rest) == len(urlencode(query)):
        yield from _by_path(host, path, f"?{rest}" if rest else "")
        yield Place(f"{host}{path}?{rest}", 1)


def _by_path(host: str, path: str, query: str) -> Iterator[Place]:
    if match := _NUMBERED.fullmatch(path):
        yield Place(f"{host}{match['stem']}|{match['ending']}{query}", int(match["number"]))
    if match := _FILE.fullmatch(path):
        yield Place(f"{host}{match['stem']}|{match['ending']}{query}", 1)
    if match := _FOLDER.fullmatch(path):
        yield Place(f"{host}{match['stem']}{query}", int(match["number"]))
    yield Place(f"{host}{path.rstrip('/')}/{query}", 1)


def next_part(document: Document, url: str) -> str | None:
    """Return the address of the page behind the one at `url` of the same article, if the page links to it as such."""
    here = dict(places(url))
    for element in document.tree.iterfind(".//a[@href]"):
        match = _TURN.fullmatch(_label(element)[:24])
        target = document.link(element.get("href")) if match else None
        if match is None or target is None:
            continue
        for place in places(target):
            named = match["number"]
            follows = place.stem in here and place.number == here[place.stem] + 1 > 1
            if follows and (named is None or int(named) == place.number):
                return target.partition("#")[0]
    return None


def is_part(document: Document) -> bool:
    """Return whether the page is page 2, 3, … of an article: it is numbered so, and leads back to the one before."""
    later = {place.stem: place.number for place in places(document.url) if 1 < place.number <= MOST}
    if not later:
        return False
    for element in document.tree.iterfind(".//a[@href]"):
        if not _BACK.fullmatch(_label(element)[:24]):
            continue
        for place in places(document.link(element.get("href")) or ""):
            if place.number < later.get(place.stem, 0):
                return True
    return False


def is_part_of(url: str, other: str) -> bool:
    """Return whether `url` would be a later page of the article at `other`.

    >>> is_part_of("http://a.cn/1_3.html", "http://a.cn/1.html"), is_part_of("http://a.cn/2.html", "http://a.cn/1.html")
    (True, False)
    """
    stems = {place.stem for place in places(other)}
    return any(place.number > 1 and place.stem in stems for place in places(url))


def joined(first: ArticleItem, parts: Sequence[ArticleItem]) -> ArticleItem:
    """Return an article with the text, pictures and files of its later pages behind its own; `first` is changed.

    What a page says again is left out: the title above each, the text of a page that only turns comments over.
    """
    said = {*first.body, first.title}
    shown = {image.url for image in first.images}
    for part in parts:
        first.body += [paragraph for paragraph in part.body if paragraph not in said]
        said.update(part.body)
        first.images += [image for image in part.images if image.url not in shown]
        shown.update(image.url for image in part.images)
        offered = {attachment.url for attachment in first.attachments}
        first.attachments += [attachment for attachment in part.attachments if attachment.url not in offered]
        for name in ("prev", "next", "editor", "source", "author"):
            # Such lines stand below the last page on many sites.
            if getattr(first, name) is None and getattr(part, name) is not None:
                setattr(first, name, getattr(part, name))
                first.evidence += [one for one in part.evidence if one.name == name]
    return first


def _label(element: object) -> str:
    return " ".join("".join(element.itertext()).split())  # type: ignore[attr-defined]  # lxml's
