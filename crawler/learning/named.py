"""How a site's pages are called in their document titles, without what most of these have in common."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from .samples import Sample

_SEPARATOR = re.compile(r"\s*(?:[|｜_»«–—]+|\s[-·:/]+(?=\s)|(?<=[\u4e00-\u9fff\W])-(?=[\u4e00-\u9fff\W]))\s*")
_NEARLY = 0.8


class Named:
    """The document titles of a design: each names its article, and most name the site as well."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        parts = {sample: _parts(sample) for sample in samples}
        spread = Counter(part for own in parts.values() for part in set(own))
        most = max(2.0, len(samples) / 2)
        self._told = {
            sample: "".join(_flat(part) for part in own if spread[part] < most) for sample, own in parts.items()
        }

    def is_title(self, sample: Sample, text: str) -> bool:
        """Return whether a text is what the document's title calls the article: all of it, or nearly all."""
        told, flat = self._told.get(sample, ""), _flat(text)
        if not told or not flat:
            return False
        shorter, longer = sorted((told, flat), key=len)
        return shorter in longer and len(shorter) >= _NEARLY * len(longer)


def _parts(sample: Sample) -> list[str]:
    declared = sample.document.tree.findtext(".//title") or ""
    return [part for part in _SEPARATOR.split(" ".join(declared.split())) if part]


def _flat(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
