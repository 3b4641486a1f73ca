"""Sites that ask for more: their spiders as files, and what a run of them has left anywhere."""

import gzip
import os
from contextlib import contextmanager
from pathlib import Path

from backports import zstd

from tests.crawls import scrapy

SPIDER = """
from crawler.access import *
from crawler.spider import ArticleSpider


class Members(ArticleSpider):
    name = "members"
    start_urls = ["{start}"]
    {said}
"""


@contextmanager
def environment(**words):
    """Have variables for as long as the block lasts."""
    before = dict(os.environ)
    os.environ.update(words)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def modules_of(folder, start, said):
    """Write the file of a spider whose site asks for more; return the folder of such files."""
    modules = folder / "modules"
    modules.mkdir(parents=True, exist_ok=True)
    (modules / "members_only.py").write_text(SPIDER.format(start=start, said=said))
    return modules


def crawl_members(folder, start, said, *words, env=None, command="crawl", **settings):
    """Crawl a site whose spider's file says so, into `folder`/archive; by `scrapy job`, where that is the command."""
    modules = modules_of(folder, start, said)
    with environment(**(env or {})):
        return scrapy(command, "members", *words, archive=folder / "archive", settings=settings, modules=modules)


def everything(run):
    """Yield all that a run has left: each file of its archive, unpacked where it is packed, and what it printed."""
    for path in sorted(Path(run.archive).rglob("*")):
        if path.is_file():
            raw = path.read_bytes()
            yield path, raw
            if path.suffix == ".gz":
                yield path, gzip.decompress(raw)
            elif path.suffix == ".zst":
                yield path, zstd.decompress(raw)
    yield Path("stdout"), run.out.encode()
    yield Path("stderr"), run.err.encode()


def places_of(run, *secrets):
    """Return where a run has left any of some secrets."""
    return sorted({str(path) for path, held in everything(run) for secret in secrets if secret.encode() in held})
