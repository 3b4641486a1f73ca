"""What sites say stands in the report as text, and does nothing there."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.jobs.report import write_report
from crawler.jobs.summary import Changed
from crawler.monitors import Alarm
from tests.jobs.report import samples
from tests.jobs.report.pages import faults

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
