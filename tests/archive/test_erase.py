"""A takedown: what it removes, what it leaves as it was, and that nothing brings it back."""

import gzip
import json
import re
import shutil
import subprocess
import zlib
from datetime import timedelta

import brotli
import pytest

import archive
from archive.cli import main
from archive.compact import compact
from archive.erase import erase
from archive.folder import TOPS
from archive.verify import verify
from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.archive.faults.disks import Died, DyingDisk, ForgetfulDisk
from tests.archive.worlds import HOST, World, contents, link, zstd
from tests.crawls import ROOT

CHARSETS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "shift_jis", "euc-kr", "cp1252")


# Everything that lies in a folder. --------------------------------------------------------------------------------------


def unpacked(data):
    """Yield some bytes, and what they come to where they are packed in whatever way."""
    yield data
    for begins, unpack in ((b"\x28\xb5\x2f\xfd", zstd.decompress), (b"\x1f\x8b", gzip.decompress)):
        if data.startswith(begins):
            yield from unpacked(unpack(data))


def bodies(data):
    """Yield the bodies in WARC records, each without its content coding, whichever that is."""
    for message in data.split(b"WARC/1.1\r\n")[1:]:
        body = message.split(b"\r\n\r\n", 2)[-1][:-4]
        yield from unpacked(body)
        for undo in (brotli.decompress, zlib.decompress):
            try:
                yield undo(body)
            except (brotli.error, zlib.error):
                continue


def everything(root):
    """Yield name and bytes of every file below a folder, as it is and unpacked."""
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        for data in unpacked(path.read_bytes()):
            yield path.relative_to(root), data
            for body in bodies(data):
                yield path.relative_to(root), body


def places(root, words):
    """Return where some words stand: (file, word), in any charset and with white space or tags between."""
    found = set()
    for name, data in everything(root):
        texts = {data.decode(charset, "ignore") for charset in CHARSETS}
        texts |= {re.sub(r"<[^<>]*>|\s", "", text) for text in texts}
        found |= {
            (str(name), word) for word in words for text in texts if word in text or re.sub(r"\s", "", word) in text
        }
    return found


def lying(root):
    """Return the keys of all files where published ones lie."""
    paths = (path for top in TOPS for path in (root / top).rglob("*") if path.is_file())
    return sorted(str(path.relative_to(root)) for path in paths)


# A real crawl of the bundled site. --------------------------------------------------------------------------------------


def crawl(server, folder):
    # From the home page: the seed page may be what was erased.
    command = [*crawl_command(server, folder), "-a", "url=http://hzgreat100.com/", "-L", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def site():
    return generate.build()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, site):
    folder = tmp_path_factory.mktemp("crawled") / "data"
    with serve(site) as server:
        crawl(server, folder)
        crawl(server, folder)
    return folder


def own_words(site, url):
    """Return an article's title and paragraphs, without what others of the site say as well."""
    row = next(row for row in site.expected if row["url"] == url)
    others = "\n\n".join(f"{other['title']}\n\n{other['body']}" for other in site.expected if other is not row)
    return {words for words in (row["title"], *row["body"].split("\n\n")) if len(words) >= 8 and words not in others}


@pytest.mark.slow
@pytest.mark.parametrize("number", [1771, 1757])  # UTF-8; GBK that no header declares
def test_an_erased_article_of_a_real_crawl_is_in_no_file_any_more(crawled, site, tmp_path, number):
    root, path = tmp_path / "data", f"/News/desc/id/{number}.html"
    url = f"http://hzgreat100.com{path}"
    shutil.copytree(crawled, root)
    before, words = contents(root), own_words(site, url)
    assert {word for _, word in places(root, words)} == words
    made = erase(root, url, "court order 12/345")
    assert places(root, words) == set()
    assert verify(root).findings == []
    after = contents(root)
    *others, (_, kind, line) = after["changes"]
    assert (kind, json.loads(line)["reason"]) == ("erasure", "court order 12/345")
    assert others == [
        (cursor, kind, without_links(line, url, words))
        for cursor, kind, line in before["changes"]
        if json.loads(line)["id"] != made.id
    ]
    # The same site again, which has the page still.
    with serve(site) as server:
        crawl(server, root)
    assert server.counts[path] == 0
    assert server.counts["/News/desc/id/1769.html"] == 1
    opened = archive.open(root)
    with pytest.raises(archive.NotThere):
        opened.find(url)
    # Other pages say its title still, and a list its beginning: these are kept as they are now, and nothing else.
    elsewhere = b"\n".join(page.body for other, page in site.pages.items() if other != path).decode("utf-8", "ignore")
    assert {word for _, word in places(root, words)} <= {word for word in words if word in elsewhere}
    assert {name.partition("/")[0] for name, _ in places(root, words)} <= {"warc"}
    assert verify(root).findings == []


