"""The charset of a page, from its bytes first: headers and declarations of news sites are often wrong."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_SAMPLE = 1 << 16
"""Bytes, from the first beyond ASCII on, that are enough to tell one charset from another."""
_BROKEN = 0.2
"""Share of broken characters up to which a page is still UTF-8: no other charset is four fifths valid by chance."""

# Replacement, C1 and private-use characters are what a wrong charset turns text into.
_WRONG = re.compile("[\ufffd\x80-\x9f\ue000-\uf8ff]")
_NARROW = re.compile("[\x00-\x7f]+")
_BEYOND_ASCII = re.compile(b"[\x80-\xff]")

# GB2312 and GBK pages hold characters of GB18030, which contains both (WHATWG Encoding calls them all GBK).
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "hz": "gb18030",
    "big5": "big5hkscs",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
}
# Names that Python decodes by and no page is written in: of host names, of string literals. UTF-16 is known by its
# byte order mark or its first tag; WHATWG Encoding believes no page that declares it of itself either.
_NO_CHARSETS = frozenset("punycode unicode-escape raw-unicode-escape utf-16 utf-32".split())
# Two bytes of GB2312 are both beyond ASCII; letters with accents seldom stand together.
_PAIR = re.compile(b"[\xa1-\xf7][\xa1-\xfe]")
_PAIRED = 0.8
"""Share of the bytes beyond ASCII that lie in such pairs where a text is Chinese."""
# The first tag in UTF-16 whose byte order mark is missing.
_WIDE_SIGNS = {b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    r"""Return the text of `body` and the charset (a Python codec name) it was read with.

    Bytes that are valid UTF-8 are UTF-8, whatever is declared. Then the declared charsets are tried (HTTP header, then
    the page's own), then GB18030, Big5 and what charset-normalizer says; the least damage wins.

    >>> decode("时间".encode("gbk"), "text/html; charset=utf-8")
    ('时间', 'gb18030')
    >>> decode(b"caf\xe9", "text/html; charset=iso-8859-1")
    ('café', 'cp1252')
    """
    bom_encoding, bom = read_bom(body)
    if bom_encoding:
        return body[len(bom or b"") :].decode(bom_encoding, "replace"), bom_encoding
    for sign, encoding in _WIDE_SIGNS.items():
        if body.startswith(sign):
            return body.decode(encoding, "replace"), encoding
    # ISO-2022 is written in ASCII bytes: nothing but what is declared tells it from UTF-8.
    if b"\x1b$" in body and (told := _iso_2022(content_type, body)):
        return body.decode(told, "replace"), told
    try:
        # Not judged by its characters: the private-use ones of an icon font may be all that is not ASCII.
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    served, stated = _declared(content_type, body)
    named = [name for name in (served, stated) if name]
    first = _BEYOND_ASCII.search(body)
    sample = body[first.start() if first else 0 :][:_SAMPLE]
    if served == "cp1252" and stated is None and _is_chinese(sample):
        named = []  # what servers say that were told nothing
    best, fewest = "utf-8", _damage(sample, "utf-8")
    for encoding in _candidates(named, sample) if fewest > _BROKEN else ():
        damage = _damage(sample, encoding)
        if damage < fewest:
            best, fewest = encoding, damage
        if not damage:
            break
    return body.decode(best, "replace"), best


def _declared(content_type: str | None, body: bytes) -> tuple[str | None, str | None]:
    """Return the codecs that the server and the page name."""
    return _codec(http_content_type_encoding(content_type)), _codec(html_body_declared_encoding(body))


def _iso_2022(content_type: str | None, body: bytes) -> str | None:
    return next((name for name in _declared(content_type, body) if name and name.startswith("iso2022")), None)


def _candidates(named: list[str], sample: bytes) -> Iterator[str]:
    # A multi-byte charset that decodes cleanly proves itself; a single-byte one decodes anything, so it waits.
    single = []
    for name in named:
        if name.startswith(("gb", "big5", "euc", "shift", "cp932", "cp949", "iso2022", "utf")):
            yield name
        else:
            single.append(name)
    if not single:
        yield "gb18030"
        yield "big5hkscs"
    yield from single
    guess = from_bytes(sample).best()
    if guess is not None:
        yield guess.encoding
    yield "cp1252"


def _codec(name: str | None) -> str | None:
    """Return the codec of a declared charset; None for a name that is none of text."""
    resolved = resolve_encoding(name) if name else None
    if not resolved or resolved in _NO_CHARSETS:
        return None
    try:
        b"a".decode(resolved, "replace")
    except (LookupError, UnicodeError):
        return None
    return _WIDER.get(resolved, resolved)


def _is_chinese(sample: bytes) -> bool:
    """Whether bytes are GB18030 without damage, most of them in the pairs that Chinese characters are."""
    beyond = len(_BEYOND_ASCII.findall(sample))
    return 2 * len(_PAIR.findall(sample)) >= _PAIRED * beyond and not _damage(sample, "gb18030")


def _damage(sample: bytes, encoding: str) -> float:
    """Share of the characters beyond ASCII that a right charset would not give; 1.0 for a charset that Python lacks."""
    try:
        # A sample may end within a character.
        text = codecs.getincrementaldecoder(encoding)("replace").decode(sample, final=len(sample) < _SAMPLE)
    except (LookupError, UnicodeError):
        return 1.0
    wide = _NARROW.sub("", text)
    return len(_WRONG.findall(wide)) / max(1, len(wide))
