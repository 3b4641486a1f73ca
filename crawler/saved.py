"""Pages that were saved as files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

LARGEST = 256 * 1024 * 1024
"""Bytes of a saved page, unpacked."""

_ENDINGS = (".html.gz", ".htm.gz", ".html", ".htm", ".xhtml")


class NotSaved(ValueError):
    """A path that holds no saved page that can be read."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path, self.reason = path, reason
        super().__init__(f"{path}: {reason}")


def saved_pages(paths: list[Path]) -> Iterator[Path]:
    """Yield the saved pages among files and folders; a folder gives its pages by name, sub-folders included.

    Raises NotSaved for a path that does not exist and for a folder without pages.
    """
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.name.lower().endswith(_ENDINGS) and p.is_file())
            if not found:
                raise NotSaved(path, f"no pages in it ({', '.join(_ENDINGS)})")
            yield from found
        elif path.exists():
            yield path
        else:
            raise NotSaved(path, "no such file or folder")


def stem(path: Path) -> str:
    """Return a page's id: its file name without the ending.

    >>> stem(Path("a/b.c.html.gz")), stem(Path("x.htm"))
    ('b.c', 'x')
    """
    ending = next((e for e in _ENDINGS if path.name.lower().endswith(e)), path.suffix)
    return path.name[: len(path.name) - len(ending)]


def load(path: Path) -> bytes:
    """Return a saved page's bytes, unpacked where they are gzip, whatever the name says. Raises NotSaved."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            body: bytes = file.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotSaved(path, getattr(error, "strerror", None) or str(error)) from None
    if len(body) > LARGEST:
        raise NotSaved(path, f"larger than {LARGEST >> 20} MiB unpacked")
    return body
