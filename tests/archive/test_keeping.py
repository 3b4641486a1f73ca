"""`newsreel` as people and jobs use it to look at and to keep an archive."""

import io
import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

import archive
from archive.cli import main
from tests.archive.conftest import exchange
from tests.crawls import ROOT


@pytest.fixture
def root(tmp_path, make_article, make_observation, monkeypatch):
    root = tmp_path / "data"
    url = "http://www.example.com/1.html"
    id_ = archive.article_id(url)
    with archive.Writer(root) as writer:
        for views in (5, 9):
            capture = writer.capture(exchange(body=b"<p>%d" % views))
            edited = {"title": "科学仪器行业新闻", "digest": "sha256:2"} if views == 9 else {}
            writer.append(
                make_article(id=id_, captures=(capture,), **edited),
                make_observation(id=id_, captures=(capture,), view_count=views),
            )
            writer.publish()
    monkeypatch.setenv("NEWSREEL_ARCHIVE", str(root))
    return root


@pytest.fixture
def run(root, capsys):
    def run(*arguments):
        code = main([*arguments])
        return code, *capsys.readouterr()

    return run


def test_verify_says_sound_and_the_head(run, root):
    code, out, err = run("verify")
    head = archive.open(root).head
    assert (code, err) == (0, "")
    assert out.startswith("sound; 2 commits, 8 files, ")
    assert out.endswith(f"head {head.digest} (commit 2)\n")
    assert run("verify", "--head", head.digest)[0] == 0
    code, out, _ = run("verify", "--head", "sha256:" + "0" * 64)
    assert code == 1
    assert "tail was removed" in out


def test_verify_names_the_file_and_the_place(run, root):
    (path,) = list((root / "observations").rglob("*.zst"))[:1]
    data = bytearray(path.read_bytes())
    data[30] ^= 8
    path.write_bytes(data)
    code, out, _ = run("verify")
    key = path.relative_to(root)
    assert code == 1
    assert out.splitlines()[0] == f"{key}: its SHA-256 is not the acknowledged one"
    assert out.splitlines()[1].startswith(f"{key}, byte 0: ")
    code, out, _ = run("repair")
    assert code == 0
    assert f"{key}: written anew from what was whole\n1 files mended, 1 lines and records lost" in out
    assert run("verify")[0] == 0


def test_the_log_without_its_tail_is_noticed_by_the_head_and_by_the_files_left(run, root):
    head = archive.open(root).head.digest
    (root / "log" / f"{2:020}.json").unlink()
    code, out, _ = run("verify", "--head", head)
    assert code == 1
    assert out.count("no commit names it") == 4
    assert f"no commit is {head}" in out
    code, out, _ = run("repair", "--adopt")
    assert (code, out.count(": adopted\n")) == (0, 4)
    assert len(list(archive.open(root).articles(revisions=True))) == 2


def test_show_tells_an_article_with_its_history(run):
    code, out, _ = run("show", "https://www.example.com/1.html")
    assert code == 0
    assert "Revisions (2)" in out
    assert "title: 科学仪器行业 -> 科学仪器行业新闻" in out
    assert "Visits (2, the newest 2)" in out
    code, out, _ = run("show", "http://example.com/1.html", "--json")
    found = json.loads(out)
    assert [revision["title"] for revision in found["revisions"]] == ["科学仪器行业", "科学仪器行业新闻"]
    assert [seen["view_count"] for seen in found["observations"]] == [5, 9]


@pytest.mark.parametrize("command", ["show", "erase"])
def test_an_article_that_is_not_there_is_one_line_and_code_2(run, command):
    more = ["--reason", "x", "--yes"] if command == "erase" else []
    assert run(command, "http://www.example.com/none", *more) == (
        2,
        "",
        "newsreel: no article http://www.example.com/none\n",
    )


def test_changes_are_followed_by_their_cursor(run):
    lines = [json.loads(line) for line in run("changes")[1].splitlines()]
    assert [line["kind"] for line in lines] == ["revision", "observation"] * 2
    rest = run("changes", "--since", lines[1]["cursor"], "--kind", "revision")[1].splitlines()
    assert [json.loads(line)["record"]["title"] for line in rest] == ["科学仪器行业新闻"]
    assert run("changes", "--since", "9.1.1") == (2, "", "newsreel: cursor '9.1.1': the newest commit is 2\n")


def test_files_are_those_that_count(run, root):
    (root / "articles" / "date=2021-07-27" / "stray.jsonl").write_text("")
    listed = run("files")[1].splitlines()
    assert sorted(listed) == sorted(str(root / key) for key in archive.open(root).snapshot.files)
    assert all("/warc/" in path for path in run("files", "--stream", "warc")[1].splitlines())


