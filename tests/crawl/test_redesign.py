"""A site that is redesigned: what is misread waits in quarantine, and what was read well stays."""

from datetime import UTC, datetime, timedelta

import pytest

import archive
from archive.records import plain_values
from tests import redesigned
from tests.crawls import article, crawl_news, listing, scrapy
from tests.redesigned import NUMBERS, expected, new, number_of, old, path, renamed, said, site
from tests.servers import Answer

SPIDER = """
from crawler.spider import ArticleSpider

class Harbour(ArticleSpider):
    name = "harbour"
"""


@pytest.fixture
def harbour(tmp_path):
    """Return what runs a command with a spider `harbour`, which `scrapy learn --write` may replace."""
    modules = tmp_path / "modules"
    (modules / "mine").mkdir(parents=True)
    (modules / "mine.py").write_text("")  # so that it is loaded; the package of this name is what Python takes
    (modules / "mine" / "__init__.py").write_text("")
    (modules / "mine" / "harbour.py").write_text(SPIDER)

    def run(*words):
        settings = {"NEWSPIDER_MODULE": "mine"}
        return scrapy(*words, archive=tmp_path / "data", settings=settings, modules=modules)

    run.spider = modules / "mine" / "harbour.py"
    return run


def newest(run):
    """Return the newest wordings by number."""
    articles = map(plain_values, archive.open(run.archive).articles())
    return {number_of(line["url"]): line for line in articles}


@pytest.mark.slow
def test_o2_a_redesign_is_flagged_quarantined_learnt_and_healed(site_server, harbour):
    server, seen = site_server({"/": listing(*map(path, NUMBERS))}), {}

    def page(request):
        number = number_of(request.path)
        seen.setdefault(number, len(seen) >= len(NUMBERS) * 0.6)
        return Answer(new(number) if len(seen) > len(NUMBERS) * 0.6 else old(number))

    server.routes.update({path(number): page for number in NUMBERS})
    run = harbour("crawl", "harbour", "-a", f"url={server.url}/")
    changed = {number for number, is_new in seen.items() if is_new}
    held = {number_of(record["url"]): record for record in run.lines("quarantine")}
    # Flagged, with the site, the fields and a page.
    (flag,) = [line for line in run.err.splitlines() if "is read worse than before" in line]
    assert "harbour: http://127.0.0.1" in flag
    assert "published_at, source" in flag
    # What is misread is kept, with its captures, and stored nowhere.
    assert changed <= held.keys()
    assert {record["reason"] for record in held.values()} == {"regressed"}
    assert all(record["captures"] for record in held.values())
    assert {number: said(line) for number, line in newest(run).items()} == {
        number: expected(number) for number in NUMBERS if number not in changed
    }
    # Some that were read before are asked for once more: from these the new design is learnt.
    assert len(held.keys() - changed) >= 5
    learnt = harbour("learn", "harbour", "--write", "harbour", "--force")
    assert learnt.code == 0, learnt.err
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert f"until=date({yesterday.year}, {yesterday.month}, {yesterday.day})" in harbour.spider.read_text()
    assert 'published=".q4::attr(data-when)"' in harbour.spider.read_text()
    healed = harbour("reextract", "harbour")
    assert healed.code == 0
    assert f"{len(changed)} from quarantine taken up" in healed.err
    assert {number: said(line) for number, line in newest(run).items()} == {n: expected(n) for n in NUMBERS}
    lines = run.lines()
    assert "; 0 revisions added" in harbour("reextract", "harbour").err
    assert run.lines() == lines


