from datetime import UTC, date, datetime, timedelta, timezone

import pytest

import archive

CST = timezone(timedelta(hours=8))
RECORDED = datetime(2021, 7, 27, 3, 0, tzinfo=UTC)


def article(**changes):
    """Return a revision; `recorded_at` sets its day as well."""
    recorded_at = changes.get("recorded_at", RECORDED)
    values = {
        "revision_id": "01FBJ3Q5M0000000000000000A",
        "id": "a" * 32,
        "site": "example.com",
        "url": "http://www.example.com/1.html?from=list",
        "canonical_url": "http://www.example.com/1.html",
        "kind": "article",
        "title": "科学仪器行业",
        "category": "行业新闻",
        "published_at": datetime(2021, 7, 26, 11, 43, tzinfo=CST),
        "published_raw": "2021-07-26 11:43",
        "published_precision": "minute",
        "published_zone": "assumed",
        "published_date": date(2021, 7, 26),
        "modified_at": None,
        "modified_raw": None,
        "source": "网络",
        "source_url": None,
        "author": None,
        "editor": None,
        "body": "第一段。\n\n第二段。",
        "images": (archive.Image(url="http://www.example.com/1.png", alt=None, caption="图"),),
        "attachments": (archive.Attachment(url="http://www.example.com/1.pdf", title=None),),
        "view_count": 35348,
        "view_count_raw": "35348",
        "prev": archive.Link(url="http://www.example.com/0.html", title="【行业新闻】前"),
        "next": archive.Link(url=None, title=None),
        "language": "zh",
        "breadcrumbs": ("首页", "行业新闻"),
        "digest": "sha256:" + "0" * 64,
        "text_digest": "sha256:" + "1" * 64,
        "previous_digest": None,
        "fetched_at": recorded_at,
        "recorded_at": recorded_at,
        "date": recorded_at.date(),
        "visit_id": "01FBJ3Q5M0000000000000000B",
        "captures": (
            archive.Capture(record_id="<urn:uuid:1>", payload_digest="sha1:A", url="http://www.example.com/1"),
        ),
        "extractor": archive.Extractor(
            version="0.1.0",
            cause="crawl",
            fields=(archive.FieldEvidence(name="title", how="heading", confidence=0.9),),
        ),
    }
    return archive.Article(**(values | changes))


def observation(**changes):
    recorded_at = changes.get("recorded_at", RECORDED)
    values = {
        "visit_id": "01FBJ3Q5M0000000000000000B",
        "id": "a" * 32,
        "site": "example.com",
        "url": "http://www.example.com/1.html",
        "observed_at": recorded_at,
        "recorded_at": recorded_at,
        "http_status": 200,
        "outcome": "new",
        "moved_to": None,
        "view_count": 35348,
        "view_count_raw": "35348",
        "digest": "sha256:" + "0" * 64,
        "captures": (),
        "date": recorded_at.date(),
    }
    return archive.Observation(**(values | changes))


def quarantined(**changes):
    values = {
        "visit_id": "01FBJ3Q5M0000000000000000C",
        "id": "b" * 32,
        "site": "example.com",
        "url": "http://www.example.com/404.html",
        "reason": "no_title",
        "detail": None,
        "fetched_at": RECORDED,
        "recorded_at": RECORDED,
        "date": RECORDED.date(),
        "captures": (),
        "item": {"url": "http://www.example.com/404.html", "body": ["一", "二"]},
    }
    return archive.QuarantineRecord(**(values | changes))


def exchange(url="http://www.example.com/1.html", body=b"<p>text</p>" * 100, **changes):
    """Return a page that a server answered."""
    values = {
        "status": 200,
        "reason": "OK",
        "request_headers": (("User-Agent", "newsreel/0"),),
        "headers": (("Content-Type", "text/html"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")),
        "fetched_at": RECORDED,
        "ip": "192.0.2.1",
        "protocol": "http/1.1",
    }
    return archive.Exchange(url=url, body=body, **(values | changes))


@pytest.fixture
def make_article():
    return article


@pytest.fixture
def make_observation():
    return observation


@pytest.fixture
def make_quarantined():
    return quarantined


@pytest.fixture
def stored(tmp_path):
    """Write records to an archive, in one commit, and return its folder; plain files, which tests can change."""

    def store(*records, compression="none"):
        with archive.Writer(tmp_path / "data", compression=compression) as writer:
            for record in records:
                writer.append(record)
        return tmp_path / "data"

    return store
