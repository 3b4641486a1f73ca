"""The facts of a run are what its pages and its server said."""

from datetime import UTC, datetime

from crawler.jobs.alike import Alike
from crawler.jobs.quantiles import Quantiles
from crawler.monitors.history import read
from tests.crawls import UNFIT, article, crawl_news, listing, scrapy
from tests.jobs.started import job, numbered, sites_of
from tests.servers import Answer


def facts_of(archive, site="127.0.0.1"):
    """Return the facts of the last run."""
    return read(archive / "runs" / "history", site)[-1]


def link(path, words):
    return f'<a href="{path}">{words}</a>'


def test_each_way_is_counted_by_the_addresses_of_articles_that_it_names_once_each(site_server, tmp_path):
    chain = link("/2.html", "下一篇：另一台新的光谱仪投入使用了")
    server = site_server({
        "/": listing("/1.html", "/2.html", "/list2.html"),
        "/list2.html": listing("/2.html", "/3.html", "/about.html"),
        "/about.html": "<h1>关于我们</h1>",
        "/1.html": numbered(1, links=f"<p>{chain}</p>"),
        "/2.html": numbered(2),
        "/3.html": numbered(3, links=link("/4.html", "推荐阅读：又一台新的光谱仪")),
        "/4.html": numbered(4),
        "/robots.txt": Answer("User-agent: *\nAllow: /\nSitemap: /sitemap.xml"),
        "/sitemap.xml": Answer(
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
            + "".join(f"<url><loc>{{}}/{n}.html</loc></url>" for n in (1, 2, 4))
            + "</urlset>"
        ),
    })  # fmt: skip
    sitemap = server.routes["/sitemap.xml"]
    server.routes["/sitemap.xml"] = Answer(sitemap.body.replace("{}", server.url), headers={"Content-Type": "text/xml"})
    server.routes["/robots.txt"] = Answer(f"User-agent: *\nAllow: /\nSitemap: {server.url}/sitemap.xml")
    run = crawl_news(server.url, tmp_path)
    assert len(run.urls()) == 4
    ways = facts_of(tmp_path).ways
    assert {way: ways[way] for way in ("chain", "lists", "sitemaps")} == {"chain": 1, "lists": 3, "sitemaps": 3}


def test_what_robots_txt_forbids_is_no_request_and_what_nobody_answers_is_one(site_server, tmp_path):
    server = site_server({
        "/robots.txt": "User-agent: *\nDisallow: /secret/",
        "/": listing("/1.html", *(f"/secret/{n}.html" for n in range(6)), "/broken.html"),
        "/1.html": article(),
        "/broken.html": Answer("half", reset=True, length=4000),
    })  # fmt: skip
    crawl_news(server.url, tmp_path)
    facts = facts_of(tmp_path)
    broken = server.paths().count("/broken.html")
    assert facts.statuses["none"] == broken
    assert facts.examples["status:none"] == (f"{server.url}/broken.html",)
    # Of what each run looks for in case that it is there, most is not.
    missing = [request.path for request in server.requests if request.path not in server.routes]
    assert facts.statuses == {"200": 3, "404": len(missing), "none": broken}
    assert facts.requests == len(server.requests)


def test_readers_who_came_since_the_last_visit_are_counted(site_server, tmp_path):
    server = site_server({"/": listing("/1.html", "/2.html"), "/1.html": article(views=12), "/2.html": numbered(2)})
    crawl_news(server.url, tmp_path)
    assert facts_of(tmp_path).views == 0
    server.routes["/1.html"], server.routes["/2.html"] = article(views=41), numbered(2, views=3)
    crawl_news(server.url, tmp_path)
    assert facts_of(tmp_path).views == 29


