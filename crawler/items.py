"""What a page says, in its own words: nothing here is normalised, typed or resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from archive import Capture, Right
from archive.records import Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """How one field was found."""

    name: str
    """The field, as the archive's schema names it (`title`, `published_at`, ...)."""
    how: str
    """label, layout, json-ld, microdata, opengraph, meta, heading, document-title, url, density, text, ..."""
    confidence: float
    """0 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """The article before or after; both None where the page says that there is none."""

    url: str | None = None
    title: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """A picture of the body."""

    url: str
    alt: str | None = None
    caption: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A file that the body offers."""

    url: str
    title: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Redirect:
    """An address on the way to a page, which answered by naming the next."""

    url: str
    http_status: int
    visit_id: str
    fetched_at: str
    """When it answered, RFC 3339, UTC."""
    captures: tuple[Capture, ...] = ()


@dataclass(kw_only=True, slots=True)
class ArticleItem:
    """One article as its page words it. None: the page does not say."""

    url: str
    """As fetched, after redirects."""
    canonical_link: str | None = None
    """The page's rel=canonical, absolute; None when it has none."""
    kind: str = "article"
    """article, gallery, video or notice."""

    title: str | None = None
    """The headline as displayed, a leading 【tag】 kept."""
    category: str | None = None
    breadcrumbs: list[str] = field(default_factory=list)
    """Names from the root to the article's own category; the article's title is not among them."""

    published: str | None = None
    """The words that state the time, without their label: `2021-07-26 11:43`."""
    modified: str | None = None
    zone: str | None = None
    """An IANA name or offset that the site's layout states; None leaves it to the words or the language."""

    source: str | None = None
    source_url: str | None = None
    author: str | None = None
    editor: str | None = None

    body: list[str] = field(default_factory=list)
    """Paragraphs in reading order."""
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)

    views: str | None = None
    """The counter's words: `35348`, `3.5万`. None when the page states none or a script would fill it."""
    prev: Neighbour | None = None
    next: Neighbour | None = None
    language: str | None = None
    """BCP 47, lower case: `zh`, `en-gb`."""
    evidence: list[Evidence] = field(default_factory=list)

    # What the visit adds; absent when a saved page is read without a crawl.
    site: str | None = None
    visit_id: str | None = None
    fetched_at: str | None = None
    """When the server answered, RFC 3339, UTC."""
    http_status: int | None = None
    redirects: list[Redirect] = field(default_factory=list)
    """The addresses that led here, in order."""
    captures: list[Capture] = field(default_factory=list)
    """The raw records of the visit, redirects first; empty where raw pages are not kept, or not yet."""
    extractor: str | None = None
    """Version of the rules that read the page."""
    rights: list[Right] | None = None
    """What the page and its site say of its uses; None where nobody looked."""
    again: bool = False
    """Whether this very page was asked for once more in this crawl."""
    doubtful: bool = False
    """Whether its address alone says that it is an article: one is known there, or its like are articles."""


@dataclass(kw_only=True, slots=True)
class Sighting:
    """What became of a request from which no article came."""

    url: str
    """As asked for, after redirects."""
    site: str
    visit_id: str
    fetched_at: str
    """When the server answered, or when it was given up; RFC 3339, UTC."""
    http_status: int | None
    """None where no answer came."""
    outcome: Outcome
    moved_to: str | None = None
    """Where the address led, if that is all that came of it."""
    failure: str | None = None
    """What went wrong, in a few words."""
    redirects: list[Redirect] = field(default_factory=list)
    """The addresses that led here, in order."""
    captures: list[Capture] = field(default_factory=list)
    """The raw records of the visit."""
    rights: list[Right] | None = None
    """What the answer and its site say of its uses; None where nobody looked."""
