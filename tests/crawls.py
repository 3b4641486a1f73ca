"""Real crawls of servers on loopback, as a person runs them: in a process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

import archive
from archive.records import plain_values
from tests import warm

ROOT = Path(__file__).resolve().parent.parent

QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0, "RETRY_BACKOFF": 0.01, "RETRY_TIMES": 1}
"""Settings without waits, for tests of anything but waiting."""

ARTICLE = (
    "<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><p>发布时间：2024-05-06 07:08 来源：测试社 浏览次数：{views}</p>"
    "<div class=content><p>{body}</p><p>第二段：实验室今天说明了仪器的用途，读者可以在这里看到完整的说明文字。</p></div>{links}</body></html>"
)

UNFIT = "<h1>关于仪器的一篇报道没有正文</h1><p>发布时间：2024-05-06 来源：测试社</p><div>上一篇：没有了</div>"
"""A page of an article without a text, which goes to quarantine."""


def article(
    title="一台新的光谱仪投入使用了",
    links="",
    body="研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意。" * 4,
    views=12,
    head="",
):
    """Return a small article page with a title, a time, a source, a count and two paragraphs."""
    return ARTICLE.format(title=title, links=links, body=body, views=views, head=head)


def listing(*paths):
    """Return a page of links."""
    items = "".join(f'<li><a href="{path}">关于仪器的一篇报道，第 {n} 号</a></li>' for n, path in enumerate(paths))
    return f"<html><head><title>列表</title></head><body><h2>新闻列表</h2><ul>{items}</ul></body></html>"


@dataclass(frozen=True)
class Raw:
    """One WARC record."""

    kind: str
    path: str
    """Of its address, without host."""
    status: int | None
    headers: dict
    """Of the WARC record."""
    http: dict
    """Of the message in it."""
    body: bytes
    """As sent."""

    @classmethod
    def of(cls, record):
        http = record.http_headers
        status = http.get_statuscode() if http and record.rec_type != "request" else None
        uri = record.rec_headers.get_header("WARC-Target-URI") or ""
        return cls(
            kind=record.rec_type,
            path="/" + (uri.split("/", 3) + [""] * 3)[3],
            status=int(status) if status else None,
            headers=dict(record.rec_headers.headers),
            http=dict(http.headers) if http else {},
            body=record.raw_stream.read(),
        )


@dataclass(frozen=True)
class Run:
    """A command that ended."""

    code: int
    out: str
    err: str
    archive: Path

    def lines(self, stream="articles"):
        """Return the stored lines of a stream, parsed, in the order of recording."""
        try:
            opened = archive.open(self.archive)
        except archive.NotAnArchive:
            return []
        records = opened.articles(revisions=True) if stream == "articles" else getattr(opened, stream)()
        return [plain_values(record) for record in records]

    def outcomes(self, path=None):
        """Return the outcomes of observations in order; of one address, without host, or of all."""
        return [seen["outcome"] for seen in self.lines("observations") if path is None or seen["url"].endswith(path)]

    def warc(self, *kinds):
        """Return the WARC records of these kinds (all but warcinfo, unless told) as a reader of others' making sees them."""
        found = []
        for file in sorted((self.archive / "warc").rglob("*.warc.gz"), key=lambda path: path.name):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, no_record_parse=False):
                    if record.rec_type in (kinds or ("request", "response", "revisit")):
                        found.append(Raw.of(record))
        return found

    def urls(self):
        """Return the addresses of the stored articles, without host."""
        return sorted("/" + line["url"].split("/", 3)[3] for line in self.lines())


def scrapy(*words, archive, timeout=60, settings=None, folder=ROOT, modules=None, at=None) -> Run:
    """Run a scrapy command in a project's folder: the repository's root, unless told otherwise.

    `modules` is a folder of further modules of spiders: each `*.py` in it; `at` is the time at which it is run, if not now.
    """
    settings = {**QUICK, **(settings or {})}
    if modules is not None:
        settings["SPIDER_MODULES"] = ",".join(["crawler.spiders", *(path.stem for path in modules.glob("*.py"))])
    command = [*map(str, words), "-s", f"ARCHIVE={archive}"]
    for name, value in settings.items():
        command += ["-s", f"{name}={value}"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *([str(modules)] if modules else [])])}
    if at is None and warm.is_free():
        return Run(*warm.run(command, folder=folder, env=env, timeout=timeout), Path(archive))
    module = ["scrapy"] if at is None else ["tests.later", at.isoformat()]
    done = subprocess.run(
        [sys.executable, "-m", *module, *command],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, Path(archive))


def crawl_news(url, archive, *words, at=None, **settings) -> Run:
    """Run `scrapy crawl news -a url=URL`."""
    return scrapy("crawl", "news", "-a", f"url={url}", *words, archive=archive, settings=settings, at=at)
