"""A site that is reached through a proxy alone, and what no page can make the proxy do."""

import ssl
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from tests.crawl.asked import crawl_members, places_of
from tests.crawls import article, listing, scrapy
from tests.servers import Answer, serve_raw

PASSWORD = "p4ssword-of-the-proxy"
WANTED = f"Basic {b64encode(f'reader:{PASSWORD}'.encode()).decode()}"
PAGES = {
    "/": listing("/news/1.html", "/news/2.html"),
    "/news/1.html": article(title="经过代理的第一篇报道"),
    "/news/2.html": article(title="经过代理的第二篇报道"),
}
SITE = "http://news.example"


@pytest.fixture
def golden(site_server):
    """A function that serves a site as its proxy does: by whole addresses, and to who says the right words."""

    def serve(wanted=None, pages=PAGES):
        def answer(page):
            return lambda request: (
                Answer(page)
                if request.headers["Proxy-Authorization"] == wanted
                else Answer("who are you", status=407, headers={"Proxy-Authenticate": "Basic"})
            )

        return site_server({f"{SITE}{path}": answer(page) for path, page in {"/robots.txt": "", **pages}.items()})

    return serve


def test_a_site_is_read_through_the_proxy_that_its_file_names(golden, tmp_path):
    proxy = golden()
    run = crawl_members(tmp_path, f"{SITE}/", f'access = Access(proxy="{proxy.url}")')
    assert run.code == 0, run.err
    assert sorted(line["title"] for line in run.lines()) == ["经过代理的第一篇报道", "经过代理的第二篇报道"]
    assert {request.path.startswith(SITE) for request in proxy.requests} == {True}
    assert all("WARC-IP-Address" not in record.headers for record in run.warc("response"))


@pytest.mark.parametrize(
    ("said", "env"),
    [
        ('Proxy(url="{url}", user="reader", password=Secret("PROXY_PASSWORD"))', {"PROXY_PASSWORD": PASSWORD}),
        ('Proxy(url=Secret("PROXY_URL"))', {"PROXY_URL": f"http://reader:{PASSWORD}@127.0.0.1:{{port}}"}),
    ],
    ids=["name and password", "in its address"],
)
def test_a_proxy_is_told_who_asks_and_nobody_else_is(golden, tmp_path, said, env):
    proxy = golden(WANTED)
    env = {name: value.replace("{port}", str(proxy.port)) for name, value in env.items()}
    said = f"access = Access(proxy={said.replace('{url}', proxy.url)})"
    run = crawl_members(tmp_path, f"{SITE}/", said, "-L", "DEBUG", env=env)
    assert run.urls() == ["/news/1.html", "/news/2.html"]
    assert places_of(run, PASSWORD, WANTED.removeprefix("Basic "), "Proxy-Authorization") == []
    why = scrapy(
        "frontier", "members", "--why", f"{SITE}/news/1.html", archive=run.archive, modules=tmp_path / "modules"
    )
    assert places_of(why, PASSWORD, WANTED.removeprefix("Basic "), "127.0.0.1") == []


def test_a_proxy_that_is_told_the_wrong_words_ends_the_run_with_one_line(golden, tmp_path):
    proxy = golden(WANTED)
    said = f'access = Access(proxy=Proxy(url="{proxy.url}", user="reader", password=Secret("PROXY_PASSWORD")))'
    run = crawl_members(tmp_path, f"{SITE}/", said, env={"PROXY_PASSWORD": "wr0ng-word"})
    assert run.code == 4
    assert f"the proxy 127.0.0.1:{proxy.port} wants another name and password" in run.err.strip().splitlines()[-1]
    assert run.warc() == []
    assert places_of(run, "wr0ng-word") == []


def test_a_proxy_that_is_not_there_is_named(tmp_path, site_server):
    port = site_server().port
    gone = f"http://127.0.0.1:{port + 1 if port < 65_000 else port - 1}"
    run = crawl_members(tmp_path, f"{SITE}/", f'access = Access(proxy="{gone}")')
    assert run.code == 4
    assert f"the proxy {gone.removeprefix('http://')} refuses the connection" in run.err.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ('"http://reader:written-down@proxy.example:3128"', "proxy"),
        ('"socks5://proxy.example:1080"', "proxy"),
        ('"http://proxy.example:no"', "proxy"),
        ('Proxy(url=Secret("PROXY_URL"))', "PROXY_URL"),
        ('Proxy(url="http://proxy.example:3128", user="reader", password=Secret("PROXY_PASSWORD"))', "PROXY_PASSWORD"),
    ],
)
def test_a_proxy_that_cannot_be_meant_is_named_before_anything_starts(tmp_path, said, named):
    run = crawl_members(tmp_path, f"{SITE}/", f"access = Access(proxy={said})")
    assert run.code == 2
    assert f"{named}: " in run.err
    assert "written-down" not in run.err


