import errno
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

import archive
from archive.catalog import Catalog, discard
from archive.folder import LAYOUT
from archive.lock import SharedLock
from archive.warc import members
from archive.writer import FOLLOWERS
from tests.archive.conftest import exchange


def lines(root):
    return {
        str(path.parent.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*.jsonl"))
    }  # fmt: skip


LATER = datetime(2021, 7, 28, 3, 0, tzinfo=UTC)


def line(record):
    return msgspec.json.encode(record) + b"\n"


def test_each_stream_has_its_folder_and_its_day(stored, make_article, make_observation, make_quarantined):
    root = stored(make_article(), make_observation(), make_quarantined())
    assert lines(root) == {
        "articles/date=2021-07-27": line(make_article()),
        "observations/date=2021-07-27": line(make_observation()),
        "quarantine/date=2021-07-27": line(make_quarantined()),
    }


def test_a_new_day_begins_a_new_file(stored, make_observation):
    late = make_observation(recorded_at=datetime(2021, 7, 27, 23, 59, 59, tzinfo=UTC))
    early = make_observation(recorded_at=datetime(2021, 7, 28, tzinfo=UTC))
    assert lines(stored(late, early)) == {
        "observations/date=2021-07-27": line(late),
        "observations/date=2021-07-28": line(early),
    }


def test_a_folder_is_an_archive_before_its_first_line(stored):
    root = stored()
    assert msgspec.json.decode((root / "LAYOUT.json").read_bytes()) == LAYOUT
    assert {path.name for path in root.iterdir()} == {"LAYOUT.json", "open", "catalog.sqlite"}
    assert list((root / "open").iterdir()) == []
    assert list(archive.open(root).articles()) == []


def test_what_is_flushed_is_for_the_log_and_what_is_published_for_readers(tmp_path, make_article):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
        writer.flush()
        assert list(archive.open(tmp_path).articles()) == []
        writer.publish()
        assert list(archive.open(tmp_path).articles()) == [make_article()]


def test_the_records_of_one_call_are_never_parted(tmp_path, make_article, make_observation, monkeypatch):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article(), make_observation())
        monkeypatch.setattr(writer.disk, "sync", fail_at(2, writer.disk.sync))
        with pytest.raises(archive.CannotWrite, match="Input/output error"):
            writer.flush()
        monkeypatch.undo()
        writer.append(make_observation(outcome="same"))
    opened = archive.open(tmp_path)
    assert (list(opened.articles()), [seen.outcome for seen in opened.observations()]) == ([], ["same"])


def fail_at(nth, call):
    """Return a call that fails the nth time."""
    calls = iter(range(1, 1000))

    def failing(*arguments):
        if next(calls) == nth:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return call(*arguments)

    return failing


def test_what_is_lost_is_not_known(tmp_path, make_article, monkeypatch):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
        assert writer.known.latest("a" * 32).digest == make_article().digest
        monkeypatch.setattr(writer.disk, "write", fail_at(1, writer.disk.write))
        with pytest.raises(archive.CannotWrite):
            writer.flush()
        assert writer.known.latest("a" * 32) is None
        assert writer.known.find(make_article().url) is None


@pytest.mark.parametrize("published", [False, True], ids=["flushed", "published"])
def test_a_writer_knows_what_it_has_written(tmp_path, make_article, make_observation, published):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
        writer.append(
            make_article(title="改", digest="sha256:2", fetched_at=LATER, url="http://example.com/moved.html")
        )
        for minute, outcome in enumerate(("gone", "blocked", "soft_404")):
            at = LATER + timedelta(minutes=minute)
            writer.append(make_observation(outcome=outcome, observed_at=at, moved_to=None, captures=()))
        writer.flush()
        if published:
            writer.publish()
        for url in (
            "http://www.example.com/1.html",
            "https://example.com/moved.html",
            "http://www.example.com/1.html?from=list",
        ):
            assert writer.known.find(url) == "a" * 32
        latest = writer.known.latest("a" * 32)
        assert (latest.digest, latest.status, latest.uncaptured) == ("sha256:2", "gone", 2)
        assert latest.missing_at == at
        assert writer.known.find("http://www.example.com/2.html") is None


