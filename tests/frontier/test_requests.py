import functools
import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import FormRequest, Request, Spider
from scrapy.http import JsonRequest, XmlRpcRequest

from archive import Capture
from crawler.downloader.capture import Answer, answers
from crawler.frontier.interface import Lease
from crawler.frontier.requests import NotStorable, anew, found_of, renewed, to_json, to_request

URL = "https://news.example.com/a"
KEY = b"k" * 16


class News(Spider):
    name = "news"

    def parse(self, response):
        """What every page's callback is."""

    def failed(self, failure):
        """What every page's errback is."""

    def other(self, response):
        """Another callback."""


class Paper(Request):
    """A site's own class of requests."""


SPIDER = News()


def link(url=URL, **words):
    return Request(url, **{"callback": SPIDER.parse, "errback": SPIDER.failed, **words})


def leased(request, spider=SPIDER, text=...):
    """Return the lease of a request that was stored."""
    found = found_of(request, key=KEY, host="news.example.com", spider=spider)
    return Lease(
        key=KEY,
        token=1,
        url=found.url,
        host=found.host,
        priority=found.priority,
        way=found.way,
        request=found.request if text is ... else text,
    )


def again(request, spider=SPIDER):
    return to_request(leased(request, spider), spider)


def parts(request):
    """Return all that a request says."""
    said = {name: getattr(request, name) for name in Request.attributes if name != "headers"}
    return {
        **said,
        "class": type(request),
        "headers": {name: request.headers.getlist(name) for name in request.headers},
    }


texts = st.text(st.characters(exclude_categories=()), max_size=20)
plain = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
values = st.recursive(plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
names = st.text("abcXYZ-", min_size=1, max_size=10)
bytes_of_a_header = st.binary(max_size=20)


@given(
    headers=st.dictionaries(names, st.lists(bytes_of_a_header | texts.map(lambda t: t.encode("utf-8", "replace")), min_size=1, max_size=3), max_size=3),
    body=st.binary(max_size=50),
    cookies=st.dictionaries(texts, texts, max_size=3) | st.lists(st.fixed_dictionaries({"name": texts, "value": texts}), max_size=2),
    meta=st.dictionaries(texts.filter(lambda name: name not in ("way", "answers")), values, max_size=3),
    cb_kwargs=st.dictionaries(texts, values, max_size=3),
    flags=st.lists(texts, max_size=2),
    priority=st.integers(-(2**63), 2**63 - 1),
    method=st.sampled_from(["GET", "POST", "HEAD"]),
    encoding=st.sampled_from(["utf-8", "gb18030", "latin-1"]),
    dont_filter=st.booleans(),
    callback=st.sampled_from([None, SPIDER.parse, SPIDER.other]),
    errback=st.sampled_from([None, SPIDER.failed]),
    way=st.none() | st.sampled_from(["chain", "links"]),
    kind=st.sampled_from([Request, Paper]),
)  # fmt: skip
def test_a_request_comes_back_as_it_was(way, kind, meta, **words):
    request = kind(URL, meta=meta if way is None else {**meta, "way": way}, **words)
    lease = leased(request)
    if lease.request is not None:
        lease.request.encode()  # what a database can hold
    assert parts(to_request(lease, SPIDER)) == parts(request)


@pytest.mark.parametrize(
    "request_",
    [
        FormRequest(URL, formdata={"栏目": "要闻", "page": ["1", "2"]}, callback=SPIDER.parse),
        FormRequest(URL, formdata={"q": "a"}, method="GET", callback=SPIDER.parse),
        JsonRequest(URL, data={"栏目": [1, None]}, callback=SPIDER.other),
        JsonRequest(URL, callback=SPIDER.parse),
        XmlRpcRequest(URL, methodname="list", params=(1, "a"), callback=SPIDER.parse),
    ],
    ids=lambda request: f"{type(request).__name__} {request.method}",
)
def test_requests_of_other_classes_come_back_as_they_were(request_):
    assert parts(again(request_)) == parts(request_)


def test_a_requests_address_priority_way_and_parent_have_their_own_places():
    found = found_of(link(priority=4, meta={"way": "chain"}), key=KEY, host="h", spider=SPIDER, on=b"p" * 16)
    assert (found.key, found.url, found.host, found.priority, found.way) == (KEY, URL, "h", 4, "chain")
    assert (found.found_on, found.request) == (b"p" * 16, None)


def test_a_link_costs_no_json():
    assert to_json(link(meta={"way": "lists"}), SPIDER) is None
    assert parts(again(link(meta={"way": "lists"}))) == parts(link(meta={"way": "lists"}))


def test_a_spider_without_an_errback_of_that_name_has_links_that_cost_none_either():
    class Bare(Spider):
        name = "bare"

    spider = Bare()
    assert to_json(Request(URL, callback=spider.parse), spider) is None
    request = again(Request(URL, callback=spider.parse), spider)
    assert (request.callback, request.errback) == (spider.parse, None)


def test_the_answers_before_come_back_with_their_captures():
    capture = Capture(record_id="<urn:uuid:1>", payload_digest="sha256:00", url=URL)
    before = (
        Answer(visit_id="1", url=URL, status=302, fetched_at="2021-07-26T00:00:00Z", capture=capture),
        Answer(visit_id="2", url=URL, status=503, fetched_at="2021-07-26T00:00:01Z", capture=None),
    )
    assert answers(again(link(meta={"answers": before}))) == before


# What cannot be stored. ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"callback": lambda response: None}, "<lambda>"),
        ({"errback": lambda failure: None}, "<lambda>"),
        ({"callback": functools.partial(News.parse, SPIDER)}, "functools.partial"),
        ({"callback": News().parse}, "is no method of the spider news"),
        ({"callback": print}, "built-in function print"),
        ({"meta": {"deep": {"list": [0, {"when": object}]}}}, "meta.deep.list[1].when is <class 'object'>"),
        ({"meta": {"pair": (1, 2)}}, "meta.pair is (1, 2)"),
        ({"meta": {"some": {"a"}}}, "meta.some is {'a'}"),
        ({"meta": {"page": b"bytes"}}, "meta.page is b'bytes'"),
        ({"meta": {1: "one"}}, "meta has the key 1"),
        ({"meta": {"deep": [{None: 1}]}}, "meta.deep[0] has the key None"),
        ({"cb_kwargs": {"item": Spider}}, "cb_kwargs.item is <class"),
        ({"cookies": {"a": b"b"}}, "cookies.a is b'b'"),
        ({"cookies": [{"name": "a", "value": b"b"}]}, "cookies[0].value is b'b'"),
        ({"flags": ["ok", {1}]}, "flags[1] is {1}"),
    ],
)  # fmt: skip
def test_what_json_has_no_word_for_is_named_with_its_place(words, said):
    with pytest.raises(NotStorable) as error:
        to_json(link(**words), SPIDER)
    assert str(error.value).startswith(f"{URL}: ")
    assert said in str(error.value)


