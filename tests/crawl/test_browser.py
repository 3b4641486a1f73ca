"""A site whose pages are drawn by scripts, and what no script can do."""

import json
import os
import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

import archive
from crawler.browser import Browser
from crawler.browser.terms import check_browser
from crawler.errors import NotReady
from crawler.spiders.news import News
from tests.crawl.asked import crawl_members, modules_of, places_of
from tests.crawl.killing import frontier_of, killed_at, start, stopped_at
from tests.crawls import scrapy
from tests.servers import Answer

CHROMIUM = "/usr/bin/chromium"
DRAWN = "browser = True"
DRAW = """
const list = items => '<h2>新闻列表</h2><ul>' + items.map(([u, t]) => `<li><a href="${u}">${t}</a></li>`).join('') + '</ul>';
const page = a => `<h1>${a.title}</h1><p>发布时间：${a.at} 来源：${a.source} 浏览次数：${a.views}</p><div class=content>${a.body}</div>`;
async function draw() {
  const said = await (await fetch('/api' + location.pathname, {headers: {'X-Requested-With': 'XMLHttpRequest'}})).json();
  document.title = said.title || '列表';
  document.querySelector('#app').innerHTML = said.items ? list(said.items) : page(said);
}
addEventListener('DOMContentLoaded', draw);
"""
SHELL = (
    '<html><head><title>加载中</title><meta charset="gbk"><link rel="stylesheet" href="/app.css"><script src="/app.js"></script>{more}</head>'
    '<body><div id="app">请打开 JavaScript</div><img src="/logo.png">{after}</body></html>'
)
BODY = "<p>研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，读者可以在这里看到完整的说明文字。</p>" * 4
TITLES = {f"/news/{n}.html": f"由脚本画出来的第{n}篇报道" for n in (1, 2, 3)}


def json_of(value):
    return Answer(json.dumps(value, ensure_ascii=False), headers={"Content-Type": "application/json; charset=utf-8"})


def drawn_site(*, more="", after=""):
    """Return the routes of a site that sends nothing but a shell, with more in the shell of its first article."""
    shell = SHELL.replace("{more}", "").replace("{after}", "")
    routes = {
        "/": Answer(shell, headers={"ETag": '"shell"'}),
        "/app.js": Answer(DRAW, headers={"Content-Type": "text/javascript; charset=utf-8"}),
        "/app.css": Answer("h1 {color: red}", headers={"Content-Type": "text/css"}),
        "/api/": json_of({"items": list(TITLES.items())}),
    }
    for number, (path, title) in enumerate(TITLES.items(), 1):
        routes[path] = Answer(shell, headers={"ETag": '"shell"'})
        said = {"title": title, "at": "2024-05-06 07:08", "source": "测试社", "views": 40 + number, "body": BODY}
        routes[f"/api{path}"] = json_of(said)
    routes["/news/1.html"] = SHELL.replace("{more}", more).replace("{after}", after)
    return routes


@pytest.fixture(autouse=True, scope="module")
def _browser():
    """Skip where there is no browser; CI has one."""
    missing = [
        what
        for what, there in (("chromium", shutil.which("chromium")), ("playwright", find_spec("playwright")))
        if not there
    ]
    if missing:
        assert os.environ.get("CI") != "true", f"CI has no {missing[0]}"
        pytest.skip(f"there is no {missing[0]} here")


def crawl(server, folder, *words, said=DRAWN, env=None, **settings):
    return crawl_members(folder, f"{server.url}/", said, *words, env=env, **settings)


def titles_of(run):
    return {"/" + line["url"].split("/", 3)[3]: line["title"] for line in run.lines()}


