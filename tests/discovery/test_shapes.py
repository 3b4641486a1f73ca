import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.discovery.shapes import PREFIXES, SHAPES, Shapes
from crawler.discovery.yields import BARREN


def home(path):
    return f"https://a.cn{path}"


def articles(first, count):
    return [home(f"/news/{number}.html") for number in range(first, first + count)]


def read(shapes, addresses):
    for url in addresses:
        shapes.seen(url, article=True)


def tag(number):
    return home(f"/tag/{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10]}/")


@pytest.fixture
def shapes():
    made = Shapes()
    read(made, articles(1000, 30))
    return made


def test_lists_that_bring_nothing_are_closed(shapes):
    for number in range(BARREN + 8):
        shapes.seen(tag(number), article=False, named=articles(1000, 5), new=[])
    assert shapes.wants(tag(99)).startswith("barren: the last ")
    assert "/tag/*" in shapes.wants(tag(99))


def test_lists_that_bring_articles_stay_open(shapes):
    for number in range(100):
        new = articles(2000 + number, 1) if number % 15 == 0 else []
        shapes.seen(tag(number), article=False, named=[*articles(1000, 5), *new], new=new)
    assert shapes.wants(tag(99)) is None


def test_shapes_that_give_articles_stay_open_however_little_they_bring(shapes):
    read(shapes, articles(2000, 200))
    assert shapes.wants(home("/news/9999.html")) is None


def test_barren_tags_say_nothing_of_categories(shapes):
    for number in range(100):
        shapes.seen(tag(number), article=False, named=[], new=[])
    assert shapes.wants(tag(99))
    assert shapes.wants(home("/category/harbour/")) is None


def test_a_list_goes_on_that_shows_what_its_like_have_not_shown_though_a_sitemap_told_of_it(shapes):
    read(shapes, articles(2000, 500))
    for number in range(2, 52):
        named = [*articles(2000 + number * 10, 10), home(f"/list/page/{number + 1}/")]
        assert shapes.wants(home(f"/list/page/{number}/")) is None
        shapes.seen(home(f"/list/page/{number}/"), article=False, named=named, new=named[-1:])


def test_a_list_that_shows_its_last_page_for_ever_is_closed(shapes):
    asked = 0
    for number in range(2, 500):
        if shapes.wants(home(f"/list/page/{number}/")):
            break
        asked += 1
        named = [*articles(1000, 10), home(f"/list/page/{number + 1}/")]
        shapes.seen(home(f"/list/page/{number}/"), article=False, named=named, new=named[-1:])
    assert asked <= BARREN + 1


def test_two_lists_that_name_each_other_for_ever_are_closed(shapes):
    asked = 0
    for number in range(300):
        month, day = home(f"/cal/{number}/"), home(f"/cal/{number}/7/")
        for url, named in ((month, [day, home(f"/cal/{number + 1}/")]), (day, [home(f"/cal/{number + 1}/")])):
            if shapes.wants(url) is None:
                asked += 1
                shapes.seen(url, article=False, named=named)
    assert asked < 60


def test_once_one_list_has_named_nearly_all_the_others_are_closed_sooner():
    def asked_of_tags(covered):
        shapes, asked = Shapes(), 0
        shapes.seen(home("/all/"), article=False, named=articles(1000, 30) if covered else articles(1000, 10))
        read(shapes, articles(1000, 30))
        for number in range(20):
            shapes.seen(home(f"/author/{chr(97 + number)}x"), article=False, named=[], new=[])
        for number in range(100):
            if shapes.wants(tag(number)) is None:
                asked += 1
                shapes.seen(tag(number), article=False, named=articles(1000, 3), new=[])
        return asked

    assert asked_of_tags(covered=True) < asked_of_tags(covered=False)


def test_a_sitemap_that_lists_nearly_all_is_a_list_that_has_named_them():
    def asked_of_tags(shapes):
        read(shapes, articles(1000, 30))
        for number in range(100):
            if shapes.wants(tag(number)):
                return number
            shapes.seen(tag(number), article=False, named=articles(1000, 3), new=[])
        return 100

    told, untold = Shapes(), Shapes()
    told.listed("/sitemap.xml", articles(1000, 30))
    assert asked_of_tags(told) < asked_of_tags(untold) <= BARREN + 8


