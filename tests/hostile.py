"""Servers that mean a crawler no good, each with what it does: over raw sockets, as no library would serve it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.acts import (
    HEAD,
    MIB,
    Act,
    always,
    articles_at,
    asked,
    at_port,
    bomb,
    by_path,
    changing,
    endless,
    hop,
    links,
    lists_at,
    nested,
    numbered,
    of_netloc,
    packed,
    page,
    parts,
    redirect,
    refreshing,
    sessions,
    silent,
    sitemaps,
    then_hangs,
    to_port,
    turning,
    xml_bomb,
)
from tests.crawls import article, listing
from tests.servers import RawServer, Talk, serve_raw

GOOD = "/news/1.html"
"""An article that each of them has besides."""
ASKED = ("/sitemap", "/feed", "/rss", "/atom", "/ai.txt", "/.well-known/")
"""What a crawl may ask for by itself."""
BOUNDS = {
    "DOWNLOAD_TIMEOUT": 6, "DOWNLOAD_LEAST_SPEED_AFTER": 2, "DOWNLOAD_MAXSIZE": 4 * MIB, "RETRY_AFTER_MAX": 5,
    "HOST_FAILURES_MAX": 12, "DNS_TIMEOUT": 5,
}  # fmt: skip
"""Those of a crawl, small enough for a test."""


@dataclass(frozen=True, kw_only=True)
class Hostile:
    """What one server does."""

    evil: Act
    """At any path but the start page's, robots.txt's, the good article's and those for which a crawl asks by itself."""
    paths: tuple[str, ...] = ("/news/2.html",)
    """What its start page links to besides the good article."""
    root: Act | None = None
    """The start page, where it is none of links."""
    robots: Act | None = None
    asked: Act | None = None
    """At what a crawl asks for by itself, where any of it is there."""
    guards: tuple[str, ...] = ()
    """Of which one is counted."""
    settings: Mapping[str, object] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)
    """Of the crawl: `-a name=value`."""
    most: int = 250
    """Requests within which the run ends."""
    has_good: bool | None = True
    """Whether the good article is to be had nonetheless; None where it is if it is asked for before the others."""


@contextmanager
def serving(hostile: Hostile):
    """Serve it for as long as the block lasts."""
    start = listing(GOOD, *hostile.paths)

    def behave(talk: Talk) -> None:
        if talk.path == "/":
            (hostile.root or page(start))(talk)
        elif talk.path == "/robots.txt":
            (hostile.robots or (lambda talk: talk.answer(status="404 Not Found")))(talk)
        elif talk.path == GOOD:
            talk.answer(article())
        elif talk.path.startswith(ASKED) and talk.path not in hostile.paths:
            (hostile.asked or page("no", status="404 Not Found"))(talk)
        else:
            hostile.evil(talk)

    with serve_raw(behave) as server:
        yield server


