"""Made-up sites, each with a few articles, and a trap that has no end."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from urllib.parse import parse_qs, urlsplit

ARTICLES = 40
WORDS = "harbour council railway museum orchard bridge weather library festival engine school garden market theatre river".split()


def text(seed: object, sentences: int = 14) -> str:
    chance = random.Random(str(seed))
    said = (" ".join(chance.choices(WORDS, k=12)).capitalize() + "." for _ in range(sentences))
    return "".join(f"<p>{one}</p>" for one in said)


def page(title: str, body: str) -> bytes:
    return (
        f"<!doctype html><html lang=en><head><title>{title} - The Gazette</title></head>"
        f"<body><div class=head><a href='/'>Home</a></div>{body}</body></html>"
    ).encode()


def listing(title: str, links: Iterable[tuple[str, str]], more: str = "") -> bytes:
    return page(
        title, f"<h1>{title}</h1><ul>" + "".join(f"<li><a href='{u}'>{t}</a></li>" for u, t in links) + f"</ul>{more}"
    )


class Trap:
    """A site of forty articles behind four list pages; `around` is on each page, `other` answers whatever is no article."""

    def __init__(self, around: Callable[[str], str], other: Callable[[str], bytes | None], trap: str) -> None:
        self._around, self._other, self._trap = around, other, re.compile(trap)
        self.truth = {f"/news/{1000 + number}.html" for number in range(ARTICLES)}

    def is_trap(self, url: str) -> bool:
        parts = urlsplit(url)
        return self._trap.search(parts.path + (f"?{parts.query}" if parts.query else "")) is not None

    def fetch(self, url: str) -> bytes | None:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if parts.path in self.truth and not self.is_trap(url):
            return self.article(parts.path, path)
        if parts.path == "/" and not self.is_trap(url):
            return listing("The Gazette", [(f"/list/{n}.html", f"Page {n}") for n in range(1, 5)], self._around(path))
        if (match := re.fullmatch(r"/list/([1-4])\.html", path)) is not None:
            return listing(f"News, page {match[1]}", entries(int(match[1])), self._around(path))
        return self._other(path)

    def article(self, article: str, path: str) -> bytes:
        title = headline(article)
        body = f"<h1>{title}</h1><p class=meta>2024-05-06 10:00 Source: The Gazette</p><div>{text(article)}</div>"
        return page(title, body + self._around(path))


def headline(path: str) -> str:
    return " ".join(random.Random(path).choices(WORDS, k=6)).capitalize()


def entries(number: int) -> list[tuple[str, str]]:
    return [(path := f"/news/{1000 + n}.html", headline(path)) for n in range(10 * (number - 1), 10 * number)]


def calendar() -> Trap:
    def other(path: str) -> bytes | None:
        if match := re.fullmatch(r"/events/(\d+)/(\d+)(?:/(\d+))?/", path):
            year, month = int(match[1]), int(match[2])
            later, before = divmod(year * 12 + month, 12), divmod(year * 12 + month - 2, 12)
            sides = [(f"/events/{y}/{m + 1:02}/", f"{y}-{m + 1:02}") for y, m in (before, later)]
            days = [] if match[3] else [(f"/events/{year}/{month:02}/{day:02}/", str(day)) for day in range(1, 29)]
            return listing(f"Events of {year}-{month:02}-{match[3] or ''}", [*days, *sides], "<p>No events.</p>")
        return None

    return Trap(lambda _: "<a href='/events/2024/05/'>Calendar</a>", other, r"^/events/")


def sessions() -> Trap:
    made = iter(range(10**9))
    site: Trap

    def around(_: str) -> str:
        sid = f"{random.Random(next(made)).getrandbits(128):032x}"
        return "".join(
            f"<a href='{u}?visit={sid}'>{t}</a> " for n in (1, 2, 3, 4) for u, t in entries(n)[:3]
        ) + "".join(f"<a href='/list/{n}.html?visit={sid}'>Page {n} of the news of the town</a> " for n in (1, 2, 3, 4))

    site = Trap(around, lambda _: None, r"visit=")

    def fetch(url: str) -> bytes | None:
        return Trap.fetch(site, url.partition("?")[0])

    site.fetch = fetch  # type: ignore[method-assign]
    return site


def sorting() -> Trap:
    keys = {
        "sort": "date title author views".split(),
        "dir": "up down".split(),
        "view": "grid list wide".split(),
        "per": "5 10 20 50".split(),
    }

    def other(path: str) -> bytes | None:
        parts = urlsplit(path)
        if parts.path != "/archive":
            return None
        chosen = {key: values[0] for key, values in parse_qs(parts.query).items()}
        links = [
            ("/archive?" + "&".join(f"{k}={v}" for k, v in {**chosen, key: value}.items()), f"{key} {value}")
            for key, values in keys.items()
            for value in values
        ]
        links += [
            ("/archive?" + "&".join(f"{k}={v}" for k, v in {**chosen, "page": str(n)}.items()), str(n))
            for n in (1, 2, 3, 4)
        ]
        named = entries(int(chosen.get("page", "1")) if chosen.get("page", "1") in "1234" else 4)
        random.Random(parts.query).shuffle(named)
        return listing("Archive", [*links, *named])

    return Trap(lambda _: "<a href='/archive?sort=date'>Archive of all the news</a>", other, r"^/archive")


def repeating() -> Trap:
    def other(path: str) -> bytes | None:
        if match := re.fullmatch(r"/all/page/(\d+)/", path):
            number = int(match[1])
            return listing("All", entries(min(number, 4)), f"<a href='/all/page/{number + 1}/'>next</a>")
        return None

    return Trap(lambda _: "<a href='/all/page/1/'>All</a>", other, r"^/all/")


def changing() -> Trap:
    def other(path: str) -> bytes | None:
        if match := re.fullmatch(r"/mix/(\d+)/?", path):
            number = int(match[1])
            named = random.Random(number).sample([one for n in (1, 2, 3, 4) for one in entries(n)], 5)
            return listing(
                f"Mix {number}",
                named,
                f"<a href='/mix/{number + 1}'>next page</a><a href='/mix/{number * 7 + 13}'>surprise</a>",
            )
        return None

    return Trap(lambda _: "<a href='/mix/1'>Mix</a>", other, r"^/mix/")


def invented() -> Trap:
    """Pages that name ever more pages of words, none of them an article."""

    def other(path: str) -> bytes | None:
        match = re.fullmatch(r"/topic/([a-z-]+)", path)
        if match is None:
            return None
        chance = random.Random(path)
        named = [
            (
                "/topic/" + "-".join(chance.choices(WORDS, k=2)) + "-" + "".join(chance.choices("abcdefgh", k=6)),
                " ".join(chance.choices(WORDS, k=4)),
            )
            for _ in range(12)
        ]
        return listing(match[1].replace("-", " "), named)

    return Trap(lambda _: "<a href='/topic/river'>Topics</a>", other, r"^/topic/")


def mirrors() -> Trap:
    site: Trap

    def around(path: str) -> str:
        bare = path.removeprefix("/m").removeprefix("/print").partition("?")[0]
        return f"<a href='/m{bare}'>The same for small screens</a> <a href='/print{bare}'>The same on paper</a> <a href='{bare}?style=dark'>The same at night time</a>"

    def fetch(url: str) -> bytes | None:
        parts = urlsplit(url)
        return Trap.fetch(site, "http://x" + re.sub(r"^/(?:m|print)(?=/)", "", parts.path))

    site = Trap(around, lambda path: None, r"^/m/|^/print/|style=")
    site.fetch = fetch  # type: ignore[method-assign]
    return site


def growing() -> Trap:
    def other(path: str) -> bytes | None:
        names = path.strip("/").split("/")
        if names[0] not in ("more", "deep"):
            return None
        if names[0] == "more":
            return listing(
                "More",
                [("section/", "Section and its pages"), ("more/", "More of the same news"), ("about.html", "About")],
            )
        chance = random.Random(path)
        return listing(f"Deep {len(names)}", [(f"{path}/{word}", word) for word in chance.sample(WORDS, 3)])

    return Trap(lambda _: "<a href='/more/'>More</a> <a href='/deep'>Deep</a>", other, r"^/(?:more|deep)")


def gone() -> Trap:
    """Addresses without end that are answered by a page that says that there is none."""

    def other(path: str) -> bytes | None:
        if match := re.fullmatch(r"/item/(\d+)\.html", path):
            number = int(match[1])
            links = "".join(
                f"<a href='/item/{number * 3 + n}.html'>A related item of the collection {n}</a>" for n in range(3)
            )
            return page("Page not found", f"<h1>Page not found</h1><p>This item is no longer available.</p>{links}")
        return None

    return Trap(lambda _: "<a href='/item/5001.html'>An item that was here last year</a>", other, r"^/item/")


def filters() -> Trap:
    """Facets in the path, any number of them."""

    def other(path: str) -> bytes | None:
        names = path.strip("/").split("/")
        if names[0] != "shop" or len(names) > 12:
            return None
        links = [
            (f"{path.rstrip('/')}/{key}-{value}", f"{key} {value}")
            for key in ("colour", "size", "kind")
            for value in WORDS[:6]
            if f"{key}-{value}" not in names
        ]
        return listing("Shop: " + ", ".join(names[1:]), links)

    return Trap(lambda _: "<a href='/shop'>Shop</a>", other, r"^/shop")


TRAPS: dict[str, Callable[[], Trap]] = {
    made.__name__: made
    for made in (calendar, sessions, sorting, repeating, changing, invented, mirrors, growing, gone, filters)
}
