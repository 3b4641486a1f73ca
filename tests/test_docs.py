"""The documents: their commands run, their links lead somewhere, their code works."""

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.crawls import ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "docs/operating.md")


def blocks(language):
    """Return (document, text) of the code blocks in one language."""
    found = []
    for name in DOCUMENTS:
        text = (ROOT / name).read_text("utf-8")
        for block in re.findall(rf"^( *)```{language}\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
            found.append((name, re.sub(f"^{block[0]}", "", block[1], flags=re.MULTILINE)))
    return found


COMMANDS = sorted(
    {
        line[2:].split("  #")[0].strip()
        for _, text in blocks("console")
        for line in text.splitlines()
        if line.startswith("$ ")
    }
)


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A folder with the archives `data` and `demo-data`, as a reader of the documents has it."""
    folder = tmp_path_factory.mktemp("docs")
    with serve(generate.build()) as server:
        subprocess.run(crawl_command(server, folder / "data"), cwd=ROOT, check=True, capture_output=True)
    (folder / "demo-data").symlink_to(folder / "data")
    return folder


def first_words(command):
    return [piece.strip() for piece in re.split(r"[|;]|&&", command)]


def test_there_are_commands():
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("make")])
def test_a_make_command_names_a_target(command):
    done = subprocess.run([*shlex.split(command), "-n"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("newsreel")])
def test_a_newsreel_command_runs(workplace, command):
    words = shlex.split(first_words(command)[0].split(">")[0])
    words = [str(workplace / "data") if word == "trial" else word for word in words]
    done = subprocess.run([sys.executable, "-m", "archive.cli", *words[1:]], cwd=workplace, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert done.returncode == 0, done.stderr


@functools.cache
def help_of(command):
    """Return what a scrapy command says of itself."""
    words = [sys.executable, "-m", "scrapy", command, "--help"]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.startswith("scrapy")])
def test_a_scrapy_command_is_one_with_these_options(command):
    words = shlex.split(first_words(command)[0].split(">")[0])
    listed = help_of(words[1])
    for word in words[2:]:
        if re.fullmatch("--?[a-zA-Z][a-z-]*", word):
            assert re.search(rf"(?<![\w-]){re.escape(word)}\b", listed), f"{words[1]} has no {word}"


@pytest.mark.parametrize(("document", "code"), blocks("python"))
def test_python_in_a_document_runs(workplace, document, code):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=workplace, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr


NEEDED = {"import pandas": "pandas"}
"""Words of a command -> the module that it needs, which the project does not bring itself."""
PROGRAMS = ("rsync",)
"""What a command may need of the system."""


@pytest.mark.parametrize(("document", "code"), blocks("sh"))
def test_shell_in_a_document_runs(workplace, tmp_path, document, code):
    for words, module in NEEDED.items():
        if words in code:
            pytest.importorskip(module)
    for program in PROGRAMS:
        if program in code and shutil.which(program) is None:
            assert os.environ.get("CI") != "true", f"CI has no {program}"
            pytest.skip(f"there is no {program} here")
    # Each in a copy: some of them change the archive.
    for name in ("data", "demo-data"):
        shutil.copytree(workplace / "data", tmp_path / name)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    # As in the repository, where scrapy.cfg says the same.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("document", "code"), blocks("sql"))
def test_sql_in_a_document_runs(workplace, monkeypatch, document, code):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(workplace)
    assert duckdb.sql(code).fetchall()


@pytest.mark.parametrize("document", [*DOCUMENTS, "CHANGELOG.md", "benchmarks/README.md", "seeds/hzgreat100/README.md"])
def test_links_lead_to_files_that_are_there(document):
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if not target.startswith("http"):
            assert (path.parent / target).exists(), target


def test_settings_and_arguments_that_the_readme_names_exist():
    text = (ROOT / "README.md").read_text("utf-8")
    settings = Path(ROOT / "crawler/settings.py").read_text("utf-8")
    from scrapy.settings import default_settings

    for name in set(re.findall(r"-s ([A-Z_]+)=", text)):
        assert name in settings or hasattr(default_settings, name), name
