"""A site behind a login form: filled once, and again where the site has forgotten it."""

from __future__ import annotations

import itertools
import json
import re
from urllib.parse import parse_qs

import pytest

from tests.crawl.asked import crawl_members, environment, modules_of, places_of
from tests.crawl.killing import frontier_of, killed_at, start
from tests.crawls import ROOT, article, listing, scrapy
from tests.servers import Answer, redirect

USER, PASSWORD = "reader-of-the-test", "p4ssword-of-the-test"
ENV = {"MEMBERS_USER": USER, "MEMBERS_PASSWORD": PASSWORD}
SAID = """access = Access(login=Login(
        url="{url}/login", user=Secret("MEMBERS_USER"), password=Secret("MEMBERS_PASSWORD"), check="a.logout",
    ))"""
LOGOUT = '<a class="logout" href="/logout">退出</a>'
FORM = (
    '<form action="/search"><input name="q"></form>'
    '<form action="{action}" method="{method}"><input type="hidden" name="csrf" value="{token}">'
    '<input type="text" name="account"><input type="Password" name="word"><input type="checkbox" name="keep" value="1" checked>'
    '<button name="go" value="in">登录</button></form>'
)


WALL = redirect("/login?next=/")


class Members:
    """A site that shows its pages to who is logged in: by a form with a token that only its own page has given."""

    def __init__(self, pages, *, most=10**9, wall=WALL, method="post", action="/enter"):
        self.pages, self.most, self.wall, self.method, self.action = dict(pages), most, wall, method, action
        """`most` pages are shown in a session; what is beyond that, or without one, is `wall`."""
        self.secrets, self.tokens, self.left = [], set(), {}
        self.logins = []
        self._numbers = itertools.count(1)

    def routes(self):
        pages = {path: self.page(page) for path, page in self.pages.items()}
        return {"/login": self.form, "/login?next=/": self.form, "/enter": self.enter, **pages}

    def form(self, request):
        token = f"csrf-{next(self._numbers)}-of-the-test"
        self.tokens.add(token)
        page = FORM.format(token=token, method=self.method, action=self.action)
        return Answer(page, headers={"Set-Cookie": f"before={token}; HttpOnly"})

    def enter(self, request):
        said = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        self.logins.append(said)
        token = said.pop("csrf", "")
        if token not in self.tokens or f"before={token}" not in (request.headers["Cookie"] or ""):
            return Answer("no token", status=403)
        if said != {"account": USER, "word": PASSWORD, "keep": "1", "go": "in"}:
            return Answer(FORM.format(token=token, method="post", action="/enter") + "<p>密码错误</p>")
        session = f"s3ssion-{next(self._numbers)}-of-the-test"
        self.left[session] = self.most
        return Answer(status=302, headers={"Location": "/home", "Set-Cookie": f"sid={session}; Path=/; HttpOnly"})

    def page(self, page):
        def show(request):
            cookies = dict(pair.strip().split("=", 1) for pair in (request.headers["Cookie"] or "").split(";") if pair)
            session = cookies.get("sid")
            if self.left.get(session, 0) < 1:
                return self.wall
            if request.path not in ("/", "/home"):
                self.left[session] -= 1
            return page if isinstance(page, Answer) else Answer(page.replace("</body>", f"{LOGOUT}</body>"))

        return show


NEWS = [f"/news/{n}.html" for n in range(1, 9)]
PAGES = {
    "/": listing(*NEWS),
    "/home": "<body><p>欢迎</p></body>",
    **{path: article(title=f"只给会员看的报道{path}") for path in NEWS},
}


@pytest.fixture
def golden(site_server):
    """A function that serves a site with a login form."""

    def serve(**words):
        members = Members(PAGES, **words)
        members.server = site_server(members.routes())
        members.url = members.server.url
        return members

    return serve


def crawl(site, folder, *words, said=SAID, env=ENV, **settings):
    return crawl_members(folder, f"{site.url}/", said.replace("{url}", site.url), *words, env=env, **settings)


def test_a_site_behind_a_login_form_is_read(golden, tmp_path):
    site = golden()
    run = crawl(site, tmp_path)
    assert run.code == 0, run.err
    assert run.urls() == NEWS
    assert site.logins == [{"account": USER, "word": PASSWORD, "keep": "1", "go": "in"}]


def test_pages_wait_for_the_login_and_robots_txt_is_read_before_it(golden, tmp_path):
    site = golden()
    site.server.routes["/robots.txt"] = "User-agent: *\nDisallow: /news/3.html\n"
    run = crawl(site, tmp_path)
    assert run.urls() == [path for path in NEWS if path != "/news/3.html"]
    paths = site.server.paths()
    assert [path for path in paths if path in ("/robots.txt", "/login", "/enter", "/home", "/")] == ["/robots.txt", "/login", "/enter", "/home", "/"]  # fmt: skip


