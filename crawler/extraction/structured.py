"""What a page states for machines: JSON-LD, meta elements and microdata."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .document import Document

_ARTICLE = re.compile(r"Article|Posting|Report|WebPage|CreativeWork|Review|VideoObject|Recipe", re.IGNORECASE)
_BEST = re.compile(r"Article|Posting|Report", re.IGNORECASE)
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_AROUND = re.compile(r"^\s*(?:/\*\s*)?<!\[CDATA\[(?:\s*\*/)?|(?:/\*\s*)?\]\]>(?:\s*\*/)?\s*$|^\s*<!--|-->\s*$")
_COMMA = re.compile(r",(?=\s*[}\]])")
_DEEPEST = 12
"""Levels of JSON-LD that are read: a page may nest more than Python recurses."""

# Names of meta elements, the surest first. Dublin Core writes DC. and dc: in any case.
_META: dict[str, tuple[str, ...]] = {
    "og_title": ("dc.title", "dcterms.title", "og:title", "twitter:title", "parsely-title", "headline"),
    "published": (
        "article:published_time", "og:published_time", "datepublished", "pubdate", "publishdate", "publish-date",
        "article.published", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.created", "dc.date",
        "og:article:published_time", "publish_time", "published_at", "article_date_original",
        "weibo:article:create_at", "bytedance:published_time", "date",
    ),
    "modified": (
        "article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dc.date.modified",
        "dcterms.modified", "bytedance:updated_time", "weibo:article:update_at",
    ),
    "author": (
        "article:author", "dc.creator", "dcterms.creator", "dcterm.creator", "author", "byl", "parsely-author",
        "sailthru.author", "og:article:author", "article:author_name", "og:author", "twitter:data1",
    ),
    "site_name": ("og:site_name", "application-name"),
    "section": ("article:section", "og:article:section", "parsely-section", "section", "category"),
    "source": ("source", "contentsource", "mediaid"),
    "locale": ("og:locale", "content-language", "dc.language", "language"),
    "type": ("og:type",),
    "image": ("og:image", "twitter:image"),
    "url": ("og:url",),
}  # fmt: skip
# A site's own name for it: `firstpublishedtime`, `pub_date`, `createdate`.
_PUBLISHED = re.compile(
    r"(?:pub|creat|issu|releas)[a-z]{0,6}[-_.:]?(?:time|date)|(?:time|date)[-_.:]?(?:pub|creat|issu|releas)"
)
_MODIFIED = re.compile(
    r"(?:updat|modif|revis)[a-z]{0,6}[-_.:]?(?:time|date|at\b)|(?:time|date)[-_.:]?(?:updat|modif|revis)"
)


@dataclass(kw_only=True, slots=True)
class Structured:
    """What is stated for machines; None and empty where nothing is."""

    headline: str | None = None
    """Of JSON-LD or microdata."""
    og_title: str | None = None
    published: str | None = None
    published_how: str = "meta"
    modified: str | None = None
    modified_how: str = "meta"
    authors: list[str] = field(default_factory=list)
    authors_how: str = "meta"
    publisher: str | None = None
    """The name of JSON-LD's publisher."""
    site_name: str | None = None
    section: str | None = None
    source: str | None = None
    type: str | None = None
    locale: str | None = None
    image: str | None = None
    url: str | None = None
    """The address that the page gives as its own."""
    breadcrumbs: list[str] = field(default_factory=list)
    article_body: str | None = None


def read_structured(document: Document) -> Structured:
    """Return what the page states; JSON-LD over microdata over meta elements."""
    found = Structured()
    _read_meta(document, found)
    _read_microdata(document, found)
    nodes = list(_json_ld(document))
    for node in sorted(nodes, key=_rank):
        _read_node(node, found)
    return found


def _clean(value: object) -> str | None:
    """Return the text of a value, white space folded and entities resolved; None for what says nothing."""
    if not isinstance(value, str):
        return None
    # Values are often escaped twice.
    text = " ".join(html.unescape(_MARKUP.sub(" ", value) if "<" in value else value).split())
    return text if text and text.lower() not in ("null", "undefined", "none", "n/a") else None


