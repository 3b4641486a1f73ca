"""What a frontier tells, as lines for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields
from typing import Any

from crawler.frontier.explain import Explanation
from crawler.frontier.outlook import STATES, UrlState
from crawler.frontier.standing import Standing
from crawler.frontier.words import many, moment, plain, size

_HOSTS = 50
"""Hosts of which a person is shown the counts; programs get all."""


def overview_lines(standing: Standing, failed: Sequence[UrlState], command: str) -> Iterator[str]:
    """Yield how a site's crawl stands: in a sentence, by host, on disk, and what failed lately."""
    overview = standing.overview
    yield f"{standing.site}: {standing.sentence(command)}"
    if overview.hosts:
        rows = [("", *STATES)]
        rows += [(host.name, *(f"{host.counts[state]:,}" for state in STATES)) for host in overview.hosts[:_HOSTS]]
        if len(overview.hosts) > 1:
            name = f"all {len(overview.hosts)} hosts"
            rows.append((name, *(f"{overview.total[state]:,}" for state in STATES)))
        yield from aligned(rows)
    yield from (
        f"{host.name} is left alone until {moment(host.resume_at)}"
        for host in overview.hosts
        if host.resume_at > standing.now
    )
    yield f"{many(overview.known, 'address', 'addresses')} known, {size(standing.size)} on disk ({standing.path})"
    if failed:
        yield "failed lately:"
        yield from (f"  {line}" for line in url_lines(failed))


def url_lines(states: Sequence[UrlState], newest: int | None = None) -> Iterator[str]:
    """Yield one line an address: since when it is in which state, and why; `newest` is the newest crawl's number."""
    for one in states:
        said = [plain(one.reason)] if one.reason else []
        if one.led_to is not None:
            said.append(f"leads to {one.led_to}")
        elif one.http_status is not None and not one.reason and one.state != "waiting":
            said.append(f"HTTP {one.http_status}")
        if one.failures > 1 or (one.failures and one.state != "failed"):
            said.append(f"failed {many(one.failures, 'time', 'times')}")
        if newest is not None and one.crawl < newest and one.state != "dropped":
            said.append("in an earlier crawl")
        yield "  ".join([moment(one.changed_at), f"{one.state:7}", one.url, *(["; ".join(said)] if said else [])])


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield rows of words in columns: the first to the left, the others to the right.

    >>> list(aligned([("", "done"), ("example.com", "7")]))
    ['               done', '  example.com     7']
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        yield "  ".join(["", first.ljust(widths[0]), *map(str.rjust, rest, widths[1:])])


def as_json(words: object) -> str:
    """Return one line of JSON, in ASCII: an error that is quoted may hold what no charset does."""
    return json.dumps(words, separators=(",", ":"))


def url_words(state: UrlState) -> dict[str, Any]:
    """Return what is known of an address, as JSON has it: bytes in hex."""
    values = {field.name: getattr(state, field.name) for field in fields(state)}
    values["ways"] = [asdict(way) for way in state.ways]
    return {name: value.hex() if isinstance(value, bytes) else value for name, value in values.items()}


def why_words(told: Explanation) -> dict[str, Any]:
    """Return an explanation as JSON has it; `known` tells whether the other fields, an address's state, are there."""
    known = url_words(told.state) if told.state else {}
    return {
        **known,
        "asked": told.url,
        "url": known.get("url", told.url),
        "because": told.because,
        "words": list(told.lines),
        "known": told.state is not None,
    }


def overview_words(standing: Standing, failed: Sequence[UrlState], command: str) -> dict[str, Any]:
    """Return how a site's crawl stands, as JSON has it."""
    overview = standing.overview
    crawl = overview.crawl
    return {
        "site": standing.site,
        "stands": standing.stands,
        "command": command,
        "crawl": crawl and crawl.number,
        "began_at": crawl and crawl.began_at,
        "finished_at": overview.finished_at,
        "facts": dict(crawl.facts) if crawl else {},
        "holder": overview.holder,
        "seen_at": overview.seen_at,
        **dict[str, int](overview.total.items()),
        "hosts": [{"name": host.name, "resume_at": host.resume_at, **host.counts} for host in overview.hosts],
        "known": overview.known,
        "size": standing.size,
        "path": str(standing.path),
        "failed_lately": [url_words(one) for one in failed],
    }
