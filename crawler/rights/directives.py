"""Directives to robots, as X-Robots-Tag and meta elements word them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.rights.agents import addressed

_KNOWN = frozenset(
    "noai noimageai noml noarchive nocache noindex noimageindex nosnippet none unavailable_after".split()
)
_VALUED = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_AGENT = re.compile(r"[A-Za-z*][\w.*-]{0,63}")
_MOST = 4096
"""Characters of one value that are read."""
_DATE = 64


def directives(words: str, agent: str = "") -> Iterator[str]:
    """Yield what of one value speaks of uses, each behind its agent where that is one of AI or us.

    A name before a colon addresses what follows, up to the next; what is addressed to other robots is theirs alone.

    >>> list(directives("noindex, NoAI, max-snippet: 20"))
    ['noindex', 'noai']
    >>> list(directives("GPTBot: noindex, nosnippet, googlebot: noarchive"))
    ['GPTBot: noindex', 'GPTBot: nosnippet']
    >>> list(directives("unavailable_after: Friday, 25-Jun-10 15:00:00 GMT, noarchive"))
    ['unavailable_after: Friday, 25-Jun-10 15:00:00 GMT', 'noarchive']
    """
    whom: str | None = agent
    parts = words[:_MOST].split(",")
    for number, part in enumerate(parts):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() not in _VALUED and _AGENT.fullmatch(name.strip()):
            whom = addressed(name)
            name, colon, rest = rest.partition(":")
        directive = name.strip().lower()
        if whom is None or directive not in _KNOWN:
            continue
        if directive == "unavailable_after":
            following = parts[number + 1] if number + 1 < len(parts) else ""
            # A date may have a comma behind the day of the week.
            date = rest + ("," + following if following.strip()[:1].isdigit() else "")
            directive = f"{directive}: {' '.join(date.split())[:_DATE]}"
        yield f"{whom}: {directive}" if whom else directive
