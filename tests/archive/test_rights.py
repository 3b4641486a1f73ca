"""What was said of a page's uses, as the archive keeps it, and as readers leave out by it."""

import gzip
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest

import archive
from archive.catalog import discard
from archive.cli import main
from archive.compact import compact
from archive.rights import RULES, reserved, rules_of
from archive.wacz import export_wacz
from tests.archive.worlds import HOST, World

DAYS = [datetime(2021, 7, day, 12, tzinfo=UTC) for day in (26, 27, 28, 29)]
A, B, C, D = (letter * 32 for letter in "abcd")


def right(by, says, url=None):
    return archive.Right(by=by, says=says, url=url)


NOAI, NOARCHIVE = right("meta robots", "noai"), right("X-Robots-Tag", "noarchive")


@pytest.mark.parametrize(
    ("by", "says", "rules"),
    [
        ("meta robots", "noai", {"ai"}),
        ("meta robots", "noimageai", {"ai"}),
        ("X-Robots-Tag", "noarchive", {"archive"}),
        ("X-Robots-Tag", "newsreel: noarchive", {"archive"}),
        ("X-Robots-Tag", "GPTBot: noarchive", {"ai"}),
        ("X-Robots-Tag", "GPTBot: noindex", {"ai"}),
        ("meta robots", "noindex", {"index"}),
        ("meta robots", "none", {"index"}),
        ("meta robots", "nosnippet", set()),
        ("meta robots", "unavailable_after: 2021-07-26", set()),
        ("robots.txt", "GPTBot: disallow", {"ai"}),
        ("robots.txt", "disallow", {"ai"}),
        ("ai.txt", "disallow", {"ai"}),
        ("TDM-Reservation", "1", {"ai"}),
        ("TDM-Reservation", "0", set()),
        ("tdmrep.json", "1", {"ai"}),
        ("Content-Usage", "train-ai=n", {"ai"}),
        ("Content-Usage", "train-ai=y", set()),
        ("Content-Signal", "ai-train=no", {"ai"}),
        ("Content-Signal", "search=no", set()),
        ("rel=license", "license", set()),
        ("of a later version", "noai", set()),
    ],
)
def test_what_a_word_reserves(by, says, rules):
    assert {name for name, bit in RULES.items() if reserved([right(by, says)]) & bit} == rules


def test_what_is_nearer_to_the_page_says_whether_mining_is_reserved():
    site, header, meta = right("tdmrep.json", "1"), right("TDM-Reservation", "0"), right("meta tdm", "1")
    assert [bool(reserved(said)) for said in ([site], [site, header], [site, header, meta])] == [True, False, True]


@pytest.mark.parametrize("words", ["", "all", "ai;archive", "ai,,archive"])
def test_a_rule_that_there_is_not_is_named(words):
    with pytest.raises(ValueError, match="is none of ai, archive, index"):
        rules_of(words)


# Readers. ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(stored, make_article, make_observation):
    """A is reserved against AI; B was, and is not; C against archives, seen before a 304; D was never looked at."""
    said = {
        A: [(), (NOAI,)],
        B: [(NOAI,), ()],
        C: [(NOARCHIVE,), None],
        D: [None, None],
    }
    lines = []
    for number, (id_, visits) in enumerate(said.items()):
        lines.append(make_article(id=id_, title=f"第{number}篇", recorded_at=DAYS[0]))
        for day, rights in zip(DAYS, visits, strict=False):
            lines.append(make_observation(id=id_, visit_id=f"{number}-{day.day}", recorded_at=day, rights=rights))
    return stored(*lines)


def left(found):
    return {state.article.id for state in found}


@pytest.mark.parametrize(
    ("words", "ids"), [("ai", {B, C, D}), ("archive", {A, B, D}), ("ai,archive", {B, D}), ("index", {A, B, C, D})]
)
@pytest.mark.parametrize("rewritten", [False, True])
def test_what_is_reserved_at_the_newest_visit_that_looked_is_left_out(root, words, ids, rewritten):
    if rewritten:
        compact(root, until=date(2030, 1, 1), grace=timedelta(0))
        discard(root / "catalog.sqlite")
    opened = archive.open(root)
    assert left(opened.states(rights=rules_of(words))) == ids
    assert {article.id for article in opened.articles(revisions=True, rights=rules_of(words))} == ids


@pytest.mark.parametrize("axis", ["recorded", "fetched"])
def test_as_of_then(root, axis):
    opened = archive.open(root)
    assert left(opened.states(rights=rules_of("ai"), as_of=DAYS[0], axis=axis)) == {A, C, D}
    assert left(opened.states(rights=rules_of("ai"), as_of=DAYS[1], axis=axis)) == {B, C, D}


def test_an_import_of_an_older_visit_does_not_say_what_is_reserved_now(root, stored, make_observation):
    stored(make_observation(id=D, visit_id="newer", observed_at=DAYS[3], rights=()))
    stored(make_observation(id=D, visit_id="older", observed_at=DAYS[2], rights=(NOAI,)))
    assert D in left(archive.open(root).states(rights=rules_of("ai")))


