"""Which addresses of a site are articles' by what their like have been in this run."""

from __future__ import annotations

import re
from collections import OrderedDict
from urllib.parse import urlsplit

_SURE, _PRACTICALLY = 5, 0.8
"""Articles, and their share of the pages, from which pages of like addresses are articles whatever they look like."""
_SHAPES = 500
"""Shapes that are remembered, those that were met last."""


class Giving:
    """Counts the pages of like addresses at once when they are read, and how many of them were articles."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def saw(self, url: str, *, is_article: bool) -> None:
        """Take what a page was.

        >>> giving = Giving()
        >>> for n in range(5): giving.saw(f"https://a.cn/news/{n}.html", is_article=True)
        >>> giving.saw("https://a.cn/news/list_1.html", is_article=False)
        >>> giving.gives("https://a.cn/sport/7.html"), giving.gives("https://a.cn/news/list_2.html")
        (True, False)
        """
        for shape in _shapes(url):
            articles, pages = self._counts.get(shape, (0, 0))
            self._counts[shape] = articles + is_article, pages + 1
            self._counts.move_to_end(shape)
            if len(self._counts) > _SHAPES:
                self._counts.popitem(last=False)

    def gives(self, url: str) -> bool:
        """Return whether practically all pages of like addresses were articles."""
        counts = (self._counts.get(shape, (0, 0)) for shape in _shapes(url))
        return any(articles >= max(_SURE, _PRACTICALLY * pages) for articles, pages in counts)


def _shapes(url: str) -> tuple[str, str]:
    """Return what an address has in common with its like: numbers are marked, and in the second all folders.

    >>> _shapes("https://a.cn/news/2024/t5_7.html?id=3"), _shapes("https://a.cn/posts/git-for-all/")
    (('news/#/t#_#.html?id', '*/#/t#_#.html?id'), ('posts/*', '*/*'))
    """
    parts = urlsplit(url)
    *folders, last = re.sub(r"\d+", "#", parts.path.strip("/")).split("/")
    if "#" not in last:
        last = re.sub(r"^[^.]+", "*", last)
    keys = "?" + "&".join(sorted(key.partition("=")[0] for key in parts.query.split("&"))) if parts.query else ""
    wide = [folder if folder == "#" else "*" for folder in folders]
    return "/".join([*folders, last]) + keys, "/".join([*wide, last]) + keys
