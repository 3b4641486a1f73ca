from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement

from crawler.extraction.blocks import blocks
from crawler.extraction.body import Body, find_body, read_body
from crawler.extraction.document import Document, parse
from crawler.items import Attachment, Image

FIRST = "The harbour was closed on Monday after a storm broke two of its cranes, the port authority said."
SECOND = "Ships are to wait outside the bay until Thursday, when divers will have searched the basin for wreckage."
THIRD = "No one was hurt, but several warehouses lost their roofs, and the ferry to the islands will not run this week."
ZH_FIRST = "周一凌晨，台风登陆后港口停止作业，两台起重机受损，所有进港船舶在锚地等候通知。"
ZH_SECOND = "港务局表示，潜水员将在周四之前完成港池清理，届时逐步恢复航运，具体时间另行公布。"


def page(body: str, head: str = "") -> Document:
    return parse(
        f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>".encode(), "https://e.org/a/1"
    )


def read(body: str, **hints: object) -> Body:
    document = page(body)
    found = find_body(document, blocks(document.tree), **hints)  # type: ignore[arg-type]
    assert found is not None
    return found


NAV = "<div><ul>" + "".join(f"<li><a href=/s/{n}>Section {n}</a></li>" for n in range(8)) + "</ul></div>"


def test_paragraphs_come_in_reading_order():
    found = read(f"{NAV}<div class=x><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>{NAV}")
    assert found.paragraphs == [FIRST, SECOND, THIRD]
    assert found.element.get("class") == "x"


def test_headings_items_quotes_and_listings_are_paragraphs():
    found = read(
        f"<div><p>{FIRST}</p><h2>Damage</h2><ul><li>Two cranes</li><li>A pier</li></ul>"
        f"<blockquote>{SECOND}</blockquote><pre>wind 32\ngust 41</pre><p>{THIRD}</p></div>"
    )
    assert found.paragraphs == [
        FIRST, "Damage", "Two cranes", "A pier", SECOND, "wind 32\ngust 41", THIRD,
    ]  # fmt: skip


def test_a_row_of_a_table_is_one_paragraph():
    table = "<table><tr><th>Ship<th>Days<tr><td>Anna<td>3<tr><td>Berta<td>4</table>"
    assert read(f"<div><p>{FIRST}</p>{table}<p>{SECOND}</p></div>").paragraphs == [
        FIRST, "Ship\tDays", "Anna\t3", "Berta\t4", SECOND,
    ]  # fmt: skip


def test_a_table_that_lays_out_the_page_is_no_table():
    found = read(f"<table><tr><td>{NAV}<td><table><tr><td><p>{FIRST}</p><p>{SECOND}</p>{THIRD}</table></table>{NAV}")
    assert found.paragraphs == [FIRST, SECOND, THIRD]


def test_line_breaks_part_paragraphs():
    found = read(f"{NAV}<div>{FIRST}<br><br>　　{SECOND}<br>{THIRD}</div>{NAV}")
    assert found.paragraphs == [FIRST, SECOND, THIRD]


def test_a_body_in_several_siblings_is_whole():
    ad = "<div class=ad-slot><a href=/buy>Buy a boat at half the price, today only</a></div>"
    found = read(f"<main><h1>Port closed</h1><div><p>{FIRST}</p></div>{ad}<div><p>{SECOND}</p></div>"
                 f"{ad}<div><p>{THIRD}</p></div></main>{NAV}", title="Port closed")  # fmt: skip
    assert found.paragraphs == [FIRST, SECOND, THIRD]


def test_a_short_notice_keeps_its_address_and_its_signature():
    found = read(
        f"{NAV}<div class=t><p>各有关单位：</p><p>{ZH_FIRST}</p><p>特此通知。</p><p>港务局办公室</p>"
        f"<p>2024年3月5日</p></div><p>上一篇：<a href=/1>港口开放日</a></p><p>下一篇：没有了</p>"
    )
    assert found.paragraphs == ["各有关单位：", ZH_FIRST, "特此通知。", "港务局办公室", "2024年3月5日"]


