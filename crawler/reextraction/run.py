"""One run over an archive's articles: which are read again, what is added, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

from archive import Archive, Article, QuarantineRecord, Writer, new_ulid
from archive.moments import moment
from crawler.errors import BadArgument
from crawler.reextraction.shards import Shard
from crawler.reextraction.workers import in_order

if TYPE_CHECKING:
    from crawler.reextraction.reading import Begin, Problem, Reread

CHUNK = 32
"""Articles that a process is given at a time: a tenth of a second of work."""
BATCH_RECORDS, BATCH_BYTES = 200, 8 << 20
"""From so many revisions, or bytes of them, what is added goes to disk."""

_WORDS: dict[Problem, str] = {
    "damaged": "with a damaged capture",
    "missing": "whose capture is not there any more",
    "unreadable": "that cannot be read",
    "invalid": "that today's rules take for no article",
    "uncaptured": "stored without a capture",
}


def checked_moment(words: str, *, now: datetime) -> datetime:
    """Return the moment that a person names: a day or time, UTC unless it says otherwise, or an age.

    Raises BadArgument.

    >>> checked_moment("2021-07-26", now=datetime.max).isoformat()
    '2021-07-26T00:00:00+00:00'
    """
    try:
        return moment(words, now=now)
    except ValueError:
        raise BadArgument("--since", words, "a day, time or age, such as 2021-07-26, 24h or 7d") from None


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """Which articles are read again."""

    site: str | None = None
    since: datetime | None = None
    """Recorded at or after it."""
    shard: Shard = field(default_factory=Shard)


@dataclass(slots=True)
class Tally:
    """What a run came to."""

    articles: int = 0
    revisions: int = 0
    """Of articles; of a dry run, those that would be added."""
    taken_up: int = 0
    """Revisions of pages that were in quarantine."""
    as_known: int = 0
    """Pages in quarantine that say what their articles say."""
    waiting: int = 0
    """Pages in quarantine that stay there."""
    overtaken: int = 0
    """Articles of which another process stored a newer revision meanwhile."""
    fields: Counter[str] = field(default_factory=Counter)
    problems: Counter[Problem] = field(default_factory=Counter)
    examples: dict[Problem, str] = field(default_factory=dict)

    def note(self, found: Reread) -> None:
        """Count one article that was read, or one page from quarantine."""
        self.articles += not found.quarantined
        self.as_known += found.is_known
        self.waiting += found.quarantined and found.problem is not None
        # What is in quarantine was no article, and may still be none.
        if found.problem is not None and not (found.quarantined and found.problem in ("invalid", "unreadable")):
            self.problems[found.problem] += 1
            self.examples.setdefault(found.problem, f"{found.url}{f' ({found.detail})' if found.detail else ''}")

    def note_added(self, found: Reread) -> None:
        """Count one revision."""
        self.taken_up += found.quarantined
        self.revisions += not found.quarantined
        self.fields.update(found.changed)

    @property
    def is_damaged(self) -> bool:
        """Whether captures could not be read that should be there."""
        return any(self.problems[problem] for problem in ("damaged", "missing", "unreadable"))

    def lines(self, seconds: float, where: object, *, dry_run: bool = False) -> Iterator[str]:
        """Yield the summary: what could not be read, then what came of the rest in one line."""
        for problem, count in self.problems.items():
            yield f"{count} {_WORDS[problem]}, such as {self.examples[problem]}"
        if self.overtaken:
            yield f"{self.overtaken} stored anew by another process meanwhile, and left to it"
        fields = ", ".join(f"{name} {count}" for name, count in self.fields.most_common())
        would = "would be " if dry_run else ""
        healed = f", {self.taken_up} from quarantine {would}taken up" if self.taken_up else ""
        healed += f", {self.as_known} there read as their articles are" if self.as_known else ""
        waiting = f", {self.waiting} pages stay in quarantine" if self.waiting else ""
        yield (
            f"{self.articles} articles read, {self.revisions} {would}changed{fields and f' ({fields})'}{healed}; "
            f"{self.revisions + self.taken_up} revisions {would}added{waiting}, in {seconds:.1f} s, in {where}"
        )


class Rerun:
    """Reads the selected articles again, and the pages in quarantine."""

    def __init__(self, opened: Archive, selection: Selection) -> None:
        self._opened, self._selection = opened, selection
        self.tally = Tally()
        self.seen: Callable[[str], None] = lambda _: None
        """Told now and then how far it is."""
        self.stop: Callable[[], bool] = lambda: False
        """Asked before each article whether that was the last."""
        self._added: dict[str, str] = {}
        """Articles to which this run has added a wording -> its digest."""

    def results(self, begin: Begin, *, jobs: int, worth: int) -> Generator[Reread, None, None]:
        """Yield each article that is to get a revision; what is unchanged, or cannot be read, is only counted."""
        for found in chain.from_iterable(in_order(begin, self._chunks(), jobs=jobs, worth=worth)):
            if self.stop():
                return
            self.tally.note(found)
            if self.tally.articles % CHUNK == 0:
                self.seen(f"{self.tally.articles} articles read, {self.tally.revisions} changed")
            if found.after is None:
                continue
            if not found.quarantined:
                self._added[found.id] = found.after.digest
            new = self._as_next(found) if found.quarantined else found
            if new is not None:
                yield new

    def _as_next(self, found: Reread) -> Reread | None:
        """Return a page from quarantine with what came before it; None where this very run has added its wording."""
        assert found.after is not None
        before = self._added.get(found.id, found.after.previous_digest)
        if before == found.after.digest:
            return None
        self._added[found.id] = found.after.digest
        return replace(found, after=replace(found.after, previous_digest=before))

    def add(self, found: Reread, writer: Writer, *, now: datetime) -> None:
        """Append a revision. Raises CannotWrite."""
        assert found.after is not None
        latest = writer.known.latest(found.id)
        if (
            found.before is not None
            and not found.quarantined
            and (latest is None or latest.revision_id != found.before.revision_id)
        ):
            self.tally.overtaken += 1
            return
        if writer.known.is_erased(found.id):
            return
        # What was read, when and from which captures stays: only the reading is new.
        writer.append(
            replace(
                found.after,
                revision_id=new_ulid(now),
                recorded_at=now.replace(microsecond=0),
                date=now.date(),
            )
        )
        self.tally.note_added(found)

    def _chunks(self) -> Iterator[list[Article | QuarantineRecord]]:
        records = chain(self._articles(), self._quarantined())
        while chunk := list(islice(records, CHUNK)):
            yield chunk

    def _articles(self) -> Iterator[Article | QuarantineRecord]:
        for article in self._opened.articles(site=self._selection.site, since=self._selection.since):
            if article.id in self._selection.shard:
                yield article

    def _quarantined(self) -> Iterator[Article | QuarantineRecord]:
        for record in self._opened.quarantine(site=self._selection.site, since=self._selection.since):
            if record.captures and record.id in self._selection.shard:
                yield record
