"""How a page's own words become an article's values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any, get_args

from itemadapter import ItemAdapter

import archive
from archive.records import Kind, plain_values
from pipelines.content import Content
from pipelines.counts import parse_count
from pipelines.dates import Moment, parse_moment
from pipelines.text import encodable, fold, fold_name, fold_paragraphs, split_tag
from pipelines.urls import canonical_url, is_web
from pipelines.visits import visited_at

# What most addresses of the web look like; any other is taken apart.
_WEB = re.compile(r"https?://[a-z\d-]{1,63}(?:\.[a-z\d-]{1,63}){1,8}(?:/[\w./%~+=&?,!-]*)?", re.ASCII | re.IGNORECASE)


def normalise(item: Any, *, now: datetime | None = None, tracking: Collection[str] = frozenset()) -> Content:
    """Return an item's values, typed. A pure function; no word of a page makes it raise.

    `now`, against which `3小时前` is read, is the item's `fetched_at` unless given. `tracking` are query parameters
    that are no part of this site's addresses, beside those that no site's have.
    """
    words = ItemAdapter(item)
    title, tag, category = _headline(words)
    published = _moment(words, "published", now)
    modified = _moment(words, "modified", now)
    published_at = published.at if published else None
    source, author = fold_name(words.get("source")), fold_name(words.get("author"))
    body = fold_paragraphs(list(words.get("body") or ()))
    views = fold(words.get("views"))
    return Content(
        url=encodable(words["url"]),
        canonical_url=canonical_url(words["url"], link=words.get("canonical_link"), tracking=tracking),
        kind=words["kind"] if words.get("kind") in get_args(Kind) else "article",
        title=title,
        category=category,
        published_at=published_at,
        published_raw=fold(words.get("published")),
        published_precision=published.precision if published else None,
        published_zone=published.zone if published else None,
        published_date=published.at.date() if published else None,
        modified_at=modified.at if modified else None,
        modified_raw=fold(words.get("modified")),
        source=source,
        source_url=_web(words.get("source_url")),
        author=author,
        editor=fold_name(words.get("editor")),
        body=body,
        images=tuple(_images(words.get("images") or ())),
        attachments=tuple(_attachments(words.get("attachments") or ())),
        view_count=parse_count(views),
        view_count_raw=views,
        prev=_link(words.get("prev")),
        next=_link(words.get("next")),
        language=(fold(words.get("language")) or "").lower() or None,
        breadcrumbs=tuple(filter(None, map(fold, words.get("breadcrumbs") or ()))),
        digest=archive.digest(
            title=title, category=category, published_at=published_at, source=source, author=author, body=body
        ),
        text_digest=archive.text_digest(title=title, body=body),
        extractor_version=fold(words.get("extractor")),
        evidence=tuple(_evidence(words.get("evidence") or (), is_tagged=tag is not None)),
    )


def content_fields(item: Any, *, now: datetime | None = None) -> dict[str, Any]:
    """Return an item's values in the archive's JSON form, without what only a visit or an archive can add."""
    content = normalise(item, now=now)
    values = {field.name: getattr(content, field.name) for field in fields(content)}
    values["extractor"] = {"version": values.pop("extractor_version"), "fields": values.pop("evidence")}
    return plain_values(values)


def _headline(words: ItemAdapter) -> tuple[str | None, str | None, str | None]:
    """Return title, tag and category: the tag, else what the page says elsewhere, else the last breadcrumb."""
    title = fold(words.get("title"))
    tag, rest = split_tag(title) if title else (None, None)
    crumbs = list(words.get("breadcrumbs") or ())
    return rest, tag, tag or fold(words.get("category")) or (fold(crumbs[-1]) if crumbs else None)


def _moment(words: ItemAdapter, field: str, now: datetime | None) -> Moment | None:
    text = fold(words.get(field))
    if text is None:
        return None
    return parse_moment(
        text,
        zone=words.get("zone"),
        language=words.get("language"),
        now=now if now is not None else visited_at(words.item),
    )


def _link(neighbour: Any) -> archive.Link | None:
    if neighbour is None:
        return None
    words = ItemAdapter(neighbour)
    return archive.Link(url=_web(words.get("url")), title=fold(words.get("title")))


def _images(images: Iterable[Any]) -> Iterable[archive.Image]:
    for words in map(ItemAdapter, images):
        if url := _web(words.get("url")):
            yield archive.Image(url=url, alt=fold(words.get("alt")), caption=fold(words.get("caption")))


def _attachments(attachments: Iterable[Any]) -> Iterable[archive.Attachment]:
    for words in map(ItemAdapter, attachments):
        if url := _web(words.get("url")):
            yield archive.Attachment(url=url, title=fold(words.get("title")))


def _evidence(evidence: Iterable[Any], *, is_tagged: bool) -> Iterable[archive.FieldEvidence]:
    """Yield how each field was found; a category that is the headline's tag as the headline was."""
    for words in map(ItemAdapter, evidence):
        name, confidence = words["name"], round(words["confidence"], 2)
        if not (is_tagged and name == "category"):
            yield archive.FieldEvidence(name=name, how=words["how"], confidence=confidence)
        if is_tagged and name == "title":
            yield archive.FieldEvidence(name="category", how="title", confidence=confidence)


def _web(url: str | None) -> str | None:
    """Return the address folded, None unless it is one of the web: pictures inside the page itself fill megabytes."""
    folded = fold(url)
    return folded if folded and (_WEB.fullmatch(folded) or is_web(folded)) else None
