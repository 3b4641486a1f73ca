import threading

import pytest

import archive
from archive.commit import Commit, File, parse_commit
from archive.log import CHECKPOINT_EVERY, Conflict, Head, Log, checkpoint_key, commit_key
from archive.store import AlreadyExists, LocalStore
from tests.archive.conftest import RECORDED


def draft(name="01", *, added=(), removed=()):
    def make(head):
        return Commit(
            id=name,
            number=head.number + 1,
            kind="append",
            writer="test",
            created_at=RECORDED,
            added=tuple(File(key=key, bytes=1, sha256="0" * 64, records=2) for key in added),
            removed=tuple(removed),
            prev=head.digest,
        )

    return make


@pytest.fixture
def log(tmp_path):
    return Log(LocalStore(tmp_path))


def key(name):
    return f"articles/date=2021-07-26/{name}.jsonl"


def test_commits_are_chained_and_read_back(log):
    first, digest = log.commit(draft("01", added=[key("a")]))
    second, _ = log.commit(draft("02", added=[key("b")], removed=[key("a")]))
    assert (first.number, first.prev, second.number, second.prev) == (1, None, 2, digest)
    assert log.read(2)[0] == second
    assert list(log.snapshot().files) == [key("b")]
    assert log.snapshot(1).head == Head(1, digest)


def test_lines_are_counted_through_the_files_of_a_commit(log):
    log.commit(draft(added=[key("a"), key("b"), "observations/date=2021-07-26/c.jsonl"]))
    starts = {name: file.origins[0].start for name, (_, file) in log.snapshot().files.items()}
    assert starts == {key("a"): 0, key("b"): 2, "observations/date=2021-07-26/c.jsonl": 0}


@pytest.mark.parametrize("place", range(0, 400, 7))
def test_a_commit_with_a_flipped_bit_is_damaged(log, place):
    log.commit(draft(added=[key("a")]))
    data = bytearray(log.store.read(commit_key(1)))
    if place >= len(data):
        pytest.skip("behind its end")
    data[place] ^= 1
    with pytest.raises(archive.DamagedLog, match=commit_key(1)):
        parse_commit(bytes(data), commit_key(1))


def test_a_missing_commit_is_named(log):
    for name in ("01", "02", "03"):
        log.commit(draft(name))
    log.store.delete(commit_key(2))
    with pytest.raises(archive.DamagedLog, match=commit_key(2)):
        Log(log.store).snapshot()


def test_a_commit_that_does_not_follow_is_named(log):
    log.commit(draft("01"))
    log.store.create(commit_key(2), draft("02")(Head(1, "sha256:other")).to_bytes())
    with pytest.raises(archive.DamagedLog, match=commit_key(2)):
        Log(log.store).snapshot()


def test_what_is_gone_cannot_be_removed_again(log):
    log.commit(draft("01", added=[key("a")]))
    log.commit(draft("02", removed=[key("a")]), removes=True)
    with pytest.raises(Conflict):
        log.commit(draft("03", removed=[key("a")]), removes=True)


def test_a_checkpoint_spares_replaying_and_may_be_deleted_or_damaged(log, caplog):
    for number in range(CHECKPOINT_EVERY + 5):
        log.commit(draft(f"{number:026}", added=[key(number)]))
    assert log.checkpoints() == [CHECKPOINT_EVERY]
    whole = Log(log.store).snapshot()
    log.store.delete(commit_key(7))
    assert Log(log.store).snapshot() == whole  # commit 7 is not asked for
    path = log.store.root / checkpoint_key(CHECKPOINT_EVERY)
    path.write_bytes(path.read_bytes().replace(key(3).encode(), key("x").encode()))
    with pytest.raises(archive.DamagedLog, match=commit_key(7)):
        Log(log.store).snapshot()
    assert "its checksum is not that of its bytes" in caplog.text


class Hiccups(LocalStore):
    """A store that says AlreadyExists: after doing what it was asked, or for nothing at all."""

    def __init__(self, root, answers):
        super().__init__(root)
        self.answers = iter(answers)

    def create(self, key, data):
        answer = next(self.answers, "ok")
        if answer != "nothing":
            super().create(key, data)
        if answer != "ok":
            raise AlreadyExists(key)


@pytest.mark.parametrize("answers", [["own"], ["nothing"], ["nothing", "nothing", "own"], ["ok", "own", "nothing"]])
def test_a_store_that_is_wrong_of_ones_own_commit_is_asked_again(tmp_path, answers):
    log = Log(Hiccups(tmp_path, answers))
    made = [log.commit(draft(name))[0] for name in ("01", "02", "03")]
    assert [(commit.number, commit.id) for commit in made] == [(1, "01"), (2, "02"), (3, "03")]
    assert [commit for commit, _ in Log(LocalStore(tmp_path)).since(0)] == made


def test_a_store_that_never_lets_go_of_its_error_ends_it(tmp_path):
    with pytest.raises(OSError, match="nothing is there"):
        Log(Hiccups(tmp_path, ["nothing"] * 100)).commit(draft())


def test_writers_that_race_for_one_number_get_one_each(tmp_path):
    made = []

    def race(writer):
        log = Log(LocalStore(tmp_path))
        made.extend(log.commit(draft(f"{writer}-{number}"))[0].id for number in range(20))

    threads = [threading.Thread(target=race, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = [commit for commit, _ in Log(LocalStore(tmp_path)).since(0)]
    assert [commit.number for commit in found] == list(range(1, 81))
    assert sorted(commit.id for commit in found) == sorted(made)
