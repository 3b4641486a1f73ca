"""A made-up news site: its addresses, and what it answers to each, the same for the same plan.

Articles say title, time, source, count, previous and next; lists have pages; aliases, redirects, dead links, articles over two
addresses, error pages that are none and pages that are unavailable once make it like a real one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

PER_LIST = 40
"""Articles that one page of a list names."""
SECTIONS = ("yaowen", "keji", "jiaoyu", "shengtai", "wenhua", "tiyu", "caijing", "shehui")
NAMES = ("要闻", "科技", "教育", "生态", "文化", "体育", "财经", "社会")
ODD = 25
"""Every so many-th article has something awkward about it."""
PLACES = ("江州", "临海", "青原", "平湖", "河东", "南浦", "云溪", "石门", "东林", "西口")
SUBJECTS = ("实验室", "图书馆", "港口", "气象台", "博物馆", "水文站", "研究院", "植物园", "天文台", "观测站")
DEEDS = (
    "公布年度报告",
    "启用新设备",
    "完成三期工程",
    "举行开放日",
    "发布观测数据",
    "扩建主楼",
    "签署合作协议",
    "迎来首批访客",
)
SENTENCES = (
    "工作人员介绍，这项工作从去年春天开始筹备，前后经过了多次论证和修改。",
    "负责人说，下一步将根据实际情况调整计划，并及时向公众说明进展。",
    "记者在现场看到，新的设备已经安装完毕，正在进行最后阶段的调试。",
    "据了解，类似的项目在其他地区也有先例，但规模和用途各不相同。",
    "参加活动的居民表示，希望今后能有更多机会了解这些工作的具体内容。",
    "专家认为，数据的积累需要时间，短期内不宜作出过于乐观的判断。",
    "按照安排，全部工作将在年底之前完成，届时会对外公布详细的结果。",
    "有关部门提醒，参观者应当提前预约，并遵守现场的各项规定。",
)
HEAD = "<!doctype html><html><head><meta charset=utf-8><title>{title}</title>{head}</head><body>"
STYLE = (
    "<style>" + "".join(f".c{n}{{margin:0 {n}px;padding:{n % 7}px;color:#33{n:04d}}}" for n in range(200)) + "</style>"
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a site is like."""

    pages: int = 1500
    """Articles."""
    size: int = 24_000
    """Bytes of an article's page, about."""
    links: int = 100
    """Links of an article's page, about."""
    seed: int = 1


@dataclass(frozen=True)
class Page:
    """An answer."""

    body: bytes
    status: int = 200
    location: str = ""


