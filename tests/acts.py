"""What a server may do with one request that no crawler expects."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import count
from time import time

import brotli
from backports import zstd

from tests.crawls import article, listing
from tests.servers import Talk

MIB = 1 << 20
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
Act = Callable[[Talk], None]


def always(*parts: bytes) -> Act:
    return lambda talk: talk.send(*parts)


def page(body, *headers, **more) -> Act:
    return lambda talk: talk.answer(body, *headers, **more)


def redirect(to: str) -> Act:
    return page(b"", f"Location: {to}", status="302 Found")


def endless(head: bytes, part: bytes, pause: float = 0) -> Act:
    def act(talk: Talk) -> None:
        talk.send(head)
        while True:
            talk.send(part)
            if pause:
                talk.wait(pause)

    return act


def silent(talk: Talk) -> None:
    talk.wait(3600)


@cache
def bomb(name: str, size: int = 128 * MIB) -> bytes:
    """Return `size` bytes of spaces, packed."""
    block = b" " * MIB
    if name in ("gzip", "deflate"):
        packer = zlib.compressobj(9, wbits=31 if name == "gzip" else 15)
        return b"".join([*(packer.compress(block) for _ in range(size // MIB)), packer.flush()])
    if name == "br":
        squeezer = brotli.Compressor(quality=5)
        return b"".join([*(squeezer.process(block) for _ in range(size // MIB)), squeezer.finish()])
    presser = zstd.ZstdCompressor(level=3)
    return b"".join([*(presser.compress(block) for _ in range(size // MIB)), presser.flush()])


def packed(name: str) -> Act:
    return lambda talk: talk.answer(bomb(name), f"Content-Encoding: {name}")


def nested(times: int) -> bytes:
    body = article().encode()
    for _ in range(times):
        body = gzip.compress(body, 1)
    return body


def turning(*acts: Act) -> Act:
    """Do one after the other, request by request."""
    turn = count()
    return lambda talk: acts[next(turn) % len(acts)](talk)


def by_path(acts: Mapping[str, Act]) -> Act:
    return lambda talk: acts.get(talk.path, page("no", status="404 Not Found"))(talk)


def numbered(*acts: Act) -> tuple[Act, tuple[str, ...]]:
    """Return what does each of these at an address of its own, and the addresses."""
    paths = tuple(f"/news/{number}.html" for number in range(2, 2 + len(acts)))
    return by_path(dict(zip(paths, acts, strict=True))), paths


def of_netloc(do: Callable[[str], Act]) -> Act:
    """Do what depends on the name under which the server is asked, with its port."""
    return lambda talk: do(talk.host)(talk)


def to_port(port: int) -> Act:
    return of_netloc(lambda netloc: redirect(f"http://{netloc.partition(':')[0]}:{port}/"))


def at_port(port: int) -> Act:
    return redirect(f"http://mail.example:{port}/b.png")


def links(addresses) -> Act:
    body = "<html><title>t</title><body>" + "".join(f"<a href={address}>x</a>" for address in addresses)
    return page(body)


def changing(talk: Talk) -> None:
    talk.answer("", f"Location: {talk.path.partition('?')[0]}?{time()}", status="302 Found")


def refreshing(talk: Talk) -> None:
    talk.answer(f'<html><head><meta http-equiv=refresh content="0;url={talk.path}1"></head><body>x</body></html>')


def hop(talk: Talk) -> None:
    talk.answer("", f"Location: /hop/{int(talk.path.rpartition('/')[2].partition('.')[0] or 0) + 1}", status="301 Gone")


def sessions(talk: Talk) -> None:
    moment = f"{time():.6f}".replace(".", "")
    talk.answer(listing(*(f"/list/?sid={moment}{number}" for number in range(20))))


def invented() -> Iterator[str]:
    """Yield words that were never said, without end."""
    letters = str.maketrans("0123456789", "abcdefghij")
    return (f"{number * 7_654_321 % 10**8:08}".translate(letters) for number in count(1))


def lists_at(form: str) -> Act:
    """Answer with a list of lists, each at an address that was never named."""
    words = invented()
    return lambda talk: talk.answer(listing(*(form.format(next(words), path=talk.path.rstrip("/")) for _ in range(20))))


def articles_at(form: str, body: str) -> Act:
    """Answer with an article that names others, each at an address that was never named."""
    words = invented()

    def act(talk: Talk) -> None:
        named = "".join(f'<a href="{form.format(next(words))}">又一篇关于仪器的很长的报道</a>' for _ in range(5))
        talk.answer(article(links=named, body=body.format(next(words)) * 4))

    return act


def xml_bomb(root: str) -> str:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "lol">{entities}]><{root}><title>&a11;</title><p>&a11;</p></{root}>'


def parts(talk: Talk) -> None:
    """Answer with an article that goes on and on."""
    number = int(talk.path.partition("_")[2].partition(".")[0] or 1)
    talk.answer(article(links=f'<a href="/news/2_{number + 1}.html">下一页</a>'))


def then_hangs(talk: Talk) -> None:
    """Answer the first request of a connection, and nothing behind it."""
    talk.answer(listing("/news/3.html", "/news/4.html"))
    talk.wait(3600)


def sitemaps(talk: Talk) -> None:
    """Answer with an index of sitemaps that nobody has named yet."""
    moment = f"{time():.6f}".replace(".", "")
    named = "".join(f"<sitemap><loc>/sitemap{moment}{number}.xml</loc></sitemap>" for number in range(20))
    talk.answer(f"<sitemapindex>{named}</sitemapindex>", kind="application/xml")


def asked(sitemap: Act | None = None, tdmrep: Act | None = None, ai: Act | None = None, feed: Act | None = None) -> Act:
    """Do what is said at what a crawl asks for by itself."""
    acts = {"/sitemap": sitemap, "/.well-known/": tdmrep, "/ai.txt": ai, "/feed": feed}

    def act(talk: Talk) -> None:
        found = next((act for start, act in acts.items() if talk.path.startswith(start)), None)
        (found or page("no", status="404 Not Found"))(talk)

    return act