def browsers_of(folder):
    """Return the ids of the processes of Chromium that were started by a test in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if (
                f"TEST_FOLDER={folder}".encode() in path.read_bytes()
                and b"chromium" in (path.parent / "cmdline").read_bytes()
            ):
                found.append(int(path.parent.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def has_no_browser(folder):
    """Return whether all of them end."""
    until = time.monotonic() + 15
    while browsers_of(folder) and time.monotonic() < until:
        time.sleep(0.05)
    return not browsers_of(folder)


@pytest.mark.slow
def test_a_site_whose_pages_are_drawn_by_scripts_is_read(site_server, tmp_path):
    server = site_server(drawn_site())
    run = crawl(server, tmp_path)
    assert run.code == 0, run.err
    assert titles_of(run) == TITLES
    first = min(run.lines(), key=lambda line: line["url"])
    assert (first["published_raw"], first["source"], first["view_count"], first["body"].count("研究人员介绍")) == (
        "2024-05-06 07:08",
        "测试社",
        41,
        4,
    )
    assert {"/logo.png", "/favicon.ico"}.isdisjoint(server.paths())
    assert "3 articles (3 new, 0 revised, 0 unchanged), 0 quarantined, 4 pages in" in run.err
    # A script is asked for once a run, and by the same who asks for pages.
    assert server.paths().count("/app.js") == 1
    assert {request.headers["User-Agent"].split("/")[0] for request in server.requests} == {"newsreel"}
    assert {request.headers["X-Requested-With"] for request in server.requests if request.path.startswith("/api/")} == {
        "XMLHttpRequest"
    }


@pytest.mark.slow
def test_what_is_sent_and_what_is_drawn_are_kept_and_read_again(site_server, tmp_path):
    server = site_server(drawn_site())
    run = crawl(server, tmp_path)
    of_first = [record for record in run.warc("response") if record.path == "/news/1.html"]
    assert [("Newsreel-Drawn" in record.http, "由脚本画出来".encode() in record.body) for record in of_first] == [
        (False, False),
        (True, True),
    ]
    assert of_first[1].http["Newsreel-Drawn"].startswith("Chromium/")
    assert [record.status for record in run.warc("response") if record.path == "/api/news/1.html"] == [200]
    opened = archive.open(run.archive)
    for line in opened.articles():
        exchanges = [opened.exchange(capture) for capture in line.captures]
        assert len(exchanges) == 2
        item = News(url=server.url).read_captured(*exchanges)
        assert (item.title, item.views, "\n\n".join(item.body)) == (line.title, line.view_count_raw, line.body)
    modules = tmp_path / "modules"
    again = scrapy("reextract", "members", archive=run.archive, modules=modules)
    assert again.code == 0, again.err
    assert titles_of(run) == TITLES
    assert len(run.lines()) == 3


@pytest.mark.slow
def test_that_the_shell_is_unchanged_says_nothing_of_what_is_drawn(site_server, tmp_path):
    server = site_server(drawn_site())
    crawl(server, tmp_path)
    server.routes["/api/news/1.html"] = json_of(
        {"title": "脚本画出来的报道改过了", "at": "2024-05-06 07:08", "source": "测试社", "views": 50, "body": BODY}
    )
    run = crawl(server, tmp_path)
    assert all("If-None-Match" not in request.headers for request in server.requests)
    assert titles_of(run)["/news/1.html"] == "脚本画出来的报道改过了"
    assert sorted(run.outcomes("/news/1.html")) == ["new", "revised"]


@pytest.mark.slow
def test_no_script_reaches_a_private_address(site_server, tmp_path):
    private = site_server(
        {"/": Answer("secret", headers={"Access-Control-Allow-Origin": "*"}), "/x.js": "1", "/moved.js": "1"}
    )
    where = [
        f"http://{host}:{private.port}/"
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "2130706433")
    ]
    tries = (
        f"for (const u of {json.dumps(where)}) {{ fetch(u).then(r => r.text()).then(t => {{ document.title += t }}).catch(() => 0);"
        " fetch(u, {mode: 'no-cors'}); fetch(u, {method: 'POST', body: 'x', mode: 'no-cors'}); new Image().src = u; navigator.sendBeacon(u, 'x');"
        " const f = document.createElement('iframe'); f.src = u; document.documentElement.append(f);"
        " const s = document.createElement('script'); s.src = u + 'x.js'; document.documentElement.append(s);"
        " try { new WebSocket(u.replace('http', 'ws')) } catch (e) {} try { new EventSource(u) } catch (e) {} open(u) }"
        f"addEventListener('load', () => {{ location.href = '{where[0]}' }})"
    )
    routes = drawn_site(more=f"<script>{tries}</script>", after='<script src="/moved.js"></script>')
    routes["/moved.js"] = Answer(status=302, headers={"Location": f"{where[0]}moved.js"})
    server = site_server(routes)
    run = crawl(server, tmp_path)
    assert private.requests == []
    assert titles_of(run) == TITLES
    assert "guard/private_address" in run.err


@pytest.mark.slow
def test_counters_forbidden_parts_and_what_tells_others_of_readers_are_not_asked_for(site_server, tmp_path):
    tries = (
        "fetch('/plus/count.php?id=1'); fetch('/private/x.json'); new Image().src = '/hit.gif'; navigator.sendBeacon('/beacon', 'x');"
        "fetch('http://other.example/collect', {method: 'POST', body: 'x'}); fetch('http://other.example/data.json');"
    )
    server = site_server(drawn_site(more=f"<script>{tries}</script>"))
    server.routes["/robots.txt"] = "User-agent: *\nDisallow: /private/\n"
    other = site_server({"/data.json": json_of({})})
    run = crawl(server, tmp_path, CONNECT_TO=f"other.example:80=127.0.0.1:{other.port}")
    assert titles_of(run) == TITLES
    assert {"/plus/count.php?id=1", "/private/x.json", "/hit.gif", "/beacon"}.isdisjoint(server.paths())
    assert other.paths() == ["/robots.txt", "/data.json"]


@pytest.mark.slow
def test_scripts_have_bounds(site_server, tmp_path):
    endless = {
        "an endless loop": ("<script>addEventListener('load', () => setTimeout(() => { while (true) {} }, 1))</script>", False),
        "an endless poll": ("<script>setInterval(() => fetch('/api/'), 20)</script>", True),
        "a huge page": ("<script>addEventListener('load', () => document.body.append('长'.repeat(9e6)))</script>", False),
        "endless dialogs": ("<script>setInterval(() => alert(1), 1)</script>", True),
        "endless windows": ("<script>setInterval(() => open('/'), 50)</script>", True),
    }  # fmt: skip
    for number, (name, (script, is_read)) in enumerate(endless.items()):
        server = site_server(drawn_site(more=script))
        began = time.monotonic()
        run = crawl(server, tmp_path / str(number), BROWSER_TIMEOUT=4, DOWNLOAD_MAXSIZE=1 << 22)
        assert time.monotonic() - began < 60, name
        expected = TITLES if is_read else {path: title for path, title in TITLES.items() if path != "/news/1.html"}
        assert titles_of(run) == expected, (name, run.err)
        assert "Traceback" not in run.err, name
        assert server.paths().count("/api/") <= 102, name


@pytest.mark.slow
def test_what_appears_late_is_waited_for(site_server, tmp_path):
    late = "<script>addEventListener('load', () => setTimeout(() => { const p = document.createElement('p'); p.id = 'late'; p.textContent = '责任编辑：迟到'; document.body.append(p) }, 1500))</script>"
    server = site_server({**drawn_site(more=late)})
    run = crawl(
        server, tmp_path, said='from crawler.browser import Browser\n    browser = Browser(wait_for="#late, #app ul")'
    )
    drawn = [
        record.body.decode()
        for record in run.warc("response")
        if record.path == "/news/1.html" and "Newsreel-Drawn" in record.http
    ]
    assert ["责任编辑：迟到</p>" in page for page in drawn] == [True]


@pytest.mark.slow
def test_a_page_gets_its_parts_with_the_keys_of_the_site_and_nobody_sees_them(site_server, tmp_path):
    def gated(route):
        return lambda request: (
            route if request.headers["Authorization"] == "Bearer t0ken-of-the-test" else Answer("no", status=403)
        )

    server = site_server(
        {path: gated(Answer(route) if isinstance(route, str) else route) for path, route in drawn_site().items()}
    )
    said = 'access = Access(headers={"Authorization": Secret("MEMBERS_TOKEN", "Bearer {}")})\n    browser = True'
    run = crawl(server, tmp_path, "-L", "DEBUG", said=said, env={"MEMBERS_TOKEN": "t0ken-of-the-test"})
    assert titles_of(run) == TITLES
    assert places_of(run, "t0ken-of-the-test") == []


@pytest.mark.slow
@pytest.mark.parametrize("how", ["killed", "SIGTERM", "ended"])
def test_no_browser_outlives_its_run(site_server, tmp_path, how, monkeypatch):
    server = site_server(drawn_site())
    monkeypatch.setenv("TEST_FOLDER", str(tmp_path))
    if how != "ended":
        server.routes["/api/news/2.html"] = Answer("{}", delay=8)
    modules = modules_of(tmp_path, f"{server.url}/", DRAWN)
    process = start(f"{server.url}/", tmp_path / "archive", spider="members", modules=modules)

    def is_drawing():
        return "/api/news/2.html" in server.paths() and bool(browsers_of(tmp_path))

    if how == "killed":
        killed_at(process, is_drawing)
    elif how == "SIGTERM":
        stopped_at(process, is_drawing, signal.SIGTERM)
        assert process.returncode == 143
        assert frontier_of(tmp_path / "archive", "members")["/news/2.html"] == "waiting"
    else:
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert has_no_browser(tmp_path)


def test_a_browser_that_is_not_there_is_named_before_anything_starts(site_server, tmp_path, monkeypatch):
    server = site_server(drawn_site())
    run = crawl(server, tmp_path, BROWSER_PATH="/there/is/none")
    assert (run.code, server.requests) == (2, [])
    assert "BROWSER_PATH: there is no Chromium at /there/is/none" in run.err
    run = crawl(server, tmp_path, said='from crawler.browser import Browser\n    browser = Browser(wait_for="a[")')
    assert (run.code, server.requests) == (2, [])
    assert "browser.wait_for: " in run.err
    monkeypatch.setattr("crawler.browser.terms.find_spec", lambda name: None)
    spider = News(url="https://news.example/")
    spider.browser = Browser()
    with pytest.raises(NotReady, match=r"pip install '\.\[browser\]'"):
        check_browser(spider, {"BROWSER_PATH": CHROMIUM})
