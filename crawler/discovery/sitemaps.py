"""Sitemaps (https://www.sitemaps.org/protocol.html), as robots.txt names them, and what they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Literal

from crawler.discovery.entries import MOST_ENTRIES, Entry, Unreadable, address, title_of
from crawler.discovery.feeds import is_feed, read_feed
from crawler.discovery.moments import moment
from crawler.discovery.packed import is_packed, unpacked

if TYPE_CHECKING:
    from crawler.discovery.records import Record

__all__ = ["MOST_SITEMAPS", "Entry", "Sitemap", "Unreadable", "is_sitemap", "read_sitemap", "sitemaps_of", "trusted"]

MOST_SITEMAPS = 1_000
"""Sitemaps of one site; an index may name more, itself among them."""

_ROOTS = ("urlset", "sitemapindex")
_KINDS = frozenset(("url", "sitemap"))
_WANTED = frozenset(("loc", "lastmod", "news/publication_date", "news/title"))

_LINE = re.compile(rb"^[ \t]*(https?://\S+)[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_FIRST_LINE = re.compile(rb"\s*https?://[^\s<>]+[ \t]*(?:[\r\n]|$)", re.IGNORECASE)
# A byte order mark may stand before the first line.
_SITEMAP_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*sitemap[ \t]*:[ \t]*([^\s#]\S*)", re.MULTILINE | re.IGNORECASE)
_HEAD = 1 << 14
"""Bytes by which it is told what a file is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitemap:
    """What a sitemap names."""

    kind: Literal["urlset", "sitemapindex", "text", "feed"]
    entries: list[Entry]
    """Pages, in the sitemap's order, each address once, of the first MOST_ENTRIES."""
    sitemaps: list[Entry]
    """Further sitemaps of an index, likewise."""
    skipped: int = 0
    """Entries without an address that could be a page's, or with one longer than LONGEST_URL."""
    surplus: int = 0
    """Entries behind the first MOST_ENTRIES; of XML, to within a few, by their closing tags."""
    is_whole: bool = True
    """Whether all of the file was looked at: False where it is too long, torn, or too broken to go on."""


def read_sitemap(body: bytes, url: str, content_type: str = "") -> Sitemap:
    """Return what the sitemap at `url` names: of XML, of text, or a feed, packed or not.

    `content_type` is the header's value, for its charset. Raises Unreadable where there is no sitemap.
    """
    from crawler.discovery.xmltext import root_of

    body, is_all = unpacked(body)
    if is_packed(body):
        raise Unreadable(url, "it is packed again and again")
    root = root_of(body, content_type)
    if root in _ROOTS:
        found = _of_xml(body, url, content_type, "urlset" if root == "urlset" else "sitemapindex")
    elif is_feed(body, content_type):
        found = Sitemap(kind="feed", entries=read_feed(body, url, content_type), sitemaps=[])
    elif root is None and _FIRST_LINE.match(_plain(body[:_HEAD])):
        found = _of_text(_plain(body), url)
    else:
        raise Unreadable(url, "it is no sitemap")
    return found if is_all else replace(found, is_whole=False)


def is_sitemap(body: bytes, content_type: str = "") -> bool:
    r"""Return whether an answer is a sitemap of XML or of text, packed or not, by its first bytes.

    >>> is_sitemap(b"<urlset>"), is_sitemap(b"https://a.cn/1\nhttps://a.cn/2"), is_sitemap(b"<html>")
    (True, True, False)
    """
    from crawler.discovery.xmltext import root_of

    head, _ = unpacked(body, _HEAD)
    root = root_of(head, content_type)
    return root in _ROOTS or (root is None and bool(_FIRST_LINE.match(_plain(head))))


def sitemaps_of(robots_txt: bytes, url: str) -> list[str]:
    r"""Return the addresses of the sitemaps that the robots.txt at `url` names, each once, at most MOST_SITEMAPS.

    >>> sitemaps_of(b"User-agent: *\nsitemap : /a.xml # all\nSitemap:\n", "https://a.cn/robots.txt")
    ['https://a.cn/a.xml']
    """
    found: dict[str, None] = {}
    for line in _SITEMAP_LINE.finditer(robots_txt):
        named = address(line[1].decode("utf-8", "replace"), url)
        if named is not None:
            found[named] = None
        if len(found) == MOST_SITEMAPS:
            break
    return list(found)


