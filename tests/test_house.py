"""The house as ARCHITECTURE.md draws it."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("archive", "crawler", "pipelines")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

FORBIDDEN = {
    "archive": {"scrapy", "parsel", "crawler", "pipelines", "seeds"},
    "pipelines": {"crawler", "seeds"},
    "crawler/extraction": {"scrapy", "twisted", "seeds"},
    "crawler": {"seeds"},
}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_arrow_runs_up(path):
    place = path.relative_to(ROOT).as_posix()
    for folder, names in FORBIDDEN.items():
        if place.startswith(folder + "/"):
            assert names.isdisjoint(imports(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_what_it_knows_and_stays_small(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert text.count("\n") <= 320
    assert path.stem not in ("utils", "util", "helpers", "helper", "common", "misc")


def test_extraction_loads_neither_scrapy_nor_the_reactor():
    import subprocess
    import sys

    code = "import sys, crawler.extraction; print([m for m in ('scrapy', 'twisted') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_the_wheel_lists_every_package_by_name():
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {path.parent.relative_to(ROOT).as_posix().replace("/", ".") for path in MODULES}
    assert set(listed) == found
