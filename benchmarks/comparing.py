"""What differs between the archives of two crawls of one made-up site, and between an archive and that site."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import archive
from benchmarks.newspaper import Plan, Site


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def by_page(counts: Counter[str]) -> Counter[str]:
    """Return counts of requests by page: which of its addresses is found first depends on the order of things."""
    found: Counter[str] = Counter()
    for path, count in counts.items():
        if path != "/robots.txt":
            found[path.removesuffix("?from=list").removesuffix("index.html")] += count
    return found


def articles(opened: archive.Archive) -> dict[str, list[tuple[object, ...]]]:
    """Return the wordings of each article, by the path of its address."""
    found: dict[str, list[tuple[object, ...]]] = {}
    for one in opened.articles(revisions=True):
        found.setdefault(path_of(one.canonical_url), []).append((one.digest, one.title, one.body))
    return found


def compared(told: archive.Archive, killed: archive.Archive, plan: Plan) -> dict[str, int]:
    """Return how much of what was wrong."""
    truth, found = articles(told), articles(killed)
    wrong = {
        "articles lost": len(truth.keys() - found.keys()),
        "articles invented": len(found.keys() - truth.keys()),
        "articles that say otherwise": sum(found[path][0] != truth[path][0] for path in truth.keys() & found.keys()),
        "revisions doubled": sum(len(wordings) - 1 for wordings in found.values()),
    }
    sightings = [Counter(map(seen_of, opened.observations())) for opened in (told, killed)]
    wordings: Counter[object] = Counter(seen.id for seen in killed.observations() if seen.digest)
    wrong["observations doubled"] = sum(count - 1 for count in wordings.values())
    wrong["observations lost"] = len({one.id for one in killed.articles()} - wordings.keys())
    wrong["other outcomes that differ"] = difference(
        *(Counter({k: v for k, v in s.items() if k[1] != "new"}) for s in sightings)
    )
    wrong["quarantine that differs"] = difference(*(Counter((path_of(one.url), one.reason) for one in opened.quarantine()) for opened in (told, killed)))  # fmt: skip
    site = Site(plan)
    wrong["raw pages that differ"] = sum(not is_as_served(one, killed, site) for one in killed.articles())
    return wrong


def seen_of(seen: archive.Observation) -> tuple[str, str]:
    return path_of(seen.url), seen.outcome


def difference(one: Counter[object], other: Counter[object]) -> int:
    return ((one - other) + (other - one)).total()


def is_as_served(one: archive.Article, opened: archive.Archive, site: Site) -> bool:
    """Return whether an article's page is kept as the site sent it."""
    if not one.captures or (exchange := opened.exchange(one.captures[-1])) is None:
        return False
    page = site.answer(path_of(one.url))
    if page.status == 503:  # said once
        page = site.answer(path_of(one.url))
    return bool(exchange.body == page.body)


def titles(path: Path) -> Counter[str]:
    """Return how often each item was fed; a torn line is none."""
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    return Counter(line for line in lines if line.startswith("{") and line.endswith("}"))
