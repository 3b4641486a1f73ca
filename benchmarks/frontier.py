"""What the frontier's store costs an address, beside Scrapy's queues and filter in one run.

    python -m benchmarks.frontier [--urls 1000000] [--scrapy 100000] [--folder FOLDER]

Addresses of a news site's forms on several hosts, pushed in pages of 100 links of which `--known` are known already, leased
in batches of 32 and acknowledged in batches of 16. Each column in a process of its own, so that memory is its own.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from hashlib import sha1, sha256
from pathlib import Path

from crawler.frontier.interface import Answered, Found, Handling, Receipt
from crawler.frontier.sqlite import SqliteFrontier

SITE = "https://www.example.com"
HOSTS = ("www.example.com", "news.example.com", "m.example.com", "pic.example.com", "bbs.example.com")
WEIGHTS = (60, 25, 8, 5, 2)
PAGE, LEASE, END = 100, 32, 16
AT = 1_700_000_000


def address(number):
    """Return the host and URL of the number-th address, as sites of this kind have them."""
    chance = random.Random(number)
    host = chance.choices(HOSTS, WEIGHTS)[0]
    year, month, day = 2012 + number % 13, 1 + number // 13 % 12, 1 + chance.randrange(28)
    path = (
        f"/xwzx/gsyw/{year}{month:02}/t{year}{month:02}{day:02}_{number:07}.html",
        f"/art/{year}/{month}/{day}/art_{chance.randrange(4000)}_{number}.html",
        f"/system/{year}/{month:02}/{day:02}/{number:09}.shtml",
        f"/index.php?m=content&c=index&a=show&catid={chance.randrange(90)}&id={number}",
    )[number % 4]
    return host, f"https://{host}{path}"


def found(number):
    host, url = address(number)
    key = sha1(url.encode(), usedforsecurity=False).digest()[:16]
    way = ("links", "lists", "chain")[number % 3]
    return Found(key=key, url=url, host=host, priority=number % 5 // 4, way=way, request='{"meta":{"depth":4}}')


def answer_of(lease):
    return Answered(at=AT, http_status=200, etag='"5f1d-61a0c7"', digest=sha256(lease.key).digest())


def memory():
    """Return the MB that this process has in memory now, without what it shares of files."""
    fields = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(fields["RssAnon"].split()[0]) / 1024


class Spent:
    """Seconds that each kind of call took, by how many addresses."""

    def __init__(self):
        self.seconds, self.addresses, self.slowest = {}, {}, {}

    def add(self, name, began, addresses):
        took = time.perf_counter() - began
        self.seconds[name] = self.seconds.get(name, 0) + took
        self.addresses[name] = self.addresses.get(name, 0) + addresses
        self.slowest[name] = max(self.slowest.get(name, 0), took)

    def each(self, name):
        return self.seconds[name] / self.addresses[name] * 1e6


async def filled(folder, urls, spent, memories):
    frontier = SqliteFrontier(folder, SITE, exclusive=True)
    await frontier.begin(fresh=False, mark=0)
    chance = random.Random(1)
    for first in range(0, urls, PAGE):
        links = [found(number) for number in range(first, min(first + PAGE, urls))]
        began = time.perf_counter()
        await frontier.push(links)
        spent.add("push", began, len(links))
        links = [found(chance.randrange(first + 1)) for _ in range(PAGE)]
        began = time.perf_counter()
        await frontier.push(links)
        spent.add("seen", began, PAGE)
        if first % (urls // 10) == 0:
            memories.append(memory())
    await frontier.close()


async def emptied(folder, urls, spent, memories):
    began = time.perf_counter()
    frontier = SqliteFrontier(folder, SITE, exclusive=True)
    await frontier.abandoned()
    await frontier.begin(fresh=False, mark=0)
    batch = await frontier.lease(LEASE, per_host=LEASE, held={}, closed=())
    spent.add("first lease", began, 1)
    done = 0
    while batch.leases:
        leases = list(batch.leases)
        for first in range(0, len(leases), END):
            some = leases[first : first + END]
            if done < 100 * PAGE:
                for lease in some:
                    began = time.perf_counter()
                    await frontier.push(
                        [], by=Handling(lease=lease, answer=answer_of(lease), proof="visit:" + "0" * 26, after=1)
                    )
                    spent.add("handle", began, 1)
            receipts = [Receipt(lease=lease, state="done", answer=answer_of(lease)) for lease in some]
            began = time.perf_counter()
            await frontier.acknowledge(receipts)
            spent.add("acknowledge", began, len(some))
        if done % (urls // 10) < LEASE:
            memories.append(memory())
        done += len(leases)
        began = time.perf_counter()
        batch = await frontier.lease(LEASE, per_host=LEASE, held={}, closed=())
        spent.add("lease", began, len(batch.leases))
    if done != urls:
        sys.exit(f"{done} were leased, and {urls} pushed")
    assert await frontier.finish(None)
    await frontier.close()


def size_of(folder):
    return sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file())


def newsreel_fill(folder, urls):
    spent, memories, before = Spent(), [], memory()
    asyncio.run(filled(folder, urls, spent, memories))
    return {"each": {name: spent.each(name) for name in spent.seconds}, "slowest": spent.slowest, "before": before,
            "memory": memories, "size": size_of(folder) / urls}  # fmt: skip


def newsreel_drain(folder, urls):
    spent, memories, before = Spent(), [], memory()
    asyncio.run(emptied(folder, urls, spent, memories))
    return {"each": {name: spent.each(name) for name in spent.seconds}, "slowest": spent.slowest, "before": before,
            "memory": memories, "size": size_of(folder) / urls}  # fmt: skip


def scrapy_queues(folder, urls, *, on_disk):
    """Return what Scrapy's own scheduler costs: its filter, and its queues in memory or in a JOBDIR."""
    from scrapy import Request
    from scrapy.core.scheduler import Scheduler
    from scrapy.crawler import Crawler
    from scrapy.spiders import Spider
    from scrapy.utils.reactor import install_reactor

    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

    class Bare(Spider):
        name = "bare"

        def parse(self, response):
            """Never called."""

    settings = {"JOBDIR": str(folder), "LOG_LEVEL": "ERROR"} if on_disk else {"LOG_LEVEL": "ERROR"}
    crawler = Crawler(Bare, settings)
    crawler._apply_settings()
    crawler.spider = spider = Bare.from_crawler(crawler)
    crawler.engine = Engine()
    before, memories, spent = memory(), [], Spent()
    scheduler = Scheduler.from_crawler(crawler)
    scheduler.open(spider)
    chance = random.Random(1)

    def request(number):
        one = found(number)
        return Request(one.url, callback=spider.parse, priority=one.priority, meta={"way": one.way, "depth": 4})

    for first in range(0, urls, PAGE):
        links = [request(number) for number in range(first, first + PAGE)]
        began = time.perf_counter()
        for link in links:
            scheduler.enqueue_request(link)
        spent.add("push", began, PAGE)
        links = [request(chance.randrange(first + 1)) for _ in range(PAGE)]
        began = time.perf_counter()
        for link in links:
            scheduler.enqueue_request(link)
        spent.add("seen", began, PAGE)
        if first % (urls // 10) == 0:
            memories.append(memory())
    size = size_of(folder) / urls if on_disk else 0
    began = time.perf_counter()
    if on_disk:
        scheduler.close("finished")
        scheduler = Scheduler.from_crawler(crawler)
        scheduler.open(spider)
        scheduler.next_request()
        spent.add("first lease", began, 1)
        urls -= 1
    while True:
        began = time.perf_counter()
        if scheduler.next_request() is None:
            break
        spent.add("lease", began, 1)
    return {"each": {name: spent.each(name) for name in spent.seconds}, "slowest": spent.slowest, "before": before,
            "memory": memories, "size": size}  # fmt: skip


class Engine:
    """What Scrapy's downloader-aware queue asks of the engine: how many of a slot are under way."""

    def __init__(self):
        self.downloader = self
        self.slots = {}

    def get_slot_key(self, request):
        return request.url.split("/", 3)[2]


COLUMNS = {
    "fill": newsreel_fill,
    "drain": newsreel_drain,
    "memory": lambda folder, urls: scrapy_queues(folder, urls, on_disk=False),
    "jobdir": lambda folder, urls: scrapy_queues(folder, urls, on_disk=True),
}


def measured(column, folder, urls):
    command = [
        sys.executable,
        "-m",
        "benchmarks.frontier",
        "--column",
        column,
        "--folder",
        str(folder),
        "--urls",
        str(urls),
    ]
    result = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout.splitlines()[-1])


