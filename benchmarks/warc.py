"""How many pages a second go into WARC, beside warcio's own writer, in one alternated run.

    python -m benchmarks.warc PAGES.tar.gz [--pages 3000] [--rounds 3]

PAGES.tar.gz holds saved pages (*.html). newsreel: request and response records, sha256 digests, group commit with fsync each 100 pages, sealed and
committed at the end. warcio: request and response records with its own digests (sha1), gzip, no fsync, as it comes.
"""

import argparse
import io
import shutil
import statistics
import tarfile
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import archive

GROUP = 100
HEADERS = (("Content-Type", "text/html"), ("Server", "nginx"), ("Cache-Control", "max-age=600"))
ASKED = (("User-Agent", "newsreel/0.1.0"), ("Accept", "text/html"), ("Accept-Encoding", "gzip"))


def pages(path, count):
    with tarfile.open(path) as tar:
        found = [tar.extractfile(member).read() for member in tar if member.isfile() and member.name.endswith(".html")]
    found = [page for page in found if 15_000 <= len(page) <= 60_000]
    # Each is told apart, so that none is a revisit of another.
    return [b"<!--%d-->%b" % (number, found[number % len(found)]) for number in range(count)]


def newsreel(bodies, folder):
    root = folder / "archive"
    writer = archive.Writer(root)
    threads, flushing = ThreadPoolExecutor(1), None
    began = time.perf_counter()
    for number, body in enumerate(bodies):
        exchange = archive.Exchange(
            url=f"https://news.example/{number}.html",
            status=200,
            reason="OK",
            request_headers=ASKED,
            headers=HEADERS,
            body=body,
            fetched_at=datetime.now(UTC),
            ip="192.0.2.1",
            protocol="http/1.1",
        )
        writer.capture(exchange)
        if number % GROUP == GROUP - 1:
            # As in a crawl: one batch is written while the next gathers, and never more than these two wait.
            if flushing:
                flushing.result()
            flushing = threads.submit(writer.flush)
    flushing.result()
    writer.flush()
    kept = time.perf_counter() - began
    threads.shutdown()
    writer.publish()
    took = time.perf_counter() - began
    writer.close()
    return kept, took, sum(path.stat().st_size for path in root.glob("warc/*/*"))


def warcio(bodies, folder):
    path = folder / "a.warc.gz"
    began = time.perf_counter()
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for number, body in enumerate(bodies):
            url = f"https://news.example/{number}.html"
            answer = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders("200 OK", list(HEADERS), protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-IP-Address": "192.0.2.1"},
            )
            asked = StatusAndHeaders(f"GET /{number}.html HTTP/1.1", list(ASKED), is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=asked)
            writer.write_request_response_pair(request, answer)
    took = time.perf_counter() - began
    return took, took, path.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tar", type=Path)
    parser.add_argument("--pages", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    bodies = pages(options.tar, options.pages)
    total = sum(map(len, bodies))
    print(f"{len(bodies)} pages of {total / len(bodies) / 1000:.1f} KB")
    acknowledged, committed, packed = [], [], []
    for number in range(options.rounds):
        seen = {}
        for writer in (newsreel, warcio):
            folder = Path(tempfile.mkdtemp(prefix="newsreel-"))
            seen[writer.__name__] = kept, took, size = writer(bodies, folder)
            shutil.rmtree(folder)
            print(
                f"round {number + 1} {writer.__name__}: {len(bodies) / kept:,.0f} pages/s acknowledged, "
                f"{len(bodies) / took:,.0f} to the end, ratio {size / total:.4f}",
                flush=True,
            )
        ours, theirs = seen["newsreel"], seen["warcio"]
        acknowledged.append(theirs[0] / ours[0])
        committed.append(theirs[1] / ours[1])
        packed.append(ours[2] / theirs[2])
    print(
        f"newsreel / warcio: {statistics.median(acknowledged):.2f} times the pages acknowledged, "
        f"{statistics.median(committed):.2f} sealed and committed; size {statistics.median(packed):.3f}"
    )


if __name__ == "__main__":
    main()
