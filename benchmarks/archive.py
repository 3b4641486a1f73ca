"""An archive of many articles: appended with group commit, looked up, followed, read, verified, its catalog rebuilt.

    python -m benchmarks.archive FOLDER [--articles 1000000]

Articles of 5 KB are made up, a tenth of them with a second revision, each with an observation. Every step runs in a process of its own,
whose peak memory is printed beside its rate. FOLDER is made, and stays for a look.
"""

import argparse
import random
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import archive
from archive.catalog import Catalog, discard
from archive.folder import CATALOG
from archive.verify import verify

BATCH = 500
"""Records of a group commit."""
DAY = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = "科学 仪器 行业 分析 检测 实验室 研究 人员 今天 介绍 测量 结果 市场 发展 技术 创新 国产 设备 采购 标准 质量 环境 生物 医药 材料".split()


def sentence(seed):
    rng = random.Random(seed)
    return "".join(rng.choices(_WORDS, k=24)) + f"，第{seed}段。"


def url(number):
    return f"https://news.example/{number // 1000}/{number}.html"


def article(number, revision, at):
    # Some 1,600 Chinese characters: 5 KB with the other keys.
    body = "\n\n".join(sentence(number * 31 + part + 7 * revision) for part in range(24))
    canonical = url(number)
    title = sentence(number)[:20]
    return archive.Article(
        revision_id=archive.new_ulid(at),
        id=archive.article_id(canonical),
        site="news.example",
        url=canonical,
        canonical_url=canonical,
        kind="article",
        title=title,
        category="行业新闻",
        published_at=at,
        published_raw=at.isoformat(),
        published_precision="second",
        published_zone="stated",
        published_date=at.date(),
        modified_at=None,
        modified_raw=None,
        source="网络",
        source_url=None,
        author=None,
        editor=None,
        body=body,
        images=(),
        attachments=(),
        view_count=number,
        view_count_raw=str(number),
        prev=archive.Link(url=url(number - 1), title=title),
        next=None,
        language="zh",
        breadcrumbs=("首页", "行业新闻"),
        digest=f"sha256:{number:063}{revision}",
        text_digest=f"sha256:{number:063}{revision}",
        previous_digest=None,
        fetched_at=at,
        recorded_at=at,
        date=at.date(),
        visit_id=archive.new_ulid(at),
        captures=(),
        extractor=archive.Extractor(
            version="0.1.0",
            cause="crawl",
            fields=(archive.FieldEvidence(name="title", how="heading", confidence=0.9),) * 8,
        ),
    )


def observation(record, outcome):
    return archive.Observation(
        visit_id=record.visit_id,
        id=record.id,
        site=record.site,
        url=record.url,
        observed_at=record.fetched_at,
        recorded_at=record.recorded_at,
        http_status=200,
        outcome=outcome,
        moved_to=None,
        view_count=record.view_count,
        view_count_raw=record.view_count_raw,
        digest=record.digest,
        captures=(),
        date=record.date,
    )


def numbers(count):
    """Yield number and revision: each once, a tenth of them twice."""
    for number in range(count):
        yield number, 0
        if number % 10 == 9:
            yield number - 5, 1


def append(root, count):
    made = spent = total = 0
    with archive.Writer(root, site="news.example") as writer:
        batch = []
        for order, (number, revision) in enumerate(numbers(count)):
            record = article(number, revision, DAY + timedelta(seconds=order // 20))
            batch.append(record)
            if len(batch) == BATCH:
                made, spent, total = _keep(writer, batch, made, spent, total)
                batch = []
        made, spent, total = _keep(writer, batch, made, spent, total)
        began = time.perf_counter()
        writer.publish()
        spent += time.perf_counter() - began
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    catalog = (root / CATALOG).stat().st_size
    return f"{made / spent:,.0f} articles/s (with their observations); {(size - catalog) / 1e6:,.0f} MB on disk, catalog {catalog / 1e6:,.0f} MB"


def _keep(writer, batch, made, spent, total):
    # Making articles up takes longer than keeping them: only what the archive does is timed.
    pairs = [(record, observation(record, "new")) for record in batch]
    began = time.perf_counter()
    for pair in pairs:
        writer.append(*pair)
    writer.flush()
    writer.seal_if_due()
    return made + len(batch), spent + time.perf_counter() - began, total


def lookup(root, count):
    opened = archive.open(root)
    opened.article(url(0))
    rng, took = random.Random(7), []
    for _ in range(2000):
        number = rng.randrange(count)
        began = time.perf_counter()
        found = opened.article(url(number))
        took.append((time.perf_counter() - began) * 1000)
        assert found.article.canonical_url == url(number)
    took.sort()
    return f"by URL: median {statistics.median(took):.2f} ms, p99 {took[int(len(took) * 0.99)]:.2f} ms"


def changes(root, count):
    opened = archive.open(root)
    middle = f"{max(1, opened.head.number // 2)}.1.0"
    began, lines = time.perf_counter(), 0
    for change in opened.changes(middle):
        lines += bool(change.line)
    return f"{lines / (time.perf_counter() - began):,.0f} lines/s ({lines:,} from the middle)"


def read(root, count):
    began, lines = time.perf_counter(), 0
    for found in archive.open(root).articles(revisions=True):
        lines += bool(found.title)
    every = lines / (time.perf_counter() - began)
    began, lines = time.perf_counter(), 0
    for found in archive.open(root).articles():
        lines += bool(found.title)
    assert lines == count
    return f"{every:,.0f} revisions/s, {lines / (time.perf_counter() - began):,.0f} newest/s"


def check(root, count, jobs=1):
    report = verify(root, jobs=jobs)
    assert not report.findings, report.findings[:3]
    return f"{report.unpacked / 1e6 / report.seconds:,.0f} MB/s unpacked, {report.bytes / 1e6 / report.seconds:,.0f} MB/s on disk, {report.seconds:.1f} s, {jobs} process(es)"


def rebuild(root, count):
    opened = archive.open(root)
    discard(root / CATALOG)
    began = time.perf_counter()
    catalog = Catalog(root / CATALOG, opened.log)
    catalog.catch_up()
    catalog.close()
    return f"{time.perf_counter() - began:.1f} s"


STEPS = {
    "append": append,
    "lookup": lookup,
    "changes": changes,
    "read": read,
    "verify": check,
    "verify, 2 processes": lambda root, count: check(root, count, 2),
    "rebuild-catalog": rebuild,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--step", choices=STEPS, help="only this one, in this process")
    options = parser.parse_args()
    if options.step:
        said = STEPS[options.step](options.folder, options.articles)
        peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
        print(f"{options.step}: {said}; peak {peak:,.0f} MB", flush=True)
        return
    if options.folder.exists():
        sys.exit(f"{options.folder} exists")
    for step in STEPS:
        words = [str(options.folder), "--articles", str(options.articles), "--step", step]
        subprocess.run([sys.executable, "-m", "benchmarks.archive", *words], check=True)


if __name__ == "__main__":
    main()