@pytest.mark.slow
def test_o2_known_articles_keep_their_wordings_until_the_new_design_is_read(site_server, harbour):
    server = site_server(site())
    before = newest(harbour("crawl", "harbour", "-a", f"url={server.url}/"))
    server.routes.update(site(new))
    edit = "工程因为台风推迟了两个星期。"
    server.routes[path(7)] = new(7, edit)
    run = harbour("crawl", "harbour", "-a", f"url={server.url}/")
    assert newest(run) == before
    assert len(run.lines()) == len(NUMBERS)
    assert {record["reason"] for record in run.lines("quarantine")} == {"regressed"}
    assert run.outcomes() == ["new"] * len(NUMBERS) + ["quarantined"] * len(NUMBERS)
    # Rules that have not changed heal nothing.
    assert f"0 revisions added, {len(NUMBERS)} pages stay in quarantine" in harbour("reextract", "harbour").err
    assert harbour("learn", "harbour", "--write", "harbour", "--force").code == 0
    healed = harbour("reextract", "harbour")
    assert f"{len(NUMBERS) - 1} there read as their articles are; 1 revisions added" in healed.err
    (revision,) = [line for line in run.lines() if line["previous_digest"]]
    assert said(revision) == expected(7, edit)
    assert revision["extractor"]["cause"] == "both"
    assert revision["previous_digest"] == before[7]["digest"]
    assert "; 0 revisions added" in harbour("reextract", "harbour").err


def test_a_redesign_that_is_read_as_well_passes_untouched(site_server, tmp_path):
    server = site_server(site())
    before = crawl_news(server.url, tmp_path).lines()
    server.routes.update(site(renamed))
    run = crawl_news(server.url, tmp_path)
    assert (run.lines(), run.lines("quarantine")) == (before, [])
    assert run.outcomes() == ["new"] * len(NUMBERS) + ["same"] * len(NUMBERS)


def test_pages_of_another_kind_are_no_redesign_and_one_page_is_asked_for_again(site_server, tmp_path):
    notices = [f"/notices/{n}.html" for n in range(1001, 1009)]
    routes = site()
    routes["/"] = listing(*map(path, NUMBERS), "/notices/")
    routes["/notices/"] = listing(*notices)
    for number, at in enumerate(notices):
        text = f"<p>兹通知第{number}号泊位自即日起暂停使用，恢复的时间另行通知，请各船公司相互转告。</p>" * 8
        routes[at] = (
            f"<title>关于第{number}号泊位的通知</title><h1>关于第{number}号泊位的通知</h1><p>时间：2024-06-0{number + 1}</p>{text}"
        )
    server = site_server(routes)
    run = crawl_news(server.url, tmp_path)
    assert run.lines("quarantine") == []
    assert len(run.lines()) == len(NUMBERS) + len(notices)
    # Robots.txt aside, each page was asked for once, but those that had to tell whether they are as they were.
    asked_again = len(server.paths()) - len(set(server.paths()))
    assert 1 <= asked_again <= 3


def test_an_article_that_loses_one_field_or_half_its_text_is_edited(site_server, tmp_path):
    words = "研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意。"
    routes = {"/": listing("/news/1.html", "/news/2.html"), "/news/1.html": article(body=words * 20)}
    routes["/news/2.html"] = article(title="另一台光谱仪也投入使用了", body=words * 20)
    server = site_server(routes)
    crawl_news(server.url, tmp_path)
    server.routes["/news/1.html"] = article(body=words * 20).replace(" 来源：测试社", "")
    server.routes["/news/2.html"] = article(title="另一台光谱仪也投入使用了", body=words * 8)
    run = crawl_news(server.url, tmp_path)
    assert run.lines("quarantine") == []
    assert run.outcomes() == ["new", "new", "revised", "revised"]


def test_whoever_wants_it_stores_what_is_misread(site_server, tmp_path):
    server = site_server(site())
    crawl_news(server.url, tmp_path)
    server.routes.update(site(new))
    run = crawl_news(server.url, tmp_path, QUARANTINE_REGRESSED=0)
    assert run.lines("quarantine") == []


def test_the_two_designs_say_the_same():
    assert redesigned.title(1) in old(1)
    assert redesigned.title(1) in new(1)
