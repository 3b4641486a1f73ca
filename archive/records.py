"""The lines of schema 1: what an article, an observation and a quarantined page are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

SCHEMA = 1

Kind = Literal["article", "gallery", "video", "notice"]
Precision = Literal["second", "minute", "day"]
Zone = Literal["stated", "layout", "assumed"]
Cause = Literal["crawl", "rules", "both"]
Outcome = Literal[
    "new",
    "same",
    "revised",
    "not_modified",
    "gone",
    "soft_404",
    "moved",
    "blocked",
    "unreachable",
    "quarantined",
]
Version = Annotated[int, Meta(ge=1)]
Time = Annotated[datetime, Meta(tz=True)]
Day = date  # the lines have a key `date`
Count = Annotated[int, Meta(ge=0)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A neighbouring article; both null where the page says that there is none."""

    url: str | None
    """Absolute."""
    title: str | None
    """As displayed, its 【tag】 kept."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture of the body."""

    url: str
    """Absolute."""
    alt: str | None
    """Its text for those who cannot see it; null when the page gives none."""
    caption: str | None
    """The words under it; null when there are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that the body offers."""

    url: str
    """Absolute."""
    title: str | None
    """The words of its link; null when there are none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """A WARC record that holds a page of the article."""

    record_id: str
    """WARC-Record-ID."""
    payload_digest: str
    """WARC-Payload-Digest."""
    url: str
    """WARC-Target-URI."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """What a page or its site said of the uses that may be made of it."""

    by: str
    """Where it stood: robots.txt, X-Robots-Tag, meta robots, TDM-Reservation, tdmrep.json, ai.txt, rel=license, ..."""
    says: str
    """Its words: noarchive, noai, 1 (TDM reserved), disallow, train-ai=n, ...; behind `agent: ` where it is for one."""
    url: str | None
    """Of the policy, the license, or the site's file that says so; null where there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldEvidence:
    """How one field was found."""

    name: str
    """The field's key on this line."""
    how: str
    """label, layout, json-ld, microdata, opengraph, meta, heading, url, density, text, ..."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Extractor:
    """The rules that read the page."""

    version: str | None
    """Version of the rules; null when it was not recorded."""
    cause: Cause
    """What made this revision: the page (crawl), better rules (rules) or both."""
    fields: tuple[FieldEvidence, ...]
    """One entry for each field that was found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One revision of an article: a wording, with where and when it was seen."""

    schema: Version = SCHEMA
    """Version of the keys and their types. Later ones add keys, and change none: pass over what you do not know."""
    revision_id: str
    """A ulid, this revision's own."""
    id: str
    """The article's own, the same in all its revisions."""
    site: str
    """The spider's name, or the host without www."""
    url: str
    """As fetched, after redirects."""
    canonical_url: str
    """Normal form: no fragment, no tracking parameters."""
    kind: Kind
    """A page without body text is valid where its kind is not article."""
    title: str
    """Headline without its leading 【tag】; white space is folded, width is not."""
    category: str | None
    """The headline's tag, or the breadcrumb's last name."""
    published_at: Time | None
    """Time of publication with its offset, whole seconds; T00:00:00 where only a day is stated."""
    published_raw: str | None
    """The page's words for it."""
    published_precision: Precision | None
    """The smallest unit that the page states."""
    published_zone: Zone | None
    """Where the offset comes from: the page's words, the site's layout, or the language (assumed)."""
    published_date: Day | None
    """The local calendar day, as the page says it."""
    modified_at: Time | None
    """Time of the last edit that the page states, with its offset."""
    modified_raw: str | None
    """The page's words for it."""
    source: str | None
    """Who published it first, in the page's words (来源)."""
    source_url: str | None
    """Where the source's name links to."""
    author: str | None
    """Who wrote it; several names as the page parts them."""
    editor: str | None
    """Who edited it (编辑, 责编)."""
    body: str | None
    """Paragraphs parted by one blank line; null when there is no text."""
    images: tuple[Image, ...]
    """Pictures of the body, in reading order."""
    attachments: tuple[Attachment, ...]
    """Files that the body offers, in reading order."""
    view_count: Count | None
    """Readers so far, at this capture; null and never 0 when the page does not say."""
    view_count_raw: str | None
    """The counter's words, such as 10万+."""
    prev: Link | None
    """The neighbour that the page calls previous; null where the page says nothing."""
    next: Link | None
    """The neighbour that the page calls next; null where the page says nothing."""
    language: str | None
    """BCP 47, lower case."""
    breadcrumbs: tuple[str, ...]
    """Names from the root to the article's own category."""
    digest: str
    """newsreel-digest-1 of title, category, published_at, source, author and body."""
    text_digest: str
    """newsreel-digest-1 of title and body."""
    previous_digest: str | None
    """`digest` of the revision before; null in the first."""
    fetched_at: Time
    """When the server answered, UTC."""
    recorded_at: Time
    """When this line was written, UTC."""
    date: Day
    """Day of recorded_at, UTC, as in the path."""
    visit_id: str
    """A ulid, of the fetched page that this line comes from."""
    captures: tuple[Capture, ...]
    """The raw records; several for an article over several pages, none when raw pages are not kept."""
    extractor: Extractor
    """The rules that read the page."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """One sighting of an article: what a visit saw."""

    schema: Version = SCHEMA
    """Version of the keys and their types. Later ones add keys, and change none: pass over what you do not know."""
    visit_id: str
    """A ulid, of the fetched page."""
    id: str
    """The article's own."""
    site: str
    """The spider's name, or the host without www."""
    url: str
    """As fetched, after redirects; where no article came of it, the article's own address that was asked for."""
    observed_at: Time
    """When the server answered, UTC."""
    recorded_at: Time
    """When this line was written, UTC."""
    http_status: int | None
    """Status of the response; null when none came or it was not recorded."""
    outcome: Outcome
    """What the visit meant for the archive."""
    moved_to: str | None
    """The new address where the outcome is moved."""
    view_count: Count | None
    """Readers so far; null and never 0 when the page does not say."""
    view_count_raw: str | None
    """The counter's words."""
    digest: str | None
    """Of the wording that was seen; null when none was."""
    captures: tuple[Capture, ...]
    """The raw records of the visit."""
    rights: tuple[Right, ...] | None = None
    """What was said of its uses; empty where nothing was, null where the visit did not look."""
    date: Day
    """Day of recorded_at, UTC, as in the path."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QuarantineRecord:
    """A page that failed validation, whole, so that better rules can take it up again."""

    schema: Version = SCHEMA
    """Version of the keys and their types. Later ones add keys, and change none: pass over what you do not know."""
    visit_id: str
    """A ulid, of the fetched page."""
    id: str
    """The id that the article would have had."""
    site: str
    """The spider's name, or the host without www."""
    url: str
    """As fetched, after redirects."""
    reason: str
    """One word for what is wrong: no_title, no_body, error_page, http_status, ..."""
    detail: str | None
    """What was found instead; null when the reason says it all."""
    fetched_at: Time
    """When the server answered, UTC."""
    recorded_at: Time
    """When this line was written, UTC."""
    date: Day
    """Day of recorded_at, UTC, as in the path."""
    captures: tuple[Capture, ...]
    """The raw records of the visit."""
    item: dict[str, Any]
    """The page's own words, as extracted."""


Record = Article | Observation | QuarantineRecord
STREAMS: dict[type[Record], str] = {
    Article: "articles",
    Observation: "observations",
    QuarantineRecord: "quarantine",
}
"""The folder that holds each type's lines."""


def plain_values(record: object) -> dict[str, Any]:
    """Return what a parser of JSON makes of a record's line: lists and strings, no tuples and no times."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(record))
    return plain
