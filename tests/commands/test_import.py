"""`scrapy import`: files of other programs, with the quirks that they have."""

import base64
import gzip
import hashlib
import os
import shutil
import signal
import subprocess
from datetime import datetime, timedelta

import pytest

import archive
from archive.erase import erase
from archive.lock import Lock
from archive.records import plain_values
from crawler.importing.foreign import ForeignFile
from crawler.importing.importer import Importing
from tests.crawls import listing
from tests.warcs import FIRST, HTML, Warc, exchange, lines, page, scrapy_here, stated, stored, url_of

EDITED = page(1, body="后来改写的正文：这台仪器已经搬到了第二个实验室，读者可以预约参观。" * 4)


@pytest.fixture
def bring(capsys):
    def run(root, *words, **settings):
        return scrapy_here(capsys, "import", *words, archive=root, settings=settings)

    return run


def seen(root):
    """Return outcomes with the days on which they were seen."""
    return [
        ((datetime.fromisoformat(line["observed_at"]) - FIRST).days, line["outcome"])
        for line in lines(root, "observations")
    ]


def held(root):
    """Return the exchange of each article's newest revision, by address."""
    opened = archive.open(root)
    return {article.url: opened.exchange(article.captures[-1]) for article in opened.articles()}


# What comes of a file. -------------------------------------------------------------------------------------------


def test_an_article_is_stored_as_a_visit_at_the_time_of_its_capture(tmp_path, bring):
    warc = Warc()
    warc.answer(1, more={"WARC-IP-Address": "192.0.2.1"})
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    assert run.code == 0
    (line,), (sighting,) = lines(tmp_path / "data"), lines(tmp_path / "data", "observations")
    assert (line["title"], line["site"], line["url"]) == ("第1台新的光谱仪投入使用了", "example.com", url_of(1))
    assert line["fetched_at"] == sighting["observed_at"] == "2021-07-26T03:43:00Z"
    assert line["recorded_at"] > "2025"
    assert line["extractor"]["cause"] == "crawl"
    assert (sighting["outcome"], sighting["http_status"], sighting["captures"]) == ("new", 200, line["captures"])
    capture = held(tmp_path / "data")[url_of(1)]
    assert (capture.body, capture.headers, capture.reason) == (page(1), (HTML,), "OK")
    assert (capture.fetched_at, capture.ip) == (FIRST, "192.0.2.1")
    assert "1 answers, 1 pages, 1 captures kept, 1 visits of articles (1 new, 0 revised, 0 same, 0 quar" in run.err


def test_a_spiders_name_and_rules_may_be_chosen(tmp_path, bring):
    warc = Warc()
    warc.answer(1)
    assert bring(tmp_path / "data", "--spider", "hzgreat100", warc.save(tmp_path / "a.warc.gz")).code == 0
    (line,) = lines(tmp_path / "data")
    assert (line["site"], line["published_zone"]) == ("hzgreat100", "layout")


LIST = listing(*(f"/news/2024/{n:04}.html" for n in range(9))).encode()


def test_other_pages_are_kept_on_demand_alone_and_other_answers_never(tmp_path, bring):
    warc = Warc()
    warc.answer(1)
    warc.answer(url="http://www.example.com/", body=LIST)
    warc.answer(2, first="404 Not Found")
    warc.answer(3, first="302 Found", headers=[HTML, ("Location", "/")])
    warc.answer(url="http://www.example.com/1.png", body=b"\x89PNG", headers=[("Content-Type", "image/png")])
    warc.answer(
        url="http://www.example.com/robots.txt", body=b"User-agent: *", headers=[("Content-Type", "text/plain")]
    )
    file = warc.save(tmp_path / "a.warc.gz")
    run = bring(tmp_path / "data", file)
    assert "6 answers, 2 pages, 1 captures kept, 1 visits" in run.err
    assert "1 passed over: no article\n" in run.err
    again = bring(tmp_path / "data", "--all-pages", file)
    assert "6 answers, 2 pages, 1 captures kept, 0 visits" in again.err
    assert [c.url for c in archive.open(tmp_path / "data").captures("http://www.example.com/")]
    assert not list(archive.open(tmp_path / "data").captures("http://www.example.com/robots.txt"))


