import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

import archive
from archive.catalog import Catalog, discard

MONDAY = datetime(2021, 7, 26, 12, tzinfo=UTC)
TUESDAY = datetime(2021, 7, 27, 12, tzinfo=UTC)
WEDNESDAY = datetime(2021, 7, 28, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_of_several_revisions_the_newest_is_read(stored, make_article):
    old, other, new = (
        make_article(recorded_at=MONDAY),
        make_article(recorded_at=MONDAY, id="b" * 32),
        make_article(recorded_at=TUESDAY, title="改"),
    )
    opened = archive.open(stored(old, other, new))
    assert list(opened.articles()) == [other, new]
    assert list(opened.articles(revisions=True)) == [old, other, new]


def test_the_newest_is_what_was_fetched_last_and_of_one_second_what_was_recorded_last(stored, make_article):
    older, newer = make_article(fetched_at=MONDAY, title="先"), make_article(fetched_at=TUESDAY, title="后")
    reread = make_article(fetched_at=TUESDAY, title="重读")
    imported = make_article(fetched_at=MONDAY, title="旧")
    assert [found.title for found in archive.open(stored(older, newer, reread, imported)).articles()] == ["重读"]


def test_as_of_a_time_on_either_axis(stored, make_article, make_observation):
    first = make_article(recorded_at=MONDAY)
    edited = make_article(recorded_at=TUESDAY, title="改", digest="sha256:2")
    reread = make_article(recorded_at=WEDNESDAY, fetched_at=MONDAY, title="重读")
    missed = make_observation(recorded_at=TUESDAY + HOUR, outcome="gone")
    gone = make_observation(recorded_at=WEDNESDAY, outcome="soft_404")
    opened = archive.open(stored(first, edited, reread, missed, gone))

    def then(at, axis="recorded"):
        return [(state.article.title, state.revision, state.status) for state in opened.states(as_of=at, axis=axis)]

    assert then(MONDAY - HOUR) == []
    assert then(MONDAY) == [("科学仪器行业", 1, "live")]
    assert then(TUESDAY + HOUR) == [("改", 2, "live")]
    assert then(WEDNESDAY) == then(WEDNESDAY + HOUR) == [("改", 3, "gone")]
    assert then(MONDAY, "fetched") == [("重读", 2, "live")]
    assert then(TUESDAY + HOUR, "fetched") == [("改", 3, "live")]
    assert then(WEDNESDAY, "fetched") == [("改", 3, "gone")]
    assert [found.title for found in opened.articles(as_of=MONDAY, axis="fetched", revisions=True)] == [
        "科学仪器行业",
        "重读",
    ]


def test_an_article_is_found_by_id_and_by_every_address(stored, make_article, make_observation):
    article = make_article(id=archive.article_id("http://www.example.com/1.html"))
    root = stored(article, make_observation(id=article.id, outcome="moved", moved_to="https://example.com/new.html"))
    opened = archive.open(root)
    for wanted in (article.id, article.url, "https://example.com/1.html#top", "http://www.example.com/new.html"):
        assert opened.article(wanted).article == article
    assert list(opened.revisions(article.url)) == [article]
    with pytest.raises(archive.NotThere, match="nowhere"):
        opened.article("http://www.example.com/nowhere")


def test_observations_of_one_article(stored, make_observation):
    seen = [make_observation(id=c * 32, visit_id=c) for c in "aba"]
    assert list(archive.open(stored(*seen)).observations(id_="a" * 32)) == [seen[0], seen[2]]


def test_a_reader_sees_what_was_committed_when_it_opened_until_it_refreshes(stored, make_observation):
    root = stored(make_observation())
    opened = archive.open(root)
    stored(make_observation(visit_id="2"))
    assert [seen.visit_id for seen in opened.observations()] == ["01FBJ3Q5M0000000000000000B"]
    opened.refresh()
    assert [seen.visit_id for seen in opened.observations()] == ["01FBJ3Q5M0000000000000000B", "2"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_archive_is_read_without_its_catalog(stored, make_article):
    root = stored(make_article())
    discard(root / "catalog.sqlite")
    root.chmod(0o500)
    try:
        assert list(archive.open(root).articles()) == [make_article()]
    finally:
        root.chmod(0o700)


def test_a_catalog_that_somebody_holds_is_done_without(stored, make_article, monkeypatch):
    root = stored(make_article())
    discard(root / "catalog.sqlite")
    stored(make_article(id="b" * 32))
    discard(root / "catalog.sqlite")
    monkeypatch.setattr("archive.reader._PATIENCE", 0.05)
    Catalog(root / "catalog.sqlite", archive.open(root).log).close()
    holder = sqlite3.connect(root / "catalog.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert list(archive.open(root).articles()) == [make_article(), make_article(id="b" * 32)]
    holder.close()


def test_a_catalog_that_is_damaged_within_is_named(stored, make_article):
    root = stored(*(make_article(id=f"{number:032}") for number in range(3000)))
    path = root / "catalog.sqlite"
    data = bytearray(path.read_bytes())
    data[8192:-4096] = b"\xff" * len(data[8192:-4096])
    path.write_bytes(data)
    with pytest.raises(archive.DamagedFile, match="rebuild-catalog"):
        list(archive.open(root).articles())


def test_a_catalog_that_leads_to_another_article_is_named(stored, make_article):
    root = stored(make_article(), make_article(id="b" * 32))
    with closing(sqlite3.connect(root / "catalog.sqlite")) as database, database:
        database.execute("UPDATE revisions SET line = 1 - line")
    with pytest.raises(archive.DamagedFile, match=f"where it has {'a' * 32} lies {'b' * 32}"):
        list(archive.open(root).articles())
    with archive.Writer(root) as writer, pytest.raises(archive.DamagedFile, match="rebuild-catalog"):
        writer.known.latest("a" * 32)


@pytest.mark.parametrize("harm", ["deleted", "garbage", "of another archive", "older"])
def test_the_catalog_is_derived(stored, make_article, tmp_path, harm):
    root = stored(make_article())
    path = root / "catalog.sqlite"
    old = path.read_bytes()
    stored(make_article(id="b" * 32))
    if harm == "deleted":
        discard(path)
    elif harm == "garbage":
        path.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 64)
    elif harm == "older":
        path.write_bytes(old)
    else:
        with archive.Writer(tmp_path / "other") as writer:
            writer.append(make_article(id="c" * 32))
        path.write_bytes((tmp_path / "other" / "catalog.sqlite").read_bytes())
    assert list(archive.open(root).articles()) == [make_article(), make_article(id="b" * 32)]
    assert archive.open(root).article("b" * 32).article.id == "b" * 32


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


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_a_broken_line_is_named(make_article, tmp_path, compression, monkeypatch):
    """Whole frames, whose lines are none: what only a fault of the writer could make."""
    monkeypatch.setattr("archive.buffer.msgspec.json.encode", lambda record: b'{"recorded_at":"2021-07-27T03:00:00Z"}')
    with archive.Writer(tmp_path, compression=compression) as writer:
        writer.append(make_article(), make_article())
        monkeypatch.undo()
        with pytest.raises(archive.DamagedLine):
            writer.publish()
    with pytest.raises(archive.DamagedLine) as caught:
        list(archive.open(tmp_path).articles(revisions=True))
    (key,) = (key for key in archive.open(tmp_path).snapshot.files if key.startswith("articles/"))
    assert (caught.value.key, caught.value.offset, caught.value.number) == (key, 0, 1)
    assert str(caught.value).startswith(f"{key}, byte 0, line 1 of that frame: ")


def test_a_later_version_s_keys_are_passed_over(make_article, tmp_path, monkeypatch):
    encode = msgspec.json.encode
    monkeypatch.setattr("archive.buffer.msgspec.json.encode", lambda record: b'{"mood":"glad",' + encode(record)[1:])
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
        monkeypatch.undo()
    assert list(archive.open(tmp_path).articles()) == [make_article()]


@pytest.mark.parametrize("name", ["empty", "missing"])
def test_a_folder_without_a_layout_is_no_archive(tmp_path, name):
    (tmp_path / "empty").mkdir()
    with pytest.raises(archive.NotAnArchive, match=name):
        archive.open(tmp_path / name)
