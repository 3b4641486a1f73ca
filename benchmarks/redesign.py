"""A redesign in the middle of a run, on saved sites: flagged, learnt, healed, and how the records compare with those of an undisturbed crawl.

    python -m benchmarks.redesign DATA [NAME ...] [--variant middle|between|both] [--seed 1] [--json FILE]

DATA holds serve_site.py and sites/. `middle`: once half of the articles have been fetched, all answers are in a new design that the generic rules misread
(benchmarks/redrawn.py). `between`: the site is crawled, then half of its articles are in the new design, and it is crawled again. Then
`scrapy learn --write` and `scrapy reextract` are run, the latter twice.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import archive
from archive import Article
from benchmarks.redrawn import Drawn, drawing
from benchmarks.running import QUICK, ROOT
from benchmarks.saved import truth_of
from crawler.reextraction.reading import FIELDS

SPIDER = '''"""{name}, read the generic way."""

from crawler.spider import ArticleSpider


class Redrawn(ArticleSpider):
    """Articles of {name}."""

    name = "{name}"
    start_urls = ["{url}/"]
'''
VARIANTS = ("middle", "between")


class Place:
    """A folder with an archive, and spiders of its own."""

    def __init__(self, folder: Path, name: str, url: str) -> None:
        self.folder, self.name, self.archive = folder, name, folder / "data"
        self.spiders = folder / "redrawn_spiders"
        self.spiders.mkdir()
        (self.spiders / "__init__.py").write_text("")
        (self.spiders / f"{name}.py").write_text(SPIDER.format(name=name, url=url), "utf-8")

    def scrapy(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a scrapy command on the archive, with the spiders of the folder."""
        settings = {**QUICK, "ARCHIVE": self.archive, "SPIDER_MODULES": f"crawler.spiders,{self.spiders.name}",
                    "NEWSPIDER_MODULE": self.spiders.name, "LOG_LEVEL": "WARNING"}  # fmt: skip
        chosen = [word for key, value in settings.items() for word in ("-s", f"{key}={value}")]
        command = [sys.executable, "-m", "scrapy", words[0], *chosen, *words[1:]]
        paths = {
            "PYTHONPATH": f"{self.folder}:{ROOT}",
            "PATH": "/usr/bin:/bin",
            "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        }
        return subprocess.run(command, cwd=ROOT, env=paths, capture_output=True, text=True, check=False)

    def articles(self) -> dict[str, Article]:
        """Return the newest wording of each article, by its address."""
        return {article.url: article for article in archive.open(self.archive).articles()}


def measure(data: Path, name: str, variant: str, seed: int, root: Path) -> dict[str, Any]:
    """Crawl, learn and heal; return what came of it."""
    paths, _ = truth_of(data, name)
    with drawing(data, name, paths) as site:
        undisturbed = _place(root, "undisturbed", name, site)
        undisturbed.scrapy("crawl", name)
        before = undisturbed.articles()
        place = _place(root, variant, name, site)
        if variant == "between":
            place.scrapy("crawl", name)
            chance = random.Random(seed)
            changed = set(chance.sample(paths, len(paths) // 2))
            site.is_new = changed.__contains__
        else:
            site.is_new = lambda path: len({seen for seen, _ in site.shown}) > len(paths) // 2
        site.shown.clear()
        ran = place.scrapy("crawl", name)
        affected = {quote(site.url + path, safe=":/%") for path, new in site.shown if new}
        opened = archive.open(place.archive)
        quarantined = [record for record in opened.quarantine() if record.url in affected]
        crawled = place.articles()
        learning = place.scrapy("learn", name, "--write", name, "--force")
        healing = place.scrapy("reextract", name)
        again = place.scrapy("reextract", name)
        healed = place.articles()
    known = affected & before.keys()
    return {
        "site": name,
        "variant": variant,
        "articles": len(before),
        "affected": len(known),
        "quarantined": len({record.url for record in quarantined} & known),
        "reasons": Counter(record.reason for record in quarantined),
        "details": [record.detail for record in quarantined[:3]],
        "false alarms": sum(record.url not in affected for record in opened.quarantine()),
        "unseen": sorted(known - crawled.keys() - {record.url for record in quarantined}),
        "wrongly stored": sorted(url for url in known & crawled.keys() if crawled[url].digest != before[url].digest),
        "healed": sum(url in healed and _same(healed[url], before[url]) for url in known),
        "wordings": sum(url in healed and healed[url].digest == before[url].digest for url in known),
        "differences": Counter(
            field for url in known for field in _differences(healed.get(url), before[url])
        ).most_common(),
        "lost": [
            (url, _differences(healed.get(url), before[url]))
            for url in sorted(known)
            if _differences(healed.get(url), before[url])
        ][:12],
        "crawl": [ran.returncode, *ran.stderr.strip().splitlines()[-3:]],
        "learn": [learning.returncode, *learning.stderr.strip().splitlines()],
        "layouts": (place.spiders / f"{name}.py").read_text("utf-8").partition("    layouts = ")[2],
        "heal": [healing.returncode, *healing.stderr.strip().splitlines()[-2:]],
        "again": [again.returncode, *again.stderr.strip().splitlines()[-2:]],
    }


def _place(root: Path, what: str, name: str, site: Drawn) -> Place:
    folder = root / f"{name}-{what}"
    folder.mkdir()
    return Place(folder, name, site.url)


def _differences(one: Article | None, other: Article) -> list[str]:
    return ["missing"] if one is None else [name for name in FIELDS if getattr(one, name) != getattr(other, name)]


def _same(one: Article, other: Article) -> bool:
    return not _differences(one, other)


def report(seen: dict[str, Any]) -> None:
    """Print what came of one drill."""
    print(f"\n{seen['site']}, {seen['variant']}: {seen['articles']} articles")
    print(f"  affected {seen['affected']}, quarantined {seen['quarantined']} ({dict(seen['reasons'])}), never seen as articles {len(seen['unseen'])}, "
          f"wrongly stored {len(seen['wrongly stored'])}, of others in quarantine {seen['false alarms']}")  # fmt: skip
    print(
        f"  records equal to the undisturbed crawl's: all fields {seen['healed']}/{seen['affected']}, wording {seen['wordings']}/{seen['affected']}"
    )
    print(f"  fields that differ: {dict(seen['differences'])}")
    for name in ("details", "wrongly stored", "lost", "crawl", "learn", "heal", "again"):
        print(f"  {name}: " + "\n      ".join(map(str, seen[name])))
    print(f"  layouts = {seen['layouts']}")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("names", nargs="*", default=["hncic", "wuchong"], metavar="NAME")
    parser.add_argument("--variant", choices=(*VARIANTS, "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    results = []
    with tempfile.TemporaryDirectory(prefix="newsreel-redesign-") as root:
        for name in options.names:
            for number, variant in enumerate(VARIANTS):
                if options.variant in (variant, "both"):
                    folder = Path(root) / f"{name}-{number}"
                    folder.mkdir()
                    results.append(measure(options.data, name, variant, options.seed, folder))
                    report(results[-1])
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1, default=str), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
