import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from archive.digest import canonical_json, digest, text_digest
from archive.ids import article_id, new_ulid

WORDING = {"title": "题", "category": None, "published_at": None, "source": "网络", "author": None, "body": "文"}


def test_the_bytes_are_those_of_the_rule():
    expected = '["题",null,"2021-07-26T11:43:00+08:00","网络",null,"文"]'.encode()
    at = datetime(2021, 7, 26, 11, 43, tzinfo=timezone(timedelta(hours=8)))
    assert digest(**{**WORDING, "published_at": at}) == "sha256:" + hashlib.sha256(expected).hexdigest()
    assert text_digest(title="题", body="文") == "sha256:" + hashlib.sha256('["题","文"]'.encode()).hexdigest()


def test_each_part_of_the_wording_counts():
    changes = [{name: "x"} for name in WORDING if name != "published_at"]
    changes.append({"published_at": datetime(2021, 1, 1, tzinfo=UTC)})
    assert len({digest(**{**WORDING, **change}) for change in [{}, *changes]}) == 7


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=["Cs"]))))
def test_different_values_have_different_bytes(values):
    data = canonical_json(*values)
    assert canonical_json(*json.loads(data)) == data
    assert not any(byte < 0x20 for byte in data)


def test_an_id_does_not_hang_on_the_scheme_or_www():
    urls = ["http://example.com/1", "https://example.com/1", "https://www.example.com/1"]
    assert len({article_id(url) for url in urls}) == 1
    assert article_id("http://example.com/1") != article_id("http://m.example.com/1")


def test_ulids_sort_by_time():
    early, late = datetime(2021, 7, 26, tzinfo=UTC), datetime(2021, 7, 27, tzinfo=UTC)
    assert new_ulid(early) < new_ulid(late)
