"""What makes a run fail loudly: what a site brought this time, held against what it used to bring."""

from crawler.monitors.alarms import Alarm
from crawler.monitors.facts import RunFacts

__all__ = ["Alarm", "RunFacts"]
