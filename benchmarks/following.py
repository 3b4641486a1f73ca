"""How long a change takes to a reader that follows, and whether each arrives where writer and reader are killed.

    python -m benchmarks.following [--kills 50] [--quick]

Real processes: a writer that flushes every 50 ms, a reader that keeps cursor and line of each change, and, in one run,
somebody who compacts everything again and again. SIGKILL at random moments; at the end what the reader has is compared
with what the writer had acknowledged.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.archive.following import Outcome, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.following", description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=50, metavar="N", help="of each process; default: %(default)s")
    parser.add_argument("--quick", action="store_true", help="leave out the run with the default seal of 60 s")
    options = parser.parse_args()
    runs = {
        "killed, a seal every 0.5 s": {"kills": options.kills, "followed_seconds": 0.5},
        "killed, compacted meanwhile": {"kills": options.kills, "followed_seconds": 0.5, "compacting": True},
        "killed, the default seal (60 s): what recovery publishes": {"kills": options.kills, "followed_seconds": 60},
        "not killed, a seal every 2 s": {"kills": 0, "followed_seconds": 2, "seconds": 30},
    }
    if not options.quick:
        runs["not killed, the default seal (60 s)"] = {"kills": 0, "followed_seconds": 60, "seconds": 190}
    wrong = 0
    for name, words in runs.items():
        with tempfile.TemporaryDirectory(prefix="newsreel-") as folder:
            outcome: Outcome = run(Path(folder), **words)
        print(f"{name}: {outcome}", flush=True)
        wrong += not outcome.is_right
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
