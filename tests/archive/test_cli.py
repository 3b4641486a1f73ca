import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len

import archive
from archive.cli import main
from archive.formats import COLUMNS

ROOT = Path(__file__).resolve().parents[2]
TABLE = f"""\
published         title                                  source           views  url
{"─" * 119}
2021-07-26 11:43  科学仪器行业                           网络            35,348  www.example.com/1.html
2021-07-26        [b]全国科学仪器行业的五种营销模式与 …  科学仪器行业 …       -  www.example.com/2021/07/26/the-five-…
"""


@pytest.fixture
def data(stored, make_article):
    return stored(
        make_article(),
        make_article(
            id="b" * 32,
            site="other",
            title="[b]全国科学仪器行业的五种营销模式与展望：上半年的数据",
            published_precision="day",
            source="科学仪器行业协会",
            view_count=None,
            canonical_url="https://www.example.com/2021/07/26/the-five-ways-of-selling.html",
        ),
    )


@pytest.fixture
def run(data, capsys):
    def run(*arguments):
        code = main([*arguments[:1], "--archive", str(data), *arguments[1:]])
        return code, *capsys.readouterr()

    return run


def test_json_lines_are_the_articles_with_what_follows_from_the_archive(run):
    code, out, err = run("articles", "--format", "jsonl")
    first = json.loads(out.splitlines()[0])
    assert (code, err) == (0, "")
    assert list(first) == list(COLUMNS)
    assert first["title"] == "科学仪器行业"
    assert [first[key] for key in ("revision", "status")] == [1, "live"]
    assert first["first_seen_at"] == first["last_seen_at"] == "2021-07-27T03:00:00Z"


def test_a_pipe_gets_json_lines(run):
    assert run("articles") == run("articles", "--format", "jsonl")


def test_csv_holds_nested_values_as_json(run):
    _, out, _ = run("articles", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["title"] for row in rows] == ["科学仪器行业", "[b]全国科学仪器行业的五种营销模式与展望：上半年的数据"]
    assert list(rows[0]) == list(COLUMNS)
    assert rows[0]["body"] == "第一段。\n\n第二段。"
    assert json.loads(rows[0]["prev"]) == {"url": "http://www.example.com/0.html", "title": "【行业新闻】前"}
    assert json.loads(rows[0]["breadcrumbs"]) == ["首页", "行业新闻"]
    assert rows[1]["view_count"] == ""


def test_a_table_aligns_wide_characters_and_fits(run):
    _, out, _ = run("articles", "--format", "table")
    assert [line.rstrip() for line in out.splitlines()] == TABLE.splitlines()
    assert {cell_len(line) for line in out.splitlines()} <= {119, 120}


def test_site_and_limit_choose(run):
    assert [json.loads(line)["site"] for line in run("articles", "--site", "other")[1].splitlines()] == ["other"]
    assert [json.loads(line)["site"] for line in run("articles", "--limit", "1")[1].splitlines()] == ["example.com"]
    assert run("articles", "--limit", "0") == (0, "", "")


def test_a_search_without_finds_is_no_failure(run):
    assert run("articles", "--since", "2021-07-28") == (0, "", "newsreel: no article matches\n")


@pytest.mark.parametrize("since", ["yesterday", "2021-13-01", "", "7", "999999w"])
def test_a_since_that_is_no_time_is_a_usage_error(run, since, capsys):
    with pytest.raises(SystemExit) as caught:
        run("articles", "--since", since)
    assert caught.value.code == 2
    assert "--since" in capsys.readouterr().err


def test_a_folder_that_is_no_archive_is_one_line_and_code_2(tmp_path, capsys):
    assert main(["articles", "--archive", str(tmp_path / "none")]) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"newsreel: {tmp_path / 'none'} is not an archive: there is no such folder\n")


def test_an_archive_without_articles_is_one_line_and_code_2(stored, capsys):
    root = stored()
    assert main(["articles", "--archive", str(root), "--format", "table"]) == 2
    assert capsys.readouterr() == ("", f"newsreel: {root} holds no articles yet\n")


def test_damage_is_one_line_and_code_1(data, run):
    (path,) = data.rglob("*.jsonl")
    path.write_bytes(b"{}\n" + path.read_bytes())
    code, out, err = run("articles")
    assert (code, out) == (1, "")
    assert err.startswith(f"newsreel: {path.relative_to(data)}, byte 0, line 1 of that frame: ")
    assert err.count("\n") == 1


def test_the_folder_may_come_from_the_environment(data, monkeypatch, capsys):
    monkeypatch.setenv("NEWSREEL_ARCHIVE", str(data))
    assert main(["articles", "--limit", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "a" * 32


def test_stats_count_by_site(run):
    code, out, _ = run("stats")
    assert code == 0
    assert [line.split() for line in out.splitlines() if "." in line or "other" in line] == [
        ["example.com", "1", "0", "1", "0", "0", "2021-07-27", "03:00:00Z"],
        ["other", "1", "0", "1", "0", "0", "2021-07-27", "03:00:00Z"],
    ]


def test_stats_count_what_is_gone(run, stored, make_observation):
    for minute in range(2):
        at = datetime(2021, 7, 28, 3, minute, tzinfo=UTC)
        stored(make_observation(visit_id=str(minute), recorded_at=at, outcome="gone"))
        (line,) = (line for line in run("stats")[1].splitlines() if "example.com" in line)
        assert line.split()[1:3] == ["1", str(minute)]


@pytest.mark.parametrize("arguments", [["--help"], ["articles", "--help"], ["--version"]])
def test_help_and_version_need_no_archive(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 0
    assert "newsreel" in capsys.readouterr().out


def test_a_reader_that_has_had_enough_ends_it_quietly(tmp_path, make_article):
    with archive.Writer(tmp_path) as writer:
        for number in range(2000):
            writer.append(make_article(id=f"{number:032}", recorded_at=datetime(2021, 7, 27, tzinfo=UTC)))
    command = [sys.executable, "-m", "archive.cli", "articles", "--archive", str(tmp_path)]
    # An empty LANG is what cron gives.
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}
    ) as process:
        first = process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
    assert json.loads(first)["title"] == "科学仪器行业"
