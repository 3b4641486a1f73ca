"""CPU a page and pages a second of `scrapy crawl news`, in one alternated run beside a bare Scrapy spider.

    python -m benchmarks.crawl URL [--rounds 5]

URL is a site on loopback that somebody serves. Each round runs: the whole line, the bare spider, and each of them on a
single page (its start-up, which is subtracted). Compare the ratios: machines are noisy.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FAST = [
    "-s",
    "DOWNLOAD_DELAY=0",
    "-s",
    "AUTOTHROTTLE_ENABLED=0",
    "-s",
    "CONCURRENT_REQUESTS_PER_DOMAIN=8",
    "-L",
    "INFO",
]


def run(command, where, folder):
    """Return (CPU seconds, wall seconds, pages) of a crawl."""
    log = Path(folder) / "log"
    with log.open("wb") as stderr:
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", *command], cwd=where, stdout=subprocess.DEVNULL, stderr=stderr
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
    text = log.read_text("utf-8")
    if os.waitstatus_to_exitcode(status) not in (0, 5):  # 5: a single page holds no article
        sys.exit(f"{' '.join(command)} failed:\n{text[-2000:]}")
    pages = int(re.search(r"'response_received_count': (\d+)", text)[1])
    return usage.ru_utime + usage.ru_stime, wall, pages


def lines(url, folder):
    """Name -> (command, where it runs) of the two crawls; outside the project the bare spider has Scrapy's own settings."""
    bare = Path(__file__).with_name("bare_spider.py").resolve()
    return {
        "newsreel": (["crawl", "news", "-a", f"url={url}", "-s", f"ARCHIVE={folder}/archive", *FAST], None),
        "bare": (["runspider", str(bare), "-a", f"url={url}", "-O", f"{folder}/bare.jsonl", *FAST], folder),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    cpu, rate = {}, {}
    for number in range(options.rounds):
        for name in ("newsreel", "bare"):
            with tempfile.TemporaryDirectory() as folder:
                command, where = lines(options.url, folder)[name]
                start_up = run(
                    [*command, "-s", "CLOSESPIDER_PAGECOUNT=2", "-s", "DEPTH_LIMIT=1", "-s", "CONCURRENT_REQUESTS=1"],
                    where,
                    folder,
                )
            with tempfile.TemporaryDirectory() as folder:
                whole = run(*lines(options.url, folder)[name], folder)
            pages = whole[2] - start_up[2]
            cpu.setdefault(name, []).append((whole[0] - start_up[0]) / pages * 1000)
            rate.setdefault(name, []).append(pages / (whole[1] - start_up[1]))
            print(
                f"round {number + 1} {name}: {cpu[name][-1]:.2f} ms CPU a page, {rate[name][-1]:.0f} pages/s, {whole[2]} pages",
                flush=True,
            )
    for name in cpu:
        print(
            f"{name}: median {statistics.median(cpu[name]):.2f} ms CPU a page, {statistics.median(rate[name]):.0f} pages/s"
        )
    print(
        f"newsreel / bare: {statistics.median(a / b for a, b in zip(cpu['newsreel'], cpu['bare'], strict=True)):.2f} in CPU"
    )


if __name__ == "__main__":
    main()