def test_a_proxy_is_not_asked_for_what_its_name_says_is_private(golden, tmp_path):
    hosts = ("127.0.0.1", "localhost", "2130706433", "127.1", "0x7f.1", "[::1]", "[::ffff:10.0.0.1]", "printer", "nas.local", "db.internal",
             "a.localhost", "10.1.2.3", "169.254.169.254", "router.home.arpa")  # fmt: skip
    styles = "".join(f'<link rel="stylesheet" href="http://{host}:8080/a.css">' for host in hosts)
    proxy = golden(
        pages={
            **PAGES,
            "/news/1.html": article(head=styles + '<link rel="stylesheet" href="http://cdn.example/a.css">'),
        }
    )
    own = f'<link rel="stylesheet" href="{proxy.url}/a.css">'
    proxy.routes[f"{SITE}/news/2.html"] = article(head=own)
    run = crawl_members(tmp_path, f"{SITE}/", f'access = Access(proxy="{proxy.url}")', "-a", "requisites=1")
    assert run.urls() == ["/news/1.html", "/news/2.html"]
    asked = {request.path for request in proxy.requests if request.path.endswith(".css")}
    assert asked == {"http://cdn.example/a.css"}
    assert f"'guard/private_address': {len(hosts) + 1}" in run.err


def test_a_proxy_of_the_environment_is_used_and_told_as_secretly(golden, tmp_path):
    proxy = golden(WANTED)
    env = {"http_proxy": f"http://reader:{PASSWORD}@127.0.0.1:{proxy.port}"}
    run = crawl_members(tmp_path, f"{SITE}/", "access = Access()", "-L", "DEBUG", env=env)
    assert run.urls() == ["/news/1.html", "/news/2.html"]
    assert places_of(run, PASSWORD, WANTED.removeprefix("Basic ")) == []


def test_what_no_proxy_names_is_asked_directly(golden, site_server, tmp_path):
    proxy, server = golden(), site_server(PAGES)
    env = {"http_proxy": proxy.url, "no_proxy": "127.0.0.1"}
    assert len(crawl_members(tmp_path, f"{server.url}/", "access = Access()", env=env).lines()) == 2
    assert proxy.requests == []


@pytest.fixture
def certificate(tmp_path):
    """A certificate that its own site has signed, and its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "news.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    path = tmp_path / "certificate.pem"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
                     + key.private_bytes(serialization.Encoding.PEM, form, plain))  # fmt: skip
    return path


def test_a_site_with_tls_is_read_through_a_tunnel_and_never_hears_what_the_proxy_is_told(certificate, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    tunnels, heard = [], []

    def behave(talk):
        """Be the proxy, and the site at the other end of its tunnel."""
        tunnels.append(talk.head.split(b"\r\n"))
        talk.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with context.wrap_socket(talk._connection.dup(), server_side=True) as inner:
            while head := inner.recv(1 << 16):
                heard.append(head)
                page = PAGES.get(head.split(b" ")[1].decode(), "").encode()
                status = b"200 OK" if page else b"404 Not Found"
                inner.sendall(
                    b"HTTP/1.1 %s\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
                    % (status, len(page), page)
                )

    with serve_raw(behave) as proxy:
        said = f'access = Access(proxy=Proxy(url="{proxy.url}", user="reader", password=Secret("PROXY_PASSWORD")))'
        run = crawl_members(
            tmp_path, "https://news.example/", said, env={"PROXY_PASSWORD": PASSWORD}, DOWNLOAD_VERIFY_CERTIFICATES=0
        )
    assert run.urls() == ["/news/1.html", "/news/2.html"], run.err
    assert all(b"Proxy-Authorization: " + WANTED.encode() in lines for lines in tunnels)
    assert {lines[0] for lines in tunnels} == {b"CONNECT news.example:443 HTTP/1.1"}
    assert all(b"roxy" not in head for head in heard)
    assert places_of(run, PASSWORD, WANTED.removeprefix("Basic ")) == []
