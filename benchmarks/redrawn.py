"""A saved site with articles in a design that the generic rules misread: unlabelled, with a time in an attribute, amid comments."""

from __future__ import annotations

import html
import importlib.util
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement, tostring

from crawler.extraction import parse
from crawler.extraction.article import read_with_places
from crawler.extraction.reading import Place
from crawler.items import ArticleItem, Neighbour

_SLOGAN = "开放的门户 Open portal"
_REMARKS = (
    "第{n}楼的读者说，上次去那里的时候天气很好，我们一家人在附近走了整整一个下午，回来以后还专门写了一篇长长的游记放在自己的主页上，有兴趣的朋友可以来看看。",
    "{n}号住户补充道：这件事情在小区里议论了很久，大家的看法并不一致，有人觉得可以再等一等，也有人觉得应该马上去问清楚，免得以后再有麻烦，我个人是比较乐观的。",
    "谢谢楼上分享，我查了一下{n}年前的旧报纸，当时的说法和现在完全不同，可见记忆是多么不可靠的东西，以后还是要把重要的事情都记录下来才好，这是我的一点体会。",
)
"""What readers write below an article, longer than many articles are."""


def redrawn(body: bytes, url: str, headers: dict[str, str] | None = None) -> bytes:
    """Return an article's page in the new design; its words are those that the rules read in the old one."""
    document = parse(body, url, headers or {})
    reading = read_with_places(document)
    item = reading.item
    places = {found.name: found.place for found in reading.found}
    text = places.get("body", Place()).elements
    inside = set(text[0].iter()) if text else set()
    links = [link for link in document.tree.iter("a") if link.get("href") and link not in inside]
    number = sum(url.encode()) % 97
    remarks = "".join(
        f"<div class=v3><p>{words.format(n=number + place)}</p><p>{words.format(n=number * 3 + place)}</p></div>"
        for place, words in enumerate(_REMARKS)
    )
    page = (
        f'<!DOCTYPE html><html lang="{item.language or "zh"}"><head><meta charset=utf-8><title>{_SLOGAN}</title></head>'
        f"<body><div class=a1><h1>{_SLOGAN}</h1></div>{_trail(item)}<div class=m1><div class=m2>{_text(item.title)}</div>"
        f"{_facts(item)}</div><div class=w1>{_story(text)}</div>{_turn(item)}<div class=v1>{remarks}</div>"
        f"<div class=z1>{''.join(map(_link, links))}</div></body></html>"
    )
    return page.encode()


def _text(words: str | None) -> str:
    return html.escape(words or "", quote=True)


def _trail(item: ArticleItem) -> str:
    if not item.breadcrumbs:
        return ""
    return "<div class=b1>当前位置：<a href=/>首页</a> &gt; " + " &gt; ".join(
        f"<a href=/?in={n}>{_text(name)}</a>" for n, name in enumerate(item.breadcrumbs)
    ) + "</div>"  # fmt: skip


def _facts(item: ArticleItem) -> str:
    """Return what the old design labels, as icons do: by classes and attributes alone."""
    found = f'<i class=m3 data-when="{_text(item.published)}"></i>' if item.published else ""
    found += f'<i class=m4 data-edited="{_text(item.modified)}"></i>' if item.modified else ""
    if item.source:
        inner = (
            f'<a href="{_text(item.source_url)}">{_text(item.source)}</a>' if item.source_url else _text(item.source)
        )
        found += f"<b class=m5>{inner}</b>"
    found += f"<b class=m6>{_text(item.editor)}</b>" if item.editor else ""
    found += f"<b class=m7>{_text(item.author)}</b>" if item.author and item.author != item.editor else ""
    if item.category and not item.breadcrumbs:
        found += f"<b class=m8>{_text(item.category)}</b>"
    return found + (f'<u class=m9 data-n="{_text(item.views)}"></u>' if item.views else "")


def _story(found: tuple[HtmlElement, ...]) -> str:
    """Return the text without the names that the old design gave its elements."""
    if not found:
        return ""
    story = deepcopy(found[0])
    for element in story.iter("*"):
        for name in ("id", "class", "style", "itemprop"):
            element.attrib.pop(name, None)
    return f"<div class=w2><div>{tostring(story, encoding='unicode', with_tail=False)}</div></div>"


def _turn(item: ArticleItem) -> str:
    sides = "".join(_side(name, side) for name, side in (("t2", item.prev), ("t3", item.next)) if side is not None)
    return f"<div class=t1>{sides}</div>"


def _side(name: str, side: Neighbour) -> str:
    address = f' href="{_text(side.url)}"' if side.url else ""
    return f"<a class={name}{address}>{_text(side.title or '没有了')}</a>"


def _link(link: HtmlElement) -> str:
    return f'<a href="{_text(link.get("href"))}">{_text(" ".join(link.text_content().split()) or "…")}</a> '


class Drawn:
    """The server of a saved site, some of whose articles are in the new design for as long as `is_new` says so."""

    def __init__(self, module: Any, server: Any, articles: set[str]) -> None:
        self._server, self.articles = server, articles
        self.url: str = module.Handler.base.decode()
        self.is_new: Callable[[str], bool] = lambda path: False
        """Asked with each article's path when it is requested."""
        self.shown: list[tuple[str, bool]] = []
        """Each answer of an article: its path, and whether it was in the new design."""

    def answer(self, path: str, body: bytes) -> bytes:
        """Return what a path answers now."""
        if path not in self.articles:
            return body
        new = self.is_new(path)
        self.shown.append((path, new))
        return _cached(body, self.url + path) if new else body


@lru_cache(maxsize=4096)
def _cached(body: bytes, url: str) -> bytes:
    return redrawn(body, url)


@contextmanager
def drawing(folder: Path, name: str, articles: list[str]) -> Iterator[Drawn]:
    """Serve a saved site by the folder's own server, in a thread, for as long as the block lasts."""
    spec = importlib.util.spec_from_file_location("serve_site", folder / "serve_site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.Handler.files = module.load(name)
    resolve = module.Handler.resolve

    def resolved(handler: Any) -> tuple[str, bytes | None]:
        path, body = resolve(handler)
        asked = unquote(urlsplit(handler.path).path)
        return path, None if body is None else drawn.answer(asked, body)

    module.Handler.resolve = resolved
    server = module.Server(("127.0.0.1", 0), module.Handler)
    module.Handler.base = f"http://127.0.0.1:{server.server_port}".encode()
    drawn = Drawn(module, server, set(articles))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield drawn
    finally:
        server.shutdown()
        server.server_close()
