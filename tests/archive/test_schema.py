import json

import jsonschema
import msgspec
import pytest

from archive.schema import FILES, FOLDER, render

ADVICE = "python -m archive.schema writes the files"


@pytest.mark.parametrize("name", FILES)
def test_the_files_are_those_of_the_types(name):
    assert (FOLDER / name).read_bytes() == render(FILES[name]), ADVICE


@pytest.fixture
def lines(make_article, make_observation, make_quarantined):
    made = {
        "article.json": make_article(),
        "observation.json": make_observation(),
        "quarantine.json": make_quarantined(),
    }
    return {name: json.loads(msgspec.json.encode(record)) for name, record in made.items()}


def validator(name):
    schema = json.loads((FOLDER / name).read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", FILES)
def test_a_line_is_valid_and_every_key_is_needed(name, lines):
    valid = validator(name)
    assert list(valid.iter_errors(lines[name])) == []
    for key in lines[name]:
        without = {other: value for other, value in lines[name].items() if other != key}
        assert [error.validator for error in valid.iter_errors(without)] == ["required"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", 0),
        ("view_count", -1),
        ("view_count", "3万"),
        ("title", None),
        ("kind", "song"),
        ("prev", {"url": "x"}),
    ],
)
def test_a_wrong_value_is_invalid(key, value, lines):
    assert list(validator("article.json").iter_errors({**lines["article.json"], key: value}))


@pytest.mark.parametrize("name", FILES)
def test_story_e5_a_line_of_a_later_version_is_valid(lines, name):
    assert list(validator(name).iter_errors({**lines[name], "schema": 2, "mood": "glad"})) == []


@pytest.mark.parametrize("name", FILES)
def test_every_key_says_what_it_means(name):
    schema = json.loads((FOLDER / name).read_bytes())
    for part in (schema, *schema.get("$defs", {}).values()):
        assert [key for key, prop in part["properties"].items() if not prop.get("description")] == []
