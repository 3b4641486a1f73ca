"""What keeps misread pages of a redesigned site from replacing what was read well before."""

from __future__ import annotations

import asyncio
import logging
from bisect import insort
from collections import Counter, OrderedDict, deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from pipelines.losses import BESIDE, lacking, losses, stated
from pipelines.validate import Invalid

if TYPE_CHECKING:
    from archive import Article, Known
    from pipelines.content import Content
    from pipelines.recorder import Finding

log = logging.getLogger(__name__)

_SAMPLE = 200
"""Newest articles in the archive that say what the site's articles state."""
_LEAST = 10
"""Articles from which that is known."""
_ALL = 0.8
"""Share of the articles that state what practically all do; that others lack it is found out by asking again."""
_ASKED = 8
"""Articles that are asked for once more where the site seems to have been redesigned: enough to learn from."""
_FULL = 24
"""Articles of this run that may be."""
_HELD = 64
"""Pages that wait for it to be known whether they are articles."""
_SEEN, _SURE, _SHARE = 24, 3, 0.2
"""Known articles of late, and how many of them must have lost what they said for the site to be redesigned."""
_LENGTHS = 400
_TITLES = 500


class Gate:
    """Tells pages that are misread since the site was redesigned from edits and from articles of another kind.

    A known article is held against what its newest page says. A new one that lacks what practically all of the site's
    articles state gives cause to ask for others of them once more: where these now lack what they stated, it was the
    site that changed; where they are as they were, the new one is of another kind.
    """

    def __init__(self, site: str, known: Known, again: Callable[[str], Awaitable[None]] | None) -> None:
        """`again` fetches the article at an address once more and hands it in; without it nobody can be asked."""
        self._site, self._known, self._again = site, known, again
        self._profile: Profile | None = None
        self._full: OrderedDict[str, Article | Content] = OrderedDict()
        self._titles: OrderedDict[str, set[str]] = OrderedDict()
        """Titles that were read of late -> articles that have them, two at most."""
        self._asking: asyncio.Future[None] | None = None
        self._asked: set[str] = set()
        self._window: deque[bool] = deque(maxlen=_SEEN)
        self._found = 0
        """Pages of known articles that were misread."""
        self._held: deque[Callable[[], Awaitable[None]]] = deque(maxlen=_HELD)
        self._streak, self._needed = 0, 1
        self._told = False

    def known(self, finding: Finding, content: Content) -> Invalid | None:
        """Return what is wrong with a page of a known article; None for an edit, and where nothing is known of it."""
        self._titled(finding.id, content.title)
        if not finding.is_revision or finding.cause == "rules":
            self._window.append(False)
            return None
        before = finding.before or self._full.get(finding.id) or self._known.article(finding.id)
        if before is None:
            return None
        found = losses(before, content, is_shared=self._is_shared(finding.id, content.title))
        is_misread = found.is_regression or ("title" in found.lacks and self.is_redesigned)
        self._window.append(is_misread)
        self._found += is_misread
        return self._regressed(content, str(found)) if is_misread else None

    async def new(self, id_: str, content: Content, *, doubtful: bool) -> Invalid | None:
        """Return what is wrong with a page of an article that is not known; a `doubtful` one may be none."""
        self._titled(id_, content.title)
        profile = self._of_the_site()
        lacks = profile.lacks(content)
        if self._is_shared(id_, content.title):
            lacks = ("title", *lacks)
        # That a page looks like none, where its like are articles, is one thing more that it lacks.
        # Where the site was redesigned, a title that others have too is enough.
        if len(lacks) + doubtful < (1 if "title" in lacks and self.is_redesigned else 2) or set(BESIDE).issuperset(
            lacks
        ):
            if not doubtful:
                self._streak = 0
                profile.add(content)
                self._remember(id_, content)
            return None
        self._streak += 1
        if not self.is_redesigned and self._again is not None and self._streak >= self._needed:
            await self._ask()
        if self.is_redesigned:
            while self._held:
                with suppress(DropItem):
                    await self._held.popleft()()
            return self._regressed(content, profile.words(lacks, content))
        if not doubtful:
            profile.add(content)
        return None

    def hold(self, quarantine: Callable[[], Awaitable[None]]) -> None:
        """Keep in mind how a page that may be no article is put into quarantine, should it turn out to be one."""
        self._held.append(quarantine)

    @property
    def is_redesigned(self) -> bool:
        """Whether so many known articles have lost what they said that it is the site's doing."""
        return sum(self._window) >= max(_SURE, _SHARE * len(self._window))

    async def _ask(self) -> None:
        """Ask for articles that stated all once more, as long as they state it no more; others wait for the answer."""
        if self._asking is not None:
            await asyncio.shield(self._asking)
            return
        self._asking = asyncio.get_running_loop().create_future()
        try:
            newest_first = [*reversed(self._full.items())]
            for id_, content in sorted(newest_first, key=_tells, reverse=True)[:_ASKED]:
                if id_ in self._asked:
                    continue
                self._asked.add(id_)
                before = self._found
                assert self._again is not None
                await self._again(content.url)
                if self._found == before:
                    break
        finally:
            if not self.is_redesigned:
                # Of another kind: the next suspicion needs more pages in a row.
                self._streak, self._needed = 0, 2 * self._needed
            self._asking.set_result(None)
            self._asking = None

    def _of_the_site(self) -> Profile:
        if self._profile is None:
            self._profile = Profile()
            for article in self._known.newest(self._site, _SAMPLE):
                self._profile.add(article)
                self._remember(article.id, article)
        return self._profile

    def _titled(self, id_: str, title: str | None) -> None:
        if title:
            self._titles.setdefault(title, set()).add(id_) if len(self._titles.get(title, ())) < 2 else None
            self._titles.move_to_end(title)
            if len(self._titles) > _TITLES:
                self._titles.popitem(last=False)

    def _is_shared(self, id_: str, title: str | None) -> bool:
        return bool(self._titles.get(title or "", set()) - {id_})

    def _remember(self, id_: str, content: Article | Content) -> None:
        # Of one page: what the others behind it say is not asked for.
        if len(getattr(content, "captures", ())) <= 1:
            self._full[id_] = content
            if len(self._full) > _FULL:
                self._full.popitem(last=False)

    def _regressed(self, content: Content, detail: str) -> Invalid:
        if not self._told:
            self._told = True
            log.warning(
                "%s: %s is read worse than before (%s): it and its like go to quarantine; `scrapy learn %s` may find "
                "how they are to be read",
                self._site, content.url, detail, self._site,
            )  # fmt: skip
        return Invalid(reason="regressed", detail=detail)


