"""`scrapy reextract` on archives that were crawled, or made of captures."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

import archive
from archive.lock import Lock
from crawler.reextraction.reading import FIELDS
from seeds.crawl import crawl_command
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.crawls import ROOT, crawl_news, listing
from tests.crawls import article as article_page
from tests.servers import redirect
from tests.warcs import exchange, lines, page, scrapy_here, stored, url_of

MINE = {
    "revision_id", "recorded_at", "date", "extractor", "previous_digest", "digest", "text_digest"
}  # fmt: skip
"""What a revision has of its own, whatever field made it."""

RULES = """
from crawler.layout import Layout
from crawler.spiders.news import News as Base

class News(Base):
    name = "news"
    layouts = (Layout({layout}),)
{more}
"""


@pytest.fixture
def reextract(capsys):
    def run(root, *words, **settings):
        return scrapy_here(capsys, "reextract", *words, archive=root, settings=settings)

    return run


@pytest.fixture
def new_rules(tmp_path, monkeypatch):
    """Write a module of spiders whose `news` has another layout; return the setting that names it."""
    folder = tmp_path / "modules"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))

    def write(layout="", more=""):
        name = f"rules_{abs(hash((layout, more, str(tmp_path))))}"
        (folder / f"{name}.py").write_text(RULES.format(layout=layout, more=more), "utf-8")
        return {"SPIDER_MODULES": name}

    return write


def files(root):
    return {
        path.relative_to(root): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and not path.name.startswith("catalog.sqlite")
    }


def without(line, names):
    return {name: value for name, value in line.items() if name not in names}


@pytest.fixture(scope="module")
def seed_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seed") / "archive"
    with serve(generate.build()) as server:
        subprocess.run(crawl_command(server, folder), cwd=ROOT, capture_output=True, check=True)
    return folder


def test_unchanged_rules_add_nothing_to_a_crawl_of_the_bundled_site(seed_site, reextract):
    before = files(seed_site)
    run = reextract(seed_site)
    assert run.code == 0
    assert files(seed_site) == before
    assert run.err.startswith(f"{len(lines(seed_site))} articles read, 0 changed; 0 revisions added, in ")


@pytest.mark.slow
def test_unchanged_rules_add_nothing_to_a_crawl_of_any_site(site_server, tmp_path, reextract):
    """With a time that is told by its age, and a redirect."""
    ages = article_page().replace("2024-05-06 07:08", "3小时前")
    routes = {"/": listing("/news/1001.html", "/news/1002.html"), "/news/1001.html": ages}
    routes["/news/1002.html"] = redirect("/news/1003.html")
    routes["/news/1003.html"] = article_page(
        title="一台旧的光谱仪停止使用了", head='<link rel=canonical href="/n/2.html">'
    )
    server = site_server(routes)
    assert crawl_news(server.url, tmp_path / "data").code == 0
    before = files(tmp_path / "data")
    run = reextract(tmp_path / "data")
    assert (run.code, files(tmp_path / "data")) == (0, before)
    assert run.err.startswith("2 articles read, 0 changed")


def test_a_revision_has_the_new_reading_and_all_that_was_seen_of_the_old(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1), exchange(2))
    settings = new_rules('source="h1", zone="Asia/Tokyo"')
    run = reextract(tmp_path / "data", **settings)
    assert run.code == 0
    old, new = lines(tmp_path / "data")[0::2]
    assert (old["source"], new["source"]) == ("测试社", "第1台新的光谱仪投入使用了")
    assert new["published_at"] == "2024-05-06T07:08:00+09:00"
    assert new["extractor"]["cause"] == "rules"
    assert new["previous_digest"] == old["digest"]
    assert new["digest"] == archive.digest(
        title=new["title"],
        category=new["category"],
        published_at=datetime.fromisoformat(new["published_at"]),
        source=new["source"],
        author=new["author"],
        body=new["body"],
    )
    assert new["text_digest"] == old["text_digest"]
    assert new["revision_id"] > old["revision_id"]
    assert new["date"] == new["recorded_at"][:10]
    changed = MINE | {"source", "published_at", "published_zone"}
    assert without(new, changed) == without(old, changed)
    assert run.err.startswith("2 articles read, 2 changed (")
    assert {"source 2", "published_at 2", "published_zone 2"} <= set(
        run.err.partition("(")[2].partition(")")[0].split(", ")
    )
    # Nothing was visited, and the second time there is nothing left to do.
    assert len(lines(tmp_path / "data", "observations")) == 2
    assert reextract(tmp_path / "data", **settings).err.startswith("2 articles read, 0 changed")
    assert len(lines(tmp_path / "data")) == 4


def test_story_e5_reextraction_changes_only_the_fields_that_are_named(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    settings = new_rules('source="h1", author="h1", zone="Asia/Tokyo"')
    assert reextract(tmp_path / "data", "--fields", "author,title", **settings).code == 0
    old, new = lines(tmp_path / "data")
    assert new["author"] == new["title"]
    assert without(new, MINE | {"author"}) == without(old, MINE | {"author"})
    evidence = {field["name"]: field["how"] for field in new["extractor"]["fields"]}
    assert (evidence["author"], evidence["source"]) == ("layout", "label")


def test_keys_of_one_value_change_together(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    assert reextract(tmp_path / "data", "--fields", "published_at", **new_rules('zone="Asia/Tokyo"')).code == 0
    old, new = lines(tmp_path / "data")
    assert (old["published_zone"], new["published_zone"]) == ("assumed", "layout")


def test_fields_that_agree_make_no_revision(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    assert reextract(tmp_path / "data", "--fields", "title,body", **new_rules('source="h1"')).code == 0
    assert len(lines(tmp_path / "data")) == 1


def test_a_dry_run_shows_the_difference_and_writes_nothing(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    before = files(tmp_path / "data")
    run = reextract(tmp_path / "data", "--dry-run", **new_rules('source="h1", body=".content p:nth-child(1)"'))
    assert run.code == 0
    assert files(tmp_path / "data") == before
    assert f"  {url_of(1)}\n" in run.out
    assert "  source: 测试社 -> 第1台新的光谱仪投入使用了\n" in run.out
    assert "\n    -第二段：实验室今天说明了仪器的用途，读者可以在这里看到完整的说明文字。\n" in run.out
    assert "1 would be changed (source 1, body 1); 1 revisions would be added" in run.err
    assert "\x1b" not in run.out


def on_a_terminal(command, **environment):
    """Run a command whose stdout and stderr are a terminal; return what it shows."""
    main, side = pty.openpty()
    done = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=side,
        stderr=side,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "200", **environment},
    )
    os.close(side)
    shown = b""
    with os.fdopen(main, "rb", buffering=0) as screen:
        while True:
            try:
                piece = screen.read(4096)
            except OSError:  # Linux says so where the other side has gone
                break
            if not piece:
                break
            shown += piece
    assert done.wait(timeout=30) == 0
    return shown.decode()


def test_a_terminal_shows_colours(tmp_path, new_rules):
    stored(tmp_path / "data", exchange(1))
    (name,) = new_rules('source="h1"').values()
    words = ["--dry-run", "-s", f"ARCHIVE={tmp_path / 'data'}", "-s", f"SPIDER_MODULES={name}"]
    shown = on_a_terminal([sys.executable, "-m", "scrapy", "reextract", *words])
    assert "source: \x1b[31m测试社\x1b[0m -> \x1b[32m第1台新的光谱仪投入使用了\x1b[0m" in shown


def test_a_layouts_last_day_chooses_by_the_pages_own_day(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    old_design = 'source="h1", until=__import__("datetime").date(2023, 1, 1)'
    assert reextract(tmp_path / "data", **new_rules(old_design)).err.startswith("1 articles read, 0 changed")


def by_id(root):
    found = {}
    for line in lines(root):
        found.setdefault(line["id"], []).append(without(line, {"revision_id", "recorded_at", "date"}))
    return found


def command(root, *words, settings):
    words = [*words, "-s", f"ARCHIVE={root}", *(word for k, v in settings.items() for word in ("-s", f"{k}={v}"))]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "reextract", *map(str, words)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_shards_at_the_same_time_come_to_what_one_run_with_two_processes_does(tmp_path, new_rules):
    pages = [exchange(number) for number in range(80)]
    stored(tmp_path / "shared", *pages)
    shutil.copytree(tmp_path / "shared", tmp_path / "whole")
    settings = new_rules('source="h1"')
    runs = [command(tmp_path / "shared", "--shard", f"{n}/2", "--jobs", 1, settings=settings) for n in (1, 2)]
    runs.append(command(tmp_path / "whole", "--jobs", 2, settings=settings))
    told = [run.communicate(timeout=60)[1] for run in runs]
    assert [run.returncode for run in runs] == [0, 0, 0], told
    assert by_id(tmp_path / "shared") == by_id(tmp_path / "whole")
    assert {len(revisions) for revisions in by_id(tmp_path / "whole").values()} == {2}
    counts = [int(words.split()[0]) for words in told]
    assert counts[0] + counts[1] == counts[2] == 80
    assert 0 < counts[0] < 80
    assert list((tmp_path / "shared" / "open").iterdir()) == []


SLOW = """
    def read_document(self, document):
        with open({seen!r}, "a") as seen:
            seen.write(".")
        __import__("time").sleep(0.02)
        return super().read_document(document)
