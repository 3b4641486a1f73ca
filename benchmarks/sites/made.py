"""A made-up site that can change: its articles, which ways name each of them, and what it answers now."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import ClassVar, Literal

from seeds.site import Page, Site

Way = Literal["chain", "lists", "links", "sitemaps", "feeds"]
WAYS: tuple[Way, ...] = ("chain", "lists", "links", "sitemaps", "feeds")
SHARES: tuple[tuple[frozenset[Way], float], ...] = (
    (frozenset({"sitemaps"}), 0.03),
    (frozenset({"lists"}), 0.03),
    (frozenset({"chain"}), 0.03),
    (frozenset({"links"}), 0.02),
    (frozenset({"feeds"}), 0.0),
)
"""Which share of the articles is named in one way alone; of feeds the newest are."""


@dataclass(kw_only=True, eq=False)
class Post:
    """An article, as it is now."""

    number: int
    path: str
    """Its address on the site's first host."""
    title: str
    at: datetime
    """When it was published, with the site's offset."""
    section: str
    text: tuple[str, ...]
    """Paragraphs."""
    ways: set[Way] = field(default_factory=lambda: set(WAYS))
    """Which may name it; a feed names the newest of these alone."""
    author: str = ""
    tags: tuple[str, ...] = ()
    views: int = 0
    corrections: list[str] = field(default_factory=list)
    """Paragraphs that were added later, one an edit."""
    changed_at: datetime | None = None
    """When it was last edited."""
    gone: int | None = None
    """Status with which its address answers since it was deleted; 200 for a page that says so."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return (*self.text, *self.corrections)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is true of an article."""

    path: str
    title: str
    date: str
    ways: tuple[Way, ...]
    """Which name it somewhere."""


