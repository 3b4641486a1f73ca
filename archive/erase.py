"""Erasure, a takedown: an article's content is removed everywhere, for good, and everybody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from archive.commit import Erasure, File
from archive.disk import DISK, Disk
from archive.errors import NotThere, SiteLocked
from archive.folder import OPEN, index_of
from archive.frames import compression_of, frames
from archive.ids import article_id
from archive.lines import Line, decode, lines_of
from archive.lock import site_lock
from archive.log import Snapshot
from archive.reader import Archive
from archive.records import STREAMS, Attachment, Image
from archive.rewriting import Draft, Origins, Rewriting, delete_removed, rewriting
from archive.store import Store
from archive.traces import SHORTEST, Traces
from archive.warc import members


@dataclass(kw_only=True)
class Erased:
    """What was removed."""

    id: str
    lines: int = 0
    """Revisions, observations and quarantined pages."""
    records: int = 0
    """WARC records: the article's own, and those of pages that carry its words."""
    mentions: list[str] = field(default_factory=list)
    """Addresses of other pages whose captures were removed, or, where they were to stay, carry its words still."""
    quoted: list[str] = field(default_factory=list)
    """Addresses of other articles whose own text has words of it: they are articles of their own, and stay."""
    files: int = 0
    """Files that were written anew."""


def erase(
    root: Path,
    wanted: str,
    reason: str,
    *,
    keep_mentions: bool = False,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    progress: Callable[[str], None] = lambda key: None,
    disk: Disk = DISK,
) -> Erased:
    """Remove an article, by id or address: every line, its captures, and other pages' captures that carry its words.

    Links of other articles that lead to it are emptied. The old files are deleted at once, those that wait for the end
    of a grace too, `changes` tells of it, and no crawl brings it back. With `keep_mentions` captures of other pages
    stay. Raises NotThere, Locked where a run is at work on its site or somebody else rewrites files, and what
    `rewriting` raises.
    """
    with rewriting(root, disk) as work:
        opened = Archive(root)
        if (done := _already(opened.snapshot, wanted)) is not None:
            delete_removed(work.log, grace=timedelta.min, now=now())
            return Erased(id=done)
        site = opened.article(wanted).article.site
        lock = site_lock(root / OPEN, site)
        if lock is None:
            raise SiteLocked(root, site)
        try:
            # A run may have ended, or died, since the first look: what it left is erased, too.
            work.recover()
            opened = Archive(root)
            return _erase(work, opened, opened.find(wanted), reason, keep_mentions, now, progress)
        finally:
            lock.release()


def _already(snapshot: Snapshot, wanted: str) -> str | None:
    names = {wanted, article_id(wanted.partition("#")[0])}
    found = (erasure.id for _, erasure in snapshot.erasures.values() if names & {erasure.id, *erasure.names})
    return next(found, None)


def _erase(
    work: Rewriting,
    opened: Archive,
    id_: str,
    reason: str,
    keep_mentions: bool,
    now: Callable[[], datetime],
    progress: Callable[[str], None],
) -> Erased:
    traces = _traces(opened, id_)
    made, removed = Erased(id=id_, quoted=_leave_what_is_others(opened, traces)), list[str]()
    warcs = [file for _, file in opened.snapshot.of("warc/")]
    answers = {
        answer for file in warcs for answer in _answers(opened.store, file, traces, made, keep_mentions, progress)
    }
    gone = set[str]()
    with work.draft() as draft:
        for file in warcs:
            removed += _clean_warc(opened.store, file, draft, traces, made, answers, gone)
        for stream in STREAMS.values():
            for _, file in opened.snapshot.of(f"{stream}/"):
                progress(file.key)
                removed += _clean_lines(opened.store, file, draft, traces, made)
        made.files = len(removed)
        names = tuple(sorted(traces.names - {id_}))
        erasure = Erasure(id=id_, reason=reason, names=names, captures=tuple(sorted(gone)))
        draft.commit("erase", removed, erasures=[erasure])
    # Files that were merged before may hold it as well, and wait for the end of their grace.
    delete_removed(work.log, grace=timedelta.min, now=now())
    return made