def test_what_stands_around_a_text_is_left_out():
    found = read(
        f"<div id=main><h1>台风</h1><p>发布时间：2024-03-05 来源：港报 浏览次数：31</p>"
        f"<div><p>{ZH_FIRST}</p><p>{ZH_SECOND}</p><p>（责任编辑：李四）</p><p>版权声明：未经许可不得转载。</p></div>"
        f"<h3>相关阅读</h3><ul><li><a href=/2>港口复航</a><li><a href=/3>渡轮停航</a></ul></div>",
        title="台风",
    )
    assert found.paragraphs == [ZH_FIRST, ZH_SECOND]


def test_comments_are_not_the_article_however_long():
    remarks = "".join(f"<div class=comment-text><p>{THIRD} So I think, {n}.</p></div>" for n in range(9))
    found = read(f"<article><h1>Port closed</h1><p>{FIRST}</p><p>{SECOND}</p></article>"
                 f"<div id=comments>{remarks}</div>", title="Port closed")  # fmt: skip
    assert found.paragraphs == [FIRST, SECOND]


def test_teasers_are_not_the_article():
    teasers = "".join(f"<div><a href=/{n}>Another harbour story, number {n}</a><p>{THIRD}</p></div>" for n in range(6))
    found = read(f"<div><p>{FIRST}</p><p>{SECOND}</p></div><div>{teasers}</div>")
    assert found.paragraphs == [FIRST, SECOND]


def test_hidden_text_is_not_read():
    assert read(f"<div><p>{FIRST}</p><p style='display: none'>{THIRD}</p><p>{SECOND}</p></div>").paragraphs == [
        FIRST,
        SECOND,
    ]


def test_marks_above_and_below_bound_the_text():
    document = page(f"<div><p>{THIRD}</p><p>Time</p><p>{FIRST}</p><p>{SECOND}</p><p>Prev</p><p>{THIRD}</p></div>")
    found = find_body(document, blocks(document.tree), after=1, before=4)
    assert found is not None
    assert (found.paragraphs, found.first, found.last) == ([FIRST, SECOND], 2, 3)


def test_marks_with_no_text_between_them_are_not_believed():
    document = page(f"<div><p>发布时间：</p><p>上一篇：</p><p>{FIRST}</p><p>{SECOND}</p></div>")
    found = find_body(document, blocks(document.tree), after=0, before=1)
    assert found is not None
    assert found.paragraphs == [FIRST, SECOND]


def test_a_list_of_links_has_no_body():
    document = page(NAV * 4)
    assert find_body(document, blocks(document.tree)) is None


def test_an_empty_page_has_no_body():
    assert find_body(page("<img src=a.png>"), []) is None


def test_pictures_have_addresses_and_captions():
    found = read(
        f"<article><p>{FIRST}</p><figure><img src=data:image/gif;base64,AA data-src=../p/1.jpg alt='A pier'>"
        f"<figcaption>The pier at noon</figcaption></figure><p><img src=/p/2.png></p>"
        f"<img src=/pixel.gif><img src=/p/3.png width=1 height=1><p>{SECOND}</p></article><img src=/p/9.png>"
    )
    assert found.images == [
        Image(url="https://e.org/p/1.jpg", alt="A pier", caption="The pier at noon"),
        Image(url="https://e.org/p/2.png"),
    ]
    assert found.paragraphs == [FIRST, SECOND]


def test_files_are_attachments():
    found = read(f"<div><p>{ZH_FIRST}</p><p>{ZH_SECOND}</p><p>附件：<a href=/f/1.DOCX>申请表</a></p></div>")
    assert found.attachments == [Attachment(url="https://e.org/f/1.DOCX", title="申请表")]


def test_a_line_of_links_among_paragraphs_is_one_of_them():
    link = "<p><a href=/wreck>The harbour master's map of the wreckage</a></p>"
    found = read(f"{NAV}<div><p>{FIRST}</p>{link}<p>{SECOND}</p>{link}</div>{NAV}")
    assert found.paragraphs == [FIRST, "The harbour master's map of the wreckage", SECOND]


def test_appeals_at_the_end_are_left_out():
    found = read(
        f"<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>Sign up for our newsletter, it is free.</p></div>"
    )
    assert found.paragraphs == [FIRST, SECOND, THIRD]