def test_a_login_that_robots_txt_forbids_is_not_asked_for(golden, tmp_path):
    site = golden()
    site.server.routes["/robots.txt"] = "User-agent: *\nDisallow: /login\n"
    run = crawl(site, tmp_path)
    assert run.code == 4
    assert "robots.txt forbids" in run.err.strip().splitlines()[-1]
    assert site.logins == []


def test_the_login_is_nowhere_in_the_archive_and_the_log(golden, tmp_path):
    site = golden(most=3)
    run = crawl(site, tmp_path, "-L", "DEBUG")
    assert run.urls() == NEWS
    assert len(site.logins) > 1
    assert places_of(run, PASSWORD, USER, "s3ssion-", "csrf-") == []
    assert {record.path for record in run.warc()}.isdisjoint({"/login", "/enter", "/home"})
    why = scrapy(
        "frontier", "members", "--why", f"{site.url}/news/1.html", archive=run.archive, modules=tmp_path / "modules"
    )
    assert places_of(why, PASSWORD, USER, "s3ssion-", "csrf-") == []


@pytest.mark.parametrize(
    "wall",
    [redirect("/login?next=/"), Answer("先登录", status=401), Answer(listing())],
    ids=["redirect", "401", "a page without the check"],
)
def test_a_session_that_ends_in_the_middle_of_a_run_is_begun_anew(golden, tmp_path, wall):
    site = golden(most=3, wall=wall)
    run = crawl(site, tmp_path)
    assert run.code == 0, run.err
    assert run.urls() == NEWS, run.err
    assert 3 <= len(site.logins) <= 4
    assert set(run.outcomes()) == {"new"}


def test_a_site_that_forgets_again_and_again_is_left_with_a_clear_line(golden, tmp_path):
    site = golden(most=1)
    run = crawl(site, tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert len(site.logins) == 5
    assert len(run.urls()) == 5
    assert f"the login at {site.url}/login failed: the site has forgotten it 5 times in a row" in run.err
    states = frontier_of(run.archive, "members")
    assert {path: states[path] for path in NEWS} == {path: "done" if path in run.urls() else "waiting" for path in NEWS}
    site.most = 99
    assert crawl(site, tmp_path).urls() == NEWS


def test_a_page_that_asks_for_another_login_is_refused_and_costs_none(golden, tmp_path):
    site = golden()
    site.pages["/news/2.html"] = redirect("/login?next=/")
    site.server.routes.update(site.routes())
    run = crawl(site, tmp_path)
    assert run.urls() == [path for path in NEWS if path != "/news/2.html"]
    assert len(site.logins) == 1


def test_pages_that_lack_the_check_while_logged_in_are_read_as_they_are(golden, tmp_path):
    site = golden()
    site.pages = {**PAGES, **{path: Answer(article(title=f"没有退出按钮的报道{path}")) for path in NEWS}}
    site.server.routes.update(site.routes())
    run = crawl(site, tmp_path, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    assert run.urls() == NEWS
    assert len(site.logins) == 1
    assert site.server.paths().count("/home") == 1 + 3


@pytest.mark.parametrize(
    ("words", "said", "env", "reason"),
    [
        ({}, SAID, {**ENV, "MEMBERS_PASSWORD": "wr0ng-of-the-test"}, "the answer (HTTP 200) lacks a.logout"),
        ({}, SAID.replace("/login", "/"), ENV, "no form with a password"),
        ({}, SAID.replace("/login", "/nowhere"), ENV, "HTTP 404"),
        ({}, SAID.replace("check=", "form='#none', check="), ENV, "no form '#none'"),
        ({"method": "get"}, SAID, ENV, "its form would put the password into an address"),
        (
            {"action": "http://other.example/enter"},
            SAID,
            ENV,
            "its form leads elsewhere, to http://other.example/enter",
        ),
    ],
    ids=["wrong password", "no form", "no page", "not that form", "a form by GET", "a form for another host"],
)
def test_a_login_that_does_not_work_ends_the_run_with_one_line(golden, tmp_path, words, said, env, reason):
    site = golden(wall=Answer("<p>先登录</p>"), **words)
    run = crawl(site, tmp_path, said=said, env=env)
    assert run.code == 4
    assert [line for line in run.err.splitlines() if reason in line and "INFO" not in line] == [
        run.err.strip().splitlines()[-1]
    ]
    assert "Traceback" not in run.err
    assert run.lines() == []
    assert places_of(run, PASSWORD, "wr0ng-of-the-test") == []


def test_a_login_does_not_follow_a_redirect_to_another_host_with_the_password(golden, site_server, tmp_path):
    other = site_server({"/enter": article()})
    site = golden()
    site.server.routes["/enter"] = redirect(f"{other.url}/enter", status=307)
    run = crawl(site, tmp_path)
    assert run.code == 4
    assert other.requests == []


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (SAID.replace(', check="a.logout"', ""), "login.check"),
        (SAID.replace("a.logout", "a["), "login.check"),
        (SAID.replace('Secret("MEMBERS_PASSWORD")', '"written-down"'), "login.password"),
        (SAID.replace("{url}/login", "http://other.example/login"), "login.url"),
        (SAID.replace("MEMBERS_PASSWORD", "MEMBERS_OTHER"), "MEMBERS_OTHER"),
    ],
)
def test_a_login_that_cannot_be_meant_is_named_before_anything_starts(golden, tmp_path, said, named):
    site = golden()
    run = crawl(site, tmp_path, said=said)
    assert run.code == 2
    assert f"{named}: " in run.err
    assert site.server.requests == []


