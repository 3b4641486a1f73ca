from datetime import UTC, datetime
from itertools import count

import pytest

import archive
from pipelines.article import normalise
from pipelines.identity import identify
from pipelines.keeper import Keeper
from pipelines.recorder import Recorder
from pipelines.visits import Visit

AT = datetime(2021, 7, 26, 12, tzinfo=UTC)
URL = "https://a.cn/1.html"


def exchange(body=b"page", url=URL, status=200):
    return archive.Exchange(url=url, status=status, headers=(), body=body, fetched_at=AT)


@pytest.fixture
def writer(tmp_path):
    with archive.Writer(tmp_path) as writer:
        yield writer


@pytest.fixture
def visit(writer):
    """Visit the article with a keeper; return whether its raw page was kept."""
    recorder, numbers = Recorder(writer), count()

    def visit(keeper, body, title="题"):
        visit_id = f"{next(numbers):026}"
        capture = keeper.take(visit_id, exchange(body))
        content = normalise({"url": URL, "title": title, "body": ["文"]})
        seen = Visit(visit_id=visit_id, site="a.cn", fetched_at=AT, recorded_at=AT, http_status=200)
        finding = recorder.find(content, identify(content, seen, writer.known))
        if keeper.is_pending(visit_id):
            capture = keeper.settle(visit_id, keep=finding.is_revision)
        captures = () if capture is None else (capture,)
        recorder.record(finding, content, Visit(visit_id=visit_id, site="a.cn", fetched_at=AT, recorded_at=AT, http_status=200, captures=captures))  # fmt: skip
        return capture is not None

    return visit


def test_all_are_kept_unless_told_otherwise(writer, visit):
    keeper = Keeper(writer)
    assert [visit(keeper, b"%d" % n) for n in range(4)] == [True] * 4


def test_every_nth_of_an_unchanged_wording_is_kept(writer, visit):
    keeper = Keeper(writer, every=4)
    assert [visit(keeper, b"%d" % n) for n in range(9)] == [True, False, False, False, True, False, False, False, True]


def test_a_new_wording_begins_to_count_anew(writer, visit):
    keeper = Keeper(writer, every=3)
    titles = "题题改改改改"
    assert [visit(keeper, b"%d" % n, title) for n, title in enumerate(titles)] == [
        True,
        False,
        True,
        False,
        False,
        True,
    ]


def test_the_same_bytes_are_kept_whatever_their_turn(writer, visit):
    keeper = Keeper(writer, every=3)
    assert [visit(keeper, body) for body in (b"a", b"a", b"b", b"a")] == [True, True, False, True]


@pytest.mark.parametrize("other", [exchange(status=404), exchange(status=503), exchange(url="https://a.cn/list.html")])
def test_what_is_no_page_of_a_known_article_does_not_wait(writer, visit, other):
    keeper = Keeper(writer, every=3)
    visit(keeper, b"a")
    assert keeper.take("visit", other) is not None
    assert not keeper.is_pending("visit")


def test_what_nobody_settles_is_kept_at_the_end(writer, visit, tmp_path):
    keeper = Keeper(writer, every=3)
    visit(keeper, b"a")
    assert keeper.take("visit", exchange(b"b")) is None
    assert keeper.is_pending("visit")
    keeper.settle_all()
    assert not keeper.is_pending("visit")
    writer.publish()
    assert len(list(archive.open(tmp_path).captures(url=URL))) == 2


def test_what_is_settled_twice_is_kept_once(writer, visit):
    keeper = Keeper(writer, every=3)
    visit(keeper, b"a")
    keeper.take("visit", exchange(b"b"))
    assert keeper.settle("visit", keep=True) is not None
    assert keeper.settle("visit", keep=True) is None


def test_without_captures_nothing_is_kept_and_nothing_waits(writer, visit):
    keeper = Keeper(writer, captures=False, every=3)
    assert [visit(keeper, b"%d" % n) for n in range(3)] == [False] * 3
    assert not keeper.is_pending(f"{2:026}")
