"""From requests that are found to addresses in the store: they gather while one batch is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.frontier.interface import Pushed

if TYPE_CHECKING:
    from scrapy import Request

    from crawler.frontier.interface import Found, Frontier, Handling
    from crawler.frontier.scheduler import FrontierScheduler


class Pushing:
    """What waits to be pushed, and what the spider wants later runs to know."""

    def __init__(self, scheduler: FrontierScheduler) -> None:
        self._scheduler = scheduler
        self._waiting: list[tuple[Found, Request]] = []
        self.facts: dict[str, str] = {}
        """What the store remembers of this crawl."""

    def __len__(self) -> int:
        """Return how many wait to be pushed."""
        return len(self._waiting)

    def add(self, found: Found, request: Request) -> None:
        """Take an address, to be pushed with the next batch."""
        self._waiting.append((found, request))

    async def push(self, by: Handling | None = None) -> None:
        """Push what was found until now; return when the store has it. Raises FrontierError."""
        scheduler = self._scheduler
        while (self._waiting or by is not None) and (frontier := scheduler.frontier) and not scheduler.has_failed:
            batch, self._waiting = self._waiting, []
            await self._remember(frontier)
            new = await frontier.push([found for found, _ in batch], by=by)
            by = None
            scheduler.leasing.open()
            scheduler.count("scheduler/enqueued", sum(map(bool, new)))
            told = list(zip(new, batch, strict=True))
            scheduler.leasing.add_found(found for pushed, (found, _) in told if pushed)
            scheduler.awake()
            for pushed, (found, request) in told:
                if not pushed:
                    scheduler.dropped(request)
                elif pushed is Pushed.NEW and found.way is not None and found.found_on is not None:
                    scheduler.reading.brought[found.found_on].append(found.url)

    async def _remember(self, frontier: Frontier) -> None:
        spider = self._scheduler.crawler.spider
        for name, value in spider.facts().items() if spider is not None and hasattr(spider, "facts") else ():
            if self.facts.get(name) != value:
                self.facts[name] = value
                await frontier.remember(name, value)
