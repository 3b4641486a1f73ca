"""Pages as nobody should serve them: made-up ones cut, flipped, nested, swollen, recoded, and what is no page at all.

The same number gives the same bytes always, so that a fault found by `benchmarks/robustness.py` is found again.
"""

import random

from tests.extraction.made_up import SEEDS, no_page

TAGS = "div p b i a font table tr td ul li dl dt dd span section article h1 blockquote form select svg math button o:p".split()
CHARSETS = (
    "utf-8 gb2312 gbk gb18030 big5 hz euc-kr euc-jp shift_jis iso-2022-jp iso-2022-kr utf-16le utf-16be utf-7 windows-1251 koi8-r "
    "x-user-defined replacement unicode_escape raw_unicode_escape mbcs cp65001 \x00 🂡 none"
).split(" ")
NO_CHARSETS = "utf-16 utf-32 idna punycode rot13 base64 hex zip bz2 uu quopri undefined".split()
"""Names that Python decodes by, and no page's text is written in; of UTF-16 and UTF-32 it wants a byte order mark."""
ENTITIES = "&# &#x &amp &#x110000; &#xD800; &#0; &#55357;&#56832; &nosuch; &#99999999999999999999; &lt &nbsp &#x200b; &#128;".split()
WORDS = "浏览次数： 来源： 2021-07-26 上一篇： 【要闻】 | · 1164次阅读 阅读 [ ( （ : 12: , - &nbsp; ： 年 作者：李 By\u00a0 \u3000 \u200b \ufeff \x85 \u2028 1,".split(
    " "
)
BASES = "http://[ // javascript:0 http://a:port/ \\\\ data:, //[::1]:99999".split()
LEFT_OPEN = "<script> <style> <!-- <![CDATA[ <textarea> <title> <plaintext> <xmp> <noscript> <template> <iframe> <a\x20href=' <!DOCTYPE <? </ < <svg><style>".split(
    " "
)


def cut(rng, body):
    return body[: rng.randrange(len(body) + 1)]


def cut_in_the_middle(rng, body):
    first, last = sorted((rng.randrange(len(body) + 1), rng.randrange(len(body) + 1)))
    return body[:first] + body[last:]


