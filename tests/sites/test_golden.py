"""Every golden page is read as its expected.json says, field by field; `scrapy fixture` writes new ones."""

from pathlib import Path

import pytest
from scrapy.spiderloader import SpiderLoader
from scrapy.utils.project import get_project_settings

from crawler.golden import golden_cases

HERE = Path(__file__).parent
CASES = golden_cases(HERE)
SPIDERS = SpiderLoader.from_settings(get_project_settings())


@pytest.fixture(scope="module")
def readings():
    return {}


@pytest.mark.parametrize(
    ("case", "field"),
    [
        pytest.param(case, field, id=f"{case.spider}/{case.folder.name}-{field}")
        for case in CASES
        for field in case.expected()
    ],
)
def test_a_golden_field_is_read(readings, case, field):
    if case not in readings:
        layouts = SPIDERS.load(case.spider).layouts if case.spider in SPIDERS.list() else ()
        readings[case] = case.actual(layouts)
    assert readings[case][field] == case.expected()[field]


@pytest.mark.parametrize("spider", sorted(set(SPIDERS.list()) - {"news"}))
def test_a_spider_has_a_golden_page(spider):
    assert spider in {case.spider for case in CASES}, f"save one: scrapy fixture URL --spider {spider}"
