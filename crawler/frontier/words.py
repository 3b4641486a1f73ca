"""Times, spans and sizes as a person reads them."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def moment(seconds: float) -> str:
    """Return a time, given in seconds since 1970.

    >>> moment(1_700_000_000)
    '2023-11-14 22:13:20 UTC'
    """
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(seconds: float) -> str:
    """Return how long something takes, in its two greatest units.

    >>> span(0.25), span(59.6), span(3_599), span(7_260), span(200_000)
    ('0.25 s', '1 min', '59 min 59 s', '2 h 1 min', '2 d 7 h')
    """
    if seconds < 10:
        return f"{seconds:.2g} s"
    rest = round(seconds)
    said: list[str] = []
    for unit, size in (*_UNITS, ("s", 1)):
        count, rest = divmod(rest, size)
        if count or said:
            said.append(f"{count} {unit}" if count else "")
    return " ".join(filter(None, said[:2]))


def size(count: int) -> str:
    """Return how many bytes there are.

    >>> size(999), size(123_456), size(5_000_000_000)
    ('999 B', '123.5 kB', '5.0 GB')
    """
    number = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 1000:
            return f"{count} B" if unit == "B" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"


def many(count: int, one: str, more: str) -> str:
    """Return a count with its noun.

    >>> many(1, "address", "addresses"), many(2000, "address", "addresses")
    ('1 address', '2,000 addresses')
    """
    return f"{count:,} {one if count == 1 else more}"


def plain(text: str) -> str:
    """Return text on one line without what could steer a terminal: an error may quote a server.

    >>> plain("it broke:" + chr(10) + chr(27) + "[31mred")
    'it broke: [31mred'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