def span(values):
    return f"{values[0]:.0f} … {values[len(values) // 2]:.0f} … {values[-1]:.0f}, at most {max(values):.0f}"


def show(urls, scrapy, fill, drain, rows):
    each = {**drain["each"], **fill["each"]}
    print(f"\n{urls:,} addresses in newsreel's frontier, {scrapy:,} in Scrapy's scheduler; microseconds an address\n")
    print(f"{'':24}{'newsreel':>10}{'Scrapy, memory':>18}{'Scrapy, JOBDIR':>18}")
    for name in ("push", "seen", "lease", "handle", "acknowledge"):
        cells = "".join(f"{row['each'][name]:18.1f}" if name in row["each"] else f"{'-':>18}" for row in rows)
        print(f"{name:24}{each[name]:10.1f}{cells}")
    print(
        f"{'bytes on disk':24}{drain['size']:10.0f}{'-':>18}{rows[1]['size']:18.0f}   (all pushed: {fill['size']:.0f})"
    )
    print(
        f"{'first lease, s':24}{each['first lease'] / 1e6:10.3f}{'-':>18}{rows[1]['each']['first lease'] / 1e6:18.3f}"
    )
    print(
        f"{'slowest call, ms':24}{max(max(fill['slowest'].values()), *(drain['slowest'][n] for n in ('lease', 'acknowledge'))) * 1000:10.0f}"
    )
    print("\nMB of memory: before; at the start … halfway … at the end")
    for name, row in (
        ("newsreel, pushing", fill),
        ("newsreel, leasing", drain),
        ("Scrapy, memory", rows[0]),
        ("Scrapy, JOBDIR", rows[1]),
    ):
        print(f"{name:24}{row['before']:6.0f}; {span(row['memory'])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--urls", type=int, default=1_000_000)
    parser.add_argument("--scrapy", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where the files are made; a temporary folder otherwise")
    parser.add_argument("--column", choices=COLUMNS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.column:
        print(json.dumps(COLUMNS[options.column](options.folder, options.urls)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folders = {column: Path(name) / column for column in ("newsreel", "memory", "jobdir")}
        for folder in folders.values():
            folder.mkdir()
        fill = measured("fill", folders["newsreel"], options.urls)
        drain = measured("drain", folders["newsreel"], options.urls)
        rows = [measured(column, folders[column], options.scrapy) for column in ("memory", "jobdir")]
    show(options.urls, options.scrapy, fill, drain, rows)


if __name__ == "__main__":
    main()
