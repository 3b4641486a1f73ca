"""The server of bundled sites answers as a site's own server would, and tells who was impolite."""

import ast
import http.client
import io
import json
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import seeds.serve as serve_module
from seeds.crawl import crawl_command, main, show_command
from seeds.hzgreat100.generate import build
from seeds.serve import serve
from seeds.site import Page, Site

SEED = "/News/desc/id/1771.html"


@pytest.fixture(scope="module")
def site():
    return build()


@pytest.fixture
def server(site):
    with serve(site) as server:
        yield server


def ask(server, path, method="GET", host="hzgreat100.com", **headers):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers={"Host": host, **named})
        response = connection.getresponse()
        return response.status, dict(response.headers), response.read()


def test_every_page_is_served_with_its_own_charset(site, server):
    answers = {path: ask(server, path) for path in site.pages}
    got = {path: (status, headers["Content-Type"], body) for path, (status, headers, body) in answers.items()}
    assert got == {path: (200, page.content_type, page.body) for path, page in site.pages.items()}


def test_the_alias_serves_the_same(site, server):
    assert ask(server, SEED, host="www.hzgreat100.com")[2] == site.pages[SEED].body


def test_another_host_is_not_served(server):
    assert ask(server, SEED, host="www.example.com")[0] == 421


def test_the_dead_link_is_404(site, server):
    assert {ask(server, path)[0] for path in site.dead} == {404}


def test_a_known_tag_is_not_modified(server):
    _, headers, _ = ask(server, SEED)
    status, again, body = ask(server, SEED, If_None_Match=headers["ETag"])
    assert (status, again["ETag"], body) == (304, headers["ETag"], b"")
    assert ask(server, SEED, If_None_Match=f'"x", W/{headers["ETag"]}')[0] == 304


def test_another_tag_outweighs_the_time(server):
    _, headers, _ = ask(server, SEED)
    assert ask(server, SEED, If_None_Match='"x"', If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_a_page_not_changed_since_is_not_modified(server):
    _, headers, _ = ask(server, SEED)
    assert headers["Last-Modified"] == "Mon, 26 Jul 2021 03:43:00 GMT"
    assert ask(server, SEED, If_Modified_Since=headers["Last-Modified"])[0] == 304
    assert ask(server, SEED, If_Modified_Since="Mon, 26 Jul 2021 03:42:59 GMT")[0] == 200
    assert ask(server, SEED, If_Modified_Since="yesterday")[0] == 200
    assert ask(server, SEED, If_Modified_Since="Mon, 26 Jul 2021 03:43:00 -0000")[0] == 304


def test_a_changed_page_is_sent_again(server):
    _, headers, _ = ask(server, SEED)
    server.site = build(bump=1)
    status, again, body = ask(server, SEED, If_None_Match=headers["ETag"], If_Modified_Since=headers["Last-Modified"])
    assert (status, again["Last-Modified"]) == (200, "Tue, 27 Jul 2021 03:43:00 GMT")
    assert "浏览次数:35349" in body.decode()


def test_head_has_the_headers_alone(site, server):
    status, headers, body = ask(server, SEED, "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(site.pages[SEED].body)), b"")


def test_a_connection_is_kept(server):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)) as connection:
        connection.request("GET", "/nothing")
        missing = connection.getresponse()
        missing.read()
        kept = connection.sock
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().read() == b"User-agent: *\nAllow: /\nDisallow: /admin/\n"
        assert (missing.status, connection.sock) == (404, kept)


def test_requests_are_logged_and_counted(site):
    log = io.StringIO()
    with serve(site, log=log) as server:
        ask(server, "/", User_Agent="reader/1")
        ask(server, "/", If_None_Match='"x"')
        ask(server, "/gone?a=b", "HEAD")
        assert server.counts == {"/": 2, "/gone?a=b": 1}
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [(line["method"], line["host"], line["path"], line["status"]) for line in lines] == [
        ("GET", "hzgreat100.com", "/", 200),
        ("GET", "hzgreat100.com", "/", 200),
        ("HEAD", "hzgreat100.com", "/gone?a=b", 404),
    ]
    assert [(line["user_agent"], line["conditional"], line["size"]) for line in lines[:2]] == [
        ("reader/1", False, len(site.pages["/"].body)),
        (None, True, len(site.pages["/"].body)),
    ]


