"""The bundled site is what its README says, and the same each time."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from seeds.hzgreat100 import articles as data
from seeds.hzgreat100.generate import build, saved
from seeds.site import load_site

SEED_TEXT = (Path(data.__file__).parent / "seed.txt").read_text("utf-8")


class Reader(HTMLParser):
    """What a page shows, a line a block, and where it links."""

    def __init__(self, text):
        super().__init__()
        self.lines, self.links, self.scripts, self._hidden = [""], [], [], 0
        self.feed(text)
        self.lines = [line for line in (" ".join(line.split()) for line in self.lines) if line]

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.links.append(dict(attrs).get("href"))
        if tag == "script":
            self.scripts.append(dict(attrs).get("src"))
        self._hidden += tag in ("script", "title")
        if tag not in ("a", "b", "em", "strong", "i"):
            self.lines.append("")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("script", "title")
        if tag not in ("a", "b", "em", "strong", "i"):
            self.lines.append("")

    def handle_data(self, data):
        if not self._hidden:
            self.lines[-1] += data


@pytest.fixture(scope="module")
def site():
    return build()


@pytest.fixture(scope="module")
def by_number(site):
    return {int(re.search(r"(\d+)\.html", line["url"])[1]): line for line in site.expected}


def text_of(site, number):
    body = site.pages[f"/News/desc/id/{number}.html"].body
    return body.decode("gbk" if number == data.GBK_UNDECLARED else "utf-8")


def reading(site, number):
    return Reader(text_of(site, number))


def test_the_site_is_the_same_each_time(site):
    assert build() == site == load_site("hzgreat100")


def test_the_saved_files_are_those_of_the_generator(site):
    assert {path: path.read_bytes() for path in saved(site)} == saved(site)


def test_the_seed_page_shows_every_given_line_in_order(site):
    given = [line.strip().removeprefix("• ") for line in SEED_TEXT.splitlines() if line.strip()]
    shown = iter(reading(site, data.SEED).lines)
    assert [line for line in given if line in shown] == given


def test_the_seed_is_expected_as_it_was_given(by_number):
    line = by_number[data.SEED]
    paragraphs = line["body"].split("\n\n")
    assert [p for p in SEED_TEXT.splitlines() if p in paragraphs] == paragraphs
    assert (paragraphs[0][:5], paragraphs[19][-9:], paragraphs[20:]) == ("7月18日", "质量开展的新引擎。", [])
    assert line | {"body": ""} == {
        "url": "http://hzgreat100.com/News/desc/id/1771.html",
        "title": "青岛科学仪器产业园:助力科学仪器加速国产替代",
        "category": "行业新闻",
        "published_at": "2021-07-26T11:43:00+08:00",
        "view_count": 35348,
        "source": "网络",
        "prev": {
            "url": "http://hzgreat100.com/News/desc/id/1769.html",
            "title": "【行业新闻】科学仪器行业的五种营销模式",
        },
        "next": {
            "url": "http://hzgreat100.com/News/desc/id/1772.html",
            "title": "【行业新闻】助力重大科研仪器研发,我国资助费用超9亿",
        },
        "body": "",
    }


def test_every_page_shows_what_is_expected_of_it(site, by_number):
    for number, line in by_number.items():
        shown = reading(site, number).lines
        assert f"【{line['category']}】{line['title']}" in shown
        paragraphs = line["body"].split("\n\n")
        assert [text for text in shown if text in paragraphs] == paragraphs
        assert ([text for text in shown if text == f"来源:{line['source']}"] != []) == (line["source"] is not None)
        when = line["published_at"].removesuffix(":00+08:00").replace("T", " ")
        assert f"浏览次数:{line['view_count'] or ''} 时间:{when}" in " ".join(shown)


def test_every_internal_link_leads_to_a_page_or_is_the_dead_one(site):
    dead = set()
    for path, page in site.pages.items():
        if not page.content_type.startswith("text/html"):
            continue
        text = page.body.decode("gbk" if f"/{data.GBK_UNDECLARED}." in path else "utf-8")
        for href in Reader(text).links:
            target = urlsplit(urljoin(f"http://hzgreat100.com{path}", href))
            if target.hostname in site.hosts and target.path not in site.pages:
                dead.add(target.path)
    assert dead == site.dead == {"/News/desc/id/1716.html"}


def test_the_chains_are_as_expected(site, by_number):
    for number, line in by_number.items():
        page = reading(site, number)
        shown = [text for text in page.lines if text.startswith(("上一篇:【", "下一篇:【"))]
        linked = [line[side] for side in ("prev", "next") if line[side] and line[side]["url"]]
        labels = [label for label, side in (("上一篇", "prev"), ("下一篇", "next")) if (line[side] or {}).get("url")]
        assert shown == [f"{label}:{to['title']}" for label, to in zip(labels, linked, strict=True)]
        assert all(urlsplit(to["url"]).path in page.links for to in linked)


def test_next_and_prev_are_each_others_reverse_but_for_the_cycle(by_number):
    url = {line["url"]: line for line in by_number.values()}
    broken = [
        number
        for number, line in by_number.items()
        if line["next"] and line["next"]["url"] and url[line["next"]["url"]]["prev"]["url"] != line["url"]
    ]
    assert broken == [data.CYCLE_FROM]
    assert by_number[data.CYCLE_FROM]["next"]["url"].endswith(f"/{data.CYCLE_TO}.html")


def test_a_chain_reaches_all_of_its_category_but_the_unchained(by_number):
    url = {line["url"]: number for number, line in by_number.items()}
    for category, first in (("行业新闻", 1735), ("公司动态", 1737)):
        seen, number = [], first
        while number and number not in seen:
            seen.append(number)
            number = url.get(by_number[number]["next"]["url"])
        wanted = [n for n, line in by_number.items() if line["category"] == category and n != data.NO_NEIGHBOURS]
        assert seen == wanted


def test_the_lists_name_all_but_the_unlisted(site, by_number):
    listed = {
        int(found[1])
        for path, page in site.pages.items()
        if path.startswith("/News/index/")
        for href in Reader(page.body.decode()).links
        if (found := re.search(r"/News/desc/id/(\d+)", href))
    }
    assert listed == {*by_number, 1716} - {data.UNLISTED}
    assert sorted(path for path in site.pages if path.startswith("/News/index/")) == [
        "/News/index/cid/1.html",
        "/News/index/cid/1/p/2.html",
        "/News/index/cid/1/p/3.html",
        "/News/index/cid/1/p/4.html",
        "/News/index/cid/2.html",
        "/News/index/cid/2/p/2.html",
    ]


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1735, "上一篇:没有了"),
        (1737, "上一篇:没有了"),
        (1781, "下一篇:返回列表"),
    ],
)
def test_the_ends_of_the_chains_are_as_the_readme_says(site, by_number, number, shown):
    side = "prev" if shown.startswith("上") else "next"
    assert shown in reading(site, number).lines
    assert by_number[number][side] == {"url": None, "title": None}


def test_the_strange_pages_are_as_the_readme_says(site, by_number):
    scripted = reading(site, data.SCRIPTED_COUNT)
    assert scripted.scripts == ["/hits.php?id=1745&addclick=1"]
    assert by_number[data.SCRIPTED_COUNT]["view_count"] is None
    assert "javascript:;" in reading(site, 1737).links
    assert "/News/index/cid/1.html" in reading(site, 1781).links
    assert "上一篇" not in text_of(site, data.NO_NEIGHBOURS)
    assert "charset" not in text_of(site, data.GBK_UNDECLARED)
    assert site.pages[f"/News/desc/id/{data.GBK_UNDECLARED}.html"].content_type == "text/html"
    assert site.pages[f"/News/desc/id/{data.LYING_CHARSET}.html"].content_type == "text/html; charset=gb2312"
    assert 80 < len(by_number[data.SHORT]["body"]) < 120
    assert by_number[data.NO_SOURCE]["source"] is None
    prose = by_number[data.PROSE_LIKE_LABELS]["body"]
    assert all(label in prose for label in ("浏览次数:", "时间:", "来源:", "上一篇:", "下一篇:"))


def test_every_page_says_in_a_comment_that_it_is_made_up(site):
    pages = {path: page.body for path, page in site.pages.items() if page.content_type.startswith("text/html")}
    said = {path for path, body in pages.items() if b"<!-- This page is made up" in body}
    assert set(pages) - said == {site.seed_path}
    assert b"<!-- The text of this page is given (seed.txt). Its markup" in pages[site.seed_path]


def test_no_two_articles_are_alike(by_number):
    titles, bodies = zip(*((line["title"], line["body"]) for line in by_number.values()), strict=True)
    assert sorted(set(titles)) == sorted(titles)
    assert sorted(set(bodies)) == sorted(bodies)
    openings = [body.split("\n\n")[0] for body in bodies]
    assert sorted(set(openings)) == sorted(openings)


def test_a_second_visit_finds_ticked_counters(site):
    for before, after in zip(site.expected, build(bump=1).expected, strict=True):
        count = before["view_count"]
        assert after == before | {"view_count": None if count is None else count + 1}


def test_a_second_visit_finds_an_edit_in_one_article_only(site):
    edited = build(edits={1769: "编者注：本文已作修订。"})
    changed = [(a["url"], b["body"]) for a, b in zip(site.expected, edited.expected, strict=True) if a != b]
    before = next(line for line in site.expected if line["url"].endswith("/1769.html"))
    assert changed == [(before["url"], before["body"] + "\n\n编者注：本文已作修订。")]


def test_a_second_visit_misses_what_is_gone(site):
    after = build(gone={1742})
    assert set(site.pages) - set(after.pages) == {"/News/desc/id/1742.html"}
    assert after.dead == {"/News/desc/id/1716.html", "/News/desc/id/1742.html"}


def test_expected_lines_are_json_of_one_shape(site):
    lines = [json.loads(line) for line in saved(site)[Path(data.__file__).parent / "expected.jsonl"].splitlines()]
    assert lines == [dict(line) for line in site.expected]
    assert {tuple(line) for line in lines} == {tuple(lines[0])}
