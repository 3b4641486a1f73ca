"""The container and the CronJob: linted, checked against the schema of Kubernetes, of one mind, and what they start runs."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import jsonschema
import pytest
import yaml

import archive
from tests.crawls import ROOT
from tests.examples.conftest import BIN, EXAMPLES, program, run

CONTAINERFILE = (EXAMPLES / "Containerfile").read_text("utf-8")
INSTRUCTIONS = [
    tuple(line.split(None, 1))
    for line in re.sub(r"\\\n\s*", "", CONTAINERFILE).splitlines()
    if line and not line.startswith("#")
]
CLAIM, CRONJOB = yaml.safe_load_all((EXAMPLES / "cronjob.yaml").read_text("utf-8"))
JOB = CRONJOB["spec"]["jobTemplate"]["spec"]
POD = JOB["template"]["spec"]
(CONTAINER,) = POD["containers"]
SCHEMA = json.loads((ROOT / "tests/examples/cronjob-batch-v1.json").read_text("utf-8"))


def of(instruction):
    return [words for name, words in INSTRUCTIONS if name == instruction]


# The container. --------------------------------------------------------------------------------------------------------


def test_the_linter_of_containerfiles_has_nothing_to_say():
    done = run([str(BIN / "hadolint"), "--no-color", str(EXAMPLES / "Containerfile")], environment={}, folder=ROOT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def copied():
    """Return the paths of the repository that are copied into the container."""
    plain = [words.split() for words in of("COPY") if not words.startswith("--from")]
    return [path for *paths, _ in plain for path in paths]


def test_what_is_copied_is_in_the_repository():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    for path in copied():
        assert path in tracked or any(name.startswith(f"{path}/") for name in tracked), path


@pytest.mark.slow
def test_what_is_copied_is_enough_to_build_what_is_installed(tmp_path):
    source = tmp_path / "source"
    tracked = subprocess.run(
        ["git", "ls-files", *copied()], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, tracked.split("\n")):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes((ROOT / name).read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {"archive", "crawler", "pipelines"}


def test_it_runs_as_nobody_in_particular_and_keeps_no_cache():
    assert of("USER") == ["10001:10001"]
    assert of("STOPSIGNAL") == ["SIGTERM"]
    assert of("VOLUME") == ["/data"]
    assert all("--no-cache-dir" in words for words in of("RUN") if "pip install" in words)
    # As a list: a shell before it would keep SIGTERM from it.
    assert json.loads(*of("ENTRYPOINT")) == ["scrapy"]


def environment():
    return dict(word.split("=", 1) for words in of("ENV") for word in shlex.split(words))


def test_its_first_words_run(surroundings, tmp_path):
    words = [*json.loads(*of("ENTRYPOINT")), *json.loads(*of("CMD"))]
    done = run([str(BIN / words[0]), *words[1:]], environment={**environment(), **surroundings}, folder=tmp_path)
    assert (done.returncode, done.stdout.split()) == (0, ["hzgreat100", "news"])


# Kubernetes. -----------------------------------------------------------------------------------------------------------


def test_the_cronjob_is_one_by_its_schema():
    jsonschema.Draft202012Validator(SCHEMA).validate(CRONJOB)


@pytest.mark.parametrize(
    "harm",
    [
        lambda job: job["spec"].pop("schedule"),
        lambda job: job["spec"].update(concurencyPolicy="Forbid"),
        lambda job: job["spec"]["jobTemplate"]["spec"].update(backoffLimit="2"),
        lambda job: job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0].update(args="job"),
        lambda job: job.update(apiVersion="batch/v1beta1"),
    ],
)
def test_the_schema_refuses_what_kubernetes_would(harm):
    job = json.loads(json.dumps(CRONJOB))
    harm(job)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(job)


def test_a_run_does_not_overlap_another_and_ends_before_it_is_ended():
    assert CRONJOB["spec"]["concurrencyPolicy"] == "Forbid"
    longest = CONTAINER["args"][CONTAINER["args"].index("--max-runtime") + 1]
    assert longest == "5h"
    assert JOB["activeDeadlineSeconds"] > 5 * 3600 + POD["terminationGracePeriodSeconds"]


def test_exit_codes_that_the_same_again_would_bring_again_are_not_tried_again():
    ignored, fails = JOB["podFailurePolicy"]["rules"]
    assert ignored["action"] == "Ignore"
    assert (fails["action"], fails["onExitCodes"]["operator"]) == ("FailJob", "In")
    assert fails["onExitCodes"]["containerName"] == CONTAINER["name"]
    assert set(fails["onExitCodes"]["values"]) == {2, 3, 5, 75}
    # A policy of failures asks for it.
    assert POD["restartPolicy"] == "Never"


def test_it_has_the_rights_that_the_container_gives_it_and_no_more():
    user, group = map(int, of("USER")[0].split(":"))
    context = POD["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (user, group, group)
    assert CONTAINER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    volumes = {volume["name"]: volume for volume in POD["volumes"]}
    mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in CONTAINER["volumeMounts"]}
    assert mounts.keys() == {"/data", "/tmp"}
    assert mounts[of("VOLUME")[0]]["persistentVolumeClaim"]["claimName"] == CLAIM["metadata"]["name"]


@pytest.mark.slow
def test_what_it_starts_fills_its_volume(surroundings, tmp_path):
    words = [word.replace("/data", str(tmp_path / "data")) for word in CONTAINER["args"]]
    done = run([str(BIN / "scrapy"), *words], environment=surroundings, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["exit_code"] == 0
    assert len(list(archive.open(tmp_path / "data").articles())) == 47


# As in a container, by the same means of the kernel. --------------------------------------------------------------------

INSIDE = """
mount --make-rprivate /
mount --bind "$DATA" "$DATA"
mount -t tmpfs none /run
mount -o remount,bind,ro /
if touch "$OUTSIDE/probe" 2> /dev/null; then echo "the root is not read-only" >&2; exit 99; fi
cd "$DATA"
exec "$@"
"""


def contained(words, *, data, surroundings):
    """Start a command as the first process of a container whose root is read-only; it may write into `data` alone."""
    if os.geteuid() != 0:
        pytest.skip("namespaces take root's rights")
    command = [
        program("unshare"),
        "--pid",
        "--mount",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "sh",
        "-eu",
        "-c",
        INSIDE,
        "sh",
    ]
    inside = {**environment(), **surroundings, "DATA": str(data), "OUTSIDE": str(data.parent)}
    return subprocess.Popen(
        [*command, *words], env=inside, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )  # fmt: skip


def stop(process):
    """Send SIGTERM to the first process of the container, as an engine does."""
    first = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(first[0]), signal.SIGTERM)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["crawl", "job"])
def test_as_a_containers_first_process_with_a_read_only_root_it_ends_in_good_order(
    surroundings, seed_site, tmp_path, command
):
    data = tmp_path / "data"
    data.mkdir()
    words = [str(BIN / "scrapy"), command, "hzgreat100", "-s", f"ARCHIVE={data}"]
    before, deadline = len(seed_site.requests), time.monotonic() + 60
    process = contained([*words, "-s", "DOWNLOAD_DELAY=0.3"], data=data, surroundings=surroundings)
    try:
        while len(seed_site.requests) < before + 10:
            assert process.poll() is None, process.stderr.read()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        stop(process)
        out, err = process.communicate(timeout=POD["terminationGracePeriodSeconds"])
    finally:
        process.kill()
    assert process.returncode == 143, err
    some = len(list(archive.open(data).articles()))
    assert 0 < some < 47
    process = contained(words, data=data, surroundings=surroundings)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, out + err
    assert len(list(archive.open(data).articles(revisions=True))) == 47
