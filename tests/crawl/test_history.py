"""What visits again and again make of an article: wordings, sightings, moves and ends."""

import pytest

import archive
from tests.crawls import article, crawl_news, listing, scrapy
from tests.servers import Answer, redirect

PAGES = [f"/news/{n}.html" for n in range(1, 4)]
OTHER_RULES = """
from crawler.spiders.news import News

class OtherRules(News):
    name = "other_rules"

    def read_document(self, document):
        item = super().read_document(document)
        item.title = item.title and item.title.replace("关于仪器", "论仪器")
        return item
"""


def page(number, **words):
    return article(title=f"第{number}篇关于仪器的连续报道", **words)


def site(**routes):
    return {"/": listing(*PAGES), **{path: page(n) for n, path in enumerate(PAGES, start=1)}, **routes}


def other_rules(url, folder):
    """Crawl with a spider that reads titles differently."""
    modules = folder.parent / "modules"
    modules.mkdir(exist_ok=True)
    (modules / "other_rules.py").write_text(OTHER_RULES, "utf-8")
    return scrapy("crawl", "other_rules", "-a", f"url={url}", archive=folder, modules=modules)


@pytest.mark.slow
def test_an_unchanged_site_adds_observations_and_no_article(site_server, tmp_path):
    server = site_server(site())
    before = crawl_news(server.url, tmp_path).lines()
    again = crawl_news(server.url, tmp_path)
    assert again.code == 0
    assert again.lines() == before
    assert again.outcomes() == ["new"] * 3 + ["same"] * 3


@pytest.mark.slow
def test_one_edited_body_is_one_revision_of_the_page_s_own_making(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = page(2, body="这一段是后来改写的：仪器已经在第二个实验室投入使用。" * 4)
    run = crawl_news(server.url, tmp_path)
    first, *_ = [line for line in run.lines() if line["url"].endswith("/2.html")]
    (revision,) = [line for line in run.lines() if line["previous_digest"]]
    assert revision["id"] == first["id"]
    assert revision["previous_digest"] == first["digest"]
    assert revision["extractor"]["cause"] == "crawl"
    assert run.outcomes("/2.html") == ["new", "revised"]
    assert run.outcomes("/1.html") == ["new", "same"]


def test_other_rules_are_no_edit(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path / "data")
    run = other_rules(server.url, tmp_path / "data")
    assert run.code == 0
    revisions = [line for line in run.lines() if line["previous_digest"]]
    assert [line["extractor"]["cause"] for line in revisions] == ["rules"] * 3
    assert {line["title"] for line in revisions} == {f"第{n}篇论仪器的连续报道" for n in (1, 2, 3)}
    assert run.outcomes() == ["new"] * 3 + ["same"] * 3
    assert "3 articles (0 new, 0 revised, 3 unchanged)" in run.err


@pytest.mark.slow
def test_an_edit_under_other_rules_is_both(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path / "data")
    server.routes["/news/2.html"] = page(2, body="这一段是后来改写的：仪器已经在第二个实验室投入使用。" * 4)
    run = other_rules(server.url, tmp_path / "data")
    causes = {line["url"][-6:]: line["extractor"]["cause"] for line in run.lines() if line["previous_digest"]}
    assert causes == {"1.html": "rules", "2.html": "both", "3.html": "rules"}
    assert run.outcomes("/2.html") == ["new", "revised"]


@pytest.mark.slow
def test_without_raw_pages_each_wording_is_the_page_s_own(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path / "data", CAPTURES=0)
    run = other_rules(server.url, tmp_path / "data")
    assert {line["extractor"]["cause"] for line in run.lines()} == {"crawl"}


@pytest.mark.slow
def test_a_hundred_counters_are_a_hundred_observations(site_server, tmp_path):
    paths = [f"/news/{n}.html" for n in range(1, 101)]

    def counting(views):
        return {"/": listing(*paths), **{path: page(n, views=views) for n, path in enumerate(paths)}}

    server = site_server(counting(12))
    before = crawl_news(server.url, tmp_path).lines()
    server.routes.update(counting(13))
    run = crawl_news(server.url, tmp_path)
    assert len(before) == 100
    assert run.lines() == before
    assert [seen["view_count"] for seen in run.lines("observations")] == [12] * 100 + [13] * 100


def test_gone_and_live_again(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = Answer("gone", status=404)
    gone = crawl_news(server.url, tmp_path)
    (seen,) = [seen for seen in gone.lines("observations") if seen["outcome"] == "gone"]
    assert (seen["http_status"], seen["url"], seen["digest"]) == (404, f"{server.url}/news/2.html", None)
    assert [raw.status for raw in gone.warc("response") if raw.headers["WARC-Record-ID"] == seen["captures"][0]["record_id"]] == [404]  # fmt: skip
    server.routes["/news/2.html"] = page(2)
    back = crawl_news(server.url, tmp_path)
    assert back.outcomes("/2.html") == ["new", "gone", "same"]
    assert len(back.lines()) == 3


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        pytest.param(410, "gone", marks=pytest.mark.slow),
        (403, "blocked"),
        pytest.param(451, "blocked", marks=pytest.mark.slow),
        (500, "unreachable"),
    ],
)
def test_an_error_says_what_it_means_for_a_known_article(site_server, tmp_path, status, outcome):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = Answer("no", status=status)
    server.routes["/"] = listing(*PAGES, "/news/unknown.html")
    run = crawl_news(server.url, tmp_path)
    assert run.code == 0
    assert run.outcomes("/2.html") == ["new", outcome]
    assert run.outcomes("/unknown.html") == []
    assert len(run.lines()) == 3


