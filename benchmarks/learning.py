"""How well a layout that was learnt from a few articles of a site reads all others, and how fast, beside the generic way.

    python -m benchmarks.learning SITES [--learn 20] [--seed 1] [--rounds 3] [NAME ...]

SITES holds NAME.tar.gz, a site as static files below www/, and NAME.truth.json with its articles (path, title, date). Articles to learn from
are drawn at random; everything is measured on those that were not. Bodies have no truth here: they are compared with the generic reading.
"""

import argparse
import json
import random
import statistics
import sys
import tarfile
import time
from pathlib import Path

from crawler.extraction import parse, read
from crawler.learning import learn, sampled
from crawler.learning.places import FIELDS
from crawler.learning.trial import alike
from pipelines.dates import parse_moment

SITES = ("hncic", "wuchong", "moxfive")


def load(folder, name):
    """Return the site's articles as (truth, address, bytes)."""
    truths = json.loads((folder / f"{name}.truth.json").read_text("utf-8"))["articles"]
    found = []
    with tarfile.open(folder / f"{name}.tar.gz") as archive:
        members = {member.name: member for member in archive.getmembers() if member.isfile()}
        for truth in truths:
            path = "www" + truth["path"]
            member = members.get(path) or members.get(path.rstrip("/") + "/index.html")
            if member is not None:
                found.append((truth, f"https://{name}.example{truth['path']}", archive.extractfile(member).read()))
    return found


def flat(text):
    return "".join((text or "").split())


def timed(pages, layouts, rounds):
    """Return what is read from each page, and the median of its CPU milliseconds."""
    items, spent = [], []
    for _, url, body in pages:
        best = []
        for _ in range(rounds):
            began = time.process_time()
            item = read(parse(body, url), layouts)
            best.append(time.process_time() - began)
        items.append(item)
        spent.append(min(best) * 1000)
    return items, spent


def is_day(item, day):
    moment = parse_moment(item.published) if item.published else None
    return moment is not None and moment.at.date().isoformat() == day


def shares(pages, items):
    titles = [
        flat(item.title) == flat(truth["title"])
        for (truth, *_), item in zip(pages, items, strict=True)
        if truth.get("title")
    ]
    days = [is_day(item, truth["date"]) for (truth, *_), item in zip(pages, items, strict=True) if truth.get("date")]
    return sum(titles), len(titles), sum(days), len(days)


def measure(folder, name, count, seed, rounds):
    pages = load(folder, name)
    drawn = set(random.Random(seed).sample(range(len(pages)), count))
    began = time.process_time()
    samples = [
        sample for number in sorted(drawn) if (sample := sampled(pages[number][1], pages[number][2], pages[number][1]))
    ]
    learnt = learn(samples)
    spent = time.process_time() - began
    others = [page for number, page in enumerate(pages) if number not in drawn]
    generic, slow = timed(others, (), rounds)
    mine, fast = timed(others, learnt.layouts, rounds)
    print(
        f"{name}: learnt from {len(samples)} of {len(pages)} articles in {spent:.1f} s, tried on {len(others)} others"
    )
    for design in learnt.designs:
        print(f"  design of {len(design.samples)} pages: {design.layout or design.why}")
    for label, items, ms in (("generic", generic, slow), ("learnt", mine, fast)):
        right, of, days, dated = shares(others, items)
        print(f"  {label:8} title {right}/{of}  date {days}/{dated}  body on {sum(bool(item.body) for item in items)}"
              f"  {statistics.median(ms):.2f} ms a page (median), {statistics.mean(ms):.2f} (mean)")  # fmt: skip
    print(
        f"  {'':8} {statistics.median(slow) / statistics.median(fast):.2f} times as fast (median), {statistics.mean(slow) / statistics.mean(fast):.2f} (mean)"
    )
    print(f"  {'field':10} {'by layout':>10} {'generic':>8} {'agree':>6}")
    for field in FIELDS:
        shown = {"published": "published_at", "modified": "modified_at", "views": "view_count"}.get(field, field)
        by_layout = sum(any(entry.name == shown and entry.how == "layout" for entry in item.evidence) for item in mine)
        pairs = [(getattr(one, field), getattr(other, field)) for one, other in zip(generic, mine, strict=True)]
        stated = sum(bool(one) for one, _ in pairs)
        agree = sum(bool(one) and bool(other) and alike(field, one, other) for one, other in pairs)
        if stated or by_layout:
            print(f"  {field:10} {by_layout:10} {stated:8} {agree:6}")
    print()
    return others, generic, mine


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sites", type=Path)
    parser.add_argument("names", nargs="*", default=SITES, metavar="NAME")
    parser.add_argument("--learn", type=int, default=20, metavar="COUNT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3, help="the fastest of so many readings of a page counts")
    options = parser.parse_args()
    for name in options.names:
        measure(options.sites, name, options.learn, options.seed, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