def without_links(line, url, words):
    values = json.loads(line)
    for side in ("prev", "next"):
        there = values.get(side)
        if there and (there["url"] == url or any(word in (there["title"] or "") for word in words)):
            values[side] = None
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


# A small archive, with all that can carry an article's words. -----------------------------------------------------------

TITLE = "一台“新的”光谱仪投入使用了 <A&B>"
FIRST = "研究人员介绍，这台仪器在过去的一年里完成了多次测量。"
SECOND = "第二页的段落：它的精度比上一代仪器高出了一个数量级。"
FOOTER = "本站声明：转载请注明出处，内容不代表本站立场。"
WORDS = {TITLE, FIRST, SECOND}
A = "/news/1.html"
ESCAPED = (
    TITLE.replace("&", "&amp;")
    .replace("<", "&lt;")
    .replace(">", "&gt;")
    .replace("“", "&ldquo;")
    .replace("”", "&#8221;")
)
MENTIONS = {
    # path: charset, coding, how the title stands there
    "/list/gbk.html": ("gb18030", "br", f"<a>{TITLE}</a>"),
    "/list/big5.html": ("utf-8", "gzip", f"<li>{ESCAPED}"),
    "/list/zstd.html": ("utf-8", "zstd", f"<p>{FIRST}"),
    "/list/deflate.html": ("utf-16", "deflate", f"<p>{FIRST}"),
    "/list/api.json": ("ascii", None, json.dumps({"t": FIRST})),
    "/list/split.html": ("gb18030", None, FIRST.replace("这台", "<em>这台</em>\n ")),
}


def build(root):
    """Make the archive: the article, its further page, its picture, a copy under revisits, and what speaks of it."""
    with World(root) as world:
        picture = world.capture("/pictures/1.jpg", b"\xff\xd8 the picture", content_type="image/jpeg")
        world.capture("/pictures/logo.jpg", b"\xff\xd8 everybody's", content_type="image/jpeg")
        page = f"<h1>{ESCAPED}</h1><p>{FIRST}<p>{FOOTER}".encode()
        captures = (
            world.capture(A, page),
            world.capture("/news/1_2.html", f"<p>{SECOND.replace('段', '<b>段</b>')}".encode()),
        )
        pictures = tuple(archive.Image(url=HOST + f"/pictures/{n}.jpg", alt=None, caption=None) for n in ("1", "logo"))
        world.article(A, TITLE, f"{FIRST}\n\n{SECOND}\n\n{FOOTER}", *captures, images=pictures)
        other = world.capture("/news/2.html", f"<h1>两篇之后的报道</h1>下一篇：{TITLE}".encode("gb18030"))
        world.article(
            "/news/2.html",
            "两篇之后的另一篇报道",
            f"别的正文，与它无关。\n\n{FOOTER}",
            other,
            next=link(A, TITLE),
            images=pictures[1:],
        )
        for path, (charset, coding, text) in MENTIONS.items():
            world.capture(path, text.encode(charset), coding=coding)
        assert picture
    with World(root) as world:
        world.now += timedelta(hours=1)
        world.sight(A, "same", world.capture(A, page))  # a revisit
        for path, (charset, coding, text) in MENTIONS.items():
            world.capture(path, text.encode(charset), coding=coding)  # revisits
        world.article(
            "/news/3.html",
            "第三篇报道引用了它",
            f"它说：{SECOND}如此而已。",
            prev=archive.Link(url=None, title=f"【新闻】{TITLE}"),
        )
        world.quarantine("/print/1.html", item={"url": HOST + "/print/1.html", "body": [FIRST], "title": "打印"})
        world.quarantine(
            "/print/2.html",
            item={"url": HOST + "/print/2.html", "body": ["别的"], "prev": {"url": HOST + A, "title": "前"}},
        )
    with World(root) as world:
        # It has moved, and what it was merged into is an article of its own.
        world.now += timedelta(hours=2)
        world.sight(A, "moved", world.capture(A, b"moved"), moved_to=HOST + "/moved/1.html")
        world.sight(A, "moved", moved_to=HOST + "/news/2.html")
    return root


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("built") / "data")


