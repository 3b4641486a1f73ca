"""Compaction: what is in the archive is the same before and after, whoever reads, writes or dies meanwhile."""

import shutil
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

import archive
from archive.compact import compact
from archive.erase import erase
from archive.verify import verify
from tests.archive.faults.disks import Died, DyingDisk, FaultyDisk, ForgetfulDisk
from tests.archive.worlds import HOST, World, contents

DAYS = ("date=2021-07-27", "date=2021-07-28")


def fill(folder, **words):
    """Make an archive of many small files: two days, revisions, revisits, moves, a quarantined page, in six commits."""
    for visit in range(6):
        with World(folder, **words) as world:
            world.now += timedelta(hours=8 * visit)
            for number in range(1, 4):
                body = f"<p>{'edited' if visit > 3 else 'as it was'} {number}".encode() * 20
                capture = world.capture(f"/{number}.html", body)
                if visit not in (2, 3):
                    world.article(f"/{number}.html", f"第{number}篇报道", body.decode(), capture)
                else:
                    world.sight(f"/{number}.html", "same", capture)
            world.quarantine("/bad.html", captures=(world.capture("/bad.html", b"bad"),))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return fill(tmp_path_factory.mktemp("compact") / "data")


@pytest.fixture
def root(made, tmp_path):
    return shutil.copytree(made, tmp_path / "data")


def files(root, *tops):
    return sorted(key for key in archive.open(root).snapshot.files if key.startswith(tops))


def lying(root):
    return sorted(
        str(path.relative_to(root))
        for top in ("articles", "observations", "quarantine", "warc", "index")
        for path in (root / top).rglob("*")
        if path.is_file()
    )


def test_contents_cursors_and_captures_are_the_same_in_fewer_files(root):
    before = contents(root)
    made = compact(root)
    assert contents(root) == before
    for stream in ("articles", "observations", "quarantine", "warc"):
        for day in DAYS:
            assert len(files(root, f"{stream}/{day}")) == 1
    assert len(files(root, "index/")) == 2
    assert made.before > made.after > 0
    (root / "catalog.sqlite").unlink()
    assert contents(root) == before
    assert verify(root).findings == []


def test_a_revisit_is_read_with_the_page_that_it_refers_to(root):
    compact(root, grace=timedelta(0))
    opened = archive.open(root)
    bodies = [opened.exchange(capture).body for capture in opened.captures(HOST + "/2.html")]
    assert bodies == [b"<p>as it was 2" * 20] * 4 + [b"<p>edited 2" * 20] * 2


def test_the_feed_goes_on_behind_a_cursor_of_before(root):
    before = list(archive.open(root).changes())
    compact(root, grace=timedelta(0))
    for number, change in enumerate(before):
        assert list(archive.open(root).changes(change.cursor)) == before[number + 1 :]


def test_a_second_compaction_finds_nothing_to_do(root):
    compact(root)
    before = archive.open(root).head
    made = compact(root)
    assert (made.before, made.after, made.deleted) == (0, 0, [])
    assert archive.open(root).head == before


def test_only_days_that_are_over_are_merged(root):
    before = files(root, *(f"{stream}/{DAYS[1]}" for stream in ("articles", "observations", "quarantine", "warc")))
    compact(root, until=date(2021, 7, 28))
    assert (
        files(root, *(f"{stream}/{DAYS[1]}" for stream in ("articles", "observations", "quarantine", "warc"))) == before
    )
    assert len(files(root, f"warc/{DAYS[0]}")) == 1


def test_today_is_left_alone(tmp_path):
    for number in range(3):
        with World(tmp_path) as world:
            world.now = datetime.now(UTC).replace(microsecond=0)
            world.article(f"/{number}.html", "标题", "正文。")
    assert compact(tmp_path).before == 0


def test_large_files_stay_as_they_are_and_order_is_kept(root):
    before = contents(root)
    sizes = {file.key: file.bytes for _, file in archive.open(root).snapshot.of("articles/")}
    largest = max(sizes, key=sizes.get)
    compact(root, target=sizes[largest] - 1)
    assert largest in files(root, "articles/")
    assert contents(root) == before


@pytest.mark.parametrize("compression", ["gz", "none"])
def test_lines_stay_packed_as_the_archive_has_them(tmp_path, compression):
    root = fill(tmp_path / "data", compression=compression)
    before, suffix = contents(root), ".jsonl.gz" if compression == "gz" else ".jsonl"
    compact(root)
    assert all(key.endswith(suffix) for key in files(root, "articles/", "observations/", "quarantine/"))
    assert contents(root) == before


@pytest.mark.parametrize("wanted", ["zst", "gz", "none"])
@pytest.mark.parametrize("target", [1, 1 << 20])
def test_lines_of_files_of_any_size_are_packed_anew_where_it_is_asked_for(root, wanted, target):
    compact(root, compression="none" if wanted == "zst" else "zst", grace=timedelta(0))
    before, raw = contents(root), files(root, "warc/")
    compact(root, compression=wanted, target=target, grace=timedelta(0))
    assert {path.partition(".")[2] for path in files(root, "articles/", "observations/", "quarantine/")} == {
        {"zst": "jsonl.zst", "gz": "jsonl.gz", "none": "jsonl"}[wanted]
    }
    assert files(root, "warc/") == raw
    assert contents(root) == before
    assert verify(root).findings == []
    assert compact(root, compression=wanted, target=target).before == 0