def test_what_articles_lack_and_what_is_unfit_is_shown_by_examples(site_server, tmp_path):
    server = site_server({
        "/": listing("/1.html", "/2.html", "/3.html"),
        "/1.html": article(),
        "/2.html": article(title="另一台新的光谱仪投入使用了").replace("来源：测试社", ""),
        "/3.html": UNFIT,
    })  # fmt: skip
    crawl_news(server.url, tmp_path)
    facts = facts_of(tmp_path)
    assert (facts.read, facts.fields["source"], facts.fields["body"]) == (2, 1, 2)
    assert facts.examples["field:source"] == (f"{server.url}/2.html",)
    assert facts.quarantined == {"no_body": 1}
    assert facts.examples["quarantine:no_body"] == (f"{server.url}/3.html",)
    assert (facts.titles, facts.commonest_title, facts.times, facts.commonest_time) == (2, 1, 1, 2)
    assert facts.newest_at == datetime(2024, 5, 5, 23, 8, tzinfo=UTC)
    assert len(facts.latencies) == 6
    assert facts.body_chars[0] <= facts.body_chars[2] <= facts.body_chars[4]
    assert facts.bytes > 1000


def test_the_fields_of_a_layout_are_counted_by_the_articles_on_which_they_match(site_server, tmp_path):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "laid_out.py").write_text(
        "from crawler.layout import Layout\nfrom crawler.spider import ArticleSpider\n"
        "class LaidOut(ArticleSpider):\n"
        "    name = 'laid_out'\n    start_urls = ['http://127.0.0.1/']\n"
        "    layouts = (Layout(body='div.content', source='#source', zone='Asia/Shanghai'),)\n"
    )
    server = site_server({
        "/": listing("/1.html", "/2.html"),
        "/1.html": article(links="<p id=source>来源：新华网</p>"),
        "/2.html": numbered(2),
    })  # fmt: skip
    words = ["crawl", "laid_out", "-a", f"url={server.url}"]
    assert scrapy(*words, archive=tmp_path / "data", modules=tmp_path / "modules").code == 0
    facts = facts_of(tmp_path / "data", "laid_out")
    assert facts.layout == {"body": (2, 2), "source": (1, 2)}
    assert facts.examples["layout:source"] == (f"{server.url}/2.html",)


def test_what_is_new_edited_and_gone_is_named(site_server, tmp_path):
    server = site_server({"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": numbered(2)})
    _, line = job(server.url, archive=tmp_path)
    assert sorted(one.title for one in sites_of(line)["127.0.0.1"].new) == [
        "关于第 1 台光谱仪的一篇报道",
        "关于第 2 台光谱仪的一篇报道",
    ]
    server.routes["/1.html"] = numbered(1, body="研究人员更正了上个月的测量结果，并说明了原因，读者可以放心。" * 4)
    del server.routes["/2.html"]
    _, line = job(server.url, "--mode", "full", archive=tmp_path)
    site = sites_of(line)["127.0.0.1"]
    assert [(one.url, one.title) for one in site.edited] == [(f"{server.url}/1.html", "关于第 1 台光谱仪的一篇报道")]
    assert [(one.url, one.title) for one in site.gone] == [(f"{server.url}/2.html", "关于第 2 台光谱仪的一篇报道")]
    assert (site.facts.articles, site.facts.ends) == ({"revised": 1}, {"gone": 1})


def test_a_run_that_is_limited_is_not_complete(site_server, tmp_path):
    server = site_server(
        {"/": listing(*(f"/{n}.html" for n in range(9))), **{f"/{n}.html": numbered(n) for n in range(9)}}
    )
    crawl_news(server.url, tmp_path, "-a", "limit=2")
    assert not facts_of(tmp_path).is_complete
    crawl_news(server.url, tmp_path)
    assert facts_of(tmp_path).is_complete


def test_a_commonest_value_is_found_among_many_in_as_much_memory_as_at_the_start():
    titles = Alike()
    for number in range(20_000):
        titles.meet("the site's name" if number % 10 == 0 else f"title {number}", f"/{number}")
        if number % 3 == 0:
            titles.meet(f"title {number - 1}", f"/{number}/again")
    # A third of the titles is met again, and some of those instead of the site's name.
    assert titles.different == 18_001 + 667
    assert 1_700 < titles.commonest <= 2_000
    assert len(titles._again) <= 200
    assert all(url.endswith("0") for url in titles.examples)


def test_quantiles_of_many_numbers_are_nearly_those_of_all():
    numbers = Quantiles()
    for number in range(50_000):
        numbers.add(number * 7919 % 50_000)
    least, first, middle, third, most = numbers.at(0, 0.25, 0.5, 0.75, 1)
    assert (least, most) == (0, 49_999)
    assert [round(value / 12_500, 1) for value in (first, middle, third)] == [1.0, 2.0, 3.0]
