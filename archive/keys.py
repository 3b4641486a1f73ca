"""Keys of the catalog: addresses, records and times in the form in which its tables have them."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from archive.ids import article_id


@lru_cache(maxsize=1024)  # each capture asks for its address twice
def url_key(url: str) -> bytes:
    """Return the 8 bytes by which captures of an address are found."""
    return bytes.fromhex(article_id(url)[:16])


def record_key(record_id: str) -> bytes:
    """Return a WARC-Record-ID as bytes: 16 for a urn:uuid, else the words."""
    digits = record_id.strip("<>").removeprefix("urn:uuid:").replace("-", "")
    try:
        return bytes.fromhex(digits) if len(digits) == 32 else record_id.encode()
    except ValueError:
        return record_id.encode()


def seconds(at: datetime) -> int:
    """Return whole seconds since 1970."""
    return int(at.timestamp())
