"""The report: whole, harmless, the same for the same job, and its charts say what its tables say."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from crawler.jobs.report import write_report
from crawler.jobs.summary import Changed
from crawler.monitors import Alarm
from tests.crawls import ROOT
from tests.jobs.report import samples
from tests.jobs.report.pages import bars, faults, figure, section, steps, table, tree_of, words

JOBS = {
    "good": lambda: (samples.job(samples.good()), {"hzgreat100.com": samples.nights("hzgreat100.com")}),
    "degraded": lambda: (samples.job(samples.degraded()), {"hncic.cn": samples.redesigned()}),
    "empty": lambda: (samples.job(samples.empty()), {"wuchong.cn": samples.nights("wuchong.cn")}),
    "blocked": lambda: (samples.job(samples.blocked()), {}),
    "first": lambda: (samples.job(samples.good()), {}),
    "of no site": lambda: (samples.job(), {}),
    "of twenty": samples.twenty,
}


@pytest.fixture(params=JOBS)
def any_job(request):
    return JOBS[request.param]()


def test_a_report_is_html_without_a_fault(any_job):
    assert faults(write_report(*any_job)) == []


def test_a_report_runs_nothing_and_fetches_nothing(any_job):
    tree = tree_of(*any_job)
    assert not {*tree.iter("script", "link", "img", "iframe", "object", "embed", "base", "form", "audio", "video")}
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none';")
    for element in tree.iter():
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name not in ("src", "srcset", "xlink:href", "action", "background", "ping")
            if name == "href" and element.tag == "a":
                assert value.startswith(("https://", "#site-"))
            elif name == "href":
                assert (element.tag, value[0]) == ("use", "#")
    style = tree.findtext(".//style")
    assert "url(" not in style
    assert "@import" not in style


def test_what_a_report_refers_to_is_in_it(any_job):
    tree = tree_of(*any_job)
    ids = tree.xpath("//@id")
    assert len(ids) == len({*ids})
    assert {name[1:] for name in tree.xpath("//@href[starts-with(., '#')]")} <= {*ids}
    assert {*tree.xpath("//@aria-labelledby")} <= {*ids}


def test_each_chart_says_in_words_what_it_is(any_job):
    for chart in tree_of(*any_job).xpath("//svg[not(ancestor::svg)]"):
        assert chart.findtext("title")
        assert chart.findtext("desc")


def test_no_heading_is_left_out(any_job):
    levels = [int(each.tag[1]) for each in tree_of(*any_job).iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_each_table_names_its_columns(any_job):
    for each in tree_of(*any_job).iter("table"):
        assert each.xpath("tbody/tr/th[@scope='row']|tbody/tr[1]/td/svg")
        assert all(head.get("scope") == "col" for head in each.xpath("thead//th"))


def test_the_same_job_gives_the_same_bytes_in_every_process():
    code = (
        "import hashlib; from crawler.jobs.report import write_report; from tests.jobs.report import samples;"
        "print(hashlib.sha256(write_report(*samples.twenty()).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_articles_and_views_are_drawn_as_they_are_told():
    job, histories = JOBS["good"]()
    site = section(tree_of(job, histories), "hzgreat100.com")
    rows = table(site, "Day", "Runs")
    first = date.fromisoformat(rows[0]["Day"])
    places = {(date.fromisoformat(row["Day"]) - first).days: row for row in rows}
    assert len(rows) == 89
    assert not {33, 34} & {*places}
    for title, head in (("Edited articles a day", "Edited"), ("Views gained a day", "Views gained")):
        told = {place: int(row[head].replace(",", "")) for place, row in places.items()}
        assert bars(figure(site, title)) == {place: number for place, number in told.items() if number}


def test_a_first_crawl_of_thousands_is_cut_and_says_so():
    job, histories = JOBS["good"]()
    # 90 runs in all: the first of the 90 nights is among them, as two nights have none.
    site = section(tree_of(job, histories), "hzgreat100.com")
    told = {number: int(row["New"].replace(",", "")) for number, row in enumerate(table(site, "Day", "Runs"))}
    chart = figure(site, "New articles a day")
    assert told[0] == 5120
    assert "5,120 ↑" in words(chart)
    assert bars(chart)[0] == 20
    drawn = [height for _, height in sorted(bars(chart).items())]
    assert drawn[1:] == [number for number in told.values() if number][1:]


def test_fields_are_drawn_as_they_are_told():
    job, histories = JOBS["degraded"]()
    site = section(tree_of(job, histories), "hncic.cn")
    lines = table(site, "Day", "Read")
    first = date.fromisoformat(lines[0]["Day"])
    for name in [*lines[0]][2:]:
        told = {(date.fromisoformat(line["Day"]) - first).days: int(line[name]) for line in lines if line[name] != "–"}
        assert steps(figure(site, f"Percent that state {name}")) == told
    assert lines[-1]["source"] == "9"
    # No run in two nights, and one that read nothing.
    assert [line["Day"] for line in lines if line["source"] == "–"] == ["2026-10-24"]


def test_view_counts_that_fall_are_drawn_below_the_line():
    site = samples.good()
    earlier = [replace(run, views=-40) for run in samples.nights("hzgreat100.com", count=3)]
    tree = tree_of(samples.job(site), {"hzgreat100.com": earlier})
    drawn = bars(figure(tree, "Views gained a day"))
    assert [drawn[place] for place in range(3)] == [-40, -40, -40]
    assert drawn[3] == site.facts.views


def test_alarms_come_first_and_say_what_was_expected_seen_and_since_when():
    tree = tree_of(samples.job(samples.degraded()), {"hncic.cn": samples.redesigned()})
    site = section(tree, "hncic.cn")
    assert next(words(each) for each in site.iter("h3")) == "Alarms"
    alarm = site.xpath(".//li[@class='alarm']")[0]
    assert words(alarm.find("h4")) == "▲ Articles lack a field: source"
    told = {words(each.find("dt")): words(each.find("dd")) for each in alarm.iterfind("dl/div")}
    assert told == {
        "Expected": "source on 96 % of 3,911 articles",
        "Seen": "on 3 of 34",
        "Since": "22 Nov 2026, 02:00",
    }
    assert alarm.xpath(".//a/@href") == [*samples.degraded().alarms[0].examples]
    (flagged,) = site.xpath(".//figure[contains(@class, 'alarming')]")
    assert words(flagged).startswith("source ▲ alarm 9 % before 94 %")


def test_the_worst_site_comes_first_and_each_row_leads_to_its_section():
    job, histories = samples.twenty()
    tree = tree_of(job, histories)
    rows = tree.xpath("//table[contains(@class, 'sites')]/tbody/tr")
    outcomes = [words(row.xpath("td//span[contains(@class, 'badge')]")[0]).split(" ", 1)[1] for row in rows]
    assert outcomes == [*["unreachable"] * 2, "blocked", "degraded", "nothing found", "locked", *["ok"] * 14]
    for row in rows:
        (target,) = tree.xpath("//*[@id=$name]", name=row.find("th/a").get("href")[1:])
        assert target.getparent().findtext("summary/h2/bdi") == words(row.find("th"))
    assert words(tree.find(".//h1")) == "✕ 7 of 20 sites need a look"


def test_a_row_has_the_numbers_of_its_site():
    job, histories = samples.twenty()
    (row,) = [row for row in tree_of(job, histories).xpath("//tbody/tr") if words(row[0]) == "hncic.cn"]
    assert [words(cell) for cell in row.xpath("td[@class='n' or @class='n zero']")] == "4 13 2 3 23 131 163".split()


def test_only_sites_that_need_a_look_are_open():
    tree = tree_of(*samples.twenty())
    opened = [each.findtext(".//bdi") for each in tree.xpath("//details[@open]")]
    assert opened == "gone.example.cn away.example.cn news.qiluhuagong.cn hncic.cn wuchong.cn locked.example.cn feeds.example.cn".split()  # fmt: skip


def test_how_many_more_changed_is_said():
    site = samples.good()
    facts = replace(site.facts, articles={"new": 812, "revised": 0, "same": 3})
    tree = tree_of(samples.job(replace(site, facts=facts, new=samples.changed("a.cn", 50), edited=())))
    assert words(tree.xpath("//section[@class='listing']")[0]).endswith("and 762 more")
    assert len(tree.xpath("//section[@class='listing']//a")) == 50


def test_a_first_run_says_that_nothing_is_known_of_earlier_ones():
    tree = tree_of(samples.job(samples.good()))
    assert "the charts over time begin with the next" in words(tree)
    assert [row["This run"] for row in table(tree, "Field", "This run")][:2] == ["100 %", "98 %"]
    assert not tree.xpath("//figure")


def test_what_is_usual_is_of_runs_of_the_same_mode():
    full = [replace(run, mode="full", statuses={"200": 9000}) for run in samples.nights("hzgreat100.com")[:40]]
    due = [
        replace(run, run_id=f"due {run.run_id}", statuses={"200": 50}) for run in samples.nights("hzgreat100.com")[1:4]
    ]
    tree = tree_of(samples.job(samples.good()), {"hzgreat100.com": [*full, *due]})
    assert [row["Usually"] for row in table(tree, "Status", "This run") if row["Status"] == "200 OK"] == ["50"]


def test_a_run_that_waited_for_a_lock_is_no_run_of_the_past():
    earlier = samples.nights("hzgreat100.com", count=4)
    waited = replace(earlier[1], run_id="waited", outcome="locked", articles={"new": 7})
    job = samples.job(samples.good())
    assert write_report(job, {"hzgreat100.com": [*earlier, waited]}) == write_report(job, {"hzgreat100.com": earlier})


def test_this_run_is_counted_once_though_the_past_has_it():
    earlier = samples.nights("hzgreat100.com", count=4)
    job = samples.job(samples.good())
    again = [*earlier, job.sites[0].facts]
    assert write_report(job, {"hzgreat100.com": again}) == write_report(job, {"hzgreat100.com": earlier})


@pytest.mark.parametrize(("apart", "head"), [(1, "Day"), (7, "Week"), (40, "4 weeks")])
def test_runs_far_apart_share_a_column(apart, head):
    earlier = [
        replace(
            run, began_at=samples.TONIGHT - timedelta(days=apart * (30 - number)), articles={"new": 1, "revised": 2}
        )
        for number, run in enumerate(samples.nights("hzgreat100.com")[:30])
    ]
    tree = tree_of(samples.job(samples.good()), {"hzgreat100.com": earlier})
    rows = table(tree, head, "Runs")
    assert sum(int(row["Edited"]) for row in rows) == 60 + samples.good().facts.articles["revised"]


def test_two_hundred_sites_are_a_small_page_that_folds_what_is_well():
    job, histories = samples.many(200)
    page = write_report(job, histories)
    assert len(page.encode()) < 4_000_000
    tree = html.fromstring(page)
    assert words(tree.find(".//h1")) == "✕ 12 of 200 sites need a look"
    assert len(tree.xpath("//details[@open]")) == 12
    assert len(tree.xpath("//table[contains(@class, 'sites')][not(ancestor::details)]/tbody/tr")) == 12
    assert len(tree.xpath("//details[@id or contains(@class, 'site')]")) == 200


HOSTILE = "<script>alert(1)</script> \"'><img src=x onerror=alert(1)> </style></title> &lt; \u202egpj.exe \u2066 \x00\x1b\ufffe"


def told(words_, url):
    """A page all of whose words are a stranger's."""
    site = samples.degraded()
    alarm = Alarm(kind="field", subject=words_, expected=words_, seen=words_, since=samples.TONIGHT, examples=(url,))
    changed = (Changed(id=words_, url=url, title=words_), Changed(id="2", url=url, title=None))
    facts = replace(
        site.facts,
        site=words_,
        statuses={words_: 2},
        quarantined={words_: 3},
        ways={words_: 4},
        ends={words_: 1},
        layout={words_: (1, 2)},
        examples={f"quarantine:{words_}": (url,), f"status:{words_}": (url,)},
    )
    site = replace(site, facts=facts, says=words_, problems=(words_, f"and {words_}"), alarms=(alarm,), new=changed)
    return replace(samples.job(replace(site, edited=changed, gone=changed)), archive=words_, head=words_, run_id=words_)


