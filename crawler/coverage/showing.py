"""The report as a person reads it in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.coverage.picture import LEGEND, RULER, rows
from crawler.coverage.report import Calendar, ChainReport, Forgotten, Report, WayReport
from crawler.frontier.words import many, moment, plain

_MONTHS = 24
"""Months that are shown, the newest; of those before only what has gaps."""
_CATEGORIES, _CHAINS, _FINDINGS, _REASONS, _EXAMPLES = 20, 5, 40, 3, 3
_COLUMNS = ("addresses", "articles", "archived", "failed", "not read", "only here")


def show_report(report: Report, console: Console) -> None:
    """Print it."""
    for line in _head(report):
        console.print(Text(line), soft_wrap=True)
    console.print(_ways_table(report))
    _lines(console, _way_lines(report.ways))
    _lines(console, _forgotten_lines(report.forgotten))
    console.print(Text("\nChain", style="bold"))
    _lines(console, _chain_lines(report.chain))
    console.print(Text("\nCalendar", style="bold"))
    _calendar(console, report.calendar)
    if report.categories:
        console.print(Text("\nCategories", style="bold"))
        console.print(_categories_table(report))
    console.print(Text(f"\nMissing ({len(report.findings):,})", style="bold"))
    for finding in report.findings[:_FINDINGS]:
        console.print(Text(f"- {finding}"), soft_wrap=True)
    if len(report.findings) > _FINDINGS:
        console.print(f"and {len(report.findings) - _FINDINGS:,} more: --json names them")
    elif not report.findings:
        console.print("nothing that can be told")


def _lines(console: Console, lines: Iterator[str]) -> None:
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def _head(report: Report) -> Iterator[str]:
    crawl, together = report.crawl, report.all
    yield (
        f"{report.site}: {many(together.addresses, 'address', 'addresses')} found, "
        f"{many(together.archived + report.forgotten.no_way, 'article', 'articles')} archived"
    )
    if crawl.number is None:
        yield "no crawl has begun"
    elif crawl.counts and crawl.finished_at is None:
        yield f"by crawl {crawl.number}, the last that visited all, and those after it"
    elif crawl.finished_at is None:
        yield f"crawl {crawl.number} ({crawl.mode}) has not ended: what it has not named yet is not counted as lost"
    elif not crawl.counts:
        yield f"crawl {crawl.number} (mode {crawl.mode}) ended {moment(crawl.finished_at)}: it did not visit all"
    else:
        yield f"crawl {crawl.number} ended {moment(crawl.finished_at)}"


def _table(first: str, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column(first, overflow="fold")
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _ways_table(report: Report) -> Table:
    table = _table("way", *_COLUMNS)
    for name, way in (*report.ways.items(), ("all", report.all)):
        numbers = (way.addresses, way.articles, way.archived, way.failed, way.not_read, way.only_here)
        table.add_row(name, *(f"{number:,}" for number in numbers))
    return table


def _way_lines(ways: Mapping[str, WayReport]) -> Iterator[str]:
    for name, way in ways.items():
        for what, reasons in (("failed", way.failed_reasons), ("refused", way.refused_reasons)):
            if reasons:
                some = [f"{plain(reason)} ({count:,})" for reason, count in list(reasons.items())[:_REASONS]]
                rest = len(reasons) - len(some)
                yield f"{name}: {what}: {', '.join(some)}" + (f" and {rest} other reasons" if rest else "")
        if way.not_kept:
            yield f"{name}: {many(way.not_kept, 'article', 'articles')} read and not stored"
        if way.only_here_examples:
            yield f"{name}: only here: {_examples(way.only_here_examples, way.only_here)}"


def _examples(urls: Sequence[str], count: int) -> str:
    shown = ", ".join(map(plain, urls[:_EXAMPLES]))
    return f"{shown}, …" if count > len(urls[:_EXAMPLES]) else shown


def _forgotten_lines(forgotten: Forgotten) -> Iterator[str]:
    if forgotten.named_no_more:
        count = many(forgotten.named_no_more, "archived article", "archived articles")
        some = _examples(forgotten.named_no_more_examples, forgotten.named_no_more)
        yield f"named no more in the last crawl: {count}: {some}"
    if forgotten.no_way:
        count = many(forgotten.no_way, "archived article", "archived articles")
        never = f" ({forgotten.not_in_frontier:,} never met by a crawl)" if forgotten.not_in_frontier else ""
        yield f"known by no way: {count}{never}: {_examples(forgotten.no_way_examples, forgotten.no_way)}"


def _chain_lines(chain: ChainReport) -> Iterator[str]:
    links, chains = chain.links, chain.chains
    if not links.articles:
        yield "no article names a neighbour"
        return
    joined = f" ({chains.joined:,} if their missing pages were there)" if chains.joined < chains.chains else ""
    means = {"newer": "next is newer", "older": "next is older", "mixed": "next is newer here and older there"}
    yield (
        f"{many(chains.chains, 'chain', 'chains')}{joined}, "
        f"the longest of {many(chains.longest, 'article', 'articles')}; {chains.alone:,} in none"
        + (f"; {means[chain.next_is]}" if chain.next_is else "")
    )
    answered = links.reciprocal + links.crossed
    share = f" ({answered / links.named:.1%})" if links.named else ""
    yield (
        f"{links.named:,} links to archived neighbours, {answered:,} answered{share}"
        + (f", {links.crossed:,} of them under the same word" if links.crossed else "")
        + f"; {links.unanswered:,} breaks; {links.outdated:,} read before the neighbour was there"
    )
    yield (
        f"{links.explicit_ends:,} ends that say so, {links.silent_ends:,} that say nothing; "
        f"{many(chains.missing, 'page', 'pages')} missing, {chains.gone:,} gone and archived"
        + (f"; {links.elsewhere:,} lead to another site" if links.elsewhere else "")
    )
    if chains.categories:
        kept = many(chains.categories, "category", "categories")
        yield f"chains by category: {kept}, {chains.one_each:,} of them with one chain alone"
    for one in chains.listed[:_CHAINS]:
        category = plain(one.category) if one.category else "several categories"
        days = f"{one.from_day or '?'} to {one.to_day or '?'}"
        yield f"  {one.articles:,} articles, {category}, {days}: {one.oldest} … {one.newest}"


def _calendar(console: Console, calendar: Calendar) -> None:
    if not calendar.days:
        console.print("no article says when it was published")
        return
    missing = {day for gap in calendar.gaps for day in _between(gap.first, gap.last)}
    months = list(rows(calendar.days, missing))
    console.print(Text(f"         {RULER}", style="dim"), soft_wrap=True)
    shown = [row for place, row in enumerate(months) if place >= len(months) - _MONTHS or _has(row[0], missing)]
    for month, picture, count in shown:
        line = Text(f"{month}  ")
        line.append_text(picture)
        line.pad_right(max(40 - line.cell_len, 0))
        line.append(f" {count:>6,}")
        console.print(line, soft_wrap=True)
    console.print(Text(LEGEND, style="dim"), soft_wrap=True)
    if len(shown) < len(months):
        console.print(
            f"{len(months) - len(shown)} earlier months without a gap are left out, and months without an article"
        )
    if calendar.undated:
        console.print(f"{many(calendar.undated, 'article says', 'articles say')} no day")


def _between(first: str, last: str) -> Iterator[str]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day.isoformat()
        day += timedelta(days=1)


def _has(month: str, days: set[str]) -> bool:
    return any(day.startswith(month) for day in days)


def _categories_table(report: Report) -> Table:
    table = _table("category", "articles", *report.ways, "")
    hidden = [one for one in report.categories[_CATEGORIES:] if one.in_no_list]
    for one in (*report.categories[:_CATEGORIES], *hidden[:_CATEGORIES]):
        note = "in no list" if one.in_no_list else ""
        table.add_row(Text(plain(one.name)), f"{one.articles:,}", *(f"{count:,}" for count in one.ways.values()), note)
    rest = len(report.categories) - _CATEGORIES - len(hidden[:_CATEGORIES])
    if rest > 0:
        table.add_row(f"and {rest:,} more", "", *("" for _ in report.ways), "")
    return table