def test_who_fetches_the_counter_or_the_disallowed_is_found_out(server):
    for path in ("/robots.txt", "/hits.php?id=1745&addclick=1", "/admin/login.html"):
        ask(server, path)
    assert [request.path for request in server.violations] == ["/hits.php?id=1745&addclick=1", "/admin/login.html"]


def test_a_small_site_of_ones_own_can_be_served():
    own = Site(name="own", hosts=("a.cn",), pages={"/": Page(body=b"<p>a")})
    with serve(own) as server:
        assert ask(server, "/?from=feed", host="a.cn")[2] == b"<p>a"
        assert server.connect_to == f"a.cn:80=127.0.0.1:{server.port}"


def test_the_command_prints_its_url_first_and_ends_on_sigterm(tmp_path):
    log = tmp_path / "requests.jsonl"
    command = [sys.executable, "-m", "seeds.serve", "hzgreat100", "--log", str(log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        url = child.stdout.readline().strip()
        with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=5)) as connection:
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
        child.send_signal(signal.SIGTERM)
        assert child.wait(10) == 0
    assert [json.loads(line)["path"] for line in log.read_text("utf-8").splitlines()] == ["/robots.txt"]


def test_the_crawl_is_led_to_the_loopback_server(server, tmp_path):
    command = crawl_command(server, tmp_path)
    assert command[1:7] == ["-m", "scrapy", "crawl", "hzgreat100", "-a", f"url=http://hzgreat100.com{SEED}"]
    assert command[7:] == [
        *("-s", f"CONNECT_TO=hzgreat100.com:80=127.0.0.1:{server.port},www.hzgreat100.com:80=127.0.0.1:{server.port}"),
        *("-s", "DOWNLOAD_DELAY=0"),
        *("-s", "AUTOTHROTTLE_ENABLED=False"),
        *("-s", f"ARCHIVE={tmp_path}"),
        *("-s", "LOG_LEVEL=WARNING"),
    ]
    assert show_command(tmp_path)[1:] == [
        "-m",
        "archive.cli",
        "articles",
        "--archive",
        str(tmp_path),
        "--format",
        "table",
    ]


def test_the_exit_code_of_the_crawl_is_passed_on(monkeypatch, tmp_path, capsys):
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    monkeypatch.setattr("seeds.crawl.crawl_command", lambda *_: [sys.executable, "-c", "raise SystemExit(7)"])
    assert main([str(tmp_path / "none")]) == 7
    assert "made up and served on this machine" in capsys.readouterr().out
    assert {number: signal.getsignal(number) for number in before} == before


def test_the_next_steps_name_the_archive(monkeypatch, tmp_path, capsys):
    nothing = [sys.executable, "-c", ""]
    monkeypatch.setattr("seeds.crawl.crawl_command", lambda *_: nothing)
    monkeypatch.setattr("seeds.crawl.show_command", lambda *_: nothing)
    monkeypatch.setenv("DATA", "an archive")
    monkeypatch.chdir(tmp_path)
    Path("an archive/articles").mkdir(parents=True)
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "The articles are JSON Lines in 'an archive'/articles/, each visit a line in 'an archive'/observations/, pages in warc/.",
        f"Read them:           {Path(sys.executable).with_name('newsreel')} articles --archive 'an archive' --format jsonl | head -1",
        f"Check every byte:    {Path(sys.executable).with_name('newsreel')} verify --archive 'an archive'",
        "Crawl a real site:   make crawl URL=https://example.com/news/",
    ]


def test_the_seeds_need_the_standard_library_alone():
    files = Path(serve_module.__file__).parent.rglob("*.py")
    trees = [ast.parse(path.read_text("utf-8")) for path in files]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.partition(".")[0] for name in names} <= sys.stdlib_module_names | {"seeds"}