def _of_xml(body: bytes, url: str, content_type: str, kind: Literal["urlset", "sitemapindex"]) -> Sitemap:
    from crawler.discovery.records import read_records

    pages: dict[str, Entry] = {}
    further: dict[str, Entry] = {}
    taken = skipped = 0

    def take(record: Record) -> bool:
        nonlocal skipped, taken
        taken += 1
        entry = _of_record(record)
        if entry is None:
            skipped += 1
        else:
            (further if record.kind == "sitemap" else pages).setdefault(entry.url, entry)
        return taken < MOST_ENTRIES

    end = read_records(body, url, content_type, _KINDS, _WANTED, take)
    further.pop(url, None)
    return Sitemap(
        kind=kind,
        entries=list(pages.values()),
        sitemaps=list(further.values()),
        skipped=skipped,
        surplus=end.surplus,
        is_whole=end.is_whole,
    )


def _of_record(record: Record) -> Entry | None:
    fields = record.fields
    url = address(fields.get("loc", ""), record.base)
    if url is None:
        return None
    published = moment(fields.get("news/publication_date", ""))
    modified = moment(fields.get("lastmod", "")) or published
    return Entry(url, modified, published, title_of(fields.get("news/title")))


def _of_text(body: bytes, url: str) -> Sitemap:
    found: dict[str, Entry] = {}
    skipped = surplus = 0
    for number, line in enumerate(_LINE.finditer(body)):
        if number == MOST_ENTRIES:
            surplus = body.count(b"\n", line.start()) + (not body.endswith(b"\n"))
            break
        named = address(line[1].decode("utf-8", "replace"), url)
        if named is None:
            skipped += 1
        else:
            found.setdefault(named, Entry(named))
    return Sitemap(kind="text", entries=list(found.values()), sitemaps=[], skipped=skipped, surplus=surplus)


def _plain(body: bytes) -> bytes:
    """Return the lines of a text in UTF-8."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace").encode("utf-8", "replace")
    return body.removeprefix(b"\xef\xbb\xbf")


_MANY = 10
"""Entries from which it is told that their times say nothing: of fewer, all may be new."""
_NEARLY_ALL = 0.9
_AT_ONCE = 3_600
"""Seconds within which a generator writes all the times of a site."""
_DAY = 86_400


def trusted(entries: Sequence[Entry], now: int) -> list[Entry]:
    """Return entries without the `modified_at` that say nothing; `now` is in seconds since 1970, UTC.

    These are moments in the future (a day is left for clocks and zones); the hour that nearly all share, as where a
    whole site is generated at once; and the last day where nearly all lie within it. Entries of news are believed,
    since their sitemaps name those of two days alone.
    """
    times = sorted(
        entry.modified_at
        for entry in entries
        if entry.modified_at is not None and entry.published_at is None and entry.modified_at <= now + _DAY
    )
    hollow = _hollow(times, now)

    def says(entry: Entry) -> bool:
        at = entry.modified_at
        if at is None or at > now + _DAY:
            return False
        return entry.published_at is not None or hollow is None or not hollow[0] <= at <= hollow[1]

    return [entry if says(entry) else replace(entry, modified_at=None) for entry in entries]


def _hollow(times: Sequence[int], now: int) -> tuple[int, int] | None:
    """Return from when to when times, in order, say nothing; None where they all may."""
    if len(times) < _MANY:
        return None
    if sum(at > now - _DAY for at in times) >= _NEARLY_ALL * len(times):
        return now - _DAY, times[-1]
    spans = zip(times, times[ceil(_NEARLY_ALL * len(times)) - 1 :], strict=False)
    return next(((first, first + _AT_ONCE) for first, last in spans if last - first <= _AT_ONCE), None)
