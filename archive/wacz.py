"""WACZ 1.1.1: all captures of an archive as one package, with one index and a list of its articles."""

from __future__ import annotations

import hashlib
import heapq
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from archive.cdxj import line_of, write_index
from archive.commit import File
from archive.errors import CannotWrite, DamagedFile
from archive.inspection import file_digest
from archive.packing import pack_gz
from archive.reader import Archive
from archive.records import Article, Capture
from archive.version import software
from archive.warc import members
from archive.withheld import Withheld

_VERSION = "1.1.1"
_LINES = 1024
"""Lines of the index in one gzip member: what a reader unpacks to find an address."""
_AT_ONCE = 200
"""Files that are merged at once: a process may open no more than some thousand."""


def export_wacz(
    opened: Archive, path: Path, *, rights: int = 0, progress: Callable[[str], None] = lambda key: None
) -> tuple[int, int]:
    """Write the package to `path`; return how many articles are in its list, and how many WARC files are in it.

    Articles that the rules of `rights` (archive.rights) reserve are left out with their captures. Each WARC is compared
    with what its commit says while it is copied. Memory is flat. Raises CannotWrite where the file exists, nothing was
    captured, or the disk refuses; and Damaged.
    """
    if path.exists():
        raise CannotWrite(path, "it exists already")
    warcs = [file for _, file in opened.snapshot.of("warc/")]
    if not warcs:
        raise CannotWrite(path, f"{opened.root} holds no captures")
    part = path.with_name(path.name + ".part")
    try:
        withheld = Withheld(opened, rights) if rights else None
        with zipfile.ZipFile(part, "w") as package, tempfile.TemporaryDirectory(prefix="newsreel-") as folder:
            writing, indexes = _Package(package), list[Path]()
            if not withheld:
                for _, file in opened.snapshot.of("index/"):
                    progress(file.key)
                    indexes.append(_sound(opened, file))
            for file in warcs:
                progress(file.key)
                if withheld:
                    indexes.append(_copy_rest(opened, file, writing, withheld, Path(folder)))
                else:
                    _copy(opened, file, writing)
            _write_index(indexes, writing, Path(folder))
            pages = _write_pages(opened, writing, rights)
            writing.close(opened.root.resolve().name)
        part.rename(path)
    except OSError as error:
        raise CannotWrite(path, error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)
    return pages, len(warcs)


class _Package:
    """A package being written, and what its description says of each file (Frictionless data package)."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package, self._now = package, datetime.now(UTC)
        self._resources: list[dict[str, object]] = []

    @contextmanager
    def file(self, name: str, *, packed: bool) -> Iterator[_Hashing]:
        """Give a new file of the package; files that are `packed` already, and are read in parts, are stored as is."""
        with self._open(name, packed=packed) as opened:
            writing = _Hashing(opened)
            yield writing
        self._resources.append(
            {
                "name": name.rpartition("/")[2].lower(),
                "path": name,
                "hash": f"sha256:{writing.digest.hexdigest()}",
                "bytes": writing.size,
            }
        )

    def close(self, title: str) -> None:
        """Write the description, and its digest."""
        description = msgspec.json.format(
            msgspec.json.encode(
                {
                    "profile": "data-package",
                    "resources": self._resources,
                    "title": title,
                    "created": self._now.replace(microsecond=0),
                    "wacz_version": _VERSION,
                    "software": software(),
                }
            )
        )
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(description).hexdigest()}"}
        for name, data in (("datapackage.json", description), ("datapackage-digest.json", msgspec.json.encode(digest))):
            with self._open(name, packed=False) as opened:
                opened.write(data)

    def _open(self, name: str, *, packed: bool) -> IO[bytes]:
        now = self._now
        info = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, now.second))
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        return self._package.open(info, "w", force_zip64=True)


class _Hashing:
    """A file that is hashed and counted while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)


def _copy(opened: Archive, file: File, package: _Package) -> None:
    try:
        with opened.store.open(file.key) as source, package.file(_name(file), packed=True) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except FileNotFoundError:
        raise DamagedFile(file.key, "", "the file is missing") from None
    if target.digest.hexdigest() != file.sha256:
        raise DamagedFile(file.key, "", "its SHA-256 is not the acknowledged one: newsreel verify says where")


