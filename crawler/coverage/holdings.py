"""What the archive holds of a site: a few numbers an article, and an address only where one is asked for."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Literal

from archive import NotThere
from crawler.coverage.names import Names
from crawler.discovery.links import WAYS
from crawler.discovery.marks import is_marked, shape_of
from pipelines.urls import canonical_url, is_web

if TYPE_CHECKING:
    from archive import Archive, Article, Link, State
    from crawler.discovery.scope import Scope

Side = Literal["prev", "next"]
SIDES: tuple[Side, Side] = ("prev", "next")
BIT: dict[str, int] = {way: 1 << number for number, way in enumerate(WAYS)}
"""The ways of an article, as bits of one byte."""

SILENT, END, ELSEWHERE = -1, -2, -3
"""Instead of a neighbour's number: the page says nothing; it says that there is none; it leads to another site."""
LOST = -10
"""From here downwards: pages that a chain names and the archive does not hold, counted."""
NEVER = -(1 << 62)
"""A time that is not known."""

_DAY = 86_400
_NUMBER = re.compile(r"\d{1,18}")


@dataclass(slots=True)
class LostPage:
    """A page that an article names as its neighbour, and that the archive does not hold."""

    url: str
    because: str = "unknown"
    """gone, failed, refused, dropped, not_read, moved, no_article, not_kept; unknown where no crawl has met it."""
    reason: str | None = None
    number: int | None = None
    """Of the article to which it has moved."""


