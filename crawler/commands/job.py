"""`scrapy job`: scheduled runs over one site or many, with one line and one exit code."""

from __future__ import annotations

import argparse
import logging
import re
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.examples import show
from crawler.errors import BadArgument
from crawler.frontier.outlook import MODES
from crawler.outcome import CRASHED

_PARALLEL = 4
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}

EXAMPLES = (
    ("scrapy job hzgreat100", "what is new and what is due of one site; its first run takes all"),
    ("scrapy job hzgreat100 https://news.example/ --budget 2000", "two sites, of each 2,000 known pages at most"),
    ("scrapy job news.example --mode full --max-runtime 5h", "all that is reachable, to be gone on with by the next"),
    ("scrapy job news.example --if-locked skip --metrics /var/lib/node_exporter/newsreel.prom", "for a timer"),
    ("scrapy job hzgreat100 | jq -r '.alarms[] | .site + \" \" + .subject'", "what is wrong"),
)


class Command(ScrapyCommand):
    """Crawls sites, each in a process of its own, and says what came of it to who scheduled it."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What may follow the command's name."""
        return "SITE... [--mode MODE] [--budget N] [--max-runtime TIME] [--if-locked skip] [--metrics FILE]"

    def short_desc(self) -> str:
        """One line for `scrapy`'s list of commands."""
        return "Visit sites as a scheduled job: alarms, a report, one JSON line and an exit code"

    def long_desc(self) -> str:
        """What `scrapy job --help` says."""
        return (
            "Crawls each SITE: a spider's name, or an address, which the spider `news` reads, or a host that the "
            "archive knows. Each runs in a process of its own; what becomes of one touches no other. stdout gets one "
            "line of JSON, stderr the log. runs/ in the archive gets a summary.json and a report.html; what a site "
            "brings is held against what it used to bring, and an alarm says what is wrong. A run that is stopped is "
            "gone on with by the next. Exit codes: 0 ok, 1 crashed, 2 usage, 3 degraded (an alarm), 4 a site could not "
            "be reached or blocks us, 5 nothing found where something was due, 75 another run is at work on the site, "
            "130 and 143 stopped by Ctrl-C and SIGTERM. Of several sites' codes the job has the first of 1, 4, 3, 5, "
            "75, 0."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        super().add_options(parser)
        show(parser, EXAMPLES)
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="an argument of each spider"
        )
        parser.add_argument("--mode", help="full, new or due (default), as of scrapy crawl; full until one has ended")
        parser.add_argument("--budget", metavar="N", help="of each site visit N known pages again at most")
        parser.add_argument(
            "--max-runtime", metavar="TIME", help="end in good order after 90s, 30m, 5h or 1d; the next job goes on"
        )
        parser.add_argument(
            "--if-locked",
            choices=("fail", "skip"),
            default="fail",
            help="a site that another run is at work on",
        )
        parser.add_argument("--parallel", metavar="N", default=str(_PARALLEL), help="sites at a time (default 4)")
        parser.add_argument("--metrics", metavar="FILE", type=Path, help="write numbers for Prometheus there")
        parser.add_argument("--log-format", choices=("text", "json"), default="text", help="of the log on stderr")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the job. Raises UsageError for what a person got wrong."""
        # Scrapy loads the modules of all commands whichever is meant: what this one needs comes when it runs.
        from crawler.arguments import checked_number
        from crawler.checks import MISTAKES
        from crawler.jobs.job import Wishes, run_job
        from crawler.jobs.line import Stdout
        from crawler.jobs.logs import JOB, descriptor_of, log_to
        from crawler.jobs.signals import asked
        from crawler.jobs.targets import targets_of

        assert self.settings is not None
        if not args:
            raise UsageError("say which sites: scrapy job hzgreat100 https://news.example/", print_help=False)
        stdout = Stdout()
        try:
            log_to(descriptor_of(self.settings), JOB, opts.log_format, self.settings.get("LOG_LEVEL"))
        except (OSError, ValueError) as error:
            raise UsageError(f"the log: {error}", print_help=False) from None
        with asked() as end:
            try:
                parallel = checked_number("--parallel", opts.parallel)
                seconds = seconds_of(opts.max_runtime)
                targets = targets_of(args, _arguments(opts), self.settings)
            except MISTAKES as error:
                raise UsageError(str(error), print_help=False) from None
            wishes = Wishes(
                parallel=parallel or _PARALLEL,
                seconds=seconds,
                skips_locked=opts.if_locked == "skip",
                metrics=opts.metrics,
                form=opts.log_format,
            )
            try:
                summary, line = run_job(targets, self.settings, wishes, end)
                self.exitcode = summary.exit_code
            except Exception as error:  # whoever scheduled it is to hear of it
                logging.getLogger(__name__).critical("the job broke off", exc_info=True)
                self.exitcode = CRASHED
                line = {"outcome": "crashed", "exit_code": CRASHED, "says": f"{type(error).__name__}: {error}"}
            stdout.say(line)


def _arguments(opts: argparse.Namespace) -> dict[str, str]:
    """Return the spiders' arguments. Raises BadArgument."""
    arguments = {} if opts.mode is None else {"mode": opts.mode}
    if opts.budget is not None:
        arguments["budget"] = opts.budget
    for given in opts.spargs:
        name, equals, value = given.partition("=")
        if not equals:
            raise BadArgument("-a", given, "a name and a value, such as -a since=7d")
        if name in ("mode", "budget", "url"):
            raise BadArgument("-a", given, "that is said by SITE, --mode and --budget")
        arguments[name] = value
    if opts.mode not in (None, *MODES):
        raise BadArgument("--mode", opts.mode, f"one of {', '.join(MODES)}")
    return arguments


def seconds_of(words: str | None) -> float | None:
    """Return the seconds of a span of time, None where none is given. Raises BadArgument.

    >>> seconds_of("90s"), seconds_of("5h")
    (90.0, 18000.0)
    """
    if words is None:
        return None
    found = re.fullmatch(r"(\d{1,6})([smhd])", words.strip())
    if found is None or not int(found[1]):
        raise BadArgument("--max-runtime", words, "a time such as 90s, 30m, 5h or 1d")
    return float(int(found[1]) * _UNITS[found[2]])
