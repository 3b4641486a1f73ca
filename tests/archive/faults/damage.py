"""Damage: files cut at a byte and with a bit flipped, and whether `verify` says so and where."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import archive
from archive.folder import CATALOG, LAYOUT_NAME, OPEN, index_of
from archive.verify import verify
from tests.archive.faults.workload import Pages


def small_archive(root: Path, *, visits: int = 4) -> list[Path]:
    """Make an archive with a few files of each kind; return them, but for what is derived."""
    for compression in ("zst", "gz", "none"):
        pages = Pages(compression, f"{compression}.example", articles=3)
        with archive.Writer(root, compression=compression) as writer:
            for _ in range(visits):
                pages.visit(writer)
            writer.flush()
            pages.visit(writer)
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith(CATALOG) and OPEN not in path.relative_to(root).parts
    )


@contextmanager
def damaged(path: Path, data: bytes) -> Iterator[None]:
    """Put other bytes in a file's place for a while."""
    whole = path.read_bytes()
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(whole)


def cut(data: bytes, size: int) -> bytes:
    """Return the beginning of a file."""
    return data[:size]


def flip(data: bytes, bit: int) -> bytes:
    """Return a file with one bit changed."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def findings(root: Path) -> list[tuple[str, str]]:
    """Return keys and places of all that `verify` finds."""
    try:
        return [(found.key, found.place) for found in verify(root, jobs=1).findings]
    except archive.UnsupportedFormat as error:
        return [(str(error.path.relative_to(root)), "")]


def names_it(root: Path, path: Path, found: list[tuple[str, str]]) -> bool:
    """Return whether one of the findings is the file itself."""
    key = str(path.relative_to(root))
    return any(name == key for name, _ in found)


def is_caught(root: Path, path: Path, data: bytes) -> bool:
    """Return whether `verify` finds a file that has these bytes, and names it."""
    with damaged(path, data):
        return names_it(root, path, findings(root))


def sample(files: list[Path], count: int, rng: random.Random) -> Iterator[tuple[Path, int]]:
    """Yield files with places to cut: the ends of each, and some at random, each byte as likely as another."""
    for path in files:
        size = path.stat().st_size
        yield from ((path, at) for at in {0, 1, size - 1})
    sizes = [path.stat().st_size for path in files]
    for path in rng.choices(files, sizes, k=count):
        yield path, rng.randrange(path.stat().st_size)


__all__ = ["CATALOG", "LAYOUT_NAME", "cut", "damaged", "findings", "flip", "index_of", "is_caught", "sample"]
