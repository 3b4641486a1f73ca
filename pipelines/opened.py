"""The archive while a run writes it: the writer, and what a run asks of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter

from archive import DamagedFile, Writer
from archive.visits import visits_after
from pipelines.commit import GroupCommit
from pipelines.identity import find
from pipelines.keeper import Keeper
from pipelines.recorder import Recorder
from pipelines.regression import Gate
from pipelines.sightings import observe
from pipelines.text import encodable
from pipelines.visits import visit_of

if TYPE_CHECKING:
    from archive import Observation
    from pipelines.content import Content
    from pipelines.identity import Identity
    from pipelines.options import Options
    from pipelines.validate import Invalid
    from pipelines.visits import Visit


class OpenArchive:
    """The archive while a run writes it. Raises ArchiveError where it cannot be opened."""

    def __init__(
        self,
        options: Options,
        spider: Any,
        *,
        failed: Callable[[Exception], None],
        again: Callable[[str], Awaitable[None]] | None = None,
    ) -> None:
        """`again` fetches the article at an address once more and stores what comes of it."""
        self.tracking: Collection[str] = getattr(spider, "tracking_parameters", frozenset())
        site: str = getattr(spider, "site", None) or spider.name
        self.writer = Writer(
            options.root,
            site=site,
            compression=options.compression,
            seal_bytes=options.seal_bytes,
            seal_seconds=options.seal_seconds,
        )
        head = self.writer.log.head()
        self._head = head.digest
        self.head_number = head.number
        """Number of the newest commit, as far as this process has seen: never more than that of what comes next."""
        self._mark = head.number
        read = getattr(spider, "read_captured", None)
        self.recorder = Recorder(self.writer, read=read, tracking=self.tracking)
        self.gate = Gate(site, self.writer.known, again) if options.regressed else None
        """None where an article is stored however it is read."""
        self.keeper = Keeper(self.writer, captures=options.captures, every=options.every, tracking=self.tracking)
        self.commit = GroupCommit(self.writer, delay=options.commit_delay, failed=failed, published=self._published)

    def _published(self) -> None:
        self.head_number = self.writer.log.head().number

    def resume(self, mark: int) -> None:
        """Take what came after commit `mark` for this crawl's own, as an interrupted run of it has left it."""
        # An older copy of the archive may have been put in its place: what it has is from before the crawl.
        self._mark = min(mark, self._mark)

    def is_stored(self, id_: str) -> bool:
        """Return whether this crawl has stored what the article says, in this run or in one before it."""
        return self.writer.known.seen_after(id_, self._mark)

    def is_any_of(self, ids: Collection[str], urls: Iterable[str]) -> bool:
        """Return whether an article of these ids is known by one of these addresses."""
        return any(find(self.writer.known, url, self.tracking) in ids for url in urls)

    def proven(self, proofs: Collection[str], after: int) -> set[str]:
        """Return which proofs the archive holds: see `ArchivePipeline.proven`. Raises ArchiveError."""
        captures = {proof for proof in proofs if proof.startswith("capture:")}
        visits = {proof.removeprefix("visit:") for proof in proofs if proof.startswith("visit:")}
        held = {proof for proof in captures if self.writer.known.has_capture(proof.removeprefix("capture:"))}
        if visits:
            try:
                found = visits_after(self.writer.log.store, self.writer.log.snapshot(), visits, after)
            except OSError as error:
                raise DamagedFile(str(error.filename), "", error.strerror or str(error)) from error
            held |= {f"visit:{visit_id}" for visit_id in found}
        return held | ({""} & set(proofs))

    def settled(self, visit: Visit, *, keep: bool) -> Visit:
        """Return the visit with its raw page kept or dropped, if that was still open."""
        if not self.keeper.is_pending(visit.visit_id):
            return visit
        capture = self.keeper.settle(visit.visit_id, keep=keep)
        # Where the page is not kept, the redirects to it are none of the article's captures either.
        return replace(visit, captures=() if capture is None else (*visit.captures, capture))

    def observation(self, item: Any) -> Observation | None:
        """Return what became of a page from which no article came; None where none is known there."""
        return observe(item, visit_of(item, now=datetime.now(UTC)), self.writer.known, self.tracking)

    def quarantine(self, item: Any, identity: Identity, content: Content, visit: Visit, invalid: Invalid) -> None:
        """Put an item into quarantine, with its raw page."""
        visit = self.settled(visit, keep=True)
        self.recorder.quarantine(identity, content, visit, invalid, encodable(ItemAdapter(item).asdict()))

    async def close(self) -> str | None:
        """Return the hash of the newest commit, None where this run made none. Raises ArchiveError."""
        try:
            self.keeper.settle_all()
        finally:
            await self.commit.close()
        return self.writer.head if self.writer.head != self._head else None
