"""Each line of a job's log says of which site it is, in text and in JSON."""

import json
import logging
import os

import pytest

from crawler.jobs.logs import JsonFormatter, TextFormatter
from tests.crawls import listing
from tests.jobs.started import job, numbered


def record(**words):
    return logging.makeLogRecord(
        {"name": "a.logger", "levelname": "INFO", "msg": "100 %\ntwo lines", "created": 0, **words}
    )


def error():
    try:
        raise ValueError("of two\nlines")
    except ValueError as raised:
        return type(raised), raised, raised.__traceback__


def test_text_names_the_site_on_each_line_also_of_a_traceback():
    lines = TextFormatter("100%.example").format(record(exc_info=error())).splitlines()
    assert len(lines) >= 5
    assert {line[23:].partition(": ")[0] for line in lines} == {" [100%.example] INFO a.logger"}
    assert [line.partition("logger: ")[2] for line in lines][:2] == ["100 %", "two lines"]


def test_json_is_one_line_a_record():
    line = JsonFormatter("a.cn").format(record(exc_info=error()))
    assert "\n" not in line
    words = json.loads(line)
    assert words.pop("error").endswith("ValueError: of two\nlines")
    assert words == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "INFO",
        "site": "a.cn",
        "logger": "a.logger",
        "message": "100 %\ntwo lines",
    }


def test_a_record_of_another_site_says_so():
    assert json.loads(JsonFormatter("job").format(record(site="a.cn")))["site"] == "a.cn"
    assert " [a.cn] " in TextFormatter("job").format(record(site="a.cn"))


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_reaches_stderr_without_its_site(site_server, tmp_path, form):
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules" / "loud.py").write_text(
        "import os, sys, warnings\nfrom crawler.spiders.news import News as Any\n"
        "print('where it is loaded')\n"
        "class Loud(Any):\n    name = 'loud'\n    start_urls = []\n"
        "    def __init__(self, *args, url=None, **kwargs):\n"
        "        super().__init__(*args, url=os.environ['LOUD'], **kwargs)\n"
        "    def parse(self, response, **kwargs):\n"
        "        sys.stderr.write('past the log\\n')\n"
        "        warnings.warn('a warning')\n"
        "        if response.url.endswith('1.html'):\n            raise ValueError('of two\\nlines')\n"
        "        yield from super().parse(response, **kwargs)\n"
    )
    server = site_server({"/": listing("/1.html", "/2.html"), "/1.html": numbered(1), "/2.html": numbered(2)})
    os.environ["LOUD"] = server.url
    try:
        run, line = job("loud", "--log-format", form, archive=tmp_path / "data", modules=tmp_path / "modules")
    finally:
        del os.environ["LOUD"]
    assert (run.code, line["outcome"]) == (1, "crashed")
    lines = run.err.splitlines()
    for said in ("where it is loaded", "past the log", "a warning", "of two"):
        assert any(said in line for line in lines), said
    if form == "json":
        assert {json.loads(line)["site"] for line in lines} == {"job", "127.0.0.1"}
    else:
        assert {line.partition("[")[2].partition("]")[0] for line in lines} == {"job", "127.0.0.1"}
