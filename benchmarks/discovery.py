"""How much of a site is found, and at what price: the saved sites and the made-up ones, by all ways together and by each alone.

    python -m benchmarks.discovery DATA [--site NAME ...] [--ways all,chain,…] [--from home,deep] [--archive FOLDER] [--json FILE]

DATA is the folder of the saved sites (or `-` for the made-up ones alone). Each line is a real `scrapy crawl news` into an archive
of its own; what it found is compared with the truth, and requests are counted by the server. `deep` begins at one article.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import archive
from benchmarks.running import crawl
from benchmarks.saved import SAVED, bare, serving, shape, truth_of
from benchmarks.sites import MADE, WAYS, make
from seeds.serve import serve

ALL = "all"
BEGINNINGS = ("home", "deep")
MOST = 8
"""Requests per article of the truth at which a crawl is stopped: one that a trap holds would not end by itself."""
SHOWN = 12
"""Addresses of a kind that are printed."""


@dataclass
class Found:
    """One crawl's outcome."""

    site: str
    begun: str
    ways: str
    truth: int
    found: int
    requests: int
    seconds: float
    code: int
    extras: dict[str, list[str]] = field(default_factory=dict)
    """Kind -> addresses of archived pages that are no articles of the truth, or one of them once more."""
    missing: dict[str, list[str]] = field(default_factory=dict)
    """Which ways name them (of a saved site nobody knows) -> addresses."""
    asked: dict[str, int] = field(default_factory=dict)
    """Kind -> requests."""
    words: str = ""
    """What a crawl that failed said."""
    optional: int = 0
    """Articles that were found as well, and that no list of the site names."""
    stopped: bool = False
    """Whether it was stopped at MOST requests per article."""

    @property
    def recall(self) -> float:
        return self.found / self.truth if self.truth else 0.0

    @property
    def extra(self) -> int:
        return sum(map(len, self.extras.values()))

    @property
    def price(self) -> float:
        """Requests per article found, the optional ones among them."""
        articles = self.found + self.optional
        return self.requests / articles if articles else float("inf")

    def row(self) -> str:
        return (
            f"{self.site:8} {self.begun:5} {self.ways:9} {self.found:4} of {self.truth:4} {self.recall:7.3f} {self.optional:8} {self.extra:6}"
            f" {self.requests:9} {self.price:8.2f} {self.seconds:7.1f} {self.code:5}{' stopped' if self.stopped else ''}"
        )


HEAD = f"{'site':8} {'from':5} {'ways':9} {'found':>12} {'recall':>7} {'optional':>8} {'extras':>6} {'requests':>9} {'/article':>8} {'seconds':>7} {'code':>5}"


class Target:
    """A site that is being served, and what is true of it."""

    def __init__(self, name: str, url: str, truth: Iterable[str]) -> None:
        self.name, self.url, self.truth = name, url, list(truth)
        self.settings: dict[str, object] = {}
        self.optional: set[str] = set()

    def deep(self) -> str:
        """Return the address of one article, neither new nor old."""
        raise NotImplementedError

    def key(self, url: str) -> str:
        """Return by what an article's address is compared with the truth."""
        raise NotImplementedError

    def kind(self, url: str) -> str:
        raise NotImplementedError

    def named_by(self, key: str) -> str:
        return "?"

    def asked(self) -> list[str]:
        """Return what has been asked for so far."""
        raise NotImplementedError