@pytest.mark.slow
def test_where_a_redirect_ends_in_an_error_is_no_address_of_the_article(site_server, tmp_path):
    server = site_server(site())
    ids = {line["url"][-6:]: line["id"] for line in crawl_news(server.url, tmp_path).lines()}
    server.routes["/news/2.html"] = redirect("/account.html")
    server.routes["/account.html"] = Answer("who are you", status=403)
    run = crawl_news(server.url, tmp_path)
    (seen,) = [seen for seen in run.lines("observations") if seen["outcome"] == "blocked"]
    assert (seen["id"], seen["url"], seen["http_status"]) == (ids["2.html"], f"{server.url}/news/2.html", 403)
    with archive.Writer(tmp_path) as writer:
        assert writer.known.find(f"{server.url}/account.html") is None


@pytest.mark.slow
def test_a_connection_that_breaks_is_an_article_out_of_reach(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = Answer(reset=True)
    run = crawl_news(server.url, tmp_path)
    (seen,) = [seen for seen in run.lines("observations") if seen["outcome"] == "unreachable"]
    assert (seen["http_status"], seen["captures"], seen["url"][-7:]) == (None, [], "/2.html")
    assert "Traceback" not in run.err


def test_what_robots_txt_forbids_now_is_no_sighting(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/robots.txt"] = "User-agent: *\nDisallow: /news/2\n"
    run = crawl_news(server.url, tmp_path)
    assert run.outcomes("/2.html") == ["new"]


@pytest.mark.parametrize("status", [301, *(pytest.param(status, marks=pytest.mark.slow) for status in (302, 307, 308))])
def test_a_move_keeps_the_identity(site_server, tmp_path, status):
    server = site_server(site())
    before = {line["url"]: line["id"] for line in crawl_news(server.url, tmp_path).lines()}
    server.routes["/news/2.html"] = redirect("/stories/second-report-202.html", status)
    server.routes["/stories/second-report-202.html"] = page(2)
    for _ in range(2):
        run = crawl_news(server.url, tmp_path)
    assert len(run.lines()) == 3
    kept = before[f"{server.url}/news/2.html"]
    seen = [(seen["url"][len(server.url) :], seen["outcome"], seen["http_status"], seen["moved_to"])
            for seen in run.lines("observations") if seen["id"] == kept]  # fmt: skip
    assert seen == [
        ("/news/2.html", "new", 200, None),
        ("/news/2.html", "moved", status, f"{server.url}/stories/second-report-202.html"),
        ("/stories/second-report-202.html", "same", 200, None),
        ("/stories/second-report-202.html", "same", 200, None),
    ]


@pytest.mark.slow
def test_a_page_that_moved_is_found_by_its_new_address_alone(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = redirect("/stories/second-report-202.html", 301)
    server.routes["/stories/second-report-202.html"] = page(2)
    crawl_news(server.url, tmp_path)
    del server.routes["/news/2.html"]
    server.routes["/"] = listing("/news/1.html", "/news/2.html", "/stories/second-report-202.html")
    run = crawl_news(server.url, tmp_path)
    assert len({line["id"] for line in run.lines()}) == 3
    assert run.outcomes("/stories/second-report-202.html") == ["same", "same"]
    assert run.outcomes("/2.html") == ["new", "moved"]  # the address that it left says nothing of it any more
    server.routes["/stories/second-report-202.html"] = Answer("gone", status=404)
    gone = crawl_news(server.url, tmp_path)
    assert gone.lines("observations")[-1]["outcome"] == "gone"


@pytest.mark.slow
def test_of_two_known_articles_the_one_that_leads_to_the_other_has_moved(site_server, tmp_path):
    server = site_server(site())
    ids = {line["url"][-6:]: line["id"] for line in crawl_news(server.url, tmp_path).lines()}
    server.routes["/news/2.html"] = redirect("/news/3.html", 301)
    run = crawl_news(server.url, tmp_path)
    seen = [(seen["url"][-6:], seen["outcome"], seen["moved_to"]) for seen in run.lines("observations")[3:]]
    assert sorted(seen, key=str) == [
        ("1.html", "same", None),
        ("2.html", "moved", f"{server.url}/news/3.html"),
        ("3.html", "same", None),
    ]
    (moved,) = [seen for seen in run.lines("observations") if seen["outcome"] == "moved"]
    assert moved["id"] == ids["2.html"]
    assert len(moved["captures"]) == 1


def test_an_article_that_leads_to_the_home_page_is_no_more(site_server, tmp_path):
    server = site_server(site())
    crawl_news(f"{server.url}/news/1.html", tmp_path, "-a", "ways=lists")
    server.routes["/news/1.html"] = redirect("/start.html")
    server.routes["/start.html"] = listing(*PAGES)
    run = crawl_news(f"{server.url}/news/1.html", tmp_path)
    assert run.outcomes("/1.html") == ["new", "soft_404"]
    assert sorted(line["url"][-6:] for line in run.lines()) == ["1.html", "2.html", "3.html"]


@pytest.mark.slow
def test_an_article_that_leads_to_another_site_has_moved_there(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes["/news/2.html"] = redirect("http://elsewhere.example/second.html", 301)
    run = crawl_news(server.url, tmp_path)
    (moved,) = [seen for seen in run.lines("observations") if seen["outcome"] == "moved"]
    assert (moved["url"], moved["moved_to"]) == (f"{server.url}/news/2.html", "http://elsewhere.example/second.html")


TRACKING = """
from crawler.spiders.news import News

class Tracked(News):
    name = "tracked"
    tracking_parameters = frozenset({"column"})
"""


def test_a_site_names_query_parameters_of_its_own_that_are_no_part_of_an_address(site_server, tmp_path):
    paths = ["/show?id=1", "/show?id=1&column=7", "/show?column=9&id=1"]
    server = site_server({"/": listing(*paths), **{path: page(1) for path in paths}})
    (tmp_path / "tracked.py").write_text(TRACKING)
    run = scrapy("crawl", "tracked", "-a", f"url={server.url}", archive=tmp_path / "data", modules=tmp_path)
    assert [line["canonical_url"] for line in run.lines()] == [f"{server.url}/show?id=1"]
    assert len([path for path in server.paths() if path.startswith("/show")]) == 1


def test_a_canonical_link_gives_the_identity_while_it_stays_on_the_site(site_server, tmp_path):
    def mobile(link):
        return page(1, head=f'<link rel="canonical" href="{link}">')

    server = site_server(
        {"/": listing("/m/1.html", "/m/2.html"), "/m/2.html": mobile("http://elsewhere.example/1.html")}
    )
    server.routes["/m/1.html"] = mobile(f"{server.url}/news/1.html")
    run = crawl_news(server.url, tmp_path)
    canonical = {line["url"][len(server.url) :]: line["canonical_url"][len(server.url) :] for line in run.lines()}
    assert canonical == {"/m/1.html": "/news/1.html", "/m/2.html": "/m/2.html"}
