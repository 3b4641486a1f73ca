"""What makes a run fail loudly: what a site brought this time, held against what it used to bring."""

from crawler.monitors.alarms import Alarm
from crawler.monitors.facts import RunFacts
from crawler.monitors.limits import Limits

__all__ = ["Alarm", "Limits", "RunFacts"]
