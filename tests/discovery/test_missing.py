"""Pages that say that what was asked for isn't there, in the manner of many systems; all are made up."""

import pytest

from crawler.discovery.missing import says_missing
from crawler.extraction import parse, read
from tests.crawls import article

FOOT = "<div class=foot><p>主办：某某县人民政府办公室　承办：某某县大数据中心</p><p>备案号：某ICP备00000000号　网站标识码：0000000000</p></div>"
MENU = (
    "<ul>"
    + "".join(f"<li><a href='/{word}/'>{word}</a></li>" for word in ("首页", "新闻", "政务公开", "互动"))
    + "</ul>"
)
HOT = "<h3>热门文章</h3><ul>" + "".join(
    f"<li><a href='/n/{n}.html'>一台新的光谱仪在第{n}实验室投入使用了</a></li>" for n in range(12)
) + "</ul>"  # fmt: skip


def said(body, title="", encoding="utf-8"):
    markup = f"<html><head><meta charset={encoding}><title>{title}</title></head><body>{body}</body></html>"
    document = parse(markup.encode(encoding), "http://a.cn/n/3.html")
    return says_missing(document, read(document))


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f"{MENU}<div><img src=404.png><p>抱歉，您访问的页面不存在或已被删除！</p><a href='/'>返回首页</a></div>{FOOT}", "某某县人民政府"),
        (f"{MENU}<h2>您所访问的信息不存在</h2><p>可能的原因：</p><p>1. 地址有误；2. 信息已下线。</p>{FOOT}", "提示信息"),
        ("<div id=messagetext class=alert_error><p>抱歉，指定的主题不存在或已被删除或正在被审核</p><p><a href='javascript:history.back()'>[ 点击这里返回上一页 ]</a></p></div>", "提示信息 - 论坛 - Powered by Discuz!"),
        (f"<div class=message>该内容已被发布者删除</div>{HOT}", ""),
        (f"<h1>文章已删除</h1>{HOT}", "文章已删除 - 某某网"),
        (f"<p>内容不存在或已下线</p>{FOOT}", "某某新闻"),
        ("<p>该页面不存在，3秒后自动跳转到首页</p><script>setTimeout(function(){location.href='/'},3000)</script>", ""),
        ("<script>alert('该文章不存在或已删除！');location.href='/';</script>", ""),
        ("<script>layer.msg(\"您要查看的內容不存在\", {icon: 2});</script>", ""),
        (f"<h1>對不起，找不到您要訪問的頁面</h1>{MENU}", ""),
        ("<h1>404</h1><p>很抱歉</p>", "404"),
        ("<header><a href=/>Site</a></header><h1 class=page-title>Oops! That page can&rsquo;t be found.</h1><p>It looks like nothing was found at this location. Maybe try a search?</p><form></form>", "Page not found &#8211; A Blog"),
        ("<h1>404 Not Found</h1><hr><center>nginx</center>", "404 Not Found"),
        (f"<h1>This article is no longer available</h1><p>Here are some of our latest stories.</p>{HOT}", "The Gazette"),
        ("<h2>Sorry, the page you requested could not be found.</h2>", "Error"),
        ("<h1>Page introuvable</h1><p>Désolé, cette page n’existe plus.</p>", "Le Journal"),
        ("<h1>Seite nicht gefunden</h1>", "Die Zeitung"),
        ("<h1>Página no encontrada</h1>", ""),
        ("<h1>Página não encontrada</h1>", ""),
        ("<h1>Страница не найдена</h1>", ""),
        ("<p>お探しのページは見つかりませんでした</p>", ""),
        ("<p>존재하지 않는 기사입니다</p>", ""),
    ],
    ids=["government", "government, heading", "forum", "messenger", "deleted", "offline", "redirect notice", "alert", "layer",
         "traditional", "number", "wordpress", "nginx", "english", "english, sorry", "french", "german", "spanish", "portuguese",
         "russian", "japanese", "korean"],
)  # fmt: skip
def test_a_page_that_says_that_nothing_is_there_is_missing(body, title):
    assert said(body, title)


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "big5"])
def test_so_does_one_in_an_old_encoding(encoding):
    words = "抱歉，您訪問的頁面不存在" if encoding == "big5" else "抱歉，您访问的页面不存在"
    assert said(f"<h1>{words}</h1>", encoding=encoding) == words


def test_the_page_s_own_words_are_returned():
    assert said("<h1>對不起，找不到您要訪問的頁面</h1>") == "對不起，找不到您要訪問的頁面"


PROSE = (
    "<p>研究人员介绍，这台仪器在过去的一年里完成了多次测量，结果令人满意，相关数据已经公开发布，下一步将推广到更多的实验室。</p>"
    * 6
)
ENGLISH = (
    "<p>The researchers say that the instrument has made many measurements in the past year, all of them published.</p>"
    * 8
)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (article(), ""),
        (f"<h1>如何设计一个好的404页面</h1><p>2024-05-06</p>{PROSE}", "如何设计一个好的404页面"),
        (f"<h1>Page not found</h1><time>May 6, 2024</time>{ENGLISH}", "Page not found"),
        (f"<h1>一台新的光谱仪投入使用了</h1>{PROSE}<p>“您访问的页面不存在”，网站这样回答。</p>", "报道"),
        (f"<h1>一台新的光谱仪投入使用了</h1>{PROSE}<p>页面不存在</p>", "报道"),
        ("<h1>网友反映某平台文章已删除 官方回应来了</h1><p>2024-05-06</p><p>记者了解到情况属实。</p>", "网友反映某平台文章已删除 官方回应来了"),
        (f"<h1>一台新的光谱仪投入使用了</h1><p>2024-05-06</p><p>今日投入使用。</p><p>该评论已删除</p>{MENU}", "报道"),
        (f"<h1>新闻列表</h1>{HOT}", "新闻列表"),
        ("<p>本页面需要启用 JavaScript</p>", ""),
        (f"<h1>联系我们</h1><p>电话：000-0000</p>{FOOT}", "联系我们"),
        ("<h1>404 days at sea</h1><p>May 6, 2024</p><p>A diary.</p>", "404 days at sea"),
        ("<h1>The page that could not be found in the library of Alexandria</h1><p>An essay.</p>", "Essays"),
    ],
    ids=["article", "about such pages", "called so", "quoted in a line", "quoted alone", "headline", "comment", "list", "script",
         "contact", "a number", "a story"],
)  # fmt: skip
def test_whatever_says_anything_else_is_not(body, title):
    assert said(body, title) is None


@pytest.mark.parametrize("line", ["页面" * 4000, "页面可能" * 3000, "page " * 4000, "找不到" * 4000, "(" * 9000])
def test_long_lines_are_no_burden(line):
    assert said(f"<p>{line}</p>", line[:90]) is None
