"""What readers of an archive ask for, each a story of its own."""

import json
import random
import threading
import time
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

import archive
from archive.cli import main
from archive.compact import compact
from archive.erase import erase
from archive.inspection import Inspection, file_digest
from archive.verify import verify
from tests.archive.faults.processes import Process
from tests.archive.faults.workload import judge
from tests.archive.worlds import HOST, World, contents

# E1. Never read a half file. --------------------------------------------------------------------------------------------


class Tail:
    """Reads each published file as soon as it is there, again and again, and keeps what it was then."""

    def __init__(self, root):
        self.root, self.seen, self.torn, self.stop = root, {}, [], threading.Event()
        self.thread = threading.Thread(target=self._follow)
        self.thread.start()

    def _follow(self):
        while not self.stop.is_set():
            self.look()
            time.sleep(0.005)  # this process has the kills to see to, too

    def look(self):
        for top in ("articles", "observations", "quarantine", "warc"):
            for path in (self.root / top).rglob("*"):
                key = str(path.relative_to(self.root))
                if key not in self.seen and path.is_file() and not path.name.startswith("."):
                    with path.open("rb") as file:
                        found = Inspection(key).walk(file)
                        self.seen[key] = (file_digest(file), file.seek(0, 2), found.records)
                    if found.damage or found.end != self.seen[key][1]:
                        self.torn.append((key, found.damage))

    def end(self):
        self.stop.set()
        self.thread.join()
        self.look()


@pytest.mark.slow
def test_story_e1_a_tail_reader_never_reads_half_a_file_whoever_is_killed_meanwhile(tmp_path):
    root, rng, books, kills = tmp_path / "data", random.Random(1), [], 200
    archive.Writer(root).close()
    tail = Tail(root)
    for number in range(kills):
        writer = Process(root, tmp_path / f"told-{number}", number, site=f"{number}.example")
        if number % 4:
            writer.wait_for(1)
        time.sleep(rng.random() * 0.06)
        writer.kill()
        books.append(writer.book())
    archive.Writer(root).close()
    tail.end()
    assert tail.torn == []
    committed = {
        file.key: (file.sha256, file.bytes, file.records)
        for _, file in archive.open(root).snapshot.files.values()
        if not file.key.startswith("index/")
    }
    assert tail.seen == committed
    assert len(committed) > kills / 2
    acknowledged = [call for book in books for _, call in book.acknowledged]
    assert not judge(root, acknowledged, [call for book in books for call in book.asked])
    assert verify(root).findings == []


# E4. Resume from a cursor. ----------------------------------------------------------------------------------------------


def history(root):
    """Fill an archive: new wordings, edits, an article that is gone, one that moved, and one that is taken down."""
    for visit in range(3):
        with World(root) as world:
            world.now += timedelta(hours=9 * visit)
            for number in range(1, 4):
                world.article(
                    f"/{number}.html", f"第{number}篇", f"第{visit}次", world.capture(f"/{number}.html", b"%d" % visit)
                )
            world.now += timedelta(seconds=visit)
            if visit:
                world.sight("/3.html", "gone", observed_at=world.now)
                world.now += timedelta(minutes=1)
                world.sight("/3.html", "gone", observed_at=world.now)
            world.sight("/1.html", "moved", moved_to=f"{HOST}/one.html", observed_at=world.now)
    return root


def read(capsys, root, since, most):
    """Read up to `most` events by the command, as a job would that keeps its place in a file; return them."""
    words = ["changes", "--archive", str(root), *(["--since", since] if since else [])]
    assert main(words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()[:most]]


@pytest.mark.parametrize("seed", range(5))
def test_story_e4_a_reader_that_is_stopped_anywhere_gets_each_event_once_deletions_too(tmp_path, capsys, seed):
    root, rng, got = history(tmp_path / "data"), random.Random(seed), []
    before = [change.cursor for change in archive.open(root).changes()]
    taken_down = archive.article_id(f"{HOST}/2.html")
    for step in range(1000):
        if step == 3:
            erase(root, f"{HOST}/2.html", "an order")
        if step == 5:
            compact(root, grace=timedelta(0))
        part = read(capsys, root, got[-1]["cursor"] if got else None, rng.randrange(1, 6))
        got += part
        if not part and step > 5:
            break
    cursors = [event["cursor"] for event in got]
    assert len(set(cursors)) == len(cursors)
    # What was taken down before it was read is not told any more; everything else is, once.
    whole = {change.cursor: change for change in archive.open(root).changes()}
    assert whole.keys() <= set(cursors) <= whole.keys() | set(before)
    for cursor, change in whole.items():
        (event,) = [event for event in got if event["cursor"] == cursor]
        assert (event["kind"], event["record"]["id"]) == (change.kind, change.id)
    ended = [(event["kind"], event["record"]["id"]) for event in got if event["kind"] in ("end", "erasure")]
    assert ended.count(("erasure", taken_down)) == 1
    assert ("end", archive.article_id(f"{HOST}/3.html")) in ended
    assert got[-1]["kind"] == "erasure"


# E5. The schema grows. --------------------------------------------------------------------------------------------------


def test_story_e5_a_reader_of_version_1_reads_version_2(tmp_path, monkeypatch, capsys):
    encode = msgspec.json.encode

    def later(record):
        return encode(record).replace(b'{"schema":1,', b'{"schema":2,"mood":{"glad":[1,null]},', 1)

    history(tmp_path / "one")
    with monkeypatch.context() as patch:
        patch.setattr("archive.buffer.msgspec.json.encode", later)
        history(tmp_path / "two")
    one, two = archive.open(tmp_path / "one"), archive.open(tmp_path / "two")
    lines = b"".join(change.line for change in two.changes())
    assert lines.count(b'{"schema":2,"mood"') == len(list(one.changes()))
    for opened in (one, two):
        assert verify(opened.root).findings == []
    assert [_known(state.article) for state in two.states()] == [_known(state.article) for state in one.states()]
    assert [(change.kind, change.id) for change in two.changes()] == [
        (change.kind, change.id) for change in one.changes()
    ]
    # What this version does not know is kept by all that it rewrites.
    before = contents(tmp_path / "two")
    compact(tmp_path / "two", grace=timedelta(0))
    assert contents(tmp_path / "two") == before
    assert main(["articles", "--archive", str(tmp_path / "two")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def _known(article):
    return replace(article, schema=1, captures=())
