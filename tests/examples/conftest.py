"""What the examples are run with: their files, the bundled site on loopback, and the programs that read them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.archive.worlds import World
from tests.crawls import ROOT

EXAMPLES = ROOT / "docs" / "examples"
BIN = Path(sys.executable).parent


def program(name: str) -> str:
    """Return where a program is; without it a test is skipped, and fails in CI."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI has no {name}")
        pytest.skip(f"there is no {name} here")
    return found


@pytest.fixture(scope="session")
def seed_site():
    """The bundled site, served."""
    with serve(generate.build()) as server:
        yield server


@pytest.fixture
def surroundings(seed_site, tmp_path):
    """The environment of a scheduled job: as an operator's, but that the sites are on loopback and need no waits."""
    (tmp_path / "on_loopback.py").write_text(
        "from crawler.settings import *\n"
        f"CONNECT_TO = {seed_site.connect_to!r}\n"
        'SPIDER_MODULES = ["spiders_on_loopback"]\n'
        "DOWNLOAD_DELAY = 0\nAUTOTHROTTLE_ENABLED = False\n"
    )
    (tmp_path / "spiders_on_loopback.py").write_text(
        "from crawler.spiders.hzgreat100 import HzGreat100\n"
        "from crawler.spiders.news import News\n"
        # There without TLS.
        f"HzGreat100.start_urls, News.__module__ = [{seed_site.site.seed_url!r}], __name__\n"
        "HzGreat100.__module__ = __name__\n"
    )
    return {
        "PATH": f"{BIN}:/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)]),
        "SCRAPY_SETTINGS_MODULE": "on_loopback",
        "NEWSREEL_ARCHIVE": str(tmp_path / "data"),
        "HOME": str(tmp_path),
        **{name: value for name, value in os.environ.items() if name.startswith("COV")},
    }


def run(words, *, environment, folder, timeout=120):
    """Run a command in a folder; return what came of it."""
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=timeout, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.fixture
def stored_archive():
    """A function that makes a small archive in a folder."""

    def fill(folder):
        for number in range(1, 4):
            with World(folder) as world:
                capture = world.capture(f"/{number}.html", b"%d" % number)
                world.article(f"/{number}.html", f"第{number}篇报道", "正文。" * number, capture)

    return fill