"""


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_done_and_the_next_run_does_the_rest(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", *(exchange(number) for number in range(100)))
    seen = tmp_path / "seen"
    seen.touch()
    run = command(tmp_path / "data", "--jobs", 1, settings=new_rules('source="h1"', SLOW.format(seen=str(seen))))
    while seen.stat().st_size < 40 and run.poll() is None:  # more than one chunk
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, told = run.communicate(timeout=30)
    assert run.returncode == 130, told
    assert told.endswith("stopped before its end: what was done is kept\n")
    done = len(lines(tmp_path / "data")) - 100
    assert 0 < done < 100
    rest = reextract(tmp_path / "data", "--jobs", 1, **new_rules('source="h1"'))
    assert f"{100 - done} changed" in rest.err
    assert {len(revisions) for revisions in by_id(tmp_path / "data").values()} == {2}


HIDDEN = (
    "<html><body><h1>标题很长的一篇仪器新闻报道</h1><p>发布时间：2024-05-06 07:08 来源：测试社</p><textarea>{}</textarea>"
    "<p>上一篇：<a href=/news/2024/0008.html>一台旧的光谱仪停止使用了</a></p></body></html>"
)
"""A page whose text stands where no rule of today looks for one."""
TEXTAREAS = """
    def read_document(self, document):
        item = super().read_document(document)
        item.body = [found.text for found in document.tree.iter("textarea")]
        return item