class Site:
    """All pages of a plan, each made when it is asked for; what is made depends on the plan alone."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._troubled: set[str] = set()
        """Paths that have said already that they are unavailable."""
        self._filler = STYLE.encode()

    # Addresses. ----------------------------------------------------------------------------------------------------

    def path(self, number: int) -> str:
        """Return the address of an article."""
        return f"/{SECTIONS[number % len(SECTIONS)]}/{2015 + number % 10}/{1 + number % 12:02}/{number:07}.html"

    def named(self, number: int) -> str:
        """Return the address under which others link to an article: now and then an alias, or one that leads to it."""
        path = self.path(number)
        match number % ODD:
            case 3:
                return f"{path}?from=list"
            case 7:
                return f"/go/{number}.html"
            case 11:
                return f"/m{path}"
            case 15:
                return f"/special/{number}/index.html"
        return path

    def listing(self, section: int, page: int) -> str:
        """Return the address of a page of a list."""
        return f"/{SECTIONS[section]}/" if page == 0 else f"/{SECTIONS[section]}/list_{page}.html"

    # Pages. --------------------------------------------------------------------------------------------------------

    def answer(self, target: str) -> Page:
        """Return what the site answers to a path with its query."""
        path = target.partition("?")[0]
        name = path.strip("/").split("/")
        number = int(digits) if (digits := name[-1].removesuffix(".html")).isdigit() else -1
        if path in ("/", "/index.html"):
            return self._home()
        if name[0] == "go" and self._is_article(number, 7):
            return Page(b"", 302, self.path(number))
        if name[0] == "special" and name[-1] in ("special", "index.html", name[1]) and name[1].isdigit():
            number = int(name[1])
            # One page with and without index.html.
            return self._article(number) if self._is_article(number, 15) else _missing()
        if name[0] == "m" and self._is_article(number, 11) and path == f"/m{self.path(number)}":
            return self._article(number, canonical=True)
        if self._is_article(number) and path == self.path(number):
            if number % 97 == 19 and path not in self._troubled:
                self._troubled.add(path)
                return Page(b"", 503)
            return self._article(number)
        return self._list(path, name) or _missing()

    def _is_article(self, number: int, odd: int | None = None) -> bool:
        return 0 <= number < self.plan.pages and (odd is None or number % ODD == odd)

    def _home(self) -> Page:
        sections = "".join(
            f'<li><a href="/{code}/">{name}</a></li>' for code, name in zip(SECTIONS, NAMES, strict=True)
        )
        newest = "".join(self._item(number) for number in range(max(0, self.plan.pages - 20), self.plan.pages))
        return self._page("江州新闻网", f"<h2>频道</h2><ul>{sections}</ul><h2>最新</h2><ul>{newest}</ul>")

    def _list(self, path: str, name: list[str]) -> Page | None:
        if name[0] not in SECTIONS or len(name) > 2:
            return None
        section = SECTIONS.index(name[0])
        text = name[1].removeprefix("list_").removesuffix(".html") if len(name) == 2 else "0"
        page = int(text) if text.isdigit() else -1
        numbers = range(section, self.plan.pages, len(SECTIONS))
        mine = numbers[page * PER_LIST : (page + 1) * PER_LIST] if page >= 0 else ()
        if path != self.listing(section, page) or not (mine or page == 0):
            return None
        last = max(0, (len(numbers) - 1) // PER_LIST)
        near = sorted({0, *range(max(0, page - 3), min(last, page + 3) + 1), last})
        pager = "".join(f'<a href="{self.listing(section, n)}">{n + 1}</a> ' for n in near)
        gone = f'<li><a href="/{SECTIONS[section]}/deleted/{9_000_000 + page}.html">一篇已经撤下来的旧报道的标题在这里</a></li>'
        items = "".join(map(self._item, mine))
        return self._page(f"{NAMES[section]}列表", f"<h2>{NAMES[section]}</h2><ul>{items}{gone}</ul><div>{pager}</div>")

    def _item(self, number: int) -> str:
        return f'<li><a href="{self.named(number)}">{self.title(number)}</a><span>{self._day(number)}</span></li>'

    def title(self, number: int) -> str:
        """Return the headline of an article."""
        # Mixed by a multiplication: a generator for each of a hundred links would cost more than the rest of a page.
        mixed = (number + self.plan.seed) * 2_654_435_761 >> 7
        place, subject, deed = PLACES[mixed % 10], SUBJECTS[mixed // 10 % 10], DEEDS[mixed // 100 % len(DEEDS)]
        return f"{place}{subject}{deed}（第{number}号）"

    def _day(self, number: int) -> str:
        return f"{2015 + number % 10}-{1 + number % 12:02}-{1 + number % 28:02}"

    def _article(self, number: int, *, canonical: bool = False) -> Page:
        chance = random.Random(f"{self.plan.seed} {number} text")
        # A page that is none, as a site shows it instead of an error.
        title = "页面不存在" if number % ODD == 21 else self.title(number)
        paragraphs = "".join(
            f"<p>{number}之{n}：{''.join(chance.sample(SENTENCES, 4))}</p>" for n in range(3 + chance.randrange(6))
        )
        around = [("上一篇", number - 1), ("下一篇", number + 1)]
        chain = "".join(
            f'<p>{word}：<a href="{self.path(other)}">{self.title(other)}</a></p>'
            if self._is_article(other)
            else f"<p>{word}：没有了</p>"
            for word, other in around
        )
        others = chance.choices(range(self.plan.pages), k=max(0, self.plan.links - len(SECTIONS) - 3))
        more = "".join(f'<li><a href="{self.named(other)}">{self.title(other)}</a></li>' for other in others)
        text = (
            f"<h1>{title}</h1><div class=info>发布时间：{self._day(number)} {number % 24:02}:{number % 60:02} "
            f"来源：{chance.choice(PLACES)}日报 浏览次数：{chance.randrange(9, 99999)}</div><div class=content>{paragraphs}</div>"
            f"<div class=pn>{chain}</div><div class=side><h3>相关阅读</h3><ul>{more}</ul></div>"
        )
        link = f'<link rel=canonical href="{self.path(number)}">' if canonical else ""
        return self._page(title, text, link)

    def _page(self, title: str, text: str, head: str = "") -> Page:
        menu = "".join(f'<a href="/{code}/">{name}</a>' for code, name in zip(SECTIONS, NAMES, strict=True))
        whole = (
            HEAD.format(title=title, head=head)
            + f"<div class=menu><a href='/'>首页</a>{menu}</div>{text}</body></html>"
        )
        body = whole.encode()
        room = self.plan.size - len(body)
        if room > 0:  # as stylesheets and scripts within a page are
            times, rest = divmod(room, len(self._filler))
            comment = b"<!--" + b"-" * max(0, rest - 7) + b"-->"
            body = body.replace(b"</head>", self._filler * times + comment + b"</head>", 1)
        return Page(body)


def _missing() -> Page:
    return Page(b"<html><head><title>404</title></head><body>404</body></html>", 404)
