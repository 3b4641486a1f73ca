import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.marks import is_paged, list_of, number_of, repeats, shape_of

ANY = st.text(alphabet=string.printable + "头条新闻%", max_size=200)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.cn/2014/0725/24735.html", "https://a.cn/2021/1130/9.html"),
        ("https://a.cn/2014/05/06/a-tale-of-two-harbours/", "https://a.cn/2015/06/07/how-to-mend-a-net"),
        ("https://a.cn/art/2024/t20240506_31415.shtml", "https://a.cn/art/2023/t20230101_1.shtml"),
        ("https://a.cn/show.php?id=7&catid=3", "https://a.cn/show.php?catid=1&id=81"),
        ("https://a.cn/n/5d41402abc4b2a76b9719d91", "https://a.cn/n/7d793037a0760186574b0282"),
        ("https://a.cn/a/e02aa3d1-0c1f-4a7d-9a51-c0ffee123456", "https://a.cn/a/aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb"),
        (
            "https://a.cn/%E5%85%B3%E4%BA%8E%E4%B8%BE%E5%8A%9E%E5%A4%A7%E4%BC%9A%E7%9A%84%E9%80%9A%E7%9F%A5",
            "https://a.cn/一台新的光谱仪投入使用了",
        ),
    ],
    ids=["numbers", "slugs", "file names", "queries in any order", "hashes", "uuids", "ideographs"],
)
def test_articles_of_one_site_share_a_shape(one, other):
    assert shape_of(one) == shape_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.cn/index.php?a=show&id=7", "https://a.cn/index.php?a=lists&id=7"),
        ("https://a.cn/2014/05/", "https://a.cn/2014/05/06/"),
        ("https://a.cn/news/1.html", "https://a.cn/tag/1.html"),
        ("https://a.cn/news/1.html", "https://a.cn/news/1.html?print=1"),
    ],
    ids=["action", "depth", "folder", "parameter"],
)
def test_other_pages_have_other_shapes(one, other):
    assert shape_of(one) != shape_of(other)


@given(ANY)
def test_any_address_has_a_shape_and_the_same_one_twice(text):
    url = "https://a.cn/" + text.replace("[", "").replace("]", "")
    assert shape_of(url) == shape_of(url)
    assert len(shape_of(url)) <= 2 * len(url) + 20
    assert number_of(url) >= 0
    repeats(url)


@pytest.mark.parametrize(
    ("url", "number", "name"),
    [
        ("https://a.cn/page/12/", 12, "/page/#/"),
        ("https://a.cn/news/index_7.html", 7, "/news/index_#.html"),
        ("https://a.cn/list-3-12.html", 12, "/list-3-#.html"),
        ("https://a.cn/l.php?cat=9&p=4&view=2", 4, "/l.php?cat=9&p=#&view=2"),
    ],
)
def test_a_further_page_has_a_number_and_a_list(url, number, name):
    assert is_paged(shape_of(url))
    assert (number_of(url), list_of(url)) == (number, name)


def test_an_article_is_no_further_page():
    assert not any(
        is_paged(shape_of(url))
        for url in (
            "https://a.cn/2014/0725/24735.html",
            "https://a.cn/show.php?id=3",
            "https://a.cn/2014/05/06/a-b-c-d/",
        )
    )


@pytest.mark.parametrize("url", ["https://a.cn/a/a/a/", "https://a.cn/news/x/news/x/news/x/1.html"])
def test_an_address_that_says_a_word_thrice_repeats(url):
    assert repeats(url)


@pytest.mark.parametrize("url", ["https://a.cn/11/11/11/x.html", "https://a.cn/news/news/1.html", "https://a.cn/"])
def test_dates_and_a_word_twice_do_not_repeat(url):
    assert repeats(url) is None
