from crawler.discovery.covering import LISTS, SAMPLE, Covering


def addresses(count):
    return [f"https://a.cn/news/{number}.html" for number in range(count)]


def judged(articles, named):
    covering = Covering()
    for start in range(0, len(named), 20):
        covering.names("/page/#", named[start : start + 20])
    for url in articles:
        covering.article(url)
    return covering.is_covered()


def test_a_list_that_names_nearly_all_covers_a_site_of_any_size():
    for count in (10, 500, 20_000):
        assert judged(addresses(count), addresses(count)[count // 10 :])


def test_a_list_that_names_half_does_not():
    for count in (10, 500, 20_000):
        assert not judged(addresses(count), addresses(count // 2))


def test_too_few_articles_tell_nothing():
    assert not judged(addresses(3), addresses(3))


def test_memory_is_bounded():
    covering = Covering()
    for number in range(2 * LISTS):
        covering.names(f"/list/{number}", addresses(5_000))
    for url in addresses(5_000):
        covering.article(url)
    assert len(covering._lists) <= LISTS
    assert len(covering._articles) <= SAMPLE
    assert all(len(named) <= 4 * SAMPLE for named in covering._lists.values())
