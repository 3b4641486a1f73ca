"""How well and how fast pages are read, on sets of saved pages with their truths, beside other readers in the same run.

    python -m benchmarks.extraction DATA [--peers PYTHON] [--sets SET,SET] [--worst 10]

DATA holds score.py, the measure, and extraction/SET/ with truth.jsonl and pages/ID.html.gz. PYTHON is that of an environment with the peers:

    python -m venv peers; peers/bin/pip install -U pip; peers/bin/pip install -c constraints-peers.txt trafilatura gne readability-lxml

A third of the sites is held back: no rule is ever looked at on their pages. They are told apart by a digest of the site's name, so that a site lies
on one side whole, whatever its pages; their figures are printed as totals alone, and none of their pages is named.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from benchmarks.extraction_peers import PEERS
from crawler.extraction import Unreadable, parse, read
from pipelines.article import content_fields

SETS = ("aeb", "readability", "zh_news", "zh_labels", "zh_cms")
FIELDS = ("title", "date", "time", "author", "editor", "source", "views", "prev", "next")
READS = {
    "newsreel": {"body", *FIELDS},
    "trafilatura": {"body", "title", "date", "author", "source"},
    "trafilatura, precision": {"body", "title", "date", "author", "source"},
    "GNE": {"body", "title", "date", "time", "author"},
    "readability-lxml": {"body", "title"},
}
"""What each reader has at all: where it does not compete it is not scored."""


def site(truth):
    """Return the site of a page: the host of its address, else what its id begins with.

    >>> site({"id": "a_1", "url": "https://www.news.example/1.html"}), site({"id": "harbour-daily_7"}), site({"id": "lone"})
    ('news.example', 'harbour-daily', 'lone')
    """
    if truth.get("url"):
        return (urlsplit(truth["url"]).hostname or "").removeprefix("www.")
    name = truth["id"]
    for mark in "_-":
        if mark in name:
            return name.rsplit(mark, 1)[0]
    return name


def is_held_back(truth):
    return int(hashlib.sha1(site(truth).encode()).hexdigest(), 16) % 3 == 0


def load_measure(data):
    spec = importlib.util.spec_from_file_location("measure", data / "score.py")
    measure = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(measure)
    return measure


def newsreel(pages):
    found = {}
    for page in pages:
        with gzip.open(page["path"]) as file:
            body = file.read()
        began = time.process_time()
        try:
            fields = msgspec.to_builtins(content_fields(read(parse(body, page["url"]))))
        except Unreadable as error:
            fields = {"error": str(error)}
        found[page["id"]] = {**fields, "ms": (time.process_time() - began) * 1000}
    return found


def peer(python, name, pages):
    lines = "".join(json.dumps(page) + "\n" for page in pages)
    script = Path(__file__).with_name("extraction_peers.py")
    done = subprocess.run([python, script, name], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr.strip().splitlines()[-1]}")
    rows = map(json.loads, done.stdout.splitlines())
    return {row["id"]: row for row in rows}


def figures(measure, truths, found, reader):
    """Return the row of a reader on some pages of a set: what it competes in."""
    ids = {truth["id"] for truth in truths}
    scored = measure.score(truths, {name: row for name, row in found.items() if name in ids})
    body = scored.get("body", {}).get("f1") if "body" in READS[reader] else None
    exact = {name: scored.get(name, {}).get("exact") for name in FIELDS if name in READS[reader]}
    return {"body": body, **exact, "false": scored.get("false") if "views" in READS[reader] else None, **scored["ms"]}


def shown(value, width=8, sign=False):
    if value is None:
        return "-".rjust(width)
    return (f"{value:+.3f}" if sign else f"{value:.3f}").rjust(width)


def print_table(rows):
    columns = ("body", *FIELDS)
    used = [name for name in columns if any(row.get(name) is not None for _, row in rows)]
    print(f"{'':38}" + "".join(name.rjust(8) for name in used) + "  ms median    mean  false views/prev/next")
    for label, row in rows:
        sign = label.endswith("difference")
        line = f"{label:38}" + "".join(shown(row.get(name), sign=sign) for name in used)
        if not sign:
            false = row.get("false")
            line += f"{row['median']:11.1f}{row['mean']:8.1f}  " + (
                "/".join(map(str, false.values())) if false else "-"
            )
        print(line)


def f1(measure, truth, row):
    precision, recall = measure.precision_recall(truth["body"], row.get("body"))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def print_worst(measure, truths, found, count):
    """Name the pages whose bodies are read worst, of those that may be looked at."""
    rated = sorted((f1(measure, truth, found[truth["id"]]), truth["id"]) for truth in truths if truth.get("body"))
    held = {truth["id"] for truth in truths if is_held_back(truth)}
    worst = rated[:count]
    if worst:
        named = [f"{value:.3f} {name}" for value, name in worst if name not in held]
        print(f"worst {len(worst)} by body F1: {', '.join(named)}; {len(worst) - len(named)} of them held back\n")


def measure_set(measure, data, name, python, worst):
    folder = data / "extraction" / name
    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    pages = [
        {"id": truth["id"], "path": str(folder / "pages" / f"{truth['id']}.html.gz"), "url": truth.get("url") or ""}
        for truth in truths
    ]
    found = {"newsreel": newsreel(pages)}
    if python:
        found |= {reader: peer(python, reader, pages) for reader in PEERS}
    held = [truth for truth in truths if is_held_back(truth)]
    seen = [truth for truth in truths if not is_held_back(truth)]
    sites = len({site(truth) for truth in truths})
    print(f"{name}: {len(truths)} pages of {sites} sites; {len(held)} pages of {len({*map(site, held)})} held back")
    rows = [(f"{reader}: all", figures(measure, truths, rows, reader)) for reader, rows in found.items()]
    if seen and held:
        for reader, answers in found.items():
            apart = [figures(measure, part, answers, reader) for part in (seen, held)]
            difference = {
                column: after - before
                for column in ("body", *FIELDS)
                if (before := apart[0].get(column)) is not None and (after := apart[1].get(column)) is not None
            }
            rows += [(f"{reader}: seen", apart[0]), (f"{reader}: held back", apart[1])]
            rows += [(f"{reader}: difference", difference)]
    print_table(rows)
    print_worst(measure, truths, found["newsreel"], worst)
    failed = {reader: sum("error" in row for row in answers.values()) for reader, answers in found.items()}
    if any(failed.values()):
        print(
            "pages refused or failed: "
            + ", ".join(f"{reader} {count}" for reader, count in failed.items() if count)
            + "\n"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--peers", metavar="PYTHON", help="of an environment with trafilatura, gne and readability-lxml"
    )
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--worst", type=int, default=10, metavar="COUNT")
    options = parser.parse_args()
    measure = load_measure(options.data)
    for name in options.sets.split(","):
        measure_set(measure, options.data, name, options.peers, options.worst)
    return 0


if __name__ == "__main__":
    sys.exit(main())
