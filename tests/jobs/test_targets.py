"""Which sites words mean, and what is said of words that mean none."""

import pytest
from scrapy.settings import Settings

from crawler.errors import BadArgument
from crawler.jobs.targets import Target, targets_of
from tests.crawls import crawl_news, listing
from tests.jobs.started import job, numbered
from tests.servers import Answer


@pytest.fixture
def settings(tmp_path):
    return Settings({
        "SPIDER_MODULES": ["crawler.spiders"], "ARCHIVE": str(tmp_path), "ARCHIVE_COMPRESSION": "zst", "FRONTIER": "",
    })  # fmt: skip


def test_a_spider_an_address_and_what_holds_for_all_of_them(settings):
    words = ["hzgreat100", "https://www.news.example/all/"]
    assert targets_of(words, {"since": "7d"}, settings) == [
        Target(site="hzgreat100", spider="hzgreat100", arguments={"since": "7d", "mode": "full"}),
        Target(
            site="news.example",
            spider="news",
            arguments={"since": "7d", "url": "https://www.news.example/all/", "mode": "full"},
        ),
    ]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["news.exmaple"], "one is first named by its address, such as https://news.exmaple/"),
        (["news"], "SITE='news': neither a spider (hzgreat100) nor a site of this archive"),
        (["https://"], "url='https://': "),
        (["hzgreat100", "hzgreat100"], "SITE='hzgreat100': hzgreat100 is named already, by 'hzgreat100'"),
        (["https://a.cn/", "http://www.a.cn/news/"], "a.cn is named already, by 'https://a.cn/'"),
        (["hzgreat100", "https://www.hzgreat100.com/"], "hzgreat100.com is named already, by 'hzgreat100'"),
        (["http://hzgreat100.com/News/", "hzgreat100"], "named already, by 'http://hzgreat100.com/News/'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_words_that_mean_no_site_or_one_twice_are_named(settings, words, says):
    with pytest.raises(BadArgument) as refused:
        targets_of(words, {}, settings)
    assert says in str(refused.value)


def test_a_host_that_is_known_is_crawled_from_where_it_began_and_for_what_is_due(site_server, settings, tmp_path):
    server = site_server({"/news/": listing("/1.html"), "/1.html": numbered(1)})
    crawl_news(f"{server.url}/news/", tmp_path)
    assert targets_of(["127.0.0.1"], {}, settings) == [
        Target(site="127.0.0.1", spider="news", arguments={"url": f"{server.url}/news/", "mode": "due"})
    ]
    run, line = job("127.0.0.1", archive=tmp_path)
    assert (run.code, line["outcome"]) == (0, "ok")


def test_a_site_of_which_no_crawl_has_ended_is_crawled_in_full(site_server, settings, tmp_path):
    routes = {"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": Answer(numbered(2))}
    server = site_server(routes)
    crawl_news(server.url, tmp_path, "-a", "limit=1")
    (target,) = targets_of(["127.0.0.1"], {}, settings)
    assert target.arguments["mode"] == "full"


def test_a_mode_that_is_asked_for_holds(settings):
    (target,) = targets_of(["https://a.cn/"], {"mode": "new"}, settings)
    assert target.arguments["mode"] == "new"
