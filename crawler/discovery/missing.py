"""Whether a page that was answered as any other says that what was asked for isn't there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from crawler.discovery.missingwords import BESIDES, MISSING, NOT_IT, ONLY_CODE, PLAIN

if TYPE_CHECKING:
    from crawler.extraction.document import Document
    from crawler.items import ArticleItem

_LONGEST = 120
"""Characters of a line that may say so; longer ones are prose."""
_PROSE = 40
"""Weight of a line, outside of links, from which it is prose: an ideograph weighs 2."""
_MOST_PROSE = 400
"""Weight of a page's prose up to which a headline or title that says so is believed."""
_LITTLE_PROSE = 160
"""The same for any other line."""
_FEW_LETTERS = 14
"""Weight of the letters that a line may say besides."""
_MOST_SCRIPT = 4_000
"""Characters of a script that may be a notice."""

_PARTS = re.compile(r"\s+[-–—|_·»:]\s*|\s*[|_»]\s*|\s*[-–—]\s+|——?|：")
_SAID_BY_SCRIPT = re.compile(r"""(?:alert|confirm|write|msg|tip|layer\.\w+)\s*\(\s*(["'])([^"'\n]{2,120})\1""")


def says_missing(document: Document, item: ArticleItem) -> str | None:
    """Return the page's words that what was asked for isn't there, None where it says no such thing.

    They count only where the page is nothing else: an article about such pages, or one that quotes the words, is one.
    """
    # What tells most pages is asked first.
    if sum(map(_weight, item.body)) > 2 * _MOST_PROSE:
        return None
    prose = 0
    for block in document.blocks:
        if not block.links and (weight := _weight(block.text)) >= _PROSE and not _says(block.text):
            prose += weight
            if prose > _MOST_PROSE:
                return None
    for heading in _headings(document):
        if words := _says(heading):
            return words
    if prose <= _LITTLE_PROSE and not (item.published and len(item.body) > 1):
        for block in document.blocks:
            if words := _says(block.text):
                return words
        if sum(len(block.text) for block in document.blocks) <= _LONGEST:
            return _by_script(document)
    return None


def _headings(document: Document) -> Iterator[str]:
    for title in document.tree.iter("title"):
        whole = " ".join("".join(title.itertext()).split())[: 2 * _LONGEST]
        yield whole
        # Beside the site's name.
        yield from _PARTS.split(whole)[:6]
        break
    for element in document.tree.xpath("(//h1 | //h2 | //h3)[position() <= 6]"):
        yield " ".join("".join(element.itertext()).split())


def _says(line: str) -> str | None:
    """Return a line if all that it says is that something is missing.

    >>> _says("抱歉，您访问的页面不存在或已被删除"), _says("Oops! That page can’t be found.")
    ('抱歉，您访问的页面不存在或已被删除', 'Oops! That page can’t be found.')
    >>> _says("How we made our page not found by search engines") is None
    True
    """
    if not 2 <= len(line) <= _LONGEST:
        return None
    plain = line.translate(PLAIN)
    if ONLY_CODE.fullmatch(plain):
        return line
    match = MISSING.search(plain)
    if match is None or NOT_IT.search(plain):
        return None
    rest = BESIDES.sub("", plain[: match.start()] + " " + plain[match.end() :])
    return line if _weight("".join(filter(str.isalpha, rest))) <= _FEW_LETTERS else None


def _by_script(document: Document) -> str | None:
    for script in document.tree.iter("script"):
        for said in _SAID_BY_SCRIPT.finditer((script.text or "")[:_MOST_SCRIPT]):
            if words := _says(said[2]):
                return words
    return None


def _weight(text: str) -> int:
    return sum(2 if character >= "⺀" else 1 for character in text)
