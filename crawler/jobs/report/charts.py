"""Charts as SVG that stands in the page: plots stretch with it, their words keep their size.

What is drawn is the numbers themselves: a bar's height in its path is the count that the table beside it says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup

from . import scale
from .past import Past
from .words import short, wait

Values = Sequence[int | None]
"""One a column; None is a gap."""

_TOP, _PLOT, _STRIP, _DATES = 14, 96, 8, 18
"""Heights in pixels: room for the words on cut bars, the plot, the strip of runs, the days' names."""
_SMALL = 44
"""Height of a small plot."""
_SPARKS = 30
"""Columns of a chart among words."""


def shared(ident: str, past: Past) -> Markup:
    """Return what all charts of a site show beneath their plots, once: where runs were, and the days' names.

    `-l` is added to its id for large charts, `-s` for small ones.
    """
    large = _strip(past) + _date_words(past, _STRIP + 13, 5)
    return Markup(
        '<svg class="shared" aria-hidden="true"><title>Axis</title><desc>The days of the charts below.</desc>'
        '<defs><g id="{}-l">{}</g><g id="{}-s">{}</g></defs></svg>'
    ).format(ident, large, ident, _date_words(past, 14, 3))


def bars(title: str, past: Past, values: Values, axis: str) -> Markup:
    """Draw a bar a column from a zero line. `axis` is the id of what is shared."""
    known = [value for value in values if value is not None]
    depth = scale.ceiling([-value for value in known]) if min(known, default=0) < 0 else 0
    marks = scale.ticks(scale.ceiling(known), -depth)
    high, low = marks[-1], -marks[0]
    parts = [_tick(_TOP + _PLOT * (high - mark) / (high + low), short(mark)) for mark in marks]
    cut = [(place, value) for place, value in enumerate(values) if value is not None and not -low <= value <= high]
    lines = {
        "grid": "".join(f"M-1 {-mark}h{len(values) + 1}" for mark in marks if mark),
        "bars": _bars([None if value is None else max(min(value, high), -low) for value in values]),
        "slit": "".join(f"M{place} {-high * 0.85:g}l.8 {-high * 0.07:g}" for place, value in cut if value > 0),
        "zero": f"M-1 0h{len(values) + 1}",
    }
    parts.append(_plot(_TOP, _PLOT, f"-.1 {-high} {len(values)} {high + low}", lines))
    parts += _cut_words(cut, len(values))
    parts.append(Markup('<use href="#{}-l" y="{}"/>').format(axis, _TOP + _PLOT))
    return _framed("chart", title, _described(past, values), _TOP + _PLOT + _STRIP + _DATES, parts)


def coverage(title: str, past: Past, values: Values, axis: str, since: int | None) -> Markup:
    """Draw shares in percent as one stepped area. `since` is the column from which on something is wrong."""
    area, place = "", 0
    for is_known, group in groupby(values, key=lambda value: value is not None):
        steps = [(value or 0, len([*same])) for value, same in groupby(group)]
        if is_known:
            area += f"M{place} 0" + "".join(f"V{-value}h{length}" for value, length in steps) + "V0z"
        place += sum(length for _, length in steps)
    lines = {"grid": f"M0-100h{place}M0-50h{place}", "zero": f"M0 0h{place}", "area": area}
    parts = [_tick(4, "100"), _tick(4 + _SMALL, "0"), _plot(4, _SMALL, f"0 -100 {place} 100", lines)]
    if since is not None:
        line = Markup('<line class="since" x1="{0:.1f}%" x2="{0:.1f}%" y1="0" y2="{1}"/>')
        parts.append(line.format(100 * since / len(values), _SMALL + 4))
    parts.append(Markup('<use href="#{}-s" y="{}"/>').format(axis, _SMALL + 4))
    return _framed("chart", title, _described(past, values, " %"), _SMALL + 22, parts)


def spark(title: str, past: Past, values: Values) -> Markup:
    """Draw the last columns as bars among words."""
    values = values[-_SPARKS:]
    known = [value for value in values if value is not None]
    high = scale.ceiling(known)
    lines = {"bars": _bars([value and min(value, high) for value in values]), "zero": f"M0 0h{_SPARKS}"}
    desc = f"{past.unit.capitalize()} by {past.unit}, the last {len(values)}: at most {max(known, default=0):,}."
    box = f"{len(values) - _SPARKS} {-high} {_SPARKS} {high}"
    return _framed("spark", title, desc, 18, [_plot(1, 16, box, lines)])