def test_a_site_has_one_writer_at_a_time(tmp_path):
    with archive.Writer(tmp_path, site="one.example"):
        with pytest.raises(archive.SiteLocked, match=r"one\.example"):
            archive.Writer(tmp_path, site="one.example")
        archive.Writer(tmp_path, site="two.example").close()
        archive.Writer(tmp_path).close()
    archive.Writer(tmp_path, site="one.example").close()


def test_a_payload_that_is_unchanged_is_a_revisit_and_reads_as_before(tmp_path):
    later = exchange(fetched_at=LATER)
    with archive.Writer(tmp_path) as writer:
        first = writer.capture(exchange())
        second = writer.capture(later)
        writer.publish()
        third = writer.capture(exchange(fetched_at=LATER, body=b"other"))
        writer.publish()
        again = writer.capture(exchange(fetched_at=LATER))
    opened = archive.open(tmp_path)
    read = [opened.exchange(capture) for capture in (first, second, third, again)]
    assert [found.body for found in read] == [later.body, later.body, b"other", later.body]
    assert read[1].headers == later.headers
    kinds = []
    for key in opened.snapshot.files:
        if key.startswith("warc/"):
            with opened.store.open(key) as file:
                kinds += [member.kind for member in members(file, key) if member.is_answer]
    assert sorted(kinds) == ["response", "response", "response", "revisit"]


def test_segments_are_sealed_by_size_and_by_age_and_sooner_while_somebody_follows(tmp_path, make_observation):
    with archive.Writer(tmp_path, seal_bytes=1000, seal_seconds=0.2, followed_seconds=0.0) as writer:
        writer.append(make_observation())
        writer.flush()
        assert not writer.seal_if_due()
        follower = SharedLock(tmp_path / "open" / FOLLOWERS)
        assert writer.seal_if_due()
        follower.release()
        writer.append(make_observation(visit_id="2"))
        writer.flush()
        assert not writer.seal_if_due()
        for number in range(3, 60):
            writer.append(make_observation(visit_id=f"{number:026}", view_count_raw=str(number) * 40))
            writer.flush()
        assert writer.seal_if_due()
        assert not writer.seal_if_due()
        writer.append(make_observation(visit_id="60"))
        writer.flush()
        time.sleep(0.21)
        assert writer.seal_if_due()
    assert archive.open(tmp_path).head.number == 3


def test_an_archive_of_another_version_is_refused(stored, tmp_path):
    root = stored()
    (root / "LAYOUT.json").write_text('{"format": "newsreel-archive", "version": 2}')
    for use in (archive.open, archive.Writer):
        with pytest.raises(archive.UnsupportedFormat, match=r"LAYOUT\.json"):
            use(root)


@pytest.mark.parametrize("found", [b"", b"[]", b"null", b"\xff"])
def test_a_broken_layout_file_is_refused(stored, found):
    root = stored()
    (root / "LAYOUT.json").write_bytes(found)
    with pytest.raises(archive.UnsupportedFormat):
        archive.open(root)


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "data").write_text("")
    with pytest.raises(archive.CannotWrite, match="data"):
        archive.Writer(tmp_path / "data")
    with pytest.raises(archive.NotAnArchive):
        archive.open(tmp_path / "data")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(archive.CannotWrite, match="Permission denied"):
        archive.Writer(tmp_path)


def test_a_read_only_file_system_is_refused():
    with pytest.raises(archive.CannotWrite):
        archive.Writer(Path("/proc/newsreel"))


def test_a_catalog_that_a_stopped_process_holds_keeps_nobody_from_writing(tmp_path, make_article, monkeypatch, caplog):
    monkeypatch.setattr("archive.writer.PATIENCE", 0.05)
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
    discard(tmp_path / "catalog.sqlite")
    Catalog(tmp_path / "catalog.sqlite", archive.open(tmp_path).log).close()
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite", isolation_level=None)) as stopped:
        stopped.execute("BEGIN IMMEDIATE")
        with archive.Writer(tmp_path, site="example.com") as writer:
            assert writer.known.latest("a" * 32).digest == make_article().digest
            writer.append(make_article(id="b" * 32))
            writer.publish()
            assert writer.known.find(make_article().url) == "a" * 32
    assert "doing without it" in caplog.text
    assert list(archive.open(tmp_path).articles()) == [make_article(), make_article(id="b" * 32)]
