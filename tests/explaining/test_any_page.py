"""Whatever can be read can be explained."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from crawler.explaining import find_regions, write_page
from crawler.extraction import Unreadable, parse, read_with_places
from tests.explaining.frames import marks
from tests.extraction.hostile import hostile


def letters(text):
    return "".join(filter(str.isalnum, text))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 1_000_000))
@example(510509)  # control characters in attributes that are kept
def test_any_page_that_is_read_is_explained(number):
    _, body, _ = hostile(number)
    try:
        document = parse(body)
    except Unreadable:
        return
    regions = find_regions(document, read_with_places(document))
    words = letters("".join(block.text for block in regions.reading.blocks))
    # Every mark is text of the page.
    assert all(letters(mark.text or "") in words for mark in marks(write_page(regions, "page.html")))