def flip_bits(rng, body):
    found = bytearray(body)
    for _ in range(rng.choice((1, 3, 30, max(1, len(body) // 20))) if body else 0):
        found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def flip_bytes(rng, body):
    found = bytearray(body)
    for _ in range(rng.choice((1, 10, max(1, len(body) // 10))) if body else 0):
        found[rng.randrange(len(found))] = rng.randrange(256)
    return bytes(found)


def _insert(rng, body, what):
    at = rng.randrange(len(body) + 1)
    return body[:at] + what + body[at:]


def double_a_part(rng, body):
    first, last = sorted((rng.randrange(len(body) + 1), rng.randrange(len(body) + 1)))
    return body[:last] + body[first:last] * rng.choice((1, 2, 20)) + body[last:]


def put_zeros(rng, body):
    return (
        _insert(rng, body, b"\x00" * rng.choice((1, 5, 3000)))
        if rng.random() < 0.6
        else b"\x00".join([body[:999], body[999:]])
    )


def put_controls(rng, body):
    return _insert(rng, body, bytes(rng.choices(range(1, 32), k=rng.choice((1, 50)))) + "\x85\x9f\ufffe\uffff".encode())


def put_halves(rng, body):
    """Put lone surrogates, overlong and impossible sequences, and a character without its end."""
    return _insert(
        rng,
        body,
        rng.choice(
            (b"\xed\xa0\x80", b"\xc0\xaf", b"\xf5\x80\x80\x80", b"\xe6\x97", b"\x81", b"\xff\xfe", b"\xef\xbb\xbf")
        )
        * rng.choice((1, 9)),
    )


def put_entities(rng, body):
    return _insert(rng, body, rng.choice(ENTITIES).encode() * rng.choice((1, 100, 5000)))


def nest(rng, body):
    tag, depth = rng.choice(TAGS), rng.choice((30, 300, 3000, 20_000))
    return f"<{tag}>".encode() * depth + body + (f"</{tag}>".encode() * depth if rng.random() < 0.5 else b"")


def nest_within(rng, body):
    tags = rng.choices(TAGS, k=rng.choice((5, 200, 2500)))
    return _insert(rng, body, "".join(f"<{tag} class=x{n}>字" for n, tag in enumerate(tags)).encode())


def leave_unclosed(rng, body):
    return _insert(rng, body, f"<{rng.choice(TAGS)}>{rng.choice(('', 'a', '字，'))}".encode() * rng.choice((100, 3000)))


def drop_ends(rng, body):
    return body.replace(b"</", rng.choice((b"<", b"<!", b"", b"</ ", b"<//")))


def drop_paragraphs(rng, body):
    return body.replace(b"<p", rng.choice((b"<span", b"<p/><p", b"<x-p", b"<br><b", b"<td")))


def swell_attribute(rng, body):
    value = rng.choice(("x", "class ", "'", "&amp;", "字", " - ", "<")) * rng.choice((1000, 50_000))
    name = rng.choice(
        ("class", "id", "style", "href", "title", "content", "alt", "srcset", "datetime", "onclick", "x" * 9999)
    )
    return _insert(rng, body, f'<{rng.choice(("a", "p", "img", "meta", "div", "time"))} {name}="{value}">'.encode())


def many_attributes(rng, body):
    return _insert(rng, body, ("<p " + " ".join(f"a{n}={n}" for n in range(rng.choice((50, 3000)))) + ">").encode())


def repeat_words(rng, body):
    words = rng.choice(WORDS) + rng.choice(("", " ", "<b></b>", "1", "\n"))
    return _insert(rng, body, words.encode() * rng.choice((10, 390, 4000)))


def run_together(rng, body):
    return _insert(rng, body, (rng.choice("a1字 .，(") * rng.choice((399, 100_000))).encode())


def many_lines(rng, body):
    tag = rng.choice(("<br>", "<p>", "<li>", "<tr><td>", "<dt>", "<h2>", "<hr>", "\n"))
    return _insert(
        rng,
        body,
        (tag + rng.choice(("字", "发布时间：2021-07-26", "<a href=1.html>标题是一个链接</a>", "1"))).encode()
        * rng.choice((100, 2000)),
    )


def leave_open(rng, body):
    return _insert(rng, body, rng.choice(LEFT_OPEN).encode())


def put_json(rng, body):
    deep = rng.choice((10, 900, 50_000))
    value = rng.choice(
        (
            '{"@graph":' * deep,
            "[" * deep,
            '{"@type":"Article","headline":null}',
            '{"@type":["Article",[1]],"author":[[{}]],"datePublished":' + "9" * deep + "}",
            "NaN",
            '"\\ud800"',
        )
    )
    return _insert(rng, body, f'<script type="application/ld+json">{value}</script>'.encode())


def put_base(rng, body):
    return _insert(rng, body, f"<base href='{rng.choice(BASES)}'>".encode())


def put_metas(rng, body):
    value = rng.choice(
        (
            "",
            "0",
            "99999999999999999999",
            "2021-13-45",
            "0000-00-00",
            "+" * 2000,
            "T" * 999,
            "1e999",
            "\ufeff",
            "二〇二一年",
        )
    )
    names = "article:published_time author og:title og:locale date pubdate article:section description keywords og:url".split()
    return "".join(f'<meta property="{name}" name="{name}" content="{value}">' for name in names).encode() + body


def lie_about_charset(rng, body):
    return f'<meta charset="{rng.choice(CHARSETS)}">'.encode() + body


def recode(rng, body):
    text = body.decode("utf-8", "replace")
    return text.encode(
        rng.choice(
            (
                "gb18030",
                "big5",
                "utf-16",
                "utf-16-le",
                "utf-16-be",
                "utf-32",
                "utf-7",
                "hz",
                "euc-kr",
                "shift_jis",
                "iso2022_jp",
                "cp1252",
            )
        ),
        "replace",
    )


def mix_charsets(rng, body):
    at = rng.randrange(len(body) + 1)
    return body[:at] + body[at:].decode("utf-8", "replace").encode(
        rng.choice(("gb18030", "big5", "utf-16-le", "cp1252")), "replace"
    )


def encode_twice(rng, body):
    return body.decode("latin-1").encode("utf-8")


def shuffle_tags(rng, body):
    parts = body.split(b"<")
    rng.shuffle(parts)
    return b"<".join(parts)


def turn_upper(rng, body):
    return body.upper() if rng.random() < 0.5 else body.swapcase()


def drop_spaces(rng, body):
    return body.replace(b" ", rng.choice((b"", b"\x0b", b"\xa0", b"\t\r\n")))


MUTATIONS = (
    cut, cut_in_the_middle, flip_bits, flip_bytes, double_a_part, put_zeros, put_controls, put_halves, put_entities, nest, nest_within, leave_unclosed,
    drop_ends, drop_paragraphs, swell_attribute, many_attributes, repeat_words, run_together, many_lines, leave_open, put_json, put_base, put_metas,
    lie_about_charset, recode, mix_charsets, encode_twice, shuffle_tags, turn_upper, drop_spaces,
)  # fmt: skip


def hostile(number, pages=SEEDS, charsets=CHARSETS):
    """Return the input of a number: its name, its bytes, and what its header says of it."""
    rng = random.Random(number)
    body = rng.choice(pages)
    if rng.random() < 0.06:
        name, body = "no_page", no_page(rng, body)
    else:
        steps = rng.sample(MUTATIONS, rng.choice((1, 1, 2, 3)))
        for step in steps:
            body = step(rng, body)
        name = "+".join(step.__name__ for step in steps)
    header = {"Content-Type": f"text/html; charset={rng.choice(charsets)}"} if rng.random() < 0.3 else {}
    return name, body, header