def test_a_file_twice_adds_nothing(tmp_path, bring):
    warc = Warc()
    for number in (1, 2):
        warc.answer(number)
    warc.answer(1, days=1, body=EDITED)
    warc.answer(1, days=2, body=EDITED)
    warc.answer(url="http://www.example.com/", body=LIST)
    file = warc.save(tmp_path / "a.warc.gz")
    run = bring(tmp_path / "data", "--all-pages", file, file)
    assert run.code == 0
    assert seen(tmp_path / "data") == [(0, "new"), (0, "new"), (1, "revised"), (2, "same")]
    before = sorted(path for path in (tmp_path / "data").rglob("*.*") if not path.name.startswith("catalog"))
    again = bring(tmp_path / "data", "--all-pages", file)
    assert "10 answers, 10 pages, 5 captures kept, 4 visits" in run.err
    assert "5 answers, 5 pages, 0 captures kept, 0 visits" in again.err
    assert before == sorted(path for path in (tmp_path / "data").rglob("*.*") if not path.name.startswith("catalog"))


def test_a_page_kept_before_becomes_an_article_once_rules_find_one(tmp_path, bring):
    """Without its capture being stored a second time."""
    warc = Warc()
    warc.answer(1)
    with archive.Writer(tmp_path / "data") as writer:
        capture = writer.capture(exchange(1))
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    assert "0 captures kept, 1 visits of articles (1 new" in run.err
    assert [one["record_id"] for one in lines(tmp_path / "data")[0]["captures"]] == [capture.record_id]


def test_the_archives_own_files_make_the_same_archive_again(tmp_path, bring):
    stored(tmp_path / "one", exchange(1), exchange(2), exchange(1, days=3, body=EDITED), exchange(2, days=1))
    assert bring(tmp_path / "two", *sorted((tmp_path / "one").rglob("*.warc.gz"))).code == 0

    def told(root):
        own = {"revision_id", "visit_id", "recorded_at", "date", "captures"}
        return sorted(
            str({name: value for name, value in line.items() if name not in own})
            for stream in ("articles", "observations")
            for line in lines(root, stream)
        )

    assert told(tmp_path / "one") == told(tmp_path / "two")


# In any order of time. -------------------------------------------------------------------------------------------


def test_older_than_what_is_known_keeps_its_own_time_and_the_newest_stays(tmp_path, bring):
    root = tmp_path / "data"
    stored(root, exchange(1, days=100, body=EDITED))
    warc = Warc()
    warc.answer(1, days=10)
    warc.answer(1, days=5)
    warc.answer(1, days=50, body=EDITED)
    assert bring(root, warc.save(tmp_path / "a.warc.gz")).code == 0
    assert seen(root) == [(100, "new"), (10, "revised"), (5, "same"), (50, "same")]
    newest, older = lines(root)
    assert (newest["fetched_at"], older["fetched_at"]) == ("2021-11-03T03:43:00Z", "2021-08-05T03:43:00Z")
    assert (newest["previous_digest"], older["previous_digest"]) == (None, None)
    state = archive.open(root).article(url_of(1))
    assert state.article.digest == newest["digest"]
    assert state.first_seen_at == FIRST + timedelta(days=5)
    assert (state.revision, state.status) == (2, "live")


def test_a_wording_between_two_others_names_the_one_before_it(tmp_path, bring):
    root = tmp_path / "data"
    stored(root, exchange(1), exchange(1, days=9, body=EDITED))
    warc = Warc()
    warc.answer(1, days=4, body=page(1, title="一个只有几天的标题出现了又消失"))
    assert bring(root, warc.save(tmp_path / "a.warc.gz")).code == 0
    first, last, between = lines(root)
    assert between["previous_digest"] == first["digest"] != last["digest"]
    assert archive.open(root).article(url_of(1)).article.digest == last["digest"]


def test_an_end_that_was_seen_later_stands(tmp_path, bring):
    root = tmp_path / "data"
    stored(root, exchange(1, days=10))
    (known,) = lines(root, "observations")
    with archive.Writer(root) as writer:
        sighting = next(archive.open(root).observations())
        for days in (20, 21):
            at = FIRST + timedelta(days=days)
            writer.append(archive.Observation(**{**as_values(sighting), "outcome": "gone", "observed_at": at}))
    warc = Warc()
    warc.answer(1, days=15)
    assert bring(root, warc.save(tmp_path / "a.warc.gz")).code == 0
    assert known["outcome"] == "new"
    assert archive.open(root).article(url_of(1)).status == "gone"


