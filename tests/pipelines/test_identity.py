from datetime import UTC, datetime

import pytest

import archive
from pipelines.article import normalise
from pipelines.identity import identify
from pipelines.recorder import Recorder
from pipelines.visits import Hop, Visit

AT = datetime(2021, 7, 26, 12, tzinfo=UTC)


def page(path, link=None):
    return normalise(
        {"url": f"https://a.cn{path}", "title": "题", "body": ["文"], "canonical_link": link and f"https://a.cn{link}"}
    )


def visit(*hops):
    return Visit(visit_id="0" * 26, site="a.cn", fetched_at=AT, recorded_at=AT, http_status=200,
                 hops=tuple(Hop(url=f"https://a.cn{path}", http_status=status, visit_id="1" * 26, fetched_at=AT) for path, status in hops))  # fmt: skip


@pytest.fixture
def writer(tmp_path):
    """A writer of an archive that knows /1.html, /2.html and /3.html, the last as copy of /m/3.html."""
    with archive.Writer(tmp_path) as writer:
        recorder = Recorder(writer)
        for content in (page("/1.html"), page("/2.html"), page("/m/3.html", "/3.html")):
            recorder.record(recorder.find(content, identify(content, visit(), writer.known)), content, visit())
        yield writer


def known_as(path):
    return archive.article_id(f"https://a.cn{path}")


@pytest.mark.parametrize(
    ("content", "hops", "id_of", "moves"),
    [
        (page("/1.html"), (), "/1.html", []),
        (page("/9.html"), (), "/9.html", []),
        (page("/9.html", "/1.html"), (), "/1.html", []),
        (page("/m/3.html"), (), "/3.html", []),
        (page("/9.html"), [("/1.html", 301)], "/1.html", ["/1.html"]),
        (page("/9.html"), [("/1.html", 200)], "/9.html", []),
        (page("/9.html"), [("/8.html", 301)], "/9.html", []),
        (page("/9.html"), [("/1.html", 301), ("/8.html", 302)], "/1.html", ["/1.html"]),
        (page("/9.html"), [("/1.html", 301), ("/2.html", 301)], "/2.html", ["/1.html", "/2.html"]),
        (page("/2.html"), [("/1.html", 301)], "/2.html", ["/1.html"]),
        (page("/3.html"), [("/m/3.html", 301)], "/3.html", []),
        (page("/1.html"), [("/1.html?utm_source=x", 302)], "/1.html", []),
    ],
)  # fmt: skip
def test_an_article_keeps_its_id(writer, content, hops, id_of, moves):
    found = identify(content, visit(*hops), writer.known)
    assert found.id == known_as(id_of)
    assert [id_ for id_, _ in found.moves] == [known_as(path) for path in moves]