def test_a_request_of_a_class_that_has_no_name_to_load_it_by_is_not_stored():
    class Local(Request):
        pass

    with pytest.raises(NotStorable, match="Local"):
        to_json(Local(URL, callback=SPIDER.parse), SPIDER)


def test_a_spider_that_lost_its_method_says_so():
    class Renamed(News):
        other = None

    lease = leased(link(callback=SPIDER.other))
    with pytest.raises(NotStorable, match=f"{URL}: the spider news has no method other"):
        to_request(lease, Renamed())


def test_a_class_that_is_there_no_more_is_named(monkeypatch):
    lease = leased(Paper(URL, callback=SPIDER.parse))
    monkeypatch.delattr(sys.modules[__name__], "Paper")
    with pytest.raises(NotStorable, match="Paper"):
        to_request(lease, SPIDER)


def test_what_is_no_class_of_requests_is_not_made():
    with pytest.raises(NotStorable, match=r"os\.system is no class of requests"):
        to_request(leased(link(), text='{"class":"os.system"}'), SPIDER)


# What others wrote. ----------------------------------------------------------------------------------------------


def test_words_that_a_later_version_wrote_are_passed_over():
    text = to_json(link(callback=SPIDER.other, meta={"depth": 1}), SPIDER)
    later = json.dumps({**json.loads(text), "http": 3, "trailers": [["a", "b"]]})
    request = to_request(leased(link(), text=later), SPIDER)
    assert parts(request) == parts(link(callback=SPIDER.other, meta={"depth": 1}))


def test_what_is_asked_for_once_more_says_nothing_of_the_visit_before():
    meta = {
        "way": "chain",
        "depth": 3,
        "answers": (Answer(visit_id="1", url=URL, status=200, fetched_at="2021-07-26T00:00:00Z", capture=None),),
        "retry_times": 2,
        "redirect_times": 1,
        "redirect_ttl": 19,
        "redirect_urls": [URL],
        "redirect_reasons": [301],
        "download_latency": 0.5,
        "download_slot": "news.example.com",
        "download_timeout": 60.0,
    }
    once = link(method="POST", body=b"\xff", headers={"A": ["1", "2"]}, callback=SPIDER.other, meta=meta)
    lease = leased(once)
    request = to_request(leased(once, text=anew(lease.request)), SPIDER)
    assert parts(request) == {**parts(once), "meta": {"way": "chain", "depth": 3, "again": True}}


@pytest.mark.parametrize("text", [None, '{"meta":{"again":true}}'])
def test_a_link_that_is_asked_for_once_more_says_that_alone(text):
    assert anew(text) == '{"meta":{"again":true}}'


def test_a_request_that_is_renewed_asks_for_the_page_whole_and_is_no_start_page():
    old = '{"meta":{"handle_httpstatus_list":[304],"is_start_request":true,"depth":2},"headers":[["If-None-Match","e1"],["Accept","a"]]}'
    assert json.loads(renewed(old)) == {"meta": {"depth": 2}, "headers": [["Accept", "a"]]}
