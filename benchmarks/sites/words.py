"""Words of made-up articles, English and Chinese, the same for the same seed and number."""

from __future__ import annotations

import random
import re

from benchmarks.newspaper import DEEDS, PLACES, SENTENCES, SUBJECTS

WHO = (
    "council",
    "harbour board",
    "school",
    "library",
    "bakery",
    "museum",
    "rowing club",
    "fire brigade",
    "orchestra",
    "market",
)
DOES = ("opens", "closes", "repairs", "celebrates", "plans", "votes on", "sells", "paints", "moves", "insures")
WHAT = ("its old pier", "a second bridge", "the night bus", "the tide clock", "new allotments", "a winter fair",
        "the east stairs", "its archive", "a ferry timetable", "the weather mast")  # fmt: skip
WHY = ("after a long wait", "despite the rain", "for the third time", "before the summer", "with help from neighbours",
       "as costs rise", "without a vote", "in one afternoon")  # fmt: skip
ENGLISH = (
    "Work began shortly after eight in the morning and drew a small crowd of people on their way to the ferry.",
    "Nobody at the meeting could remember when the question had last been raised in public.",
    "The treasurer said that the figures would be published in full once the auditors had signed them.",
    "Several residents wrote to us to say that they had never received the letter in question.",
    "A spokeswoman declined to say how much had been spent, but called the sum reasonable.",
    "Until then, the path along the water remains closed to bicycles, though not to anybody on foot.",
    "The plans hang in the town hall until the end of the month and may be looked at on weekdays.",
    "What happens to the old building is undecided; three offers have been made, one of them withdrawn.",
    "Volunteers served soup from a tent that the scouts had lent them for the occasion.",
    "It was, as the chair put it, neither the first attempt nor likely to be the last.",
    "The wind had dropped by noon, and the first boats left the basin an hour later than planned.",
    "Photographs of the day are on show in the foyer, and prints can be ordered at the desk.",
)  # fmt: skip
CHINESE = (
    *SENTENCES,
    "会议强调，要把群众反映的问题逐项登记，明确办理时限和责任人员。",
    "一位在这里工作了二十多年的老师傅说，变化是一点一点发生的。",
    "根据公示内容，相关材料可以在工作日到一楼大厅的窗口查阅。",
    "雨下了整整一夜，第二天早上路面上的积水已经全部退去。",
    "他们把旧仓库改成了展厅，墙上保留着当年用粉笔写下的数字。",
    "从山脚走到观景台大约需要四十分钟，沿途设有三处饮水点。",
)


def english_title(seed: int, number: int) -> str:
    """Return a headline of its own: no two numbers below 8,000 share one."""
    place = (number * 7_919 + seed * 104_729) % 8_000
    who, does, what, why = place % 10, place // 10 % 10, place // 100 % 10, place // 1000
    return f"{WHO[who].capitalize()} {DOES[does]} {WHAT[what]} {WHY[why]}"


def chinese_title(seed: int, number: int) -> str:
    """Return a headline of its own."""
    place, round_ = (number * 7_919 + seed * 104_729) % 8_000, number // 8_000
    again = f"（之{round_ + 1}）" if round_ else ""
    return f"{PLACES[place % 10]}{SUBJECTS[place // 10 % 10]}{DEEDS[place // 100 % 8]}{'一二三四五六七八九十'[place // 800]}{again}"


def slug(title: str) -> str:
    """Return a headline as an address has it.

    >>> slug("Council opens its old pier")
    'council-opens-its-old-pier'
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def paragraphs(seed: int, number: int, sentences: tuple[str, ...], *, most: int = 7) -> tuple[str, ...]:
    """Return an article's text: three paragraphs at least, each of its own."""
    chance = random.Random(f"{seed} {number} text")
    space = " " if sentences is ENGLISH else ""
    return tuple(
        space.join([*chance.sample(sentences, chance.randrange(2, 5)), _mark(number, n, sentences)])
        for n in range(chance.randrange(3, most))
    )


def _mark(number: int, n: int, sentences: tuple[str, ...]) -> str:
    if sentences is ENGLISH:
        return f"Item {number * 31 + n} on the list was put off."
    return f"其中第{number * 31 + n}项工作另行安排。"
