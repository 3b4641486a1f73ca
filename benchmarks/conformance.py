"""The conformance kit: what the usual checkers and a replayer say of an archive.

    python -m venv kit
    kit/bin/pip install -c constraints-kit.txt fastwarc wacz pywb frictionless warcio
    python -m benchmarks.conformance ARCHIVE --kit kit

Runs gzip -t, warcio check and fastwarc check on every WARC; wacz validate and frictionless on the package that
`newsreel export` makes; and pywb, which replays articles and a revisit from the package. Prints each command and result.
"""

from __future__ import annotations

import argparse
import html
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

import archive
from archive.cdxj import read_index

ARTICLES = 20
_MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]*>|\s", re.DOTALL | re.IGNORECASE)


@dataclass(frozen=True)
class Result:
    """What came of one check."""

    command: str
    is_right: bool
    said: str = ""

    def __str__(self) -> str:
        return f"{'ok    ' if self.is_right else 'FAILED'} {self.command}{f'   {self.said}' if self.said else ''}"


def conformance(root: Path, kit: Path, folder: Path) -> Iterator[Result]:
    """Yield the results of all checks on the archive at `root`, by the tools of the environment `kit`."""
    root, kit, folder = root.absolute(), kit.absolute(), folder.absolute()
    opened = archive.open(root)
    warcs = [str(root / key) for key in sorted(opened.snapshot.files) if key.startswith("warc/")]
    yield _each(["gzip", "-t"], warcs)
    yield _each([kit / "bin/warcio", "check"], warcs)
    yield _each([kit / "bin/fastwarc", "check"], warcs)
    package = folder / "archive.wacz"
    newsreel = [sys.executable, "-m", "archive.cli", "export", "--archive", root, "--format", "wacz", "-o", package]
    yield _run(newsreel)
    yield _run([kit / "bin/wacz", "validate", "-f", package])
    unpacked = folder / "package"
    with zipfile.ZipFile(package) as zipped:
        zipped.extractall(unpacked)
    yield _run([kit / "bin/frictionless", "validate", "datapackage.json"], cwd=unpacked)
    yield from _replay(opened, kit, folder, package)


def _each(command: Sequence[object], files: list[str]) -> Result:
    """Return the result of a command on each file; what went wrong with the first that failed."""
    for file in files:
        result = _run([*command, file])
        if not result.is_right:
            return result
    return Result(f"{shlex.join(_names(command))} FILE", is_right=bool(files), said=f"{len(files)} files")


def _run(command: Sequence[object], cwd: Path | None = None) -> Result:
    done = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, check=False)
    said = [" ".join(line.split()) for line in (done.stdout + done.stderr).splitlines() if re.search(r"\w", line)]
    shown = said[-1:] if done.returncode == 0 else [f"exit code {done.returncode}", *said[-12:]]
    return Result(shlex.join(_names(command)), done.returncode == 0, " | ".join(shown)[:500])


def _names(command: Sequence[object]) -> list[str]:
    """Return a command as a person types it: paths by their last name."""
    return [
        word.name if isinstance(word, Path) else Path(word).name if word == sys.executable else word for word in command
    ]  # type: ignore[union-attr, misc]


# pywb. ----------------------------------------------------------------------------------------------------------------


def _replay(opened: archive.Archive, kit: Path, folder: Path, package: Path) -> Iterator[Result]:
    place = folder / "pywb"
    place.mkdir()
    yield _run([kit / "bin/wb-manager", "init", "news"], cwd=place)
    yield _run([kit / "bin/wb-manager", "add", "news", "--unpack-wacz", package], cwd=place)
    with _wayback(kit, place) as url:
        yield _replay_articles(opened, url)
        yield _replay_revisit(opened, url)


@contextmanager
def _wayback(kit: Path, place: Path) -> Iterator[str]:
    """Give the address of a collection that pywb serves on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (place / "log").open("wb") as log:
        command = [kit / "bin/wayback", "--bind", "127.0.0.1", "--port", str(port)]
        process = subprocess.Popen(command, cwd=place, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/news/", timeout=10).close()
                break
            except OSError:
                assert process.poll() is None, (place / "log").read_text("utf-8", "replace")
                assert time.monotonic() < deadline, "pywb does not answer"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/news"
    finally:
        process.terminate()
        process.wait(20)


def _replay_articles(opened: archive.Archive, url: str) -> Result:
    command = f"pywb replays {ARTICLES} articles, title and paragraphs"
    # Captures of some may have been erased, or lost.
    articles = [
        article
        for article in opened.articles()
        if article.body and len(article.captures) == 1 and opened.captured_at(article.captures[0])
    ]
    chosen = articles[:: max(1, len(articles) // ARTICLES)][:ARTICLES]
    wrong = [problem for article in chosen if (problem := _problem(opened, url, article, article.captures[0]))]
    paragraphs = sum(len((article.body or "").split("\n\n")) for article in chosen)
    said = wrong[0] if wrong else f"{len(chosen)} articles, {paragraphs} paragraphs"
    return Result(command, not wrong and len(chosen) == min(ARTICLES, len(articles)) > 0, said)


def _replay_revisit(opened: archive.Archive, url: str) -> Result:
    revisits = _revisits(opened)
    for article in opened.articles():
        for capture in opened.captures(article.captures[0].url) if article.captures else ():
            # At another second than the capture that it refers to: else pywb may take either.
            if capture.record_id in revisits and opened.captured_at(capture) != opened.captured_at(article.captures[0]):
                problem = _problem(opened, url, article, capture)
                said = problem or f"{capture.url} of {opened.captured_at(capture):%Y-%m-%dT%H:%M:%SZ}"
                return Result("pywb replays a revisit", not problem, said)
    return Result("pywb replays a revisit", is_right=False, said="the archive holds none: crawl twice")


def _revisits(opened: archive.Archive) -> set[str]:
    return {
        line.entry.record_id
        for key in opened.snapshot.files
        if key.startswith("index/")
        for line in read_index(opened.store.read(key), key)
        if line.entry.mime == "warc/revisit"
    }


def _problem(opened: archive.Archive, url: str, article: archive.Article, capture: archive.Capture) -> str | None:
    """Return what is wrong with the replay of a capture, whose page must have the article's words; None for nothing."""
    at = opened.captured_at(capture)
    assert at is not None
    address = f"{url}/{at:%Y%m%d%H%M%S}mp_/{capture.url}"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            page, memento = answer.read(), answer.headers["Memento-Datetime"]
            charset = answer.headers.get_content_charset()
    except urllib.error.HTTPError as error:
        return f"{address}: status {error.code}"
    if memento is None or parsedate_to_datetime(memento) != at:
        return f"{address}: the replay is of {memento}"
    for name in filter(None, (charset, "utf-8", "gb18030")):
        text = _fold(html.unescape(_MARKUP.sub("", page.decode(name, "replace"))))
        missing = [words for words in (article.title, *(article.body or "").split("\n\n")) if _fold(words) not in text]
        if not missing:
            return None
    return f"{address}: {missing[0]!r} is not in it"


def _fold(text: str) -> str:
    return re.sub(r"\s", "", text)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.conformance",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "archive", type=Path, metavar="ARCHIVE", help="made by a real crawl, and one more of the same site"
    )
    parser.add_argument("--kit", type=Path, required=True, metavar="FOLDER", help="of the kit's virtual environment")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="newsreel-"))
    try:
        failed = 0
        for result in conformance(options.archive, options.kit, folder):
            print(result, flush=True)
            failed += not result.is_right
    finally:
        shutil.rmtree(folder)
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
