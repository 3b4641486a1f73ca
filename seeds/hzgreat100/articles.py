"""The articles of the made-up site around the given one: what each says, and which comes before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from .prose import COMPANY, INSTRUMENTS, THEMES, Choice, Instrument, compose

SEED = 1771
FIRST, LAST = 1735, 1781
CATEGORIES = {1: "行业新闻", 2: "公司动态"}

# What each of these pages is strange in.
SCRIPTED_COUNT = 1745
PROSE_LIKE_LABELS = 1750
NO_NEIGHBOURS = 1754
"""In a list and in no chain."""
UNLISTED = 1742
"""In a chain and in no list."""
GBK_UNDECLARED = 1757
LYING_CHARSET = 1760
SHORT = 1763
NO_SOURCE = 1766
CYCLE_FROM, CYCLE_TO = 1779, 1773
"""The newest page of its chain leads back to an older one."""

# The titles of these two are named by the given text (with its ASCII comma); their bodies are made up.
_BEFORE = (
    "科学仪器行业的五种营销模式",
    [
        "同样是卖仪器，有的企业靠展会，有的企业靠口碑，还有的企业把门店搬到了网上。归纳起来，常见的做法有五种。",
        "第一种是直销，由厂家的销售工程师直接面对用户，好处是听得到真话，坏处是人手永远不够。",
        "第二种是代理，厂家出产品，代理商出人脉，价格体系一旦失守，双方都要吃亏。",
        "第三种是以租代售，用户先用后买，资金压力小，适合价格高、更新快的大型仪器。",
        "第四种是方案营销，不单卖一台主机，而是把前处理、耗材、方法和培训打包交付。",
        "第五种是内容营销，把应用文章写好、把视频拍好，让用户在遇到问题时自己找上门来。",
        "五种模式没有高下之分，规模小的企业从最后一种做起，往往花钱最少，见效却不慢。",
    ],
)
_AFTER = (
    "助力重大科研仪器研发,我国资助费用超9亿",
    [
        "重大科研仪器的研发周期长、投入大，单靠企业自己很难坚持到底，稳定的资助因此格外重要。",
        "按照资助办法，项目分为自由申请和部门推荐两类，前者鼓励新想法，后者面向明确的需求。",
        "评审专家看重的不是样机有多漂亮，而是它能不能做出别人做不出的测量。",
        "获得资助的团队还要接受中期检查，关键部件的自制情况是检查的重点之一。",
        "不少负责人表示，钱到位之后最缺的是时间，工程化阶段至少还需要三年。",
    ],
)

_SHORT = (
    "关于夏季校准安排的提示",
    [
        "受持续高温影响，本周三至周五校准实验室停止接收恒温类仪器，已经送到的仪器顺延处理。"
        "急需使用的用户可以先预约备用机，电话与平时相同。恢复接收的时间另行通知，给您带来的不便请谅解。"
    ],
)
_PROSE = (
    "网页上的数字能不能当作选购仪器的依据",
    [
        "常有用户拿着网页截图来问：浏览次数:90000的产品，是不是就比浏览次数:900的产品好？答案当然是否定的。",
        "浏览次数说明有多少人点开过页面，却说明不了有多少人买、多少人满意。有的页面一天刷新上千次，时间:2019年以前的数据更是无从核对。",
        "比数字更要紧的是来源。来源:说明书的参数是设计值，来源:检定证书的参数才是实测值，两者相差一成并不奇怪。",
        "我们建议把每个数字都写明测量条件，再请第三方复测一次。上一篇:报告里漏写的温度，往往就是下一篇:报告里超差的原因。",
        "总之，看仪器不能只看热闹。数字可以参考，结论要靠自己的样品。",
    ],
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Neighbour:
    """What stands behind 上一篇 or 下一篇."""

    article: int | None = None
    """None where the page says that there is none."""
    words: str = ""
    """Then these words say so."""
    href: str | None = None
    """And they may be linked all the same."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One article, as its author wrote it."""

    number: int
    category: int
    title: str
    """Without its 【tag】."""
    published_at: datetime
    """On the site's clock (+08:00), to the minute."""
    views: int
    source: str | None
    body: list[str]
    prev: Neighbour | None = None
    """None where the page has no such line."""
    next: Neighbour | None = None

    @property
    def path(self) -> str:
        """Where its page stands."""
        return f"/News/desc/id/{self.number}.html"

    @property
    def headline(self) -> str:
        """The title as displayed."""
        return f"【{CATEGORIES[self.category]}】{self.title}"


