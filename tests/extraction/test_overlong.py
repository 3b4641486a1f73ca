import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extraction.document import parse
from crawler.extraction.overlong import cut_crowd, cut_overlong_tags

MANY = 60_000
TEXT = "<p id=a class='b c'>The harbour was closed.</p>"


@pytest.mark.parametrize(
    "attribute",
    ["a{}", "a{}=1", 'a{}="<b>x</b>"', "a{}='x'", 'a{} = "it\'s > that"'],
    ids=["bare", "plain", "tags", "single", "spaced"],
)
@pytest.mark.parametrize("between", [" ", "/", "\n"])
def test_an_element_with_a_hundred_thousand_attributes_keeps_none(attribute, between):
    markup = f"{TEXT}<div {between.join(attribute.format(n) for n in range(MANY))}>{TEXT}</div>{TEXT}".encode()
    assert cut_overlong_tags(markup) == f"{TEXT}<div>{TEXT}</div>{TEXT}".encode()


def test_such_a_page_is_read():
    tag = "<div " + " ".join(f"a{n}=v" for n in range(MANY)) + ">"
    document = parse(f"<html><body>{tag}{TEXT}</div></body></html>".encode())
    assert [block.text for block in document.blocks] == ["The harbour was closed."]


def test_long_values_and_scripts_stay():
    script = "<script>for(i=0;i>n;i++){x[i]='a';}" + "y=1;z=2;" * 20_000 + "</script>"
    picture = f"<img alt=x src='data:image/png;base64,{'A+/' * 40_000}'>"
    assert cut_overlong_tags((TEXT + script + picture + TEXT).encode()) == (TEXT + script + picture + TEXT).encode()


def test_a_script_that_compares_ends_where_it_ended():
    script = "<script>while(i<n){" + "y=1;z=2;" * 20_000 + "}</script>"
    document = parse(f"<html><body>{script}{TEXT}</body></html>".encode())
    assert [block.text for block in document.blocks] == ["The harbour was closed."]


@given(st.lists(st.sampled_from([b"<a", b" ", b"=", b'"', b"'", b">", b"x", b"<", b"/", b"</script"])), st.booleans())
def test_any_short_markup_stays(parts, large):
    markup = b"".join(parts) + (b"\">'>" + b"x=1;" * 20_000 if large else b"")
    assert cut_overlong_tags(markup) == markup


@given(st.integers(0, 3), st.binary(max_size=50))
def test_a_page_is_cut_before_the_tag_that_is_one_too_many(more, end):
    whole = b"<b>x" * (250_000 - more) + end
    left = whole
    for _ in range(max(0, whole.count(b"<") - 250_000)):
        left = left[: left.rindex(b"<")]
    assert cut_crowd(whole) == left
