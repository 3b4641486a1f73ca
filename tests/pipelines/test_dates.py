"""Words of times, as sites write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import Moment, find_times, parse_moment
from pipelines.timewords import fold

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def said(words: str, **context: object) -> tuple[str, str, str]:
    moment = parse_moment(words, **context)  # type: ignore[arg-type]
    assert isinstance(moment, Moment)
    return moment.at.isoformat(), moment.precision, moment.zone


@pytest.mark.parametrize(
    ("words", "at", "precision"),
    [
        ("2021-07-26 11:43", "2021-07-26T11:43:00+08:00", "minute"),
        ("2021/7/26 11:43:05", "2021-07-26T11:43:05+08:00", "second"),
        ("2021年7月26日 上午11时43分", "2021-07-26T11:43:00+08:00", "minute"),
        ("2021年7月26日 下午3点", "2021-07-26T15:00:00+08:00", "minute"),
        ("2009年11月09日13:48", "2009-11-09T13:48:00+08:00", "minute"),
        ("2021年07月26日 星期一 11:43", "2021-07-26T11:43:00+08:00", "minute"),
        ("２０２１－０７－２６", "2021-07-26T00:00:00+08:00", "day"),
        ("2021.07.26", "2021-07-26T00:00:00+08:00", "day"),
        ("20-01-23", "2020-01-23T00:00:00+08:00", "day"),
        ("二〇二一年七月二十六日", "2021-07-26T00:00:00+08:00", "day"),
        ("20210726", "2021-07-26T00:00:00+08:00", "day"),
    ],
)
def test_chinese_words(words, at, precision):
    assert said(words, language="zh") == (at, precision, "assumed")


@pytest.mark.parametrize(
    ("words", "language", "at"),
    [
        ("July 26, 2021 11:43 PM", "en", "2021-07-26T23:43:00+00:00"),
        ("26 juillet 2021 à 11h43", "fr", "2021-07-26T11:43:00+02:00"),
        ("2021. július 26. 11:43", "hu", "2021-07-26T11:43:00+02:00"),
        ("26 липня 2021, 11:43", "uk", "2021-07-26T11:43:00+03:00"),
        ("26 Ιουλίου 2021, 11:43", "el", "2021-07-26T11:43:00+03:00"),
        ("11:43, ngày 26 tháng 7 năm 2021", "vi", "2021-07-26T11:43:00+07:00"),
        ("1er août 2015", "fr", "2015-08-01T00:00:00+02:00"),
        ("26. Juli 2021, 15:43 Uhr", "de", "2021-07-26T15:43:00+02:00"),
        ("26 de julio de 2021", "es", "2021-07-26T00:00:00+02:00"),
        ("2021年7月26日(月) 11時43分", "ja", "2021-07-26T11:43:00+09:00"),
        ("2021. 7. 26. 오후 3:05", "ko", "2021-07-26T15:05:00+09:00"),
        ("07/26/2021", "en", "2021-07-26T00:00:00+00:00"),
        ("03/04/2021", "en-us", "2021-03-04T00:00:00+00:00"),
        ("03/04/2021", "fr", "2021-04-03T00:00:00+02:00"),
        ("26.07.2021", "de", "2021-07-26T00:00:00+02:00"),
    ],
)
def test_words_of_other_languages(words, language, at):
    assert said(words, language=language)[0] == at


@pytest.mark.parametrize(
    ("words", "at"),
    [
        ("2021-07-26T11:43:05.123+08:00", "2021-07-26T11:43:05+08:00"),
        ("2021-07-26T11:43Z", "2021-07-26T11:43:00+00:00"),
        ("2021-07-26T11:43:05-0700", "2021-07-26T11:43:05-07:00"),
        ("Mon, 26 Jul 2021 11:43:05 GMT", "2021-07-26T11:43:05+00:00"),
        ("11:43 AM EDT, July 26, 2021", "2021-07-26T11:43:00-04:00"),
        ("2021-07-26 11:43 北京时间", "2021-07-26T11:43:00+08:00"),
    ],
)
def test_a_stated_offset_wins_over_language_and_layout(words, at):
    assert said(words, language="fr", zone="Asia/Tokyo")[::2] == (at, "stated")


@pytest.mark.parametrize("words", ["1627271023", "1627271023000"])
def test_an_instant_is_told_by_the_clock_of_its_readers(words):
    assert said(words, language="zh")[::2] == ("2021-07-26T11:43:43+08:00", "stated")
    assert said(words, language="fr", zone="Asia/Tokyo")[::2] == ("2021-07-26T12:43:43+09:00", "stated")
    assert said(words)[::2] == ("2021-07-26T03:43:43+00:00", "stated")


def test_a_layouts_zone_wins_over_the_language():
    assert said("2021-07-26 11:43", language="zh", zone="Asia/Tokyo") == (
        "2021-07-26T11:43:00+09:00",
        "minute",
        "layout",
    )
    assert said("2021-07-26", zone="+05:30")[0] == "2021-07-26T00:00:00+05:30"


def test_a_zone_that_there_is_not_is_not_used():
    assert said("2021-07-26", zone="Mars/Olympus", language="zh")[2] == "assumed"


@pytest.mark.parametrize("words", ["2021-13-45", "0001-01-01", "2021-02-30", "", "98%", "3.5", "07-26", "1.2.3.4"])
def test_nonsense_is_no_time(words):
    assert parse_moment(words) is None


def test_relative_words_need_the_clock_of_the_visit():
    assert parse_moment("3小时前") is None
    assert said("3小时前", now=NOW, language="zh")[0] == "2026-01-01T17:00:00+08:00"
    assert said("昨天 11:43", now=NOW, language="zh")[:2] == ("2025-12-31T11:43:00+08:00", "minute")
    assert said("2 hours ago", now=NOW)[0] == "2026-01-01T10:00:00+00:00"
    assert said("il y a 2 jours", now=NOW, language="fr")[:2] == ("2025-12-30T00:00:00+01:00", "day")


def test_times_are_found_where_they_stand():
    text = "时间：2021-07-26 11:43 浏览：35 更新：2021年8月1日"
    assert [text[start:end] for start, end in find_times(text)] == ["2021-07-26 11:43", "2021年8月1日"]


@given(
    st.text(alphabet=st.sampled_from("0123456789-/.年月日时分: TZ+APMjuly上午,GMT\u3000Ａ０"), max_size=60)
    | st.text(max_size=60)
)
def test_any_text_is_a_time_or_none(text):
    moment = parse_moment(text, now=NOW)
    assert moment is None or (moment.at.tzinfo is not None and moment.at.microsecond == 0)
    spans = find_times(text)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 12, 31)))
def test_what_is_written_is_read(moment):
    assert said(f"{moment:%Y-%m-%d %H:%M:%S}")[0] == f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"


@given(st.text())
def test_folding_keeps_places(text):
    assert list(map(len, map(fold, text))) == [1] * len(text)
