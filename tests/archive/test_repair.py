"""Repair: what is whole is kept as it was, what is lost is counted, and the archive is sound again."""

import shutil
from datetime import timedelta

import pytest

import archive
import archive.log
from archive.cli import main
from archive.compact import compact
from archive.frames import frames
from archive.repair import repair
from archive.verify import verify
from archive.warc import members
from tests.archive.faults.disks import Died, DyingDisk, ForgetfulDisk
from tests.archive.worlds import HOST, World, contents


def fill(folder, **words):
    """Make an archive of two commits; in the first, each file of lines has five frames of three lines."""
    with World(folder, **words) as world:
        for batch in range(5):
            for number in range(3):
                path = f"/{batch}-{number}.html"
                world.article(path, f"第{batch}批第{number}篇", "正文。", world.capture(path, path.encode() * 50))
            world.writer.flush()
    with World(folder, **words) as world:
        world.now += timedelta(hours=1)
        for batch in range(5):
            path = f"/{batch}-0.html"
            world.sight(path, "same", world.capture(path, path.encode() * 50))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return {name: fill(tmp_path_factory.mktemp(name) / "data", compression=name) for name in ("zst", "gz", "none")}


@pytest.fixture
def root(made, tmp_path):
    return shutil.copytree(made["zst"], tmp_path / "data")


def key_of(root, top, number=0):
    return sorted(key for key in archive.open(root).snapshot.files if key.startswith(top))[number]


def flip(root, key, *offsets):
    data = bytearray((root / key).read_bytes())
    for offset in offsets:
        data[offset] ^= 0x10
    (root / key).write_bytes(data)


def sound(made):
    assert made.report.findings == []
    return made


def frames_of(root, key):
    with (root / key).open("rb") as file:
        return list(frames(file, key))


