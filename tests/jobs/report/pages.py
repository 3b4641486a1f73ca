"""A report as a tree, and the figures that its charts and tables hold."""

from __future__ import annotations

import re

from lxml import html
from tinyhtml5.parser import HTMLParser

from crawler.jobs.report import write_report

BAR = re.compile(r"M(\d+) 0v(-?\d+)h\.8v")
STEP = re.compile(r"M(\d+) 0|V-?(\d+)h(\d+)")


def tree_of(job, histories=None):
    return html.fromstring(write_report(job, histories or {}))


def faults(page):
    """Where a page is not HTML as the standard has it."""
    parser = HTMLParser()
    parser.parse(page)
    return parser.errors


def section(tree, site):
    """The section of a site."""
    (found,) = [each for each in tree.xpath("//details[contains(@class, 'site')]") if each.findtext(".//bdi") == site]
    return found


def words(element):
    return " ".join(element.text_content().split())


def table(element, *heads):
    """The rows of the table whose first columns have these heads, each by its columns' heads."""
    (found,) = [
        each for each in element.iter("table") if (*map(words, each.xpath("thead/tr/*")),)[: len(heads)] == heads
    ]
    names = [words(cell) for cell in found.xpath("thead/tr/*")]
    return [dict(zip(names, map(words, row), strict=True)) for row in found.xpath("tbody/tr[th]")]


def figure(element, title):
    """The chart with this title, of its own element."""
    (found,) = [each for each in element.iter("svg") if each.findtext("title") == title]
    return found


def bars(chart):
    """A bar chart's numbers, by column."""
    (path,) = chart.xpath(".//path[@class='bars']/@d")
    return {int(place): -int(height) for place, height in BAR.findall(path)}


def steps(chart):
    """A stepped area's numbers, by column."""
    values, place = {}, 0
    for begin, height, length in STEP.findall("".join(chart.xpath(".//path[@class='area']/@d"))):
        if begin:
            place = int(begin)
        else:
            values.update({place + number: int(height) for number in range(int(length))})
            place += int(length)
    return values
