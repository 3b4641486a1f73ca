"""What operators ask for: whatever happens to a crawl, what it keeps is whole, and every field leads to where it was read."""

import random
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

import archive
from archive.records import plain_values
from archive.verify import verify
from archive.version import newsreel_version
from crawler.reextraction.reading import FIELDS, TOGETHER
from crawler.spiders.hzgreat100 import HzGreat100
from pipelines.article import normalise
from seeds.hzgreat100 import generate
from seeds.serve import serve
from tests.archive.faults.test_full_disk import mounted
from tests.crawls import article, crawl_news, listing, scrapy
from tests.servers import Answer

FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)
PAGES = [f"/news/{n}.html" for n in range(90)]


def slow_site(delay):
    pages = {path: Answer(article(title=f"{path}关于仪器的报道"), delay=delay) for path in PAGES}
    return {"/": listing(*PAGES[:40], "/more.html"), "/more.html": listing(*PAGES[30:]), **pages}


# R5. Provenance. --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seed_archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seed") / "data"
    with serve(generate.build()) as server:
        settings = {"CONNECT_TO": server.connect_to}
        run = scrapy("crawl", "hzgreat100", "-a", f"url={server.site.seed_url}", archive=folder, settings=settings)
    assert run.code == 0, run.err
    return folder


def test_story_r5_every_field_leads_to_raw_bytes_a_rule_and_a_version(seed_archive):
    opened, spider = archive.open(seed_archive), HzGreat100()
    stored = list(opened.articles())
    assert len(stored) == 47
    for line in stored:
        exchanges = [opened.exchange(capture) for capture in line.captures]
        assert [exchange.url for exchange in exchanges][-1] == line.url
        content = normalise(spider.read_captured(*exchanges), now=line.fetched_at)
        evidence = {field.name: field for field in line.extractor.fields}
        for name in FIELDS:
            value = getattr(line, name)
            # The bytes say so, by the rules of this version.
            assert getattr(content, name) == value, (line.url, name)
            if value not in (None, ()) and name not in ("canonical_url", "kind"):
                field = evidence[WITH.get(name, name)]
                assert field.how
                assert 0 < field.confidence <= 1
        assert line.extractor.version == newsreel_version()
        assert line.extractor.cause == "crawl"


WITH = {
    **{name: group[0] for group in TOGETHER for name in group},
    "source_url": "source",
    "images": "body",
    "attachments": "body",
}
"""Fields that are found with another, and share its evidence."""


# O5. Kills. -------------------------------------------------------------------------------------------------------------


def kept(root):
    """Return what an archive says of each address, but for times and ids of visits, and the raw page of each."""
    opened, said = archive.open(root), []
    for line in opened.articles(revisions=True):
        plain = plain_values(line)
        own = ("revision_id", "fetched_at", "recorded_at", "date", "visit_id", "captures")
        raw = tuple(opened.exchange(capture).body for capture in line.captures)
        said.append((line.url, str({name: value for name, value in plain.items() if name not in own}), raw))
    seen = sorted((one.url, one.outcome, one.digest) for one in opened.observations())
    return sorted(said), seen


@pytest.mark.slow
def test_story_o5_after_fifty_kills_the_archive_is_that_of_an_undisturbed_run(site_server, tmp_path):
    server, rng = site_server(slow_site(0)), random.Random(5)
    assert crawl_news(server.url, tmp_path / "undisturbed").code == 0
    # Slow enough that fifty runs do not come to the end.
    server.routes.update(slow_site(0.6))
    server.requests.clear()
    data, start_up, at_work = tmp_path / "data", 0.2, 0
    settings = {"COMMIT_DELAY": 0.02, "SEAL_SECONDS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    for _ in range(50):
        before, timeout = len(server.requests), start_up + rng.uniform(0, 0.8)
        with pytest.raises(subprocess.TimeoutExpired):
            scrapy("crawl", "news", "-a", f"url={server.url}", archive=data, settings=settings, timeout=timeout)
        if len(server.requests) > before:
            at_work += 1
        else:
            start_up += 0.05  # a busy machine takes longer to begin, which must not be all that is ever killed
    assert at_work > 15
    server.routes.update(slow_site(0))
    run = crawl_news(server.url, data)
    assert run.code == 0, run.err
    assert kept(data) == kept(tmp_path / "undisturbed")
    assert verify(data).findings == []


# O6. A disk that is full (see test_full_disk.py), one that is read-only, a clock that jumps. ------------------------------


@pytest.mark.slow
def test_story_o6_a_read_only_disk_is_said_in_one_line_and_nothing_is_asked(site_server, tmp_path):
    server, folder = site_server({"/": article()}), tmp_path / "disk"
    folder.mkdir()
    with mounted(folder, "size=24m"):
        assert crawl_news(server.url, folder / "data").code == 0
        before, asked = kept(folder / "data"), len(server.requests)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        run = crawl_news(server.url, folder / "data")
        assert run.code in (1, 2)
        assert "Read-only file system" in run.err.strip().splitlines()[-1]
        assert "Traceback" not in run.err
        assert len(server.requests) == asked
        assert kept(folder / "data") == before
        assert verify(folder / "data").findings == []
        subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
        assert crawl_news(server.url, folder / "data").code == 0


@pytest.mark.slow
def test_story_o6_a_clock_that_jumps_harms_nothing_and_the_runs_go_on(site_server, tmp_path):
    server = site_server({"/": listing(*PAGES[:4]), **{path: article(title=f"{path}关于仪器的报道") for path in PAGES}})
    for jump in (0, 40, -400, 1):
        run = crawl_news(server.url, tmp_path, at=FIRST + timedelta(days=jump))
        assert run.code == 0, run.err
        assert run.urls() == sorted(PAGES[:4])
    assert verify(tmp_path).findings == []
    outcomes = [seen["outcome"] for seen in run.lines("observations")]
    assert sorted(outcomes) == ["new"] * 4 + ["same"] * 12
    # Each line says its own time, however they follow on each other.
    days = {seen["date"] for seen in run.lines("observations")}
    assert days == {str((FIRST + timedelta(days=jump)).date()) for jump in (0, 40, -400, 1)}
