"""Jobs as they are: nights of sites, one redesigned, some dead, one blocked."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.jobs.summary import Changed, JobSummary, SiteSummary
from crawler.monitors import Alarm, RunFacts
from crawler.monitors.facts import FIELDS

TONIGHT = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
RUN = "01KC5Z8J7Q4M2X9T6V0W3Y5R1B"
HEAD = "9f2c0d7e5b1a48c6e3d2f0a97b6c5d4e3f2a1b0c9d8e7f60514233241506f7a8"
STATED = {"published_at": 100, "category": 97, "source": 96, "author": 71, "editor": 88, "body": 100, "images": 54, "view_count": 99, "prev": 98, "next": 98}  # fmt: skip
TITLES = (
    "杭州湾新区化工园区安全生产专项整治行动启动",
    "前三季度全国规模以上工业企业利润同比增长4.2%",
    "中国石化镇海基地二期项目全面建成投产",
    "关于做好今冬明春危险化学品安全防范工作的通知",
    "我市召开生态环境保护督察整改工作推进会",
    "青岛港今年货物吞吐量突破6亿吨",
    "新材料产业“十五五”规划征求意见稿发布",
    "一图读懂:碳排放权交易管理暂行条例",
    "记者走基层|凌晨四点的海鲜批发市场",
    "国家统计局:11月中旬流通领域重要生产资料市场价格变动情况",
)


def night(site, began, luck, *, new=12, **changes):
    """One good run in mode due."""
    read = new + luck.randint(20, 60)
    revised = sum(luck.random() < 0.04 for _ in range(read - new))
    fields = {name: sum(luck.random() * 100 < share for _ in range(read)) for name, share in STATED.items()}
    median = luck.lognormvariate(-1.7, 0.25)
    pages = read + luck.randint(5, 30)
    statuses = {"200": pages, "304": luck.randint(30, 90), "404": luck.randint(0, 2), "503": luck.randint(0, 1)}
    facts = RunFacts(
        run_id=f"{began:%Y%m%d}-{site}",
        site=site,
        began_at=began,
        ended_at=began + timedelta(seconds=luck.randint(80, 400)),
        mode="due",
        outcome="ok",
        is_complete=True,
        articles={"new": new, "revised": revised, "same": read - new - revised, "not_modified": statuses["304"]},
        ends={"gone": 1} if luck.random() < 0.1 else {},
        quarantined={"no_body": 1} if luck.random() < 0.15 else {},
        requests=sum(statuses.values()),
        bytes=sum(luck.randint(8_000, 60_000) for _ in range(pages)),
        statuses={code: count for code, count in statuses.items() if count},
        latencies=tuple(round(median * times, 3) for times in (0.4, 0.8, 1, 1.4, 3.1, 9.5)),
        fields={name: count for name, count in fields.items() if count},
        body_chars=(112, 410, 780 + luck.randint(-90, 90), 1460, 9120),
        titles=read,
        commonest_title=1,
        times=read,
        commonest_time=1,
        layout={"body": (read, read), "source": (fields["source"], read), "view_count": (fields["view_count"], read)},
        ways={"chain": new - new // 3, "lists": new + 40, "links": new + 61, "sitemaps": new + 2},
        newest_at=began - timedelta(hours=5) if new else None,
        views=round(luck.lognormvariate(8.2, 0.35)),
    )
    return replace(facts, **changes)


def nights(site, seed=7, count=90):
    """A first full crawl, nights after it, two of which no run was, one of which the site was away."""
    luck = random.Random(f"{site} {seed}")
    runs = []
    for number in range(count):
        began = TONIGHT - timedelta(days=count - number)
        new = max(0, round(luck.gauss(12 if began.weekday() < 5 else 3, 3)))
        if number == 0:
            runs.append(night(site, began, luck, new=5120, mode="full", views=0))
        elif number in (33, 34):
            luck.random()
        elif number == 58:
            nothing = {name: {} for name in ("articles", "fields", "layout", "ways", "ends", "quarantined")}
            away = night(
                site, began, luck, outcome="unreachable", requests=9, statuses={"none": 9}, latencies=(), views=0
            )
            runs.append(replace(away, **nothing))
        else:
            runs.append(night(site, began, luck, new=new))
    return runs


def changed(site, count, kind="new"):
    return tuple(
        Changed(
            id=f"{kind}-{number}",
            url=f"https://{site}/News/desc/id/{17710 + number}.html",
            title=TITLES[number % len(TITLES)] if number % 13 != 12 else None,
        )
        for number in range(count)
    )


def good(site="hzgreat100.com", seed=1):
    luck = random.Random(f"{site} {seed} tonight")
    facts = night(site, TONIGHT, luck, new=luck.randint(8, 16), run_id=RUN)
    new, revised = facts.articles["new"], facts.articles["revised"]
    return SiteSummary(
        facts=facts,
        exit_code=0,
        says=f"{site}: {facts.read} articles ({new} new, {revised} revised, {facts.articles['same']} unchanged), "
        f"{sum(facts.quarantined.values())} quarantined, {facts.statuses['200']} pages in 141.2 s, in data",
        new=changed(site, min(new, 50)),
        edited=changed(site, revised, "edited"),
        gone=changed(site, facts.ends.get("gone", 0), "gone"),
    )


def degraded(site="hncic.cn"):
    """A redesign: half of the pages have another template."""
    before = good(site)
    facts = before.facts
    read = facts.read
    new = facts.articles["new"]
    pages = tuple(f"https://{site}/xwzx/2026{number:02}/t2026{number:02}_88{number}.shtml" for number in range(1, 6))
    facts = replace(
        facts,
        outcome="degraded",
        articles={**facts.articles, "revised": 2, "same": read - new - 2},
        ends={"gone": 3},
        fields={**facts.fields, "source": 3, "author": 1, "body": read - 19, "view_count": read // 2},
        quarantined={"no_body": 19, "short_body": 4},
        layout={"body": (read - 19, read), "source": (3, read), "view_count": (read // 2, read)},
        statuses={**facts.statuses, "503": 14},
        ways={"lists": 51, "links": 70, "sitemaps": 12},
        examples={"field:source": pages, "quarantine:no_body": pages[:3], "status:503": pages[3:]},
    )
    since = TONIGHT - timedelta(days=3)
    alarm = {"since": since, "examples": pages}
    return replace(
        before,
        facts=facts,
        exit_code=3,
        says=f"{site}: {read} articles ({new} new, 2 revised, {read - new - 2} unchanged), 23 quarantined, "
        f"{facts.statuses['200']} pages in 141.2 s, in data",
        problems=(f"https://{site}/zwgk/: 503 Service Unavailable after 3 tries",),
        alarms=(
            Alarm(kind="field", subject="source", expected="source on 96 % of 3,911 articles", seen=f"on 3 of {read}", **alarm),
            Alarm(kind="layout", subject="body", expected="body matched on 100 % of 3,911 articles", seen=f"on {read - 19} of {read}", **alarm),
            Alarm(kind="quarantine", subject="quarantine", expected="at most 2 % of pages in quarantine", seen="23 of 74", **alarm),
            Alarm(kind="way", subject="chain", expected="8 addresses or more a run by chain", seen="0", since=TONIGHT, examples=()),
        ),
        new=changed(site, new),
        edited=changed(site, 2, "edited"),
        gone=changed(site, 3, "gone"),
    )  # fmt: skip


def redesigned(site="hncic.cn"):
    """The nights before `degraded`: the last three show what it shows."""
    runs = nights(site)
    return [
        *runs[:-3],
        *(
            replace(run, outcome="degraded", fields={**run.fields, "source": 2, "author": 1, "body": run.read * 3 // 5})
            for run in runs[-3:]
        ),
    ]


def without(site, outcome, exit_code, says, **changes):
    """A run that brought nothing."""
    facts = RunFacts(
        run_id=RUN,
        site=site,
        began_at=TONIGHT,
        ended_at=TONIGHT + timedelta(seconds=64),
        mode="due",
        outcome=outcome,
        is_complete=False,
        **changes,
    )
    return SiteSummary(facts=facts, exit_code=exit_code, says=says)


def empty(site="wuchong.cn"):
    summary = without(site, "nothing", 5, f"https://{site}/: no article found (3 pages read, 0 quarantined)", requests=4, bytes=31_200, statuses={"200": 3, "404": 1}, latencies=(0.08, 0.09, 0.1, 0.12, 0.2, 0.2))  # fmt: skip
    return replace(summary, facts=replace(summary.facts, is_complete=True))


def blocked(site="news.qiluhuagong.cn"):
    pages = tuple(f"https://{site}/list_{number}.html" for number in range(4))
    problem = f"https://{site}/ answers 403 Forbidden, as do all 12 pages that were asked for"
    summary = without(site, "blocked", 4, problem, requests=13, bytes=18_400, statuses={"200": 1, "403": 12}, latencies=(0.021, 0.024, 0.027, 0.03, 0.041, 0.055), ends={"blocked": 8}, examples={"status:403": pages})  # fmt: skip
    alarm = Alarm(kind="errors", subject="errors", expected="at most 2 % of requests fail", seen="12 of 13", since=TONIGHT, examples=pages)  # fmt: skip
    return replace(summary, problems=(problem,), alarms=(alarm,), waiting=412)


def dead(site="gone.example.cn"):
    says = f"https://{site}/: the name cannot be resolved"
    return replace(without(site, "unreachable", 4, says, requests=3, statuses={"none": 3}), problems=(says,))


def job(*sites, outcome=None, exit_code=None):
    worst = min(sites, key=lambda site: (1, 4, 3, 5, 75, 0).index(site.exit_code), default=None)
    return JobSummary(
        run_id=RUN,
        archive="data",
        began_at=TONIGHT,
        ended_at=TONIGHT + timedelta(minutes=6, seconds=41),
        outcome=outcome or (worst.facts.outcome if worst else "ok"),
        exit_code=exit_code if exit_code is not None else (worst.exit_code if worst else 0),
        head=HEAD,
        sites=sites,
    )


def twenty():
    """Twenty sites: two dead, one redesigned, one blocked, one empty, one locked, one new, one with a problem."""
    sites = [good(f"{name}.example.cn") for name in "qingdao dalian ningbo wuhan xian harbin suzhou foshan zibo weifang yantai jinan".split()]  # fmt: skip
    locked = without("locked.example.cn", "locked", 75, "locked.example.cn: another run holds its lock")
    problem = "https://feeds.example.cn/rss.xml: not well-formed: line 3"
    first = good("first.example.cn")
    sites[4:4] = [degraded(), dead(), replace(good("feeds.example.cn"), problems=(problem,))]
    sites += [empty(), blocked(), locked, first, dead("away.example.cn")]
    histories = {site.facts.site: nights(site.facts.site) for site in sites}
    histories["hncic.cn"] = redesigned()
    del histories["first.example.cn"]
    return job(*sites), histories


def many(count=200):
    sites = [good(f"site-{number:03}.example.cn") for number in range(count - 12)]
    sites += [degraded(f"redesigned-{number}.example.cn") for number in range(4)]
    sites += [dead(f"dead-{number}.example.cn") for number in range(8)]
    return job(*sites), {site.facts.site: nights(site.facts.site, count=31) for site in sites}


assert set(STATED) == set(FIELDS)
