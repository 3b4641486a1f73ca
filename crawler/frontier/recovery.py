"""What a run that was cut off has left: what the archive holds is acknowledged, the rest is fetched again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.frontier.fates import receipt_of
from crawler.frontier.interface import Handling, Lease

if TYPE_CHECKING:
    from crawler.frontier.interface import Frontier
    from pipelines.store import ArchivePipeline

log = logging.getLogger(__name__)


async def recover(frontier: Frontier, archive: ArchivePipeline | None) -> tuple[int, int]:
    """Settle the leases of holders that are dead; return how many were acknowledged and how many wait again.

    Raises FrontierError and ArchiveError.
    """
    left = await frontier.abandoned()
    read = [one for one in left if isinstance(one, Handling) and one.proof is not None]
    held: set[str] = set()
    if read and archive is not None:
        held = archive.proven({one.proof or "" for one in read}, min(one.after for one in read))
    done = [one for one in read if one.proof in held]
    await frontier.acknowledge([receipt_of(one.lease, one.answer) for one in done])
    acknowledged = {(one.lease.key, one.lease.token) for one in done}
    leases = [one if isinstance(one, Lease) else one.lease for one in left]
    again = [lease for lease in leases if (lease.key, lease.token) not in acknowledged]
    await frontier.give_back(again)
    if left:
        log.info(
            "the run before was cut off: of %d pages under way the archive holds %d; %d are fetched again",
            len(left), len(done), len(again),
        )  # fmt: skip
    return len(done), len(again)
