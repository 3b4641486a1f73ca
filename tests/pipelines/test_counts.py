"""Counts, as sites write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.counts import parse_count


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("35348", 35348),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1 234 567", 1234567),
        ("3.5万", 35000),
        ("10万+", 100000),
        ("1.2亿", 120000000),
        ("1.2k", 1200),
        ("2.3M views", 2300000),
        ("１２３", 123),
        ("( 0 )", 0),
        ("37 次", 37),
        ("100000+", 100000),
    ],
)
def test_a_count_is_the_number_a_reader_sees(words, count):
    assert parse_count(words) == count


@pytest.mark.parametrize("words", [None, "", "-", "次", "12.5", "98%", "2016年", "abc", "加载中", "1-2"])
def test_what_is_no_count_is_none(words):
    assert parse_count(words) is None


@given(st.text(alphabet=st.sampled_from("0123456789,. 万kK+次()亿-%"), max_size=30) | st.text(max_size=30))
def test_any_text_is_a_count_or_none(text):
    count = parse_count(text)
    assert count is None or count >= 0


@given(st.integers(0, 10**14))
def test_digits_are_read_with_and_without_groups(number):
    assert parse_count(str(number)) == parse_count(f"{number:,}") == number
