"""Also the canary for the internals of Scrapy's downloader that hosts.py leans on."""

import inspect

import pytest
import scrapy
from scrapy.core.downloader import Downloader, Slot
from scrapy.core.engine import ExecutionEngine

from crawler.downloader.hosts import HostSlot, Manners


def test_the_internals_that_are_leant_on_are_still_there():
    assert scrapy.version_info[:2] == (2, 19)
    assert {"_get_slot", "_process_queue", "_latercall", "_wait_for_download", "_slot_gc", "get_slot_key"} <= set(
        dir(Downloader)
    )
    assert {"concurrency", "delay", "jitter", "latercall", "lastseen", "queue", "active"} <= set(Slot.__slots__)
    assert "self._slot.closing is not None" in inspect.getsource(ExecutionEngine.close_spider_async)
    assert "slot.download_delay()" in inspect.getsource(Downloader._process_queue)
    assert "if slot.latercall:" in inspect.getsource(Downloader._process_queue)


@pytest.mark.parametrize(("delay", "floor"), [(0.5, 0.0), (0.5, 3.0), (0.0, 0.0), (0.0, 2.0)])
def test_jitter_never_shortens_a_gap(delay, floor):
    slot = HostSlot(Slot(1, delay, 0.25), Manners(floor=floor))
    least = max(delay, floor)
    gaps = [slot.download_delay() for _ in range(200)]
    assert min(gaps) >= least
    assert max(gaps) <= least * 1.25


def test_a_floor_learnt_later_counts_from_then_on():
    manners = Manners()
    slot = HostSlot(Slot(1, 0.1, 0.0), manners)
    assert slot.download_delay() == 0.1
    manners.floor = 5.0
    assert slot.download_delay() == 5.0
