"""The difference between two revisions, for people."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from typing import TYPE_CHECKING, Any

import msgspec
from rich.text import Text

if TYPE_CHECKING:
    from archive import Article
    from crawler.reextraction.reading import Reread

_OLD, _NEW, _PLACE = "red", "green", "cyan"


def difference(found: Reread) -> Iterator[Text]:
    """Yield the lines that show what a new revision changes: `field: old -> new`, a body by its paragraphs."""
    assert found.after is not None
    yield Text(found.after.title, style="bold")
    yield Text(f"  {found.url}", style="dim")
    if found.quarantined:
        yield Text.assemble("  ", ("from quarantine: an article by today's rules", _NEW))
    for name in found.changed if found.before else ():
        assert found.before is not None
        if name == "body":
            yield from _paragraphs(found.before, found.after)
            continue
        old, new = (_words(getattr(article, name)) for article in (found.before, found.after))
        yield Text.assemble(f"  {name}: ", (old, _OLD), " -> ", (new, _NEW))
    yield Text()


def _paragraphs(before: Article, after: Article) -> Iterator[Text]:
    yield Text("  body:")
    old, new = ((article.body or "").split("\n\n") for article in (before, after))
    lines = unified_diff([*filter(None, old)], [*filter(None, new)], "stored", "read today", n=1, lineterm="")
    for line in lines:
        style = {"-": _OLD, "+": _NEW, "@": _PLACE}.get(line[:1], "")
        yield Text(f"    {line}", style=style)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    plain = msgspec.json.encode(value).decode()
    return plain[1:-1] if plain.startswith('"') else plain