def as_values(record):
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__ if name != "schema"}


# Quirks. ---------------------------------------------------------------------------------------------------------

CHUNKED = (
    b"10;q=1\r\n" + page(1)[:16] + b"\r\n" + b"%x\r\n" % len(page(1)[16:]) + page(1)[16:] + b"\r\n0\r\nX: y\r\n\r\n"
)
GZIPPED = ("Content-Encoding", "gzip")


@pytest.mark.parametrize(
    ("quirk", "headers"),
    [
        ({"body": CHUNKED, "headers": [HTML, ("Transfer-Encoding", "chunked")]}, (HTML,)),
        ({"headers": [HTML, ("Transfer-Encoding", "chunked")]}, (HTML,)),  # undone, and the header left
        ({"headers": [HTML, GZIPPED]}, (HTML,)),  # the same
        ({"headers": [HTML, ("Content-Encoding", "br")]}, (HTML,)),
        ({"first": "200"}, (HTML,)),
        ({"first": "200 "}, (HTML,)),
        ({"headers": []}, ()),  # no type stated
        ({"headers": [("content-type", "TEXT/HTML")]}, (("content-type", "TEXT/HTML"),)),
        ({"headers": [("Content-Type", "application/octet-stream")]}, (("Content-Type", "application/octet-stream"),)),
        ({"more": {"WARC-Payload-Digest": "sha1:NOT"}}, (HTML,)),
        ({"more": {"WARC-Date": "2021-07-26T03:43:00.987654Z"}}, (HTML,)),
        ({"url": f"<{url_of(1)}>"}, (HTML,)),
        ({"url": f"{url_of(1)}#top"}, (HTML,)),
    ],
)
def test_a_quirk_changes_nothing_of_what_is_read(tmp_path, bring, quirk, headers):
    warc = Warc()
    warc.answer(1, **quirk)
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    assert run.code == 0
    (line,) = lines(tmp_path / "data")
    assert (line["title"], line["fetched_at"]) == ("第1台新的光谱仪投入使用了", "2021-07-26T03:43:00Z")
    assert len(line["body"].split("\n\n")) == 2
    capture = held(tmp_path / "data")[url_of(1)]
    assert (capture.body, capture.headers, capture.status) == (page(1), headers, 200)


def test_an_encoded_body_is_kept_as_it_was_sent(tmp_path, bring):
    warc = Warc()
    packed = gzip.compress(page(1), mtime=0)
    warc.answer(1, body=packed, headers=[HTML, GZIPPED])
    assert bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz")).code == 0
    assert held(tmp_path / "data")[url_of(1)].body == packed
    assert lines(tmp_path / "data")[0]["source"] == "测试社"


def by_hand(block, kind="response", **headers):
    values = {"WARC-Type": kind, "WARC-Record-ID": "<urn:uuid:1>", "WARC-Target-URI": url_of(1)} | headers
    values |= {"WARC-Date": "2021-07-26T03:43:00Z", "Content-Length": str(len(block))}
    return (
        b"WARC/1.0\r\n" + "".join(f"{k}: {v}\r\n" for k, v in values.items()).encode() + b"\r\n" + block + b"\r\n\r\n"
    )


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Type: text/html\n\n",
        b"HTTP/2 200\r\nContent-Type: text/html\r\n\r\n",
        b"ICY 200 OK\r\nContent-Type: text/html\r\n\r\n",
        b"HTTP/1.0  200  Fine\r\nContent-Type:\r\n\ttext/html\r\nno colon here\r\n\r\n",
    ],
)
def test_headers_are_read_as_browsers_would(tmp_path, bring, head):
    (tmp_path / "a.warc").write_bytes(by_hand(head + page(1)))
    assert bring(tmp_path / "data", tmp_path / "a.warc").code == 0
    assert held(tmp_path / "data")[url_of(1)].body == page(1)
    assert len(lines(tmp_path / "data")) == 1


