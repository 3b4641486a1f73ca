"""Files of `open/` that a dead writer left, cut at a byte: what is whole comes back, and what is not is called lost."""

import shutil

import msgspec
import pytest

import archive
from archive.folder import OPEN
from archive.frames import frames
from archive.packing import parts, take_gz
from tests.archive.faults.damage import findings, flip
from tests.archive.faults.disks import Died, DyingDisk
from tests.archive.faults.losses import QUICK, alarms
from tests.archive.faults.workload import Book, Pages, batch, contents, judge, let_go, name_of

PLACES = 20
"""Where a file is cut, beside the ends of what is in it."""


def left_behind(root, *, nth=None):
    """Let a writer die, before it seals or at the nth call of the disk while it publishes; return its book and folder."""
    disk = DyingDisk(QUICK)
    writer = archive.Writer(root, compression="zst", disk=disk)
    pages, book = Pages("torn", articles=3), Book()
    for visits in (2, 1, 3):
        batch(writer, pages, book, book.acknowledged, visits=visits)
    if nth is not None:
        disk.nth = disk.calls + nth
        with pytest.raises(Died):
            writer.publish()
    disk.dead = True
    let_go(writer)
    for path in (root / OPEN).glob("*.lock"):
        path.unlink()
    (folder,) = [path for path in (root / OPEN).iterdir() if path.is_dir()]
    return book, folder


def recovered(root, target, path, data):
    """Recover a copy of an archive in which a file of `open/` has other bytes; return its lines and the alarms."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(root, target)
    (target / path.relative_to(root)).write_bytes(data)
    with alarms() as said:
        archive.Writer(target, disk=QUICK).close()
    return list(contents(archive.open(target))), said


def places(size, *ends):
    """Return where to cut: around each end, and every few bytes."""
    around = {end + more for end in ends for more in (-1, 0, 1)}
    return sorted(at for at in {*range(0, size, size // PLACES), *around, size} if 0 <= at <= size)


def test_of_a_journal_that_is_cut_the_whole_batches_come_back(tmp_path):
    root = tmp_path / "data"
    book, folder = left_behind(root)
    data = (folder / "journal").read_bytes()
    ends = [at + 1 for at, byte in enumerate(data) if byte == 10]
    assert len(ends) == 3
    for at in places(len(data), *ends):
        recovered(root, tmp_path / "copy", folder / "journal", data[:at])
        whole = sum(end <= at for end in ends)
        kept = [call for length, call in book.acknowledged if length < [0, 2, 3, 6][whole]]
        verdict = judge(tmp_path / "copy", kept, kept)
        assert not verdict, (at, verdict)
        assert findings(tmp_path / "copy") == []


def test_a_bit_flipped_in_a_journal_costs_the_last_batch_at_most(tmp_path):
    root = tmp_path / "data"
    book, folder = left_behind(root)
    data = (folder / "journal").read_bytes()
    earlier = [call for length, call in book.acknowledged if length < 3]
    asked = [call for _, call in book.acknowledged]
    for bit in range(0, 8 * len(data), 8 * len(data) // PLACES + 1):
        recovered(root, tmp_path / "copy", folder / "journal", flip(data, bit))
        verdict = judge(tmp_path / "copy", earlier, asked)
        assert not verdict, (bit, verdict)


def test_of_a_segment_that_is_cut_what_is_whole_comes_back_and_the_rest_is_called_lost(tmp_path):
    root = tmp_path / "data"
    book, folder = left_behind(root)
    everything = {name_of(record): record for _, call in book.acknowledged for record in call.records}
    for path in sorted(folder.glob("*@*")):
        data = path.read_bytes()
        for at in places(len(data), *(end for end, _ in whole_parts(path))):
            lines, said = recovered(root, tmp_path / "copy", path, data[:at])
            gone = {name for end, names in whole_parts(path) if end > at for name in names}
            expected = {name: record for name, record in everything.items() if name not in gone}
            assert {name_of(record): record for record in lines} == expected, (path.name, at)
            assert len(lines) == len(expected)
            assert bool(said) == (at < len(data)), (path.name, at, said)
            if at < len(data):
                assert path.name in said[0]


def whole_parts(path):
    """Return where each frame or record of a segment ends, and the names of the lines in it."""
    key = path.name.replace("@", "/")
    with path.open("rb") as file:
        if key.endswith(".warc.gz"):
            return [(offset + size, []) for offset, size, _ in parts(file, key, take_gz)]
        kind = {"articles": archive.Article, "observations": archive.Observation}.get(key.split("/")[0])
        decode = msgspec.json.Decoder(kind or archive.QuarantineRecord).decode
        return [
            (frame.offset + frame.size, [name_of(decode(line)) for line in frame.lines()])
            for frame in frames(file, key)
        ]


def test_a_sealing_that_is_cut_is_made_again(tmp_path):
    calls = 0
    while True:  # until the writer dies with sealed.json in place and nothing published yet
        calls += 1
        root = tmp_path / f"data-{calls}"
        book, folder = left_behind(root, nth=calls)
        if (folder / "sealed.json").exists():
            break
    data = (folder / "sealed.json").read_bytes()
    acknowledged = [call for _, call in book.acknowledged]
    for at in places(len(data)):
        _, said = recovered(root, tmp_path / "copy", folder / "sealed.json", data[:at])
        verdict = judge(tmp_path / "copy", acknowledged, acknowledged)
        assert not verdict, (at, verdict)
        assert said == []
        assert findings(tmp_path / "copy") == []
    for bit in range(0, 8 * len(data), 8 * len(data) // PLACES + 1):
        recovered(root, tmp_path / "copy", folder / "sealed.json", flip(data, bit))
        assert not judge(tmp_path / "copy", acknowledged, acknowledged), bit
