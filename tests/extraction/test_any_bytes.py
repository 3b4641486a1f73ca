"""Any bytes give a result or a clear refusal, and the same bytes the same one."""

import os
import subprocess
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.extraction import Unreadable, parse, read
from pipelines.article import content_fields
from tests.crawls import ROOT
from tests.extraction.hostile import CHARSETS, NO_CHARSETS, hostile
from tests.extraction.made_up import CMS

MONSTERS = {
    "100,000 unclosed tags": b"<div>" * 100_000,
    "100,000 unclosed inline tags": b"<b>a" * 100_000,
    "100,000 ends": b"</p>" * 100_000,
    "100,000 attributes": b"<p " + b"a=1 " * 100_000 + b">text",
    "a huge attribute": b"<p class='" + b"related " * 100_000 + b"'>text",
    "a line of a million letters": b"<p>" + b"a" * 1_000_000,
    "a line of a million spaces": b"<p>a" + b" " * 1_000_000 + b"b",
    "a million digits": b"<title>t</title><p>" + b"1" * 1_000_000,
    "100,000 labels": "<p>浏览次数：来源：".encode() * 50_000,
    "100,000 brackets": b"<h1>" + "【".encode() * 100_000,
    "entities without end": b"<p>" + b"&#" * 100_000 + b"&amp" * 100_000,
    "deep JSON": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script><p>text",
    "a script left open": b"<p>text<script>" + b"x<" * 100_000,
    "a comment left open": b"<p>text<!-- " + b"--!" * 100_000,
    "tables in tables": b"<table><tr><td>a" * 5000,
    "20,000 headings": "<h1>一个标题是这样的</h1>".encode() * 20_000,
    "20,000 dates": b"<p>2021-07-26</p>" * 20_000,
}


def outcome(body, header=None):
    """Return what a page gives as bytes; anything but a result or Unreadable is raised."""
    try:
        return msgspec.json.encode(content_fields(read(parse(body, "https://news.example/a/1.html", header))))
    except Unreadable as error:
        return str(error).encode()


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000_000))
def test_a_damaged_page_gives_a_result_or_a_refusal(number):
    _, body, header = hostile(number)
    assert outcome(body, header) == outcome(body, header)


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(CHARSETS))
def test_noise_gives_a_result_or_a_refusal(body, charset):
    assert outcome(body, {"Content-Type": f"text/html; charset={charset}"})


@pytest.mark.parametrize("charset", [*CHARSETS, *NO_CHARSETS])
def test_whatever_charset_is_declared_the_text_is_read(charset):
    page = f"<meta charset='{charset}'>".encode() + CMS.replace("charset=gb2312", "").encode("gb18030")
    for header in ({}, {"Content-Type": f"text/html; charset={charset}"}):
        assert outcome(page, header)


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_gives_a_result_or_a_refusal(name):
    assert outcome(MONSTERS[name])


CHILD = """
import hashlib, sys
from tests.extraction.hostile import hostile
from tests.extraction.test_any_bytes import outcome
for number in range(80):
    _, body, header = hostile(number)
    print(number, hashlib.sha256(outcome(body, header)).hexdigest())
"""


def test_the_same_bytes_give_the_same_result_whatever_seed_python_hashes_with():
    found = [
        subprocess.run(
            [sys.executable, "-c", CHILD],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert found[0] == found[1]
    assert len(found[0].splitlines()) == 80
