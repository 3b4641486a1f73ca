"""What each way has found of a site, and what no way leads to any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

from crawler.coverage.holdings import BIT, Holdings
from crawler.coverage.ledger import Ledger, Tally
from crawler.coverage.report import Forgotten, WayReport

EXAMPLES = 5


def ways_of(ledger: Ledger, holdings: Holdings, *, counts: bool) -> tuple[dict[str, WayReport], WayReport]:
    """Return what each way has found, and all together. Raises Damaged."""
    masks = Counter(zip(holdings.ways, holdings.now, holdings.gone, strict=True))
    ways = {way: _way(ledger.by_way[way], masks, holdings, bit, counts=counts) for way, bit in BIT.items()}
    return ways, _way(ledger.all, masks, holdings, 0, counts=counts)


def _way(
    tally: Tally, masks: Counter[tuple[int, int, int]], holdings: Holdings, bit: int, *, counts: bool
) -> WayReport:
    """Return what is known of a way; of all of them where the bit is 0."""
    any_of = bit or sum(BIT.values())
    archived = sum(count for (ways, _, _), count in masks.items() if ways & any_of)
    alone = {bit} if bit else set(BIT.values())
    only = sum(count for (ways, _, _), count in masks.items() if ways in alone)
    return WayReport(
        addresses=tally.addresses,
        articles=archived + tally.not_kept,
        archived=archived,
        gone=sum(count for (ways, _, gone), count in masks.items() if gone and ways & any_of),
        not_kept=tally.not_kept,
        failed=tally.failed.total(),
        failed_reasons=dict(tally.failed.most_common()),
        refused=tally.refused.total(),
        refused_reasons=dict(tally.refused.most_common()),
        not_read=tally.not_read,
        only_here=only + tally.only_here,
        only_here_examples=_urls(holdings, (n for n in _newest(holdings) if bit and holdings.ways[n] == bit)),
        named=sum(count for (_, now, _), count in masks.items() if now & any_of) if counts else None,
    )


def forgotten(holdings: Holdings, *, counts: bool) -> Forgotten:
    """Return the archived articles to which no way leads. Raises Damaged."""
    masks = Counter(zip(holdings.ways, holdings.now, holdings.met, strict=True))
    no_more = (n for n in _newest(holdings) if counts and holdings.ways[n] and not holdings.now[n])
    ever = now = 0
    for ways, named, _ in masks:
        ever, now = ever | ways, now | named
    return Forgotten(
        named_no_more=sum(n for (ways, named, _), n in masks.items() if ways and not named) if counts else None,
        named_no_more_examples=_urls(holdings, no_more),
        no_way=sum(n for (ways, _, _), n in masks.items() if not ways),
        no_way_examples=_urls(holdings, (n for n in _newest(holdings) if not holdings.ways[n])),
        not_in_frontier=sum(n for (_, _, met), n in masks.items() if not met),
        silent_ways=[way for way, bit in BIT.items() if counts and ever & bit and not now & bit],
    )


def _newest(holdings: Holdings) -> Iterator[int]:
    """Yield the articles, those first that were recorded last."""
    return iter(range(len(holdings) - 1, -1, -1))


def _urls(holdings: Holdings, numbers: Iterator[int]) -> list[str]:
    return [holdings.url(number) for number in islice(numbers, EXAMPLES)]
