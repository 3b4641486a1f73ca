"""What a site says of the uses of its pages by its files: robots.txt, /.well-known/tdmrep.json and /ai.txt."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from archive import Right
from archive.rights import US
from crawler.rights.agents import AGENTS
from crawler.rights.preferences import preferences
from crawler.rights.rules import MOST, Group, groups_of, matches, path_of
from crawler.rights.tdm import policy_at, reservation_for, reservations

ROBOTS, TDMREP, AI = "/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"
_PREFERENCES = {"content-usage": "Content-Usage", "content-signal": "Content-Signal"}


class Site:
    """What a site's files say; what is missing, too large or no such file says nothing."""

    def __init__(self, robots_txt: bytes | None, tdmrep_json: bytes | None, ai_txt: bytes | None) -> None:
        self._robots, self._ai = _groups(robots_txt), _groups(ai_txt)
        self._reservations = reservations(tdmrep_json or b"")

    def of(self, url: str) -> list[Right]:
        """Return what is said of a page; nothing for an address that is none."""
        try:
            path, root = path_of(url), "{0.scheme}://{0.netloc}".format(urlsplit(url))
        except ValueError:
            return []
        found = [
            *(Right(by="robots.txt", says=words, url=root + ROBOTS) for words in _disallowed(self._robots, path)),
            *(Right(by=by, says=words, url=root + ROBOTS) for by, words in self._preferences(path)),
        ]
        if rule := reservation_for(self._reservations, path):
            # Without a policy, the file that says so.
            policy = policy_at(urljoin(root, TDMREP), rule.policy) or root + TDMREP
            found.append(Right(by="tdmrep.json", says=rule.says, url=policy))
        # It goes by types of files, and a page is one of HTML, whatever its address ends with.
        types = [path] if "." in path.rpartition("/")[2] else [path, f"{path}.html"]
        said = dict.fromkeys(words for name in types for words in _disallowed(self._ai, name))
        found += (Right(by="ai.txt", says=words, url=root + AI) for words in said)
        return found

    def _preferences(self, path: str) -> Iterator[tuple[str, str]]:
        group = self._robots.get(US) or self._robots.get("*") or Group()
        for key, by in _PREFERENCES.items():
            # A Content-Usage may be for a path; the longest counts, as with other rules.
            found = [_parted(value) for name, value in group.others if name == key]
            fits = [(pattern, words) for pattern, words in found if matches(pattern, path)]
            if fits:
                longest = max(len(pattern) for pattern, _ in fits)
                for words in (words for pattern, words in fits if len(pattern) == longest):
                    yield from ((by, one) for one in preferences(words))


def of_site(robots_txt: bytes | None, tdmrep_json: bytes | None, ai_txt: bytes | None) -> Site:
    """Return what a site's files say, each as it came with a status of 200, or None."""
    return Site(robots_txt, tdmrep_json, ai_txt)


def _groups(data: bytes | None) -> dict[str, Group]:
    text = (data or b"")[:MOST].decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    # Many servers answer for what they do not have with a page.
    return {} if text.startswith("<") else groups_of(text)


def _disallowed(groups: dict[str, Group], path: str) -> Iterator[str]:
    """Yield that a path is disallowed to all, or to which agents of AI it is."""
    everybody = groups.get("*")
    if everybody is not None and not everybody.allows(path):
        yield "disallow"
    for name, group in groups.items():
        if name in AGENTS and not group.allows(path):
            yield f"{AGENTS[name]}: disallow"


def _parted(value: str) -> tuple[str, str]:
    """Return the pattern and the preferences of a line."""
    if not value.startswith("/"):
        return "", value
    pattern, _, words = value.partition(" ")
    return pattern, words
