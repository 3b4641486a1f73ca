"""What the frontier knows of a site's addresses, set beside what the archive holds: counted while it is read."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from crawler.coverage.dating import dated
from crawler.coverage.holdings import BIT, Holdings, LostPage, shaped
from crawler.sightings import GONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.frontier.interface import Frontier
    from crawler.frontier.outlook import UrlState

_PART = 2_000
"""Addresses that are asked for at a time."""
_LOOSE = 500_000
"""Addresses without an article of which the place in the calendar is looked for."""
_REASONS = 50
"""Reasons that are told apart."""
_ADDRESS = re.compile(r"\bhttps?://\S+")
_OTHER_REASONS = "other reasons"


class Became(IntEnum):
    """What became of an address of which the archive has no article."""

    FAILED = 0
    """It could not be had, or there was nothing."""
    UNREAD = 1
    """It waits."""
    REFUSED = 2
    """It is not to be asked for, or was dropped by hand."""
    UNKEPT = 3
    """It was read as an article, and none was stored."""
    OTHER = 4
    """It was read, and is no article."""


@dataclass(slots=True)
class Tally:
    """Addresses that one way has found, or all ways together."""

    addresses: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """By reason."""
    refused: Counter[str] = field(default_factory=Counter)
    not_read: int = 0
    not_kept: int = 0
    only_here: int = 0
    """Articles that were read and not stored, and that no other way knows."""

    def add(self, fate: Became | None, reason: str, *, alone: bool) -> None:
        """Count an address; None where the archive has its article."""
        self.addresses += 1
        if fate is Became.FAILED:
            _count(self.failed, reason)
        elif fate is Became.REFUSED:
            _count(self.refused, reason)
        elif fate is Became.UNREAD:
            self.not_read += 1
        elif fate is Became.UNKEPT:
            self.not_kept += 1
            self.only_here += alone


class Loose:
    """Addresses without an article that may be of one: by which ways, what became of them, and when they may be of."""

    def __init__(self) -> None:
        self.ways, self.now, self.fate = (bytearray() for _ in range(3))
        self.shape, self.tail, self.published, self.lost = (array("q") for _ in range(4))
        """Number of its shape; the last in its words; its day (below 0 as they say it, 0 for none); a lost page."""

    def __len__(self) -> int:
        return len(self.fate)


class Ledger:
    """What is known of each address, counted."""

    def __init__(self, holdings: Holdings, lost: Mapping[bytes, int], reference: int | None) -> None:
        """`lost` has the numbers of lost pages by key; `reference` is the crawl that is to have seen all."""
        self._holdings, self._lost, self._reference = holdings, lost, reference
        self.by_way = {way: Tally() for way in BIT}
        self.all = Tally()
        self.other = 0
        """Addresses that no page names: start pages, sitemaps, feeds."""
        self.loose = Loose()
        self.left_out = 0
        """Addresses that are not in `loose` since they are too many."""

    async def read(self, frontier: Frontier) -> None:
        """Read it all, part by part. Raises FrontierError."""
        behind = 0
        while rows := await frontier.ledger(behind=behind, limit=_PART):
            for row in rows:
                self.add(row)
            behind = rows[-1].number
        self._holdings.settle()

    def add(self, row: UrlState) -> None:
        """Take an address."""
        ways = now = 0
        for knowing in row.ways:
            ways |= BIT[knowing.way]
            if self._reference is not None and knowing.crawl >= self._reference:
                now |= BIT[knowing.way]
        holdings = self._holdings
        article = holdings.find(row.url, thorough=row.kind != "other")
        if article is None and row.led_to is not None:
            article = holdings.find(row.led_to)
        fate = None
        if article is not None:
            holdings.ways[article] |= ways
            holdings.now[article] |= now
            holdings.met[article] = 1
        else:
            fate = _fate(row)
        lost = self._lost.get(row.key)
        if lost is not None:
            _explain(holdings.lost[lost], row, fate, article)
        if not ways:
            self.other += 1
        else:
            reason = _reason(row)
            self.all.add(fate, reason, alone=ways.bit_count() == 1)
            for way, bit in BIT.items():
                if ways & bit:
                    self.by_way[way].add(fate, reason, alone=ways == bit)
        if fate not in (None, Became.OTHER):
            self._keep(row, ways, now, fate, lost)

    def _keep(self, row: UrlState, ways: int, now: int, fate: Became | None, lost: int | None) -> None:
        assert fate is not None
        shape, tail = shaped(row.url)
        known = self._holdings.shapes.known(shape)
        if known is None and lost is None and fate is not Became.UNKEPT:
            return  # nothing like it is an article
        loose = self.loose
        if len(loose) >= _LOOSE:
            self.left_out += 1
            return
        loose.ways.append(ways)
        loose.now.append(now)
        loose.fate.append(fate)
        loose.shape.append(-1 if known is None else known)
        loose.tail.append(tail)
        loose.lost.append(-1 if lost is None else lost)
        if row.published_at is not None:
            loose.published.append(_EPOCH + (row.published_at + self._holdings.offset) // 86_400)
        else:
            loose.published.append(-dated(row.url))


_EPOCH = 719_163
"""Ordinal of 1970-01-01."""


def _fate(row: UrlState) -> Became:
    if row.state in ("refused", "dropped"):
        return Became.REFUSED
    if row.state == "failed" or (row.state == "done" and (row.http_status or 0) >= 400):
        return Became.FAILED
    if row.kind == "article":
        return Became.UNKEPT
    if row.state in ("waiting", "leased") and row.kind is None:
        return Became.UNREAD
    return Became.OTHER


def _reason(row: UrlState) -> str:
    if row.state == "dropped":
        return "dropped by hand"
    if row.reason:
        # "robots.txt forbids https://…" is one reason, whatever it forbids.
        return _ADDRESS.sub("", row.reason).strip() or row.reason
    return f"HTTP {row.http_status}" if row.http_status else "no reason is known"


def _explain(page: LostPage, row: UrlState, fate: Became | None, article: int | None) -> None:
    """Say what became of a page that an article names."""
    page.number, page.reason = article, _reason(row) if fate in (Became.FAILED, Became.REFUSED) else None
    if fate is Became.FAILED:
        page.because = "gone" if row.http_status in GONE and row.state == "done" else "failed"
    elif fate is Became.REFUSED:
        page.because = row.state
    elif fate is Became.UNREAD:
        page.because = "not_read"
    elif fate is Became.UNKEPT:
        page.because = "not_kept"
    else:
        page.because = "moved" if row.led_to is not None else "no_article"


def _count(reasons: Counter[str], reason: str) -> None:
    reasons[reason if reason in reasons or len(reasons) < _REASONS else _OTHER_REASONS] += 1
