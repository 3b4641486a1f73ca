"""A crawl on a disk that fills up: it ends with one clear line, and goes on once there is room."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crawls import article, crawl_news, listing

PAGES = [f"/news/{n}.html" for n in range(40)]
FULL = ("No space left on device", "disk is full", "disk I/O error")
ROOM = 24 << 20
"""Bytes of the disk."""


@pytest.fixture
def disk(tmp_path):
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk")
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(folder)], capture_output=True, text=True, check=False
    )
    if mount.returncode:
        pytest.skip(f"no small disk can be mounted: {mount.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def leave(folder, size):
    """Fill a disk but for so many bytes; return the file that fills it."""
    room = os.statvfs(folder)
    ballast = Path(folder) / "ballast"
    ballast.write_bytes(os.urandom(room.f_bavail * room.f_frsize - size))
    return ballast


def verify(folder):
    command = [Path(sys.executable).with_name("newsreel"), "verify", "--archive", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def said(run):
    return sorted((line["url"], line["digest"], line["title"], line["body"]) for line in run.lines())


@pytest.mark.slow
@pytest.mark.parametrize("left", [100 << 10, 300 << 10, 600 << 10])
def test_story_o6_a_full_disk_ends_a_run_in_one_line_and_the_next_goes_on(site_server, disk, tmp_path, left):
    # What chance brings forth cannot be packed.
    noise = {path: f"<!--{os.urandom(20_000).hex()}-->" for path in PAGES}
    server = site_server({
        "/": listing(*PAGES),
        **{path: article(title=f"{path}关于仪器的报道", links=noise[path]) for path in PAGES},
    })  # fmt: skip
    undisturbed = crawl_news(server.url, tmp_path / "undisturbed")
    ballast = leave(disk, left)
    data = disk / "data"
    run = crawl_news(server.url, data)
    assert run.code == 1
    assert any(words in run.err.strip().splitlines()[-1] for words in FULL)
    assert "Traceback" not in run.err
    ballast.unlink()
    again = crawl_news(server.url, data)
    assert again.code == 0, again.err
    assert said(again) == said(undisturbed)
    assert sorted(again.outcomes()) == sorted(undisturbed.outcomes())
    sound = verify(data)
    assert sound.returncode == 0, sound.stdout


@pytest.mark.slow
def test_a_full_disk_under_the_frontier_alone_ends_a_run_in_one_line_and_the_next_goes_on(site_server, disk, tmp_path):
    many = [f"/{'x' * 1500}/{n}/" for n in range(600)]
    server = site_server({
        "/": listing(*PAGES, "/more.html"),
        "/more.html": listing(*many),
        **{path: article(title=f"{path}关于仪器的报道") for path in PAGES},
    })  # fmt: skip
    undisturbed = crawl_news(server.url, tmp_path / "undisturbed")
    ballast = leave(disk, 700 << 10)
    run = crawl_news(server.url, tmp_path / "data", FRONTIER=disk)
    assert run.code == 1
    assert "disk is full" in run.err.strip().splitlines()[-1]
    assert "Traceback" not in run.err
    ballast.unlink()
    again = crawl_news(server.url, tmp_path / "data", FRONTIER=disk)
    assert again.code == 0, again.err
    assert said(again) == said(undisturbed)
    assert sorted(again.outcomes()) == sorted(undisturbed.outcomes())
    sound = verify(tmp_path / "data")
    assert sound.returncode == 0, sound.stdout
