"""The report's colours: words are read on every ground, by day and by night (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from tests.crawls import ROOT

CSS = (ROOT / "crawler/jobs/report/report.css").read_text("utf-8")
VARIABLE = re.compile(r"--(\w+): (#[0-9a-f]{6});")
DAY = dict(VARIABLE.findall(CSS.split("@media", 1)[0]))
NIGHT = dict(VARIABLE.findall(CSS.split("@media", 2)[1]))
SCHEMES = pytest.mark.parametrize("colours", [DAY, NIGHT], ids=["day", "night"])


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_both_schemes_state_the_same_colours():
    assert {*DAY} == {*NIGHT}


@SCHEMES
@pytest.mark.parametrize("ground", ["ground", "card"])
@pytest.mark.parametrize("ink", ["ink", "soft", "link", "good", "warn", "bad"])
def test_words_are_read(colours, ground, ink):
    assert contrast(colours[ink], colours[ground]) >= 4.5


@SCHEMES
@pytest.mark.parametrize("mark", ["bars", "zero", "late"])
def test_marks_are_seen(colours, mark):
    assert contrast(colours[mark], colours["card"]) >= 3


def test_words_have_no_other_colours():
    inks = {*re.findall(r"(?<![-\w])color: ([^;}]+)", CSS), *re.findall(r"text [^}]*fill: ([^;}]+)", CSS)}
    assert inks == {f"var(--{name})" for name in ("ink", "soft", "link", "bad", "tone")} | {"inherit"}
    tones = {*re.findall(r"--tone: var\(--(\w+)\)", CSS)}
    assert tones == {"good", "warn", "bad", "soft"}
