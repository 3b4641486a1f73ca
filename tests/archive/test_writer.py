import os
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

import archive
from archive.folder import LAYOUT


def lines(root):
    return {
        str(path.parent.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*.jsonl"))
    }  # fmt: skip


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
    assert [path.name for path in root.iterdir()] == ["LAYOUT.json"]


def test_lines_are_readable_before_the_writer_closes(tmp_path, make_article):
    with archive.Writer(tmp_path) as writer:
        writer.append(make_article())
        writer.sync()
        assert list(archive.open(tmp_path).articles()) == [make_article()]


def test_a_torn_line_of_a_killed_run_stays_alone(stored, make_article, make_observation):
    root = stored(make_observation())
    (torn,) = root.rglob("*.jsonl")
    torn.write_bytes(torn.read_bytes() + b'{"schema":1,"vis')
    stored(make_observation(outcome="same"))
    assert [seen.outcome for seen in archive.open(root).observations()] == ["new", "same"]


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
