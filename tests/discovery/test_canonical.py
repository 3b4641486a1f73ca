import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.canonical import ENOUGH, PAGES, Canonical, digest_of, without_session
from crawler.extraction import parse, read
from tests.crawls import article

PROSE = "<p>研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，相关数据已经公开发布。</p>" * 4


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://a.cn/n/1.jsp;jsessionid=0A1B2C3D", "https://a.cn/n/1.jsp"),
        ("https://a.cn/n/1.jsp;JSESSIONID=0A1B.node1?id=3", "https://a.cn/n/1.jsp?id=3"),
        ("https://a.cn/(S(lit3py55t21z5v55vlm25s55))/n/1.aspx", "https://a.cn/n/1.aspx"),
        ("https://a.cn/n.php?PHPSESSID=abc&id=3", "https://a.cn/n.php?id=3"),
        ("https://a.cn/n.asp?ASPSESSIONIDQQ=LKJ&id=3", "https://a.cn/n.asp?id=3"),
        ("https://a.cn/thread-3.html?sid=7Yh3kQ9xLm2P8wZt", "https://a.cn/thread-3.html"),
    ],
)
def test_session_ids_are_dropped(url, bare):
    assert without_session(url) == bare
    assert without_session(bare) == bare


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn/list?sid=12",
        "https://a.cn/list?sid=economy",
        "https://a.cn/show?id=402880e45f6a3d01015f6a5e",
        "https://a.cn/n/a(b)c.html",
        "https://a.cn/n.php?session=3&id=1",
    ],
    ids=["section number", "section word", "article's hash", "brackets", "a session of parliament"],
)
def test_what_may_be_content_is_kept(url):
    assert without_session(url) == url


def test_a_parameter_that_changes_nothing_is_learnt_and_dropped():
    canonical = Canonical()
    for number in range(ENOUGH):
        canonical.saw(f"https://a.cn/n/{number}.html", number)
        canonical.saw(f"https://a.cn/n/{number}.html?visit={number * 7}", number)
    assert canonical.of("https://a.cn/n/99.html?visit=5") == "https://a.cn/n/99.html"
    assert canonical.of("https://a.cn/n/99.html?b=1&visit=5&a=%7E") == "https://a.cn/n/99.html?b=1&a=%7E"


def test_what_is_learnt_later_holds_for_addresses_that_were_asked_about_before():
    canonical = Canonical()
    for name in ("visit", "view"):
        for number in range(ENOUGH):
            canonical.saw(f"https://a.cn/n/{number}.html", number)
            canonical.saw(f"https://a.cn/n/{number}.html?{name}={number * 7}", number)
        asked = canonical.of("https://a.cn/n/99.html?visit=5&view=6")
        assert asked == "https://a.cn/n/99.html" + ("?view=6" if name == "visit" else "")


def test_a_parameter_is_learnt_without_its_bare_form():
    canonical = Canonical()
    for number in range(ENOUGH):
        for visit in "ab":
            canonical.saw(f"https://a.cn/show?id={number}&visit={visit}", number)
    assert canonical.of("https://a.cn/show?id=8&visit=c") == "https://a.cn/show?id=8"


def test_a_parameter_that_selects_the_page_stays():
    canonical = Canonical()
    for number in range(100):
        canonical.saw(f"https://a.cn/show?id={number}", number)
    assert canonical.of("https://a.cn/show?id=8") == "https://a.cn/show?id=8"


def test_one_notice_under_many_addresses_teaches_nothing():
    canonical = Canonical()
    for number in range(100):
        canonical.saw(f"https://a.cn/show?id={number}", 1)
    assert canonical.of("https://a.cn/show?id=8") == "https://a.cn/show?id=8"


