import gzip
import io
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive import cdxj
from archive.errors import DamagedFile
from archive.packing import pack_gz
from archive.surt import surt
from archive.warc import Http, Original, info_record, member_at, members, records_of, sha256, to_exchange
from tests.archive.conftest import RECORDED, exchange


def packed(*records):
    return b"".join(pack_gz(record.to_bytes()) for record in records)


def pair(page, original=None):
    return records_of(page, payload_digest=sha256(page.body), original=original)


def walk(data):
    return list(members(io.BytesIO(data), "x.warc.gz"))


def test_an_exchange_comes_back_from_its_record():
    page = exchange(truncated="disconnect", reason="OK")
    answer, request = pair(page)
    found = walk(packed(info_record("x.warc.gz", "test", RECORDED), answer, request))
    assert [member.kind for member in found] == ["warcinfo", "response", "request"]
    read = to_exchange(found[1])
    asked = Http(found[2].block)
    assert (read.url, read.status, read.headers, read.body) == (page.url, page.status, page.headers, page.body)
    assert (read.fetched_at, read.ip, read.protocol, read.truncated) == (
        page.fetched_at,
        page.ip,
        page.protocol,
        page.truncated,
    )
    assert (asked.first, asked.headers) == (["GET", "/1.html", "HTTP/1.1"], page.request_headers)
    assert found[2].headers["warc-concurrent-to"] == found[1].record_id


def test_warcio_reads_the_same_and_finds_no_fault():
    page = exchange(body=b"\x00\xff\r\n\r\n binary")
    revisit, _ = pair(page, Original("<urn:uuid:1>", page.url, "2021-07-26T00:00:00Z"))
    data = packed(info_record("x.warc.gz", "test", RECORDED), *pair(page), revisit)
    records = []
    for record in ArchiveIterator(io.BytesIO(data), check_digests="raise"):
        records.append((record.rec_type, record.content_stream().read()))
        if record.rec_type == "revisit":
            assert record.rec_headers["WARC-Refers-To-Target-URI"] == page.url
            assert record.rec_headers["WARC-Refers-To-Date"] == "2021-07-26T00:00:00Z"
            assert record.rec_headers["WARC-Payload-Digest"] == sha256(page.body)
    assert [kind for kind, _ in records] == ["warcinfo", "response", "request", "revisit"]
    assert [body for kind, body in records if kind in ("response", "revisit")] == [page.body, b""]


def test_warcio_check_passes(tmp_path):
    (tmp_path / "x.warc.gz").write_bytes(packed(info_record("x.warc.gz", "test", RECORDED), *pair(exchange())))
    command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / "x.warc.gz")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "digest pass" in done.stdout
    assert "fail" not in done.stdout


TEXT = st.text(st.characters(max_codepoint=255), max_size=40)


@given(
    url=st.text(max_size=60).map(lambda rest: f"http://a.example/{rest}"),
    headers=st.lists(st.tuples(st.from_regex(r"[A-Za-z-]{1,12}", fullmatch=True), TEXT), max_size=5),
    body=st.binary(max_size=300),
    reason=TEXT,
)
def test_no_word_of_a_server_makes_a_record_that_cannot_be_read(url, headers, body, reason):
    page = exchange(url=url.encode("utf-8", "replace").decode(), headers=tuple(headers), body=body, reason=reason)
    answer, request = walk(packed(*pair(page)))
    assert Http(answer.block).body == body
    assert answer.kind == "response"
    assert request.headers["warc-concurrent-to"] == answer.record_id
    assert list(cdxj.read_index(cdxj.write_index([cdxj.line_of(answer, "x")]), "x"))


@pytest.mark.parametrize("step", [1])
def test_a_cut_at_any_byte_is_damage_but_between_records(step):
    data = packed(info_record("x.warc.gz", "test", RECORDED), *pair(exchange(body=b"<p>small")))
    whole = walk(data)
    ends = {0} | {member.offset + member.size for member in whole}
    for end in range(0, len(data), step):
        if end in ends:
            assert len(walk(data[:end])) == sum(member.offset + member.size <= end for member in whole)
            continue
        with pytest.raises(DamagedFile, match=r"x\.warc\.gz, byte \d+"):
            walk(data[:end])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"text</p>", b"tExt</p>"),
        (b"Content-Length: ", b"Content-Length: 1"),
        (b"WARC/1.1", b"WARC/1.0"),
        (b"Content-Type: text", b"content-type: text"),
        (b"\r\n\r\n", b"\r\n \r\n"),
    ],
)
def test_a_record_whose_bytes_are_not_as_it_says_is_damage(old, new):
    record = gzip.decompress(packed(pair(exchange())[0]))
    assert old in record
    with pytest.raises(DamagedFile, match="byte 0"):
        walk(gzip.compress(record.replace(old, new, 1)))


def test_a_record_is_read_by_its_offset():
    data = packed(*pair(exchange()), *pair(exchange(body=b"second")))
    third = walk(data)[2]
    assert member_at(io.BytesIO(data), "x.warc.gz", third.offset).block == third.block


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www2.Example.com/A/", "com,example)/a"),
        ("http://127.0.0.1:8080/?b&a", "1,0,0,127:8080)/?a&b"),
        ("http://[::1]/x", "::1)/x"),
        ("http://[broken/", "http://[broken/"),
        ("nonsense", "nonsense"),
    ],
)
def test_surt(url, key):
    assert surt(url) == key
