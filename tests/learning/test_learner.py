"""Layouts that are learnt from made-up sites, and what they read that the generic way does not."""

import re
from datetime import date

import pytest

from crawler.extraction import article, parse, read
from crawler.learning import TooFew, learn
from crawler.learning.report import report
from tests.learning.made import LAYOUT, WORDS, day, other, plain, samples, sentence, shell, text, title

PAGES = range(100, 112)
UNSEEN = 131


def lessons(learnt):
    return {lesson.name: lesson for lesson in learnt.designs[0].lessons}


def unseen(page, layouts):
    return read(parse(page.encode(), f"https://news.example/2024/{UNSEEN}.html"), layouts)


def test_each_field_gets_a_readable_selector():
    layout = learn(samples(plain, PAGES)).layouts[0]
    assert layout == LAYOUT


def test_a_learnt_layout_reads_an_unseen_page_as_the_generic_way_does_and_searches_for_nothing(monkeypatch):
    layouts = learn(samples(plain, PAGES)).layouts
    expected = unseen(plain(UNSEEN), ())

    def refuse(*args, **kwargs):
        raise AssertionError("searched for")

    for name in ("find_article", "find_published", "find_neighbours"):
        monkeypatch.setattr(article, name, refuse)
    item = unseen(plain(UNSEEN), layouts)
    item.evidence = expected.evidence
    assert item == expected


def talkative(number, comments=False):
    """An article whose readers have more to say than its author, on some pages."""
    said = "".join(f"<p>{sentence(number, place, 40)} {sentence(number, place + 3, 40)}</p>" for place in range(20, 40))
    return shell(
        number,
        f"<h1 class=headline>{title(number)}</h1><p class=info>发布时间：{day(number)}</p>"
        f"<div class=story>{text(number)}</div><div class=talk>{said if comments else ''}</div>",
    )


def test_what_the_site_does_on_most_pages_corrects_what_is_read_wrong_on_single_ones():
    pages = samples(talkative, PAGES) + samples(talkative, (120, 121), comments=True)
    learnt = learn(pages)
    page = talkative(UNSEEN, comments=True)
    right = unseen(talkative(UNSEEN), ()).body
    assert unseen(page, ()).body != right
    assert unseen(page, learnt.layouts).body == right
    told = lessons(learnt)["body"]
    assert (told.selector, told.matches, told.agrees) == (".story", 14, 12)
    assert [difference.page for difference in told.differences] == [pages[12].name, pages[13].name]


def test_designs_of_different_days_get_a_layout_each():
    learnt = learn(samples(plain, PAGES, month=5) + samples(other, range(200, 208), month=3))
    new, old = learnt.layouts
    assert (new.until, new.body) == (None, ".story")
    assert old.until == max(sample.day for sample in learnt.designs[1].samples)
    assert old.until.month == 3
    assert old.body == ".cell"
    assert unseen(other(UNSEEN, month=2), learnt.layouts).title == title(UNSEEN)


def test_designs_of_the_same_days_are_not_mixed_up():
    learnt = learn(samples(plain, PAGES) + samples(other, range(100, 108)))
    assert [len(design.samples) for design in learnt.designs] == [12, 8]
    assert [layout.body for layout in learnt.layouts] == [".story"]
    assert learnt.designs[1].layout is None
    assert any("not learnt from, of the same days" in line for line in report(learnt))


def test_a_few_odd_pages_are_told_and_left_out():
    learnt = learn(samples(plain, PAGES) + samples(other, (200, 201)))
    assert learnt.layouts == learn(samples(plain, PAGES)).layouts
    assert learnt.designs[1].why == "of too few pages (from 5 on)"


def numbered(number):
    """Ids that are each page's own."""
    return shell(
        number,
        f"<div id=post-{number}><h2 id=title_{number}>{title(number)}</h2><p id=info{number}>发布时间：{day(number)}</p>"
        f"<div id=entry-{number}>{text(number)}</div></div>",
    )


