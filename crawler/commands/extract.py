"""`scrapy extract`: saved pages to JSON Lines, or one page with what was taken from where."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands import examples
from crawler.errors import CrawlerError
from crawler.extraction import Unreadable, parse, read
from crawler.saved import NotSaved, load, saved_pages, stem
from pipelines.article import content_fields

if TYPE_CHECKING:
    import argparse

    from crawler.layout import Layout


class Command(ScrapyCommand):
    """Reads pages that somebody saved; also what scores extraction."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "[-o FILE] [--urls FILE] [--spider NAME] PATH... | --explain URL|FILE [-o PAGE.html] [--spider NAME]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Extract articles from saved pages to JSON Lines, or explain how one page is read"

    def long_desc(self) -> str:
        """What `scrapy extract --help` says."""
        return (
            "Each saved page (.html, .html.gz, folders of them) gives one JSON line: id (the file's name without its "
            "ending), the article's fields as in the archive, ms (CPU milliseconds of the page) and, where it failed, "
            "error. With --explain one page is read, and what was taken from where and what was rejected, with the "
            "reason, is shown as tables, and with -o also as an HTML page: the original, without scripts, with the "
            "regions marked on it in colours. An address is fetched once, politely, as a crawl would. "
            "Exit codes: 0 ok, 1 some page gave nothing, 2 usage."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="write there instead of to stdout")
        parser.add_argument(
            "--urls", metavar="FILE", type=Path, help="JSON Lines with id and url: the address of each page"
        )
        parser.add_argument("--spider", metavar="NAME", help="read with the layouts of this spider")
        parser.add_argument("--explain", metavar="URL|FILE", help="show what is read from where on one page")
        parser.add_argument("--url", metavar="URL", help="with --explain: the address of a page taken from a file")
        examples.show(
            parser,
            [
                ("scrapy extract saved/ -o articles.jsonl", "a line for each page of a folder"),
                ("scrapy extract saved/ --urls urls.jsonl", "their addresses beside: relative links become absolute"),
                ("scrapy extract --explain page.html", "how a saved page is read, as tables"),
                (
                    "scrapy extract --explain https://news.example/1.html -o explained.html",
                    "the same of a page that is fetched now, and marked on the page itself",
                ),
                ("scrapy extract --explain page.html --spider hzgreat100", "with the layouts of a site"),
            ],
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write a line a page. Raises UsageError for paths and files that can't be read or written."""
        if opts.explain is not None:
            self._explain(args, opts)
            return
        if not args:
            raise UsageError
        if opts.url:
            raise UsageError("--url goes with --explain; --urls names the addresses of many", print_help=False)
        if not all(args):
            # An unset variable of a shell script would otherwise stand for the current folder.
            raise UsageError("a path is empty", print_help=False)
        try:
            urls = read_urls(opts.urls) if opts.urls else {}
            pages = list(saved_pages([Path(arg) for arg in args]))
        except NotSaved as error:
            raise UsageError(str(error), print_help=False) from None
        layouts = self._layouts(opts.spider)
        failed = 0
        try:
            with ExitStack() as stack:
                out = self._open(opts.output, stack)
                for done, line in enumerate(extract_lines(pages, urls, layouts), start=1):
                    out.write(msgspec.json.encode(line) + b"\n")
                    if "error" in line:
                        failed += 1
                        print(line["error"], file=sys.stderr)  # noqa: T201
                    if opts.output and sys.stderr.isatty():
                        print(f"\r{done} of {len(pages)} pages", end="", file=sys.stderr)  # noqa: T201
                out.flush()
        except BrokenPipeError:
            sys.stderr.close()
            return
        except OSError as error:
            # Outside of `with`: on a full disk closing the file fails once more.
            raise UsageError(f"{opts.output or 'stdout'}: {error.strerror}", print_help=False) from None
        print(  # noqa: T201, the command's answer
            f"{len(pages)} pages, {failed} without an article" + (f", in {opts.output}" if opts.output else ""),
            file=sys.stderr,
        )
        self.exitcode = 1 if failed else 0

    def _explain(self, args: list[str], opts: argparse.Namespace) -> None:
        """Show how one page is read. Raises UsageError."""
        from crawler.explaining.command import explain, fetched, saved

        if not opts.explain:
            raise UsageError("the path to explain is empty", print_help=False)
        if args:
            raise UsageError(f"--explain takes one page; {args[0]!r} is one too many", print_help=False)
        layouts = self._layouts(opts.spider)
        try:
            # An address is told from a file's name by its scheme: a mistyped name is asked of nobody.
            if "://" not in opts.explain:
                document = saved(Path(opts.explain), opts.url, read_urls(opts.urls) if opts.urls else {})
            else:
                assert self.settings is not None
                document = fetched(opts.explain, self.settings)
        except (CrawlerError, NotSaved) as error:
            raise UsageError(str(error), print_help=False) from None
        except Unreadable as error:
            print(f"{opts.explain}: {error}", file=sys.stderr)  # noqa: T201
            self.exitcode = 1
            return
        found = explain(document, layouts, opts.explain, opts.output)
        self.exitcode = 0 if found else 1

    def _layouts(self, spider: str | None) -> tuple[Layout, ...]:
        if spider is None:
            return ()
        from scrapy.spiderloader import get_spider_loader

        assert self.settings is not None
        loader = get_spider_loader(self.settings)
        if spider not in loader.list():
            raise UsageError(f"no spider {spider!r}; there are: {', '.join(sorted(loader.list()))}", print_help=False)
        layouts: tuple[Layout, ...] = getattr(loader.load(spider), "layouts", ())
        return layouts

    @staticmethod
    def _open(path: Path | None, stack: ExitStack) -> BinaryIO:
        if path is None:
            return sys.stdout.buffer
        try:
            return stack.enter_context(path.open("wb"))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}", print_help=False) from None


def read_urls(path: Path) -> dict[str, str]:
    """Return id -> url of a JSON Lines file; lines without a url are passed over. Raises NotSaved."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise NotSaved(path, error.strerror or str(error)) from None
    urls = {}
    for number, line in enumerate(lines, start=1):
        try:
            row = msgspec.json.decode(line) if line.strip() else {}
            if row.get("url"):
                urls[str(row["id"])] = str(row["url"])
        except (msgspec.DecodeError, AttributeError, KeyError):
            raise NotSaved(path, f"line {number} is no JSON object with id and url") from None
    return urls


def extract_lines(
    pages: list[Path], urls: dict[str, str], layouts: tuple[Layout, ...] = ()
) -> Iterator[dict[str, Any]]:
    """Yield a line a page; a page that gives nothing has `error`, the others their fields."""
    for path in pages:
        line: dict[str, Any] = {"id": stem(path)}
        began = time.process_time()
        try:
            item = read(parse(load(path), urls.get(line["id"], "")), layouts)
            line |= content_fields(item)
            if not item.title and not item.body:
                line["error"] = f"{path}: no title and no body found"
        except (NotSaved, Unreadable) as error:
            line["error"] = str(error) if isinstance(error, NotSaved) else f"{path}: {error}"
        line["ms"] = round((time.process_time() - began) * 1000, 3)
        yield line
