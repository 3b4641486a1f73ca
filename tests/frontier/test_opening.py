"""Who may open a frontier, and what it does when the store fails."""

import asyncio
import os
import sqlite3

import pytest

from crawler.frontier.errors import CannotOpen, StoreFailed
from crawler.frontier.sqlite import is_at_work, path_of, sites_of
from tests.frontier.conftest import SITE, found, key_of


def path_in(folder):
    return path_of(folder, SITE)


# Who has it. -----------------------------------------------------------------------------------------------------


def test_the_sites_of_a_folder_are_told_by_its_files(open_frontier, tmp_path):
    open_frontier(folder=tmp_path / "new" / "folder")
    assert sites_of(tmp_path / "new" / "folder") == [SITE]
    assert sites_of(tmp_path / "none") == []


def test_a_second_crawl_is_refused_while_the_first_lives(open_frontier, tmp_path):
    first = open_frontier()
    assert is_at_work(tmp_path, SITE)
    with pytest.raises(CannotOpen, match="another crawl is at work on it") as error:
        open_frontier()
    assert str(path_in(tmp_path)) in str(error.value)
    assert first.begin(fresh=False, mark=0).number == 1, "the refusal did not disturb it"
    first.close()
    assert not is_at_work(tmp_path, SITE)
    assert open_frontier().begin(fresh=False, mark=0).resumed


def test_a_command_reads_and_writes_beside_a_crawl(open_frontier, frontier):
    command = open_frontier(exclusive=False)
    frontier.push([found(str(number)) for number in range(100)])
    leases = frontier.leased(10)

    async def crawl():
        for number in range(100, 400):
            await frontier.frontier.push([found(str(number))])

    async def look():
        for number in range(50, 100):
            assert await command.frontier.drop([key_of(str(number))]) == 1
            overview = await command.frontier.overview()
            assert sum(overview.hosts[0].counts.values()) == overview.known

    async def both():
        await asyncio.gather(crawl(), look())

    frontier.runner.run(both())
    assert frontier.end(*leases) == 0
    assert command.counts() == frontier.counts() == {"waiting": 340, "done": 10, "dropped": 50}


def test_a_command_that_was_opened_before_a_crawl_began_counts_for_the_newest(open_frontier, frontier):
    frontier.push([found("a"), found("b")])
    command = open_frontier(exclusive=False)
    frontier.begin(fresh=True, mark=9)
    assert command.requeue([key_of("a")]) == 1
    assert frontier.counts() == {"waiting": 1}
    assert frontier.urls() == [f"{SITE}/a"]


def test_the_thread_of_a_frontier_that_is_closed_is_asked_nothing(open_frontier):
    frontier = open_frontier()
    frontier.close()
    with pytest.raises(StoreFailed, match="it is closed"):
        frontier.overview()
    frontier.close()


# What is no frontier. --------------------------------------------------------------------------------------------


