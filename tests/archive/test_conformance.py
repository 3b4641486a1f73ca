"""The usual checkers accept what a crawl archives, and a replayer shows it: see benchmarks/conformance.py."""

import os
import subprocess
from pathlib import Path

import pytest

from benchmarks.conformance import conformance
from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.crawls import ROOT

KIT = os.environ.get("NEWSREEL_KIT")


@pytest.mark.slow
def test_the_usual_checkers_and_a_replayer_accept_a_crawl(tmp_path):
    if not KIT:
        missing = "NEWSREEL_KIT names no environment of the kit: see python -m benchmarks.conformance --help"
        assert os.environ.get("CI") != "true", missing
        pytest.skip(missing)
    with serve(generate.build()) as server:
        for _ in range(2):
            subprocess.run(crawl_command(server, tmp_path / "data"), cwd=ROOT, capture_output=True, check=True)
    folder = tmp_path / "work"
    folder.mkdir()
    results = list(conformance(tmp_path / "data", Path(KIT), folder))
    assert [str(result) for result in results if not result.is_right] == []
    assert len(results) == 10
