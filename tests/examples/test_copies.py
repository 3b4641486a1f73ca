"""Copies that are made while a crawl is at work: by `newsreel mirror`, and by rsync as the document for operators says."""

import re
import shutil

import pytest

import archive
from archive.mirroring import mirror
from archive.verify import verify
from tests.crawl.killing import start
from tests.crawls import ROOT, article, crawl_news, listing
from tests.examples.conftest import BIN, program, run
from tests.servers import Answer

pytestmark = pytest.mark.slow

PAGES = [f"/news/{n}.html" for n in range(120)]
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs/operating.md").read_text("utf-8"), re.DOTALL)
(BY_RSYNC,) = [block for block in BLOCKS if block.startswith("rsync")]


@pytest.fixture
def crawl(site_server, tmp_path):
    """A crawl at work, which publishes every second."""
    pages = {path: Answer(article(title=f"{path}关于仪器的报道"), delay=0.1) for path in PAGES}
    server = site_server({"/": listing(*PAGES), **pages})
    process = start(server.url, tmp_path / "data", SEAL_SECONDS=1, CONCURRENT_REQUESTS_PER_DOMAIN=1)
    while not (tmp_path / "data" / "log").exists():
        assert process.poll() is None, process.stderr.read()
    process.url = server.url
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def by_mirror(folder):
    mirror(folder / "data", folder / "backup")


def by_rsync(folder):
    program("rsync")
    done = run(
        ["bash", "-euo", "pipefail", "-c", BY_RSYNC], folder=folder, environment={"PATH": f"{BIN}:/usr/bin:/bin"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("copy", [by_mirror, by_rsync])
def test_each_copy_is_sound_and_the_last_is_the_whole(crawl, tmp_path, copy):
    heads = []
    while crawl.poll() is None:
        copy(tmp_path)
        report = verify(tmp_path / "backup")
        assert report.findings == []
        heads.append(report.head.number)
    copy(tmp_path)
    assert heads == sorted(heads)
    assert len(set(heads)) > 2, "the copies were made before or behind it"
    backup, data = archive.open(tmp_path / "backup"), archive.open(tmp_path / "data")
    assert backup.head == data.head
    assert [change.to_json() for change in backup.changes()] == [change.to_json() for change in data.changes()]


def test_a_crawl_goes_on_where_a_copy_was_put_in_the_place_of_what_was_lost(crawl, tmp_path):
    while archive.open(tmp_path / "data").head.number < 2:
        assert crawl.poll() is None
    mirror(tmp_path / "data", tmp_path / "backup")
    crawl.kill()
    crawl.wait()
    shutil.rmtree(tmp_path / "data")
    had = {line.id for line in archive.open(tmp_path / "backup").articles()}
    assert 0 < len(had) < len(PAGES)
    restored = crawl_news(crawl.url, tmp_path / "backup", DOWNLOAD_DELAY=0, CONCURRENT_REQUESTS_PER_DOMAIN=8)
    assert restored.code == 0, restored.err
    # Each article is stored once, those that the copy had among them.
    assert restored.urls() == sorted(PAGES)
    assert verify(tmp_path / "backup").findings == []
