"""Golden pages: a saved response with its headers, and what must be read from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from crawler.extraction import Unreadable, parse, read
from crawler.layout import Layout
from pipelines.article import content_fields

_LEFT_OUT = ("extractor", "digest", "text_digest")
"""Fields that change with the code, and those that follow from others: nobody could correct them by hand."""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A folder with response.html, response.json (url, status, headers) and expected.json."""

    folder: Path

    @property
    def spider(self) -> str:
        """The spider whose page this is: cases lie in a folder of its name."""
        return self.folder.parent.name

    def expected(self) -> dict[str, Any]:
        """Return what must be read."""
        expected: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return expected

    def actual(self, layouts: Sequence[Layout]) -> dict[str, Any]:
        """Return what today's rules read. Raises Unreadable."""
        response = json.loads((self.folder / "response.json").read_text("utf-8"))
        body = (self.folder / "response.html").read_bytes()
        return read_fields(body, response["url"], response["headers"], layouts)

    def save(self, body: bytes, url: str, status: int, headers: Mapping[str, str], layouts: Sequence[Layout]) -> None:
        """Write the case: the response as it is, and what today's rules read. Raises Unreadable before it writes."""
        fields = read_fields(body, url, headers, layouts)
        if not fields["title"] and not fields["body"]:
            raise Unreadable("nothing to read: no title and no text was found")
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "response.html").write_bytes(body)
        _write_json(self.folder / "response.json", {"url": url, "status": status, "headers": dict(headers)})
        _write_json(self.folder / "expected.json", fields)


def read_fields(body: bytes, url: str, headers: Mapping[str, str], layouts: Sequence[Layout]) -> dict[str, Any]:
    """Return the fields that today's rules read from a response. Raises Unreadable."""
    fields = content_fields(read(parse(body, url, headers), layouts))
    return {name: value for name, value in msgspec.to_builtins(fields).items() if name not in _LEFT_OUT}


def golden_cases(root: Path) -> list[GoldenCase]:
    """Return the cases below `root` (tests/sites), by spider and name."""
    return [GoldenCase(path.parent) for path in sorted(root.glob("*/*/expected.json"))]


def case_name(url: str) -> str:
    """Return a folder's name for a page.

    >>> case_name("https://a.cn/News/desc/id/1771.html?x=1"), case_name("https://a.cn/../")
    ('News-desc-id-1771.html-x-1', 'index')
    """
    rest = re.sub(r"^[a-z]+://[^/]*", "", url)
    return re.sub(r"[^\w.]+", "-", rest).strip("-.")[:80] or "index"


def is_case_name(name: str) -> bool:
    """Return whether a case may be called so: a folder's own name, and never a way to another folder.

    >>> is_case_name("harbour-1"), is_case_name("../harbour"), is_case_name("..")
    (True, False, False)
    """
    return re.fullmatch(r"\w[\w.-]*", name) is not None


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
