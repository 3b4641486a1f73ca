from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from crawler.extraction.blocks import blocks


def lines(markup: str) -> list[str]:
    return [block.text for block in blocks(fromstring(f"<div>{markup}</div>"))]


def test_a_word_processors_tags_have_no_box():
    markup = (
        "<p class=MsoNormal><span>In <st1:place>Lisbon</st1:place> it<o:p></o:p></span> rains.<o:p>&nbsp;</o:p></p>"
    )
    assert lines(markup) == ["In Lisbon it rains."]


def test_a_formula_is_a_part_of_its_sentence():
    formula = "<math><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow></math>"
    assert lines(f"<p>Since {formula}, it is.</p>") == ["Since E=mc2, it is."]


def test_a_formula_that_is_there_for_machines_is_passed_over():
    shown = "<span aria-hidden=true><span>x</span>+1</span>"
    assert lines(f"<p>So <span class=k><span><math><mi>x</mi><mo>+</mo></math></span>{shown}</span> is.</p>") == [
        "So x+1 is."
    ]


def test_a_hidden_part_of_a_line_is_not_read():
    assert lines("<p>Seen<span style='display:none'>not</span> and <b hidden>never</b>said</p>") == ["Seen and said"]


def test_the_rest_of_a_text_is_read_though_a_click_shows_it():
    rest = "It went on and on. " * 30
    assert lines(f"<p>It began.<span style='display:none'> {rest}</span></p>") == [f"It began. {rest.strip()}"]


def test_what_shows_nothing_is_no_line():
    assert lines("<p>\u200b</p><p>&nbsp;\ufeff</p><p>a</p>") == ["a"]


def test_what_lies_in_a_skipped_element_is_skipped_with_its_tails():
    assert lines("a<select><option>b<b>c</b>d</option></select>e<noscript><p>f</p>g</noscript>h") == ["aeh"]


def test_a_listing_keeps_its_lines():
    assert lines("<pre>a\n<a href=/x>b\nc</a>\n</pre>d<br>e<hr>f") == ["a", "b", "c", "d", "e", "f"]


def test_a_line_knows_its_element_and_its_links():
    root = fromstring("<div><p>a <a href=/1>b c</a> d<br><a href=/2>e</a></p></div>")
    found = blocks(root)
    assert [(block.text, block.element.tag, block.link_chars) for block in found] == [
        ("a b c d", "p", 2),
        ("e", "p", 1),
    ]
    assert [[link.get("href") for link in block.links] for block in found] == [["/1"], ["/2"]]


@given(
    st.lists(
        st.sampled_from("<b> </b> <p> </p> <br> <pre> </pre> <td> <li> </ul> <script> </script> a \n o:p".split(" "))
    )
)
def test_any_markup_gives_each_word_once(parts):
    root = fromstring(f"<div>{''.join(parts)}</div>")
    found = blocks(root)
    assert [block.index for block in found] == list(range(len(found)))
    skipped = "".join("".join(script.itertext()) for script in root.iter("script"))
    words = "".join("".join(root.itertext()).split())
    assert len("".join("".join(block.text.split()) for block in found)) == len(words) - len("".join(skipped.split()))
