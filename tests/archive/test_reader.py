from datetime import UTC, datetime

import pytest

import archive

MONDAY = datetime(2021, 7, 26, 12, tzinfo=UTC)
TUESDAY = datetime(2021, 7, 27, 12, tzinfo=UTC)


def test_of_several_revisions_the_newest_is_read(stored, make_article):
    old, other, new = (
        make_article(recorded_at=MONDAY),
        make_article(recorded_at=MONDAY, id="b" * 32),
        make_article(recorded_at=TUESDAY, title="改"),
    )
    opened = archive.open(stored(old, other, new))
    assert list(opened.articles()) == [other, new]
    assert list(opened.articles(revisions=True)) == [old, other, new]


def test_within_a_second_the_later_ulid_is_newer_and_then_the_later_line(stored, make_article):
    titles = [("先", "1"), ("后", "2"), ("末", "2"), ("早", "1")]
    root = stored(*(make_article(title=title, revision_id=ulid) for title, ulid in titles))
    assert [found.title for found in archive.open(root).articles()] == ["末"]
    assert archive.Known.of(root).get("a" * 32).revision_id == "2"


def test_site_and_since_choose(stored, make_article):
    here, there = make_article(recorded_at=MONDAY), make_article(recorded_at=TUESDAY, id="b" * 32, site="other")
    opened = archive.open(stored(here, there))
    assert list(opened.articles(site="other")) == [there]
    assert list(opened.articles(since=MONDAY)) == [here, there]
    assert list(opened.articles(since=TUESDAY)) == [there]
    assert list(opened.articles(site="example.com", since=TUESDAY)) == []


def test_every_stream_is_read(stored, make_article, make_observation, make_quarantined):
    opened = archive.open(str(stored(make_article(), make_observation(), make_quarantined())))
    assert list(opened.observations()) == [make_observation()]
    assert list(opened.quarantine()) == [make_quarantined()]


def test_a_broken_line_is_named_and_read_no_further(stored, make_observation):
    root = stored(make_observation(), make_observation(outcome="same"))
    (path,) = root.rglob("*.jsonl")
    first, second, _ = path.read_bytes().split(b"\n")
    path.write_bytes(first + b"\n" + second[:40] + b"\n" + first + b"\n")
    reading = archive.open(root).observations()
    assert next(reading).outcome == "new"
    with pytest.raises(archive.DamagedLine) as caught:
        next(reading)
    assert (caught.value.path, caught.value.number) == (path, 2)
    assert str(caught.value).startswith(f"{path}, line 2: ")


def test_bytes_that_are_no_utf8_are_damage(stored, make_article):
    root = stored(make_article())
    (path,) = root.rglob("*.jsonl")
    path.write_bytes(path.read_bytes().replace("科".encode(), b"\xff\xff\xff"))
    with pytest.raises(archive.DamagedLine):
        list(archive.open(root).articles())


def test_a_later_version_s_keys_are_passed_over(stored, make_article):
    root = stored(make_article())
    (path,) = root.rglob("*.jsonl")
    path.write_bytes(path.read_bytes().replace(b'{"schema":1,', b'{"mood":"glad","schema":1,'))
    assert list(archive.open(root).articles()) == [make_article()]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_a_layout_is_no_archive(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(archive.NotAnArchive, match=name):
        archive.open(tmp_path / name)


def test_what_is_known_is_the_newest_revision_of_each_site(stored, make_article):
    root = stored(
        make_article(recorded_at=MONDAY, digest="sha256:old"),
        make_article(recorded_at=TUESDAY, digest="sha256:new", previous_digest="sha256:old"),
        make_article(id="b" * 32, site="other"),
    )
    known = archive.Known.of(root, site="example.com")
    latest = known.get("a" * 32)
    assert (latest.digest, latest.previous_digest) == ("sha256:new", "sha256:old")
    assert known.get("b" * 32) is None
    assert archive.Known.of(root).get("b" * 32).site == "other"
