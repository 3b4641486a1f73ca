"""Scrapy at another time of the calendar: `python -m tests.later 2026-03-01T02:00:00+00:00 crawl news …`."""

import sys
from datetime import datetime

if __name__ == "__main__":
    # Before anything of Scrapy is loaded: what takes the clock at its import takes this one.
    import time_machine

    time_machine.travel(datetime.fromisoformat(sys.argv[1]), tick=True).start()
    from scrapy.cmdline import execute

    execute(["scrapy", *sys.argv[2:]])
