"""The units of systemd: systemd takes every word of them, the service is shut in, and what it starts does its work."""

import configparser
import http.server
import json
import os
import shlex
import shutil
import stat
import threading
from pathlib import Path

import pytest

import archive
from tests.examples.conftest import BIN, EXAMPLES, program, run

UNITS = ("newsreel.service", "newsreel.timer", "newsreel-failed@.service")
INSTALLED = "/opt/newsreel/bin/"


def unit(name):
    """Return a unit's sections; a key that is there several times has a list."""

    class Lists(dict):
        def __setitem__(self, key, value):
            if isinstance(value, list) and key in self:
                self[key].extend(value)
            else:
                super().__setitem__(key, value)

    parser = configparser.RawConfigParser(strict=False, dict_type=Lists, interpolation=None, comment_prefixes="#")
    parser.optionxform = str
    parser.read_string((EXAMPLES / name).read_text("utf-8"))
    return {
        section: {key: value.splitlines() for key, value in parser[section].items()} for section in parser.sections()
    }


SERVICE = unit("newsreel.service")["Service"]


@pytest.fixture
def installed(tmp_path):
    """The units in a folder, their programs where they are here."""
    bin_ = tmp_path / "bin"
    bin_.mkdir()
    shutil.copy(EXAMPLES / "newsreel-tell", bin_)
    (bin_ / "scrapy").symlink_to(BIN / "scrapy")
    for name in UNITS:
        text = (EXAMPLES / name).read_text("utf-8").replace(INSTALLED, f"{bin_}/")
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_takes_every_word(installed, name):
    path = str(installed / name.replace("@", "@newsreel.service"))
    done = run(
        [program("systemd-analyze"), "verify", "--man=no", path],
        environment={"PATH": "/usr/bin:/bin"},
        folder=installed,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_systemd_names_what_it_does_not_know(installed):
    path = installed / "newsreel.service"
    path.write_text(path.read_text("utf-8").replace("ProtectHome=", "ProtectHom="), "utf-8")
    done = run(
        [program("systemd-analyze"), "verify", "--man=no", str(path)],
        environment={"PATH": "/usr/bin:/bin"},
        folder=installed,
    )
    assert "Unknown key 'ProtectHom'" in done.stderr


def test_the_service_is_shut_in(installed):
    words = ["security", "--offline=true", "--threshold=20", str(installed / "newsreel.service")]
    done = run([program("systemd-analyze"), *words], environment={"PATH": "/usr/bin:/bin"}, folder=installed)
    assert done.returncode == 0, done.stdout


def test_the_units_know_each_other():
    assert unit("newsreel.service")["Unit"]["OnFailure"] == ["newsreel-failed@%n.service"]
    assert unit("newsreel.timer")["Timer"]["Persistent"] == ["true"]
    assert unit("newsreel.timer")["Install"]["WantedBy"] == ["timers.target"]
    assert "OnFailure" not in unit("newsreel-failed@.service")["Unit"]


def test_what_counts_as_success_is_said_and_a_degraded_run_is_none():
    assert SERVICE["SuccessExitStatus"] == ["75 143"]
    assert SERVICE["Type"] == ["oneshot"]


def configuration():
    lines = (EXAMPLES / "newsreel.conf").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.mark.slow
def test_what_the_service_starts_fills_its_archive(surroundings, tmp_path):
    (command,) = SERVICE["ExecStart"]
    command = command.replace(INSTALLED, f"{BIN}/").replace("/var/lib/newsreel", str(tmp_path / "data"))
    words = shlex.split(command.replace("$SITES", configuration()["SITES"]))
    done = run(words, environment=surroundings, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "ok"
    for line in done.stderr.splitlines():
        json.loads(line)
    assert len(list(archive.open(tmp_path / "data").articles())) == 47


# Who is told. ----------------------------------------------------------------------------------------------------------


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words):
        pass


@pytest.fixture
def hook():
    server = http.server.HTTPServer(("127.0.0.1", 0), Hook)
    server.got, server.status = [], 200
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def tell(tmp_path):
    """Run what the unit of failures starts, in its environment."""
    (tmp_path / "bin").mkdir()

    def run_it(**variables):
        (command,) = unit("newsreel-failed@.service")["Service"]["ExecStart"]
        words = command.replace(INSTALLED, f"{EXAMPLES}/").replace("%i", "newsreel.service").split()
        environment = {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin", "NEWSREEL_ARCHIVE": str(tmp_path / "data")}
        return run(words, environment={**environment, **variables}, folder=tmp_path)

    return run_it


def summary(root, run_id, **words):
    path = root / "data" / "runs" / run_id / "summary.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"run_id": run_id, **words}), "utf-8")
    return path


def test_the_newest_summary_is_posted(tell, hook, tmp_path):
    program("curl")
    for run_id in ("01KA0000000000000000000001", "01KA0000000000000000000002"):
        summary(tmp_path, run_id, outcome="degraded", says="正文覆盖率下降")
    done = tell(TELL_URL=f"http://127.0.0.1:{hook.server_port}/hook")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = {"run_id": "01KA0000000000000000000002", "outcome": "degraded", "says": "正文覆盖率下降"}
    assert hook.got == [("/hook", "application/json", expected)]


def test_a_run_that_wrote_no_summary_is_told_by_its_status(tell, hook, tmp_path):
    program("curl")
    os.utime(summary(tmp_path, "01KA0000000000000000000001", outcome="ok"), (0, 0))  # of another night
    tell(TELL_URL=f"http://127.0.0.1:{hook.server_port}/", MONITOR_EXIT_STATUS="1")
    (told,) = hook.got
    assert (told[2]["unit"], told[2]["status"]) == ("newsreel.service", "1")


def test_a_hook_that_refuses_is_a_failure_of_the_unit(tell, hook):
    program("curl")
    hook.status = 403
    assert tell(TELL_URL=f"http://127.0.0.1:{hook.server_port}/").returncode != 0


def test_the_summary_is_handed_to_sendmail(tell, tmp_path):
    """A program in sendmail's place writes down what it is given: a real one would look for a mail server."""
    sendmail: Path = tmp_path / "bin" / "sendmail"
    sendmail.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\ncat > {tmp_path}/mail\n')
    sendmail.chmod(sendmail.stat().st_mode | stat.S_IXUSR)
    summary(tmp_path, "01KA0000000000000000000001", outcome="degraded")
    assert tell(TELL_MAIL=configuration()["TELL_MAIL"]).returncode == 0
    head, _, body = (tmp_path / "mail").read_text("utf-8").partition("\n\n")
    assert (tmp_path / "words").read_text() == "-t\n"
    assert head.splitlines()[:2] == ["To: operator@news.example", "Subject: newsreel.service has not ended well"]
    assert json.loads(body)["outcome"] == "degraded"
