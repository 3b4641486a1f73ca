"""A site in memory: its pages as bytes with their headers, and what its articles truly say."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """One address of a site."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    """As the server states it, true or not."""
    modified_at: datetime = datetime(2021, 1, 1, tzinfo=UTC)
    """When the page was last changed; UTC, whole seconds."""
    status: int = 200
    location: str | None = None
    """Where a redirect leads."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """A whole site."""

    name: str
    hosts: tuple[str, ...]
    """Its names; the first is the one that its articles' URLs carry."""
    pages: Mapping[str, Page]
    """Path (with its query, if any) -> page; `//host/path` for what one of several hosts alone has."""
    expected: tuple[Mapping[str, object], ...] = ()
    """One a line of `expected.jsonl`: the articles, as their author wrote them."""
    seed_path: str = "/"
    """Where a crawl begins."""
    dead: frozenset[str] = field(default_factory=frozenset)
    """Paths that are linked and answer 404."""
    forbidden: tuple[str, ...] = ()
    """Beginnings of paths that no polite crawler fetches: counters, and what robots.txt disallows."""
    validators: bool = True
    """Whether answers carry ETag and Last-Modified, and conditions are answered."""

    @property
    def seed_url(self) -> str:
        """Where a crawl begins, over plain HTTP."""
        return f"http://{self.hosts[0]}{self.seed_path}"


def load_site(name: str) -> Site:
    """Return the bundled site `name` (a folder of `seeds/` with a `generate.py`)."""
    built = importlib.import_module(f"seeds.{name}.generate").build()
    assert isinstance(built, Site)
    return built
