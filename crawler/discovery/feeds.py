"""Feeds: RSS, Atom and JSON Feed, what they name, and where a page says that they are."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from crawler.discovery.entries import MOST_ENTRIES, Entry, Unreadable, address, title_of
from crawler.discovery.moments import moment
from crawler.discovery.packed import unpacked
from crawler.discovery.scope import Scope

if TYPE_CHECKING:
    from crawler.discovery.records import Record
    from crawler.extraction.document import Document

__all__ = ["MOST_FEEDS", "Entry", "Unreadable", "feeds_of", "is_feed", "read_feed"]

MOST_FEEDS = 10
"""Feeds of one page."""
_MOST_OBJECTS = 500_000
"""Objects of a JSON Feed; each takes some hundred bytes of memory."""

_HEAD = 1 << 14
"""Bytes by which it is told what a file is."""
_ROOTS = ("rss", "rdf", "feed", "search")
_KINDS = frozenset(("item", "entry"))
_PUBLISHED = ("published", "pubdate", "issued", "created", "date")
_MODIFIED = ("updated", "modified")
_LINKS = ("origlink", "link", "guid", "about", "url", "id")
"""Where an entry's address may be said; the first is that of FeedBurner, whose `link` is a counter's."""
_WANTED = frozenset((*_LINKS, *_PUBLISHED, *_MODIFIED, "title"))


def read_feed(body: bytes, url: str, content_type: str = "") -> list[Entry]:
    """Return what the feed at `url` names, in its order, each address once, of the first MOST_ENTRIES.

    `content_type` is the header's value, for its charset. Raises Unreadable where there is no feed.
    """
    from crawler.discovery.records import read_records
    from crawler.discovery.xmltext import root_of

    body, _ = unpacked(body)
    found: dict[str, Entry] = {}
    taken = 0

    def take(entry: Entry | None) -> bool:
        nonlocal taken
        taken += 1
        if entry is not None:
            found.setdefault(entry.url, entry)
        return taken < MOST_ENTRIES

    if _is_json(body):
        for item in _items(body, url):
            if not take(_of_json(item, url)):
                break
    elif root_of(body, content_type) in _ROOTS:
        read_records(body, url, content_type, _KINDS, _WANTED, lambda record: take(_of_record(record)))
    else:
        raise Unreadable(url, "it is no feed")
    return list(found.values())


def is_feed(body: bytes, content_type: str = "") -> bool:
    """Return whether an answer is a feed, by its first bytes; whether it can be read is not asked.

    >>> is_feed(b'<?xml version="1.0"?><rss>'), is_feed(b'{"version":"https://jsonfeed.org/version/1"'), is_feed(b"{}")
    (True, True, False)
    """
    from crawler.discovery.xmltext import root_of

    head, _ = unpacked(body, _HEAD)
    if _is_json(head):
        return b"jsonfeed.org/version/" in head[:_HEAD].replace(b"\\/", b"/")
    return root_of(head, content_type) in _ROOTS


def _of_record(record: Record) -> Entry | None:
    fields = record.fields
    url = _page(record)
    published = _first(fields, _PUBLISHED)
    if url is None:
        return None
    return Entry(url, _first(fields, _MODIFIED) or published, published, title_of(fields.get("title")))


def _page(record: Record) -> str | None:
    fields = record.fields
    named = [fields[name] for name in _LINKS[:2] if name in fields]
    # A link that says nothing is an `alternate` (RFC 4287, 4.2.7.2); others are replies, enclosures, the entry itself.
    pages = [link for link in record.links if (link.get("rel") or "alternate").lower() == "alternate"]
    pages.sort(key=lambda link: "html" not in (link.get("type") or "html"))
    named += [link["href"] for link in pages]
    named += [fields[name] for name in _LINKS[2:] if name in fields]
    for words in named:
        if (url := address(words, record.base)) is not None:
            return url
    return None


def _first(fields: dict[str, str], names: tuple[str, ...]) -> int | None:
    return next((at for name in names if name in fields and (at := moment(fields[name])) is not None), None)


class _Item(msgspec.Struct, gc=False):
    """An item of a JSON Feed (https://www.jsonfeed.org/version/1.1/), whatever the types of its fields."""

    url: msgspec.Raw = msgspec.Raw(b"")
    id: msgspec.Raw = msgspec.Raw(b"")
    title: msgspec.Raw = msgspec.Raw(b"")
    date_published: msgspec.Raw = msgspec.Raw(b"")
    date_modified: msgspec.Raw = msgspec.Raw(b"")


class _JsonFeed(msgspec.Struct):
    items: list[_Item]
    version: msgspec.Raw = msgspec.Raw(b"")


def _is_json(body: bytes) -> bool:
    return body[:64].removeprefix(BOM_UTF8).lstrip().startswith(b"{")


def _items(body: bytes, url: str) -> list[_Item]:
    if body.count(b"{") > _MOST_OBJECTS:
        raise Unreadable(url, f"it is a JSON file of more than {_MOST_OBJECTS} objects")
    try:
        feed = msgspec.json.decode(body.removeprefix(BOM_UTF8), type=_JsonFeed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(url, f"it is no JSON Feed ({error})") from None
    if "jsonfeed.org/version/" not in _text(feed.version):
        raise Unreadable(url, "it is a JSON file and says nowhere that it is a feed")
    return feed.items


def _of_json(item: _Item, base: str) -> Entry | None:
    url = address(_text(item.url), base) or address(_text(item.id), "")
    if url is None:
        return None
    published = moment(_text(item.date_published))
    return Entry(url, moment(_text(item.date_modified)) or published, published, title_of(_text(item.title)))


def _text(raw: msgspec.Raw) -> str:
    """Return what a field says if it is a string; else nothing."""
    try:
        return msgspec.json.decode(bytes(raw) or b'""', type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


_TYPES = frozenset(
    "application/rss+xml application/atom+xml application/rdf+xml application/feed+json application/x-rss+xml".split()
)
# Types of anything; then the address or the words must say that it is a feed.
_LOOSE_TYPES = frozenset("application/xml text/xml application/json".split())
_PATH = re.compile(
    r"/(?:[a-z]{0,12}feeds?|rss|atom)(?:[12](?:\.0)?)?(?:/(?:rss2?|atom|rdf))?(?:/|\.(?:xml|json|php|aspx?|jsp|html?))?$"
    r"|\.(?:rss|atom|rdf)$|/(?:feeds?|rss|atom)/[^/]+\.xml$",
    re.IGNORECASE,
)
_QUERY = re.compile(
    r"(?:^|&)(?:feed|format|type|output)=(?:feed|rss2?|atom|rdf)(?:&|$)|^(?:feed|rss|atom)$", re.IGNORECASE
)
# All that the words of a link to a feed say: a headline that speaks of feeds says more, and its page is no feed.
_WORDS = re.compile(
    r"(?=.*(?:rss|atom|feed|订阅|訂閱))(?:rss|atom|feeds?|xml|[12]\.0|订阅|訂閱|本站|我们|我們|文章|新闻|subscribe|news|posts?"
    r"|entries|articles|to|our|this|the|via|by|site|blog|[-\s()（）:：|+»])+",
    re.IGNORECASE,
)
_LONGEST_WORDS = 24
"""Characters of the words of a link to a feed."""
_COMMENTS = re.compile(r"/comments?/|/comments?[._-]?(?:feed|rss|atom)|[?&](?:feed|type)=comments", re.IGNORECASE)
_COMMENT_WORDS = re.compile(r"\bcomment(?:s|aires?|arios?|i)?\b|kommentare?|评论|評論|コメント", re.IGNORECASE)
# What is tagged so, and no feed.
_TAGGED = re.compile(
    r"/(?:tags?|topics?|labels?|keywords?|categor(?:y|ies))/[^/]+/?$|[?&](?:tag|label)=", re.IGNORECASE
)
_MOST_LINKS = 5_000
"""Links of a page that are looked at."""


def feeds_of(document: Document) -> list[str]:
    """Return the addresses of the feeds that a page names, at most MOST_FEEDS, those for feed readers first.

    Feeds of comments are left out. Of what only a visible link leads to, addresses of the same site are taken alone.
    """
    found: dict[str, None] = {}
    for href in _named(document):
        url = document.link(href)
        if url is not None and (url := address(url, document.url)) is not None and not _COMMENTS.search(url):
            found[url] = None
            if len(found) == MOST_FEEDS:
                break
    return list(found)


def _named(document: Document) -> Iterator[str]:
    for link in document.tree.xpath("//link[@href and @rel]"):
        rel = link.get("rel").lower().split()
        media = link.get("type", "").partition(";")[0].strip().lower()
        href, words = link.get("href"), link.get("title", "")
        if "alternate" in rel or "feed" in rel:
            says_so = media in _LOOSE_TYPES and "hreflang" not in link.attrib and _is_address(href)
            if (media in _TYPES or says_so or (rel == ["feed"] and not media)) and not _COMMENT_WORDS.search(words):
                yield href
    scope = Scope.of(document.url)
    for link in document.tree.xpath(f"(//a[@href])[position() <= {_MOST_LINKS}]"):
        href = link.get("href")
        words = " ".join((*link.itertext(), link.get("title", "")))[: 10 * _LONGEST_WORDS].strip()
        is_called = len(words) <= _LONGEST_WORDS and _WORDS.fullmatch(words) and not _TAGGED.search(href)
        if (is_called or _is_address(href)) and not _COMMENT_WORDS.search(words) and _is_own(document, scope, href):
            yield href


def _is_own(document: Document, scope: Scope, href: str) -> bool:
    url = document.link(href)
    return url is not None and url in scope and url.partition("#")[0] != document.url.partition("#")[0]


def _is_address(href: str) -> bool:
    """Return whether an address is called as feeds are."""
    try:
        parts = urlsplit(href[:2_000])
    except ValueError:  # an unclosed [ of an IPv6 address
        return False
    path = unquote(parts.path)
    return bool(_PATH.search(path) or _QUERY.search(parts.query)) and not _TAGGED.search(href[:2_000])