@pytest.mark.parametrize("form", ["records packed", "not packed", "packed as one", "padded"])
def test_a_file_may_be_packed_or_not(tmp_path, bring, form):
    warc = Warc(packed=form != "not packed")
    for number in (1, 2, 3):
        warc.answer(number)
    data = warc.buffer.getvalue()
    if form == "packed as one":
        data = gzip.compress(warc.unpacked())
    (tmp_path / "a.warc.gz").write_bytes(data + (b"\0" * 999 if form == "padded" else b""))
    run = bring(tmp_path / "data", tmp_path / "a.warc.gz")
    assert run.code == 0
    assert len(lines(tmp_path / "data")) == 3


def test_arc_files_are_read_too(tmp_path, bring):
    head = b"1 0 Another\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [b"filedesc://a.arc 0.0.0.0 20210726034300 text/plain %d\n" % len(head) + head]
    for number in (1, 2):
        block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page(number)
        parts.append(b"%s 192.0.2.1 20210726034300 text/html %d\n" % (url_of(number).encode(), len(block)) + block)
    (tmp_path / "a.arc.gz").write_bytes(b"".join(gzip.compress(part + b"\n") for part in parts))
    assert bring(tmp_path / "data", tmp_path / "a.arc.gz").code == 0
    assert {line["url"]: line["fetched_at"][:10] for line in lines(tmp_path / "data")} == dict.fromkeys(
        (url_of(1), url_of(2)), "2021-07-26"
    )
    assert held(tmp_path / "data")[url_of(1)].ip == "192.0.2.1"


def requested(path):
    return {found.exchange.url: dict(found.exchange.request_headers).get("User-Agent") for found in ForeignFile(path)}


@pytest.mark.parametrize("order", ["before", "after", "by time"])
def test_a_request_is_found_before_or_after_its_answer(tmp_path, order):
    """As wget writes them, as warcio does, and as those who name nothing."""
    warc = Warc()
    for number in (1, 2):
        agent = f"other/{number}"
        if order == "before":
            asked = warc.request(number, agent=agent)
            warc.answer(number, days=1, more={"WARC-Concurrent-To": asked})
        elif order == "after":
            answered = warc.answer(number)
            warc.request(number, days=1, agent=agent, more={"WARC-Concurrent-To": answered})
        else:
            warc.request(number, agent=agent)
            warc.answer(number)
    warc.answer(3)
    file = warc.save(tmp_path / "a.warc.gz")
    assert requested(file) == {url_of(1): "other/1", url_of(2): "other/2", url_of(3): None}


# Revisits. -------------------------------------------------------------------------------------------------------


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


@pytest.mark.parametrize("by", ["id", "address and time", "digest", "the archive"])
@pytest.mark.parametrize("order", ["after", "before"])
def test_a_revisit_has_the_page_that_it_refers_to(tmp_path, bring, by, order):
    warc = Warc()
    more = {"WARC-Record-ID": "<urn:uuid:22222222-2222-4222-8222-222222222222>"}
    refers = {"WARC-Refers-To-Target-URI": url_of(1), "WARC-Refers-To-Date": stated(0)}
    if by == "the archive":
        stored(tmp_path / "data", exchange(1))
    elif order == "after":
        warc.answer(1, more=more)
    warc.revisit(
        1,
        days=3,
        digest=sha1(page(1)) if by == "digest" else "sha1:OTHER",
        more={"id": {"WARC-Refers-To": more["WARC-Record-ID"]}, "digest": {}}.get(by, refers),
    )
    if order == "before" and by != "the archive":
        warc.answer(1, more=more)
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    assert run.code == 0
    assert seen(tmp_path / "data") == [(0, "new"), (3, "same")]
    opened = archive.open(tmp_path / "data")
    first, second = ([opened.exchange(c) for c in one.captures] for one in opened.observations())
    assert first[0].body == second[0].body == page(1)
    assert second[0].fetched_at == FIRST + timedelta(days=3)
    # Ours is one as well: the page is stored once.
    assert sum(b"WARC-Type: revisit" in gzip.decompress(f.read_bytes()) for f in tmp_path.rglob("data/warc/*/*")) == 1
    assert "0 captures kept, 0 visits" in bring(tmp_path / "data", tmp_path / "a.warc.gz").err


def test_a_revisit_of_nothing_known_is_passed_over_and_counted(tmp_path, bring):
    warc = Warc()
    warc.answer(2)
    warc.revisit(1, days=3, more={"WARC-Refers-To-Target-URI": url_of(1), "WARC-Refers-To-Date": stated(0)})
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    assert run.code == 0
    assert "1 passed over: revisit of what is neither in its file nor in the archive\n" in run.err
    assert [line["url"] for line in lines(tmp_path / "data")] == [url_of(2)]


