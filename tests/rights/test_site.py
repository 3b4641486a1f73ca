"""What a site's files say of the uses of its pages, and that what is no such file says nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.rights import of_site
from crawler.rights.rules import groups_of, matches

ROOT = "https://news.example"


def said(path, *, robots=None, tdmrep=None, ai=None):
    files = (None if text is None else text.encode() for text in (robots, tdmrep, ai))
    return [(right.by, right.says, right.url) for right in of_site(*files).of(ROOT + path)]


def words(path, **files):
    return [says for _, says, _ in said(path, **files)]


# robots.txt --------------------------------------------------------------------------------------------------------

ROBOTS = """
User-agent: *
Disallow: /admin/
Content-Signal: search=yes, ai-train=no

User-agent: GPTBot
User-Agent: ccbot   # both
Disallow: /

User-agent: Google-Extended
Disallow: /news/
Allow: /news/free/

User-agent: Googlebot
Disallow: /
"""


def test_agents_of_ai_that_may_not_have_a_page_are_named():
    by = f"{ROOT}/robots.txt"
    assert said("/news/1.html", robots=ROBOTS) == [
        ("robots.txt", "GPTBot: disallow", by),
        ("robots.txt", "CCBot: disallow", by),
        ("robots.txt", "Google-Extended: disallow", by),
        ("Content-Signal", "search=yes", by),
        ("Content-Signal", "ai-train=no", by),
    ]
    assert "Google-Extended: disallow" not in words("/news/free/1.html", robots=ROBOTS)


def test_a_page_for_us_alone_is_disallowed_to_all():
    robots = "User-agent: *\nDisallow: /\nUser-agent: newsreel\nAllow: /\n"
    assert words("/news/1.html", robots=robots) == ["disallow"]


def test_a_usage_for_a_path_goes_before_that_for_all():
    robots = "User-agent: *\nContent-Usage: train-ai=y\nContent-Usage: /news/ train-ai=n\nAllow: /\n"
    assert (words("/news/1.html", robots=robots), words("/", robots=robots)) == (["train-ai=n"], ["train-ai=y"])


def test_what_is_said_to_others_is_theirs():
    assert words("/", robots="User-agent: Googlebot\nDisallow: /\nContent-Signal: ai-train=no\n") == []


# tdmrep.json -------------------------------------------------------------------------------------------------------


def rule(location, reservation, **more):
    return {"location": location, "tdm-reservation": reservation, **more}


def test_the_longest_pattern_that_matches_says_it():
    rules = [rule("/", 1), rule("/news/*.html", 0, **{"tdm-policy": "policies/p.json"}), rule("/news/secret*", "1")]
    tdmrep = json.dumps(rules)
    at = f"{ROOT}/.well-known/tdmrep.json"
    assert said("/about", tdmrep=tdmrep) == [("tdmrep.json", "1", at)]
    assert said("/news/1.html", tdmrep=tdmrep) == [("tdmrep.json", "0", f"{ROOT}/.well-known/policies/p.json")]
    assert said("/news/secret/1.html", tdmrep=tdmrep) == [("tdmrep.json", "1", at)]


def test_one_rule_needs_no_list():
    assert words("/", tdmrep=json.dumps(rule("/", 1))) == ["1"]


@pytest.mark.parametrize(
    "tdmrep",
    [
        "",
        "[",
        "null",
        "7",
        '"/"',
        "[[]]",
        "[null, 1, {}]",
        '[{"location": 7, "tdm-reservation": 1}]',
        '[{"location": "/", "tdm-reservation": true}]',
        '[{"location": "/", "tdm-reservation": 2}]',
        '[{"location": "/", "tdm-reservation": {"a": 1}}]',
        '[{"location": "/other", "tdm-reservation": 1}]',
        "<!doctype html><title>404</title>",
        "[" * 100_000,
        json.dumps([rule("/", 1)]) + " " * (1 << 20),
    ],
    ids=lambda text: text[:20] or "empty",
)
def test_what_is_no_such_file_reserves_nothing(tdmrep):
    assert said("/", tdmrep=tdmrep) == []


@pytest.mark.parametrize("policy", ["javascript:x", "http://[", 7, None, " "])
def test_a_policy_that_is_no_address_is_left_out(policy):
    tdmrep = json.dumps([rule("/", 1, **{"tdm-policy": policy})])
    assert said("/", tdmrep=tdmrep) == [("tdmrep.json", "1", f"{ROOT}/.well-known/tdmrep.json")]


# ai.txt ------------------------------------------------------------------------------------------------------------

TYPES = "User-Agent: *\nDisallow: *.jpg\nDisallow: *.html\nAllow: *.txt\n"


@pytest.mark.parametrize(
    ("path", "reserved"),
    [("/1.html", True), ("/news/1", True), ("/news/", True), ("/1.jpg", True), ("/1.txt", False), ("/1.pdf", False)],
)
def test_files_go_by_type_and_a_page_is_of_html(path, reserved):
    assert said(path, ai=TYPES) == ([("ai.txt", "disallow", f"{ROOT}/ai.txt")] if reserved else [])


@pytest.mark.parametrize(
    "ai",
    [
        "",
        "<html>Disallow: /",
        "# About us\n\nname: Example\n",
        "Disallow: /\n",
        "User-agent: *\nDisallow:\n",
        "\x00\xff",
    ],
)
def test_what_is_no_such_file_disallows_nothing(ai):
    assert said("/1.html", ai=ai) == []


def test_a_file_without_end_is_read_in_part():
    assert words("/", ai="User-agent: *\nDisallow: /\n" + "x" * (1 << 20)) == ["disallow"]


# Any files. --------------------------------------------------------------------------------------------------------


@given(files=st.tuples(*[st.none() | st.binary(max_size=200)] * 3), path=st.text(max_size=40))
def test_any_bytes_are_read(files, path):
    of_site(*files).of(f"{ROOT}/{path}")


LINES = st.sampled_from(["User-agent: *", "User-agent: GPTBot", "Disallow: /", "Allow: /a", "Disallow: *", "Disallow: $",
                         "Content-Usage: /a train-ai=n", "Content-Signal:", ":", "#", "Disallow: /*a*b*c$"])  # fmt: skip


@given(lines=st.lists(LINES, max_size=12), url=st.sampled_from(["", "x", "http://[", ROOT, f"{ROOT}/a/b?c#d"]))
def test_any_rules_are_read(lines, url):
    text = "\n".join(lines).encode()
    of_site(text, None, text).of(url)


@given(pattern=st.text("ab*$/", max_size=8), path=st.text("ab/", max_size=8))
def test_a_pattern_matches_as_its_regular_expression(pattern, path):
    import re

    body, end = (pattern[:-1], r"\Z") if pattern.endswith("$") else (pattern, "")
    expected = re.match(".*".join(map(re.escape, body.split("*"))) + end, path, re.DOTALL) is not None
    assert matches(pattern, path) == expected


def test_many_stars_cost_no_more_than_their_length():
    assert not matches("/" + "*a" * 1000 + "b$", "/" + "a" * 100_000)


def test_groups_are_those_of_the_standard():
    groups = groups_of("User-agent: a\nUser-agent: B\nDisallow: /x\n\nUser-agent: a\nAllow: /x/y\n")
    assert {name: group.rules for name, group in groups.items()} == {
        "a": [("/x", False), ("/x/y", True)],
        "b": [("/x", False)],
    }