@pytest.fixture
def root(built, tmp_path):
    return shutil.copytree(built, tmp_path / "data")


def test_nothing_is_left_of_it_in_any_charset_or_coding(root):
    assert {word for _, word in places(root, WORDS)} >= {FIRST, SECOND}
    made = erase(root, HOST + A, "asked for")
    left = places(root, {TITLE, FIRST})
    assert left == set()
    # The third article quotes it, and is an article of its own.
    assert made.quoted == [HOST + "/news/3.html"]
    assert {word for _, word in places(root, WORDS)} == {SECOND}
    assert sorted(set(made.mentions)) == sorted(HOST + path for path in (*MENTIONS, "/news/2.html"))
    assert b"the picture" not in b"".join(data for _, data in everything(root))
    assert b"everybody's" in b"".join(data for _, data in everything(root))
    assert verify(root).findings == []


def test_files_that_were_merged_before_do_not_wait_for_their_grace(root):
    made = compact(root, grace=timedelta(days=7))
    assert made.before > made.after
    assert made.deleted == []
    erase(root, HOST + A, "asked for")
    assert places(root, {TITLE, FIRST}) == set()


def test_every_other_line_and_its_cursor_stay(root):
    before = contents(root)
    id_ = erase(root, HOST + A, "asked for").id
    after = contents(root)
    *others, (_, kind, line) = after["changes"]
    assert (kind, json.loads(line)) == (
        "erasure",
        {"id": id_, "reason": "asked for", "names": [archive.article_id(HOST + "/moved/1.html")], "captures": []},
    )
    assert others == [
        (cursor, kind, without_links(line, HOST + A, {TITLE}))
        for cursor, kind, line in before["changes"]
        if json.loads(line)["id"] != id_
    ]
    assert [state.article.id for state in after["latest"]] == sorted(
        archive.article_id(HOST + f"/news/{n}.html") for n in (2, 3)
    )
    (kept,) = after["quarantine"]
    assert kept.item == {"url": HOST + "/print/2.html", "body": ["别的"], "prev": None}


def test_records_of_others_stay_byte_for_byte(root):
    before = {record[0]: record for record in contents(root)["records"]}
    erase(root, HOST + A, "asked for")
    after = {record[0]: record for record in contents(root)["records"]}
    assert after.items() <= before.items()
    gone = {url for name, _, url, _ in before.values() if name not in after}
    mentions = {HOST + path for path in MENTIONS}
    assert gone == mentions | {HOST + path for path in (A, "/news/1_2.html", "/pictures/1.jpg", "/news/2.html")}
    # Answers go with their requests, revisits with what they refer to.
    assert not [record for record in after.values() if record[2] in gone]


def test_mentions_stay_where_they_are_to_and_nothing_of_its_own_does(root):
    made = erase(root, HOST + A, "asked for", keep_mentions=True)
    assert sorted(set(made.mentions)) == sorted(HOST + path for path in (*MENTIONS, "/news/2.html"))
    urls = {url for _, _, url, _ in contents(root)["records"]}
    assert urls == {HOST + path for path in (*MENTIONS, "/news/2.html", "/pictures/logo.jpg")}
    # A revisit keeps the page that it refers to.
    opened = archive.open(root)
    first, again = opened.captures(HOST + "/list/zstd.html")
    assert opened.exchange(again).body == opened.exchange(first).body == zstd.compress(f"<p>{FIRST}".encode())


def test_words_that_all_pages_have_are_nobody_s(root):
    with World(root) as world:
        world.now += timedelta(hours=3)
        footer = world.capture("/footer.html", f"<p>{FOOTER}".encode())
    erase(root, HOST + A, "asked for")
    assert archive.open(root).exchange(footer).body == f"<p>{FOOTER}".encode()


def test_what_it_was_merged_into_stays(root):
    erase(root, HOST + A, "asked for")
    assert archive.open(root).article(HOST + "/news/2.html").article.title == "两篇之后的另一篇报道"


@pytest.mark.parametrize("path", [A, "/moved/1.html"])
def test_none_of_its_addresses_brings_it_back(root, path):
    erase(root, HOST + A, "asked for")
    with archive.Writer(root) as writer:
        assert writer.known.is_erased(archive.article_id(HOST + path))
        assert not writer.known.is_erased(archive.article_id(HOST + "/news/2.html"))
        assert writer.known.last_capture(HOST + A) is None


