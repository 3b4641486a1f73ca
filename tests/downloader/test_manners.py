from datetime import UTC, datetime

import pytest

from crawler.downloader.manners import Manners
from crawler.downloader.windows import parse_windows

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def wait(manners, windows="", tick=100.0):
    return manners.wait("a.cn", parse_windows(windows), tick=tick, now=NOON)


def test_a_host_of_which_nothing_is_known_is_not_waited_for():
    assert (wait(Manners()).seconds, wait(Manners()).is_final) == (0.0, False)


def test_the_longer_of_a_pause_and_a_window_counts():
    manners = Manners(resume_at=400.0)
    assert wait(manners, "11:00-13:00").seconds == 300.0
    assert wait(manners, "12:03-13:00").seconds == 300.0
    later = wait(manners, "22:00-06:00 Asia/Shanghai")
    assert later.seconds == 2 * 3600
    assert later.reason == "a.cn is asked at 22:00-06:00 Asia/Shanghai alone: again from 2026-05-01T14:00+00:00"


def test_a_host_s_own_hours_count_beside_ours():
    manners = Manners(visiting=parse_windows("13:00-15:00"))
    assert wait(manners).seconds == 3600
    assert wait(manners, "14:00-20:00").seconds == 2 * 3600


def failing(manners, *, times, every, pause, longest=900.0, most=40):
    for number in range(times):
        manners.failed("a.cn", tick=100 + every * number, pause=pause, longest=longest, most=most)


@pytest.mark.parametrize(
    ("times", "every", "pause", "given_up"),
    [
        (39, 1, 1, False),
        (40, 1, 1, True),
        (1, 1, 900, False),
        (2, 900, 900, True),
        (15, 60, 30, False),
        (16, 60, 30, True),
    ],
)
def test_a_host_is_given_up_after_many_failures_or_a_long_time_of_them(times, every, pause, given_up):
    manners = Manners()
    failing(manners, times=times, every=every, pause=pause)
    assert wait(manners).is_final is given_up
    if given_up:
        assert wait(manners).reason == f"a.cn has failed {times} times in a row and is left alone"


def test_an_answer_between_failures_begins_the_count_anew():
    manners = Manners()
    for _ in range(10):
        failing(manners, times=39, every=0, pause=0)
        manners.answered()
    assert not wait(manners).is_final
