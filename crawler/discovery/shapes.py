"""What the shapes of a site's addresses have led to: articles, lists that name them, or nothing."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Collection
from enum import Enum

from crawler.discovery.covering import Covering
from crawler.discovery.kinds import lists
from crawler.discovery.marks import is_marked, is_paged, join, list_of, number_of, parted, repeats
from crawler.discovery.recent import Recent
from crawler.discovery.yields import BARREN, BARREN_LATE, Yield

LATE = 12
"""Pages of any shape, articles aside, in a row that brought nothing, from which that is so."""
SHAPES = 2_000
"""Shapes that are remembered, those that were met last."""
VARYING = 8
"""Names under one prefix from which they count as one."""
PREFIXES = 2_000
KEYS = 32
"""Query parameters of one path that keep their names, those that were met first: no system has so many."""
ENDINGS = 8
"""The same of the endings of names in one folder."""
NAMED = 262_144
"""Places for addresses that were named: two megabytes."""
DUMPED = 200
"""Shapes that a later run is told of, those of which most pages were read."""
WINDOW = 5
"""Pages that a list shows behind the one that is read, if it shows its end not."""
_SHALLOW = 3
"""Segments of a path up to which each folder may be one of the site's."""
_UNPROVEN = 5
"""Pages in a row of a shape that brought nothing, from which its addresses promise nothing any more."""
_TRUSTED = 5
"""Pages that are trusted to lead somewhere for naming addresses of a shape of which nothing is known."""


class _Promise(Enum):
    """What an address that a page names may be."""

    ARTICLE = "its like are articles"
    LEADS = "its like name articles"
    UNPROVEN = "nobody knows yet"


