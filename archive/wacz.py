"""WACZ: all captures of an archive as one package, with a list of its articles (made by py-wacz, extra `export`)."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from archive.errors import CannotWrite
from archive.reader import Archive
from archive.version import software


def export_wacz(opened: Archive, path: Path, *, progress: Callable[[str], None] = lambda key: None) -> tuple[int, int]:
    """Write the package to `path`; return how many articles and how many WARC files are in it.

    Raises CannotWrite where the file exists, nothing was captured, the extra is not installed, or py-wacz fails.
    """
    try:
        from wacz.main import main
    except ImportError:
        raise CannotWrite(path, "py-wacz is not installed: pip install 'newsreel[export]'") from None
    if path.exists():
        raise CannotWrite(path, "it exists already")
    warcs = [str(opened.root / key) for key in sorted(opened.snapshot.files) if key.startswith("warc/")]
    if not warcs:
        raise CannotWrite(path, f"{opened.root} holds no captures")
    with tempfile.TemporaryDirectory(prefix="newsreel-") as folder:
        pages = Path(folder) / "pages.jsonl"
        count = _write_pages(opened, pages)
        progress(f"{count} pages, {len(warcs)} WARC files")
        arguments = ["create", "-o", str(path), "-p", str(pages), "--title", opened.root.resolve().name, "-f", *warcs]
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = main(arguments)
    if code:
        raise CannotWrite(path, said.getvalue().strip() or f"py-wacz ended with {code}")
    return count, len(warcs)


def _write_pages(opened: Archive, path: Path) -> int:
    """Write the list of pages (WACZ 1.1.1, 5.2.3): each article at its newest capture."""
    count = 0
    with path.open("wb") as file:
        header = {"format": "json-pages-1.0", "id": "pages", "title": "Articles", "software": software()}
        file.write(msgspec.json.encode(header) + b"\n")
        for article in opened.articles():
            if article.captures:
                page = {
                    "id": article.id,
                    "url": article.captures[0].url,
                    "ts": article.fetched_at,
                    "title": article.title,
                    "text": article.body or "",
                }
                file.write(msgspec.json.encode(page) + b"\n")
                count += 1
    return count