def test_a_wrapper_named_after_its_sidebar_is_read():
    found = read(f"<div class=sidebar-right><h1>Port closed</h1><p>{FIRST}</p><p>{SECOND}</p></div>{NAV}")
    assert found.paragraphs == [FIRST, SECOND]


def test_a_layout_may_name_the_container():
    document = page(f"<div id=z><p>Short.</p><p>Words</p></div><p>{THIRD}</p>")
    found = read_body(document, document.tree.xpath("//*[@id='z']"))
    assert found is not None
    assert (found.paragraphs, found.first, found.last) == (["Short.", "Words"], 0, 1)


def test_a_layout_may_name_the_paragraphs():
    document = page(f"<div><p class=b>{FIRST}</p><p>Advertisement</p><p class=b>Ends.</p></div>")
    found = read_body(document, document.tree.xpath("//p[@class='b']"))
    assert found is not None
    assert (found.paragraphs, found.first, found.last) == ([FIRST, "Ends."], 0, 2)


def test_a_layout_that_matches_nothing_gives_no_body():
    assert read_body(page(f"<p>{FIRST}"), []) is None


def test_a_heading_that_is_a_link_to_itself_stays():
    found = read(f"{NAV}<div><p>{FIRST}</p><h2 id=d><a href=#d>Damage</a></h2><p>{SECOND}</p><p>{THIRD}</p></div>")
    assert found.paragraphs == [FIRST, "Damage", SECOND, THIRD]


def test_a_line_in_capitals_that_is_a_link_leads_elsewhere():
    found = read(f"{NAV}<div><p>{FIRST}</p><p><a href=/9>PORT OF LISBON OPENS AGAIN</a></p><p>{SECOND}</p></div>")
    assert found.paragraphs == [FIRST, SECOND]


def test_a_list_that_says_something_keeps_its_links():
    items = "<li><a href=/a>The north pier</a><li>the fish market, since May<li><a href=/b>The south pier</a>"
    found = read(f"{NAV}<div><p>{FIRST}</p><ul>{items}</ul><p>{SECOND}</p></div>")
    assert found.paragraphs == [FIRST, "The north pier", "the fish market, since May", "The south pier", SECOND]


def test_an_address_that_is_written_out_stays():
    link = "<span><b><a href=https://e.org/map>https://e.org/map</a></b></span>"
    found = read(f"{NAV}<div><div><p>{FIRST}</p><div>{link}</div><p>{SECOND}</p></div></div>")
    assert found.paragraphs == [FIRST, "https://e.org/map", SECOND]


def test_links_in_a_listing_are_lines_of_it():
    found = read(f"<div><p>{FIRST}</p><pre>GET\n<a href=/x>the-address-of-the-thing</a>\nok</pre><p>{SECOND}</p></div>")
    assert found.paragraphs == [FIRST, "GET\nthe-address-of-the-thing\nok", SECOND]


def test_words_around_a_picture_are_no_paragraphs():
    photo = f"<div class=caption><p>{THIRD}</p></div><figure><img src=/a.png><div><p>Photo: J. Doe.</p></div></figure>"
    assert read(f"<div><p>{FIRST}</p>{photo}<p>{SECOND}</p></div>").paragraphs == [FIRST, SECOND]


def test_a_time_is_no_sentence():
    found = read(f"<div><p>By J. Doe on Monday, November 18th at 11:04 a.m.</p><p>Reported at 2018-11-18 20:13</p>"
                 f"<p>{FIRST}</p><p>{SECOND}</p></div>")  # fmt: skip
    assert found.paragraphs == [FIRST, SECOND]


def test_a_hidden_copy_is_not_read():
    copy = f"<div class=large-print style='display:none'><p>{FIRST}</p><p>{SECOND}</p></div>"
    assert read(f"{NAV}<div><p>{FIRST}</p><p>{SECOND}</p></div>{copy}").paragraphs == [FIRST, SECOND]


def test_a_text_that_waits_for_its_script_is_read():
    assert read(f"{NAV}<div style='display:none'><p>{FIRST}</p><p>{SECOND}</p></div>").paragraphs == [FIRST, SECOND]


def test_a_text_that_is_there_twice_is_read_once():
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    found = read(f"<div class=wide><div>{text}</div></div>{NAV}<div class=narrow><div>{text}</div></div>")
    assert found.paragraphs == [FIRST, SECOND, THIRD]


