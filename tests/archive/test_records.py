import dataclasses
import json
from datetime import timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import archive
from archive import records

KINDS = [archive.Article, archive.Observation, archive.QuarantineRecord]

offsets = st.builds(timezone, st.integers(-14 * 60, 14 * 60).map(lambda minutes: timedelta(minutes=minutes)))
times = st.datetimes(timezones=offsets).map(lambda moment: moment.replace(microsecond=0))
words = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_any_record_comes_back_as_it_was(kind, data):
    record = data.draw(_records(kind))
    line = msgspec.json.encode(record)
    assert b"\n" not in line
    assert msgspec.json.decode(line, type=kind) == record
    assert list(json.loads(line)) == [field.name for field in dataclasses.fields(kind)]


def _records(kind):
    hints = records.__dict__
    plain = {
        "str": words,
        "str | None": st.none() | words,
        "Time": times,
        "Time | None": st.none() | times,
        "Day": st.dates(),
        "Day | None": st.none() | st.dates(),
        "Count | None": st.none() | st.integers(0, 2**53),
        "int | None": st.none() | st.integers(100, 599),
        "float": st.floats(0, 1),
        "Link | None": st.deferred(lambda: st.none() | _records(archive.Link)),
        "tuple[str, ...]": st.lists(words, max_size=2).map(tuple),
        "dict[str, Any]": st.dictionaries(words, st.none() | words | st.lists(words, max_size=2), max_size=2),
        "tuple[Right, ...] | None": st.none()
        | st.lists(st.deferred(lambda: _records(archive.Right)), max_size=2).map(tuple),
        "Extractor": st.deferred(lambda: _records(archive.Extractor)),
        "Version": st.integers(1, 9),
    }
    for name in ("Image", "Attachment", "Capture", "FieldEvidence"):
        part = hints[name]
        plain[f"tuple[{name}, ...]"] = st.deferred(lambda part=part: st.lists(_records(part), max_size=2).map(tuple))
    for name in ("Kind", "Precision", "Zone", "Cause", "Outcome"):
        plain[name] = st.sampled_from(hints[name].__args__)
        plain[f"{name} | None"] = st.none() | plain[name]
    return st.builds(kind, **{field.name: plain[field.type] for field in dataclasses.fields(kind)})


def test_times_are_rfc_3339_with_the_page_s_offset(make_article):
    line = json.loads(msgspec.json.encode(make_article()))
    assert line["published_at"] == "2021-07-26T11:43:00+08:00"
    assert line["published_date"] == "2021-07-26"
    assert line["recorded_at"] == "2021-07-27T03:00:00Z"
    assert line["next"] == {"url": None, "title": None}


def test_records_cannot_be_changed(make_article):
    with pytest.raises(dataclasses.FrozenInstanceError):
        make_article().title = "x"
