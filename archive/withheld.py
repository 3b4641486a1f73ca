"""Which records are of articles that rules of rights leave out, and of no other."""

from __future__ import annotations

from collections.abc import Iterator

from archive.keys import url_key
from archive.reader import Archive
from archive.records import Article
from archive.warc import Member


class Withheld:
    """What an export is not to hold; memory grows with what is left out alone."""

    def __init__(self, opened: Archive, rights: int) -> None:
        """Find the articles that `rights` (bits of archive.rights) leave out. Raises Damaged."""
        self._ids = opened.reserved(rights)
        self._keys, self._records = set[bytes](), set[str]()
        self._doomed = set[str]()
        if not self._ids:
            return
        for article in opened.articles(revisions=True):
            if article.id in self._ids:
                self._keys.update(_keys_of(article))
                self._records.update(capture.record_id for capture in article.captures)
        for seen in opened.observations():
            if seen.id in self._ids:
                # Where it led by a redirect is no address of its own.
                self._records.update(capture.record_id for capture in seen.captures)
        # What others show as well is not its own: a picture, a page that both have been at.
        for article in opened.articles(revisions=True):
            if article.id not in self._ids:
                self._keys.difference_update(_keys_of(article))
                self._records.difference_update(capture.record_id for capture in article.captures)

    def __bool__(self) -> bool:
        return bool(self._ids)

    def holds(self, member: Member) -> bool:
        """Return whether a record is left out; asked in the order of a file, where a request is behind its answer."""
        if member.is_answer:
            is_out = member.record_id in self._records or url_key(member.url) in self._keys
        else:
            is_out = member.headers.get("warc-concurrent-to") in self._doomed
        if is_out:
            self._doomed.add(member.record_id)
        return is_out


def _keys_of(article: Article) -> Iterator[bytes]:
    """Yield the addresses of an article, of its further pages and of its pictures."""
    yield from map(url_key, (article.url, article.canonical_url))
    yield from (url_key(image.url) for image in article.images)
    yield from (url_key(capture.url) for capture in article.captures)
