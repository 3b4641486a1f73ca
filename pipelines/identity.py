"""Whose page a visit saw: an article keeps its id through moves and under each of its addresses."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archive import article_id
from pipelines.urls import canonical_url

if TYPE_CHECKING:
    from archive import Known
    from pipelines.content import Content
    from pipelines.visits import Hop, Visit


@dataclass(frozen=True, slots=True)
class Identity:
    """An article's id, and the known articles whose addresses led to its page."""

    id: str
    moves: tuple[tuple[str, Hop], ...] = ()
    """(id, redirect): the article itself where it has moved just now, and others that end here."""


def identify(content: Content, visit: Visit, known: Known, tracking: Collection[str] = frozenset()) -> Identity:
    """Return the id of the article that `content` is of.

    It is that of its address, else that of its canonical URL, else that of an address that led here by redirects; an
    article that is known by none of them gets its id from its canonical URL.
    """
    own = known.find(content.url) or find(known, content.url, tracking) or known.find(content.canonical_url)
    hops = [hop for hop in visit.hops if is_move(hop.http_status)]
    came = [(hop, found) for hop in hops if (found := find(known, hop.url, tracking))]
    # The last hop is the newest of an article's former addresses.
    kept = own or next((found for _, found in reversed(came)), None) or article_id(content.canonical_url)
    # An address that has always led to its article is no news.
    moves = {found: hop for hop, found in came if found != kept or own is None}
    return Identity(kept, tuple(moves.items()))


def find(known: Known, url: str, tracking: Collection[str] = frozenset()) -> str | None:
    """Return the id of the article that is known by `url`, in this or its normal form."""
    return known.find(url) or known.find(canonical_url(url, tracking=tracking))


def is_move(http_status: int) -> bool:
    """Return whether an answer says that what was there is elsewhere (RFC 9110, 15.4)."""
    return http_status in (301, 302, 303, 307, 308)
