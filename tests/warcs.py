"""Captures as other programs leave them, and archives made of such, without a crawl."""

from __future__ import annotations

import gzip
import io
import os
from contextlib import chdir
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from scrapy.cmdline import execute
from scrapy.utils.project import ENVVAR
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import archive
from archive.records import plain_values
from crawler.importing.foreign import Foreign
from crawler.importing.importer import Importing
from crawler.reextraction.rules import Rules
from tests.crawls import ROOT, article

FIRST = datetime(2021, 7, 26, 3, 43, tzinfo=UTC)
HTML = ("Content-Type", "text/html; charset=utf-8")


def url_of(number=1, host="www.example.com"):
    return f"http://{host}/news/2024/{number:04}.html"


def page(number=1, **changes):
    """Return the bytes of an article's page; the same number gives the same words."""
    return article(**({"title": f"第{number}台新的光谱仪投入使用了"} | changes)).encode()


def exchange(number=1, *, days=0, body=None, url=None, headers=(HTML,), **changes):
    values = {
        "url": url or url_of(number),
        "status": 200,
        "reason": "OK",
        "headers": headers,
        "body": page(number) if body is None else body,
        "fetched_at": FIRST + timedelta(days=days),
    }
    return archive.Exchange(**(values | changes))


def rules(*modules):
    """Return today's rules: those of the repository, or of these modules of spiders."""
    return Rules({"SPIDER_MODULES": list(modules) or ["crawler.spiders"]})


def stored(root, *exchanges, spider=None, **options):
    """Bring exchanges into an archive as visits; return what came of it."""
    with archive.Writer(root, site=spider) as writer:
        importing = Importing(writer, rules(), spider=spider, **options)
        for one in exchanges:
            importing.take(Foreign(exchange=one, record_id="", payload_digest=""))
        importing.settle()
        importing.close()
    return importing.tally


def lines(root, stream="articles"):
    """Return an archive's lines, parsed, in the order of recording."""
    opened = archive.open(root)
    records = opened.articles(revisions=True) if stream == "articles" else getattr(opened, stream)()
    return [plain_values(record) for record in records]


@dataclass(frozen=True)
class Here:
    """A command that ran in this process."""

    code: int
    out: str
    err: str


def scrapy_here(capsys, *words, archive, settings=None):
    """Run a scrapy command that needs no reactor: a new process would take a second."""
    argv = ["scrapy", *map(str, words), "-s", f"ARCHIVE={archive}"]
    for name, value in (settings or {}).items():
        argv += ["-s", f"{name}={value}"]
    before = os.environ.get(ENVVAR)
    os.environ[ENVVAR] = "crawler.settings"
    capsys.readouterr()
    try:
        with chdir(ROOT):
            execute(argv)
    except SystemExit as end:
        code = end.code
    finally:
        if before is None:
            del os.environ[ENVVAR]
        else:
            os.environ[ENVVAR] = before
    return Here(code, *capsys.readouterr())


def stated(days):
    """Return a WARC-Date so many days after the first."""
    return f"{FIRST + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


class Warc:
    """A WARC being made by warcio, with whatever quirks its records are given."""

    def __init__(self, *, packed=True):
        self.buffer = io.BytesIO()
        self.writer = WARCWriter(self.buffer, gzip=packed)
        self.ends = []
        """Where each record ends."""
        self.add(self.writer.create_warcinfo_record("others.warc.gz", {"software": "another program"}))

    def add(self, record):
        self.writer.write_record(record)
        self.ends.append(self.buffer.tell())
        return record.rec_headers.get_header("WARC-Record-ID")

    def answer(self, number=1, *, url=None, days=0, body=None, first="200 OK", headers=(HTML,), more=()):
        body = page(number) if body is None else body
        return self._http(
            "response",
            url or url_of(number),
            StatusAndHeaders(first, list(headers), protocol="HTTP/1.1"),
            body,
            days,
            more,
        )

    def request(self, number=1, *, days=0, more=(), agent="other/1.0"):
        head = StatusAndHeaders("GET / HTTP/1.1", [("User-Agent", agent)], is_http_request=True)
        return self._http("request", url_of(number), head, b"", days, more)

    def revisit(self, number=1, *, days, digest="sha1:A", more=()):
        head = StatusAndHeaders("200 OK", [HTML], protocol="HTTP/1.1")
        profile = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"
        named = {"WARC-Profile": profile, "WARC-Payload-Digest": digest, **dict(more)}
        return self._http("revisit", url_of(number), head, b"", days, named)

    def _http(self, kind, url, head, body, days, more):
        record = self.writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=head,
            warc_headers_dict={"WARC-Date": stated(days), **dict(more)},
        )
        return self.add(record)

    def save(self, path: Path) -> Path:
        path.write_bytes(self.buffer.getvalue())
        return path

    def unpacked(self):
        data = self.buffer.getvalue()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
