"""The whole made-up site around the given page, the same bytes each time.

`python -m seeds.hzgreat100.generate` writes `pages/` (the given article's page) and `expected.jsonl` anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, timedelta, timezone
from pathlib import Path

from seeds.site import Page, Site

from .articles import (
    CATEGORIES,
    GBK_UNDECLARED,
    LYING_CHARSET,
    SCRIPTED_COUNT,
    SEED,
    UNLISTED,
    Article,
    Neighbour,
    articles,
)
from .markup import COUNTER, DEAD, article_page, home_page, list_page, list_path, plain_page

HOST = "hzgreat100.com"
PER_PAGE = 10
_ZONE = timezone(timedelta(hours=8))
_HERE = Path(__file__).parent

_GIF = bytes.fromhex("47494638396101000100800000000000ffffff2c00000000010001000002024401003b")
_ABOUT = (
    "仪器无忧网是面向检测机构、高校和工厂的仪器资讯与服务网站，内容涵盖选型、维护、检定和培训。",
    "网站设有行业新闻和公司动态两个栏目，欢迎读者来信指出文章中的错误，也欢迎仪器用户投稿。",
)
_CONTACT = ("电话:000-00000000", "邮箱:info@example.com", "来访请提前一天预约，工作时间为周一至周五。")


def build(*, bump: int = 0, edits: Mapping[int, str] | None = None, gone: Collection[int] = ()) -> Site:
    """Return the site, or what it became: `bump` more views each, a paragraph added by `edits`, articles `gone`."""
    everything = articles(bump=bump, edits=edits)
    changed = timedelta(days=bump + len(edits or ()))
    newest = max(a.published_at for a in everything.values()).replace(tzinfo=_ZONE).astimezone(UTC) + changed
    pages = {a.path: _article(a, everything, changed) for a in everything.values() if a.number not in gone}
    pages |= {path: Page(body=text.encode(), modified_at=newest) for path, text in _others(everything).items()}
    pages |= {
        "/robots.txt": Page(body=b"User-agent: *\nAllow: /\nDisallow: /admin/\n", content_type="text/plain"),
        "/static/style.css": Page(body=b".content p { line-height: 2; }\n", content_type="text/css"),
        "/static/logo.gif": Page(body=_GIF, content_type="image/gif"),
        COUNTER: Page(body=b"document.write('2187');\n", content_type="application/javascript"),
    }
    return Site(
        name="hzgreat100",
        hosts=(HOST, f"www.{HOST}"),
        pages=pages,
        expected=tuple(_expected(a, everything) for a in everything.values() if a.number not in gone),
        seed_path=everything[SEED].path,
        dead=frozenset({DEAD, *(everything[n].path for n in gone)}),
        forbidden=("/hits.php", "/admin/"),
    )


def _article(article: Article, everything: Mapping[int, Article], changed: timedelta) -> Page:
    modified_at = article.published_at.replace(tzinfo=_ZONE).astimezone(UTC) + changed
    if article.number == GBK_UNDECLARED:
        text = article_page(article, everything, charset=None)
        return Page(body=text.encode("gbk"), content_type="text/html", modified_at=modified_at)
    body = article_page(article, everything, charset="utf-8").encode()
    if article.number == LYING_CHARSET:
        return Page(body=body, content_type="text/html; charset=gb2312", modified_at=modified_at)
    return Page(body=body, modified_at=modified_at)


def _others(everything: Mapping[int, Article]) -> dict[str, str]:
    """Return the pages that are no articles."""
    by_category = {
        category: [a for a in reversed(list(everything.values())) if a.category == category and a.number != UNLISTED]
        for category in CATEGORIES
    }
    found = {
        "/": home_page({c: items[:6] for c, items in by_category.items()}, everything[SEED - 2], HOST),
        "/About/index.html": plain_page("关于我们", _ABOUT),
        "/Contact/index.html": plain_page("联系我们", _CONTACT),
        "/admin/login.html": plain_page("后台管理", ["请登录。"]),
    }
    for category, items in by_category.items():
        found |= _lists(category, items)
    return found


def _lists(category: int, items: Sequence[Article]) -> dict[str, str]:
    last = -(-len(items) // PER_PAGE)
    return {
        list_path(category, n): list_page(
            category, n, last, items[(n - 1) * PER_PAGE : n * PER_PAGE], dead=(category, n) == (1, 2)
        )
        for n in range(1, last + 1)
    }


def _expected(article: Article, everything: Mapping[int, Article]) -> dict[str, object]:
    """Return what an archive should hold of the article, under the names of its schema."""
    return {
        "url": f"http://{HOST}{article.path}",
        "title": article.title,
        "category": CATEGORIES[article.category],
        "published_at": article.published_at.replace(tzinfo=_ZONE).isoformat(),
        "view_count": None if article.number == SCRIPTED_COUNT else article.views,
        "source": article.source,
        "prev": _expected_neighbour(article.prev, everything),
        "next": _expected_neighbour(article.next, everything),
        "body": "\n\n".join(article.body),
    }


def _expected_neighbour(neighbour: Neighbour | None, everything: Mapping[int, Article]) -> dict[str, str | None] | None:
    if neighbour is None:
        return None
    if neighbour.article is None:
        return {"url": None, "title": None}
    other = everything[neighbour.article]
    return {"url": f"http://{HOST}{other.path}", "title": other.headline}


def saved(site: Site) -> dict[Path, bytes]:
    """Return the files that are kept in this folder, for those who read and for tests without a server."""
    lines = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in site.expected)
    return {
        _HERE / "pages" / site.seed_path.lstrip("/"): site.pages[site.seed_path].body,
        _HERE / "expected.jsonl": lines.encode(),
    }


def main() -> None:
    """Write the saved files."""
    for path, content in saved(build()).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        print(path.relative_to(_HERE))


if __name__ == "__main__":
    main()
