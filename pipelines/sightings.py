"""What an answer without an article says of an article that is known."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter

from pipelines.identity import find
from pipelines.recorder import sighting, unmodified
from pipelines.text import encodable

if TYPE_CHECKING:
    from archive import Known, Observation
    from pipelines.visits import Visit


def is_sighting(item: Any) -> bool:
    """Return whether an item tells what became of a page, instead of what it says."""
    return "outcome" in ItemAdapter(item)


def is_unmodified(item: Any) -> bool:
    """Return whether a sighting is that of a 304, which is stored at once: nothing else can come of its page."""
    return ItemAdapter(item).get("outcome") == "not_modified"


def observe(item: Any, visit: Visit, known: Known, tracking: Collection[str] = frozenset()) -> Observation | None:
    """Return what a sighting means for the archive; None where no article is known by its address.

    One that led there by redirects tells of its article too, and is then the address of the observation: where a
    redirect ends in an error, a log-in page say, is no address of the article.
    """
    words = ItemAdapter(item)
    if is_unmodified(item):
        # Of that very address: what led there was asked with the validators of another page.
        id_ = find(known, words["url"], tracking)
        latest = known.latest(id_) if id_ else None
        return None if latest is None else unmodified(latest, encodable(words["url"]), visit)
    for url in (words["url"], *(hop.url for hop in reversed(visit.hops))):
        if (id_ := find(known, url, tracking)) is not None:
            moved_to = words.get("moved_to")
            return sighting(
                id_, encodable(url), visit, visit, words["outcome"], moved_to=moved_to and encodable(moved_to)
            )
    return None
