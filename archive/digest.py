r"""newsreel-digest-1: when two wordings of an article are the same.

The exact bytes: a JSON array of the values in the order given, null where unknown, in UTF-8, no white space between
tokens, strings in Unicode normal form NFC and escaped as RFC 8785 does (only `"`, `\` and U+0000 to U+001F; non-ASCII
stays as it is). Times are the strings that stand on the line. The digest is `sha256:` and 64 lower-case hex digits.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from unicodedata import normalize

import msgspec

ALGORITHM = "newsreel-digest-1"


def digest(
    *,
    title: str | None,
    category: str | None,
    published_at: datetime | None,
    source: str | None,
    author: str | None,
    body: str | None,
) -> str:
    """Return the digest of an article's wording. Views, images and links are not in it.

    >>> digest(title="a", category=None, published_at=None, source=None, author=None, body="b")
    'sha256:1f11fe1b57dee44bdb38604ba2c0bb244d63b235a1c9f7cd058ffc5d1adc6362'
    """
    published = None if published_at is None else str(msgspec.to_builtins(published_at))
    return _sha256(title, category, published, source, author, body)


def text_digest(*, title: str | None, body: str | None) -> str:
    """Return the digest of the text alone: the same for a repost under another date or source.

    NFC: a site that changes the way it stores accents has edited nothing.

    >>> text_digest(title="e\u0301", body=None) == text_digest(title="\u00e9", body=None)
    True
    """
    return _sha256(title, body)


def canonical_json(*values: str | None) -> bytes:
    r"""Return the bytes that are hashed.

    >>> canonical_json("新\n", None)
    b'["\xe6\x96\xb0\\n",null]'
    """
    array = [None if value is None else normalize("NFC", value) for value in values]
    return json.dumps(array, ensure_ascii=False, separators=(",", ":")).encode()


def _sha256(*values: str | None) -> str:
    return "sha256:" + hashlib.sha256(canonical_json(*values)).hexdigest()
