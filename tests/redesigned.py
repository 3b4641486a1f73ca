"""A made-up site in two designs: one with labels, and one that says the same by classes and attributes alone, amid remarks of readers."""

from tests.crawls import listing

NUMBERS = range(1, 41)
SLOGAN = "海港在线 您身边的港口新闻"
_REMARK = "第{n}楼的读者说，上次去那里的时候天气很好，我们一家人在附近走了整整一个下午，回来以后还专门写了一篇长长的游记放在自己的主页上，有兴趣的朋友可以来看看，第{m}篇就是。"


def path(number):
    return f"/news/{number}.html"


def title(number):
    return f"第{number}号码头的维修工程在{'春夏秋冬'[number % 4]}天开始了"


def published(number):
    return f"2024-05-{number % 28 + 1:02} {number % 24:02}:15"


def source(number):
    return f"海港报{number % 3}"


def paragraphs(number, more=""):
    return [
        f"港务局今天说明，第{number}号码头的维修需要{number + 3}个月的时间，其间船只改停{number + 1}号泊位。{more}",
        f"第{number}号码头建于一九{number + 40}年，去年共有{number * 37}艘船在这里停靠，是全港最忙的码头之一。",
        f"负责人表示，{number}号泊位的照明和水电会同时更换，居民如有疑问可以拨打港务局的电话询问详情。",
    ]


def old(number, more=""):
    """Return the page of an article in the design with labels."""
    text = "".join(f"<p>{one}</p>" for one in paragraphs(number, more))
    return (
        f"<html lang=zh><head><title>{title(number)}_海港在线</title></head><body><div class=page><h1 class=headline>{title(number)}</h1>"
        f"<p class=info>发布时间：{published(number)} 来源：{source(number)}</p><div class=story>{text}</div>"
        f"<div class=turn><p>上一篇：<a href={path(number - 1)}>{title(number - 1)}</a></p>"
        f"<p>下一篇：<a href={path(number + 1)}>{title(number + 1)}</a></p></div></div></body></html>"
    )


def new(number, more=""):
    """Return the same article in the design that the generic rules misread."""
    text = "".join(f"<div>{one}</div>" for one in paragraphs(number, more))
    remarks = "".join(f"<div><p>{_REMARK.format(n=number + n, m=number * n)}</p></div>" for n in range(2, 8))
    return (
        f"<html lang=zh><head><title>{SLOGAN}</title></head><body><div class=q1><h1>{SLOGAN}</h1></div><div class=q2>"
        f'<div class=q3>{title(number)}</div><i class=q4 data-when="{published(number)}"></i><b class=q5>{source(number)}</b></div>'
        f"<div class=q6><div class=q7>{text}</div></div><div class=q8>{remarks}</div>"
        f"<div class=q9><a class=r1 href={path(number - 1)}>{title(number - 1)}</a> "
        f"<a class=r2 href={path(number + 1)}>{title(number + 1)}</a></div></body></html>"
    )


def renamed(number):
    """Return it in a new design that is as well labelled as the old one."""
    page = old(number)
    for name, other in (
        ("headline", "h-x"),
        ("info", "meta-x"),
        ("story", "text-x"),
        ("turn", "nav-x"),
        ("page", "p-x"),
    ):
        page = page.replace(f"class={name}", f"class={other}")
    return page.replace("发布时间：", "时间：").replace("<p class", "<div><span>海港在线</span></div><p class")


def site(make=old):
    """Return the routes of the site with a list of its articles."""
    return {"/": listing(*map(path, NUMBERS)), **{path(number): make(number) for number in NUMBERS}}


def number_of(url):
    return int(url.rpartition("/")[2].partition(".")[0])


def said(line):
    """Return what a line of the archive says."""
    return line["title"], line["published_raw"], line["source"], line["body"]


def expected(number, more=""):
    return title(number), published(number), source(number), "\n\n".join(paragraphs(number, more))