# Lines. -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(5))
@pytest.mark.parametrize("compression", ["zst", "gz"])
def test_a_flipped_frame_costs_its_lines_and_no_cursor_of_another(made, tmp_path, compression, number):
    root = shutil.copytree(made[compression], tmp_path / "data")
    before, key = contents(root)["changes"], key_of(root, "articles/")
    frame = frames_of(root, key)[number]
    flip(root, key, frame.offset + frame.size // 2)
    done = sound(repair(root))
    assert (done.files, done.lost) == ([key], 3)
    assert contents(root)["changes"] == [change for change in before if change[2] not in frame.lines()]


def test_a_flipped_line_of_a_plain_file_costs_that_line(made, tmp_path):
    root = shutil.copytree(made["none"], tmp_path / "data")
    before, key = contents(root)["changes"], key_of(root, "articles/")
    lines = (root / key).read_bytes().splitlines(keepends=True)
    flip(root, key, sum(map(len, lines[:7])) + 2)
    assert sound(repair(root)).lost == 1
    assert contents(root)["changes"] == [change for change in before if change[2] != lines[7][:-1]]


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_file_that_was_cut_keeps_what_is_before_the_cut(root, cut):
    before, key = contents(root)["changes"], key_of(root, "observations/")
    last = frames_of(root, key)[-1]
    (root / key).write_bytes((root / key).read_bytes()[:-cut])
    assert sound(repair(root)).lost == 3
    assert contents(root)["changes"] == [change for change in before if change[2] not in last.lines()]


def test_a_hole_in_a_file_costs_the_frames_in_it(root):
    before, key = contents(root)["changes"], key_of(root, "articles/")
    found, data = frames_of(root, key), (root / key).read_bytes()
    (root / key).write_bytes(data[: found[1].offset + 5] + data[found[3].offset - 5 :])
    assert sound(repair(root)).lost == 6
    lost = [*found[1].lines(), *found[2].lines()]
    assert [line for _, _, line in contents(root)["changes"]] == [line for _, _, line in before if line not in lost]


def test_between_two_damages_no_line_is_lost(root):
    before, key = contents(root)["changes"], key_of(root, "articles/")
    found = frames_of(root, key)
    flip(root, key, *(frame.offset + frame.size // 2 for frame in (found[1], found[3])))
    assert sound(repair(root)).lost == 6
    after, lost = contents(root)["changes"], [*found[1].lines(), *found[3].lines()]
    assert [change[1:] for change in after] == [change[1:] for change in before if change[2] not in lost]
    # Of those before the first and behind the last the places are known.
    sure = [*found[0].lines(), *found[4].lines()]
    assert [c for c in after if c[2] in sure] == [c for c in before if c[2] in sure]
    assert len({cursor for cursor, _, _ in after}) == len(after)


def test_a_missing_file_of_lines_costs_them_all(root):
    before, key = contents(root)["changes"], key_of(root, "observations/")
    lost = [line for frame in frames_of(root, key) for line in frame.lines()]
    (root / key).unlink()
    done = sound(repair(root))
    assert (done.files, done.lost) == ([key], 15)
    assert contents(root)["changes"] == [change for change in before if change[2] not in lost]


def test_a_merged_file_is_mended_like_any(root):
    before = contents(root)["changes"]
    compact(root, grace=timedelta(0))
    key = key_of(root, "observations/")
    (frame,) = frames_of(root, key)
    flip(root, key, frame.size // 2)
    assert sound(repair(root)).lost == 20
    assert contents(root)["changes"] == [change for change in before if change[2] not in frame.lines()]


def test_an_article_whose_newest_revision_is_lost_is_what_it_was_before(tmp_path):
    for number in range(2):
        with World(tmp_path) as world:
            world.now += timedelta(hours=number)
            world.article("/1.html", f"标题 {number}", "正文。")
    flip(tmp_path, key_of(tmp_path, "articles/", 1), 20)
    assert sound(repair(tmp_path)).lost == 1
    state = archive.open(tmp_path).article(HOST + "/1.html")
    assert (state.article.title, state.revision) == ("标题 0", 1)


# Captures. --------------------------------------------------------------------------------------------------------------


def members_of(root, key):
    with (root / key).open("rb") as file:
        return list(members(file, key))


@pytest.mark.parametrize(("number", "kind"), [(0, "response"), (0, "request"), (1, "revisit"), (0, "warcinfo")])
def test_a_flipped_record_costs_that_record(root, number, kind):
    before, key = contents(root), key_of(root, "warc/", number)
    member = [member for member in members_of(root, key) if member.kind == kind][-1]
    flip(root, key, member.offset + member.size // 2)
    done = sound(repair(root))
    assert (done.files, done.lost) == ([key], 1)
    after = contents(root)
    assert after["records"] == [record for record in before["records"] if record[0] != member.record_id]
    assert after["changes"] == before["changes"]
    expected = {name: None if name == member.record_id else found for name, found in before["exchanges"].items()}
    assert after["exchanges"] == expected
    notes = [note for note in done.report.notes if "given up by a repair" in note]
    assert notes == (["1 captures were lost to damage and given up by a repair"] if member.is_answer else [])


def test_what_a_lost_page_was_is_fetched_in_full_again(root):
    key = key_of(root, "warc/", 0)
    page = next(member for member in members_of(root, key) if member.url == HOST + "/3-0.html")
    flip(root, key, page.offset + page.size // 2)
    sound(repair(root))
    with World(root) as world:
        world.now += timedelta(hours=2)
        capture = world.capture("/3-0.html", b"/3-0.html" * 50)
    assert archive.open(root).exchange(capture).body == b"/3-0.html" * 50
    assert verify(root).findings == []


@pytest.mark.parametrize("damage", ["flipped", "cut", "missing", "empty"])
def test_an_index_follows_from_its_warc(root, damage):
    before, key = contents(root), key_of(root, "index/")
    data = (root / key).read_bytes()
    if damage == "flipped":
        flip(root, key, 100)
    elif damage == "missing":
        (root / key).unlink()
    else:
        (root / key).write_bytes(data[:-1] if damage == "cut" else b"")
    assert sound(repair(root)).lost == 0
    assert contents(root) == before


@pytest.mark.parametrize("index", ["with its index", "alone"])
def test_a_missing_warc_costs_its_records_and_no_line(root, index):
    before, key = contents(root), key_of(root, "warc/", 1)
    gone = {member.record_id for member in members_of(root, key)}
    (root / key).unlink()
    if index == "with its index":
        (root / key_of(root, "index/", 1)).unlink()
    done = sound(repair(root))
    assert (done.files, done.lost) == ([key], len(gone))
    after = contents(root)
    assert after["changes"] == before["changes"]
    assert after["records"] == [record for record in before["records"] if record[0] not in gone]
    assert [note for note in done.report.notes if "captures" in note] == [
        "5 captures were lost to damage and given up by a repair"
    ]


def test_what_a_repair_gave_up_is_known_by_checkpoints_and_new_damage_is_not_taken_for_it(root, monkeypatch):
    monkeypatch.setattr(archive.log, "CHECKPOINT_EVERY", 2)
    for number in range(2):
        key = key_of(root, "warc/", -number)  # a file that was written anew has the newest name
        page = next(member for member in members_of(root, key) if member.kind == "response")
        flip(root, key, page.offset + page.size // 2)
        assert verify(root).findings != []
        sound(repair(root))
    assert archive.open(root).log.checkpoints()
    assert len(archive.open(root).snapshot.lost) == 2
    assert verify(root).findings == []


# The log. ---------------------------------------------------------------------------------------------------------------


def test_a_damaged_checkpoint_is_deleted(tmp_path, monkeypatch):
    monkeypatch.setattr(archive.log, "CHECKPOINT_EVERY", 2)
    root = fill(tmp_path)
    before, (checkpoint,) = contents(root), (root / "log").glob("*.checkpoint.json")
    flip(root, f"log/{checkpoint.name}", 50)
    done = sound(repair(root))
    assert (done.checkpoints, done.files, done.lost) == ([f"log/{checkpoint.name}"], [], 0)
    assert not checkpoint.exists()
    assert contents(root) == before


@pytest.mark.parametrize("commits", [1, 2])
def test_whole_files_are_taken_in_where_the_log_lost_its_tail(root, commits):
    before = contents(root)
    for path in sorted((root / "log").iterdir())[-commits:]:
        path.unlink()
    assert repair(root).report.findings != []
    done = sound(repair(root, adopt=True))
    assert done.lost == 0
    after = contents(root)
    assert sorted(line for _, _, line in after["changes"]) == sorted(line for _, _, line in before["changes"])
    for part in ("latest", "quarantine", "records", "exchanges"):
        assert after[part] == before[part]
    assert repair(root, adopt=True).adopted == []


def test_what_is_torn_is_not_taken_in(root):
    lying = root / key_of(root, "observations/", 1)
    (root / "log" / f"{2:020}.json").unlink()
    lying.write_bytes(lying.read_bytes()[:-1])
    done = repair(root, adopt=True)
    assert str(lying.relative_to(root)) not in done.adopted
    assert {finding.key for finding in done.report.findings} == {str(lying.relative_to(root))}


def test_a_damaged_commit_is_named_and_nothing_is_changed(root, capsys):
    flip(root, f"log/{1:020}.json", 50)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and "catalog" not in path.name}
    assert main(["repair", "--archive", str(root)]) == 1
    err = capsys.readouterr().err.splitlines()
    assert err == [f"newsreel: log/{1:020}.json: its checksum is not that of its bytes"]
    assert {path: path.read_bytes() for path in before} == before


def test_a_sound_archive_stays_as_it_is(root):
    before, head = contents(root), archive.open(root).head
    done = sound(repair(root))
    assert (done.files, done.lost, done.adopted, done.checkpoints) == ([], 0, [], [])
    assert (contents(root), archive.open(root).head) == (before, head)


def test_the_command_says_what_was_lost(root, capsys):
    key = key_of(root, "articles/")
    flip(root, key, frames_of(root, key)[2].offset + 30)
    assert main(["repair", "--archive", str(root)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == [
        f"{key}: written anew from what was whole",
        "1 files mended, 3 lines and records lost, 0 files adopted",
    ]
    assert main(["verify", "--archive", str(root)]) == 0


@pytest.mark.slow
def test_a_repair_that_dies_anywhere_is_finished_by_the_next(tmp_path, root):
    for top in ("articles/", "warc/"):
        key = key_of(root, top)
        flip(root, key, (root / key).stat().st_size // 2)
    done = shutil.copytree(root, tmp_path / "done")
    lost = sound(repair(done)).lost
    after, nth = contents(done), 1
    while True:
        again = shutil.copytree(root, tmp_path / f"death-{nth}")
        disk = DyingDisk(ForgetfulDisk(), nth=nth)
        try:
            first = repair(again, disk=disk).lost
        except Died:
            nth += 2
        else:
            break
        sound(repair(again, disk=ForgetfulDisk()))
        assert contents(again) == after
        assert not [path for path in (again / "open").iterdir() if path.is_dir()]
        shutil.rmtree(again)
    assert first == lost
    assert nth > 30