def test_what_is_a_pages_own_is_in_no_selector():
    layout = learn(samples(numbered, PAGES)).layouts[0]
    assert layout.body == '[id^="entry-"]'
    assert unseen(numbered(UNSEEN), [layout]).body == unseen(numbered(UNSEEN), ()).body
    assert not any(re.search(r"\d\d", str(getattr(layout, name))) for name in ("title", "published", "body"))


def built(number, build="3xKd9"):
    """Classes as a build tool makes them."""
    return shell(
        number,
        f"<div class=Post_wrap__{build}><h1 class=Post_title__{build}>{title(number)}</h1>"
        f"<p class=css-1a2b3{number % 7}>发布时间：{day(number)}</p><div class=Post_body__{build}>{text(number)}</div></div>",
    )


def test_what_a_build_tool_made_is_left_out_of_selectors():
    layout = learn(samples(built, PAGES)).layouts[0]
    assert (layout.title, layout.body) == ("h1", '[class*="Post_body__"]')
    page = built(UNSEEN, build="9QwE1")
    assert [entry.how for entry in unseen(page, [layout]).evidence if entry.name in ("title", "body")] == ["layout"] * 2


def test_a_field_that_few_pages_state_stays_generic_and_the_report_says_why():
    def signed(number):
        by = f"<p class=by>作者：李{'明华强'[number % 3]}</p>" if number < 102 else ""
        return plain(number).replace("<div class=story>", f"{by}<div class=story>")

    learnt = learn(samples(signed, PAGES))
    assert lessons(learnt)["author"].selector is None
    assert any(
        line.startswith("author") and line.endswith("stays generic: stated on 2 of 12 pages: too few")
        for line in report(learnt)
    )


def test_a_time_by_another_clock_than_the_page_shows_is_not_learnt():
    def told(number):
        # Displayed is eight hours later, on half of the pages a day.
        told = f"2024-05-{number % 27 + 1:02}T{'23' if number % 4 else '08'}:08:00Z"
        shown = f"2024-05-{number % 27 + 1 + bool(number % 4):02} {'07' if number % 4 else '16'}:08"
        label = f"<p>发布时间：{shown}</p>" if number % 4 == 0 else f"<p>发布时间 {shown}</p>"
        return shell(
            number,
            f"<h1 class=headline>{title(number)}</h1><time datetime={told}></time>{label}"
            f"<div class=story>{text(number)}</div>",
        )

    pages = samples(told, PAGES)
    layout = learn(pages).layouts[0]
    assert layout.published is not None
    assert "datetime" not in layout.published


def test_the_report_tells_each_field_and_what_no_page_has():
    lines = list(report(learn(samples(plain, PAGES))))
    assert lines[0].split() == ["field", "selector", "matches", "generic", "agree"]
    assert [line.split() for line in lines if line.startswith("title")] == [["title", ".headline", "12", "12", "12"]]
    assert "on none of the 12 pages: category, modified, author, editor" in lines


def test_the_order_of_the_pages_makes_no_difference():
    pages = samples(plain, PAGES) + samples(other, range(200, 206), month=3)
    assert learn(pages).layouts == learn(pages[::-1]).layouts


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_pages_are_refused(count):
    with pytest.raises(TooFew, match=f"^{count} article"):
        learn(samples(plain, PAGES[:count]))


def test_pages_that_have_nothing_in_common_are_refused():
    def lone(number):
        tags = [f"{WORDS[(number + n) % 14]}-{WORDS[(number * 5 + n * n) % 14]}" for n in range(30)]
        inner = f"<h1>{title(number)}</h1><p>发布时间：{day(number)}</p><div>{text(number)}</div>"
        for tag in tags:
            inner = f"<div class={tag}-{chr(number)}>{inner}</div>"
        return f"<html><head><title>{title(number)}</title></head><body>{inner}</body></html>"

    with pytest.raises(TooFew, match="nothing in common"):
        learn(samples(lone, PAGES))


def test_until_is_a_day():
    learnt = learn(samples(plain, PAGES, month=5) + samples(other, range(200, 208), month=3))
    assert isinstance(learnt.layouts[1].until, date)