def _copy_rest(opened: Archive, file: File, package: _Package, withheld: Withheld, folder: Path) -> Path:
    """Copy the records of a WARC that are not withheld; return the index of them."""
    source = _sound(opened, file)
    lines = []
    with source.open("rb") as walked, source.open("rb") as raw, package.file(_name(file), packed=True) as target:
        for member in members(walked, file.key):
            if withheld.holds(member):
                continue
            if member.is_answer:
                lines.append(line_of(replace(member, offset=target.size), file.key.rpartition("/")[2]))
            raw.seek(member.offset)
            target.write(raw.read(member.size))
    index = folder / f"{file.key.rpartition('/')[2]}.cdxj"
    index.write_bytes(write_index(lines))
    return index


def _name(file: File) -> str:
    return f"archive/{file.key.rpartition('/')[2]}"


# The index: ZipNum, gzip members of sorted CDXJ lines, and a list of where each begins. -----------------------------


def _write_index(sources: list[Path], package: _Package, folder: Path) -> None:
    listed = [b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}\n']
    with package.file("indexes/index.cdx.gz", packed=True) as index, ExitStack() as stack:
        lines = iter(_merged(sources, folder, stack))
        while block := list(islice(lines, _LINES)):
            member = pack_gz(b"".join(block))
            place = {"offset": index.size, "length": len(member), "filename": "index.cdx.gz"}
            place["digest"] = f"sha256:{hashlib.sha256(member).hexdigest()}"
            listed.append(b" ".join(block[0].split(b" ", 2)[:2]) + b" " + msgspec.json.encode(place) + b"\n")
            index.write(member)
    with package.file("indexes/index.idx", packed=False) as places:
        places.write(b"".join(listed))


def _sound(opened: Archive, file: File) -> Path:
    try:
        with opened.store.open(file.key) as index:
            if file_digest(index) != file.sha256:
                raise DamagedFile(file.key, "", "its SHA-256 is not the acknowledged one: newsreel repair")
    except FileNotFoundError:
        raise DamagedFile(file.key, "", "the file is missing") from None
    return opened.root / file.key


def _merged(sources: list[Path], folder: Path, stack: ExitStack) -> Iterable[bytes]:
    """Return the lines of sorted files in their order."""
    while len(sources) > _AT_ONCE:
        merged: list[Path] = []
        for begin in range(0, len(sources), _AT_ONCE):
            group = sources[begin : begin + _AT_ONCE]
            path = folder / f"{len(sources)}-{len(merged)}"
            with ExitStack() as opened, path.open("wb") as file:
                file.writelines(heapq.merge(*(opened.enter_context(source.open("rb")) for source in group)))
            merged.append(path)
        sources = merged
    files: list[BinaryIO] = [stack.enter_context(source.open("rb")) for source in sources]
    return heapq.merge(*files)


# The list of pages (5.2.3): each article at the capture of its newest wording. --------------------------------------


def _write_pages(opened: Archive, package: _Package, rights: int) -> int:
    count = 0
    with package.file("pages/pages.jsonl", packed=False) as file:
        header = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "hasText": True}
        file.write(msgspec.json.encode(header) + b"\n")
        for article in opened.articles(rights=rights):
            capture = _page_of(article)
            # Of its capture, which may be some seconds off the visit's where a page has several.
            at = capture and opened.captured_at(capture)
            if capture is not None and at is not None:
                page = {
                    "id": article.id,
                    "url": capture.url,
                    "ts": at,
                    "title": article.title,
                    "text": article.body or "",
                }
                file.write(msgspec.json.encode(page) + b"\n")
                count += 1
    return count


def _page_of(article: Article) -> Capture | None:
    """Return the capture of an article's page: not that of a redirect to it, nor of its second page."""
    own = (capture for capture in article.captures if capture.url.partition("#")[0] == article.url.partition("#")[0])
    return next(own, None) or next(reversed(article.captures), None)
