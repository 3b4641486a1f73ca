"""The package that `newsreel export` writes: the same bytes, one index, a list of pages; and what stops it."""

import errno
import gzip
import hashlib
import json
import os
import shutil
import zipfile

import pytest

import archive
from archive import wacz
from archive.cli import main
from archive.wacz import export_wacz
from tests.archive.worlds import HOST, World


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wacz") / "data"
    for number in range(1, 8):
        with World(folder) as world:
            world.now += number * (world.now - world.now.replace(hour=2))
            redirect = world.capture(f"/go/{number}", b"moved")
            page = world.capture(f"/{number}.html", f"<h1>第{number}篇报道</h1>".encode())
            world.capture("/list.html", b"the same each time")
            world.article(f"/{number}.html", f"第{number}篇报道", "正文。", redirect, page)
    return folder


@pytest.fixture
def root(made, tmp_path):
    return shutil.copytree(made, tmp_path / "data")


@pytest.fixture
def package(root, tmp_path, monkeypatch):
    # As with thousands of files and lines.
    monkeypatch.setattr(wacz, "_AT_ONCE", 2)
    monkeypatch.setattr(wacz, "_LINES", 4)
    assert export_wacz(archive.open(root), tmp_path / "news.wacz") == (7, 7)
    assert list(tmp_path.glob("*.part")) == []
    with zipfile.ZipFile(tmp_path / "news.wacz") as zipped:
        yield zipped


def test_its_warcs_are_the_archive_s(package, root):
    for key in archive.open(root).snapshot.files:
        if key.startswith("warc/"):
            assert package.read("archive/" + key.rpartition("/")[2]) == (root / key).read_bytes()
    # Read in parts, and packed already.
    assert {info.compress_type for info in package.infolist() if info.filename.endswith(".gz")} == {zipfile.ZIP_STORED}


def test_its_index_has_every_line_in_order_and_each_block_at_its_place(package, root):
    lines = gzip.decompress(package.read("indexes/index.cdx.gz")).splitlines(keepends=True)
    expected = [
        line for path in (root / "index").rglob("*.cdxj") for line in path.read_bytes().splitlines(keepends=True)
    ]
    assert lines == sorted(expected)
    assert len(lines) == 21
    meta, *places = package.read("indexes/index.idx").splitlines()
    assert meta == b'!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    packed, found = package.read("indexes/index.cdx.gz"), []
    for place in places:
        key, timestamp, rest = place.split(b" ", 2)
        values = json.loads(rest)
        block = packed[values["offset"] : values["offset"] + values["length"]]
        assert values["digest"] == "sha256:" + hashlib.sha256(block).hexdigest()
        found.append(gzip.decompress(block).splitlines(keepends=True))
        assert found[-1][0].startswith(b"%b %b " % (key, timestamp))
    assert [line for block in found for line in block] == lines
    assert len(found) == 6


def test_its_index_leads_to_each_record(package):
    for line in gzip.decompress(package.read("indexes/index.cdx.gz")).splitlines():
        entry = json.loads(line.split(b" ", 2)[2])
        warc = package.read(f"archive/{entry['filename']}")
        begin = int(entry["offset"])
        record = gzip.decompress(warc[begin : begin + int(entry["length"])])
        assert f"WARC-Record-ID: {entry['record_id']}\r\n".encode() in record


def test_its_pages_are_the_articles_at_their_own_captures(package, root):
    header, *pages = map(json.loads, package.read("pages/pages.jsonl").splitlines())
    assert header["format"] == "json-pages-1.0"
    opened = archive.open(root)
    assert pages == [
        {
            "id": article.id,
            "url": article.url,
            "ts": f"{opened.captured_at(article.captures[1]):%Y-%m-%dT%H:%M:%SZ}",
            "title": article.title,
            "text": article.body,
        }
        for article in opened.articles()
    ]


def test_its_description_has_the_digest_of_every_file(package):
    data = package.read("datapackage.json")
    description = json.loads(data)
    assert description["wacz_version"] == "1.1.1"
    names = {resource["path"] for resource in description["resources"]}
    assert names | {"datapackage.json", "datapackage-digest.json"} == set(package.namelist())
    for resource in description["resources"]:
        content = package.read(resource["path"])
        assert (resource["bytes"], resource["hash"]) == (len(content), "sha256:" + hashlib.sha256(content).hexdigest())
    digest = json.loads(package.read("datapackage-digest.json"))
    assert digest == {"path": "datapackage.json", "hash": "sha256:" + hashlib.sha256(data).hexdigest()}


# What stops it, each said in one line. -----------------------------------------------------------------------------------


def refused(capsys, *words):
    code = main(["export", *map(str, words)])
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    return code, err


def test_a_file_that_is_there_is_not_written_over(root, tmp_path, capsys):
    (tmp_path / "news.wacz").write_bytes(b"mine")
    assert refused(capsys, "--archive", root, "-o", tmp_path / "news.wacz") == (
        2,
        f"newsreel: cannot write {tmp_path}/news.wacz: it exists already\n",
    )
    assert (tmp_path / "news.wacz").read_bytes() == b"mine"


def test_an_archive_without_captures_makes_none(tmp_path, capsys):
    archive.Writer(tmp_path / "data").close()
    code, err = refused(capsys, "--archive", tmp_path / "data", "-o", tmp_path / "news.wacz")
    assert (code, err) == (2, f"newsreel: cannot write {tmp_path}/news.wacz: {tmp_path}/data holds no captures\n")


def test_a_folder_that_is_not_there_is_named(root, tmp_path, capsys):
    code, err = refused(capsys, "--archive", root, "-o", tmp_path / "no" / "news.wacz")
    assert (code, err) == (2, f"newsreel: cannot write {tmp_path}/no/news.wacz: No such file or directory\n")


@pytest.mark.parametrize("stream", ["warc", "index"])
@pytest.mark.parametrize("damage", ["cut", "flipped", "missing"])
def test_a_damaged_file_ends_it_and_leaves_no_package(root, tmp_path, capsys, stream, damage):
    path = sorted(path for path in (root / stream).rglob("*") if path.is_file())[3]
    data = path.read_bytes()
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(data[:-1] if damage == "cut" else data[:50] + bytes([data[50] ^ 1]) + data[51:])
    code, err = refused(capsys, "--archive", root, "-o", tmp_path / "news.wacz")
    assert code == 1
    assert err.startswith(f"newsreel: {path.relative_to(root)}: ")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_full_disk_leaves_no_part_of_a_package(root, tmp_path, capsys, monkeypatch):
    def full(self, data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(wacz._Hashing, "write", full)
    code, err = refused(capsys, "--archive", root, "-o", tmp_path / "news.wacz")
    assert (code, err) == (2, f"newsreel: cannot write {tmp_path}/news.wacz: No space left on device\n")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_an_erased_page_is_no_page(root, tmp_path):
    assert main(["erase", "--archive", str(root), HOST + "/3.html", "--reason", "asked for", "--yes"]) == 0
    assert export_wacz(archive.open(root), tmp_path / "news.wacz")[0] == 6
    with zipfile.ZipFile(tmp_path / "news.wacz") as zipped:
        assert "第3篇报道" not in zipped.read("pages/pages.jsonl").decode()