def _tells(article: tuple[str, Article | Content]) -> int:
    """Return how much an article states, of which a new design can be learnt."""
    content = article[1]
    return len(stated(content)) + sum(
        side is not None and side.url is not None for side in (content.prev, content.next)
    )


class Profile:
    """What the articles of a site state: how many of them each field, and how long their texts are."""

    def __init__(self) -> None:
        self._count = 0
        self._stated: Counter[str] = Counter()
        self._lengths: list[int] = []

    def add(self, content: Article | Content) -> None:
        """Count one article."""
        self._count += 1
        self._stated.update(stated(content))
        if content.body and len(self._lengths) < _LENGTHS:
            insort(self._lengths, len(content.body))

    def lacks(self, content: Content) -> tuple[str, ...]:
        """Return what practically all articles state and this one does not; `body` for one that is much shorter."""
        if self._count < _LEAST:
            return ()
        all_ = {name for name, count in self._stated.items() if count >= _ALL * self._count}
        found = lacking(all_ - stated(content))
        return (*found, "body") if self._is_short(content) else found

    def words(self, lacks: tuple[str, ...], content: Content) -> str:
        """Return in words what an article lacks.

        >>> Profile().words(("published_at", "source"), None)
        'lacks published_at, source'
        """
        fields = ", ".join(name for name in lacks if name != "body")
        usual = (
            f"body {self._lengths[len(self._lengths) // 2]:,} -> {len(content.body or ''):,} characters"
            if "body" in lacks
            else ""
        )
        return "; ".join(filter(None, (fields and f"lacks {fields}", usual)))

    def _is_short(self, content: Content) -> bool:
        if content.kind != "article" or len(self._lengths) < _LEAST:
            return False
        return len(content.body or "") < self._lengths[len(self._lengths) // 20] / 2
