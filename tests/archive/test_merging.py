"""Merging: two archives become one, nothing of either is lost, and nothing is there twice."""

import shutil
from contextlib import suppress
from datetime import timedelta

import pytest

import archive
from archive.cli import main
from archive.compact import compact
from archive.erase import erase
from archive.lock import site_lock
from archive.merging import merge
from archive.verify import verify
from tests.archive.faults.disks import Died, DyingDisk, ForgetfulDisk
from tests.archive.worlds import BEGINNING, HOST, World, contents, records


def fill(folder, *numbers, hours=0, visits=2, **words):
    """Make an archive of some articles, each edited at a later visit, with a quarantined page a visit."""
    for visit in range(visits):
        with World(folder, **words) as world:
            world.now = BEGINNING + timedelta(hours=hours + 20 * visit)
            for number in numbers:
                text = f"<p>第{number}篇，第{visit}次".encode() * 20
                world.article(
                    f"/{number}.html", f"第{number}篇报道", text.decode(), world.capture(f"/{number}.html", text)
                )
            capture = world.capture("/bad.html", b"bad")
            world.quarantine(f"/bad{numbers[0]}.html", visit_id=f"bad at {world.now:%d%H%M}", captures=(capture,))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("merge")
    fill(folder / "here", 1, 2)
    fill(folder / "there", 2, 3, hours=5)
    return folder


@pytest.fixture
def here(made, tmp_path):
    return shutil.copytree(made / "here", tmp_path / "here")


@pytest.fixture
def there(made, tmp_path):
    return shutil.copytree(made / "there", tmp_path / "there")


def lines(*roots):
    found = []
    for root in roots:
        opened = archive.open(root)
        found += [change.line for change in opened.changes() if change.kind != "erasure"]
        found += [str(record).encode() for record in opened.quarantine()]
    return sorted(found)


def captures(*roots):
    return sorted(record for root in roots for record in records(archive.open(root)))


def test_all_lines_and_captures_of_both_are_there_as_they_were(here, there, made):
    merge(here, there)
    assert lines(here) == lines(made / "here", made / "there")
    assert captures(here) == captures(made / "here", made / "there")
    assert verify(here).findings == []
    opened = archive.open(here)
    for revision in opened.articles(revisions=True):
        assert revision.body.encode() == opened.exchange(revision.captures[0]).body
    # Of an article that both have, the newest is what was fetched last; history is of both.
    assert [state.revision for state in opened.states()] == [2, 4, 2]


