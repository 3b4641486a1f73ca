"""What no page can make a crawl do."""

import os
import socket
from pathlib import Path

import pytest

from tests.crawls import article, crawl_news, listing, scrapy
from tests.servers import Answer, gzip_bomb, redirect

MIB = 1 << 20


@pytest.fixture
def private(site_server):
    """A server that must never hear from a crawl: nobody named it."""
    return site_server({"/": article(), "/x.html": article()})


def test_a_link_or_redirect_to_a_private_address_is_not_requested(site_server, private, tmp_path):
    port = private.port
    links = "".join(
        f'<a href="http://{host}:{port}/x.html">关于仪器的一篇很长的报道</a>'
        for host in ("127.0.0.1", "localhost", "2130706433", "127.1", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0")
    )
    server = site_server({"/": listing("/news/1.html", "/news/2.html") + links,
                          "/news/1.html": redirect(f"http://127.0.0.1:{port}/x.html"), "/news/2.html": article()})  # fmt: skip
    run = crawl_news(server.url, tmp_path)
    assert run.urls() == ["/news/2.html"]
    assert private.requests == []


def test_a_start_page_that_redirects_to_a_private_address_ends_with_a_clear_line(site_server, private, tmp_path):
    server = site_server({"/": redirect(f"http://localhost:{private.port}/")})
    run = crawl_news(server.url, tmp_path)
    assert run.code == 4
    assert f"localhost:{private.port} is no public address" in run.err
    assert private.requests == []


def test_a_name_that_resolves_to_a_private_address_is_refused(private, tmp_path):
    run = crawl_news(f"http://localhost:{private.port}/", tmp_path)
    assert run.code == 4
    assert f"localhost:{private.port} is no public address" in run.err
    assert "Traceback" not in run.err
    assert private.requests == []


def test_an_ipv6_literal_is_refused_unless_named(site_server, tmp_path):
    try:
        six = site_server({"/": listing("/news/1.html"), "/news/1.html": article()}, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6 loopback")
    server = site_server({"/": redirect(f"{six.url}/news/1.html")})
    assert crawl_news(server.url, tmp_path / "a").code == 4
    assert six.requests == []
    assert crawl_news(six.url, tmp_path / "b").urls() == ["/news/1.html"]


def test_connect_to_serves_a_site_under_its_own_name(site_server, tmp_path):
    server = site_server({"/": listing("/news/1.html"), "/news/1.html": article()})
    run = crawl_news("http://news.example/", tmp_path, CONNECT_TO=f"news.example:80=127.0.0.1:{server.port}")
    assert [line["url"] for line in run.lines()] == ["http://news.example/news/1.html"]
    assert {request.host for request in server.requests} == {"news.example"}


def test_other_hosts_are_not_followed_and_an_alias_is(site_server, tmp_path):
    links = (
        '<a href="http://www.news.example/news/2.html">同一个网站的别名地址下的文章</a><a href="http://other.example/news/3.html">别的网站上的一篇文章</a>'
        '<a href="http://sub.news.example/news/4.html">子域名上的一篇文章</a>'
    )
    server = site_server({"/": listing("/news/1.html") + links, **{f"/news/{n}.html": article() for n in range(1, 5)}})
    names = ("news.example", "www.news.example", "other.example", "sub.news.example")
    connect = ",".join(f"{name}:80=127.0.0.1:{server.port}" for name in names)
    run = crawl_news("http://news.example/", tmp_path, CONNECT_TO=connect)
    assert run.urls() == ["/news/1.html", "/news/2.html"]
    assert {request.host for request in server.requests} == {"news.example"}


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"x" * 3 * MIB), "larger"),
        pytest.param(Answer(b"x" * 3 * MIB, length=9 * MIB), "larger", marks=pytest.mark.slow),
        (gzip_bomb(64 * MIB), "exceeded"),
        pytest.param(Answer(article(), delay=30), "took longer", marks=pytest.mark.slow),
        (Answer(article(), pace=5, piece=10), "took longer"),
    ],
    ids=["large", "large as it says", "gzip bomb", "silent", "dripping"],
)
def test_size_time_and_decompression_have_bounds(site_server, tmp_path, answer, reason):
    server = site_server({"/": answer})
    run = crawl_news(server.url, tmp_path, DOWNLOAD_MAXSIZE=2 * MIB, DOWNLOAD_TIMEOUT=1, RETRY_TIMES=0)
    assert run.code == 4
    last = run.err.strip().splitlines()[-1]
    assert server.url in last
    assert reason in last
    assert "Traceback" not in run.err


def test_a_redirect_loop_ends(site_server, tmp_path):
    server = site_server(
        {"/": redirect("/a"), "/a": redirect("/b?1"), **{f"/b?{n}": redirect(f"/b?{n + 1}") for n in range(99)}}
    )
    run = crawl_news(server.url, tmp_path)
    assert run.code == 4
    assert "redirect" in run.err.strip().splitlines()[-1]
    assert len(server.requests) < 15


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        *(
            pytest.param(url, marks=pytest.mark.slow)
            for url in ("ftp://a.cn/", "data:text/html,<h1>x", "javascript:alert(1)")
        ),
    ],
)
def test_only_http_and_https_are_fetched(tmp_path, url):
    run = crawl_news(url, tmp_path)
    assert run.code == 2
    assert url.split(",")[0] in run.err


def listening_children():
    """Return the local ends on which descendants of this process listen, as Linux's tables have them."""
    sockets = {row[9]: row[1] for row in (line.split() for table in ("tcp", "tcp6")
               for line in Path("/proc/net", table).read_text().splitlines()) if row[3] == "0A"}  # fmt: skip
    held, parents = set(), {os.getpid()}
    # By their ids, so that a parent comes before its children.
    for status in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda status: int(status.parent.name)):
        try:
            if int(status.read_text().rpartition(")")[2].split()[1]) in parents:
                parents.add(int(status.parent.name))
                held |= {str(entry.readlink())[8:-1] for entry in (status.parent / "fd").iterdir()}
        except OSError:  # it has ended meanwhile
            continue
    return {place for inode, place in sockets.items() if inode in held}


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="only Linux has this table")
def test_no_port_is_opened_for_remote_control(site_server, tmp_path):
    seen = []

    def look(_):
        seen.append(listening_children())
        return Answer(article())

    server = site_server({"/": look})
    crawl_news(server.url, tmp_path)
    assert seen == [set()]
    crawl_news(server.url, tmp_path, REMOTE_CONTROL_ENABLED=1)
    assert seen[1] != set()


def test_a_free_port_that_nobody_answers_is_named(tmp_path):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/"
        run = crawl_news(url, tmp_path)
    assert run.code == 4
    assert url in run.err.strip().splitlines()[-1]


def test_settings_that_scrapy_leaves_unsafe_are_safe(tmp_path):
    for name, value in {
        "DOWNLOAD_VERIFY_CERTIFICATES": "True", "REMOTE_CONTROL_ENABLED": "False", "TELNETCONSOLE_ENABLED": "False", "ROBOTSTXT_OBEY": "True",
    }.items():  # fmt: skip
        assert scrapy("settings", "--get", name, archive=tmp_path).out.strip() == value
