"""What one answer says of the uses of its page: its headers and its markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from archive import Right
from crawler.rights.agents import addressed
from crawler.rights.directives import directives
from crawler.rights.preferences import preferences
from crawler.rights.tdm import as_said, policy_at

if TYPE_CHECKING:
    from archive.exchange import Headers
    from crawler.extraction.document import Document

MOST = 50
"""Rights of one page that are kept."""
_LINK = re.compile(r"<([^<>]{1,2048})>([^<>]{0,1024})")
_LICENSE = re.compile(r"""\brel\s*=\s*(?:"[^"]*\blicense\b|'[^']*\blicense\b|license\b)""", re.IGNORECASE)


def of_page(document: Document, headers: Headers) -> list[Right]:
    """Return what a page and its answer say, in this order, each once."""
    return _some(chain(_of_headers(document.url, headers), _of_markup(document)))


def _some(found: Iterator[Right]) -> list[Right]:
    kept = dict[Right, None]()
    for right in found:
        kept[right] = None
        if len(kept) == MOST:
            break
    return list(kept)


def _of_headers(url: str, headers: Headers) -> Iterator[Right]:
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(value)
    for value in values.get("x-robots-tag", ()):
        yield from (Right(by="X-Robots-Tag", says=words, url=None) for words in directives(value))
    says = as_said(values.get("tdm-reservation", [""])[-1])
    if says is not None:
        yield Right(by="TDM-Reservation", says=says, url=policy_at(url, values.get("tdm-policy", [""])[-1]))
    for value in values.get("content-usage", ()):
        yield from (Right(by="Content-Usage", says=words, url=None) for words in preferences(value))
    for value in values.get("link", ()):
        for target, parameters in _LINK.findall(value):
            if _LICENSE.search(parameters) and (license_url := policy_at(url, target)):
                yield Right(by="rel=license", says="license", url=license_url)


def _of_markup(document: Document) -> Iterator[Right]:
    said: dict[str, str] = {}
    for meta in document.tree.iter("meta"):
        name, content = (meta.get("name") or "").strip().lower(), meta.get("content") or ""
        whom = addressed(name) if name else None
        if whom is not None:
            yield from (Right(by="meta robots", says=words, url=None) for words in directives(content, whom))
        elif name in ("tdm-reservation", "tdm-policy"):
            said[name] = content
    says = as_said(said.get("tdm-reservation"))
    if says is not None:
        yield Right(by="meta tdm", says=says, url=policy_at(document.base_url, said.get("tdm-policy")))
    for link in document.tree.iter("link", "a", "area"):
        if "license" in (link.get("rel") or "").lower().split() and (url := document.link(link.get("href"))):
            yield Right(by="rel=license", says="license", url=url[:2048])
