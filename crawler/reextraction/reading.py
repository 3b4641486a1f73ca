"""Articles read once more from their raw captures, by today's rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import archive
from archive import Archive, Article, Damaged, Extractor, NotThere, QuarantineRecord
from archive.version import newsreel_version
from crawler.discovery.parts import is_part_of
from crawler.errors import BadArgument
from crawler.reextraction.rules import Rules, read_article
from pipelines.article import normalise
from pipelines.content import Content
from pipelines.losses import losses, stated
from pipelines.validate import check
from pipelines.visits import visited_at

if TYPE_CHECKING:
    from archive import Capture, Exchange, FieldEvidence
    from crawler.spider import ArticleSpider

FOLLOWING = {"digest", "text_digest", "extractor_version", "evidence"}
"""What follows from other fields, or says how they were read."""
FIELDS = tuple(field.name for field in fields(Content) if field.name not in FOLLOWING | {"url"})
"""What a page says, and what better rules may read otherwise."""
TOGETHER = (
    ("published_at", "published_raw", "published_precision", "published_zone", "published_date"),
    ("modified_at", "modified_raw"),
    ("view_count", "view_count_raw"),
)
"""One value in several keys: whoever chooses one of them means all."""

Problem = Literal["uncaptured", "missing", "damaged", "unreadable", "invalid"]


def checked_fields(words: str | None) -> tuple[str, ...]:
    """Return the fields that a person names, all of them for None. Raises BadArgument.

    >>> checked_fields("title, view_count")
    ('title', 'view_count', 'view_count_raw')
    """
    if words is None:
        return FIELDS
    named = {name.strip() for name in words.split(",")}
    if not named <= set(FIELDS):
        raise BadArgument("--fields", words, f"one or more of {', '.join(FIELDS)}, parted by commas")
    for group in TOGETHER:
        if not named.isdisjoint(group):
            named.update(group)
    return tuple(name for name in FIELDS if name in named)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reread:
    """What came of one article, or of one page in quarantine."""

    id: str
    url: str
    quarantined: bool = False
    """Whether it is such a page."""
    before: Article | None = None
    """The stored revision of an article that gets a new one."""
    after: Article | None = None
    """The revision to add, which has no id and no time of its own yet; None where there is nothing to add."""
    changed: tuple[str, ...] = ()
    """The fields in which the two differ."""
    is_known: bool = False
    """Whether it is such a page, and says what its article says at that time."""
    problem: Problem | None = None
    """Why it could not be read again: it has no capture, the capture is not there (any more) or damaged, no article
    can be read from it, or what is read is none by today's rules."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Begin:
    """What a process needs in order to read again; called, it opens the archive and loads the rules."""

    root: Path
    loader: Mapping[str, Any]
    chosen: tuple[str, ...]
    gated: bool = True
    """Whether pages in quarantine that are read worse than their articles stay there."""

    def __call__(self) -> Rereading:
        """Return the work. Raises ArchiveError."""
        return Rereading(archive.open(self.root), Rules(self.loader), self.chosen, gated=self.gated)


class Rereading:
    """Reads articles and quarantined pages again."""

    def __init__(self, opened: Archive, rules: Rules, chosen: Sequence[str] = FIELDS, *, gated: bool = True) -> None:
        self._opened, self._rules, self._chosen, self._gated = opened, rules, chosen, gated

    def __call__(self, records: Sequence[Article | QuarantineRecord]) -> list[Reread]:
        """Return what comes of each record, in their order."""
        return [self.again(record) if isinstance(record, Article) else self.healed(record) for record in records]

    def again(self, article: Article) -> Reread:
        """Return an article with the chosen fields as today's rules read them."""
        content, problem, detail = self._read(article.captures, article.site)
        if content is None:
            return Reread(id=article.id, url=article.url, problem=problem, detail=detail)
        after = merged(article, content, self._chosen)
        changed = tuple(name for name in self._chosen if not _same(getattr(article, name), getattr(after, name)))
        if not changed:
            return Reread(id=article.id, url=article.url)
        return Reread(id=article.id, url=article.url, before=article, after=after, changed=changed)

    def healed(self, record: QuarantineRecord) -> Reread:
        """Return a page that failed validation as an article, if it is one by today's rules.

        Where its article is known it is one more revision, or none where it says what the article says at that time.
        """
        content, problem, detail = self._read(record.captures, record.site, must_be_article=True)
        if content is None:
            return Reread(id=record.id, url=record.url, quarantined=True, problem=problem, detail=detail)
        before, following = self._around(record, content)
        if self._gated and (worse := _worse(before or following, record, content)):
            return Reread(id=record.id, url=record.url, quarantined=True, problem="invalid", detail=worse)
        known = before or following
        if known is None:
            return Reread(id=record.id, url=record.url, quarantined=True, after=taken_up(record, content))
        if content.digest in {one.digest for one in (before, following) if one is not None}:
            return Reread(id=known.id, url=record.url, quarantined=True, is_known=True)
        after = taken_up(record, content, known=known, before=before)
        changed = tuple(name for name in FIELDS if not _same(getattr(known, name), getattr(after, name)))
        return Reread(id=known.id, url=record.url, quarantined=True, before=before, after=after, changed=changed)

    def _around(self, record: QuarantineRecord, content: Content) -> tuple[Article | None, Article | None]:
        """Return the revisions of the page's article before the visit and after it."""
        for name in (record.id, record.url, content.canonical_url):
            try:
                revisions = sorted(self._opened.revisions(name), key=lambda one: one.fetched_at)
            except NotThere:
                continue
            # Of one moment the revision that was recorded last counts: the sort is stable.
            before = [one for one in revisions if one.fetched_at <= record.fetched_at]
            after = [one for one in revisions if one.fetched_at > record.fetched_at]
            return (before[-1] if before else None), (after[0] if after else None)
        return None, None

    def _read(
        self, captures: Collection[Capture], site: str, *, must_be_article: bool = False
    ) -> tuple[Content | None, Problem | None, str]:
        exchanges: list[Exchange] = []
        problem: Problem = "uncaptured"
        detail = ""
        for capture in captures:
            try:
                exchange = self._opened.exchange(capture)
            except Damaged as error:
                problem, detail = "damaged", str(error)
                continue
            if exchange is None:
                problem, detail = "missing", capture.record_id
            else:
                exchanges.append(exchange)
        if not exchanges or (detail and len(captures) > len(exchanges) and not _has_page(captures, exchanges)):
            return None, problem, detail
        try:
            found = self._content(exchanges, self._rules.of(site), must_be_article=must_be_article)
        except Exception as error:  # rules are anybody's code: one page must not end the run
            return None, "unreadable", f"{type(error).__name__}: {error}"
        if isinstance(found, Content):
            return found, None, ""
        return None, *found

    def _content(
        self, exchanges: Sequence[Exchange], spider: ArticleSpider, *, must_be_article: bool
    ) -> Content | tuple[Problem, str]:
        if must_be_article:
            item, is_article = read_article(spider, *exchanges) or (None, False)
        else:
            item, is_article = spider.read_captured(*exchanges), True
        if item is None:
            return "unreadable", "no page can be read from it"
        # As the crawl did: 3小时前 is three hours before the server answered.
        content = normalise(item, now=visited_at(item) or exchanges[-1].fetched_at, tracking=spider.tracking_parameters)
        if invalid := check(content, http_status=item.http_status):
            return "invalid", invalid.reason
        return content if is_article else ("invalid", "no article")