def _read_meta(document: Document, found: Structured) -> None:
    stated: dict[str, str] = {}
    typed: set[str] = set()
    for meta in document.tree.iter("meta"):
        rdfa = meta.get("property")
        name = rdfa or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = _clean(meta.get("content"))
        if name and content:
            # Names may come several to an attribute, parted by spaces.
            for part in name.lower().replace("dc:", "dc.").replace("dcterms:", "dcterms.").split():
                # RDFa's `property` has a vocabulary behind it; `name` is anybody's.
                if part not in stated or (rdfa and part not in typed):
                    stated[part] = content
                if rdfa:
                    typed.add(part)
    values = {key: next((stated[name] for name in names if name in stated), None) for key, names in _META.items()}
    for key, value in values.items():
        if key != "author":
            setattr(found, key, value)
    found.published = found.published or next((stated[name] for name in stated if _PUBLISHED.search(name)), None)
    found.modified = found.modified or next((stated[name] for name in stated if _MODIFIED.search(name)), None)
    authors = (stated[name] for name in _META["author"] if name in stated)
    found.authors = [next((author for author in authors if _is_name(author)), "")]
    found.authors = [name for name in found.authors if name]
    if "article:published_time" in stated or "og:published_time" in stated:
        found.published_how = "opengraph"


def _is_name(text: str) -> bool:
    return "/" not in text and "@" not in text and len(text) <= 80


def _read_microdata(document: Document, found: Structured) -> None:
    seen: dict[str, str] = {}
    for element in document.tree.iter() if document.has_microdata else ():
        prop = element.get("itemprop")
        if prop in ("headline", "datePublished", "dateModified", "articleSection") and prop not in seen:
            text = _clean(element.get("content") or element.get("datetime") or element.text_content())
            if text and len(text) < 300:
                seen[prop] = text
    found.headline = seen.get("headline")
    found.section = found.section or seen.get("articleSection")
    if "datePublished" in seen:
        found.published, found.published_how = seen["datePublished"], "microdata"
    if "dateModified" in seen:
        found.modified, found.modified_how = seen["dateModified"], "microdata"


def _json_ld(document: Document) -> Iterator[dict[str, Any]]:
    for script in document.tree.iter("script"):
        if "ld+json" in script.get("type", "").lower() and script.text:
            yield from _nodes(_loads(script.text), 0)


def _loads(text: str) -> object:
    """Return the data of a script; raw line breaks, comments around it and trailing commas are forgiven."""
    if any(sign in text for sign in ("<!", "-->", "]]>")):
        text = _AROUND.sub("", text)
    text = text.strip().rstrip(";")
    for commas in (False, True):
        try:
            return json.loads(_COMMA.sub("", text) if commas else text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        for entry in data:
            yield from _nodes(entry, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(data.get(key), depth + 1)


def _types(node: dict[str, Any]) -> str:
    kind = node.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _rank(node: dict[str, Any]) -> int:
    """Order nodes so that the one that speaks of the article speaks last."""
    kind = _types(node)
    return 2 if _BEST.search(kind) else 1 if _ARTICLE.search(kind) else 0


def _read_node(node: dict[str, Any], found: Structured) -> None:
    kind = _types(node)
    if "BreadcrumbList" in kind:
        found.breadcrumbs = found.breadcrumbs or _crumbs(node)
    elif _ARTICLE.search(kind) or "datePublished" in node:
        _read_article(node, found)
    elif kind in ("WebSite", "Organization", "NewsMediaOrganization"):
        found.publisher = found.publisher or _clean(node.get("name"))


def _read_article(node: dict[str, Any], found: Structured) -> None:
    if _BEST.search(_types(node)):
        found.headline = _clean(node.get("headline")) or _clean(node.get("name")) or found.headline
        found.article_body = _clean(node.get("articleBody")) or found.article_body
    for attribute, key in (("published", "datePublished"), ("modified", "dateModified")):
        if value := _clean(node.get(key)):
            setattr(found, attribute, value)
            setattr(found, f"{attribute}_how", "json-ld")
    if names := list(_names(node.get("author"))) or list(_names(node.get("creator"))):
        found.authors, found.authors_how = names, "json-ld"
    found.publisher = next(_names(node.get("publisher")), found.publisher)
    section = node.get("articleSection")
    found.section = _clean(section[0] if isinstance(section, list) and section else section) or found.section
    language = node.get("inLanguage")
    found.locale = found.locale or _clean(language)


def _names(value: object) -> Iterator[str]:
    """Yield the names of persons and organisations, however they are written."""
    if isinstance(value, list):
        seen: set[str] = set()
        for entry in value[:20]:
            for name in _names(entry) if not isinstance(entry, list) else ():
                if name not in seen:
                    seen.add(name)
                    yield name
    elif isinstance(value, dict):
        yield from _names(value.get("name"))
    elif (text := _clean(value)) and _is_name(text):
        yield text


def _crumbs(node: dict[str, Any]) -> list[str]:
    names = []
    entries = node.get("itemListElement")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            thing = entry.get("item")
            name = _clean(entry.get("name")) or _clean(thing.get("name") if isinstance(thing, dict) else None)
            if name:
                names.append(name)
    return names
