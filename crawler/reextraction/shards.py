"""A share of the articles, and who may work on it now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from archive import Locked, SiteLocked
from archive.folder import OPEN
from archive.lock import Lock, is_held, site_lock_path
from crawler.errors import BadArgument


@dataclass(frozen=True, slots=True)
class Shard:
    """The articles that one of several processes takes: no two shards of one division share any."""

    number: int = 1
    """From 1."""
    of: int = 1

    def __contains__(self, article_id: str) -> bool:
        """Return whether an article is in this share.

        >>> "00000003" + "0" * 24 in Shard(1, 2), "00000003" + "0" * 24 in Shard(2, 2)
        (False, True)
        """
        return int(article_id[:8], 16) % self.of == self.number - 1


def checked_shard(words: str) -> Shard:
    """Return the share that a person names. Raises BadArgument.

    >>> checked_shard("2/4")
    Shard(number=2, of=4)
    """
    found = re.fullmatch(r"(\d{1,5})/(\d{1,5})", words)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise BadArgument("--shard", words, "which share of how many, such as 1/4")
    return Shard(int(found[1]), int(found[2]))


@contextmanager
def locked(root: Path, site: str | None, shard: Shard) -> Iterator[None]:
    """Keep others from the same share of an archive that exists, for as long as the block lasts.

    Other shards of the same division may be at work. Raises SiteLocked where a crawl is, and Locked where another
    re-extraction may touch the same articles.
    """
    folder = root / OPEN
    mine = folder / f"reextract-{shard.number}-of-{shard.of}.lock"
    lock = Lock.acquire(mine)
    if lock is None:
        raise Locked(root, "another re-extraction of the same articles is at work")
    try:
        # Looked at with one's own lock in hand: of two that begin at once both may give up, and never both go on.
        for path in folder.glob("reextract-*-of-*.lock"):
            if not path.stem.endswith(f"-of-{shard.of}") and is_held(path):
                raise Locked(root, "another re-extraction, shared out otherwise, is at work")
        for path in folder.glob("site-*.lock"):
            if (site is None or path == site_lock_path(folder, site)) and is_held(path):
                raise SiteLocked(root, unquote(path.stem.removeprefix("site-")))
        yield
    finally:
        lock.release()


def is_crawled(root: Path, site: str) -> bool:
    """Return whether a crawl of this site is at work on the archive."""
    return is_held(site_lock_path(root / OPEN, site))
