"""Files in the manner of robots.txt (RFC 9309): what their groups allow, and by which patterns.

Patterns are matched by searching, not by a regular expression: a site words them, and may mean no good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MOST = 512 * 1024
"""Bytes of a file that are read."""
_RULES = 1000
"""Rules of one group that are read."""
_PATTERN = 2048


@dataclass(slots=True)
class Group:
    """The rules for some agents."""

    rules: list[tuple[str, bool]] = field(default_factory=list)
    """Pattern, and whether it allows."""
    others: list[tuple[str, str]] = field(default_factory=list)
    """Other lines: key in lower case, and value."""

    def allows(self, path: str) -> bool:
        """Return what the longest pattern that matches says; of two as long the one that allows."""
        found = max(((len(pattern), allows) for pattern, allows in self.rules if matches(pattern, path)), default=None)
        return found is None or found[1]


def groups_of(text: str) -> dict[str, Group]:
    """Return the groups of a file by their agents, in lower case. What is no such file has none."""
    groups, current, in_agents = dict[str, Group](), list[Group](), False
    for key, value in _lines(text):
        if key == "user-agent":
            if not in_agents:
                current = []
            current.append(groups.setdefault(value.lower(), Group()))
        elif key in ("allow", "disallow"):
            for group in current:
                if value and len(group.rules) < _RULES:
                    group.rules.append((unquote(value[:_PATTERN]), key == "allow"))
        else:
            for group in current:
                if len(group.others) < _RULES:
                    group.others.append((key, value))
        in_agents = key == "user-agent"
    return groups


def _lines(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            yield key.strip().lower(), value.strip()


def path_of(url: str) -> str:
    """Return what patterns are matched with: path and query, unquoted."""
    parts = urlsplit(url)
    return unquote((parts.path or "/") + ("?" + parts.query if parts.query else ""))


def matches(pattern: str, path: str) -> bool:
    """Return whether a pattern matches a path: `*` is anything, a `$` at its end the end (RFC 9309, 2.2.3).

    >>> matches("/a/*.pdf$", "/a/b/c.pdf"), matches("/a/*.pdf$", "/a/b.pdf?x"), matches("*.jpg", "/a.jpg")
    (True, False, True)
    """
    ends = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not others:
        return not ends or at == len(path)
    for part in others[:-1]:
        at = path.find(part, at)
        if at < 0:
            return False
        at += len(part)
    if ends:
        return len(path) - len(others[-1]) >= at and path.endswith(others[-1])
    return path.find(others[-1], at) >= 0
