from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.downloader.retry import LONGEST_RETRY_AFTER, parse_retry_after

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("Thu, 01 Jan 2026 12:00:07 GMT", 7.0),
        ("Thursday, 01-Jan-26 12:00:07 GMT", 7.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
        ("", None),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("²", None),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("31536000000", LONGEST_RETRY_AFTER),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
        ("Thu, 01 Jan 99999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert parse_retry_after(header, NOW) == seconds


@given(st.text())
def test_any_header_gives_seconds_or_nothing(header):
    seconds = parse_retry_after(header, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_RETRY_AFTER


@given(st.integers(), st.integers(), st.integers(), st.text("+-0123456789", max_size=6))
def test_any_date_gives_seconds_or_nothing(day, year, hour, zone):
    test_any_header_gives_seconds_or_nothing.hypothesis.inner_test(f"Thu, {day} Jan {year} {hour}:00:00 {zone}")
