import random

import pytest

import archive
from archive.frames import frames
from archive.packing import parts, take_gz
from archive.verify import verify
from tests.archive.faults.damage import cut, damaged, findings, flip, is_caught, names_it, sample, small_archive
from tests.archive.faults.workload import Pages, let_go


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    root = tmp_path_factory.mktemp("small") / "data"
    return root, small_archive(root)


def test_a_whole_archive_is_sound(small):
    root, files = small
    assert findings(root) == []
    kinds = {path.relative_to(root).parts[0] for path in files}
    assert kinds == {"LAYOUT.json", "articles", "observations", "quarantine", "warc", "index", "log"}


def test_a_file_cut_at_any_byte_is_named(small):
    root, files = small
    missed = [
        (path.name, at)
        for path, at in sample(files, 150, random.Random(1))
        if not is_caught(root, path, cut(path.read_bytes(), at))
    ]
    assert missed == []


def test_a_bit_flipped_anywhere_is_named(small):
    root, files = small
    rng = random.Random(2)
    missed = []
    for path, at in sample(files, 150, rng):
        bit = at * 8 + rng.randrange(8)
        if not is_caught(root, path, flip(path.read_bytes(), bit)):
            missed.append((path.name, bit))
    assert missed == []


def test_a_file_cut_between_two_records_is_named(small):
    # There a file is still well-formed, and what only walks it sees nothing.
    root, files = small
    for path in files:
        with path.open("rb") as file:
            if path.name.endswith(".warc.gz"):
                ends = [offset + size for offset, size, _ in parts(file, path.name, take_gz)]
            elif ".jsonl" in path.name:
                ends = [frame.offset + frame.size for frame in frames(file, path.name)]
                ends += [at + 1 for at, byte in enumerate(path.read_bytes()) if byte == 10 and path.suffix == ".jsonl"]
            elif path.suffix == ".cdxj":
                ends = [at + 1 for at, byte in enumerate(path.read_bytes()) if byte == 10]
            else:
                continue
        data = path.read_bytes()
        for end in {0, *ends} - {len(data)}:
            assert is_caught(root, path, cut(data, end)), (path, end)


def test_a_cut_is_named_by_its_place(small):
    root, files = small
    for path in files:
        if path.name.endswith((".warc.gz", ".jsonl.zst")):
            with damaged(path, path.read_bytes()[:-3]):
                places = [place for key, place in findings(root) if names_it(root, path, [(key, place)])]
            assert all(place.startswith("byte ") for place in places), places


def test_a_missing_file_and_one_that_no_commit_names_are_named(small):
    root, files = small
    for path in files:
        if path.name == "LAYOUT.json":
            continue
        away = path.with_name(".away")
        path.rename(away)
        try:
            found = findings(root)
        finally:
            away.rename(path)
        if path.parent.name == "log" and path.name == f"{newest(root):020}.json":
            # What it named has nobody now.
            assert found
            continue
        assert names_it(root, path, found), path
        stranger = path.with_name("0" + path.name)
        if path.parent.name != "log":
            stranger.write_bytes(path.read_bytes())
            assert names_it(root, stranger, findings(root))
            stranger.unlink()


def test_a_removed_tail_is_seen_by_whoever_kept_the_head(small, tmp_path):
    root, _ = small
    head = verify(root, jobs=1).head
    last = root / f"log/{head.number:020}.json"
    away = tmp_path / "away"
    # Nothing is left of the last commit, not even its files: only the digest that was printed knows of it.
    commit = archive.open(root).log.read(head.number)[0]
    moved = [root / file.key for file in commit.added] + [last]
    away.mkdir()
    for path in moved:
        path.rename(away / path.name)
    try:
        assert findings(root) == []
        found = verify(root, head=head.digest, jobs=1).findings
        assert [finding.key for finding in found] == ["log"]
        assert str(head.digest) in found[0].what
    finally:
        for path in moved:
            (away / path.name).rename(path)
    assert verify(root, head=head.digest, jobs=1).findings == []


def test_a_missing_commit_is_named_by_readers_and_by_verify(small, tmp_path):
    root, _ = small
    middle = root / f"log/{2:020}.json"
    middle.rename(tmp_path / "away")
    try:
        with pytest.raises(archive.DamagedLog, match=middle.name):
            archive.open(root)
        assert names_it(root, middle, findings(root))
        (root / "catalog.sqlite").unlink()
        with pytest.raises(archive.DamagedLog, match=middle.name):
            archive.Writer(root)
    finally:
        (tmp_path / "away").rename(middle)
    assert findings(root) == []


def test_a_missing_commit_before_a_checkpoint_hinders_no_reader_and_is_named_by_verify(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.log.CHECKPOINT_EVERY", 3)
    root = tmp_path / "data"
    small_archive(root)
    lines = list(archive.open(root).articles())
    (root / f"log/{2:020}.json").unlink()
    assert list(archive.open(root).articles()) == lines
    assert any(key == f"log/{2:020}.json" for key, _ in findings(root))


def test_a_damaged_newest_commit_is_named_and_nothing_is_built_on_it(tmp_path):
    root = tmp_path / "data"
    small_archive(root)
    dead = archive.Writer(root)
    call = Pages("dead", "dead.example").visit(dead)
    dead.flush()
    let_go(dead)
    last = root / f"log/{newest(root):020}.json"
    with damaged(last, flip(last.read_bytes(), 8 * 40)):
        with pytest.raises(archive.DamagedLog, match=last.name):
            archive.open(root)
        for path in root.glob("catalog.sqlite*"):
            path.unlink()
        with pytest.raises(archive.DamagedLog, match=last.name):
            archive.Writer(root)
        assert last.name == f"{newest(root):020}.json"
    # And what waited is taken up when the commit is put back.
    archive.Writer(root).close()
    assert findings(root) == []
    assert set(call.records) <= {*archive.open(root).articles(), *archive.open(root).observations()}


def newest(root):
    return max(int(path.stem) for path in (root / "log").glob("*.json") if path.stem.isdecimal())
