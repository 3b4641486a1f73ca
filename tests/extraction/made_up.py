"""Pages made up for hostile inputs, and what is no page at all."""

import gzip
import json
import struct
import zlib

from tests.crawls import article, listing

CMS = (
    "<html><head><meta charset=gb2312><title>光谱仪投入使用-测试网</title></head><body><table><tr><td><a href=/>首页</a> &gt; <a href=/n/>新闻</a></td></tr>"
    "<tr><td align=center><b>光谱仪投入使用</b></td></tr><tr><td>来源：测试社　作者：李明　点击数：<script>count()</script>35 次　更新时间：2021-7-26 9:05:00</td></tr>"
    f"<tr><td id=zoom>{'　　研究人员介绍，这台仪器在过去一年里完成了多次测量，结果令人满意。<br><br>' * 9}<img src=a.jpg alt=仪器><a href=b.doc>附件</a></td></tr>"
    "<tr><td>上一篇：<a href=1.html>更早的一篇报道</a><br>下一篇：没有了</td></tr><tr><td>累计访问量：123456</td></tr></table></body></html>"
)
JOURNAL = (
    "<!doctype html><html lang=en><head><title>A new spectrometer | The Harbour</title><meta property=og:type content=article>"
    '<meta property="article:published_time" content="2024-05-06T07:08:00Z"><script type="application/ld+json">{"@type":"NewsArticle",'
    '"headline":"A new spectrometer","author":[{"@type":"Person","name":"Ann Lee"}],"datePublished":"2024-05-06T07:08:00+02:00"}</script></head>'
    "<body><nav><ul><li><a href=/a>Town</a><li><a href=/b>Port</a></ul></nav><article><h1>A new spectrometer</h1><p class=byline>By <a rel=author>Ann Lee</a>"
    f"<time datetime=2024-05-06>May 6</time></p>{'<p>The instrument has measured for a year, the researchers say, and they are content with it.</p>' * 8}"
    "<figure><img srcset='a.jpg 1x, b.jpg 2x'><figcaption>The thing itself</figcaption></figure><table><tr><th>a<td>1</table></article>"
    "<aside><h2>Related</h2><a href=/c>Another one</a></aside><nav><a rel=prev href=/1>Previous</a><a rel=next href=/3>Next</a></nav></body></html>"
)
SEEDS = (
    article(links="<p>上一篇：<a href='9.html'>更早的一篇报道</a></p><p>下一篇：没有了</p>").encode(),
    CMS.encode("gb18030"),
    JOURNAL.encode(),
    listing(*(f"/news/{n}.html" for n in range(40))).encode(),
)


def no_page(rng, body):
    """Return what is no page: files of other kinds, noise, nothing."""
    noise = rng.randbytes(rng.choice((0, 1, 2, 100, 20_000)))
    bomb = (
        "<!DOCTYPE l [<!ENTITY a 'ha'>"
        + "".join(f"<!ENTITY {b} '{f'&{a};' * 9}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]><l>&i;</l>"
    )
    return rng.choice((
        noise,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + noise,
        b"\x89PNG\r\n\x1a\n" + noise,
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + noise,
        b"GIF89a" + noise,
        b"PK\x03\x04" + noise,
        b"{\\rtf1\\ansi{\\fonttbl\\f0 Swiss;}\\f0 " + body + b"}",
        gzip.compress(body, mtime=0),
        zlib.compress(body),
        struct.pack("<4sI", b"RIFF", 99) + noise,
        b"<?xml version='1.0' encoding='utf-16'?><rss><channel><item><title>a</title><pubDate>x</pubDate></item></channel></rss>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><text>a</text></svg>",
        bomb.encode(),
        json.dumps({"html": body.decode("latin-1")}).encode(),
        b"[" * 50_000,
        "发布时间：2021-07-26\n来源：测试社\n\n没有标记的文字。".encode() * 50,
        b" \r\n\t" * rng.choice((0, 1, 5000)),
        b"<!doctype html>",
        b"<",
        b"<html>",
        b"\x00" * rng.choice((1, 9999)),
        b"<frameset><frame src=a.html></frameset>",
    ))  # fmt: skip
