"""What a pipeline gives back of an article that was stored: its line, and what the visit found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from archive.records import plain_values

if TYPE_CHECKING:
    from archive import Article
    from pipelines.recorder import Change


class StoredLine(dict[str, Any]):
    """An article's line as plain JSON values."""

    def __init__(self, article: Article, change: Change) -> None:
        super().__init__(plain_values(article))
        self.change: Change = change
        """What the page did: what only better rules read otherwise is the same."""