"""


def test_a_page_in_quarantine_becomes_an_article_once(tmp_path, reextract, new_rules):
    bodies = [HIDDEN.format(text).encode() for text in ("第一版的正文。" * 9, "第二版的正文。" * 9)]
    tally = stored(tmp_path / "data", *(exchange(7, body=body, days=n) for n, body in enumerate(bodies)))
    assert tally.outcomes == {"quarantined": 2}
    assert reextract(tmp_path / "data").err.startswith("0 articles read, 0 changed; 0 revisions")
    run = reextract(tmp_path / "data", **new_rules("", TEXTAREAS))
    assert "2 from quarantine taken up" in run.err
    first, second = lines(tmp_path / "data")
    assert [line["body"] for line in (first, second)] == ["第一版的正文。" * 9, "第二版的正文。" * 9]
    assert (first["previous_digest"], second["previous_digest"]) == (None, first["digest"])
    held = lines(tmp_path / "data", "quarantine")
    for line, record in zip((first, second), held, strict=True):
        assert line["extractor"]["cause"] == "rules"
        same = ("id", "site", "url", "visit_id", "captures", "fetched_at")
        assert {name: line[name] for name in same} == {name: record[name] for name in same}
    assert "0 revisions added" in reextract(tmp_path / "data", **new_rules("", TEXTAREAS)).err
    assert len(lines(tmp_path / "data")) == 2


def test_captures_that_cannot_be_read_are_named_and_the_rest_goes_on(tmp_path, reextract, new_rules):
    root = tmp_path / "data"
    stored(root, exchange(1))
    (warc,) = root.rglob("*.warc.gz")
    data = bytearray(warc.read_bytes())
    stored(root, exchange(2), exchange(3))
    data[len(data) // 2] ^= 1
    warc.write_bytes(data)
    second, third = lines(root)[1:]
    gone = archive.Capture(record_id="<urn:uuid:00000000-0000-4000-8000-000000000000>", payload_digest="-", url="-")
    known = {article.id: article for article in archive.open(root).articles()}
    with archive.Writer(root) as writer:
        writer.append(replace(known[second["id"]], revision_id="01" + "Z" * 24, captures=(gone,)))
    run = reextract(root, **new_rules('source="h1"'))
    assert run.code == 1
    assert f"1 with a damaged capture, such as {url_of(1)} (warc/" in run.err
    assert f"1 whose capture is not there any more, such as {url_of(2)} ({gone.record_id})\n" in run.err
    assert "3 articles read, 1 changed (source 1)" in run.err
    assert lines(root)[-1]["id"] == third["id"]


def test_an_article_without_captures_is_no_damage(tmp_path, reextract):
    stored(tmp_path / "data", exchange(1))
    (known,) = archive.open(tmp_path / "data").articles()
    with archive.Writer(tmp_path / "data") as writer:
        writer.append(replace(known, revision_id="01" + "Z" * 24, captures=()))
    run = reextract(tmp_path / "data")
    assert run.code == 0
    assert "1 stored without a capture" in run.err


def test_rules_that_fail_on_a_page_cost_that_page_alone(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1), exchange(2))
    failing = "    def read_document(self, document):\n        if '0001' in document.url: 1 / 0\n        return super().read_document(document)"
    run = reextract(tmp_path / "data", **new_rules('source="h1"', failing))
    assert run.code == 1
    assert f"1 that cannot be read, such as {url_of(1)} (ZeroDivisionError: division by zero)\n" in run.err
    assert [line["url"] for line in lines(tmp_path / "data")] == [url_of(1), url_of(2), url_of(2)]


def test_a_reading_that_is_no_article_leaves_what_is_stored(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    untitled = "    def read_document(self, document):\n        item = super().read_document(document)\n        item.title = None\n        return item"
    run = reextract(tmp_path / "data", **new_rules("", untitled))
    assert run.code == 0
    assert f"1 that today's rules take for no article, such as {url_of(1)} (no_title)\n" in run.err
    assert len(lines(tmp_path / "data")) == 1


def test_site_and_since_select(tmp_path, reextract, new_rules):
    root = tmp_path / "data"
    stored(root, exchange(1), exchange(2, url=url_of(2, "other.example.org")))
    settings = new_rules('source="h1"')
    assert reextract(root, "other.example.org", "--since", "2999-01-01", **settings).err.startswith("0 articles read")
    assert "no article of nobody was selected" in reextract(root, "nobody", **settings).err
    assert reextract(root, "other.example.org", "--since", "1h", **settings).err.startswith("1 articles read, 1 ch")
    assert [line["site"] for line in lines(root)] == ["example.com", "other.example.org", "other.example.org"]


def test_a_site_with_a_spider_is_read_by_its_rules(tmp_path, reextract):
    stored(tmp_path / "data", exchange(1))
    (known,) = archive.open(tmp_path / "data").articles()
    with archive.Writer(tmp_path / "data") as writer:
        writer.append(replace(known, revision_id="01" + "Z" * 24, site="hzgreat100"))
    assert reextract(tmp_path / "data").code == 0
    assert [line["published_zone"] for line in lines(tmp_path / "data")] == ["assumed", "assumed", "layout"]


def test_a_newer_revision_than_was_read_is_left_alone(tmp_path, new_rules):
    from crawler.reextraction.reading import Rereading
    from crawler.reextraction.run import Rerun, Selection
    from tests.warcs import rules

    root = tmp_path / "data"
    stored(root, exchange(1))
    opened = archive.open(root)
    name = new_rules('source="h1"')["SPIDER_MODULES"]
    (found,) = Rereading(opened, rules(name))(list(opened.articles()))
    stored(root, exchange(1, days=1, body=page(1, title="一个完全不同的新标题出现了")))
    rerun = Rerun(opened, Selection())
    with archive.Writer(root) as writer:
        rerun.add(found, writer, now=datetime.now(UTC))
    assert (rerun.tally.overtaken, rerun.tally.revisions) == (1, 0)
    assert len(lines(root)) == 2


@pytest.mark.parametrize(
    ("lock", "words", "told"),
    [
        ("site-example.com.lock", [], "another run is at work on example.com"),
        ("site-example.com.lock", ["--shard", "1/2"], "another run is at work on example.com"),
        ("reextract-1-of-1.lock", [], "another re-extraction of the same articles is at work"),
        ("reextract-2-of-3.lock", ["--shard", "1/2"], "another re-extraction, shared out otherwise, is at work"),
    ],
)
def test_who_is_at_work_is_not_disturbed(tmp_path, reextract, new_rules, lock, words, told):
    stored(tmp_path / "data", exchange(1))
    held = Lock.acquire(tmp_path / "data" / "open" / lock)
    try:
        run = reextract(tmp_path / "data", *words, **new_rules('source="h1"'))
    finally:
        held.release()
    assert run.code == 75
    assert told in run.err
    assert len(lines(tmp_path / "data")) == 1


def test_a_crawl_of_another_site_and_another_share_do_not_matter(tmp_path, reextract, new_rules):
    stored(tmp_path / "data", exchange(1))
    folder = tmp_path / "data" / "open"
    held = [Lock.acquire(folder / name) for name in ("site-other.lock", "reextract-2-of-2.lock")]
    try:
        run = reextract(tmp_path / "data", "example.com", "--shard", "1/2", **new_rules('source="h1"'))
    finally:
        for lock in held:
            lock.release()
    assert run.code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--fields", "title,colour"], "--fields='title,colour': one or more of canonical_url, kind, title"),
        (["--shard", "3/2"], "--shard='3/2': which share of how many"),
        (["--jobs", "0"], "--jobs='0': a whole number from 1"),
        (["--since", "yesterday"], "--since='yesterday': a day, time or age"),
    ],
)
def test_mistakes_are_named(tmp_path, reextract, words, told):
    stored(tmp_path / "data", exchange(1))
    run = reextract(tmp_path / "data", *words)
    assert run.code == 2
    assert told in run.err


def test_no_archive_is_made(tmp_path, reextract):
    run = reextract(tmp_path / "data")
    assert run.code == 2
    assert "is not an archive" in run.err
    assert not (tmp_path / "data").exists()


def test_every_field_of_a_page_can_be_chosen():
    of_visits = {
        "schema", "revision_id", "id", "site", "url", "digest", "text_digest", "previous_digest", "fetched_at",
        "recorded_at", "date", "visit_id", "captures", "extractor",
    }  # fmt: skip
    schema = json.loads((ROOT / "archive/schema/article.json").read_text("utf-8"))
    assert set(FIELDS) == set(schema["properties"]) - of_visits