class SavedTarget(Target):
    def __init__(self, name: str, data: Path, served: object) -> None:
        paths, optional = truth_of(data, name)
        super().__init__(name, f"{served.url}/", paths)  # type: ignore[attr-defined]
        self.optional, self._served = optional, served

    def deep(self) -> str:
        return self.url.rstrip("/") + self.truth[len(self.truth) // 2]

    def key(self, url: str) -> str:
        return bare(url)

    def kind(self, url: str) -> str:
        return "article" if bare(url) in {bare(path) for path in self.truth} else shape(url)

    def asked(self) -> list[str]:
        return self._served.asked()  # type: ignore[attr-defined, no-any-return]


class MadeTarget(Target):
    def __init__(self, name: str, made: object, server: object) -> None:
        self._truth = {one.path: one for one in made.truth()}  # type: ignore[attr-defined]
        super().__init__(name, made.url, self._truth)  # type: ignore[attr-defined]
        self.settings, self._made, self._server = {"CONNECT_TO": server.connect_to}, made, server  # type: ignore[attr-defined]

    def deep(self) -> str:
        usual = max(len(one.ways) for one in self._truth.values())
        able = [path for path, one in self._truth.items() if len(one.ways) == usual]
        return self.url.rstrip("/") + able[len(able) // 2]

    def key(self, url: str) -> str:
        return unquote(urlsplit(url).path)

    def kind(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.hostname in self._made.mirrors:
            return "mirror"
        return str(self._made.kind_of(f"{parts.path}?{parts.query}" if parts.query else parts.path))

    def named_by(self, key: str) -> str:
        return "+".join(self._truth[key].ways)

    def asked(self) -> list[str]:
        return [f"http://{one.host}{one.path}" for one in self._server.requests]


@contextmanager
def target(name: str, data: Path | None) -> Iterator[Target]:
    """Serve a site for as long as the block lasts."""
    if name in MADE:
        made = make(name)
        with serve(made.site()) as server:
            yield MadeTarget(name, made, server)
        return
    assert data is not None
    with serving(data, name) as served:
        yield SavedTarget(name, data, served)


def measure(site: Target, begun: str, ways: str, folder: Path) -> Found:
    """Crawl a site into a new archive, and compare."""
    before, url = len(site.asked()), site.url if begun == "home" else site.deep()
    most = max(500, MOST * len(site.truth))
    ran = crawl(
        url,
        folder,
        arguments={} if ways == ALL else {"ways": ways},
        settings={**site.settings, "CLOSESPIDER_PAGECOUNT": most},
    )
    asked = [path for path in site.asked()[before:] if not path.endswith("/robots.txt")]
    found = Found(site.name, begun, ways, len(site.truth), 0, len(asked), ran.seconds, ran.code)
    found.asked = dict(Counter(map(site.kind, asked)).most_common())
    found.stopped = len(asked) >= most
    if ran.code:
        found.words = ran.words
    want, hit, extras = {site.key(path) for path in site.truth}, set(), {}
    for url in _archived(folder):
        key, kind = site.key(url), site.kind(url)
        if key in want and key not in hit:
            hit.add(key)
        elif key in want:
            extras.setdefault("once more" if kind == "article" else kind, []).append(url)
        elif key in site.optional:
            found.optional += 1
        else:
            extras.setdefault(kind, []).append(url)
    found.found, found.extras = len(hit), extras
    for key in sorted(want - hit):
        found.missing.setdefault(site.named_by(key), []).append(key)
    return found


def _archived(folder: Path) -> list[str]:
    try:
        return sorted(one.url for one in archive.open(folder).articles())
    except archive.NotAnArchive:
        return []


def told(found: Found, *, verbose: bool = True) -> Iterator[str]:
    """Yield what is to be said of a crawl."""
    yield found.row()
    if found.words:
        yield "    " + re.sub(r"\s*\n\s*", " | ", found.words)[:400]
    if not verbose:
        return
    yield "    requests: " + ", ".join(f"{count} {kind}" for kind, count in list(found.asked.items())[:SHOWN])
    for word, groups in (("extra", found.extras), ("missing, named by", found.missing)):
        for kind, addresses in groups.items():
            yield f"    {word} {kind}: {len(addresses)}"
            for address in addresses[:SHOWN]:
                yield f"        {address}"


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", help="folder of the saved sites; - for none")
    parser.add_argument("--site", action="append", choices=[*SAVED, *MADE])
    parser.add_argument("--ways", default=",".join([ALL, *WAYS]), help="each alone; chain+lists for two together")
    parser.add_argument("--from", dest="begun", default="home", help="home, deep or home,deep")
    parser.add_argument("--archive", type=Path, help="keep the archives in this folder")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    data = None if options.data == "-" else Path(options.data)
    rows: list[Found] = []
    with tempfile.TemporaryDirectory(prefix="newsreel-discovery-") as place:
        for name in options.site or [*(SAVED if data else ()), *MADE]:
            with target(name, data) as site:
                for begun in options.begun.split(","):
                    for ways in options.ways.split(","):
                        folder = (options.archive or Path(place)) / f"{name}-{begun}-{ways}"
                        rows.append(measure(site, begun, ways.replace("+", ","), folder))
                        print("\n".join(told(rows[-1], verbose=ways == ALL)), flush=True)
    print("\n" + HEAD)
    for row in rows:
        print(row.row())
    if options.json:
        figures = [{**asdict(row), "recall": row.recall, "extra": row.extra} for row in rows]
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