# What is torn, or is none. ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_whole_of_a_torn_file_is_read_and_the_rest_is_said(tmp_path, packed):
    warc = Warc(packed=packed)
    for number in (1, 2, 3):
        warc.answer(number)
    data, path = warc.buffer.getvalue(), tmp_path / "a.warc.gz"
    first = warc.ends[0]
    for cut in range(first + 30, len(data), 7):
        path.write_bytes(data[:cut])
        file = ForeignFile(path)
        found = [one.exchange for one in file]
        whole = sum(end <= cut for end in warc.ends[1:])
        # Of a record that lacks its end alone, the page is whole.
        assert len(found) in (whole, whole + 1)
        assert [one.body for one in found] == [page(n) for n in range(1, len(found) + 1)]
        assert (file.problem is None) == (cut in warc.ends or (not packed and len(found) > whole)), cut


def test_a_torn_file_ends_in_its_own_exit_code(tmp_path, bring):
    warc = Warc()
    for number in (1, 2):
        warc.answer(number)
    path = warc.save(tmp_path / "a.warc.gz")
    path.write_bytes(path.read_bytes()[:-300])
    other = Warc()
    other.answer(3)
    run = bring(tmp_path / "data", path, other.save(tmp_path / "b.warc.gz"))
    assert run.code == 1
    assert f"{path}: it ends within a gzip member; what came before is imported\n" in run.err
    assert [line["url"] for line in lines(tmp_path / "data")] == [url_of(1), url_of(3)]