@pytest.mark.xfail(
    reason="on a busy machine up to two articles are missing after the kill: not understood yet", strict=False
)
def test_after_a_kill_the_next_run_logs_in_again_and_goes_on(golden, tmp_path):
    site = golden()
    modules = modules_of(tmp_path, f"{site.url}/", SAID.replace("{url}", site.url))
    with environment(**ENV):
        process = start(f"{site.url}/", tmp_path / "archive", spider="members", modules=modules, DOWNLOAD_DELAY=0.1)
    killed_at(process, lambda: "/news/7.html" in site.server.paths())
    run = crawl(site, tmp_path, "-a", f"url={site.url}/")
    assert run.urls() == NEWS
    assert len(site.logins) == 2
    assert site.server.paths().count("/news/1.html") == 1
    assert places_of(run, PASSWORD, "s3ssion-") == []


def test_a_job_tells_nothing_of_the_login_in_its_line_summary_and_report(golden, tmp_path):
    site = golden(most=3)
    run = crawl(site, tmp_path, command="job")
    assert json.loads(run.out)["exit_code"] == 0
    assert run.urls() == NEWS
    assert len(list(run.archive.glob("runs/*/report.html"))) == 1
    assert places_of(run, PASSWORD, USER, "s3ssion-", "csrf-") == []


def test_a_job_ends_by_the_same_codes(golden, tmp_path):
    site = golden()
    missing = crawl(site, tmp_path / "a", command="job", env={"MEMBERS_USER": USER})
    assert (missing.code, site.server.requests) == (2, [])
    assert "MEMBERS_PASSWORD: " in missing.err
    wrong = crawl(site, tmp_path / "b", command="job", env={**ENV, "MEMBERS_PASSWORD": "wr0ng-of-the-test"})
    assert wrong.code == 4
    (summary,) = wrong.archive.glob("runs/*/summary.json")
    (told,) = json.loads(summary.read_text("utf-8"))["sites"]
    assert "the answer (HTTP 200) lacks a.logout" in told["problems"][0]
    assert places_of(wrong, "wr0ng-of-the-test") == []


def test_a_golden_page_is_saved_as_the_spider_asks_for_it(golden, tmp_path):
    site = golden()
    modules = modules_of(tmp_path, f"{site.url}/", SAID.replace("{url}", site.url))
    (tmp_path / "scrapy.cfg").write_text((ROOT / "scrapy.cfg").read_text())
    with environment(**ENV):
        run = scrapy(
            "fixture",
            f"{site.url}/news/2.html",
            "--spider",
            "members",
            archive=tmp_path / "none",
            modules=modules,
            folder=tmp_path,
        )
    assert run.code == 0, run.err
    (saved,) = tmp_path.glob("tests/sites/members/*/response.html")
    assert "只给会员看的报道/news/2.html" in saved.read_text("utf-8")
    assert [
        path
        for path in saved.parent.iterdir()
        if PASSWORD in path.read_text("utf-8") or "s3ssion" in path.read_text("utf-8")
    ] == []
    missing = scrapy(
        "fixture",
        f"{site.url}/news/2.html",
        "--spider",
        "members",
        archive=tmp_path / "none",
        modules=modules,
        folder=tmp_path,
    )
    assert missing.code == 2
    assert "MEMBERS_USER: " in missing.err


def test_the_spider_that_the_readme_shows_logs_in(golden, tmp_path):
    site = golden()
    (shown,) = [
        code
        for code in re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
        if "Login(" in code
    ]
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "of_the_readme.py").write_text(shown.replace("https://", "http://"), "utf-8")
    settings = {"CONNECT_TO": f"news.example:80=127.0.0.1:{site.server.port}"}
    with environment(HARBOUR_USER=USER, HARBOUR_PASSWORD=PASSWORD):
        run = scrapy("crawl", "harbour_daily", archive=tmp_path / "archive", modules=modules, settings=settings)
    assert run.urls() == NEWS
    assert {
        (request.headers["X-Edition"], "consent=yes" in request.headers["Cookie"]) for request in site.server.requests
    } == {("evening", True)}
