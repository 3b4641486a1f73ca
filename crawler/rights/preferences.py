"""Preferences of use, as IETF's aipref (Content-Usage) and Content-Signal word them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ITEM = re.compile(r"\s*([a-z*][a-z0-9_.*-]{0,63})\s*=\s*([a-z0-9?]{1,16})\s*(?:;.*)?", re.IGNORECASE | re.DOTALL)
_MOST = 2048


def preferences(words: str) -> Iterator[str]:
    """Yield each preference of a value, as `use=answer`; what is none is passed over.

    >>> list(preferences("train-ai=n, search=Y;exp=1, ???")), list(preferences("search=yes,ai-train=no"))
    (['train-ai=n', 'search=y'], ['search=yes', 'ai-train=no'])
    """
    for part in words[:_MOST].split(","):
        if found := _ITEM.fullmatch(part):
            yield f"{found[1]}={found[2]}".lower()
