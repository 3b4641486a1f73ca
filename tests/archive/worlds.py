"""Small archives with all that a page can do in them, and what is in an archive, to be compared."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
from warcio.archiveiterator import ArchiveIterator

import archive
from tests.archive.conftest import article, observation, quarantined

try:
    from backports import zstd
except ImportError:
    from compression import zstd

BEGINNING = datetime(2021, 7, 27, 3, 0, tzinfo=UTC)
HOST = "http://www.example.com"


class World:
    """An archive of one site, filled page by page; each page is a second later than the one before."""

    def __init__(self, root: Path, **words) -> None:
        self.root, self.now, self.words = root, BEGINNING, words

    def __enter__(self):
        self.writer = archive.Writer(self.root, site="example.com", **self.words)
        return self

    def __exit__(self, *error):
        self.writer.close()

    def capture(self, path, body, *, coding=None, content_type="text/html"):
        """Take a page; return its capture."""
        self.now += timedelta(seconds=1)
        body = {
            None: bytes,
            "gzip": gzip.compress,
            "br": brotli.compress,
            "zstd": zstd.compress,
            "deflate": zlib.compress,
        }[coding](body)
        headers = [("Content-Type", content_type)] + ([("Content-Encoding", coding)] if coding else [])
        return self.writer.capture(
            archive.Exchange(
                url=HOST + path,
                status=200,
                reason="OK",
                headers=tuple(headers),
                body=body,
                fetched_at=self.now,
                ip="192.0.2.1",
                protocol="http/1.1",
            )
        )

    def article(self, path, title, body, *captures, outcome="new", seen_at=None, **changes):
        """Append an article and its sighting; return its id."""
        id_ = archive.article_id(HOST + path)
        common = {"id": id_, "recorded_at": self.now, "url": HOST + (seen_at or path), "captures": captures}
        common["visit_id"] = f"visit of {path} at {self.now:%H%M%S}"
        neighbours = {"prev": None, "next": None, "images": (), "attachments": ()}
        revision = article(
            **common,
            revision_id=f"revision of {path} at {self.now:%H%M%S}",
            canonical_url=HOST + path,
            title=title,
            body=body,
            digest="sha256:" + hashlib.sha256(f"{title}{body}".encode()).hexdigest(),
            **(neighbours | changes),
        )
        self.writer.append(revision, observation(**common, outcome=outcome))
        return id_

    def sight(self, path, outcome, *captures, **changes):
        """Append a sighting of the article at a path."""
        self.writer.append(
            observation(
                id=archive.article_id(HOST + path),
                url=HOST + path,
                recorded_at=self.now,
                captures=captures,
                outcome=outcome,
                visit_id=f"visit of {path} at {self.now:%H%M%S}",
                **changes,
            )
        )

    def quarantine(self, path, **changes):
        """Append a page that failed validation."""
        self.writer.append(
            quarantined(
                id=archive.article_id(HOST + path),
                url=HOST + path,
                recorded_at=self.now,
                date=self.now.date(),
                **changes,
            )
        )


def link(path, title):
    return archive.Link(url=HOST + path, title=title)


def contents(root):
    """Return all that an archive holds, in values that compare equal where it is the same."""
    opened = archive.open(root)
    return {
        "changes": [(change.cursor, change.kind, change.line) for change in opened.changes()],
        "quarantine": list(opened.quarantine()),
        "latest": sorted(opened.states(), key=lambda state: state.article.id),
        "records": sorted(records(opened)),
        "exchanges": {
            capture.record_id: opened.exchange(capture)
            for record in (*opened.articles(revisions=True), *opened.observations(), *opened.quarantine())
            for capture in record.captures
        },
    }


def records(opened):
    """Yield each WARC record but warcinfo, as a reader of others' making sees it."""
    for key in opened.snapshot.files:
        if key.startswith("warc/"):
            with (opened.root / key).open("rb") as file:
                for record in ArchiveIterator(file, no_record_parse=True):
                    if record.rec_type != "warcinfo":
                        headers = record.rec_headers
                        name, url = headers.get_header("WARC-Record-ID"), headers.get_header("WARC-Target-URI")
                        yield name, record.rec_type, url, record.raw_stream.read()
