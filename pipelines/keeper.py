"""Which answers are kept as raw captures, and which wait until it is known what their pages say."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from archive import article_id
from archive.warc import sha256
from pipelines.identity import find
from pipelines.urls import canonical_url

if TYPE_CHECKING:
    from archive import Capture, Exchange, Writer


class Keeper:
    """Hands answers to the writer: all of them, or of unchanged articles every Nth alone.

    An answer that may yet turn out to be superfluous is pending, by the id of its visit, until somebody settles it.
    """

    def __init__(
        self, writer: Writer, *, captures: bool = True, every: int = 1, tracking: Collection[str] = frozenset()
    ) -> None:
        self._writer, self._captures, self._every, self._tracking = writer, captures, every, tracking
        self._pending: dict[str, Exchange] = {}

    def take(self, visit_id: str, exchange: Exchange) -> Capture | None:
        """Return where an answer is kept; None where it is not, or not yet. Raises CannotWrite."""
        if not self._captures or self.is_erased(exchange.url):
            return None
        if self._must_wait(exchange):
            self._pending[visit_id] = exchange
            return None
        return self._writer.capture(exchange)

    def settle(self, visit_id: str, *, keep: bool) -> Capture | None:
        """Keep or drop a visit's pending answer, if it has one; return where it is kept."""
        exchange = self._pending.pop(visit_id, None)
        return self._writer.capture(exchange) if keep and exchange is not None else None

    def settle_all(self) -> None:
        """Keep what nobody has asked for."""
        for visit_id in list(self._pending):
            self.settle(visit_id, keep=True)

    def is_pending(self, visit_id: str) -> bool:
        """Return whether a visit's answer waits to be kept or dropped."""
        return visit_id in self._pending

    def is_erased(self, url: str) -> bool:
        """Return whether this is the address of an article that was taken down: it is not to come back."""
        known = self._writer.known
        if not known.any_erased:
            return False
        return known.is_erased(
            find(known, url, self._tracking) or article_id(canonical_url(url, tracking=self._tracking))
        )

    def _must_wait(self, exchange: Exchange) -> bool:
        known = self._writer.known
        if not 200 <= exchange.status < 300:
            return False
        if known.any_erased:
            # The page may name an erased article as what it is a copy of.
            return True
        id_ = find(known, exchange.url, self._tracking) if self._every > 1 else None
        latest = known.latest(id_) if id_ else None
        if latest is None or latest.uncaptured >= self._every - 1:
            return False
        # The same bytes once more cost a record of some hundred bytes and are always kept.
        last = known.last_capture(exchange.url)
        return last is None or last.payload_digest != sha256(exchange.body)
