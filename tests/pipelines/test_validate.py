import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.article import normalise
from pipelines.validate import Invalid, check

GOOD = {"url": "https://example.com/1", "title": "题", "body": ["文"]}


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ({}, None),
        ({"title": " "}, "no_title"),
        ({"body": [" "]}, "no_body"),
        ({"body": [], "kind": "gallery"}, None),
        ({"title": "404 Not Found"}, "error_page"),
        ({"title": "【公告】您访问的页面不存在！"}, "error_page"),
        ({"title": "抱歉，您要访问的页面不存在或已被删除"}, "error_page"),
        ({"title": "Just a moment..."}, "error_page"),
        ({"title": "系统提示"}, "error_page"),
        ({"title": "404战机首飞"}, None),
        ({"title": "访问受限于疫情的国家有哪些"}, None),
        ({"title": "Access denied: how libraries lost their readers"}, None),
        ({"title": "错误的代价"}, None),
    ],
)
def test_what_is_unfit_and_why(words, reason):
    found = check(normalise({**GOOD, **words}))
    assert (found and found.reason) == reason


def test_a_page_that_the_server_calls_an_error_is_one():
    assert check(normalise(GOOD), http_status=404) == Invalid(reason="http_status", detail="404")
    assert check(normalise(GOOD), http_status=200) is None


@given(st.text())
def test_any_title_is_checked(title):
    check(normalise({**GOOD, "title": title}))
