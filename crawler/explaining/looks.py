"""How the page that explains looks: a colour for each field, by day and by night."""

from __future__ import annotations

from importlib import resources

from .marking import MARK

COLOURS = {
    "title": "#ffd54a",
    "published_at": "#8ecbff",
    "modified_at": "#b9d8f2",
    "source": "#7fe3d4",
    "author": "#d3b4ff",
    "editor": "#e6cdfa",
    "category": "#d5e07a",
    "breadcrumbs": "#e6edb0",
    "view_count": "#ffa8cf",
    "prev": "#ffbf80",
    "next": "#ffd2a6",
    "body": "#d3f2d0",
}
"""Of a field's marks. Of one lightness, so that black text is read on each of them."""

_FILES = resources.files(__package__)
PAGE = (_FILES / "page.css").read_text("utf-8") + "".join(
    f"mark.{MARK}-{name} {{ background: {colour} !important; }}\n" for name, colour in COLOURS.items()
)
"""Of the page that is explained."""
PANEL = (_FILES / "panel.css").read_text("utf-8") + "".join(
    f".chip.{name} {{ background: {colour}; }} .field.{name} {{ border-left-color: {colour}; }}\n"
    for name, colour in COLOURS.items()
)
"""Of what stands beside it."""
