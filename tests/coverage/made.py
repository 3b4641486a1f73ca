"""A made-up site: categories with chains of their own, lists with pages, and holes made on purpose."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from urllib.parse import urlsplit

from scrapy import Request

import archive
from archive.digest import text_digest
from crawler.fingerprint import PageFingerprinter
from crawler.frontier.interface import Answered, Found, Page, Receipt
from crawler.frontier.requests import key_of
from crawler.frontier.sqlite import SqliteFrontier
from tests.archive.conftest import article as revision
from tests.archive.conftest import observation

CST = timezone(timedelta(hours=8))
MONDAY = date(2026, 1, 5)
CATEGORIES = {"yiqi": "仪器新闻", "huaxue": "化学新闻", "shichang": "市场新闻"}
PER_PAGE = 10
_WORDS = "研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，读者可以在这里看到完整的说明文字。"
_SUBJECTS = (
    "光谱仪",
    "显微镜",
    "天平",
    "离心机",
    "色谱柱",
    "温度计",
    "反应釜",
    "粉碎机",
    "气相色谱仪",
    "培养箱",
    "滤纸",
)


@dataclass(frozen=True)
class Made:
    """An article of the made-up site."""

    number: int
    category: str
    day: date

    @property
    def path(self) -> str:
        return f"/{self.category}/{self.number}.html"

    @property
    def title(self) -> str:
        return f"第{self.number}号{_SUBJECTS[self.number % len(_SUBJECTS)]}在实验室里投入使用了"

    @property
    def published(self) -> datetime:
        return datetime.combine(self.day, time(9, self.number % 60), CST)


@dataclass
class Site:
    """Articles from the first Monday of 2026 on, and what is wrong with them."""

    weeks: int = 12
    a_day: int = 2
    """On each day from Monday to Friday, or on all days where there are `weekends`."""
    weekends: bool = False
    next_is_older: bool = False
    removed: set[int] = field(default_factory=set)
    """Numbers of articles that are not there, though their neighbours lead to them."""
    unlisted: set[int] = field(default_factory=set)
    """Numbers of articles that no list shows."""
    cut: set[int] = field(default_factory=set)
    """Numbers of articles behind which, in time, the chain is cut: neither names the other."""
    broken: dict[int, int] = field(default_factory=dict)
    """Article -> the one that it names as the older one, instead of its true neighbour."""

    def __post_init__(self) -> None:
        self.articles: list[Made] = []
        categories = list(CATEGORIES)
        for offset in range(7 * self.weeks):
            day = MONDAY + timedelta(days=offset)
            for _ in range(self.a_day if self.weekends or day.weekday() < 5 else 0):
                number = 1001 + len(self.articles)
                self.articles.append(Made(number, categories[number % len(categories)], day))

    def of(self, category: str) -> list[Made]:
        return [one for one in self.articles if one.category == category]

    def week(self, first: date) -> list[Made]:
        """Return the articles of seven days."""
        return [one for one in self.articles if first <= one.day < first + timedelta(days=7)]

    def beside(self, one: Made) -> tuple[Made | None, Made | None]:
        """Return the older and the newer neighbour that the page of an article names."""
        row = self.of(one.category)
        place = row.index(one)
        older = row[place - 1] if place else None
        newer = row[place + 1] if place + 1 < len(row) else None
        if older is not None and older.number in self.cut:
            older = None
        if one.number in self.cut:
            newer = None
        if one.number in self.broken:
            older = next(other for other in row if other.number == self.broken[one.number])
        return older, newer

    def neighbours(self, one: Made) -> tuple[Made | None, Made | None]:
        """Return what its page calls previous and next."""
        older, newer = self.beside(one)
        return (newer, older) if self.next_is_older else (older, newer)

    @property
    def there(self) -> list[Made]:
        return [one for one in self.articles if one.number not in self.removed]

    # As pages. -----------------------------------------------------------------------------------------------------

    def page(self, one: Made) -> str:
        def link(label: str, other: Made | None) -> str:
            said = f'<a href="{other.path}">{other.title}</a>' if other else "没有了"
            return f"<p>{label}：{said}</p>"

        previous, following = self.neighbours(one)
        return (
            f"<html><head><title>{one.title}</title></head><body>"
            f'<div class=path>当前位置：<a href="/">首页</a> &gt; <a href="/{one.category}/">{CATEGORIES[one.category]}</a></div>'
            f"<h1>{one.title}</h1><p>发布时间：{one.published:%Y-%m-%d %H:%M} 来源：测试社</p>"
            f"<div class=content><p>{_WORDS * 3}</p><p>{_WORDS}这是第{one.number}号的说明。</p></div>"
            f"{link('上一篇', previous)}{link('下一篇', following)}</body></html>"
        )

    def lists(self) -> dict[str, str]:
        """Return the home page and the pages of lists, by path."""
        shown = {
            name: [one for one in reversed(self.of(name)) if one.number not in self.unlisted] for name in CATEGORIES
        }
        pages = {}
        for name, articles in shown.items():
            parts = [articles[start : start + PER_PAGE] for start in range(0, len(articles), PER_PAGE)]
            for place, part in enumerate(parts):
                items = "".join(f'<li><a href="{one.path}">{one.title}</a></li>' for one in part)
                further = f'<a href="/{name}/index_{place + 2}.html">下一页</a>' if place + 1 < len(parts) else ""
                path = f"/{name}/index_{place + 1}.html" if place else f"/{name}/"
                pages[path] = f"<html><body><h2>{CATEGORIES[name]}</h2><ul>{items}</ul>{further}</body></html>"
        home = "".join(
            f'<li><a href="/{name}/">{CATEGORIES[name]}</a></li>' for name, articles in shown.items() if articles
        )
        pages["/"] = f"<html><body><ul>{home}</ul></body></html>"
        return pages

    def routes(self) -> dict[str, str]:
        """Return all pages, by path."""
        return {**{one.path: self.page(one) for one in self.there}, **self.lists()}

    # As lines of an archive. ---------------------------------------------------------------------------------------

    def revision(
        self, one: Made, home: str, *, read_at: datetime, **changes
    ) -> tuple[archive.Article, archive.Observation]:
        """Return the line of an article, and that of its visit."""
        url = home + one.path
        title, body = one.title, f"{_WORDS}{one.number}"
        sides = dict(zip(("prev", "next"), self.neighbours(one), strict=True))
        links = {
            side: archive.Link(url=home + other.path if other else None, title=None) for side, other in sides.items()
        }
        common = {"id": archive.article_id(url), "site": urlsplit(home).hostname, "recorded_at": read_at, "url": url}
        common["visit_id"] = f"visit {one.number} {read_at:%d%H%M%S}"
        words = {
            "canonical_url": url, "title": title, "body": body, "category": CATEGORIES[one.category],
            "published_at": one.published, "published_date": one.day, "published_raw": str(one.day),
            "text_digest": text_digest(title=title, body=body), "digest": f"sha256:{one.number:064}", "captures": (),
            "revision_id": f"{one.number:026}", "breadcrumbs": ("首页", CATEGORIES[one.category]), **links,
        }  # fmt: skip
        return revision(**(common | words | changes)), observation(**common, outcome="new")


READ_AT = datetime(2026, 6, 1, 3, 0, tzinfo=UTC)


class Written:
    """An archive and a frontier that are written directly, as a crawl would leave them."""

    def __init__(self, root, site: Site, host: str = "news.example.com") -> None:
        self.root, self.site, self.host, self.home = root, site, host, f"https://{host}"
        self.settings = {"ARCHIVE": str(root)}

    def archive(self, articles, *, read_at=READ_AT, each=lambda one: {}, **changes) -> None:
        """Store articles, with changes to all of them and to `each`."""
        with archive.Writer(self.root, site=self.host) as writer:
            for one in articles:
                writer.append(*self.site.revision(one, self.home, read_at=read_at, **changes, **each(one)))

    def observe(self, one: Made, outcome: str, at: datetime) -> None:
        """Store what a later visit saw of an article."""
        url = self.home + one.path
        with archive.Writer(self.root, site=self.host) as writer:
            writer.append(
                observation(
                    id=archive.article_id(url), site=self.host, url=url, recorded_at=at, outcome=outcome, digest=None,
                    visit_id=f"later {one.number} {at:%d%H%M%S}",
                )
            )  # fmt: skip

    def crawl(self, named: dict[str, list[str]], *, failing=(), unread=(), mode="full", finished=True, gone=()) -> None:
        """Let a crawl find paths by ways, and read them all but those that fail (reason by path) or wait."""
        asyncio.run(self._crawl(named, dict(failing), set(unread), mode, finished, set(gone)))

    async def _crawl(self, named, failing, unread, mode, finished, gone) -> None:
        from crawler.frontier.interface import Plan

        frontier = SqliteFrontier(self.root / "frontier", self.host, exclusive=True)
        try:
            await frontier.begin(fresh=True, mark=0, plan=Plan(mode=mode))
            await frontier.remember("scope", self.home)
            for way, paths in named.items():
                await frontier.push([found(self.home + path, way) for path in paths])
            held = []
            while leases := (await frontier.lease(500, per_host=10_000, held={}, closed=())).leases:
                receipts = []
                for lease in leases:
                    path = urlsplit(lease.url).path
                    if path in unread:
                        held.append(lease)
                    elif path in failing:
                        receipts.append(Receipt(lease=lease, state="failed", reason=failing[path]))
                    elif path in gone:
                        answer = Answered(at=1, http_status=404)
                        receipts.append(Receipt(lease=lease, state="done", reason="HTTP 404", answer=answer))
                    else:
                        kind = "article" if path.endswith(".html") and "index" not in path else "other"
                        answer, page = Answered(at=1, http_status=200), Page(kind=kind)
                        receipts.append(Receipt(lease=lease, state="done", answer=answer, page=page))
                await frontier.acknowledge(receipts)
            await frontier.give_back(held)
            if finished and not held:
                await frontier.finish(None)
        finally:
            await frontier.close()

    def report(self):
        """Return the report."""
        from scrapy.utils.project import get_project_settings

        from crawler.coverage.command import report_on

        settings = get_project_settings()
        settings.setdict(self.settings, priority="cmdline")
        return asyncio.run(report_on(self.host, settings))


def found(url: str, way: str | None) -> Found:
    """Return an address as a crawl finds it."""
    key = key_of(Request(url), PageFingerprinter())
    return Found(key=key, url=url, host=urlsplit(url).hostname, way=None if way == "start" else way)


def paths(articles) -> list[str]:
    return [one.path for one in articles]
