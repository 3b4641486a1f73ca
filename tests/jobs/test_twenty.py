"""Twenty sites in one job: two are dead, one is redesigned, one is slow, and each is told of as what it is."""

import random
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.monitors.history import append
from tests.crawls import listing
from tests.jobs.report.samples import night
from tests.jobs.started import job, numbered, sites_of
from tests.servers import Answer

ARTICLES = 24


def site(change=str, delay=0.0):
    """Return a small site; `change` is made to each article's page."""
    paths = [f"/{n}.html" for n in range(ARTICLES)]
    pages = {path: Answer(change(numbered(n)), delay=delay) for n, path in enumerate(paths)}
    return {"/": listing(*paths), **pages}


def remember(archive, name):
    """Let a site have run well every night for a while."""
    luck = random.Random(name)
    for days in range(30, 0, -1):
        began = datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
        facts = night(
            name, began, luck, mode="full", layout={}, ways={"lists": 40}, body_chars=(170, 172, 175, 178, 181)
        )
        fields = dict.fromkeys(("published_at", "source", "body", "view_count"), facts.read)
        facts = replace(facts, fields=fields, newest_at=began)
        append(archive / "runs" / "history", facts)


@pytest.mark.slow
def test_twenty_sites_two_dead_one_redesigned_one_slow(site_server, tmp_path):
    hosts = [f"127.0.0.{n}" for n in range(2, 22)]
    dead, redesigned, slow = hosts[3:5], hosts[7], hosts[11]
    words = []
    for host in hosts:
        if host in dead:
            words.append(f"http://{host}:1/")
        elif host == redesigned:
            words.append(site_server(site(lambda page: page.replace("来源：测试社", "")), host=host).url)
        else:
            words.append(site_server(site(delay=0.2 if host == slow else 0), host=host).url)
    remember(tmp_path, redesigned)
    began = time.monotonic()
    run, line = job(*words, archive=tmp_path)
    seconds = time.monotonic() - began
    sites = sites_of(line)
    assert list(sites) == hosts
    outcomes = {host: sites[host].facts.outcome for host in hosts}
    assert outcomes == {
        **dict.fromkeys(hosts, "ok"), **dict.fromkeys(dead, "unreachable"), redesigned: "degraded"
    }  # fmt: skip
    assert (run.code, line["exit_code"], line["outcome"]) == (4, 4, "unreachable")
    assert line["sites"] == {"ok": 17, "unreachable": 2, "degraded": 1}
    assert {(alarm["site"], alarm["kind"], alarm["subject"]) for alarm in line["alarms"]} == {
        (redesigned, "field", "source")
    }
    assert set(line["not_ok"]) == {*dead, redesigned}
    assert line["articles"] == {"new": 18 * ARTICLES}
    assert all(f"[{host}] " in run.err for host in hosts)
    # Four at a time; nobody waits for the slow one but in the end.
    assert seconds < 60