def test_paragraphs_that_the_author_repeats_stay():
    refrain = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"
    assert read(f"<div>{refrain}{refrain}</div>").paragraphs == [FIRST, SECOND, THIRD] * 2


def test_a_table_between_the_marks_is_a_text():
    table = "<table><tr><td>姓名<td>分数</tr><tr><td>张三<td>91</tr><tr><td>李四<td>88</tr></table>"
    feet = "<p>主办单位：港务局办公室，地址：滨海路一号，电话：0123-4567，版权归本局，欢迎来信，来函，来电。</p>"
    document = page(f"{NAV}<h1>成绩公示</h1><p>时间：2024-03-05</p>{table}<p>上一篇：<a href=/1>通知</a></p>{feet}")
    lines = blocks(document.tree)
    places = {line.text: line.index for line in lines}
    found = find_body(
        document, lines, title="成绩公示", after=places["时间：2024-03-05"], before=places["上一篇：通知"]
    )
    assert found is not None
    assert found.paragraphs == ["姓名\t分数", "张三\t91", "李四\t88"]
    assert found.element.tag == "table"


def test_a_page_that_is_a_few_words_is_read_whole():
    assert read("<p>Closed today</p><a href='javascript:'><p>Back soon</p></a>").paragraphs == [
        "Closed today",
        "Back soon",
    ]


def test_a_page_of_a_few_links_has_no_body():
    document = page("<h1>Lists</h1><a href=/1>One</a><p>some words</p>")
    assert find_body(document, blocks(document.tree)) is None


def test_a_subscriber_is_not_asked_to_subscribe():
    told = "The plan was shown to paying subscribers of the port's bulletin in March, and it pleased them."
    assert read(f"<div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p><p>{told}</p></div>").paragraphs[-1] == told


TAGS = st.sampled_from("div p ul li table tr td h2 br span a article aside pre figure img section blockquote".split())
TEXT = st.sampled_from((FIRST, SECOND, ZH_FIRST, "Share", "相关阅读", "2024-03-05", " ", "Two words"))
MARKUP = st.recursive(
    TEXT,
    lambda inner: st.builds(
        lambda tag, name, children: f"<{tag} class='{name}' href=/x.pdf src=/y.jpg>{''.join(children)}</{tag}>",
        TAGS,
        st.sampled_from(("", "comment", "article-body", "share")),
        st.lists(inner, max_size=5),
    ),
    max_leaves=30,
)


@settings(max_examples=150, deadline=None)
@given(MARKUP)
def test_any_markup_gives_only_words_of_the_page(markup):
    document = page(markup)
    lines = blocks(document.tree)
    found = find_body(document, lines, title="Share")
    again = find_body(document, lines, title="Share")
    assert found == again
    if found is not None:
        words = "\n".join(line.text for line in lines)
        assert all(part in words for text in found.paragraphs for part in text.replace("\t", "\n").split("\n"))
        assert 0 <= found.first <= found.last < len(lines)


@settings(max_examples=60, deadline=None)
@given(st.text(), st.integers(-3, 9), st.integers(-3, 9))
def test_any_text_and_any_marks_do_no_harm(text, after, before):
    document = page(f"<p>{FIRST}</p>{text}")
    found = find_body(document, blocks(document.tree), title=text, after=after, before=before)
    assert found is None or found.paragraphs


@settings(max_examples=60, deadline=None)
@given(MARKUP)
def test_any_element_can_be_read(markup):
    document = page(markup)
    chosen: list[HtmlElement] = list(document.tree.iter("div", "p"))
    found = read_body(document, chosen)
    assert found is None or found.paragraphs


def test_two_letters_are_no_text():
    document = page("<p>hi</p>")
    assert find_body(document, blocks(document.tree)) is None


def test_the_article_once_more_for_machines_is_not_read_again_though_it_has_the_headline():
    title = "Storm closes the harbour"
    shown = f"<div class=story><h1>{title}</h1><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"
    kept = f"<div style='display:none' itemscope><h1>{title}</h1><div>{title}</div><div>{FIRST} {SECOND} {THIRD}</div></div>"
    assert read(f"{NAV}<div>{shown}{kept}</div>", title=title).paragraphs == [FIRST, SECOND, THIRD]
