"""What `scrapy learn` does with the words that it was given: pages in, a layout and a report out."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import UsageError

import archive
from archive import ArchiveError
from crawler.arguments import checked_url
from crawler.commands.extract import read_urls
from crawler.commands.meter import Meter
from crawler.commands.stopping import Stop, stoppable
from crawler.errors import BadArgument, NotFetched
from crawler.learning import Learnt, Sample, TooFew, learn, sampled
from crawler.learning.report import report
from crawler.learning.sources import NoPages, Page, archived, fetch, misread, saved
from crawler.learning.writing import is_name, layouts_source, spider_source
from crawler.outcome import CRASHED, INTERRUPTED, OK
from crawler.saved import NotSaved
from pipelines.options import BadSetting, Options

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.layout import Layout


class _Stopped(Exception):
    """Somebody has asked for an end."""


def learn_from(where: str, opts: argparse.Namespace, settings: BaseSettings) -> int:
    """Learn, tell what came of it, and return the exit code. Raises UsageError for what a person got wrong."""
    try:
        target = _target(opts, settings)
        with ExitStack() as stack:
            stop = stack.enter_context(stoppable())
            pages = _pages(where, opts, settings, stack)
            with Meter(total=opts.pages) as meter:
                samples = _samples(pages, opts.pages, meter, stop)
                # As many again: what is learnt from them is the design that came after the others'.
                samples += _samples(_misread(where, settings), opts.pages, meter, stop)
                learnt = learn(samples, lambda words: _tell(words, len(samples), meter, stop))
    except (BadArgument, BadSetting, NotSaved, NoPages) as error:
        raise UsageError(str(error), print_help=False) from None
    except ArchiveError as error:
        raise UsageError(f"{error}; scrapy learn https://… fetches pages by itself", print_help=False) from None
    except (TooFew, NotFetched) as error:
        _say(f"nothing learnt: {error}")
        return INTERRUPTED if stop() else CRASHED
    except _Stopped:
        _say("stopped: nothing was written")
        return INTERRUPTED
    for line in report(learnt):
        _say(line)
    if not any(any(lesson.selector for lesson in design.lessons) for design in learnt.designs):
        _say("nothing learnt: no field has a selector that can be trusted")
        return CRASHED
    _give(where, target, opts.write, samples, learnt)
    return OK


def _target(opts: argparse.Namespace, settings: BaseSettings) -> Path | None:
    """Return the file to write, None for stdout. Raises BadArgument."""
    if opts.pages < 1:
        raise BadArgument("--pages", str(opts.pages), "a whole number from 1")
    if opts.write is None:
        return None
    if not is_name(opts.write):
        raise BadArgument("--write", opts.write, "a spider's name, such as harbour_daily: a-z, 0-9 and _")
    module = importlib.import_module(settings["NEWSPIDER_MODULE"])
    path = Path(module.__path__[0]) / f"{opts.write}.py"
    if path.exists() and not opts.force:
        raise BadArgument("--write", opts.write, f"{path} is there already; --force replaces it")
    return path


def _pages(where: str, opts: argparse.Namespace, settings: BaseSettings, stack: ExitStack) -> Iterator[Page]:
    """Return the pages to learn from. Raises BadArgument, NotFetched, NotSaved, NoPages, ArchiveError."""
    if where and Path(where).is_dir():
        base = checked_url(opts.base) if opts.base else None
        if base and not base.endswith("/"):
            base += "/"
        return saved(Path(where), urls=read_urls(opts.urls) if opts.urls else None, base=base)
    if "/" not in where:
        return archived(archive.open(Options.of(settings).root), where)
    if where.startswith((".", "/", "~")):
        raise NotSaved(Path(where), "no such folder")
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="newsreel-learn-")))
    site = fetch(checked_url(where), opts.pages, folder, opts.set)
    return archived(archive.open(folder), site)


def _misread(where: str, settings: BaseSettings) -> Iterator[Page]:
    """Return the pages of a site of the archive that wait in quarantine for rules that read them."""
    if "/" in where or Path(where).is_dir():
        return iter(())
    return misread(archive.open(Options.of(settings).root), where)


def _give(where: str, target: Path | None, name: str, samples: Sequence[Sample], learnt: Learnt) -> None:
    """Print the layouts or write the spider. Raises UsageError where that cannot be written."""
    layouts: tuple[Layout, ...] = learnt.layouts
    if target is None:
        print(layouts_source(layouts))  # noqa: T201, the command's answer
        return
    start = _start(samples)
    site = (urlsplit(start).hostname or start) if start else Path(where).name
    pages = sum(len(design.samples) for design in learnt.designs if design.layout)
    try:
        target.write_text(spider_source(name, site, start, pages, layouts), "utf-8")
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}", print_help=False) from None
    _say(f"{target} written; save a golden page of it: scrapy fixture URL --spider {name}")


def _samples(pages: Iterable[Page], most: int, meter: Meter, stop: Stop) -> list[Sample]:
    samples: list[Sample] = []
    for number, page in enumerate(pages, start=1):
        if stop():
            raise _Stopped
        sample = sampled(
            page.name,
            page.body,
            page.url,
            page.headers,
            fetched=page.fetched,
            is_misread=page.is_misread,
            known=page.known,
        )
        if sample is not None:
            samples.append(sample)
        meter.show(f"{number} pages read, {len(samples)} of them articles", done=len(samples))
        if len(samples) >= most:
            break
    return samples


def _tell(words: str, done: int, meter: Meter, stop: Stop) -> None:
    if stop():
        raise _Stopped
    meter.show(words, done=done)


def _start(samples: Sequence[Sample]) -> str | None:
    """Return the home page of the host that most samples are of."""
    hosts: Mapping[str, int] = Counter(
        f"{parts.scheme}://{parts.netloc}/" for sample in samples if (parts := urlsplit(sample.document.url)).netloc
    )
    return max(hosts, key=lambda host: (hosts[host], host), default=None)


def _say(line: str) -> None:
    print(line, file=sys.stderr)  # noqa: T201, the command's answer
