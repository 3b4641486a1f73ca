"""What a job leaves behind, where there is room for it and where there is none."""

import os
import subprocess
import sys

import pytest

from tests.crawls import QUICK, ROOT, listing
from tests.jobs.started import job, numbered, summary_of

SITE = {"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": numbered(2)}


@pytest.fixture
def full_disk(tmp_path):
    """A file system of its own, without any room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    words = ["mount", "-t", "tmpfs", "-o", "size=4096", "none", str(folder)]
    mount = subprocess.run(words, capture_output=True, text=True, check=False)
    if mount.returncode:
        pytest.skip(f"no small disk can be mounted: {mount.stderr.strip()}")
    (folder / "ballast").write_bytes(bytes(4096))
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_story_o6_a_disk_without_room_for_the_runs_costs_neither_articles_nor_line_nor_code(
    site_server, full_disk, tmp_path
):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "runs").symlink_to(full_disk)
    run, line = job(site_server(SITE).url, archive=tmp_path / "data")
    assert (run.code, line["outcome"], line["articles"]) == (0, "ok", {"new": 2})
    assert len(run.urls()) == 2
    assert [problem.partition(": [")[0] for problem in line["problems"]] == [
        "127.0.0.1: the run is not in the site's past",
        "the summary could not be written",
        "the report could not be written",
    ]
    assert all("No space left on device" in problem for problem in line["problems"])
    assert all(any(problem in said for said in run.err.splitlines()) for problem in line["problems"][1:])


def test_a_summary_is_there_whole_or_not_at_all_with_nothing_beside_it(site_server, tmp_path):
    run, line = job(site_server(SITE).url, archive=tmp_path)
    assert sorted(path.name for path in (tmp_path / "runs" / line["run_id"]).iterdir()) == [
        "report.html",
        "summary.json",
    ]
    assert summary_of(line).exit_code == run.code == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_whoever_closes_a_stream_gets_no_log_into_the_archive(site_server, tmp_path, closed):
    settings = " ".join(f"-s {name}={value}" for name, value in {**QUICK, "ARCHIVE": tmp_path}.items())
    command = f"{sys.executable} -m scrapy job {site_server(SITE).url} {settings} {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    newsreel = [sys.executable, "-m", "archive.cli", "verify", "--archive", str(tmp_path)]
    assert subprocess.run(newsreel, cwd=ROOT, capture_output=True, check=False).returncode == 0
    assert done.stdout.count("\n") == (closed == "2>&-")


def test_a_log_file_takes_what_stderr_else_gets(site_server, tmp_path):
    run, line = job(site_server(SITE).url, "--logfile", str(tmp_path / "log"), archive=tmp_path / "data")
    assert (run.code, run.err, line["outcome"]) == (0, "", "ok")
    assert " [127.0.0.1] INFO " in (tmp_path / "log").read_text()
    run, line = job(site_server(SITE).url, "--logfile", str(tmp_path / "none" / "log"), archive=tmp_path / "data")
    assert (run.code, line) == (2, None)
    assert "No such file or directory" in run.err
