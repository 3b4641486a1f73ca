"""A second run, and those after it: what it costs to look again, and after how many nights each change is found.

    python -m benchmarks.again [--pages 1500] [--nights 60] [--mode due] [--budget N] [--hints feed,sitemap,lastmod] [--json FILE]

The site is crawled once. Then one article is new, five old ones are edited, two are deleted (404, and a 200 that says so) and the
counters of a hundred tick, every day; it is crawled again each night on a clock that is moved, against a server with validators
and one without. Requests, bytes and their order are the server's own.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.nights import Event, Night, Watch, night
from benchmarks.sites.daily import Daily
from seeds.serve import serve

TICKING, EDITED, DELETED = 100, 5, (404, 200)
OLD = timedelta(days=60)
DAY = timedelta(days=1)
FIRST = 12
"""Requests of the second run that are printed."""


def measure(options: argparse.Namespace, root: Path, *, validators: bool) -> dict[str, Any]:
    """Crawl night after night until all is found, and return what was seen."""
    hints = frozenset(filter(None, options.hints.split(",")))
    made = Daily(articles=options.pages, seed=options.seed, hints=hints)
    made.now = made.now.replace(hour=3)
    chance, watch = random.Random(f"{options.seed} again"), Watch(root)
    with serve(made.site(validators=validators)) as server:
        first = night(made, server, root)
        watch.note(made.now)
        ticking = chance.sample(made.posts, min(TICKING, len(made.posts) // 2))
        new = _change(made, watch, chance)
        rest: list[Night] = []
        words = {"mode": options.mode} if options.mode != "none" else {}
        if options.budget:
            words["budget"] = options.budget
        for _ in range(options.nights):
            made.now += DAY
            made.tick(ticking, chance)
            rest.append(night(made, server, root, arguments=words))
            if rest[-1].code:
                break
            watch.note(made.now)
            if not watch.open():
                break
    second = rest[0]
    return {
        "validators": validators,
        "articles": len(made.posts) - 1,
        "first": _told(first),
        "second": _told(second),
        "requests": len(second.requests) / len(first.requests),
        "bytes": second.size / first.size,
        "new article at request": second.rank(new),
        "asked": [f"{one.status} {made.kind_of(one.path)} {one.path}" for one in second.requests],
        "nights": [_told(one) for one in rest],
        "found": [_found(event, first) for event in watch.events],
        "false revisions": watch.false_revisions,
        "false ends": watch.false_ends,
        "failure": rest[-1].words if rest[-1].code else "",
    }


def _change(made: Daily, watch: Watch, chance: random.Random) -> str:
    """Let half a day's work happen; return the path of the new article."""
    at = made.now + timedelta(hours=12)
    old = [post for post in made.posts if post.at < made.now - OLD]
    *edited, soft, hard = chance.sample(old, EDITED + len(DELETED))
    for post in edited:
        watch.add(Event("edit", post.path, at, made.edit(post, at)))
    for post, status in zip((hard, soft), DELETED, strict=True):
        made.delete(post, status)
        watch.add(Event("deletion", post.path, at))
    new = made.publish(at)
    watch.add(Event("new", new.path, at))
    return new.path


def _told(one: Night) -> dict[str, Any]:
    return {"requests": len(one.requests), "bytes": one.size, "statuses": one.statuses, "seconds": round(one.seconds, 1),
            "code": one.code}  # fmt: skip


def _found(event: Event, first: Night) -> dict[str, Any]:
    def count(at: Any) -> int | None:
        return None if at is None else (at - first.at).days

    return {
        "kind": event.kind,
        "path": event.path,
        "seen in run": count(event.seen_at),
        "sure in run": count(event.sure_at),
    }


def report(seen: dict[str, Any]) -> None:
    print(f"\n{seen['articles']} articles, server {'with' if seen['validators'] else 'without'} validators")
    for name in ("first", "second"):
        one = seen[name]
        print(
            f"  {name:6} run: {one['requests']:6} requests, {one['bytes']:11,} bytes, {one['seconds']:6} s, {one['statuses']}"
        )
    print(f"  second against first: {seen['requests']:.1%} of the requests, {seen['bytes']:.1%} of the bytes")
    print(f"  the new article came with request {seen['new article at request']} of the second run")
    kinds = Counter(" ".join(line.split(" ")[:2]) for line in seen["asked"])
    print("  the second run asked for: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    for line in seen["asked"][:FIRST]:
        print(f"      {line}")
    for one in seen["found"]:
        sure = f", stated in {one['sure in run']}" if one["kind"] == "deletion" else ""
        print(f"  {one['kind']:8} {one['path']}: found in nightly run {one['seen in run']}{sure}")
    later = [one["requests"] for one in seen["nights"]]
    print(f"  {len(later)} nightly runs, {sum(later) / len(later):.0f} requests in the mean, {max(later)} at most")
    print(f"  false revisions: {len(seen['false revisions'])}, false ends: {len(seen['false ends'])}")
    if seen["failure"]:
        print("  the last run failed: " + seen["failure"].replace("\n", " | ")[:400])


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=1500)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--mode", default="due", help="full, new or due; none for runs that are not told")
    parser.add_argument("--budget", type=int)
    parser.add_argument("--hints", default="feed", help="what the site has beside lists and chains")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server", choices=("validators", "plain", "both"), default="both")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(words)
    results = []
    for validators in (True, False):
        if options.server in ("both", "validators" if validators else "plain"):
            with tempfile.TemporaryDirectory(prefix="newsreel-again-") as place:
                results.append(measure(options, Path(place) / "data", validators=validators))
                report(results[-1])
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
