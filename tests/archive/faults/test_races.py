"""Writers that want the same number of the log, and stores that answer strangely."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest

import archive
from archive.commit import Commit
from archive.errors import CannotWrite
from archive.folder import prepare
from archive.log import Log
from archive.store import AlreadyExists, LocalStore
from archive.verify import verify
from tests.archive.faults.losses import QUICK, look
from tests.archive.faults.processes import Process
from tests.archive.faults.workload import Book, Pages, batch

ROUNDS, WRITERS = 40, 4


def commit_of(name):
    def draft(head):
        return Commit(
            id=name,
            number=head.number + 1,
            kind="append",
            writer=name,
            created_at=datetime(2021, 7, 27, tzinfo=UTC),
            prev=head.digest,
        )

    return draft


def ids(log):
    """Return the ids of the commits, the chain checked."""
    log.snapshot()
    return [log.read(number)[0].id for number in log.numbers()]


def test_of_writers_who_want_one_number_each_gets_one(tmp_path):
    prepare(tmp_path, QUICK)
    barrier = threading.Barrier(WRITERS)

    def work(writer):
        log = Log(LocalStore(tmp_path, QUICK))
        for number in range(ROUNDS):
            barrier.wait()  # all at once, each time
            log.commit(commit_of(f"{writer}-{number}"))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(work, range(WRITERS)))
    log = Log(LocalStore(tmp_path))
    assert sorted(ids(log)) == sorted(f"{writer}-{number}" for writer in range(WRITERS) for number in range(ROUNDS))
    assert log.numbers() == list(range(1, WRITERS * ROUNDS + 1))


def test_writers_in_processes_of_their_own_publish_at_once_and_lose_nothing(tmp_path):
    root = tmp_path / "data"
    writers = [Process(root, tmp_path / f"{n}", n, site=f"{n}.example", batches=25) for n in range(3)]
    for writer in writers:
        writer.process.join(60)
        assert writer.process.exitcode == 0
    books = [writer.book() for writer in writers]
    acknowledged = [call for book in books for _, call in book.acknowledged]
    found = look(root, acknowledged, acknowledged, QUICK)
    assert not found, found


class OddStore(LocalStore):
    """Says of the commits' keys that they are taken: after putting them there itself, or without any reason."""

    def __init__(self, root, answers):
        super().__init__(root, QUICK)
        self.answers = list(answers)

    def create(self, key, data):
        answer = self.answers.pop(0) if self.answers and key.startswith("log/") else "honest"
        if answer == "nothing":
            raise AlreadyExists(key)
        super().create(key, data)
        if answer == "own":
            raise AlreadyExists(key)
        if answer == "lost":
            raise TimeoutError("the answer was lost on its way")


@pytest.mark.parametrize(
    "answers",
    [["own"], ["nothing"], ["nothing", "nothing", "own"], ["own", "honest", "nothing", "own", "own"]],
    ids=" ".join,
)
def test_a_key_that_is_said_to_be_taken_is_asked_for(tmp_path, answers):
    prepare(tmp_path, QUICK)
    odd, other = Log(OddStore(tmp_path, answers)), Log(LocalStore(tmp_path, QUICK))
    expected = []
    for number in range(4):
        for name, log in (("odd", odd), ("other", other)):
            commit, _ = log.commit(commit_of(f"{name}-{number}"))
            assert commit.id == f"{name}-{number}"
            expected.append(commit.id)
    assert ids(Log(LocalStore(tmp_path))) == expected


def test_a_key_that_is_always_said_to_be_taken_is_given_up(tmp_path):
    prepare(tmp_path, QUICK)
    with pytest.raises(OSError, match="nothing is there"):
        Log(OddStore(tmp_path, ["nothing"] * 1000)).commit(commit_of("never"))
    assert Log(LocalStore(tmp_path)).numbers() == []


@pytest.mark.parametrize("answers", [["own"], ["nothing"], ["lost"], ["nothing"] * 1000, ["lost", "own", "lost"]])
def test_a_writer_with_a_strange_store_loses_and_doubles_nothing(tmp_path, answers):
    root, pages, book = tmp_path / "data", Pages(1), Book()
    writer = archive.Writer(root, disk=QUICK)
    writer.log.store = OddStore(root, answers)
    for _ in range(4):
        batch(writer, pages, book, [], visits=3)
        with suppress(CannotWrite):
            writer.publish()
    with suppress(CannotWrite):
        writer.close()
    acknowledged = [call for _, call in book.acknowledged]
    assert len(acknowledged) == 12
    found = look(root, acknowledged, book.asked, QUICK)
    assert not found, found


def test_recoveries_at_once_bring_what_was_left_in_once(tmp_path):
    root, book = tmp_path / "data", Book()
    for run in range(6):
        process = Process(root, tmp_path / f"told-{run}", run, site=f"{run}.example", nth=20 + 5 * run)
        process.process.join(60)
        book.asked += process.book().asked
        book.acknowledged += process.book().acknowledged
    barrier = threading.Barrier(WRITERS)

    def come(_):
        barrier.wait()
        archive.Writer(root, disk=QUICK).close()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(come, range(WRITERS)))
    acknowledged = [call for _, call in book.acknowledged]
    assert acknowledged
    found = look(root, acknowledged, book.asked, QUICK)
    assert not found, found
    assert Counter(verify(root, jobs=1).findings) == Counter()
