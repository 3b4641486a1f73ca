"""What a person changes in a site's frontier, by address or by state, while a crawl is at work or none is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from crawler.frontier.explain import Explanation, refusal
from crawler.frontier.interface import Frontier
from crawler.frontier.lookup import Site
from crawler.frontier.outlook import State
from crawler.frontier.standing import Standing

_AT_ONCE = 10_000
"""Addresses that are changed in one step."""


@dataclass(slots=True)
class Changed:
    """What came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    """requeued, dropped: addresses of which that was not so before; added: those of them that were not known."""
    refused: list[Explanation] = field(default_factory=list)
    """Addresses that may not be asked for."""


class Hand:
    """Changes one site's frontier. Every call raises FrontierError."""

    def __init__(self, frontier: Frontier, site: Site, standing: Standing) -> None:
        self._frontier, self._site, self._standing = frontier, site, standing
        self.changed = Changed()

    async def requeue(self, url: str) -> None:
        """Let an address be fetched again, or at all; refuse what this site's crawl may not ask for."""
        key = await self._key(url, wanted=True)
        if key is not None:
            self.changed.counts["requeued"] += await self._frontier.requeue([key])

    async def drop(self, url: str) -> None:
        """Let an address never be fetched."""
        key = await self._key(url, wanted=False)
        if key is not None:
            self.changed.counts["dropped"] += await self._frontier.drop([key])

    async def requeue_all(self, state: State, pattern: str | None) -> None:
        """Let all of the newest crawl's addresses in a state be fetched again, where they match a shell pattern."""
        crawl = self._standing.overview.crawl
        seen: set[bytes] = set()
        while crawl is not None:
            found = await self._frontier.listed(state, pattern=pattern, crawl=crawl.number, limit=_AT_ONCE)
            # A crawl that is at work may have ended with some of them by now: once is enough.
            keys = [one.key for one in found if one.key not in seen]
            if not keys:
                return
            seen.update(keys)
            self.changed.counts["requeued"] += await self._frontier.requeue(keys)

    async def _key(self, url: str, *, wanted: bool) -> bytes | None:
        """Return the key of an address, which is made known if it is not; None where it may not be."""
        local = self._standing.scope.localise(url) if self._standing.scope else None
        for known in (url, local):
            if known is not None and await self._frontier.state(self._site.key_of(known)) is not None:
                return self._site.key_of(known)
        found = self._site.found(local or url)
        if wanted and (why := refusal(found.url, self._standing)):
            self.changed.refused.append(why)
            return None
        if any(await self._frontier.push([found])):
            self.changed.counts["added"] += 1
            # It was not waiting before.
            self.changed.counts["requeued"] += wanted
        return found.key
