"""What a page's title holds beside its headline: the site's name, its sections, other quotation marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from .structured import Structured

SEPARATOR = re.compile(r" +[-–—|·•»›:~/] +|[_|｜]+|--+|(?<=[\u3000-\u9fff”》）])[-–—]| ?[»›] ?")
_WORDS = re.compile(r"[^\W_]+")
_CJK = re.compile("[\u3040-\u9fff]")
_QUOTES = str.maketrans("‘’‚‛′“”„‟″`´", "'''''\"\"\"\"\"''")


@lru_cache(maxsize=1024)
def key(text: str) -> str:
    """Return the letters and digits of a text, by which titles are compared."""
    return "".join(_WORDS.findall(text.lower()))


def without_site(declared: str, structured: Structured, whole: str = "") -> str | None:
    """Return a title without the site's name: its longest part, the first of about equal ones.

    `whole` is a title of the page that goes further: where it repeats `declared` and adds to it, that is the site's
    name, and `declared` has it no more.

    >>> without_site("Tea prices rise - The Harbour Daily", Structured())
    'Tea prices rise'
    >>> without_site("Tea - its price - its taste", Structured(), "Tea - its price - its taste - The Harbour Daily")
    'Tea - its price - its taste'
    """
    site = {key(name) for name in (structured.site_name, structured.publisher) if name}
    parts = [part.strip() for part in SEPARATOR.split(declared) if part.strip()]
    if _goes_further(whole, declared) and not any(key(part) in site for part in parts):
        return declared
    parts = [part for part in parts if key(part) not in site] or parts
    if not parts:
        return None
    return max(parts, key=lambda part: len(part) * (1.5 if part is parts[0] else 1.0))


def as_told(shown: str, structured: Structured, declared: str) -> str:
    """Return a displayed headline as machines are told it, where that is the same headline.

    Templates set straight quotation marks as curly ones, and may show the name of a series elsewhere than in the
    heading. In CJK text the curly marks are the writer's own. Where the heading differs from both the document's title
    and what machines are told, the two have to agree against it.
    """
    told = [text for text in (structured.headline, structured.og_title) if text]
    if not _CJK.search(shown):
        folded = shown.translate(_QUOTES)
        for text in (*told, *_parts(declared)):
            if text != shown and text.translate(_QUOTES) == folded:
                return text
    own = [key(part) for part in _parts(declared)]
    for text in told:
        alone = without_site(text, structured, declared) or text
        if key(alone) in own and key(shown) not in own and key(shown) != key(alone):
            return alone  # two agree with one another, and the heading with neither of them
    site = [key(name) for name in (structured.site_name, structured.publisher) if name]
    for text in told:
        rest = text.removeprefix(shown)
        if rest != text and (sign := SEPARATOR.match(rest)) and _goes_further(declared, text):
            more = key(rest[sign.end() :])
            if more and not any(name in more or more in name for name in site):
                return text
    return shown


def _parts(declared: str) -> Sequence[str]:
    return [declared, *(part.strip() for part in SEPARATOR.split(declared))]


def _goes_further(whole: str, text: str) -> bool:
    """Whether a title repeats another one and has parts behind it."""
    return whole.startswith(text) and SEPARATOR.match(whole[len(text) :]) is not None
