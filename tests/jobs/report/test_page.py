"""The report: whole, harmless, the same for the same job, and its charts say what its tables say."""

import os
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest
from lxml import html

from crawler.jobs.report import write_report
from crawler.jobs.report.words import ALARMS, OUTCOMES
from crawler.monitors.alarms import Kind
from crawler.monitors.facts import Outcome
from tests.crawls import ROOT
from tests.jobs.report import samples
from tests.jobs.report.pages import faults, section, table, tree_of, words

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


def test_a_problem_that_the_site_says_is_not_said_twice():
    assert "Problems" not in map(words, tree_of(samples.job(samples.blocked())).iter("h3"))
    more = replace(samples.blocked(), problems=(samples.blocked().says, "the disk is full"))
    assert [*map(words, tree_of(samples.job(more)).xpath("//ul[@class='problems']/li"))] == ["the disk is full"]


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


def test_two_hundred_sites_are_a_small_page_that_folds_what_is_well():
    job, histories = samples.many(200)
    page = write_report(job, histories)
    assert len(page.encode()) < 4_000_000
    tree = html.fromstring(page)
    assert words(tree.find(".//h1")) == "✕ 12 of 200 sites need a look"
    assert len(tree.xpath("//details[@open]")) == 12
    assert len(tree.xpath("//table[contains(@class, 'sites')][not(ancestor::details)]/tbody/tr")) == 12
    assert len(tree.xpath("//details[@id or contains(@class, 'site')]")) == 200


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


@pytest.mark.parametrize("outcome", get_args(Outcome))
def test_each_outcome_has_its_words(outcome):
    site = samples.without("a.cn", outcome, 1, "a.cn: this is how it went")
    tree = tree_of(samples.job(site))
    assert words(tree.find(".//h1")).endswith(f"a.cn: {OUTCOMES[outcome].word}")
    assert OUTCOMES[outcome].sentence in words(tree.find(".//header"))
    assert "No request was sent." in words(tree)


def test_each_kind_of_alarm_has_its_words():
    assert {*ALARMS} == {*get_args(Kind)}