def _has_page(captures: Collection[Capture], exchanges: Collection[Exchange]) -> bool:
    """Return whether all that is missing are redirects, which come before the page."""
    last = [capture.url for capture in captures][-1]
    there = {exchange.url for exchange in exchanges}
    return last in there and not any(is_part_of(last, capture.url) for capture in captures)


def merged(article: Article, content: Content, chosen: Sequence[str]) -> Article:
    """Return a revision with the chosen fields of `content`, and the others as they are stored."""
    kept = {evidence.name: evidence for evidence in article.extractor.fields if not _is_of(evidence, chosen)}
    read = {evidence.name: evidence for evidence in content.evidence if _is_of(evidence, chosen)}
    return _digested(
        replace(
            article,
            **{name: getattr(content, name) for name in chosen},
            previous_digest=article.digest,
            extractor=Extractor(
                version=content.extractor_version or newsreel_version(),
                cause="rules",
                fields=tuple((kept | read).values()),
            ),
        )
    )


def taken_up(
    record: QuarantineRecord, content: Content, *, known: Article | None = None, before: Article | None = None
) -> Article:
    """Return the revision of a page that was in quarantine: the first, unless its article is `known`.

    `before` is the one that it follows. Where its article says something else, the page was edited, and read well by
    better rules alone.
    """
    return Article(
        **{name: getattr(content, name) for name in (*FIELDS, "url", "digest", "text_digest")},
        revision_id="",
        id=known.id if known else record.id,
        site=record.site,
        previous_digest=before.digest if before else None,
        fetched_at=record.fetched_at,
        recorded_at=record.recorded_at,
        date=record.date,
        visit_id=record.visit_id,
        captures=record.captures,
        extractor=Extractor(
            version=content.extractor_version or newsreel_version(),
            cause="both" if before else "rules",
            fields=content.evidence,
        ),
    )


def _worse(known: Article | None, record: QuarantineRecord, content: Content) -> str:
    """Return what a page that was misread lacks still; empty for one that is read well by now."""
    if known is not None:
        found = losses(known, content)
        return str(found) if found.is_regression else ""
    if record.reason != "regressed":
        return ""
    then = normalise(record.item, now=record.fetched_at)
    # Of an article of which nothing else is known: it is to state something that it did not when it was held back.
    gained = stated(content) - stated(then) or content.title != then.title
    return "" if gained else record.detail or record.reason


def _digested(article: Article) -> Article:
    title, body = article.title, article.body
    return replace(
        article,
        digest=archive.digest(
            title=title,
            category=article.category,
            published_at=article.published_at,
            source=article.source,
            author=article.author,
            body=body,
        ),
        text_digest=archive.text_digest(title=title, body=body),
    )


def _is_of(evidence: FieldEvidence, chosen: Sequence[str]) -> bool:
    return evidence.name in chosen


def _same(stored: Any, read: Any) -> bool:
    """Return whether two values stand on a line as the same words: one moment in two zones is two."""
    if isinstance(stored, datetime) and isinstance(read, datetime):
        return stored.isoformat() == read.isoformat()
    return bool(stored == read)