class Holdings:
    """The articles of one site, by number, in the order in which their newest revisions were recorded."""

    def __init__(self, opened: Archive, site: str, scope: Scope | None, tracking: Collection[str]) -> None:
        """Read them. Raises Damaged."""
        self._opened, self._scope, self._tracking = opened, scope, tracking
        self._ids = bytearray()
        self.day, self.at, self.first, self.fetched = (array("q") for _ in range(4))
        """Day of publication (ordinal, 0 where unknown); seconds since 1970, the latest that the page's words allow."""
        self.category, self.shape, self.tail = (array("q") for _ in range(3))
        """Numbers of names, and the last number in the address, -1 where there is none."""
        self.gone = bytearray()
        self.sides: dict[Side, array[int]] = {"prev": array("q"), "next": array("q")}
        self.categories, self.shapes = Names(), Names()
        self.lost: list[LostPage] = []
        self._lost: dict[str, int] = {}
        self._offsets: Counter[int] = Counter()
        for state in opened.states(site=site):
            self._add(state)
        order = sorted(range(len(self)), key=self._key)
        self._order, self._keys = array("q", order), array("q", map(self._key, order))
        for codes in self.sides.values():
            for number, code in enumerate(codes):
                if code >= 0:
                    found = self._numbered(code)
                    codes[number] = ELSEWHERE if found is None else found
        self.ways, self.now, self.met = (bytearray(len(self)) for _ in range(3))
        """By which ways each is known; by which the crawl that counts named it; whether the frontier knows it."""

    def __len__(self) -> int:
        return len(self._ids) // 16

    def url(self, number: int) -> str:
        """Return the address of an article. Raises Damaged."""
        return self._opened.article(self.id(number)).article.url

    def id(self, number: int) -> str:
        """Return the id of an article."""
        return self._ids[16 * number : 16 * number + 16].hex()

    def find(self, url: str, *, thorough: bool = True) -> int | None:
        """Return the number of the article that is known by an address; `thorough` tries its normal form as well."""
        id_ = self._find(url, thorough=thorough)
        return None if id_ is None else self._numbered(_short(bytes.fromhex(id_)))

    def once(self, number: int, side: Side) -> str | None:
        """Return the neighbour that an earlier wording named and the newest does not. Raises Damaged."""
        for article in reversed(list(self._opened.revisions(self.id(number)))):
            link: Link | None = getattr(article, side)
            if link is not None and link.url is not None:
                return link.url
        return None

    @property
    def offset(self) -> int:
        """Seconds by which the site's clock is ahead of UTC, as most of its articles say."""
        return self._offsets.most_common(1)[0][0] if self._offsets else 0

    def settle(self) -> None:
        """Put articles in the place of lost pages that have moved to them."""
        for codes in self.sides.values():
            for number, code in enumerate(codes):
                if code <= LOST and (found := self.lost[LOST - code].number) is not None:
                    codes[number] = found

    def lost_days(self) -> array[int]:
        """Return for each lost page the day of an article that names it, 0 where none is known."""
        days = array("q", bytes(8 * len(self.lost)))
        for codes in self.sides.values():
            for number, code in enumerate(codes):
                if code <= LOST and self.day[number]:
                    days[LOST - code] = self.day[number]
        return days

    def _add(self, state: State) -> None:
        article = state.article
        published = article.published_at
        self._ids += bytes.fromhex(article.id)
        self.day.append(article.published_date.toordinal() if article.published_date else 0)
        # Of a day without a time its end: what was read on that day may have been read before.
        slack = _DAY if article.published_precision == "day" else 0
        self.at.append(int(published.timestamp()) + slack if published else NEVER)
        if published is not None and (offset := published.utcoffset()) is not None:
            self._offsets[int(offset.total_seconds())] += 1
        self.first.append(int(state.first_seen_at.timestamp()))
        self.fetched.append(int(article.fetched_at.timestamp()))
        self.gone.append(state.status == "gone")
        shape, tail = shaped(article.url)
        self.category.append(self.categories.number(_category_of(article, shape)))
        self.shape.append(self.shapes.number(shape))
        self.tail.append(tail)
        for side in SIDES:
            self.sides[side].append(self._side(getattr(article, side)))

    def _side(self, link: Link | None) -> int:
        if link is None:
            return SILENT
        if link.url is None:
            return END
        url = link.url.partition("#")[0]
        # Most are as they were asked for; parting an address costs more than a look at the catalog.
        id_ = self._find(url, thorough=False)
        if id_ is None:
            local = url if self._scope is None else self._scope.localise(url)
            if local is None or not is_web(local):
                return ELSEWHERE
            url, id_ = local, self._find(local, thorough=True)
        if id_ is not None:
            return _short(bytes.fromhex(id_))
        if url not in self._lost:
            self._lost[url] = len(self.lost)
            self.lost.append(LostPage(url))
        return LOST - self._lost[url]

    def _find(self, url: str, *, thorough: bool) -> str | None:
        try:
            return self._opened.find(url)
        except NotThere:
            pass
        if not thorough or (normal := canonical_url(url, tracking=self._tracking)) == url:
            return None
        try:
            return self._opened.find(normal)
        except NotThere:
            return None

    def _key(self, number: int) -> int:
        return _short(self._ids[16 * number : 16 * number + 8])

    def _numbered(self, key: int) -> int | None:
        place = bisect_left(self._keys, key)
        return self._order[place] if place < len(self._keys) and self._keys[place] == key else None


def shaped(url: str) -> tuple[str, int]:
    """Return the shape of an address, and the last number in it, -1 where there is none.

    >>> shaped("https://a.cn/news/20240506/31.html"), shaped("https://a.cn/about/")
    (('/news/#/#.html', 31), ('/about', -1))
    """
    found = _NUMBER.findall(url.partition("://")[2].partition("/")[2])
    return shape_of(url), int(found[-1]) if found else -1


def _category_of(article: Article, shape: str) -> str:
    """Return the category of an article: its name, or the folder of its address."""
    if article.category:
        return article.category
    if article.breadcrumbs:
        return article.breadcrumbs[-1]
    folders = shape.partition("?")[0].split("/")[1:-1]
    # Behind a date or a number no category begins.
    names = takewhile(lambda name: not is_marked(name), folders)
    return "/".join(["", *names, ""])


def _short(id_: bytes | bytearray) -> int:
    """Return 63 bits of an id, of which no two of a million articles share one (1 in 10^7)."""
    return int.from_bytes(id_[:8]) >> 1
