from datetime import UTC, datetime, timedelta

import msgspec
import pytest

import archive
from archive.compact import compact

AGAIN = timedelta(minutes=1)
DAYS = [datetime(2021, 7, day, 23, tzinfo=UTC) for day in (26, 27, 28)]


@pytest.fixture
def history(tmp_path, make_article, make_observation):
    """An archive of four commits over three days, one of which spans two days."""
    root = tmp_path / "data"
    with archive.Writer(root) as writer:
        for number, day in enumerate(DAYS):
            for place in range(4):
                at = day + timedelta(minutes=30 * place)
                values = {"id": f"{place}{number}" * 16, "visit_id": f"{number}-{place}", "recorded_at": at}
                writer.append(
                    make_article(title=f"标题{number}{place}", **values),
                    make_observation(outcome="gone" if place == 2 else "new", **values),
                    *([make_observation(outcome="gone", **values | {"observed_at": at + AGAIN})] if place == 2 else ()),
                )
                writer.flush()
            writer.publish()
        writer.append(
            make_observation(visit_id="last", recorded_at=DAYS[2], outcome="moved", moved_to="http://a.example/")
        )
    return root


def told(root, since=None):
    return [(change.cursor, change.kind, change.line) for change in archive.open(root).changes(since)]


def test_changes_come_by_commit_articles_before_observations(history):
    found = told(history)
    assert [cursor for cursor, _, _ in found[:9]] == [f"1.1.{n}" for n in range(4)] + [f"1.2.{n}" for n in range(5)]
    assert [kind for _, kind, _ in found[4:9]] == ["observation", "observation", "observation", "end", "observation"]
    assert found[-1][:2] == ("4.2.0", "end")
    titles = [msgspec.json.decode(line)["title"] for _, kind, line in found if kind == "revision"]
    assert titles == [f"标题{number}{place}" for number in range(3) for place in range(4)]


def test_records_are_typed(history):
    kinds = {type(change.record) for change in archive.open(history).changes()}
    assert kinds == {archive.Article, archive.Observation}


@pytest.mark.parametrize("compacted", [False, True])
def test_from_any_cursor_on_there_is_exactly_the_rest(history, compacted):
    whole = told(history)
    if compacted:
        compact(history, until=datetime(2030, 1, 1).date(), grace=timedelta(0))
    assert told(history) == whole
    for place, (cursor, _, _) in enumerate(whole):
        assert told(history, cursor) == whole[place + 1 :]


def test_a_cursor_from_before_compaction_and_new_commits_after_it(history, make_observation):
    whole = told(history)
    compact(history, until=datetime(2030, 1, 1).date(), grace=timedelta(0))
    with archive.Writer(history) as writer:
        writer.append(make_observation(visit_id="new", recorded_at=DAYS[0]))
    new = told(history)[len(whole) :]
    assert [msgspec.json.decode(line)["visit_id"] for _, _, line in new] == ["new"]
    compact(history, until=datetime(2030, 1, 1).date(), grace=timedelta(0))
    assert told(history) == whole + new


@pytest.mark.parametrize("cursor", ["", "x", "1.1", "1.3.0", "-1.1.0", "99.1.0"])
def test_a_cursor_of_somewhere_else_is_refused(history, cursor):
    opened = archive.open(history)
    if not cursor:
        assert len(list(opened.changes(cursor))) == 28
        return
    with pytest.raises(archive.UnknownCursor, match=cursor):
        list(opened.changes(cursor))