def hostile_servers(canary: RawServer) -> dict[str, Hostile]:
    """Return them by name; none may lead to the canary, which nobody named."""
    private = [f"http://{host}:{canary.port}/" for host in
               ("127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1")]  # fmt: skip
    inside, insides = numbered(*map(redirect, private))
    pictures = '<img src="http://mail.example:25/a.png"><img src="http://mail.example:6667/a.png"><img src="/news/7.html"><img src="/news/8.html">'
    ports, at_ports = numbered(
        *map(to_port, (25, 99999, -1, canary.port)), page(article(links=pictures)), *map(at_port, (22, 10080))
    )
    mail = ",".join(f"mail.example:{port}=127.0.0.1:{canary.port}" for port in (22, 25, 6667, 10080))
    schemes, at_schemes = numbered(*map(redirect, (
        "file:///etc/passwd", "data:text/html,<h1>x", "ftp://127.0.0.1/", "javascript:alert(1)", "http://[::1", "//", "http:///", "\x00")))  # fmt: skip
    statuses, at_statuses = numbered(*(always(line + b"\r\nContent-Length: 2\r\n\r\nno") for line in (
        b"HTTP/1.1 000 None", b"HTTP/1.1 999 Denied", b"HTTP/1.1 99999 Much", b"HTTP/1.1 -1 Less", b"HTTP/1.1 2_00 OK", b"HTTP/9.9 200 OK", b"ICY 200 OK")))  # fmt: skip
    charsets, at_charsets = numbered(*(page(body, kind=f"text/html; charset={name}") for name, body in {
        "utf-7": b"+ADw-script+AD4-" * 100_000, "punycode": b"a-" * MIB, "idna": b"xn--" * MIB, "utf-16": b"\xd8\x00" * MIB,
        "iso-2022-kr": b"\x1b$)C\x0e" * 400_000, "zlib": zlib.compress(b"x" * MIB), "unicode_escape": b"\\ud800" * 100_000,
        "hz": b"~{" * MIB, "x" * 5_000: b"<p>x"}.items()))  # fmt: skip
    waits, at_waits = numbered(*(page("later", f"Retry-After: {value}", status="503 Later") for value in (
        "-5", "soon", "9" * 400, "Thu, 01 Jan 99999999 00:00:00 GMT", "\x00", "0", "1e9", "nan")))  # fmt: skip
    bodies, at_bodies = numbered(
        always(HEAD, b"Content-Length: 10\r\n\r\n", article().encode()),
        always(HEAD, b"Content-Length: 99999\r\n\r\n", article().encode()),
        always(HEAD, b"Content-Length: 10\r\nContent-Length: 20\r\n\r\n", b"x" * 20),
        always(HEAD, b"Content-Length: -1\r\n\r\n", b"x"),
        always(HEAD, b"Content-Length: " + b"9" * 400 + b"\r\n\r\n", b"x"),
        always(HEAD, b"Transfer-Encoding: gzip, chunked\r\n\r\n", b"2\r\nhi\r\n0\r\n\r\n"),
        always(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\nhi\r\n0\r\n\r\n"),
        always(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"FFFFFFFFFFFFFFFF\r\nhi"),
        lambda talk: (talk.send(HEAD, b"Content-Length: 500\r\n\r\n<p>half"), talk.reset()),
    )
    heads, at_heads = numbered(*(always(HEAD, lines, b"\r\nContent-Length: 6\r\n\r\n<p>x\r\n") for lines in (
        b"X-A: a\rSet-Cookie: b", b"X-\x00: \x00\x01\xff", b": none", b"X Y: z", b"no colon here", b"X: 1\r\n folded\r\n\tagain",
        b"ETag: \"\xff\xfe\x00\"\r\nLast-Modified: \xe4", b"Content-Type: \xff/\xfe; charset=\"", b"X-\xe6\x97\xb6: \xe9\x97\xb4")))  # fmt: skip
    many = tuple(f"/news/{number}.html" for number in range(2, 80))
    return {
        "drips a body, 1 byte a second": Hostile(evil=endless(HEAD + b"\r\n", b"x", 1), guards=("slow_download",)),
        "drips a head, 1 byte a second": Hostile(evil=endless(HEAD + b"X: ", b"x", 1), guards=("slow_download",)),
        "says nothing at 78 addresses": Hostile(evil=silent, paths=many, guards=("host_left_alone",), settings={"DOWNLOAD_TIMEOUT": 2}),
        "chunks without end": Hostile(evil=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"), guards=("body_size",)),
        "chunks of one byte without end": Hostile(evil=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 4096), guards=("body_size", "download_time")),
        "a body without end or length": Hostile(evil=endless(HEAD + b"\r\n", b"x" * 65536), guards=("body_size",)),
        "a Content-Length of 10 TB": Hostile(evil=endless(HEAD + b"Content-Length: 9999999999999\r\n\r\n", b"x" * 65536), guards=("body_size",)),
        "lengths that lie, and resets": Hostile(evil=bodies, paths=at_bodies),
        "100,000 headers": Hostile(evil=endless(HEAD + b"X: y\r\n" * 100_000 + b"\r\n", b"x"), guards=("header_count",)),
        "a header of 10 MB": Hostile(evil=always(HEAD, b"X: ", b"y" * 10 * MIB, b"\r\n\r\n"), guards=("header_size",)),
        "headers without end": Hostile(evil=endless(HEAD, b"X: " + b"y" * 8000 + b"\r\n"), guards=("header_size",)),
        "cookies of 2 MB": Hostile(evil=always(HEAD, *(b"Set-Cookie: c%d=%s\r\n" % (n, b"v" * 4000) for n in range(490)), b"\r\n"), guards=("header_size",)),
        "headers that are none": Hostile(evil=heads, paths=at_heads),
        "a Location of 64 KB": Hostile(evil=redirect("/" + "x" * 65536), guards=("header_size",)),
        "a Location of 8 KB": Hostile(evil=redirect("/" + "x" * 8192), guards=("url_length",)),
        "redirects to itself, another query each time": Hostile(evil=changing, guards=("redirects",)),
        "a chain of redirects": Hostile(evil=hop, paths=("/hop/1",), guards=("redirects",)),
        "a meta refresh loop": Hostile(evil=refreshing, guards=("redirects",)),
        "a Refresh header": Hostile(evil=lambda talk: talk.answer(article(), f"Refresh: 0; url={private[0]}")),
        "redirects to private addresses": Hostile(evil=inside, paths=insides),
        "redirects to other schemes and nonsense": Hostile(evil=schemes, paths=at_schemes, guards=("bad_redirect",)),
        "redirects to other ports, and pictures there": Hostile(evil=ports, paths=at_ports[:5], guards=("port",), settings={"CONNECT_TO": mail}, arguments={"requisites": 1}),
        "redirects to a login": Hostile(evil=by_path({path: redirect("/login?next=" + path) for path in many} | {
            f"/login?next={path}": page("<html><title>登录</title><form>请登录<input type=password></form></html>") for path in many}), paths=many[:20]),
        "a gzip bomb": Hostile(evil=packed("gzip"), guards=("unpacked_size",)),
        "a deflate bomb": Hostile(evil=packed("deflate"), guards=("unpacked_size",)),
        "a brotli bomb": Hostile(evil=packed("br"), guards=("unpacked_size",)),
        "a zstd bomb": Hostile(evil=packed("zstd"), guards=("unpacked_size",)),
        "packed 50 times": Hostile(evil=page(nested(50), "Content-Encoding: " + ", ".join(["gzip"] * 50)), guards=("encodings",)),
        "not packed as it says": Hostile(evil=page(b"\x1f\x8b\x08\x00" + b"\xff" * 99, "Content-Encoding: br"), guards=("bad_encoding",)),
        "XML bombs": Hostile(evil=turning(page(xml_bomb("html"), kind="application/xhtml+xml"), page(xml_bomb("rss"), kind="application/rss+xml"),
                                          page(xml_bomb("urlset"), kind="application/xml")), paths=("/news/2.html", "/feed.xml", "/sitemap.xml"),
                             robots=page("Sitemap: /sitemap.xml\n", kind="text/plain")),
        "links of 64 KB": Hostile(evil=links("/" + "y" * 65536 + str(n) for n in range(50)), guards=("links",)),
        "1,000,000 links": Hostile(evil=lambda talk: talk.answer(b"<html><title>t</title><body>" + b"<a href=/news/1.html>x</a>" * 1_000_000),
                                   settings={"DOWNLOAD_MAXSIZE": 32 * MIB, "DOWNLOAD_TIMEOUT": 30}, guards=("links",)),
        "1,000,000 nested elements": Hostile(evil=page(b"<html><body>" + b"<b>" * 1_000_000 + b"x"), guards=("links",)),
        "1,000,000 subdomains": Hostile(evil=lambda talk: talk.answer(b"".join(b"<a href=//%d.news.example>x</a>" % n for n in range(1_000_000))), settings={"DOWNLOAD_MAXSIZE": 48 * MIB, "DOWNLOAD_TIMEOUT": 30}, guards=("links",)),
        "NUL bytes": Hostile(evil=turning(page(b"\x00" * MIB), page(b"<p>\x00x\x00</p>" * 1000))),
        "TLS on a plain port": Hostile(evil=turning(lambda talk: talk.answer("", f"Location: https://{talk.host}/news/9.html", status="302 Found"), always(b"\x16\x03\x01\x02\x00" * 99)), paths=("/news/2.html", "/news/3.html")),
        "a connection that hangs": Hostile(evil=then_hangs, paths=("/news/2.html", "/news/3.html", "/news/4.html")),
        "HTTP/0.9": Hostile(evil=always(article().encode())),
        "statuses that are none": Hostile(evil=statuses, paths=at_statuses, guards=("status",)),
        "100 Continue without end": Hostile(evil=endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), guards=("interim_answers",)),
        "429 for ever": Hostile(evil=page("no", "Retry-After: 1", status="429 Too Many"), paths=many, guards=("host_left_alone",)),
        "Retry-After of a thousand years": Hostile(evil=page("no", "Retry-After: 31536000000", status="503 Later"), paths=many, guards=("host_left_alone",), has_good=None),
        "Retry-After that is nonsense": Hostile(evil=waits, paths=at_waits, has_good=None),
        "a robots.txt without end": Hostile(evil=page(article()), robots=endless(b"HTTP/1.1 200 OK\r\n\r\n", b"# x\n" * 8192), guards=("robots_size",)),
        "a robots.txt that redirects for ever": Hostile(evil=changing, robots=changing, guards=("redirects",), has_good=False),
        "a robots.txt that asks for 30 years": Hostile(evil=page(article()), robots=page("User-agent: *\nCrawl-delay: 999999999\n"), guards=("host_left_alone",), has_good=False),
        "charsets that are bombs": Hostile(evil=charsets, paths=at_charsets),
        "an article of pages without end": Hostile(evil=parts),
        "a name that no name can be": Hostile(evil=silent, root=redirect(f"http://{'a' * 70}.example/"), has_good=False),
        "a start page that leads to a mail server": Hostile(evil=silent, root=redirect("http://news.example:25/"), guards=("port",), has_good=False),
        "a start page that leads inside": Hostile(evil=silent, root=redirect(private[1]), guards=("private_address",), has_good=False),
        "a TLS handshake without end": Hostile(evil=by_path({"/news/2.html": lambda talk: talk.answer("", f"Location: https://{talk.host}/", status="302 Found"), "/-/tls": silent})),
        "links that change each time": Hostile(evil=sessions, paths=("/list/",), most=80),
        "folders that change each time": Hostile(evil=lists_at("/{0}/{0}/x{0}/"), most=80),
        "endings that change each time": Hostile(evil=lists_at("/list/a.{0}"), most=80),
        "parameters that change each time": Hostile(evil=lists_at("/list/?{0}={0}&x{0}={0}"), most=120),
        "sitemaps that name sitemaps": Hostile(evil=page("no"), asked=asked(sitemaps), most=1_100),
        "a sitemap of 50,000 lists": Hostile(evil=lists_at("/list/{0}/"), asked=asked(of_netloc(lambda netloc: page("".join(f"http://{netloc}/list/{n}/\n" for n in range(50_000)), kind="text/plain"))), most=80),
        "a sitemap that is a bomb": Hostile(evil=page("no"), asked=asked(page(bomb("gzip"), kind="application/gzip"))),
        "a sitemap that is an XML bomb": Hostile(evil=page("no"), asked=asked(page(xml_bomb("urlset"), kind="application/xml"))),
        "a sitemap without end": Hostile(evil=page("no"), asked=asked(endless(HEAD + b"\r\n<urlset>", b"<url><loc>/news/1.html</loc></url>" * 2_000)), guards=("body_size",)),
        "rights files without end": Hostile(evil=page(article()), asked=asked(None, *[endless(HEAD + b"\r\n[", b"User-agent: *\n" * 5_000)] * 2), guards=("body_size",)),
        "rights files that say nothing": Hostile(evil=page(article()), asked=asked(None, silent, silent), guards=("download_time",)),
        "rights files that nest": Hostile(evil=page(article()), asked=asked(None, *[page(b"[" * MIB)] * 2)),
        "rights files of patterns": Hostile(evil=page(article()), asked=asked(None, page(json.dumps([{"location": "/" + "*a" * 1_000 + str(n), "tdm-reservation": 1} for n in range(1_000)])),
                                            page("User-agent: *\n" + f"Disallow: /{'*n' * 1_000}$\n" * 400))),
        "folders below folders": Hostile(evil=lists_at("{path}/{0}/"), most=1_000),
        "one article at every address": Hostile(evil=articles_at("/news/{0}.html", "研究人员介绍，这台仪器在过去的一年里完成了多次测量。"), most=80),
        "another article at every address, to a limit": Hostile(evil=articles_at("/news/{0}.html", "研究人员 {0} 介绍，仪器完成了多次测量。"), arguments={"limit": 30}, most=80),
    }  # fmt: skip