def test_a_page_that_still_names_it_gets_no_link_to_it(root):
    erase(root, HOST + A, "asked for")
    with World(root) as world:
        world.now += timedelta(hours=3)
        id_ = world.article(
            "/news/4.html", "第四篇报道", "正文。", prev=link(A, TITLE), next=link("/news/3.html", "后")
        )
    article = archive.open(root).article(id_).article
    assert (article.prev, article.next) == (None, link("/news/3.html", "后"))
    assert places(root, {TITLE}) == set()


@pytest.mark.parametrize("wanted", [HOST + A, archive.article_id(HOST + A), HOST + "/moved/1.html#part"])
def test_a_second_erase_is_harmless(root, wanted):
    erase(root, HOST + A, "asked for")
    before = contents(root)
    made = erase(root, wanted, "once more")
    assert (made.id, made.lines, made.records) == (archive.article_id(HOST + A), 0, 0)
    assert contents(root) == before


def test_a_catalog_made_anew_knows_what_was_erased(root):
    erase(root, HOST + A, "asked for")
    before = contents(root)
    (root / "catalog.sqlite").unlink()
    assert contents(root) == before
    with archive.Writer(root) as writer:
        assert writer.known.is_erased(archive.article_id(HOST + A))


def test_erasing_waits_for_no_run(root):
    with archive.Writer(root, site="example.com"), pytest.raises(archive.SiteLocked) as caught:
        erase(root, HOST + A, "asked for")
    assert "another run is at work on example.com" in str(caught.value)
    with archive.Writer(root, site="example.org"):
        erase(root, HOST + A, "asked for")
    assert places(root, {TITLE, FIRST}) == set()


def test_what_a_dead_run_left_is_erased_too(root):
    # Acknowledged, and in no commit: as after a SIGKILL.
    world = World(root)
    world.writer = archive.Writer(root)
    world.now += timedelta(hours=3)
    world.article(A, TITLE, FIRST, world.capture(A, FIRST.encode()), outcome="revised")
    world.writer.flush()
    world.writer._segments.abandon()
    erase(root, HOST + A, "asked for")
    assert places(root, {TITLE, FIRST}) == set()
    assert verify(root).findings == []


@pytest.mark.slow
def test_an_erase_that_dies_anywhere_is_finished_by_the_next(tmp_path, root):
    before, done = contents(root), tmp_path / "done"
    shutil.copytree(root, done)
    erase(done, HOST + A, "asked for")
    after = contents(done)
    assert places(done, {TITLE, FIRST}) == set()
    deaths = 0
    while True:
        again = tmp_path / f"death-{deaths}"
        shutil.copytree(root, again)
        disk = DyingDisk(ForgetfulDisk(), nth=deaths + 1)
        try:
            erase(again, HOST + A, "asked for", disk=disk)
        except Died:
            deaths += 1
        else:
            break
        assert contents(again) in (before, after)  # a reader sees all of it, or nothing
        erase(again, HOST + A, "asked for")
        assert contents(again) == after
        assert lying(again) == sorted(archive.open(again).snapshot.files)  # none of the files that held it
        assert verify(again).findings == []
        assert not [path for path in (again / "open").iterdir() if path.is_dir()]
        shutil.rmtree(again)
    assert deaths > 40


@pytest.mark.slow
def test_a_writer_finishes_what_an_erase_left(root):
    disk = DyingDisk()
    shutil.copytree(root, root.parent / "count")
    erase(root.parent / "count", HOST + A, "asked for", disk=disk)
    for nth in range(disk.calls // 2, disk.calls):
        again = root.parent / f"death-{nth}"
        shutil.copytree(root, again)
        with pytest.raises(Died):
            erase(again, HOST + A, "asked for", disk=DyingDisk(ForgetfulDisk(), nth=nth))
        archive.Writer(again, site="example.com").close()
        opened = archive.open(again)
        if opened.snapshot.erasures:
            assert {finding.what for finding in verify(again).findings} <= {
                "it was erased, and is still on the disk: newsreel erase again"
            }
            erase(again, HOST + A, "asked for")
            assert lying(again) == sorted(archive.open(again).snapshot.files)
        shutil.rmtree(again)


def test_the_command_says_what_is_gone_and_what_is_not(root, capsys):
    assert main(["erase", "--archive", str(root), HOST + A, "--reason", "asked for", "--yes"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"erased [0-9a-f]{32}: 6 lines and \d+ records, \d+ files written anew", out[0])
    assert f"also erased: a capture of {HOST}/list/gbk.html with its words" in out
    assert f"still there: {HOST}/news/3.html, an article of its own whose text has words of it" in out