def test_a_parameter_that_often_selects_stays_though_some_pages_are_alike():
    canonical = Canonical()
    for number in range(60):
        canonical.saw(f"https://a.cn/list?tag={number}", number // 2 if number < 12 else number)
    assert canonical.of("https://a.cn/list?tag=8") == "https://a.cn/list?tag=8"


@pytest.mark.parametrize(
    ("mirror", "own"),
    [("/m/news/{}.html", "/news/{}.html"), ("/print/{}.html", "/news/{}.html"), ("/news/wap/{}.html", "/news/{}.html")],
)
def test_a_mirror_is_learnt_from_three_pages(mirror, own):
    canonical = Canonical()
    for number in range(ENOUGH):
        assert canonical.saw("https://a.cn" + own.format(number), number) is None
        assert canonical.saw("https://a.cn" + mirror.format(number), number) == "https://a.cn" + own.format(number)
    assert canonical.of("https://a.cn" + mirror.format(99)) == "https://a.cn" + own.format(99)


def test_a_column_that_shares_some_articles_with_another_is_no_mirror():
    canonical = Canonical()
    for number in range(40):
        canonical.saw(f"https://a.cn/local/{number}.html", 1000 + number)
    for number in range(100, 110):
        canonical.saw(f"https://a.cn/news/{number}.html", number)
        canonical.saw(f"https://a.cn/local/{number}.html", number)
    assert canonical.of("https://a.cn/local/99.html") == "https://a.cn/local/99.html"


def test_of_two_addresses_the_simpler_is_the_page_s_own_whichever_came_first():
    canonical = Canonical()
    assert canonical.saw("https://a.cn/n/1.html?visit=3", 1) is None
    assert canonical.saw("https://a.cn/n/1.html", 1) is None
    assert canonical.saw("https://a.cn/n/1.html?visit=4", 1) == "https://a.cn/n/1.html"


def test_a_page_that_says_too_little_is_no_copy():
    canonical = Canonical()
    assert [canonical.saw(f"https://a.cn/n/{number}.html", None) for number in range(3)] == [None] * 3


def test_a_later_run_goes_on_with_what_was_learnt():
    canonical = Canonical()
    for number in range(ENOUGH):
        canonical.saw(f"https://a.cn/n/{number}.html", number)
        canonical.saw(f"https://a.cn/n/{number}.html?visit=1", number)
        canonical.saw(f"https://a.cn/m/n/{number}.html", number)
    again = Canonical.load(canonical.dump())
    assert again.rules == canonical.rules == {"?visit", "/m-"}
    assert again.of("https://a.cn/m/n/99.html?visit=1") == "https://a.cn/n/99.html"


@pytest.mark.parametrize("text", ["", "3", "{}", "[3, null]", "nonsense"])
def test_what_cannot_be_read_is_nothing(text):
    assert Canonical.load(text).rules == set()


@given(st.lists(st.tuples(st.text(max_size=40), st.integers(0, 5)), max_size=60))
def test_an_address_is_left_alone_once_it_is_its_own(pages):
    canonical = Canonical()
    for path, digest in pages:
        canonical.saw(f"https://a.cn/{path}", digest)
    for path, _ in pages:
        own = canonical.of(f"https://a.cn/{path}")
        assert canonical.of(own) == own or len(canonical.of(own)) < len(own)


def test_memory_is_bounded():
    canonical = Canonical()
    for number in range(PAGES + 500):
        canonical.saw(f"https://a.cn/n{number}/x?a={number}&b{number}=1", number)
    kept = (canonical._pages, canonical._first, canonical._rests)
    assert all(len(memory) <= PAGES for memory in kept)
    assert len(canonical._below) <= PAGES


def digest(markup, *, is_article):
    document = parse(
        f"<html><head><title>报道 - 网站</title></head><body>{markup}</body></html>".encode(), "http://a.cn/"
    )
    return digest_of(document, read(document), is_article=is_article)


def test_an_article_is_the_same_whatever_stands_around_it():
    assert digest(article(), is_article=True) == digest(article() + "<p>浏览：77</p>", is_article=True)
    assert digest(article(), is_article=True) != digest(article().replace("测量", "计算"), is_article=True)


def test_a_list_is_the_same_in_any_order_and_with_any_counters():
    entries = [
        f"<li>关于第{'一二三四五六七八九'[n]}台仪器的一篇相当长的报道在这里</li><li>阅读 {{}}</li>" for n in range(9)
    ]
    one = "".join(entry.format(3) for entry in entries)
    other = "".join(entry.format(77) for entry in reversed(entries))
    assert digest(one, is_article=False) == digest(other, is_article=False) is not None
    assert digest(one, is_article=False) != digest("".join(entries[1:]), is_article=False)


def test_a_short_notice_has_no_digest():
    assert digest("<p>请稍候</p>", is_article=False) is None