def test_copies_of_articles_close_their_shape(shapes):
    for number in range(1000, 1000 + BARREN):
        shapes.seen(home(f"/print/{number}.html"), article=True, copy=True)
    assert shapes.wants(home("/print/1029.html"))
    assert shapes.wants(home("/news/1029.html")) is None


def test_articles_come_before_lists_and_the_last_pages_of_lists_before_the_first(shapes):
    priority = {
        path: shapes.priority(home(path), usual)
        for path, usual in (("/news/7.html", 0), ("/page/24/", 0), ("/page/2/", 10), ("/2014/05/", 15), ("/about", 0))
    }
    assert sorted(priority, key=lambda path: -priority[path]) == [
        "/news/7.html", "/page/24/", "/page/2/", "/2014/05/", "/about",
    ]  # fmt: skip


def test_lists_that_bring_nothing_come_later(shapes):
    before = shapes.priority(tag(99), 0)
    for number in range(12):
        shapes.seen(tag(number), article=False, named=[], new=[])
    assert shapes.priority(tag(99), 0) < before


def test_an_address_that_repeats_itself_is_not_wanted(shapes):
    assert shapes.wants(home("/more/more/more/")) == "repeats: more again and again"


def test_a_later_run_goes_on_with_what_was_learnt(shapes):
    for number in range(BARREN + 8):
        shapes.seen(tag(number), article=False, named=[], new=[])
    again = Shapes.load(shapes.dump())
    assert again.wants(tag(99)) == shapes.wants(tag(99))
    assert again.priority(home("/news/7.html"), 0) == shapes.priority(home("/news/7.html"), 0)
    assert again.dump() == shapes.dump()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"shapes":{"/a":[1]},"many":[]}', '{"shapes":3,"many":null}', "null"]
)
def test_what_cannot_be_read_is_nothing(text):
    assert Shapes.load(text).dump() == Shapes().dump()


def test_memory_is_bounded():
    shapes = Shapes()
    for number in range(3 * SHAPES):
        word = "".join("abcdefghij"[int(digit)] for digit in str(number))
        shapes.seen(home(f"/{word}/x{word}/y{word}/z{word}?{word}=1"), article=False, named=[home(f"/q{word}/")])
    assert len(shapes._shapes) <= SHAPES
    assert len(shapes._names) <= PREFIXES
    assert len(shapes._first) <= PREFIXES
    assert len(shapes.dump()) < 50_000


@given(
    st.lists(st.tuples(st.text(max_size=30), st.booleans(), st.lists(st.text(max_size=20), max_size=4)), max_size=40)
)
def test_any_pages_are_taken_and_dumped(pages):
    shapes = Shapes()
    for path, article, named in pages:
        shapes.seen(f"https://a.cn/{path}", article=article, named=[f"https://a.cn/{one}" for one in named])
        shapes.wants(f"https://a.cn/{path}")
    again = Shapes.load(shapes.dump())
    assert json.loads(again.dump()) == json.loads(shapes.dump())


@pytest.mark.parametrize(
    "made", ["/list/?{0}={0}", "/list/?id=7&{0}={0}", "/list/?{0}={0}&x{0}=1", "/list/a.{0}", "/list/{0}.{0}"]
)
def test_names_that_are_made_up_close_their_shape_and_not_their_neighbours(shapes, made):
    ours = [home(f"/list/?show=article&id={number}") for number in range(9)] + [
        home(f"/list/{number}.html") for number in range(9)
    ]
    read(shapes, ours)
    word = ["".join("abcdefgh"[int(digit)] for digit in f"{number:04o}") for number in range(200)]
    for number in range(99):
        page, links = home(made.format(word[number])), [home(made.format(one)) for one in word[number + 1 : number + 9]]
        shapes.seen(page, article=False, named=links, new=links)
    assert shapes.wants(home(made.format("zz")))
    assert [shapes.wants(one) for one in ours] == [None] * len(ours)
