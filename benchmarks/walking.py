"""How many requests a site takes, without a network: saved sites and traps, walked with the rules of discovery in a frontier's order.

    python -m benchmarks.walking DATA [--site NAME ...] [--ways chain,lists,links] [--bare] [--pages] [--at-once N]
        [--made] [--traps]

DATA is the folder of the saved sites (`-` for the traps alone). A walk does what a crawl does with a page (parse, read, is it
an article, what to follow) and asks in the order of priorities, first come first served; `--bare` leaves out what is
learnt of shapes and addresses, to compare. Sitemaps and feeds are not read.
"""

from __future__ import annotations

import argparse
import re
import sys
import tarfile
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from archive import article_key
from benchmarks.saved import SAVED, bare, truth_of
from benchmarks.sites import MADE, Made, make
from benchmarks.traps import TRAPS
from crawler.discovery.canonical import Canonical, digest_of
from crawler.discovery.kinds import is_article
from crawler.discovery.links import WAYS, follow
from crawler.discovery.missing import says_missing
from crawler.discovery.scope import Scope
from crawler.discovery.shapes import Shapes
from crawler.extraction import Unreadable, parse, read
from pipelines.urls import canonical_url

Fetch = Callable[[str], tuple[bytes | None, str]]
"""Address -> page, and the address under which it was found."""
MOST = 3_000
"""Requests of one walk."""


@dataclass
class Walk:
    """What came of one walk."""

    articles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    copies: int = 0
    seconds: float = 0.0


def walk(fetch: Fetch, start: str, *, ways: frozenset[str], learning: bool = True, at_once: int = 1) -> Walk:  # noqa: C901  # one loop
    """Walk a site from a start page."""
    done, began = Walk(), time.perf_counter()
    scope, shapes, canonical, order = Scope.of(start), Shapes(), Canonical(), count()
    queue: list[tuple[int, int, str]] = [(-100, next(order), start)]
    known = {article_key(canonical_url(start))}

    def read_one(url: str) -> None:
        is_start, (body, final) = url == start, fetch(url)
        if final != url:
            is_known = (key := article_key(canonical_url(final))) in known
            if learning:
                shapes.seen(url, article=False, named=[final], new=[] if is_known else [final])
            if is_known and key != article_key(canonical_url(url)):
                return
            known.add(key)
            url = final
        if body is None:
            # What is gone says nothing of its like, and leads nowhere.
            return
        try:
            document = parse(body, url)
        except Unreadable:
            return
        item = read(document)
        article = is_article(document, item)
        if learning and says_missing(document, item):
            done.missing.append(url)
            return
        digest = digest_of(document, item, is_article=article) if learning else None
        is_copy = canonical.saw(url, digest) is not None
        done.copies += is_copy
        (done.articles if article else done.others).append(url)
        links = follow(document, item, is_article=article, scope=scope, ways=ways, is_start=is_start)
        new, named = [], []
        for link in links:
            address = canonical.of(link.url) if learning else link.url
            key = article_key(canonical_url(address))
            named.append(address)
            if key in known:
                continue
            known.add(key)
            new.append(address)
            priority = shapes.priority(address, link.priority) if learning else link.priority
            heappush(queue, (-priority, next(order), address))
        if learning:
            shapes.seen(url, article=article, copy=is_copy, named=named, new=new)

    flying: deque[str] = deque()
    while queue or flying:
        if len(done.asked) >= MOST:
            break
        if not queue or len(flying) >= at_once:
            read_one(flying.popleft())
            continue
        _, _, url = heappop(queue)
        if learning and url != start:
            own = canonical.of(url)
            if own != url:
                if (key := article_key(canonical_url(own))) in known:
                    continue
                known.add(key)
                url = own
            if reason := shapes.wants(url):
                done.refused[url] = reason
                continue
        done.asked.append(url)
        flying.append(url)
    done.seconds = time.perf_counter() - began
    return done


