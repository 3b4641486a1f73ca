"""An article's content: the typed values that follow from its page alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from archive import Attachment, FieldEvidence, Image, Link
from archive.records import Kind, Precision, Zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a page says, normalised. Each field means what the same field of `archive.Article` says."""

    url: str
    canonical_url: str
    kind: Kind
    title: str | None
    """None where the page has none; such content is not valid."""
    category: str | None
    published_at: datetime | None
    published_raw: str | None
    published_precision: Precision | None
    published_zone: Zone | None
    published_date: date | None
    modified_at: datetime | None
    modified_raw: str | None
    source: str | None
    source_url: str | None
    author: str | None
    editor: str | None
    body: str | None
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]
    view_count: int | None
    view_count_raw: str | None
    prev: Link | None
    next: Link | None
    language: str | None
    breadcrumbs: tuple[str, ...]
    digest: str
    text_digest: str
    extractor_version: str | None
    evidence: tuple[FieldEvidence, ...]