def test_a_flipped_bit_ends_a_packed_file_there(tmp_path, bring):
    warc = Warc()
    for number in (1, 2):
        warc.answer(number)
    data = bytearray(warc.buffer.getvalue())
    data[(warc.ends[1] + warc.ends[2]) // 2] ^= 4
    (tmp_path / "a.warc.gz").write_bytes(data)
    run = bring(tmp_path / "data", tmp_path / "a.warc.gz")
    assert run.code == 1
    assert "its gzip is damaged" in run.err
    assert [line["url"] for line in lines(tmp_path / "data")] == [url_of(1)]


@pytest.mark.parametrize(
    "content",
    [b"", b"hello\n", b"<html><p>no", b"PK\x03\x04" + bytes(99), gzip.compress(b"{}\n")],
    ids=["empty", "text", "html", "zip", "json in gzip"],
)
def test_what_is_no_warc_is_refused_before_anything_is_written(tmp_path, bring, content):
    warc = Warc()
    warc.answer(1)
    (tmp_path / "no.warc.gz").write_bytes(content)
    run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"), tmp_path / "no.warc.gz")
    assert run.code == 2
    assert f"{tmp_path / 'no.warc.gz'}: this is no WARC or ARC file\n" in run.err
    assert not (tmp_path / "data").exists()


def test_mistakes_are_named(tmp_path, bring):
    assert f"{tmp_path / 'a'}: No such file or directory" in bring(tmp_path / "data", tmp_path / "a").err
    assert "Is a directory" in bring(tmp_path / "data", tmp_path).err
    assert "no spider 'nobody'" in bring(tmp_path / "data", "--spider", "nobody", tmp_path / "a").err
    assert bring(tmp_path / "data").code == 2


# Beside what else an archive knows. ------------------------------------------------------------------------------


def test_what_was_erased_does_not_come_back(tmp_path, bring):
    stored(tmp_path / "data", exchange(1), exchange(2))
    erase(tmp_path / "data", url_of(1), "asked for")
    warc = Warc()
    warc.answer(1, days=5)
    run = bring(tmp_path / "data", "--all-pages", warc.save(tmp_path / "a.warc.gz"))
    assert "1 passed over: erased\n" in run.err
    assert not list(archive.open(tmp_path / "data").captures(url_of(1)))


def test_a_page_that_fails_validation_goes_to_quarantine_once(tmp_path, bring):
    warc = Warc()
    body = "<h1>标题很长的一篇仪器新闻报道</h1><p>发布时间：2024-05-06 07:08 来源：测试社</p><p>上一篇：<a href=/news/2024/0008.html>一台旧的光谱仪停止使用了</a></p>"
    warc.answer(7, body=body.encode())
    file = warc.save(tmp_path / "a.warc.gz")
    assert "(0 new, 0 revised, 0 same, 1 quarantined)" in bring(tmp_path / "data", file).err
    assert "(0 new, 0 revised, 0 same, 0 quarantined)" in bring(tmp_path / "data", file).err
    (record,) = lines(tmp_path / "data", "quarantine")
    assert (record["reason"], record["fetched_at"]) == ("no_body", "2021-07-26T03:43:00Z")
    assert plain_values(next(archive.open(tmp_path / "data").captures(url_of(7)))) in record["captures"]


def test_a_site_that_is_being_crawled_waits(tmp_path, bring):
    stored(tmp_path / "data", exchange(1))
    warc = Warc()
    warc.answer(2)
    warc.answer(url=url_of(3, "other.example.org"), body=page(3))
    file = warc.save(tmp_path / "a.warc.gz")
    lock = Lock.acquire(tmp_path / "data" / "open" / "site-example.com.lock")
    try:
        run = bring(tmp_path / "data", file)
        own = bring(tmp_path / "data", "--spider", "hzgreat100", file)
    finally:
        lock.release()
    assert run.code == 75
    assert "1 passed over: of a site that a crawl is at work on" in run.err
    assert own.code == 0
    again = bring(tmp_path / "data", file)
    assert again.code == 0


def test_a_second_import_at_the_same_time_is_refused(tmp_path, bring):
    stored(tmp_path / "data", exchange(1))
    warc = Warc()
    warc.answer(2)
    lock = Lock.acquire(tmp_path / "data" / "open" / "import.lock")
    try:
        run = bring(tmp_path / "data", warc.save(tmp_path / "a.warc.gz"))
    finally:
        lock.release()
    assert run.code == 75
    assert len(lines(tmp_path / "data")) == 1


def test_ctrl_c_keeps_what_was_taken_and_the_next_import_takes_the_rest(tmp_path, bring, monkeypatch):
    warc = Warc()
    for number in range(1, 9):
        warc.answer(number)
    file = warc.save(tmp_path / "a.warc.gz")
    take = Importing.take

    def interrupted(importing, found):
        take(importing, found)
        if importing.tally.pages == 3:
            os.kill(os.getpid(), signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Importing, "take", interrupted)
        run = bring(tmp_path / "data", file)
    assert run.code == 130
    assert "3 captures kept, 3 visits" in run.err
    again = bring(tmp_path / "data", file)
    assert (again.code, "5 captures kept, 5 visits" in again.err) == (0, True)
    assert sorted(line["url"] for line in lines(tmp_path / "data")) == [url_of(number) for number in range(1, 9)]


def test_what_wget_saved_is_what_the_server_sent(site_server, tmp_path, bring):
    if shutil.which("wget") is None:
        assert os.environ.get("CI") != "true", "wget is not installed"
        pytest.skip("wget is not installed")
    paths = [f"/news/2024/{number:04}.html" for number in range(1, 6)]
    server = site_server({"/": listing(*paths), **{path: page(n).decode() for n, path in enumerate(paths, start=1)}})
    command = ["wget", "-q", "-r", "--no-proxy", "--delete-after", "--warc-file=w", f"{server.url}/"]
    subprocess.run(command, cwd=tmp_path, check=False, timeout=30, stdin=subprocess.DEVNULL)
    run = bring(tmp_path / "data", tmp_path / "w.warc.gz")
    assert run.code == 0
    captures = held(tmp_path / "data")
    assert {url: capture.body for url, capture in captures.items()} == {
        f"{server.url}{path}": page(n) for n, path in enumerate(paths, start=1)
    }
    assert all("Wget" in ex.header("User-Agent") for ex in asked(tmp_path / "w.warc.gz"))
    assert {line["site"] for line in lines(tmp_path / "data")} == {"127.0.0.1"}
    assert "0 captures kept, 0 visits" in bring(tmp_path / "data", tmp_path / "w.warc.gz").err


def asked(path):
    """Return the requests of a file as answers, so that their headers can be asked for."""
    found = [one.exchange for one in ForeignFile(path)]
    assert found
    return [archive.Exchange(url=e.url, status=0, headers=e.request_headers, body=b"", fetched_at=FIRST) for e in found]
