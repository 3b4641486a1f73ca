"""Words are found in pages, whatever the pages do with them; codings are undone as far as they go."""

import gzip
import html
import json
import zlib
from urllib.parse import quote

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.coding import undo
from archive.wording import Wording
from tests.archive.worlds import zstd

WORDS = "一台“新的”光谱仪 A&B <投入> 使用了"
PAGE = b"<p>page</p>" * 500


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "big5hkscs", "utf-16", "utf-16-be", "shift_jis"])
def test_words_are_found_in_every_charset(charset):
    page = f"<html><p>前{html.escape(WORDS)}后</p>".encode(charset, "xmlcharrefreplace")
    assert Wording([WORDS]).is_in(page)
    assert not Wording(["另外的“新的”光谱仪"]).is_in(page)


@pytest.mark.parametrize(
    "page",
    [
        WORDS,
        html.escape(WORDS),
        html.escape(WORDS, quote=False).replace("“", "&ldquo;").replace("光", "&#20809;").replace("谱", "&#x8c31;"),
        html.escape(WORDS).replace("光谱", "<b class='x'>光</b><i>谱</i>"),
        html.escape(WORDS).replace("光谱", "光<!-- nothing -->谱"),
        html.escape(WORDS).replace(" ", "\r\n\t  "),
        json.dumps({"title": WORDS}),
        json.dumps({"title": WORDS}, ensure_ascii=False),
        f"/share?title={quote(WORDS)}",
        "光谱仪" + html.escape(WORDS),
    ],
)
def test_words_are_found_behind_markup_escapes_and_white_space(page):
    assert Wording([WORDS]).is_in(page.encode())


@given(st.binary(max_size=300))
def test_any_bytes_may_be_a_page(page):
    assert Wording(["一二三四五六七八"]).is_in(page + "一二三四五六七八".encode())
    assert isinstance(Wording(["一二三四五六七八"]).is_in(page), bool)


def deflated(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
        ("gzip", lambda data: gzip.compress(data) + b"\0\0\0"),
        ("gzip", lambda data: gzip.compress(data) + b"\x1f\x8b and no member"),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("zstd", lambda data: zstd.compress(data[:9]) + zstd.compress(data[9:])),
        ("zstd", lambda data: zstd.compress(data) + b"no frame"),
        ("deflate", zlib.compress),
        ("deflate", deflated),
        ("identity", bytes),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data))),
        ("gzip", bytes),
        ("br", lambda data: b"\xff" + data[1:]),
    ],
)
def test_a_coding_is_undone(coding, pack):
    packed = pack(PAGE)
    assert undo(packed, [coding]) == (packed if packed.startswith(b"\xff") else PAGE)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("br", brotli.compress),
        ("zstd", zstd.compress),
        ("deflate", zlib.compress),
        ("deflate", deflated),
    ],
)
def test_what_was_cut_off_is_undone_as_far_as_it_goes(coding, pack):
    data = bytes(range(256)) * 1000
    found = undo(pack(data)[:-3], [coding])
    assert data.startswith(found)
