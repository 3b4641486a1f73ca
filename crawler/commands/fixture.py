"""`scrapy fixture`: one page becomes a golden case, which the suite then replays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError
from scrapy.utils.conf import closest_scrapy_cfg

from crawler.arguments import checked_url
from crawler.errors import CrawlerError
from crawler.extraction import Unreadable
from crawler.fetching import fetch, headers_of
from crawler.golden import GoldenCase, case_name, is_case_name
from crawler.saved import NotSaved, load

if TYPE_CHECKING:
    import argparse

    from scrapy import Spider

    from crawler.layout import Layout


class Command(ScrapyCommand):
    """Saves a page with its headers beside what is read from it."""

    requires_project = True

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "URL|FILE --spider NAME"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Save a page as a golden test case of a spider"

    def long_desc(self) -> str:
        """What `scrapy fixture --help` says."""
        return (
            "Fetches a page once, politely, or takes a saved file (say its address with --url), and writes "
            "tests/sites/NAME/CASE/ with response.html, response.json (address, status, headers) and expected.json "
            "(what is read from it). Check expected.json and correct it by hand: the test suite compares every field "
            "from then on. Works before the spider exists."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        parser.add_argument("--spider", metavar="NAME", required=True, help="the spider whose page it is")
        parser.add_argument("--url", metavar="URL", help="the address of a page taken from a file")
        parser.add_argument("--case", metavar="CASE", help="the folder's name; otherwise from the address")
        parser.add_argument("--force", action="store_true", help="replace a case that exists")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Write the case. Raises UsageError for what a person got wrong."""
        if len(args) != 1:
            raise UsageError
        if not opts.spider.isidentifier():
            raise UsageError(f"--spider {opts.spider!r}: a spider's name is a Python name", print_help=False)
        if opts.case is not None and not is_case_name(opts.case):
            raise UsageError(f"--case {opts.case!r}: a folder's name, without a path", print_help=False)
        try:
            body, url, status, headers = self._page(args[0], opts.url, self._spider(opts.spider))
        except (CrawlerError, NotSaved) as error:
            raise UsageError(str(error), print_help=False) from None
        root = Path(closest_scrapy_cfg()).parent / "tests" / "sites"
        case = GoldenCase(root / opts.spider / (opts.case or case_name(url)))
        if (case.folder / "expected.json").exists() and not opts.force:
            raise UsageError(f"{case.folder} exists; --force replaces it", print_help=False)
        try:
            case.save(body, url, status, headers, self._layouts(opts.spider))
        except Unreadable as error:
            raise UsageError(f"{args[0]}: {error}", print_help=False) from None
        except OSError as error:
            raise UsageError(f"{case.folder}: {error.strerror}", print_help=False) from None
        self._show(case)

    def _page(
        self, source: str, url: str | None, spider: type[Spider] | None
    ) -> tuple[bytes, str, int, dict[str, str]]:
        if Path(source).is_file():
            return load(Path(source)), checked_url(url) if url else "", 200, {}
        assert self.crawler_process is not None
        response = fetch(self.crawler_process, source, like=spider)
        return response.body, response.url, response.status, headers_of(response)

    def _spider(self, name: str) -> type[Spider] | None:
        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        return loader.load(name) if name in loader.list() else None

    def _layouts(self, spider: str) -> tuple[Layout, ...]:
        return getattr(self._spider(spider), "layouts", ())

    @staticmethod
    def _show(case: GoldenCase) -> None:
        expected = case.expected()
        for name in ("title", "category", "published_at", "source", "author", "view_count", "prev", "next"):
            print(f"{name:>14}  {expected.get(name)}")  # noqa: T201, the command's answer
        body = expected.get("body") or ""
        print(f"{'body':>14}  {len(body.split(chr(10) * 2)) if body else 0} paragraphs: {body[:60]!r}")  # noqa: T201
        print(f"Check and correct {case.folder / 'expected.json'}; the tests compare every field.")  # noqa: T201
