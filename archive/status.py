"""What visits say of an article: live, gone or moved."""

from __future__ import annotations

from typing import Literal

Status = Literal["live", "gone", "moved"]
Saying = Literal["live", "missing", "moved"]
SAYS: dict[str, Saying] = {
    "new": "live",
    "same": "live",
    "revised": "live",
    "not_modified": "live",
    "quarantined": "live",
    "gone": "missing",
    "soft_404": "missing",
    "moved": "moved",
}
"""What an outcome says of the article; blocked and unreachable speak of the server alone.

An article is gone when two visits in a row miss it: a single 404 is as often a deployment or a load balancer. A visit
has one moment, so two of them are told apart by theirs, and a line that is written twice counts once.
"""

Place = tuple[int, int]
"""When a visit was (seconds since 1970), and its line's place in the log: of one second the later line is newer."""
NEVER: Place = (-1 << 62, -1)


def newest_two(newest: Place, second: Place, found: Place) -> tuple[Place, Place]:
    """Return the newest two moments at which an article was missing, once one more is known.

    They come out the same in whatever order they are told, as an import of old captures tells them late.

    >>> newest_two((8, 1), NEVER, (9, 2)), newest_two((9, 2), (8, 1), (9, 3))
    (((9, 2), (8, 1)), ((9, 3), (8, 1)))
    """
    places = sorted({newest, second, found}, reverse=True)
    newest = places[0]
    return newest, next((place for place in places if place[0] != newest[0]), NEVER)
