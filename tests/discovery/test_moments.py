from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.moments import moment

AT = int(datetime(2024, 5, 6, 8, 30, 15, tzinfo=UTC).timestamp())
MINUTE, DAY = AT - 15, AT - 15 - 8 * 3600 - 30 * 60


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2024-05-06T08:30:15Z", AT),
        (" 2024-05-06T16:30:15+08:00\n", AT),
        ("2024-05-06T16:30:15+0800", AT),
        ("2024-05-06T02:30:15.123456789-06:00", AT),
        ("2024-05-06 08:30:15 UTC", AT),
        ("2024-05-06 08:30:15", AT),
        ("2024-05-06T08:30Z", MINUTE),
        ("2024-05-06", DAY),
        ("2024-5-6", DAY),
        ("2024-05", DAY - 5 * 86400),
        ("2024", DAY - 126 * 86400),
        ("Mon, 06 May 2024 16:30:15 +0800", AT),
        ("6 May 2024 08:30:15 GMT", AT),
        ("Mon, 06 May 2024 03:30:15 EST", AT),
        ("Monday, 06 May 2024 08:30:15", AT),
        ("2024年5月6日 08:30", MINUTE),
        ("1714984215", AT),
    ],
)
def test_times_as_sitemaps_and_feeds_write_them(words, at):
    assert moment(words) == at


@pytest.mark.parametrize(
    "words",
    ["", "soon", "2024-13-01", "2024-02-30", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-0001-11-30T00:00:00+00:00",
     "Mon, 36 May 2024 08:30:15 GMT", "9" * 5_000, "2024-05-06T08:30:15+99", "Thu, 01 Jan 1970 00:00:00 +0000"],
)  # fmt: skip
def test_what_is_no_time_is_none(words):
    assert moment(words) in (None, AT - 99 * 3600)


@given(st.text() | st.text("0123456789-:TZ+., MonayFeb", max_size=40))
def test_any_text_gives_a_moment_or_none(words):
    at = moment(words)
    assert at is None or 0 < at < 253_402_300_800
