"""The catalog is derived: deleted, old, broken or another's, it changes no answer."""

import random
import shutil
from contextlib import suppress

import pytest

import archive
from archive.folder import CATALOG
from tests.archive.faults.damage import flip
from tests.archive.faults.losses import QUICK
from tests.archive.faults.workload import Book, Pages, batch, judge

FILES = (CATALOG, CATALOG + "-wal", CATALOG + "-shm")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return an archive, what it acknowledged, and a folder with its catalog as it was earlier and another's."""
    folder = tmp_path_factory.mktemp("world")
    root, book, pages = folder / "data", Book(), Pages("world")
    with archive.Writer(root, disk=QUICK) as writer:
        for number in range(4):
            batch(writer, pages, book, [], visits=6)
            writer.publish()
            if number == 1:
                keep(root, folder / "earlier")
    with archive.Writer(folder / "other", disk=QUICK) as writer:
        for _ in range(4):
            batch(writer, Pages("other"), Book(), [], visits=6)
            writer.publish()
    keep(folder / "other", folder / "others")
    return folder, [call for _, call in book.acknowledged]


def keep(root, target):
    """Copy a catalog as it lies there, with what belongs to it."""
    target.mkdir()
    for name in FILES:
        if (root / name).exists():
            shutil.copy(root / name, target)


def clear(root):
    for name in FILES:
        (root / name).unlink(missing_ok=True)


def put(source, root):
    clear(root)
    for path in source.iterdir():
        shutil.copy(path, root)


def answers(root):
    """Return what only a catalog knows."""
    opened = archive.open(root)
    states = list(opened.states())
    return states, [opened.article(state.article.url).revision for state in states]


def deleted(root, folder):
    clear(root)


def half_deleted(root, folder):
    put(folder / "earlier", root)
    (root / CATALOG).unlink()


def empty(root, folder):
    clear(root)
    (root / CATALOG).touch()


def earlier(root, folder):
    put(folder / "earlier", root)


def of_another_archive(root, folder):
    put(folder / "others", root)


def no_database(root, folder):
    clear(root)
    (root / CATALOG).write_bytes(b"no database" * 1000)


def another_database(root, folder):
    import sqlite3

    clear(root)
    db = sqlite3.connect(root / CATALOG)
    db.executescript("CREATE TABLE meta (something TEXT); INSERT INTO meta VALUES ('else')")
    db.close()


def torn(root, folder):
    data = (root / CATALOG).read_bytes()
    clear(root)
    (root / CATALOG).write_bytes(data[: len(data) // 2])


def zeroed(root, folder):
    data = (root / CATALOG).read_bytes()
    clear(root)
    (root / CATALOG).write_bytes(bytes(len(data)))


CASES = [deleted, half_deleted, empty, earlier, of_another_archive, no_database, another_database, torn, zeroed]


@pytest.mark.parametrize("spoil", CASES, ids=lambda case: case.__name__)
@pytest.mark.parametrize("first", ["reader", "writer"])
def test_a_catalog_that_is_not_right_changes_no_answer(world, tmp_path, spoil, first):
    folder, calls = world
    root = tmp_path / "data"
    shutil.copytree(folder / "data", root)
    expected = answers(root)
    spoil(root, folder)
    if first == "writer":
        with archive.Writer(root, disk=QUICK) as writer:
            for state in expected[0]:
                assert writer.known.find(state.article.url) == state.article.id
                assert writer.known.latest(state.article.id).revision_id == state.article.revision_id
    assert answers(root) == expected
    assert not judge(root, calls, calls)


def test_a_catalog_that_is_ahead_of_the_log_is_made_anew(world, tmp_path):
    # The archive was put back from a copy of yesterday, the catalog was not.
    folder, _ = world
    root = tmp_path / "data"
    shutil.copytree(folder / "data", root)
    newest = max((root / "log").iterdir())
    commit = archive.open(root).log.read(int(newest.stem))[0]
    for key in [*(file.key for file in commit.added), str(newest.relative_to(root))]:
        (root / key).unlink()
    ahead = answers(root)
    clear(root)
    assert answers(root) == ahead
    assert all(f"-{24:06}" != state.article.revision_id[-7:] for state in ahead[0])


def test_a_bit_flipped_in_a_catalog_stops_nothing_that_reads_the_log_and_is_gone_with_the_catalog(world, tmp_path):
    # SQLite keeps no checksums: a flipped bit may give a wrong answer. What the archive itself says does not change.
    folder, calls = world
    root, rng = tmp_path / "data", random.Random(5)
    shutil.copytree(folder / "data", root)
    expected = answers(root)
    data = (root / CATALOG).read_bytes()
    log = [change.line for change in archive.open(root).changes()]
    used = [at for at, byte in enumerate(data) if byte]
    for _ in range(100):
        clear(root)
        (root / CATALOG).write_bytes(flip(data, 8 * rng.choice(used) + rng.randrange(8)))
        with suppress(archive.Damaged, archive.NotThere):
            answers(root)
        assert [change.line for change in archive.open(root).changes()] == log
    clear(root)
    assert answers(root) == expected
    assert not judge(root, calls, calls)
