"""A layout as Python source: as an argument of a spider, or a spider's whole file."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from crawler.layout import Layout

_WIDE = 100


def layout_source(layout: Layout, indent: str = "") -> str:
    r"""Return the call that makes a layout.

    >>> print(layout_source(Layout(title="h1", until=date(2021, 3, 1))))
    Layout(title="h1", until=date(2021, 3, 1))
    """
    stated = [(field.name, value) for field in fields(layout) if (value := getattr(layout, field.name)) is not None]
    words = [f"{name}={_literal(value)}" for name, value in stated]
    line = f"Layout({', '.join(words)})"
    if len(indent + line) <= _WIDE:
        return line
    inner = "".join(f"{indent}    {word},\n" for word in words)
    return f"Layout(\n{inner}{indent})"


def layouts_source(layouts: Sequence[Layout], indent: str = "") -> str:
    """Return `layouts = (…)` of a spider's class, with a trailing comma after each layout.

    >>> print(layouts_source([Layout(title="h1")]))
    layouts = (Layout(title="h1"),)
    """
    line = ", ".join(layout_source(layout) for layout in layouts)
    if "\n" not in line and len(layouts) == 1 and len(indent + line) + 13 <= _WIDE:
        return f"layouts = ({line},)"
    inner = "".join(f"{indent}    {layout_source(layout, indent + '    ')},\n" for layout in layouts)
    return f"layouts = (\n{inner}{indent})"


def spider_source(name: str, site: str, start_url: str | None, pages: int, layouts: Sequence[Layout]) -> str:
    """Return the file of a spider with these layouts."""
    imports = ["from crawler.layout import Layout", "from crawler.spider import ArticleSpider"]
    if any(layout.until for layout in layouts):
        imports = ["from datetime import date", "", *imports]
    start = f"    start_urls = [{_literal(start_url)}]\n" if start_url else ""
    return (
        f'"""{site}: its layout as learnt from {pages} pages."""\n\n'
        + "\n".join(imports)
        + f'\n\n\nclass {class_name(name)}(ArticleSpider):\n    """Articles of {site}."""\n\n'
        + f"    name = {_literal(name)}\n{start}    {layouts_source(layouts, '    ')}\n"
    )


def class_name(name: str) -> str:
    """Return what a spider's class is called.

    >>> class_name("harbour_daily")
    'HarbourDaily'
    """
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def is_name(name: str) -> bool:
    """Return whether a spider's file may be called so.

    >>> is_name("harbour_daily"), is_name("harbour.example"), is_name("class"), is_name("../x")
    (True, False, False, False)
    """
    return re.fullmatch("[a-z][a-z0-9_]*", name) is not None and not keyword.iskeyword(name)


def _literal(value: object) -> str:
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    text = str(value)
    if '"' in text and "'" not in text and "\\" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
