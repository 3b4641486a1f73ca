"""Markup of which the parser would make more than memory and time allow, and how it is cut."""

from __future__ import annotations

import re

_MOST = 1_000
"""Attributes of one element: libxml2 looks at all before it for each, so ten thousands of them take minutes."""
_SHORT = 4 * _MOST
"""Bytes within which no tag has that many."""
_STRETCH = 1 << 14
"""Bytes that seldom lie on a page without a `>` among them."""
_FEW = 20_000
"""Attributes of a page that are parsed without a look, whichever elements have them."""
_TAGS = 250_000
"""Tags of a page, and what looks like one; a tree of a million takes 700 MB, and no page for readers has so many."""

_TAG = re.compile(rb"""<[a-zA-Z](?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+'|))*+""")
_QUOTED = re.compile(rb"""=\s*+(?:"[^"]*+"|'[^']*+'|)""")
_SCRIPT_END = re.compile(rb"</(?:script|style)\s*\Z", re.IGNORECASE)
_NAME = re.compile(rb"<[^\s/>=]*")


def cut_overlong_tags(markup: bytes) -> bytes:
    """Return the markup without the attributes of tags that have thousands.

    >>> cut_overlong_tags(b"<p id=a>b"), cut_overlong_tags(b"<p " + b"a=1 " * 20_001 + b">b")
    (b'<p id=a>b', b'<p>b')
    """
    # A `>` ends a tag, unless it stands in a value: behind `=`.
    if markup.count(b"=") >= _FEW:
        return _TAG.sub(_cut, markup)
    kept: list[bytes] = []
    done = 0
    for at in range(0, len(markup) - _STRETCH, _STRETCH):
        if at >= done and markup.find(b">", at, at + _STRETCH) < 0:
            end = markup.find(b">", at)
            end = end if end >= 0 else len(markup)
            begin = max(done, markup.rfind(b">", done, at))
            kept += markup[done:begin], _TAG.sub(_cut, markup[begin:end])
            done = end
    return b"".join((*kept, markup[done:])) if kept else markup


def cut_crowd(markup: bytes) -> bytes:
    """Return the markup as far as a tree can be had of it within some 200 MB.

    >>> cut_crowd(b"<p>b"), cut_crowd(b"<b>" * 250_001) == b"<b>" * 250_000
    (b'<p>b', True)
    """
    if markup.count(b"<") <= _TAGS:
        return markup
    stretch, seen = 1 << 20, 0
    for at in range(0, len(markup), stretch):
        here = markup.count(b"<", at, at + stretch)
        if seen + here > _TAGS:
            # The tag that is one too many lies in this stretch.
            for _ in range(_TAGS + 1 - seen):
                at = markup.find(b"<", at) + 1
            return markup[: at - 1]
        seen += here
    return markup


def _cut(tag: re.Match[bytes]) -> bytes:
    if len(tag[0]) < _SHORT:
        return tag[0]
    names = _QUOTED.sub(b"= ", tag[0])
    if names.count(b"/") + len(names.split()) < _MOST:
        return tag[0]
    # What a script compares (`i<n`) looks like a tag that goes on to the script's end.
    name, end = _NAME.match(tag[0]), _SCRIPT_END.search(tag[0], len(tag[0]) - 16)
    return (name[0] if name else b"") + (end[0] if end else b"")
