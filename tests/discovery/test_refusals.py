import pytest

from crawler.discovery.refusals import is_counter, is_page


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn/plus/count.php?view=yes&aid=3",
        "https://a.cn/e/public/ViewClick/?classid=1&id=2",
        "https://a.cn/e/public/onclick/?id=2",
        "https://a.cn/index.php/news/hits/id/3",
        "https://a.cn/hits.php?id=1",
        "https://a.cn/api.php?op=count&id=1&action=hits",
        "https://a.cn/show.asp?id=3&addclick=1",
        "https://a.cn/system/resource/code/news/click/dynclicks.jsp",
    ],
)
def test_what_counts_visits_is_a_counter_and_no_page(url):
    assert is_counter(url)
    assert not is_page(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn/",
        "https://a.cn/news/1771.html",
        "https://a.cn/News/desc/id/1771",
        "https://a.cn/show.asp?id=3",
        "https://a.cn/2021/hits-of-the-year/",
        "https://a.cn/blog/2015/03/30/git.useful.skills/",
        "https://a.cn/news/a-visit-to-the-doctor.html",
        "https://a.cn/index.php?m=content&c=index&a=show&id=4",
    ],
)
def test_pages_are_pages(url):
    assert is_page(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn/a.pdf",
        "https://a.cn/a.JPG?x=1",
        "https://a.cn/wp-login.php",
        "https://a.cn/feed/",
        "https://a.cn/?replytocom=12",
        "https://a.cn/?s=word",
        "https://a.cn/search?q=word",
    ],
)
def test_files_actions_and_searches_are_no_pages(url):
    assert not is_page(url)
