"""Reciprocity, breaks, ends and holes of the chain, on archives written directly."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import Link
from tests.coverage.made import READ_AT, Site, Written, paths


def written(root, site, *, gone=(), failing=(), unread=(), known=None):
    """Return an archive of all articles of a site that are there, and a crawl that has found all by the chain."""
    made = Written(root, site)
    skipped = {*gone, *failing, *unread}
    made.archive([one for one in site.there if one.path not in skipped])
    named = paths(site.articles) if known is None else known
    made.crawl({"start": ["/"], "chain": named}, gone=gone, failing=dict(failing), unread=unread)
    return made


def holes(report):
    return [(hole.pages, hole.because, hole.older, hole.newer) for hole in report.chain.chains.holes]


@pytest.mark.parametrize("next_is_older", [False, True])
def test_a_whole_site_has_one_chain_a_category_with_two_ends_and_no_hole(tmp_path, next_is_older):
    report = written(tmp_path, Site(next_is_older=next_is_older)).report()
    links, chains = report.chain.links, report.chain.chains
    assert report.chain.next_is == ("older" if next_is_older else "newer")
    assert (links.articles, links.named, links.reciprocal, links.crossed) == (120, 234, 234, 0)
    assert (links.explicit_ends, links.silent_ends, links.unanswered, links.outdated) == (6, 0, 0, 0)
    assert (chains.chains, chains.longest, chains.alone, chains.categories, chains.one_each) == (3, 40, 0, 3, 3)
    assert [(one.category, one.articles, one.ends) for one in sorted(chains.listed, key=lambda one: one.category)] == [
        ("仪器新闻", 40, 2), ("化学新闻", 40, 2), ("市场新闻", 40, 2),
    ]  # fmt: skip
    assert holes(report) == []
    assert report.findings == []


@pytest.mark.parametrize("next_is_older", [False, True])
@pytest.mark.parametrize("because", ["gone", "failed", "not_read", "unknown"])
def test_a_page_out_of_the_middle_of_a_chain_is_named_with_what_became_of_it(tmp_path, because, next_is_older):
    site = Site(next_is_older=next_is_older)
    older, page, newer = site.of("yiqi")[19:22]
    known = paths(one for one in site.articles if one is not page) if because == "unknown" else None
    site.removed = {page.number}
    made = written(
        tmp_path, site, known=known,
        gone={page.path} if because == "gone" else (),
        failing={page.path: "HTTP 503"} if because == "failed" else (),
        unread={page.path} if because == "not_read" else (),
    )  # fmt: skip
    report = made.report()
    assert holes(report) == [([made.home + page.path], because, made.home + older.path, made.home + newer.path)]
    assert report.chain.chains.holes[0].category == "仪器新闻"
    assert (report.chain.chains.chains, report.chain.chains.joined) == (4, 3)
    assert report.chain.chains.holes[0].reason == {"gone": "HTTP 404", "failed": "HTTP 503"}.get(because)
    (finding,) = report.findings
    assert finding.startswith(
        f"the chain has a hole between {made.home}{older.path} and {made.home}{newer.path}: {made.home}{page.path} is missing"
    )


def test_several_pages_in_a_row_are_one_hole(tmp_path):
    site = Site()
    row = site.of("huaxue")
    missing = {one.path: "HTTP 500" for one in row[10:14]}
    made = written(tmp_path, site, failing=missing)
    assert holes(made.report()) == [
        (
            [made.home + row[10].path, made.home + row[13].path],
            "failed",
            made.home + row[9].path,
            made.home + row[14].path,
        )
    ]


def test_a_chain_that_is_cut_between_two_neighbours_is_parted_there(tmp_path):
    site = Site()
    older, newer = site.of("shichang")[20:22]
    site.cut = {older.number}
    made = written(tmp_path, site)
    report = made.report()
    assert holes(report) == [([], "parted", made.home + older.path, made.home + newer.path)]
    assert report.chain.links.explicit_ends == 8
    assert report.chain.chains.chains == 4


def test_a_parted_chain_that_an_earlier_wording_held_together_says_where_it_led(tmp_path):
    whole, cut = Site(), Site()
    row = cut.of("shichang")
    older, between, newer = row[20:23]
    made = Written(tmp_path, whole)
    made.archive([one for one in whole.there if one != between])
    # Read again, the two say that there is nothing behind them.
    cut.cut = {older.number, between.number}
    made.site = cut
    for one, mark in ((older, "a"), (newer, "b")):
        changes = {"digest": f"sha256:{mark:0>64}", "revision_id": f"{mark}{one.number:025}"}
        made.archive([one], read_at=READ_AT + timedelta(days=1), **changes)
    made.crawl({"chain": paths(one for one in whole.articles if one != between)})
    (hole,) = made.report().chain.chains.holes
    assert (hole.because, hole.once) == ("parted", made.home + between.path)


def test_a_neighbour_that_names_another_is_a_break_and_all_three_are_named(tmp_path):
    site = Site()
    row = site.of("yiqi")
    site.broken = {row[21].number: row[15].number}
    made = written(tmp_path, site)
    report = made.report()
    said = [(one.page, one.side, one.neighbour, one.names) for one in report.chain.links.breaks]
    a, b, c, d = (made.home + row[n].path for n in (20, 21, 15, 16))
    assert said == [(a, "next", b, c), (b, "prev", c, d)]
    assert report.chain.links.unanswered == 2
    assert f"the chain breaks: {a} names {b} as next, which names {c} as previous" in report.findings


def test_a_page_that_was_read_before_its_neighbour_was_published_breaks_nothing(tmp_path):
    site = Site(weeks=2)
    made = Written(tmp_path, site)
    *early, last, newest = site.of("yiqi")
    # As a nightly crawl does it: the last was the newest when it was read, and its wording has not changed since.
    made.archive([one for one in site.there if one not in (last, newest)])
    read_at = datetime.combine(last.day, datetime.min.time(), UTC) + timedelta(hours=12)
    made.archive([last], read_at=read_at, next=Link(url=None, title=None))
    made.archive([newest])
    made.crawl({"chain": paths(site.articles)})
    links = made.report().chain.links
    assert (links.outdated, links.unanswered, links.explicit_ends) == (1, 0, 6)
    assert early


def test_a_page_that_is_gone_from_the_site_and_archived_is_told_apart(tmp_path):
    site = Site()
    older, page, newer = site.of("yiqi")[9:12]
    made = written(tmp_path, site)
    for days in (1, 2):
        made.observe(page, "gone", READ_AT + timedelta(days=days))
    report = made.report()
    (hole,) = report.chain.chains.holes
    assert (hole.pages, hole.because, hole.archived) == ([made.home + page.path], "gone", True)
    assert (hole.older, hole.newer) == (made.home + older.path, made.home + newer.path)
    assert (report.chain.chains.gone, report.chain.chains.missing, report.ways["chain"].gone) == (1, 0, 1)


LINKS = st.one_of(
    st.none(),
    st.just(""),
    st.sampled_from([f"/{category}/{number}.html" for category in ("yiqi", "huaxue") for number in range(1001, 1013)]),
    st.sampled_from(
        ["https://elsewhere.example.com/1.html", "javascript:;", "https://[", "/lost/1.html#top", "/lost/2.html"]
    ),
)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(LINKS, LINKS), min_size=10, max_size=10))
def test_whatever_articles_name_each_link_is_counted_once_and_each_lost_page_is_in_one_hole(tmp_path_factory, said):
    def link(word):
        if word is None:
            return None
        return Link(url=(made.home + word if word.startswith("/") else word) or None, title=None)

    site = Site(weeks=1)
    made = Written(tmp_path_factory.mktemp("any"), site)
    sides = dict(zip(site.articles, said, strict=True))
    made.archive(site.articles, each=lambda one: {"prev": link(sides[one][0]), "next": link(sides[one][1])})
    made.crawl({"lists": paths(site.articles)})
    report = made.report()
    links, chains = report.chain.links, report.chain.chains
    assert links.named == links.reciprocal + links.crossed + links.outdated + links.unanswered
    assert len(links.breaks) == links.unanswered
    there = set(paths(site.articles))
    lost = {
        made.home + word.partition("#")[0]
        for pair in said
        for word in pair
        if word and word[0] == "/" and word not in there
    }
    named = [page for hole in chains.holes for page in hole.pages]
    assert sorted(named) == sorted(lost)
    assert chains.missing == len(lost)
    assert chains.alone + sum(one.articles for one in chains.listed) == len(site.articles)


def test_neighbours_that_answer_under_the_same_word_are_counted_as_such(tmp_path):
    site = Site(weeks=1)
    made = Written(tmp_path, site)
    a, b = site.of("yiqi")[:2]
    made.archive([a], prev=None, next=Link(url=made.home + b.path, title=None))
    made.archive([b], prev=None, next=Link(url=made.home + a.path, title=None))
    made.crawl({"chain": paths([a, b])})
    links = made.report().chain.links
    assert (links.named, links.reciprocal, links.crossed, links.silent_ends) == (2, 0, 2, 0)