def test_compact_and_the_catalog(run, root):
    before = run("changes")[1]
    code, out, _ = run("compact", "--until", "2030-01-01", "--grace", "0h")
    assert (code, out) == (0, "6 files became 3; 8 older ones deleted\n")
    assert run("changes")[1] == before
    assert run("compact", "--until", "2030-01-01", "--compression", "gz")[1].startswith("2 files became 2;")
    assert {path.rpartition(".")[2] for path in run("files", "--stream", "articles")[1].splitlines()} == {"gz"}
    assert run("changes")[1] == before
    assert run("rebuild-catalog")[1].startswith("1 articles of ")
    assert run("verify")[0] == 0


def test_erase_asks_for_a_yes(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, out, err = run("erase", "http://www.example.com/1.html", "--reason", "order")
    assert (code, out) == (2, "")
    assert "--yes says that it is meant" in err
    code, out, _ = run("erase", "http://www.example.com/1.html", "--reason", "order", "--yes")
    assert code == 0
    assert out.startswith("erased ")
    assert run("articles")[0] == 2
    assert run("verify")[0] == 0


@pytest.mark.parametrize(
    "command",
    [
        "articles",
        "show",
        "changes",
        "files",
        "stats",
        "verify",
        "repair",
        "compact",
        "erase",
        "export",
        "mirror",
        "merge",
    ],
)
def test_each_command_teaches(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    out = capsys.readouterr().out
    assert caught.value.code == 0
    assert "--archive DIR" in out
    assert command == "stats" or f"newsreel {command}" in out.partition("examples:")[2]


@pytest.mark.parametrize("command", ["verify", "repair", "compact", "rebuild-catalog", "files", "changes"])
def test_a_folder_that_is_no_archive_is_left_alone(command, tmp_path, capsys):
    assert main([command, "--archive", str(tmp_path)]) == 2
    assert capsys.readouterr().err == f"newsreel: {tmp_path} is not an archive: it has no LAYOUT.json\n"
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_log_is_one_line_and_code_1(run, root):
    path = root / "log" / f"{2:020}.json"
    path.write_bytes(path.read_bytes()[:-9])
    for command in ("articles", "changes", "stats", "files", "compact", "repair"):
        code, _, err = run(command)
        assert (code, err) == (1, f"newsreel: log/{path.name}: its checksum is not that of its bytes\n"), command
    code, out, _ = run("verify")
    assert (code, out.splitlines()[0]) == (1, f"log/{path.name}: its checksum is not that of its bytes")


def test_follow_tells_what_is_committed_while_it_runs(root, make_observation):
    command = [sys.executable, "-m", "archive.cli", "changes", "--follow", "--since", "2.2.0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            with archive.Writer(root) as writer:
                writer.append(make_observation(visit_id="new"))
            assert json.loads(process.stdout.readline())["record"]["visit_id"] == "new"
        finally:
            process.terminate()


KILLED = """
import os, sys
from pathlib import Path
import archive
from tests.archive.conftest import observation
writer = archive.Writer(Path(sys.argv[1]))
writer.append(observation(visit_id="acknowledged"))
writer.flush()
os.kill(os.getpid(), 9)
"""


def test_what_a_killed_run_left_is_said_and_repair_publishes_it(run, root):
    subprocess.run([sys.executable, "-c", KILLED, str(root)], cwd=ROOT, check=False)
    for command in ("articles", "stats"):
        code, _, err = run(command)
        assert (code, err.startswith("newsreel: 1 interrupted run left what readers do not have yet")) == (0, True)
    assert run("repair")[0] == 0
    assert run("articles")[2] == ""
    assert [seen.visit_id for seen in archive.open(root).observations()][-1] == "acknowledged"


def test_show_says_since_when_an_article_is_missing(stored, make_article, make_observation, capsys):
    days = [datetime(2021, 7, day, 12, tzinfo=UTC) for day in (26, 27, 28, 29)]
    root = stored(
        make_article(recorded_at=days[0]),
        make_observation(recorded_at=days[1], outcome="gone"),
        make_observation(recorded_at=days[2], outcome="unreachable"),
    )

    def status():
        assert main(["show", "--archive", str(root), "a" * 32]) == 0
        return next(line for line in capsys.readouterr().out.splitlines() if line.startswith("status")).strip()

    once = "seen 2021-07-26 12:00Z to 2021-07-26 12:00Z, missing since 2021-07-27 12:00Z, seen"
    assert status().split(maxsplit=1)[1] == f"live, {once} once"
    stored(make_observation(recorded_at=days[3], outcome="soft_404"))
    assert status().split(maxsplit=1)[1] == f"gone, {once} 2 times"
