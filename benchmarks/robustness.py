"""What becomes of hostile inputs: crashes, the slowest, peak memory, and whether the same bytes give the same result.

    python -m benchmarks.robustness [DATA] [--count 10000] [--first 0]

Inputs are tests/extraction/hostile.py's, made of pages that it makes up, or of all the pages below DATA. Each is read in two processes with different hash
seeds, one after the other; a result is the article's line as JSON, and anything but a result or Unreadable is a crash. A fault is found again by its
number: `--first NUMBER --count 1 --keep FILE` writes its bytes.
"""

import argparse
import collections
import gzip
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

import msgspec

from crawler.extraction import Unreadable, parse, read
from pipelines.article import content_fields
from tests.extraction.hostile import CHARSETS, NO_CHARSETS, SEEDS, hostile

ALL = [*CHARSETS, *NO_CHARSETS]
LONGEST = 60
"""Seconds after which a page is given up; C code ends its own work first."""


def load_pages(data):
    if data is None:
        return SEEDS
    return tuple(gzip.decompress(path.read_bytes()) for path in sorted(data.rglob("*.html.gz")))


def give_up(number, frame):
    raise TimeoutError(f"longer than {LONGEST} s")


def read_one(body, header):
    """Return what reading gave and how: `read`, `refused` or `crash`."""
    try:
        return "read", msgspec.json.encode(content_fields(read(parse(body, "https://news.example/a/1.html", header))))
    except Unreadable as error:
        return "refused", str(error).encode()
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return "crash", f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})".encode()


def work(data, first, count):
    """Read the inputs, a line of JSON for each; the line before the reading says which it is, in case that is the last."""
    pages = load_pages(data)
    signal.signal(signal.SIGALRM, give_up)
    for number in range(first, first + count):
        name, body, header = hostile(number, pages, ALL)
        print(number, flush=True)
        signal.alarm(LONGEST)
        began = time.process_time()
        how, result = read_one(body, header)
        ms = (time.process_time() - began) * 1000
        signal.alarm(0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        digest = hashlib.sha256(result).hexdigest()[:16]
        row = {"number": number, "name": name, "bytes": len(body), "ms": ms, "how": how, "digest": digest, "peak": peak}
        print(json.dumps(row | ({"said": result.decode()} if how == "crash" else {})), flush=True)


def run(options, seed):
    """Return the rows of all inputs; where a process dies its input is a crash, and another goes on behind it."""
    rows, first, last = [], options.first, options.first + options.count
    while first < last:
        words = [
            sys.executable,
            "-m",
            "benchmarks.robustness",
            "--work",
            "--first",
            str(first),
            "--count",
            str(last - first),
        ]
        done = subprocess.run(
            [*words, *([str(options.data)] if options.data else [])],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        lines = done.stdout.splitlines()
        rows += [json.loads(line) for line in lines if line.startswith("{")]
        if not lines or lines[-1].startswith("{"):
            if done.returncode:
                raise SystemExit(f"a process ended with {done.returncode} between inputs")
            break
        number = int(lines[-1])
        name, body, _ = hostile(number, load_pages(options.data), ALL)
        rows.append({"number": number, "name": name, "bytes": len(body), "ms": 0.0, "how": "crash", "digest": "", "peak": 0.0, "said": f"exit {done.returncode}"})  # fmt: skip
        first = number + 1
    return rows


def report(rows, again):
    hows = collections.Counter(row["how"] for row in rows)
    print(f"{len(rows)} inputs: {hows['read']} read, {hows['refused']} refused, {hows['crash']} crashes")
    for row in rows:
        if row["how"] == "crash":
            print(f"  crash {row['number']} {row['name']} ({row['bytes']} bytes): {row['said']}")
    other = [a["number"] for a, b in zip(rows, again, strict=True) if a["digest"] != b["digest"]]
    print(f"read otherwise under another hash seed: {len(other)} {other[:20] or ''}")
    times = sorted(row["ms"] for row in rows)
    print(
        f"ms: median {times[len(times) // 2]:.1f}, p99 {times[len(times) * 99 // 100]:.1f}; of {sum(row['bytes'] for row in rows) / 1e6:.0f} MB"
    )
    for row in sorted(rows, key=lambda row: -row["ms"])[:8]:
        print(f"  slowest {row['ms']:8.0f} ms {row['bytes'] / 1024:8.0f} KB {row['number']} {row['name']}")
    rated = [row for row in rows if row["bytes"] >= 2048]
    for row in sorted(rated, key=lambda row: -row["ms"] / row["bytes"])[:8]:
        print(
            f"  dearest {row['ms'] / row['bytes'] * 1024:8.2f} ms/KB {row['bytes'] / 1024:6.0f} KB {row['number']} {row['name']}"
        )
    steps = [
        (row["peak"] - before, row) for row, before in zip(rows, [0.0, *(row["peak"] for row in rows)], strict=False)
    ]
    print(f"peak memory {max(row['peak'] for row in rows):.0f} MB, {rows[0]['peak']:.0f} at the first")
    for step, row in sorted(steps[1:], key=lambda pair: -pair[0])[:4]:
        print(f"  +{step:.0f} MB {row['bytes'] / 1024:.0f} KB {row['number']} {row['name']}")
    return hows["crash"] or len(other)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path, metavar="FILE", help="write the bytes of the first input there, and end")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.keep:
        name, body, header = hostile(options.first, load_pages(options.data), ALL)
        options.keep.write_bytes(body)
        print(name, header)
        return 0
    if options.work:
        work(options.data, options.first, options.count)
        return 0
    return 1 if report(run(options, 1), run(options, 2)) else 0


if __name__ == "__main__":
    sys.exit(main())
