"""Sites that were made up to be learnt from: each function gives the page of one article."""

from crawler.layout import Layout
from crawler.learning import sampled

LAYOUT = Layout(
    title=".headline",
    published=".info",
    source=".info",
    views=".info",
    body=".story",
    prev=".turn > p:first-of-type > a",
    next=".turn > p:last-of-type > a",
)
"""Of `plain`."""
PAGE_URL = "https://news.example/2024/1.html"
WORDS = "harbour master pier repairs autumn council storm ferry captain market bridge lantern vessel timber".split()
NAV = "<div class=nav><a href=/>Home</a> <a href=/news/>News</a> <a href=/sport/>Sport</a></div>"
FOOT = "<div class=foot><p>Harbour Daily, 1 Quay Street. All rights reserved by the harbour's only paper.</p></div>"


def sentence(number, place, length=18):
    chosen = [WORDS[(number * 7 + place * 5 + n * (1 + number % 3)) % len(WORDS)] for n in range(length)]
    return f"The {' '.join(chosen)} of number {number} in line {place}."


def text(number, paragraphs=4):
    return "".join(f"<p>{sentence(number, place)} {sentence(number, place + 9)}</p>" for place in range(paragraphs))


def title(number):
    return f"Harbour report {number}: {WORDS[number % len(WORDS)]} and {WORDS[(number * 3 + 1) % len(WORDS)]}"


def day(number, month=5):
    return f"2024-{month:02}-{number % 27 + 1:02} 07:{number % 60:02}"


def side(number):
    others = "".join(f"<li><a href={n}.html>{title(n)}</a> {day(n)}</li>" for n in range(number + 40, number + 45))
    return f"<div class=side><h3>More</h3><ul>{others}</ul></div>"


def shell(number, inner):
    return (
        f"<html lang=en><head><title>{title(number)} - Harbour Daily</title></head><body>{NAV}"
        f"<div class=page>{inner}{side(number)}</div>{FOOT}</body></html>"
    )


def plain(number, month=5):
    info = f"<p class=info>发布时间：{day(number, month)} 来源：海港报{number % 4} 浏览次数：{number * 37}</p>"
    return shell(
        number,
        f"<h1 class=headline>{title(number)}</h1>{info}<div class=story>{text(number)}</div>"
        f"<div class=turn><p>上一篇：<a href={number - 1}.html>{title(number - 1)}</a></p>"
        f"<p>下一篇：<a href={number + 1}.html>{title(number + 1)}</a></p></div>",
    )


def other(number, month=5):
    """An older design of the same paper."""
    return (
        f"<html lang=en><head><title>Harbour Daily: {title(number)}</title></head><body><table class=frame><tr><td>"
        f"<font class=big>{title(number)}</font><br><span class=when>{day(number, month)}</span></td></tr><tr>"
        f"<td class=cell>{text(number)}</td></tr></table><table class=links><tr><td>Harbour Daily</td></tr></table>"
        "</body></html>"
    )


def sample(make, number, **options):
    url = f"https://news.example/2024/{number}.html"
    found = sampled(url, make(number, **options).encode(), url)
    assert found is not None, f"{url} is taken for no article"
    return found


def samples(make, numbers, **options):
    return [sample(make, number, **options) for number in numbers]
