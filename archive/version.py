"""Which newsreel this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def newsreel_version() -> str:
    """Return the version of newsreel, `0` in a checkout that is not installed."""
    try:
        return version("newsreel")
    except PackageNotFoundError:
        return "0"


def software() -> str:
    """Return what a warcinfo calls the program."""
    return f"newsreel/{newsreel_version()}"
