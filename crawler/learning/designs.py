"""Which pages of a site have the same design: those with the same elements around their texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from .samples import Sample

_ALIKE = 0.5
"""Share of their marks that two pages of one design have in common, at least."""
_DEEP = 8
"""Elements of a path: further down is what editors made."""
_FRAME = frozenset(
    "html body div section article main header footer nav aside center form table tbody tr td frameset".split()
)


def designs(samples: Sequence[Sample]) -> list[list[Sample]]:
    """Return the pages by design, the largest design first."""
    known = [_marks(sample.document.tree) for sample in samples]
    groups: list[list[int]] = []
    for number, own in enumerate(known):
        likeness, best = max(((_alike(own, _common(group, known)), group) for group in groups), default=(0.0, None))
        if best is not None and likeness >= _ALIKE:
            best.append(number)
        else:
            groups.append([number])
    return [[samples[number] for number in group] for group in sorted(_merged(groups, known), key=_by_size)]


def _by_size(group: list[int]) -> tuple[int, int]:
    return -len(group), group[0]


def _merged(groups: list[list[int]], known: Sequence[frozenset[str]]) -> list[list[int]]:
    """Join groups that have grown alike: the first pages of one had too few in common."""
    merged: list[list[int]] = []
    for group in sorted(groups, key=_by_size):
        own = _common(group, known)
        home = next((other for other in merged if _alike(own, _common(other, known)) >= _ALIKE), None)
        if home is None:
            merged.append(list(group))
        else:
            home.extend(group)
    return [sorted(group) for group in merged]


def _common(group: Sequence[int], known: Sequence[frozenset[str]]) -> frozenset[str]:
    """Return the marks that most pages of a group have."""
    counts = Counter(mark for number in group for mark in known[number])
    return frozenset(mark for mark, count in counts.items() if 2 * count >= len(group))


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))


def _marks(tree: HtmlElement) -> frozenset[str]:
    """Return the names of a page's elements, and the paths of those that lay it out."""
    found: set[str] = set()
    paths: dict[HtmlElement, str] = {}
    for element in tree.iter("*"):
        if element.tag in _FRAME:
            parent = element.getparent()
            above = paths.get(parent, "") if parent is not None else ""
            paths[element] = path = above if above.count("/") >= _DEEP else f"{above}/{element.tag}"
            found.add(path)
        for name in (element.get("id"), *element.get("class", "").split()):
            if name:
                # `post-123`: the number is the page's.
                found.add(f"{element.tag} {re.sub(r'[0-9]+', '0', name)}")
    return frozenset(found)
