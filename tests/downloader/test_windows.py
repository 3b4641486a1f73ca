from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.downloader.windows import Window, opening, parse_windows, visiting
from pipelines.options import BadSetting

SHANGHAI = parse_windows("22:00-06:00 Asia/Shanghai")
ZONES = ["UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]
instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
minutes = st.integers(0, 1439)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-05-01T13:59:30+00:00", "2026-05-01T14:00:00+00:00"),
        ("2026-05-01T14:00:00+00:00", "2026-05-01T14:00:00+00:00"),
        ("2026-05-01T21:59:59+00:00", "2026-05-01T21:59:59+00:00"),
        ("2026-05-01T22:00:00+00:00", "2026-05-02T14:00:00+00:00"),
    ],
)
def test_a_window_over_midnight_opens_in_the_evening_of_its_zone(at, opens):
    assert opening([SHANGHAI], datetime.fromisoformat(at)) == datetime.fromisoformat(opens)


def test_a_window_that_begins_in_the_hour_that_summer_time_skips_opens_behind_it():
    windows = parse_windows("02:30-04:00 America/New_York")
    before = datetime(2026, 3, 8, 5, 0, tzinfo=UTC)  # midnight; at 07:00 UTC the clock goes from 02:00 to 03:00
    assert opening([windows], before) == datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    swallowed = parse_windows("02:10-02:50 America/New_York")
    assert opening([swallowed], before) == datetime(2026, 3, 9, 6, 10, tzinfo=UTC)


def test_an_hour_that_the_clock_repeats_is_open_twice():
    (window,) = parse_windows("01:00-02:00 America/New_York")
    hours = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (4, 5, 6, 7)]
    assert [window.is_open(at) for at in hours] == [False, True, True, False]


def test_all_wishes_are_heard_and_each_of_several_windows_opens():
    now = datetime(2026, 5, 1, 0, 0, tzinfo=UTC)
    two = parse_windows(["05:00-06:00", "09:00-10:00"])
    assert opening([two], now).hour == 5
    assert opening([two, visiting(time(8), time(9, 30))], now).hour == 9
    assert opening([], now) == opening([(), ()], now) == now


def test_wishes_that_never_meet_are_looked_at_again_in_some_days():
    now = datetime(2026, 5, 1, tzinfo=UTC)
    assert opening([parse_windows("05:00-06:00"), parse_windows("07:00-08:00")], now) == now + timedelta(days=3)


def test_midnight_ends_a_day():
    assert [str(window) for window in parse_windows("22:00-00:00, 00:00-24:00")] == [
        "22:00-24:00 UTC",
        "00:00-24:00 UTC",
    ]
    assert visiting(time(0), time(0)) == ()
    assert parse_windows("") == parse_windows(None) == parse_windows(()) == ()


@pytest.mark.parametrize(
    "entry",
    ["22-6", "25:00-06:00", "22:00-06:60", "24:00-06:00", "06:00-06:00", "22:00-06:00 Mars/Olympus", "22:00-06:00 ../x",
     "22:00-06:00 Asia", "22:00-24:30", "night", "22:00-06:00 Asia/Shanghai Europe/Berlin"],
)  # fmt: skip
def test_a_window_that_does_not_read_names_its_entry(entry):
    with pytest.raises(BadSetting) as caught:
        parse_windows(entry)
    assert (caught.value.name, caught.value.value) == ("WINDOWS", entry)


@given(instants, minutes, minutes, st.sampled_from(ZONES))
def test_a_window_opens_once_a_day_and_not_a_minute_before(now, begin, end, zone):
    if begin == end:
        return
    windows = (Window(begin, end, ZoneInfo(zone)),)
    at = opening([windows], now)
    assert at - now <= timedelta(days=2)
    assert at == now or (windows[0].is_open(at) and not windows[0].is_open(at - timedelta(seconds=1)))


@given(st.text())
def test_any_text_is_windows_or_a_bad_setting(text):
    with suppress(BadSetting):
        parse_windows(text)
