"""What the rights of a page reserve, as a visit saw them: the rules of `--rights`."""

from __future__ import annotations

from collections.abc import Iterable

from archive.records import Right

RULES = {"ai": 1, "archive": 2, "index": 4}
"""Rules by name, each a bit."""

US = "newsreel"
"""The agent that is us; what is said to it counts as what is said to all."""
_ROBOTS = ("X-Robots-Tag", "meta robots")
_FILES = ("robots.txt", "ai.txt")
_PREFERENCES = ("Content-Usage", "Content-Signal")
_TDM = ("meta tdm", "TDM-Reservation", "tdmrep.json")
"""What is nearer to the page comes first, and overrides the others (TDMRep, 5)."""
_AGAINST_AI = {"noai", "noimageai", "noml"}
_AGAINST_ONE = {"noindex", "none", "noarchive", "nocache", "nosnippet", "disallow"} | _AGAINST_AI
"""What keeps one agent away from a page; of agents only those of AI are recorded."""
_AI_USES = {"train-ai", "train-genai", "ai-train", "ai-input", "ai-use"}


def reserved(rights: Iterable[Right]) -> int:
    """Return the bits of the rules by which an article with these rights is left out.

    >>> reserved([Right(by="meta robots", says="noarchive", url=None), Right(by="ai.txt", says="disallow", url=None)])
    3
    """
    rights = list(rights)
    tdm = next((right.says for by in _TDM for right in rights if right.by == by), "0")
    found = RULES["ai"] if tdm == "1" else 0
    for right in rights:
        agent, _, words = right.says.lower().rpartition(": ")
        if right.by in _PREFERENCES:
            use, _, value = words.partition("=")
            found |= RULES["ai"] if use in _AI_USES and value in ("n", "no") else 0
        elif right.by in _FILES:
            found |= RULES["ai"] if words == "disallow" else 0
        elif right.by in _ROBOTS:
            found |= _by_robots(words, agent)
    return found


def _by_robots(words: str, agent: str) -> int:
    if agent not in ("", US):
        return RULES["ai"] if words in _AGAINST_ONE else 0
    found = RULES["ai"] if words in _AGAINST_AI else 0
    found |= RULES["archive"] if words in ("noarchive", "nocache") else 0
    return found | (RULES["index"] if words in ("noindex", "none") else 0)


def rules_of(words: str) -> int:
    """Return the bits of rules that are named, parted by commas. Raises ValueError.

    >>> rules_of("ai, archive")
    3
    """
    names = [name.strip() for name in words.split(",")]
    unknown = [name for name in names if name not in RULES]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of {', '.join(RULES)}")
    return sum({RULES[name] for name in names})