def _traces(opened: Archive, id_: str) -> Traces:
    words, urls, captures, media = set[str](), set[str](), set[str](), set[str]()
    for article in opened.revisions(id_):
        urls |= {article.url, article.canonical_url}
        words |= {article.title, *(article.body or "").split("\n\n")}
        captures |= {capture.record_id for capture in article.captures}
        media |= {image.url for image in article.images} | {other.url for other in article.attachments}
    for seen in opened.observations(id_=id_):
        urls |= {seen.url} | ({seen.moved_to} if seen.moved_to else set())
        captures |= {capture.record_id for capture in seen.captures}
    # Where it has moved to may be another article, into which it was merged.
    urls = {url for url in urls if _id_at(opened, url) in (None, id_)}
    return Traces(
        id=id_,
        names={id_, *(article_id(url.partition("#")[0]) for url in urls)},
        urls=urls,
        words={word for word in words if len(word) >= SHORTEST},
        captures=captures,
        media=media,
    )


def _id_at(opened: Archive, url: str) -> str | None:
    try:
        return opened.find(url)
    except NotThere:
        return None


class _Text(msgspec.Struct):
    id: str
    url: str
    title: str
    body: str | None
    images: tuple[Image, ...]
    attachments: tuple[Attachment, ...]


def _leave_what_is_others(opened: Archive, traces: Traces) -> list[str]:
    """Give up words and pictures that other articles have, too; return the addresses of those whose text quotes it."""
    others = set[str]()
    wanted = traces.words | traces.media
    for text in _texts_of_others(opened, traces):
        media = [image.url for image in text.images] + [other.url for other in text.attachments]
        others |= wanted.intersection([text.title, *(text.body or "").split("\n\n"), *media])
    traces.leave(others)
    return sorted({text.url for text in _texts_of_others(opened, traces) if traces.is_in([text.title, text.body])})


def _texts_of_others(opened: Archive, traces: Traces) -> Iterator[_Text]:
    decoder = msgspec.json.Decoder(_Text)
    for _, file in opened.snapshot.of("articles/"):
        for line in lines_of(opened.store, file):
            if traces.may_be_in(line.data) and (text := decode(line, decoder, file.key)).id not in traces.names:
                yield text


def _clean_lines(store: Store, file: File, draft: Draft, traces: Traces, made: Erased) -> list[str]:
    with store.open(file.key) as opened:
        if not any(traces.may_be_in(frame.data) for frame in frames(opened, file.key)):
            return []
    lines, files, touched = made.lines, len(draft.added), False

    def scrubbed() -> Iterator[Line]:
        nonlocal touched
        for line in lines_of(store, file):
            data = traces.scrub(line.data) if traces.may_be_in(line.data) else line.data
            touched = touched or data != line.data
            if data is None:
                made.lines += 1
            else:
                yield line._replace(data=data)

    draft.lines(file.key.rpartition("/")[0], scrubbed(), compression_of(file.key), Origins([file]))
    if touched or made.lines != lines:
        return [file.key]
    draft.drop(files)
    return []


def _answers(
    store: Store, file: File, traces: Traces, made: Erased, keep_mentions: bool, progress: Callable[[str], None]
) -> Iterator[str]:
    """Yield the record ids of a WARC's answers that are the article's, or carry its words."""
    progress(file.key)
    with store.open(file.key) as opened:
        for member in members(opened, file.key):
            if traces.owns(member):
                yield member.record_id
            elif traces.are_in(member):
                made.mentions.append(member.url)
                if not keep_mentions:
                    yield member.record_id


def _clean_warc(
    store: Store, file: File, draft: Draft, traces: Traces, made: Erased, answers: set[str], gone: set[str]
) -> list[str]:
    """Write a WARC anew without those answers, their requests, and revisits that refer to them."""
    doomed = set[str]()
    with store.open(file.key) as opened:
        for member in members(opened, file.key):
            refers = member.headers.get("warc-refers-to") or member.headers.get("warc-concurrent-to")
            # A request stands behind its answer, which may be a revisit.
            if member.record_id in answers or refers in answers or refers in doomed or traces.owns(member):
                doomed.add(member.record_id)
                if member.is_answer:
                    gone.add(member.record_id)
    if not doomed:
        return []

    def others() -> Iterator[bytes]:
        with store.open(file.key) as opened, store.open(file.key) as raw:
            for member in members(opened, file.key):
                if member.record_id not in doomed:
                    raw.seek(member.offset)
                    yield raw.read(member.size)

    draft.warc(file.key.rpartition("/")[0], others())
    made.records += len(doomed)
    return [file.key, index_of(file.key)]