class _Answers(Mapping[str, Page]):
    """What a site answers to `//host/path`, made when it is asked for."""

    def __init__(self, made: Made) -> None:
        self._made = made

    def __getitem__(self, key: str) -> Page:
        if not key.startswith("//"):
            raise KeyError(key)
        host, _, path = key[2:].partition("/")
        return self._made.answer(host, f"/{path}")

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Made:
    """A site: subclasses say what its pages look like (`page`), what each address is (`kind_of`), and who names what."""

    name: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    zone: ClassVar[timezone] = timezone(timedelta(hours=8))
    correction: ClassVar[str] = "更正：第{n}次修订，文中第{number}项数据已经核对。"
    mirrors: ClassVar[tuple[str, ...]] = ()
    """Hosts of the site that show its articles once more."""
    one_chain: ClassVar[bool] = False
    """Whether prev and next lead through the whole site, not through a section."""

    def __init__(self, *, articles: int, seed: int = 1, now: datetime | None = None, days: int = 720) -> None:
        self.seed = seed
        self.now = now or datetime(2026, 3, 1, 9, tzinfo=self.zone)
        self.down = False
        """Whether it answers 503 to everything."""
        self.design = 0
        """Which template is in use."""
        chance = random.Random(f"{seed} {self.name} days")
        first = self.now - timedelta(days=days)
        times = sorted(first + (self.now - first) * chance.random() for _ in range(articles))
        self._lists: dict[tuple[Way, str | None], list[Post]] = {}
        self._lists_at: datetime | None = None
        self.posts: list[Post] = []
        """In the order of publication."""
        self.by_path: dict[str, Post] = {}
        for at in times:
            self.publish(at.replace(microsecond=0))
        self._hide_some(chance)

    # What a subclass says. -----------------------------------------------------------------------------------------

    def write(self, number: int, at: datetime) -> Post:
        """Return a new article."""
        raise NotImplementedError

    def page(self, host: str, target: str) -> Page | None:
        """Return what an address that is no article's answers; None for nothing."""
        raise NotImplementedError

    def show(self, post: Post, host: str, target: str) -> Page:
        """Return an article's page."""
        raise NotImplementedError

    def missing(self, status: int) -> Page:
        """Return the error page: of 404, 410, or of a 200 that says so."""
        body = "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>"
        return Page(body=body.encode(), status=status)

    def kind_of(self, target: str) -> str:
        """Return in a word what an address is: article, list, tag, attachment, search, mirror, ..."""
        raise NotImplementedError

    def fed(self) -> set[int]:
        """Return the numbers of the articles that a feed names now."""
        return set()

    # What it answers. ----------------------------------------------------------------------------------------------

    def site(self, *, validators: bool = True) -> Site:
        """Return the site as `seeds.serve` serves it; it changes as this changes."""
        return Site(name=self.name, hosts=self.hosts, pages=_Answers(self), validators=validators)

    @property
    def url(self) -> str:
        return f"http://{self.hosts[0]}/"

    def answer(self, host: str, target: str) -> Page:
        """Return what the site answers now."""
        if self.down:
            return Page(body=b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", status=503)
        post = self.by_path.get(target) or self.by_path.get(target.partition("?")[0])
        if post is not None and post.at <= self.now:
            return self.missing(post.gone) if post.gone is not None else self.show(post, host, target)
        return self.page(host, target) or self.missing(404)

    def newest(self, way: Way, section: str | None = None) -> list[Post]:
        """Return the articles that are there and that a way may name, the newest first."""
        if self._lists_at != self.now:
            self._lists.clear()
            self._lists_at = self.now
        if (found := self._lists.get((way, section))) is None:
            found = self._lists[way, section] = [
                post
                for post in reversed(self.posts)
                if post.gone is None
                and post.at <= self.now
                and way in post.ways
                and (section is None or post.section == section)
            ]
        return found

    def neighbours(self, post: Post) -> tuple[Post | None, Post | None]:
        """Return the older and the newer one of the chain; one that is out of it still names both."""
        chain = self.newest("chain", None if self.one_chain else post.section)
        older = next((other for other in chain if other.number < post.number), None)
        newer = next((other for other in reversed(chain) if other.number > post.number), None)
        return older, newer

    def linked_from(self, post: Post) -> list[Post]:
        """Return the articles that an article's page links to, beside its chain: some are named by nothing else."""
        chance = random.Random(f"{self.seed} {post.number} related")
        # Of older ones, so that a page stays as it is when others come.
        named = chance.choices(self.posts[: post.number], k=4) if post.number else []
        behind = self.posts[post.number + 1 : post.number + 2]
        return [
            other
            for other in dict.fromkeys([*named, *(one for one in behind if one.ways == {"links"})])
            if other is not post and other.gone is None and "links" in other.ways and other.at <= self.now
        ]

    def truth(self) -> list[Truth]:
        """Return the articles that are there."""
        fed, linked = self.fed(), {id(other) for post in self._alive() for other in self.linked_from(post)}
        return [
            Truth(path=post.path, title=post.title, date=post.at.date().isoformat(), ways=tuple(
                way for way in WAYS if way in post.ways
                and (way != "feeds" or post.number in fed) and (way != "links" or id(post) in linked)
                and self.offers(way, post)
            ))
            for post in self._alive()
        ]  # fmt: skip

    def offers(self, way: Way, post: Post) -> bool:
        """Return whether the site has a way at all, for such an article."""
        return True

    def _alive(self) -> list[Post]:
        return [post for post in self.posts if post.gone is None and post.at <= self.now]

    # How it changes. -----------------------------------------------------------------------------------------------

    def publish(self, at: datetime, *, ways: Iterable[Way] = WAYS) -> Post:
        """Add an article; it is there from `at` on."""
        post = self.write(len(self.posts), at)
        post.ways = set(ways)
        self.posts.append(post)
        self._lists.clear()
        self.by_path[post.path] = post
        return post

    def edit(self, post: Post, at: datetime) -> str:
        """Add a paragraph to an article, and return it."""
        words = self.correction.format(n=len(post.corrections) + 1, number=post.number)
        post.corrections.append(words)
        post.changed_at = at
        return words

    def delete(self, post: Post, status: int = 404) -> None:
        """Take an article away: 404, 410, or 200 for a page that says so."""
        post.gone = status
        self._lists.clear()

    def tick(self, posts: Iterable[Post], chance: random.Random) -> None:
        """Let readers read."""
        for post in posts:
            post.views += chance.randrange(1, 40)

    def hide(self, posts: Iterable[Post], *ways: Way) -> list[Post]:
        """Let some ways no longer name articles: a page out of a chain, a week out of the lists, a whole section."""
        found = list(posts)
        for post in found:
            post.ways -= set(ways)
        self._lists.clear()
        return found

    def of_days(self, first: datetime, days: int) -> list[Post]:
        """Return the articles of some days."""
        return [post for post in self.posts if first <= post.at < first + timedelta(days=days)]

    def of_section(self, section: str) -> list[Post]:
        return [post for post in self.posts if post.section == section]

    def _hide_some(self, chance: random.Random) -> None:
        """Leave some articles to one way alone; the newest two to the feeds alone, as where lists are made nightly."""
        free = [post for post in self.posts[5:-12] if all(self.offers(way, post) for way in ("lists",))]
        for ways, share in SHARES:
            (way,) = ways
            able = [post for post in free if post.ways == set(WAYS) and self.offers(way, post)]
            for post in chance.sample(able, min(len(able), int(share * len(self.posts)))):
                # Whoever is named by the page before alone needs one that is itself named.
                if way == "links" and self.posts[post.number - 1].ways != set(WAYS):
                    continue
                post.ways = set(ways)
        fed = self.fed()
        for post in [one for one in reversed(self.posts) if one.number in fed][:2]:
            post.ways = {"feeds"}
        self._lists.clear()


def html(
    text: str, *, charset: str = "utf-8", content_type: str = "text/html; charset=utf-8", at: datetime | None = None
) -> Page:
    """Return a page of text."""
    changed = (at or datetime(2021, 1, 1, tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    return Page(body=text.encode(charset, "replace"), content_type=content_type, modified_at=changed)


def moved(to: str, status: int = 301) -> Page:
    return Page(body=b"", status=status, location=to)
