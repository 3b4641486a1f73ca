"""Layouts as Python source."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from crawler.layout import Layout
from crawler.learning.writing import class_name, layouts_source, spider_source

WORDS = st.none() | st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
LAYOUTS = st.builds(
    Layout, title=WORDS, body=WORDS, published=WORDS, prev=WORDS, until=st.none() | st.dates(), zone=WORDS
)


@given(st.lists(LAYOUTS, min_size=1, max_size=3))
def test_what_is_written_is_the_layout(layouts):
    scope = {"Layout": Layout, "date": date}
    exec(layouts_source(layouts), scope)
    assert list(scope["layouts"]) == layouts


def test_a_spiders_file_has_all_that_it_needs():
    layouts = [Layout(title="h1", body='[id^="entry-"]'), Layout(body="td.text", until=date(2021, 3, 1))]
    source = spider_source("harbour_daily", "news.example", "https://news.example/", 12, layouts)
    assert (
        source
        == '''"""news.example: its layout as learnt from 12 pages."""

from datetime import date

from crawler.layout import Layout
from crawler.spider import ArticleSpider


class HarbourDaily(ArticleSpider):
    """Articles of news.example."""

    name = "harbour_daily"
    start_urls = ["https://news.example/"]
    layouts = (
        Layout(title="h1", body='[id^="entry-"]'),
        Layout(body="td.text", until=date(2021, 3, 1)),
    )
'''
    )
    scope = {}
    exec(source, scope)
    assert list(scope[class_name("harbour_daily")].layouts) == layouts
