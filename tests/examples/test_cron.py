"""The crontab: cron takes it, its times are those that its comments say, and its commands do what they say."""

import json
import re
from datetime import datetime

import pytest
from cronsim import CronSim

import archive
from archive.verify import verify
from tests.examples.conftest import EXAMPLES, program, run

TEXT = (EXAMPLES / "crontab").read_text("utf-8")
VARIABLE = re.compile(r"(\w+)=(.*)")
ENVIRONMENT = dict(match.groups() for line in TEXT.splitlines() if (match := VARIABLE.fullmatch(line)))
JOBS = [line.split(None, 5) for line in TEXT.splitlines() if line and line[0] in "0123456789*"]
COMMANDS = [job[5] for job in JOBS]


def test_cron_takes_it(tmp_path):
    done = run(
        [program("crontab"), "-n", str(EXAMPLES / "crontab")], environment={"PATH": "/usr/bin:/bin"}, folder=tmp_path
    )
    assert (done.returncode, done.stderr) in (
        (0, ""),
        (0, "The syntax of the crontab file was successfully checked.\n"),
    )


def test_every_line_is_a_comment_a_variable_or_a_job():
    lines = [line for line in TEXT.splitlines() if line.strip()]
    assert len(lines) == len(ENVIRONMENT) + len(JOBS) + sum(line.startswith("#") for line in lines)


@pytest.mark.parametrize(
    ("job", "times"),
    [
        (0, ["2026-03-01 02:17", "2026-03-02 02:17"]),
        (1, ["2026-03-01 08:41", "2026-03-01 10:41"]),
        (2, ["2026-03-01 03:23", "2026-04-01 03:23"]),
        (3, ["2026-03-01 12:07", "2026-03-08 12:07"]),
        (4, ["2026-03-01 12:37", "2026-03-08 12:37"]),
    ],
)
def test_its_times_are_those_that_are_meant(job, times):
    following = CronSim(" ".join(JOBS[job][:5]), datetime(2026, 3, 1))
    assert [next(following).strftime("%Y-%m-%d %H:%M") for _ in times] == times


@pytest.mark.parametrize("command", COMMANDS)
def test_no_sign_in_a_command_means_something_else_to_cron(command):
    assert not re.search(r"(?<!\\)%", command)  # would be the end of a line


def test_its_paths_are_those_of_the_other_examples():
    unit = (EXAMPLES / "newsreel.service").read_text("utf-8")
    for place in (ENVIRONMENT["PATH"].split(":")[0], ENVIRONMENT["NEWSREEL_ARCHIVE"]):
        assert place in unit


@pytest.fixture
def cron(surroundings, tmp_path):
    """Run a command as cron would: by its shell, in the owner's home, with its variables alone."""
    logs = tmp_path / "logs"
    logs.mkdir()

    def as_cron_does(command):
        command = command.replace("/mnt/backup/newsreel", str(tmp_path / "backup"))
        environment = {**ENVIRONMENT, **surroundings, "LOGS": str(logs)}
        return run([ENVIRONMENT["SHELL"], "-c", command], environment=environment, folder=tmp_path)

    as_cron_does.logs, as_cron_does.data, as_cron_does.backup = logs, tmp_path / "data", tmp_path / "backup"
    return as_cron_does


@pytest.mark.slow
def test_its_jobs_fill_an_archive_and_say_nothing_where_all_is_well(cron):
    for command in COMMANDS[:3]:
        done = cron(command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = [json.loads(line) for line in (cron.logs / "jobs.jsonl").read_text("utf-8").splitlines()]
    assert [line["exit_code"] for line in told] == [0, 0, 0]
    assert len({line["run_id"] for line in told}) == 3
    assert (cron.logs / "jobs.log").stat().st_size
    assert len(list(archive.open(cron.data).articles())) == 47


@pytest.mark.slow
def test_a_job_that_does_not_end_well_prints_its_line_which_cron_mails(cron):
    done = cron(COMMANDS[0].replace("hzgreat100", "http://127.0.0.1:1/"))
    assert json.loads(done.stdout)["exit_code"] == 4


@pytest.mark.slow
def test_on_sundays_the_archive_is_merged_copied_and_checked(cron, stored_archive):
    stored_archive(cron.data)
    for command in COMMANDS[3:]:
        done = cron(command)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert verify(cron.backup).findings == []
    assert archive.open(cron.backup).head == archive.open(cron.data).head
    path = next((cron.backup / "articles").rglob("*.zst"))
    path.write_bytes(path.read_bytes()[:-1])
    done = cron(COMMANDS[4])
    assert path.name in done.stdout.partition("damaged: ")[0]