def box(title: str, latencies: Sequence[float]) -> Markup:
    """Draw the least, the quartiles, the 95th percentile and the most, in seconds, on a logarithmic axis."""
    least, low, half, high, late, most = (max(value, 0.001) for value in latencies)
    powers = [*scale.decades(least, most)]

    def x(value: float) -> float:
        return round(100 * (math.log10(value) - powers[0]) / (powers[-1] - powers[0]), 1)

    tick = Markup('<line class="grid" x1="{0}%" x2="{0}%" y1="0" y2="40"/><text x="{0}%" y="54"{1}>{2}</text>')
    parts = [tick.format(x(10.0**power), _side(x(10.0**power)), wait(10.0**power)) for power in powers]
    parts += [
        Markup('<line class="whisker" x1="{}%" x2="{}%" y1="20" y2="20"/>').format(x(least), x(most)),
        Markup('<rect class="box" x="{}%" width="{:.1f}%" y="8" height="24"/>').format(x(low), x(high) - x(low)),
        Markup('<line class="half" x1="{0}%" x2="{0}%" y1="6" y2="34"/>').format(x(half)),
        Markup('<line class="whisker" x1="{0}%" x2="{0}%" y1="11" y2="29"/>').format(x(late)),
        Markup('<circle cx="{}%" cy="20" r="3"/>').format(x(most)),
    ]
    desc = f"Half of the answers began within {wait(half)}, 95 % within {wait(late)}, all within {wait(most)}."
    return _framed("chart latency", title, desc, 58, parts)


def _framed(kind: str, title: str, desc: str, height: int, parts: Sequence[Markup]) -> Markup:
    return Markup('<svg class="{}" role="img" height="{}"><title>{}</title><desc>{}</desc>{}</svg>').format(
        kind, height, title, desc, Markup("").join(parts)
    )


def _plot(y: int, height: int, box: str, lines: dict[str, str]) -> Markup:
    """Return paths in the values' own units, which stretch to the width of the page."""
    paths = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kind, path) for kind, path in lines.items() if path
    )
    return Markup(
        '<svg y="{}" width="100%" height="{}" viewBox="{}" preserveAspectRatio="none" role="presentation">{}</svg>'
    ).format(y, height, box, paths)


def _bars(values: Values) -> str:
    """Return a path with a bar a value.

    >>> _bars([3, 0, None, 12])
    'M0 0v-3h.8v3zM3 0v-12h.8v12z'
    """
    return "".join(f"M{place} 0v{-value}h.8v{value}z" for place, value in enumerate(values) if value)


def _tick(y: float, word: str) -> Markup:
    return Markup('<text class="tick" x="-6" y="{:g}">{}</text>').format(round(y + 4, 1), word)


def _cut_words(cut: Sequence[tuple[int, int]], length: int) -> list[Markup]:
    """Write beside bars that are cut how high they would be; where they stand close, the first says it."""
    words, free = [], -1.0
    for place, value in cut:
        x = 100 * (place + 0.4) / length
        if x >= free:
            side, shift = (Markup(' text-anchor="end"'), 4) if x > 75 else (Markup(""), -4)
            word = Markup('<text class="cut" x="{:.1f}%" dx="{}" y="9"{}>{:,} ↑</text>')
            words.append(word.format(x, shift, side, value))
            free = x + 25
    return words


def _strip(past: Past) -> Markup:
    """Draw where runs were: low where they were well, high where one was not."""
    lines, place = {"ran": "", "unwell": ""}, 0
    for is_well, same in groupby(column and column.is_well for column in past.columns):
        length = len([*same])
        if is_well is not None:
            kind, height = ("ran", 2) if is_well else ("unwell", 6)
            lines[kind] += f"M{place} 6v-{height}h{length}V6z"
        place += length
    return _plot(2, 6, f"0 0 {place} 6", lines)


def _date_words(past: Past, y: int, most: int) -> Markup:
    named = scale.dates(past.first, len(past.columns), past.days, most)
    return Markup("").join(
        Markup('<text x="{:g}%" y="{}"{}>{}</text>').format(x, y, _side(x), word) for x, word in named
    )


def _side(x: float) -> Markup:
    """Keep a word at the side of a chart within it."""
    if 6 <= x <= 94:
        return Markup(' text-anchor="middle"')
    return Markup("") if x < 6 else Markup(' text-anchor="end"')


def _described(past: Past, values: Values, unit: str = "") -> str:
    """Say in a sentence what the chart shows."""
    known = [
        (value, column.day) for value, column in zip(values, past.columns, strict=True) if column and value is not None
    ]
    if not known:
        return "No run has brought a number."
    (least, first), (most, last) = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    return (
        f"{known[0][0]:,}{unit} on {known[0][1]}, {known[-1][0]:,}{unit} on {known[-1][1]}; "
        f"least {least:,}{unit} on {first}, most {most:,}{unit} on {last}."
    )
