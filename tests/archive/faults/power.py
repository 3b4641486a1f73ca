"""Power losses: from what was asked of a disk, one of the states in which it may be found afterwards."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.archive.faults.disks import File, Folder, Op

SECTOR = 512


def possible_disk(
    record: Sequence[Op], root: Folder, target: Path, rng: random.Random, *, policy: str | None = None
) -> None:
    """Make in the empty folder `target` a disk that may be found when the power goes after the last of `record`.

    There is all that was synced. Of what was not, anything: bytes of a file (whole, torn at a byte, some sectors of
    them, or only the size that they gave the file) and names in a folder, each call's at once, whatever came later.
    Which of that is drawn from `rng`, unless a `policy` says it.
    """
    keeps = _choice(rng, len(record), policy)
    bytes_synced: dict[File, int] = {}
    names_synced: dict[Folder, int] = {}
    for index, op in enumerate(record):
        if op.kind == "sync" and op.file:
            bytes_synced[op.file] = index
        elif op.kind == "sync_folder" and op.folder:
            names_synced[op.folder] = index
    contents: dict[File, bytearray] = {}
    names: dict[Folder, dict[str, File | Folder]] = {}
    for index, op in enumerate(record):
        if op.names:
            # Of a move, the folder that the file came to counts: where only the other was synced, it may be undone.
            synced = [
                index < names_synced.get(folder, -1) for folder, _, node in op.names if node or len(op.names) == 1
            ]
            if any(synced) or keeps(index, "name"):
                _rename(op, names)
        elif op.kind in ("write", "truncate"):
            assert op.file
            content = contents.setdefault(op.file, bytearray())
            if index < bytes_synced.get(op.file, -1):
                _apply(content, op)
            elif keeps(index, "bytes"):
                _tear(content, op, rng)
    _build(root, target, names, contents)


def _choice(rng: random.Random, length: int, policy: str | None) -> Callable[[int, str], bool]:
    """Choose what the disk does with what was not synced."""
    kept = rng.random()
    until = rng.randrange(length + 1)
    policies: dict[str, Callable[[int, str], bool]] = {
        "nothing": lambda index, what: False,
        "everything": lambda index, what: True,
        "some": lambda index, what: rng.random() < kept,
        "in order": lambda index, what: index < until,
        "names only": lambda index, what: what == "name",
        "bytes only": lambda index, what: what == "bytes",
        "newest names": lambda index, what: what == "name" and index >= length - 1 - int(6 * kept),
    }
    return policies[policy or rng.choice(["some", "some", "some", *policies])]


def _rename(op: Op, names: dict[Folder, dict[str, File | Folder]]) -> None:
    for folder, name, node in op.names:
        there = names.setdefault(folder, {})
        if node is None:
            there.pop(name, None)
        else:
            there[name] = node


def _apply(content: bytearray, op: Op) -> None:
    if op.kind == "truncate":
        del content[op.offset :]
        content.extend(bytes(op.offset - len(content)))
        return
    _grow(content, op.offset + len(op.data))
    content[op.offset : op.offset + len(op.data)] = op.data


def _grow(content: bytearray, size: int) -> None:
    content.extend(bytes(max(0, size - len(content))))


def _tear(content: bytearray, op: Op, rng: random.Random) -> None:
    """Apply a change as far as a disk happened to get."""
    how = rng.choice(["whole", "byte", "sectors", "size"]) if op.kind == "write" else "whole"
    end = op.offset + len(op.data)
    if how == "whole":
        _apply(content, op)
    elif how == "byte":
        _apply(content, Op("write", op.file, op.offset, op.data[: rng.randrange(len(op.data) + 1)]))
    elif how == "size":
        _grow(content, end)
    else:
        _grow(content, end)
        for start in range(op.offset - op.offset % SECTOR, end, SECTOR):
            if rng.random() < 0.5:
                low, high = max(start, op.offset), min(start + SECTOR, end)
                content[low:high] = op.data[low - op.offset : high - op.offset]


def _build(
    folder: Folder, path: Path, names: dict[Folder, dict[str, File | Folder]], contents: dict[File, bytearray]
) -> None:
    for name, node in names.get(folder, {}).items():
        if isinstance(node, Folder):
            (path / name).mkdir()
            _build(node, path / name, names, contents)
        else:
            (path / name).write_bytes(contents.get(node, b""))