def shape(page):
    """Its elements and attributes, but for links: an address that is none is no link."""
    tags = re.sub(r"<a [^>]*>|</a>", "", page.split("</style>", 1)[1])
    return re.findall(r"</?[a-z]\w*", tags)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=()), min_size=1).filter(lambda text: text.split()),
    st.one_of(
        st.text(st.characters(exclude_categories=())), st.sampled_from(["javascript:alert(1)", "https://[", HOSTILE])
    ),
)
def test_whatever_a_site_says_stands_there_as_text(text, url):
    page = write_report(told(text, url), {})
    page.encode()
    assert faults(page) == []
    assert shape(page) == shape(write_report(told("plain", "plain"), {}))


def test_hostile_words_change_nothing_around_them():
    page = write_report(told(HOSTILE, "javascript:alert(1)"), {})
    assert "<script" not in page
    assert "<img" not in page
    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x08\x1b\ufffe]", page)
    assert shape(page) == shape(write_report(told("plain", "plain"), {}))


def test_a_title_without_an_end_is_cut():
    site = replace(samples.good(), new=(Changed(id="1", url="https://a.cn/" + "长" * 9000, title="长" * 10_000),))
    page = write_report(samples.job(site), {})
    assert len(page.encode()) < 30_000
    assert "长" * 159 + "…" in page


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (samples.job(samples.good()), "✓ hzgreat100.com: ok"),
        (samples.job(samples.degraded()), "! hncic.cn: degraded"),
        (samples.job(samples.empty()), "○ wuchong.cn: nothing found"),
        (samples.job(samples.blocked()), "✕ news.qiluhuagong.cn: blocked"),
        (samples.job(samples.good("a.cn"), samples.good("b.cn")), "✓ All 2 sites are well"),
        (samples.job(), "✓ No site"),
    ],
)
def test_the_outcome_is_said_in_words(job, said):
    tree = tree_of(job)
    assert words(tree.find(".//h1")) == said
    facts = {words(each.find("dt")): words(each.find("dd")) for each in tree.xpath("//dl[@class='facts']/div")}
    assert facts["Exit code"].split()[0] == str(job.exit_code)
    assert facts["Archive head"] == samples.HEAD
    assert facts["Began"] == "25 Nov 2026, 02:00 UTC, as all times here"