def articles(*, bump: int = 0, edits: Mapping[int, str] | None = None) -> dict[int, Article]:
    """Return every article by its number.

    `bump` is added to each view count; `edits` puts another paragraph at the end of an article.
    """
    edits = edits or {}
    texts = _texts()
    neighbours = _neighbours()
    found = {}
    for number in range(FIRST, LAST + 1):
        choice = Choice(number)
        category = _category(number)
        title, body, source = texts[number]
        before, after = neighbours.get(number, (None, None))
        found[number] = Article(
            number=number,
            category=category,
            title=title,
            published_at=_published_at(number, choice),
            views=(35348 if number == SEED else choice.number(320, 41000)) + bump,
            source=source,
            body=[*body, edits[number]] if number in edits else body,
            prev=before,
            next=after,
        )
    return found


def given() -> tuple[str, list[str]]:
    """Return the title and the paragraphs of the given text."""
    lines = [line for line in (Path(__file__).parent / "seed.txt").read_text("utf-8").splitlines() if line.strip()]
    title = lines[1].removeprefix("【行业新闻】")
    return title, lines[4 : lines.index("来源:网络")]


def _category(number: int) -> int:
    return 2 if number % 3 == 0 else 1


def _published_at(number: int, choice: Choice) -> datetime:
    if number == SEED:
        return datetime(2021, 7, 26, 11, 43)
    day = datetime(2021, 7, 26) + timedelta(days=(number - SEED) * 7 // 5)
    return day + timedelta(hours=choice.number(8, 17), minutes=choice.number(0, 59))


def _texts() -> dict[int, tuple[str, list[str], str | None]]:
    """Return title, body and source of each article; no theme meets the same instrument twice."""
    choice = Choice(SEED)
    used: set[tuple[str, Instrument]] = set()
    found: dict[int, tuple[str, list[str], str | None]] = {}
    for number in range(FIRST, LAST + 1):
        themes = COMPANY if _category(number) == 2 else THEMES
        name, instrument = choice.one([(n, i) for n in themes for i in INSTRUMENTS if (n, i) not in used])
        used.add((name, instrument))
        title, body = compose(themes[name], instrument, choice)
        source: str | None = "仪器无忧网" if _category(number) == 2 else choice.one(["网络", "行业简报", "本站整理"])
        if number == SEED:
            title, body = given()
            source = "网络"
        elif number == SEED - 2:
            title, body = _BEFORE
        elif number == SEED + 1:
            title, body = _AFTER
        elif number == SHORT:
            title, body = _SHORT
        elif number == PROSE_LIKE_LABELS:
            title, body = _PROSE
        found[number] = title, body, None if number == NO_SOURCE else source
    return found


def _neighbours() -> dict[int, tuple[Neighbour, Neighbour]]:
    """Return what is before and after each article: one chain a category."""
    found: dict[int, tuple[Neighbour, Neighbour]] = {}
    for category in CATEGORIES:
        chain = [n for n in range(FIRST, LAST + 1) if _category(n) == category and n != NO_NEIGHBOURS]
        before = {b: Neighbour(article=a) for a, b in pairwise(chain)}
        after = {a: Neighbour(article=b) for a, b in pairwise(chain)}
        if category == 1:
            before[chain[0]] = Neighbour(words="没有了")
            after[chain[-1]] = Neighbour(words="返回列表", href="/News/index/cid/1.html")
        else:
            before[chain[0]] = Neighbour(words="没有了", href="javascript:;")
            after[CYCLE_FROM] = Neighbour(article=CYCLE_TO)
        found.update((number, (before[number], after[number])) for number in chain)
    return found
