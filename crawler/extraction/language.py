"""The language of a page: as it states, else as its script and its commonest words show."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from .document import Document

_TAG = re.compile(r"[a-z]{2,3}(?:[-_][a-z0-9]{2,8}){0,3}", re.IGNORECASE)
_SAMPLE = 4000
"""Characters that are enough to tell."""

_ASCII = re.compile("[\x00-\x7f]+")
_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]"), 0.05),
    ("ko", re.compile("[\uac00-\ud7a3]"), 0.2),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.2),
    ("uk", re.compile("[іїєґІЇЄҐ]"), 0.02),
    ("ru", re.compile("[\u0400-\u04ff]"), 0.3),
    ("ar", re.compile("[\u0600-\u06ff]"), 0.3),
    ("he", re.compile("[\u0590-\u05ff]"), 0.3),
    ("el", re.compile("[\u0370-\u03ff]"), 0.3),
    ("hi", re.compile("[\u0900-\u097f]"), 0.3),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.3),
)
_STOP_WORDS = {
    "en": "the and of to in is that for it with was on are this by from".split(),
    "fr": "le la les des et est une dans que pour qui sur du pas au".split(),
    "de": "der die das und ist nicht ein eine den von mit auf für im dem".split(),
    "es": "el la los las y en que una por con para del se su es".split(),
    "it": "il di che è la per un una con del non sono della gli nel".split(),
    "pt": "o a os de do da em que um uma para com não no na".split(),
    "nl": "de het een en van is dat op te voor met zijn niet aan".split(),
}
_VOTES: dict[str, tuple[str, ...]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in _words:
        _VOTES[_word] = (*_VOTES.get(_word, ()), _language)


def find_language(document: Document, locale: str | None, texts: Iterable[str]) -> tuple[str, str] | None:
    """Return the BCP 47 tag in lower case and how it was found; None for a page that shows none.

    A page that states one script and is written in another is what it is written in: templates are copied.
    """
    sample = _sample(texts)
    written = _by_script(sample)
    for stated, how in ((document.tree.get("lang"), "html"), (locale, "meta")):
        if stated and _TAG.fullmatch(stated.strip()):
            tag = stated.strip().lower().replace("_", "-")
            if written is None or tag.split("-")[0] == written or written not in ("zh", "ja", "ko", "ar", "he"):
                return tag, how
    language = written or _by_words(sample)
    return (language, "text") if language else None


def _sample(texts: Iterable[str]) -> str:
    parts: list[str] = []
    length = 0
    for text in texts:
        parts.append(text[:_SAMPLE])
        length += len(text)
        if length > _SAMPLE:
            break
    return " ".join(parts)


def _by_script(sample: str) -> str | None:
    if sample.isascii():
        return None
    beyond, letters = _ASCII.sub("", sample), 0
    for language, characters, share in _SCRIPTS:
        count = len(characters.findall(beyond))
        letters = letters or (sum(map(str.isalpha, sample)) if count else 0)
        if letters and count > share * letters:
            return language
    return None


def _by_words(sample: str) -> str | None:
    votes = Counter(language for word in re.findall(r"[^\W\d_]+", sample.lower()) for language in _VOTES.get(word, ()))
    first = votes.most_common(1)
    return first[0][0] if first and first[0][1] >= 2 else None