def test_a_command_finds_no_frontier_where_none_is_and_makes_none(open_frontier, tmp_path):
    with pytest.raises(CannotOpen, match="there is none"):
        open_frontier(exclusive=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("exclusive", [True, False])
def test_a_file_of_another_version_is_named_and_left_alone(open_frontier, tmp_path, exclusive):
    open_frontier().close()
    with sqlite3.connect(path_in(tmp_path)) as db:
        db.execute("UPDATE meta SET version = 99")
    db.close()
    before = path_in(tmp_path).read_bytes()
    with pytest.raises(CannotOpen, match=r"it is of version 99, and this newsreel reads \d") as error:
        open_frontier(exclusive=exclusive)
    assert str(path_in(tmp_path)) in str(error.value)
    assert path_in(tmp_path).read_bytes() == before
    assert not is_at_work(tmp_path, SITE)


@pytest.mark.parametrize("exclusive", [True, False])
@pytest.mark.parametrize(
    "content", [b"no database\n" * 1000, b"SQLite format 3\0" + b"\xff" * 5000], ids=["text", "torn"]
)
def test_a_file_that_is_no_database_is_named_and_left_alone(open_frontier, tmp_path, content, exclusive):
    path_in(tmp_path).write_bytes(content)
    with pytest.raises(CannotOpen) as error:
        open_frontier(exclusive=exclusive)
    assert str(path_in(tmp_path)) in str(error.value)
    assert path_in(tmp_path).read_bytes() == content
    assert not is_at_work(tmp_path, SITE)


def test_a_database_of_something_else_is_left_alone(open_frontier, tmp_path):
    with sqlite3.connect(path_in(tmp_path)) as db:
        db.execute("CREATE TABLE recipes (name TEXT)")
    db.close()
    before = path_in(tmp_path).read_bytes()
    with pytest.raises(CannotOpen, match="it is a database of something else"):
        open_frontier()
    assert path_in(tmp_path).read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(open_frontier, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotOpen) as error:
        open_frontier(folder=tmp_path / "file" / "frontier")
    assert str(path_in(tmp_path / "file" / "frontier")) in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(open_frontier, tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(CannotOpen) as error:
            open_frontier()
    finally:
        tmp_path.chmod(0o700)
    assert str(path_in(tmp_path)) in str(error.value)


# A store that fails. ---------------------------------------------------------------------------------------------


@pytest.fixture
def full(frontier):
    """A function that lets the store take no more than it has, or again as much as it likes."""
    db = frontier.frontier._db

    def limit(full=True):
        pages = db.execute("PRAGMA page_count").fetchone()[0] if full else 1 << 30
        db.execute(f"PRAGMA max_page_count = {pages}")

    return limit


def many(name, count=2000):
    return [found(f"{name}{number}", request='{"meta":{"filler":"' + "x" * 100 + '"}}') for number in range(count)]


def test_of_a_call_that_a_full_store_did_not_answer_nothing_is_done(frontier, full):
    frontier.push([found("a"), found("b")])
    frontier.lease(1)
    full()
    with pytest.raises(StoreFailed, match="full") as error:
        frontier.push(many("new"))
    assert str(frontier.frontier.path) in str(error.value)
    assert frontier.state(key_of("new0")) is None
    assert frontier.counts() == {"waiting": 1, "leased": 1}
    assert frontier.overview().known == 2


def test_a_store_that_has_room_again_goes_on(frontier, full):
    frontier.push([found("a")])
    full()
    for _ in range(3):
        with pytest.raises(StoreFailed):
            frontier.push([found("x", "pictures.example.com"), *many("new")])
    full(False)
    assert frontier.push([found("x", "pictures.example.com"), *many("new"), found("a")]) == [True] * 2001 + [False]
    assert frontier.counts() == {"waiting": 2001}
    assert frontier.counts("pictures.example.com") == {"waiting": 1}
    assert frontier.end(*frontier.leased(1)) == 0


def test_who_shares_a_transaction_with_a_call_that_fails_does_not_fail_with_it(frontier, full):
    frontier.push([found("a")])
    (lease,) = frontier.leased()
    full()
    results = frontier.together(
        ("give_back", ([lease],), {}), ("push", (many("new"),), {}), ("state", (key_of("a"),), {})
    )
    assert (results[0], type(results[1]), results[2].state) == (None, StoreFailed, "waiting")
    assert frontier.counts() == {"waiting": 1}


def test_a_call_that_cannot_be_meant_fails_alone(frontier):
    wrong, right = frontier.together(("push", ([found("a", host="\ud800")],), {}), ("push", ([found("b")],), {}))
    assert isinstance(wrong, UnicodeEncodeError)
    assert right == [True]
    assert frontier.counts() == {"waiting": 1}


def test_who_no_longer_waits_for_an_answer_does_not_keep_others_from_theirs(frontier):
    async def impatient():
        task = asyncio.ensure_future(frontier.frontier.push(many("new")))
        await asyncio.sleep(0)
        task.cancel()
        return await frontier.frontier.push([found("b")])

    assert frontier.runner.run(impatient()) == [True]
    assert frontier.counts() == {"waiting": 2001}, "what was begun is done"
