"""The wheel: three packages, their schema, and nothing else; it runs where there is no checkout."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.crawls import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy: building leaves folders behind."""
    source = tmp_path_factory.mktemp("source")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.glob("*.whl"))


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"archive", "crawler", "pipelines"}
    tracked = {path.relative_to(ROOT).as_posix() for top in tops for path in (ROOT / top).rglob("*.py")}
    beside = [*(ROOT / "archive/schema").glob("*.json"), *(ROOT / "crawler/explaining").glob("*.css")]
    beside += [path for kind in ("css", "html") for path in (ROOT / "crawler/jobs/report").glob(f"*.{kind}")]
    data = {path.relative_to(ROOT).as_posix() for path in beside}
    assert {name for name in names if ".dist-info/" not in name} == tracked | data
    assert any(name.endswith("licenses/LICENSE") for name in names)
    scripts = next(name for name in names if name.endswith(".dist-info/entry_points.txt"))
    assert zipfile.ZipFile(wheel).read(scripts).decode().split() == [
        "[console_scripts]",
        "newsreel",
        "=",
        "archive.cli:main",
        "[scrapy]",
        "settings",
        "=",
        "crawler.settings",
    ]


def test_the_wheel_runs_without_a_checkout(wheel, tmp_path):
    environment = tmp_path / "venv"
    venv.create(environment, with_pip=False, symlinks=True)
    site = next(environment.glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # What newsreel needs comes from where this suite runs; an editable newsreel there must not answer for the wheel.
    own = [path for path in sys.path if path.endswith("site-packages")]
    (site / "others.pth").write_text("\n".join(own))
    work = tmp_path / "work"
    work.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV", "SCRAPY"))}
    clean["SCRAPY_SETTINGS_MODULE"] = "crawler.settings"
    python = environment / "bin" / "python"
    where = subprocess.run(
        [python, "-c", "import crawler; print(crawler.__file__)"],
        cwd=work,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(site)
    spiders = subprocess.run(
        [python, "-m", "scrapy", "list"], cwd=work, env=clean, capture_output=True, text=True, check=True
    )
    assert spiders.stdout.split() == ["hzgreat100", "news"]
    usage = subprocess.run(
        [python, "-m", "archive.cli", "--help"], cwd=work, env=clean, capture_output=True, text=True, check=True
    )
    assert "articles" in usage.stdout