class Shapes:
    """Learns which shapes of a site's addresses lead to articles; its memory is bounded.

    An address has a narrow shape, in which folders keep their names, and a wide one, in which a folder that is one of
    many is a mark. Either may be closed: the narrow one by pages of its own, the wide one by pages of several.
    A shape whose pages are articles stays open. What is closed is put off and not given up: a later crawl tries again.
    """

    def __init__(self) -> None:
        self._shapes: OrderedDict[str, Yield] = OrderedDict()
        self._names: OrderedDict[str, set[str] | None] = OrderedDict()
        """Prefix -> the names under it, None where they are many."""
        self._first: OrderedDict[str, set[str]] = OrderedDict()
        """Path, or folder -> those parameters, or endings, that keep their names."""
        self._named = Recent(NAMED)
        self._deepest: OrderedDict[str, int] = OrderedDict()
        """List -> number of its deepest page that was read."""
        self._row = 0
        """Pages of any shape, articles aside, since one brought anything."""
        self._covering = Covering()
        self._is_late = False

    def of(self, url: str) -> tuple[str, ...]:
        """Return an address's shapes, the narrow one first, and learn its names.

        >>> shapes = Shapes()
        >>> [shapes.of(f"https://a.cn/tag/{name}/page/2") for name in "abcdefgh"][-1]
        ('/tag/h/page/#', '/tag/*/page/#', '/tag/*/*/*', '/tag/**')
        >>> shapes.of("https://a.cn/list?by=date&page=2")
        ('/list?by=date&page=#', '/list?by&page', '/list?')
        """
        names, query = parted(url)
        narrow, wide, prefix = [], [], ""
        for number, name in enumerate(names, 1):
            stem, dot, ending = name.partition(".")
            if ending and not self._is_among_first(f"{prefix}/.", ending, ENDINGS):
                dot = ending = ""
            marked = stem + dot + ending
            if not is_marked(stem) and self._varies(prefix, name):
                marked = f"*.{ending}" if ending else "*"
            wide.append(marked)
            narrow.append(marked if number == len(names) else name)
            prefix += f"/{marked}"
        keyed = ((key if self._is_among_first(f"{prefix}?", key, KEYS) else "*", value) for key, value in query)
        pairs = tuple(
            (key, "*" if not is_marked(value) and self._varies(f"{prefix}?{key}", value) else value)
            for key, value in sorted(set(keyed))
        )
        path = join(tuple(wide), ())
        shapes = [join(tuple(narrow), pairs), path]
        if query:
            # Values tell articles from lists (a=show, a=lists) and are many where lists are sorted and filtered.
            shapes[1:] = [path + "?" + "&".join(dict(pairs)), *([path + "?"] if len(query) > 1 else ())]
        elif len(wide) > _SHALLOW:
            # Folders below folders without end have few names each, and each its own shape.
            ending = wide[-1].partition(".")[2]
            shapes += [f"/{wide[0]}{'/*' * (len(wide) - 1)}{'.' + ending if ending else ''}", f"/{wide[0]}/**"]
        return tuple(dict.fromkeys(shapes))

    def seen(
        self,
        url: str,
        *,
        article: bool,
        copy: bool = False,
        named: Collection[str] = (),
        new: Collection[str] | None = None,
    ) -> None:
        """Take what came of a page: whether it is an article, or a copy of another page, and the addresses it names.

        `new` are those of them that were new to the crawl; None where nobody knows but this memory.
        """
        if new is None:
            new = [one for one in named if self._named.add(one)]
        shapes = self.of(url)
        own, leads, article = set(shapes), False, article and not copy
        news: bool | None = False
        if not copy:
            leads, news = self._brings(new, own)
        if not copy and not news and not article and self._is_open_end(url, named):
            # The list may go on beyond what a sitemap or another list has told of: no trap, as long as it shows what
            # none of its like has shown.
            shown = [self._named.add(f"{shapes[-1]} {one}") for one in named if self._promise(one, own)]
            news = None if any(shown) else news
        for number, shape in enumerate(shapes):
            part = shapes[min(number, 2) - 1] if number else None
            self._yield(shape).add(article=article, leads=leads, news=news, part=part)
        if article:
            self._covering.article(url)
        else:
            self._covering.names(list_of(url) if is_paged(shapes[0]) else url, named)
            if news is not None:
                self._row = 0 if news else self._row + 1
            self._is_late = self._row >= LATE and (
                self._is_late or (self._row % 4 == 0 and self._covering.is_covered())
            )

    def listed(self, name: str, addresses: Collection[str]) -> None:
        """Take what a sitemap or feed of this name lists: it may cover the site as any other list may."""
        self._covering.names(name, addresses)

    def wants(self, url: str) -> str | None:
        """Return why an address is not to be fetched now, None where it is."""
        if (word := repeats(url)) is not None:
            return f"repeats: {word} again and again"
        barren = BARREN_LATE if self._is_late else BARREN
        for shape in self.of(url):
            known = self._shapes.get(shape)
            if known is not None and known.closed(barren):
                return f"barren: the last {known.row} pages like {shape} led to nothing new"
        return None

    def priority(self, url: str, usual: int) -> int:
        """Return how soon an address is to be fetched: `usual` is what its link says, higher is sooner.

        What is known to be an article comes first, then what looks like one by its link, then the further pages of
        lists, which name most: the last pages of a list first, since what nothing else names stands there. Then come
        the first pages of shapes of which nothing is known, then others, and those last whose like bring nothing.
        """
        shapes = self.of(url)
        known = [one for one in map(self._shapes.get, shapes) if one is not None and one.pages]
        if any(one.gives_articles for one in known):
            return max(usual, 25)
        row = max((one.row for one in known), default=0)
        if is_paged(shapes[0]):
            return 10 + min(4, number_of(url).bit_length()) - row // 2
        pages = max((one.pages for one in known), default=0)
        if pages < _UNPROVEN:
            # What its like give is to be known before many pages were asked for that only name it.
            return max(min(usual, 6) if lists(url) else usual, 6) - row + (pages == 0)
        return min(usual, 3) - row // 2

    def _brings(self, new: Collection[str], own: set[str]) -> tuple[bool, bool | None]:
        """Return whether any of new addresses is of a shape that gives articles, and whether any leads to one.

        The latter is None where nobody knows yet: such a page counts neither for its shape nor against it.
        """
        trusted: list[tuple[str, ...]] = []
        leads, news = False, False
        for one in new:
            promise = self._promise(one, own)
            leads |= promise is _Promise.ARTICLE
            news |= promise in (_Promise.ARTICLE, _Promise.LEADS)
            if promise is _Promise.UNPROVEN:
                trusted.append(self.of(one))
        trusts = False
        if not news:
            for shapes in dict.fromkeys(trusted):
                known = [self._yield(shape) for shape in shapes]
                if all(one.trusted < _TRUSTED for one in known):
                    trusts = True
                    for shape in known:
                        shape.trusted += 1
        return leads, None if trusts else news

    def _promise(self, url: str, own: set[str]) -> _Promise | None:
        shapes = self.of(url)
        known = [one for one in map(self._shapes.get, shapes) if one is not None]
        # That articles are under the same path says little where a narrower shape has shown that its pages are none.
        proven = next((one for one in known if one.pages >= BARREN), None)
        if any(one.gives_articles for one in known) and (proven is None or proven.articles):
            return _Promise.ARTICLE
        # Another page like the page itself is nothing new: next leads to next for ever.
        if not own.isdisjoint(shapes) or is_paged(shapes[0]) or any(one.closed(BARREN) for one in known):
            return None
        if any(one.leads for one in known):
            return _Promise.LEADS
        return _Promise.UNPROVEN if all(one.row < _UNPROVEN for one in known) else None

    def _is_open_end(self, url: str, named: Collection[str]) -> bool:
        """Return whether a page is the further page of a list, the deepest so far, and the list may go on behind it."""
        if not is_paged(self.of(url)[0]):
            return False
        mine, number = list_of(url), number_of(url)
        before = self._deepest.get(mine, 0)
        self._deepest[mine] = max(before, number)
        self._deepest.move_to_end(mine)
        if len(self._deepest) > SHAPES:
            self._deepest.popitem(last=False)
        # Where the list shows a last page far behind, that one is asked for, and tells.
        last = max((number_of(one) for one in named if list_of(one) == mine), default=0)
        return number > before and number < last <= number + WINDOW

    def dump(self) -> str:
        """Return what a later run is to know, as JSON."""
        most = sorted(self._shapes.items(), key=lambda pair: -pair[1].pages)[:DUMPED]
        many = [prefix for prefix, names in self._names.items() if names is None][:DUMPED]
        return json.dumps(
            {"shapes": {shape: [one.pages, one.articles, one.leading, one.row] for shape, one in most}, "many": many},
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def load(cls, text: str) -> Shapes:
        """Return what an earlier run has dumped; nothing, where that can't be read."""
        shapes = cls()
        try:
            words = json.loads(text)
            for shape, counts in words["shapes"].items():
                pages, articles, leading, row = map(int, counts)
                shapes._shapes[str(shape)] = Yield(pages, articles, leading, row)
            shapes._names.update((str(prefix), None) for prefix in words["many"])
        except (ValueError, TypeError, KeyError, AttributeError):
            return cls()
        return shapes

    def _yield(self, shape: str) -> Yield:
        known = self._shapes.get(shape)
        if known is None:
            known = self._shapes[shape] = Yield()
            if len(self._shapes) > SHAPES:
                self._shapes.popitem(last=False)
        else:
            self._shapes.move_to_end(shape)
        return known

    def _is_among_first(self, where: str, name: str, most: int) -> bool:
        first = self._first.get(where)
        if first is not None and name in first:
            return True
        if first is None:
            first = self._first[where] = set()
            if len(self._first) > PREFIXES:
                self._first.popitem(last=False)
        if len(first) >= most:
            return False
        first.add(name)
        return True

    def _varies(self, prefix: str, name: str) -> bool:
        if prefix not in self._names:
            self._names[prefix] = {name}
            if len(self._names) > PREFIXES:
                self._names.popitem(last=False)
            return False
        names = self._names[prefix]
        self._names.move_to_end(prefix)
        if names is None:
            return True
        names.add(name)
        if len(names) < VARYING:
            return False
        self._names[prefix] = None
        return True