def test_what_was_erased_stays_so_and_no_cursor_moves(root):
    erase(root, HOST + "/2.html", "asked for")
    before = contents(root)
    compact(root, grace=timedelta(0))
    assert contents(root) == before
    assert verify(root).findings == []


# Readers and writers meanwhile. -----------------------------------------------------------------------------------------


def test_merged_files_are_there_until_the_grace_is_over(root):
    old, before = archive.open(root), lying(root)
    expected = list(old.changes())
    assert compact(root).deleted == []
    assert set(before) < set(lying(root))
    # Whoever has the older state can read it to its end.
    assert list(old.changes()) == expected
    assert verify(root).findings == []
    assert "files that were rewritten are still there" in verify(root).notes[0]
    later = datetime.now(UTC) + timedelta(days=7, minutes=1)
    assert compact(root, now=lambda: later - timedelta(minutes=2)).deleted == []
    assert set(compact(root, now=lambda: later).deleted) == set(before) - set(files(root, ""))
    assert lying(root) == sorted(archive.open(root).snapshot.files)


def test_without_a_grace_nothing_old_is_left(root):
    made = compact(root, grace=timedelta(0))
    assert made.deleted
    assert lying(root) == sorted(archive.open(root).snapshot.files)


@pytest.mark.slow
def test_a_writer_and_a_reader_go_on_meanwhile(root):
    known, wrong = {}, []
    written = threading.Event()

    def write():
        with World(root) as world:
            world.now += timedelta(days=3)
            for number in range(40):
                world.article(
                    f"/more/{number}.html",
                    f"又一篇报道，第{number}号",
                    "正文。",
                    world.capture(f"/more/{number}", b"x" * number),
                )
                world.writer.publish()
        written.set()

    def read():
        while not written.is_set():
            told = Counter(change.cursor for change in archive.open(root).changes())
            wrong.extend(cursor for cursor, times in told.items() if times > 1)
            wrong.extend(known.keys() - told.keys())
            known.update(told)

    before = [change.line for change in archive.open(root).changes()]
    threads = [threading.Thread(target=work) for work in (write, read)]
    for thread in threads:
        thread.start()
    while not written.is_set():
        compact(root)
    for thread in threads:
        thread.join()
    compact(root)
    assert wrong == []
    after = [change.line for change in archive.open(root).changes()]
    assert after[: len(before)] == before
    assert len(set(after)) == len(after) == len(before) + 80
    titles = [article.title for article in archive.open(root).articles()]
    assert titles[-40:] == [f"又一篇报道，第{number}号" for number in range(40)]
    assert verify(root).findings == []


def test_two_at_once_are_one_too_many(root):
    class Another(DyingDisk):
        def create(self, path):
            if not self.last:
                self.last = "asked"
                with pytest.raises(archive.Locked, match="somebody else repairs, compacts or erases in it"):
                    compact(root)
            return super().create(path)

    before = contents(root)
    assert compact(root, disk=Another()).before > 0
    assert contents(root) == before


def test_a_damaged_file_ends_it_and_nothing_is_lost_by_that(root):
    path = root / files(root, f"articles/{DAYS[0]}")[0]
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(archive.DamagedFile):
        compact(root, grace=timedelta(0))
    assert {finding.key for finding in verify(root).findings} == {str(path.relative_to(root))}
    path.write_bytes(data)
    assert verify(root).findings == []


# Deaths and faults. -----------------------------------------------------------------------------------------------------


def small(folder):
    for number in range(2):
        with World(folder) as world:
            world.now += timedelta(hours=number)
            world.article(f"/{number}.html", "标题", "正文。", world.capture("/same.html", b"the same"))
    return folder


# A refused write or sync is undone by other calls, so that each third tells enough; of a death every one counts.
@pytest.mark.slow
@pytest.mark.parametrize(("kind", "step"), [("death", 1), ("fault", 3)])
def test_after_a_death_or_a_fault_anywhere_all_is_as_it_was_and_the_next_finishes(tmp_path, kind, step):
    root = small(tmp_path / "small")
    before, happened, nth = contents(root), 0, 1
    expected = [change.to_json() for change in archive.open(root).changes()]
    while True:
        again = shutil.copytree(root, tmp_path / f"{kind}-{nth}")
        # Nobody loses power here, and syncs take most of the time.
        disk = DyingDisk(ForgetfulDisk(), nth=nth) if kind == "death" else FaultyDisk(ForgetfulDisk(), nth=nth)
        try:
            compact(again, grace=timedelta(0), disk=disk)
        except (Died, archive.CannotWrite):
            happened += 1
        if not (disk.dead if kind == "death" else disk.failed):
            break
        nth += step
        assert [change.to_json() for change in archive.open(again).changes()] == expected
        compact(again, grace=timedelta(0), disk=ForgetfulDisk())
        assert contents(again) == before
        assert len(files(again, "articles/")) == len(files(again, "warc/")) == 1
        assert lying(again) == files(again, "")
        assert not [path for path in (again / "open").iterdir() if path.is_dir()]
        assert verify(again).findings == []
        shutil.rmtree(again)
    assert happened > 40 / step