def test_changes_of_what_is_reserved_are_not_told_but_for_its_erasure(root):
    assert main(["erase", "--archive", str(root), C, "--reason", "asked for", "--yes"]) == 0
    told = list(archive.open(root).changes(rights=rules_of("ai,archive")))
    assert {change.id for change in told if change.kind != "erasure"} == {B, D}
    assert [change.id for change in told if change.kind == "erasure"] == [C]
    whole = list(archive.open(root).changes())
    assert {change.cursor for change in told} < {change.cursor for change in whole}


def test_the_commands_take_rules(root, capsys):
    for command in ("articles", "changes"):
        assert main([command, "--archive", str(root), "--rights", "ai,archive"]) == 0
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert {line.get("id") or line["record"]["id"] for line in found} == {B, D}
    with pytest.raises(SystemExit, match="2"):
        main(["articles", "--archive", str(root), "--rights", "everything"])
    assert "'everything' is none of ai, archive, index" in capsys.readouterr().err


def test_the_line_says_what_was_said(root):
    seen = {seen.visit_id: seen.rights for seen in archive.open(root).observations()}
    assert (seen["0-26"], seen["0-27"], seen["3-26"]) == ((), (NOAI,), None)


def test_a_line_from_before_there_was_such_a_key_is_read(stored, make_article, make_observation, monkeypatch):
    root = stored(make_article(), make_observation())
    (path,) = (root / "observations").rglob("*.jsonl")
    assert b'"rights":null' in path.read_bytes()
    monkeypatch.setattr("archive.lines.frames", _without_the_key)
    discard(root / "catalog.sqlite")
    opened = archive.open(root)
    assert [seen.rights for seen in opened.observations()] == [None]
    assert len(left(opened.states(rights=rules_of("ai")))) == 1


def _without_the_key(file, name, **words):
    from dataclasses import replace

    from archive.frames import frames

    for frame in frames(file, name, **words):
        yield replace(frame, data=frame.data.replace(b'"rights":null,', b""))


# Packages. ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def captured(tmp_path):
    """Two articles with a picture each and one in common; the first is reserved."""
    root = tmp_path / "captured"
    pictures = {
        name: archive.Image(url=f"{HOST}/{name}.jpg", alt=None, caption=None) for name in ("one", "two", "both")
    }
    with World(root) as world:
        for name, rights in (("one", (NOAI,)), ("two", ())):
            hop = world.capture(f"/go/{name}", b"moved")
            page = world.capture(f"/{name}.html", f"<h1>{name}</h1>".encode())
            world.capture(f"/{name}.jpg", name.encode(), content_type="image/jpeg")
            world.capture("/both.jpg", b"both", content_type="image/jpeg")
            images = (pictures[name], pictures["both"])
            world.article(f"/{name}.html", f"题 {name}", "正文。", hop, page, images=images)
            again = world.capture(f"/{name}.html", f"<h1>{name}</h1> ".encode())
            world.sight(f"/{name}.html", "same", again, rights=rights)
        world.capture("/list.html", b"a list")
    return root


def contents(package):
    """Return the paths in the index of a package, those of its records by kind, and its pages."""
    with zipfile.ZipFile(package) as zipped:
        index = gzip.decompress(zipped.read("indexes/index.cdx.gz")).splitlines()
        pages = [json.loads(line)["url"] for line in zipped.read("pages/pages.jsonl").splitlines()[1:]]
        records = set()
        for name in zipped.namelist():
            if name.startswith("archive/"):
                text = gzip.decompress(zipped.read(name))
                heads = re.findall(rb"WARC-Type: (\w+)\r\n.*?(?:WARC-Target-URI: (\S+)\r\n|\r\n\r\n)", text, re.DOTALL)
                records |= {(kind.decode(), url.decode().removeprefix(HOST)) for kind, url in heads if url}
        for line in index:
            entry = json.loads(line.split(b" ", 2)[2])
            begin, warc = int(entry["offset"]), zipped.read(f"archive/{entry['filename']}")
            assert entry["record_id"].encode() in gzip.decompress(warc[begin : begin + int(entry["length"])])
    return {json.loads(line.split(b" ", 2)[2])["url"].removeprefix(HOST) for line in index}, records, pages


def test_a_package_holds_no_capture_of_what_is_reserved(captured, tmp_path):
    opened = archive.open(captured)
    assert export_wacz(opened, tmp_path / "whole.wacz") == (2, 1)
    assert export_wacz(opened, tmp_path / "rest.wacz", rights=rules_of("ai")) == (1, 1)
    index, records, pages = contents(tmp_path / "whole.wacz")
    of_one = {"/one.html", "/one.jpg", "/go/one"}
    assert of_one < index
    assert contents(tmp_path / "rest.wacz") == (
        index - of_one,
        {(kind, path) for kind, path in records if path not in of_one},
        [url for url in pages if "one" not in url],
    )


def test_where_nothing_is_reserved_the_package_is_whole(captured, tmp_path):
    export_wacz(archive.open(captured), tmp_path / "whole.wacz")
    export_wacz(archive.open(captured), tmp_path / "rest.wacz", rights=rules_of("index"))
    assert contents(tmp_path / "rest.wacz") == contents(tmp_path / "whole.wacz")


def test_a_damaged_file_ends_it(captured, tmp_path):
    (path,) = (captured / "warc").rglob("*.warc.gz")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(archive.DamagedFile, match=path.name):
        export_wacz(archive.open(captured), tmp_path / "rest.wacz", rights=rules_of("ai"))
    assert not (tmp_path / "rest.wacz").exists()
