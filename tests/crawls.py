"""Real crawls of servers on loopback, as a person runs them: in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

QUICK = {"DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": 0, "RETRY_BACKOFF": 0.01, "RETRY_TIMES": 1}
"""Settings without waits, for tests of anything but waiting."""

ARTICLE = (
    "<html><head><title>{title}</title></head><body><h1>{title}</h1><p>发布时间：2024-05-06 07:08 来源：测试社 浏览次数：12</p>"
    "<div class=content><p>{body}</p><p>第二段：实验室今天说明了仪器的用途，读者可以在这里看到完整的说明文字。</p></div>{links}</body></html>"
)


def article(
    title="一台新的光谱仪投入使用了",
    links="",
    body="研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意。" * 4,
):
    """Return a small article page with a title, a time, a source, a count and two paragraphs."""
    return ARTICLE.format(title=title, links=links, body=body)


def listing(*paths):
    """Return a page of links."""
    items = "".join(f'<li><a href="{path}">关于仪器的一篇报道，第 {n} 号</a></li>' for n, path in enumerate(paths))
    return f"<html><head><title>列表</title></head><body><h2>新闻列表</h2><ul>{items}</ul></body></html>"


@dataclass(frozen=True)
class Run:
    """A command that ended."""

    code: int
    out: str
    err: str
    archive: Path

    def lines(self, stream="articles"):
        """Return the stored lines of a stream, parsed, in the order of recording."""
        files = sorted((self.archive / stream).glob("date=*/*.jsonl"), key=lambda path: path.name)
        return [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]

    def urls(self):
        """Return the addresses of the stored articles, without host."""
        return sorted("/" + line["url"].split("/", 3)[3] for line in self.lines())


def scrapy(*words, archive, timeout=60, settings=None, folder=ROOT) -> Run:
    """Run a scrapy command in a project's folder: the repository's root, unless told otherwise."""
    command = [sys.executable, "-m", "scrapy", *map(str, words), "-s", f"ARCHIVE={archive}"]
    for name, value in {**QUICK, **(settings or {})}.items():
        command += ["-s", f"{name}={value}"]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=timeout,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, Path(archive))


def crawl_news(url, archive, *words, **settings) -> Run:
    """Run `scrapy crawl news -a url=URL`."""
    return scrapy("crawl", "news", "-a", f"url={url}", *words, archive=archive, settings=settings)