def test_the_source_is_left_as_it_was(here, there, made):
    before = {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}
    merge(here, there)
    after = {path.relative_to(there): path.read_bytes() for path in there.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize("rewritten", [False, True])
def test_a_second_time_adds_nothing(here, there, rewritten):
    merge(here, there)
    before, head = contents(here), archive.open(here).head
    if rewritten:
        compact(there, grace=timedelta(0))
    again = merge(here, there)
    assert (again.lines.total(), again.records, again.present) == (0, 0, 10)
    assert (contents(here), archive.open(here).head) == (before, head)


def test_cursors_of_before_go_on_behind_what_was_merged(here, there):
    before = list(archive.open(here).changes())
    made = merge(here, there)
    after = list(archive.open(here).changes())
    assert after[: len(before)] == before
    assert list(archive.open(here).changes(made.since)) == after[len(before) :]
    assert [change.kind for change in after[len(before) :]] == ["revision"] * 4 + ["observation"] * 4


def test_lines_keep_the_order_of_their_log_and_many_commits_come_to_the_same(here, there, tmp_path):
    compact(there, grace=timedelta(0))
    one = shutil.copytree(here, tmp_path / "one")
    merge(one, there)
    merge(here, there, most_lines=3)
    assert archive.open(here).head.number > archive.open(one).head.number
    told = [[change.line for change in archive.open(root).changes()] for root in (one, here)]
    assert sorted(told[0]) == sorted(told[1])
    expected = [line.revision_id for line in archive.open(there).articles(revisions=True)]
    for root in (one, here):
        assert [line.revision_id for line in archive.open(root).articles(revisions=True)][-4:] == expected
        assert verify(root).findings == []


def test_an_empty_folder_becomes_an_archive_of_its_own(there, tmp_path):
    archive.Writer(tmp_path / "new").close()
    merge(tmp_path / "new", there)
    assert lines(tmp_path / "new") == lines(there)


@pytest.mark.parametrize("compression", ["gz", "none"])
def test_lines_stay_packed_as_they_are(here, tmp_path, compression):
    fill(tmp_path / "packed", 7, compression=compression)
    merge(here, tmp_path / "packed")
    keys = [
        key for key in archive.open(here).snapshot.files if key.endswith(".gz" if compression == "gz" else ".jsonl")
    ]
    assert any(key.startswith("articles/") for key in keys)
    assert verify(here).findings == []


def test_what_one_has_taken_down_and_the_other_holds_is_refused_by_name(here, there):
    erase(here, f"{HOST}/2.html", "an order")
    id_ = archive.article_id(f"{HOST}/2.html")
    before = contents(here)
    with pytest.raises(archive.NotMergeable, match=f"{id_} was taken down in {here}"):
        merge(here, there)
    assert contents(here) == before
    erase(there, f"{HOST}/2.html", "an order")
    merge(here, there)
    assert sorted(line.url[-7:] for line in archive.open(here).articles()) == ["/1.html", "/3.html"]
    assert verify(here).findings == []


def test_a_takedown_of_the_source_is_remembered_and_told(here, there):
    erase(there, f"{HOST}/3.html", "an order")
    made = merge(here, there)
    told = [change.record for change in archive.open(here).changes(made.since) if change.kind == "erasure"]
    assert [(erasure.id, erasure.reason) for erasure in told] == [(archive.article_id(f"{HOST}/3.html"), "an order")]
    with archive.Writer(here) as writer:
        assert writer.known.is_erased(archive.article_id(f"{HOST}/3.html"))
    assert verify(here).findings == []
    assert merge(here, there).lines.total() == 0


def test_a_takedown_alone_is_taken_over(here, tmp_path):
    fill(tmp_path / "there", 9)
    erase(tmp_path / "there", f"{HOST}/9.html", "an order")
    merge(here, tmp_path / "there")
    assert set(archive.open(here).snapshot.erasures) == {archive.article_id(f"{HOST}/9.html")}


def test_a_damaged_source_is_named_and_nothing_is_taken(here, there):
    before = contents(here)
    path = next((there / "articles").rglob("*.zst"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(archive.DamagedFile, match=path.name):
        merge(here, there)
    assert contents(here) == before


def test_a_run_at_work_on_one_of_its_sites_is_waited_out(here, there):
    lock = site_lock(here / "open", archive.open(there).article(f"{HOST}/3.html").article.site)
    with pytest.raises(archive.SiteLocked):
        merge(here, there)
    lock.release()
    merge(here, there)


@pytest.mark.slow
def test_after_a_death_anywhere_the_next_completes_it(made, tmp_path):
    happened, nth = 0, 1
    while True:
        here = shutil.copytree(made / "here", tmp_path / f"here-{nth}")
        disk = DyingDisk(ForgetfulDisk(), nth=nth)
        with suppress(Died, archive.CannotWrite):
            merge(here, made / "there", disk=disk)
        if not disk.dead:
            break
        happened, nth = happened + 1, nth + 1
        merge(here, made / "there", disk=ForgetfulDisk())
        assert lines(here) == lines(made / "here", made / "there")
        assert captures(here) == captures(made / "here", made / "there")
        assert verify(here).findings == []
        shutil.rmtree(here)
    assert happened > 40


def test_the_command_says_what_it_did(here, there, capsys):
    assert main(["merge", str(there), "--archive", str(here)]) == 0
    assert capsys.readouterr().out == (
        "4 articles, 4 observations, 2 quarantine and 14 records of captures added; 0 lines were there already\n"
        "newsreel changes --since 2.2.999999999 tells them\n"
    )
    assert main(["merge", str(there), "--archive", str(here)]) == 0
    assert capsys.readouterr().out.startswith("0 articles, 0 observations, 0 quarantine and 0 records")
    assert main(["merge", str(there / "log"), "--archive", str(here)]) == 2