class Saved:
    """A saved site's files."""

    def __init__(self, data: Path, name: str) -> None:
        with tarfile.open(data / "sites" / f"{name}.tar.gz") as packed:
            self.files = {}
            for one in packed:
                if (file := packed.extractfile(one)) is not None:
                    self.files["/" + one.name.split("www/", 1)[1]] = file.read()
        text = (data / "sites" / f"{name}.truth.json").read_text("utf-8")
        hosts = re.search(r'"hosts": \[([^\]]*)\]', text)
        names = re.findall(r'"([^"]+)"', hosts[1]) if hosts else []
        alias = "|".join(re.escape(one) for one in names) or "x^"
        self._own = re.compile(rf"(?:https?:)?//(?:{alias})(?![\w.-])".encode())
        self.truth, self.optional = truth_of(data, name)

    def fetch(self, url: str) -> bytes | None:
        path = unquote(urlsplit(url).path)
        for one in (path, *(path.rstrip("/") + end for end in ("/index.html", "/index.htm", ".html", "/index.xml"))):
            if one in self.files:
                body = self.files[one]
                return self._own.sub(b"http://site.test", body) if one.endswith((".html", ".htm")) else body
        return None


def answers_of(made: Made) -> Fetch:
    """Return how a made-up site is asked; redirects are followed."""

    def fetch(url: str) -> tuple[bytes | None, str]:
        for _ in range(5):
            parts = urlsplit(url)
            page = made.answer(parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))
            if page.location is None:
                return page.body if page.status < 400 and "html" in page.content_type else None, url
            url = urljoin(url, page.location)
        return None, url

    return fetch


def told(name: str, done: Walk, truth: list[str], optional: set[str], *, pages: bool) -> None:
    """Print what came of a walk."""
    want = {bare(one) for one in truth}
    found = {bare(one) for one in done.articles}
    extras = found - want - optional
    hit = want & found
    rate = len(done.asked) / max(1, len(hit))
    print(
        f"{name:12} {len(hit):4} of {len(want):4} recall {len(hit) / max(1, len(want)):.3f}  extras {len(extras):3}"
        f"  optional {len(found & optional):3}  requests {len(done.asked):4}  per article {rate:5.2f}"
        f"  refused {len(done.refused):4}  missing {len(done.missing):3}  copies {done.copies:3}  {done.seconds:5.1f} s",
        flush=True,
    )
    if pages:
        for word, addresses in (("extra", sorted(extras)), ("lost", sorted(want - found))):
            for address in addresses[:20]:
                print(f"    {word} {address}")
        shapes = Counter(re.sub(r"\d+", "#", re.sub(r"[^/#]{9,}", "*", bare(one))) for one in done.others)
        print("    others:", ", ".join(f"{n} {shape}" for shape, n in shapes.most_common(25)))
        print("    refused:", Counter(done.refused.values()).most_common(12))
        print("    missing:", done.missing[:10])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data")
    parser.add_argument("--site", action="append", choices=SAVED)
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--bare", action="store_true")
    parser.add_argument("--pages", action="store_true")
    parser.add_argument("--at-once", type=int, default=1, help="requests under way while a page is read")
    parser.add_argument(
        "--made", action="store_true", help="the made-up sites of a newspaper, columns and a portal, too"
    )
    parser.add_argument("--traps", action="store_true")
    options = parser.parse_args()
    how = {"ways": frozenset(options.ways.split(",")), "learning": not options.bare, "at_once": options.at_once}
    for name in options.site or (SAVED if options.data != "-" else ()):
        site = Saved(Path(options.data), name)
        done = walk(lambda url, site=site: (site.fetch(url), url), "http://site.test/", **how)
        told(name, done, site.truth, site.optional, pages=options.pages)
    for name in MADE if options.made else ():
        made = make(name)
        done = walk(answers_of(made), made.url, **how)
        told(name, done, [one.path for one in made.truth()], set(), pages=options.pages)
    if options.traps or options.data == "-":
        for name, trapped in TRAPS.items():
            trap = trapped()
            done = walk(lambda url, trap=trap: (trap.fetch(url), url), "http://site.test/", **how)
            told(name, done, sorted(trap.truth), set(), pages=options.pages)
            print(f"{'':12} in the trap: {sum(map(trap.is_trap, done.asked))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
