"""The report as one HTML page, which needs nothing beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from crawler.jobs.summary import JobSummary
from crawler.monitors import RunFacts

from . import words
from .harmless import link, plain
from .section import Section, badness, describe, is_quiet

_FILES = resources.files(__package__)

# Nothing runs and nothing is fetched, whatever a page's words hold.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_MANY = 20
"""Sites that are well, above which they fold into one line."""


def write_report(summary: JobSummary, histories: Mapping[str, Sequence[RunFacts]]) -> str:
    """Return the page of a job: how it ended, a row and a section for each of its sites, the worst first.

    `histories` has the earlier runs of each site, oldest first; this run may be among them. The last 90 are drawn, and
    fewer where a job has more than 30 sites, as of each list the first 50 or fewer: a page is to be read. The same
    arguments give the same bytes.
    """
    count = max(len(summary.sites), 1)
    runs, named = max(30, min(90, 2700 // count)), max(5, min(50, 400 // count))
    ordered = sorted(summary.sites, key=badness)
    folds = sum(map(is_quiet, ordered)) > _MANY
    sections = [
        describe(
            number,
            site,
            histories.get(site.facts.site, ()),
            runs=runs,
            named=named,
            is_brief=folds and is_quiet(site),
        )
        for number, site in enumerate(ordered, 1)
    ]
    loud = [section for section in sections if not is_quiet(section.site)]
    quiet = [section for section in sections if is_quiet(section.site)]
    return _template().render(
        job=summary,
        saying=words.OUTCOMES[summary.outcome],
        tally=_tally(sections),
        loud=loud,
        quiet=quiet,
        folds=folds,
        opens=len(sections) == 1,
        totals=_totals(sections),
        policy=_POLICY,
        style=_style(),
    )


def _tally(sections: Sequence[Section]) -> str:
    """Say how many sites went how, the worst first."""
    counts = Counter(section.saying.word for section in sections)
    return ", ".join(f"{count:,} {word}" for word, count in counts.items())


def _totals(sections: Sequence[Section]) -> list[tuple[str, str]]:
    listed: Counter[str] = Counter()
    for section in sections:
        listed.update({listing.name: listing.count for listing in section.listings})
    facts = [section.facts for section in sections]
    return [
        *((name, f"{listed[name]:,}") for name in ("New", "Edited", "Gone")),
        ("Quarantined", f"{sum(sum(fact.quarantined.values()) for fact in facts):,}"),
        ("Alarms", f"{sum(len(section.site.alarms) for section in sections):,}"),
        ("Requests", f"{sum(fact.requests for fact in facts):,}"),
        ("Received", words.size(sum(fact.bytes for fact in facts))),
    ]


@cache
def _style() -> Markup:
    return Markup((_FILES / "report.css").read_text("utf-8"))  # noqa: S704 - a file of this package


@cache
def _template() -> Template:
    environment = Environment(
        loader=FunctionLoader(lambda name: (_FILES / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(plain=plain, link=link)
    environment.globals.update(words=words)
    return environment.get_template("page.html")
