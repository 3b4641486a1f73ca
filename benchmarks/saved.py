"""Saved sites of third parties in a folder outside of the project: what they serve, and which articles they truly have."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

SAVED = ("hncic", "wuchong", "moxfive", "cyxiang", "pap", "whizzy")


@dataclass(frozen=True)
class Saved:
    """A saved site that is being served."""

    url: str
    log: Path

    def asked(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [json.loads(line)["path"] for line in self.log.read_text("utf-8").splitlines()]


def truth_of(folder: Path, name: str) -> tuple[list[str], set[str]]:
    """Return the paths of a site's articles, and those of the optional ones, which are neither right nor wrong."""
    truth = json.loads((folder / "sites" / f"{name}.truth.json").read_text("utf-8"))
    return [one["path"] for one in truth["articles"]], {bare(path) for path in truth.get("optional", ())}


@contextmanager
def serving(folder: Path, name: str) -> Iterator[Saved]:
    """Serve a saved site by the folder's own server for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="newsreel-saved-") as place:
        log = Path(place) / "log"
        command = [sys.executable, str(folder / "serve_site.py"), name, "--log", str(log)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                assert process.stdout is not None
                yield Saved(process.stdout.readline().strip(), log)
            finally:
                process.kill()


def bare(url: str) -> str:
    """Return an address's path as the truths compare it.

    >>> bare("http://127.0.0.1:80/2024/a/index.html"), bare("/2024/%E5%85%B3.html")
    ('/2024/a', '/2024/关')
    """
    path = unquote(urlsplit(url).path)
    return re.sub(r"(/index\.html?|\.html?|/)$", "", path) or "/"


def shape(url: str) -> str:
    """Return what an address has in common with its like.

    >>> shape("/tags/git/page/12/"), shape("/2024/05/a-b.html?p=3")
    ('/tags/git/page/#/', '/#/#/a-b.html?p=#')
    """
    parts = urlsplit(url)
    return re.sub(r"\d+", "#", parts.path + (f"?{parts.query}" if parts.query else ""))
