"""The seed article's text in the markups that sites give such a text: heads, texts, feet, shells and charsets."""

from __future__ import annotations

import json
from pathlib import Path

_SEED = Path(__file__).parents[2] / "seeds" / "hzgreat100"
EXPECTED = next(
    row
    for row in map(json.loads, (_SEED / "expected.jsonl").read_text("utf-8").splitlines())
    if row["url"].endswith("/1771.html")
)
URL = EXPECTED["url"]
TAG, TITLE = "【行业新闻】", EXPECTED["title"]
VIEWS, TIME, SOURCE = "35348", "2021-07-26 11:43", EXPECTED["source"]
PREV, NEXT = EXPECTED["prev"]["title"], EXPECTED["next"]["title"]
PREV_URL, NEXT_URL = (EXPECTED[side]["url"].removeprefix("http://hzgreat100.com") for side in ("prev", "next"))
PARAGRAPHS = EXPECTED["body"].split("\n\n")

_H1 = f"<h1>{TAG}{TITLE}</h1>"
HEADS = {
    "two lines": f"{_H1}<div>浏览次数：{VIEWS}</div><div>时间：{TIME}</div>",
    "one line": f"{_H1}<p>浏览次数:{VIEWS} 时间:{TIME}</p>",
    "one line, other order": f"{_H1}<p>时间：{TIME}&nbsp;&nbsp;浏览次数：{VIEWS}</p>",
    "spans": f"{_H1}<p><span>浏览次数：<b>{VIEWS}</b></span><span>时间：{TIME}</span></p>",
    "each word a node": f"{_H1}<p><em>浏览次数</em>：<i>{VIEWS}</i> <em>时间</em>：<i>2021-07-26</i> <i>11:43</i></p>",
    "label cut in two nodes": f"{_H1}<p><b>浏览</b>次数:<span>{VIEWS}</span> <b>时</b>间:<span>{TIME}</span></p>",
    "br": f"{_H1}<div>浏览次数：{VIEWS}<br>时间：{TIME}<br></div>",
    "br, value on a line of its own": f"{_H1}<div>浏览次数：<br>{VIEWS}<br>时间：<br>{TIME}</div>",
    "table, label and value in cells": f"<table><tr><td colspan=4>{_H1}</td></tr><tr><td>浏览次数</td><td>{VIEWS}</td>"
    f"<td>时间</td><td>{TIME}</td></tr></table>",
    "table, colons": f"{_H1}<table><tr><td>浏览次数：</td><td>{VIEWS}</td></tr><tr><td>时间：</td><td>{TIME}</td></tr>"
    "</table>",
    "table, header cells": f"{_H1}<table><tr><th>浏览次数</th><td>{VIEWS}</td></tr><tr><th>时间</th><td>{TIME}</td></tr>"
    "</table>",
    "one cell": f"<table><tr><td align=center><b>{TAG}{TITLE}</b></td></tr><tr><td align=center>浏览次数：{VIEWS}"
    f"&#12288;时间：{TIME}</td></tr></table>",
    "dl": f"{_H1}<dl><dt>浏览次数</dt><dd>{VIEWS}</dd><dt>时间</dt><dd>{TIME}</dd></dl>",
    "dl, colons": f"{_H1}<dl><dt>浏览次数：</dt><dd>{VIEWS}</dd><dt>时间：</dt><dd>{TIME}</dd></dl>",
    "list": f"{_H1}<ul><li>浏览次数：{VIEWS}</li><li>时间：{TIME}</li></ul>",
    "brackets": f"{_H1}<p>[浏览次数：{VIEWS}] [时间：{TIME}]</p>",
    "full-width brackets": f"{_H1}<p>【浏览次数：{VIEWS}】【时间：{TIME}】</p>",
    "round brackets": f"{_H1}<p>（浏览次数：{VIEWS}）（时间：{TIME}）</p>",
    "bars": f"{_H1}<p>浏览次数：{VIEWS} | 时间：{TIME} | 字号：大 中 小</p>",
    "slashes": f"{_H1}<p>浏览次数：{VIEWS} / 时间：{TIME}</p>",
    "spaced labels": f"{_H1}<p>浏 览 次 数： {VIEWS} 时 间： {TIME}</p>",
    "no-break spaces": f"{_H1}<p>浏览次数：&nbsp;{VIEWS}&nbsp;&nbsp;时间：&nbsp;{TIME}</p>",
    "unit behind": f"{_H1}<p>时间：{TIME} {VIEWS}次浏览</p>",
    "unit with a verb before": f"{_H1}<p>时间：{TIME} 本文被阅读 {VIEWS} 次</p>",
    "count with a unit": f"{_H1}<p>浏览次数：{VIEWS}次 发布时间：{TIME}</p>",
    "popularity": f"{_H1}<p>人气：{VIEWS} 发布日期：{TIME}</p>",
    "clicks in brackets": f"{_H1}<p>点击数:( {VIEWS} ) 发表时间:( {TIME} )</p>",
    "thousands parted": f"{_H1}<p>浏览量：35,348 时间：{TIME}</p>",
    "Chinese date": f"{_H1}<p>浏览次数：{VIEWS} 时间：2021年7月26日 11:43</p>",
    "Chinese date and time": f"{_H1}<p>浏览次数：{VIEWS} 时间：2021年07月26日11时43分</p>",
    "slashed date": f"{_H1}<p>浏览次数：{VIEWS} 时间：2021/7/26 11:43</p>",
    "dotted date": f"{_H1}<p>浏览次数：{VIEWS} 时间：2021.07.26 11:43</p>",
    "full-width digits": f"{_H1}<p>浏览次数：３５３４８ 时间：２０２１－０７－２６ １１：４３</p>",
    "weekday": f"{_H1}<p>浏览次数：{VIEWS} 时间：2021-07-26 星期一 11:43</p>",
    "time without a label": f"{_H1}<p>{TIME} 浏览次数：{VIEWS}</p>",
    "time element": f"{_H1}<p><time datetime='2021-07-26T11:43:00+08:00'>{TIME}</time> 浏览次数：{VIEWS}</p>",
    "time above the title": f"<p>时间：{TIME}　浏览次数：{VIEWS}</p>{_H1}",
    "changed later": f"{_H1}<p>发布时间：{TIME} 更新时间：2021-08-01 09:00 浏览次数：{VIEWS}</p>",
    "changed later, said first": f"{_H1}<p>上次更新：2021-08-01 09:00 时间：{TIME} 浏览次数：{VIEWS}</p>",
    "other labels between": f"{_H1}<p>作者： 编辑： 时间：{TIME} 字体：[大 中 小] 浏览次数：{VIEWS} 评论：12 收藏：3</p>",
    "title in a div": f"<div class=bt>{TAG}{TITLE}</div><div>浏览次数：{VIEWS} 时间：{TIME}</div>",
    "title in a heading of a lower rank": f"<h4>{TAG}{TITLE}</h4><div>浏览次数：{VIEWS} 时间：{TIME}</div>",
    "title in font": f"<center><font size=5><b>{TAG}{TITLE}</b></font></center><p>浏览次数：{VIEWS} 时间：{TIME}</p>",
    "site's name is a heading too": f"<h1>仪器无忧网</h1><h2>{TAG}{TITLE}</h2><p>浏览次数：{VIEWS} 时间：{TIME}</p>",
    "tag in a node of its own": f"<h1><span>{TAG}</span>{TITLE}</h1><p>浏览次数：{VIEWS} 时间：{TIME}</p>",
}

TEXTS = {
    "paragraphs": "".join(f"<p>{text}</p>" for text in PARAGRAPHS),
    "br": "<br><br>".join(PARAGRAPHS),
    "br and indents": "<br>".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{text}" for text in PARAGRAPHS),
    "divs": "".join(f"<div>{text}</div>" for text in PARAGRAPHS),
    "spans in paragraphs": "".join(f"<p><span style='font-size:14px'>{text}</span></p>" for text in PARAGRAPHS),
    "word processor": "".join(
        f"<p class=MsoNormal><span lang=ZH-CN>{text}<o:p></o:p></span></p>" for text in PARAGRAPHS
    ),
    "sections": "<section><section>"
    + "".join(f"<section><p>{t}</p></section>" for t in PARAGRAPHS)
    + "</section></section>",
    "table as layout": "<table><tr><td>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</td></tr></table>",
    "unclosed paragraphs": "".join(f"<p>{text}" for text in PARAGRAPHS),
    "empty paragraphs between": "".join(f"<p>{text}</p><p>&nbsp;</p><p><br></p>" for text in PARAGRAPHS),
    "headings": "".join(f"<{'p' if len(t) > 30 else 'h3'}>{t}</{'p' if len(t) > 30 else 'h3'}>" for t in PARAGRAPHS),
    "pictures": "".join(f"<p>{text}</p><p><img src=/upload/{at}.jpg></p>" for at, text in enumerate(PARAGRAPHS)),
}

_PREV, _NEXT = f"<a href='{PREV_URL}'>{PREV}</a>", f"<a href='{NEXT_URL}'>{NEXT}</a>"
_FROM = f"<p>来源：{SOURCE}</p>"
FEET = {
    "labels outside the links": f"{_FROM}<p>上一篇：{_PREV}</p><p>下一篇：{_NEXT}</p>",
    "ASCII colons": f"<p>来源:{SOURCE}</p><p>上一篇:{_PREV}</p><p>下一篇:{_NEXT}</p>",
    "labels inside the links": f"{_FROM}<p><a href='{PREV_URL}'>上一篇：{PREV}</a></p><p><a href='{NEXT_URL}'>下一篇：{NEXT}</a></p>",
    "title in the tooltip": f"{_FROM}<p><a href='{PREV_URL}' title='{PREV}'>上一篇</a> <a href='{NEXT_URL}' title='{NEXT}'>下一篇</a></p>",
    "one line": f"{_FROM}<p>上一篇：{_PREV} 下一篇：{_NEXT}</p>",
    "br": f"<div>来源：{SOURCE}<br>上一篇：{_PREV}<br>下一篇：{_NEXT}</div>",
    "list": f"{_FROM}<ul><li>上一篇：{_PREV}</li><li>下一篇：{_NEXT}</li></ul>",
    "spans": f"{_FROM}<p><span>上一篇：</span>{_PREV}</p><p><span>下一篇：</span>{_NEXT}</p>",
    "no colons": f"{_FROM}<div><span>上一篇</span>{_PREV}</div><div><span>下一篇</span>{_NEXT}</div>",
    "table": f"<table><tr><td>来源：</td><td>{SOURCE}</td></tr><tr><td>上一篇：</td><td>{_PREV}</td></tr>"
    f"<tr><td>下一篇：</td><td>{_NEXT}</td></tr></table>",
    "dl": f"<dl><dt>来源</dt><dd>{SOURCE}</dd></dl><dl><dt>上一篇</dt><dd>{_PREV}</dd><dt>下一篇</dt><dd>{_NEXT}</dd></dl>",
    "brackets": f"<p>（来源：{SOURCE}）</p><p>【上一篇】{_PREV}</p><p>【下一篇】{_NEXT}</p>",
    "square brackets": f"<p>[来源：{SOURCE}]</p><p>[上一篇] {_PREV}</p><p>[下一篇] {_NEXT}</p>",
    "other words": f"<p>文章来源：{SOURCE}</p><p>上一条：{_PREV}</p><p>下一条：{_NEXT}</p>",
    "previous one": f"<p>信息来源： {SOURCE}</p><p>前一篇：{_PREV}</p><p>后一篇：{_NEXT}</p>",
    "arrows": f"{_FROM}<p>« 上一篇：{_PREV}</p><p>下一篇：{_NEXT} »</p>",
    "rel": f"{_FROM}<p><a rel=prev href='{PREV_URL}'>« {PREV}</a> <a rel=next href='{NEXT_URL}'>{NEXT} »</a></p>",
    "source linked": f"<p>来源：<a href='http://www.example.com/'>{SOURCE}</a></p><p>上一篇：{_PREV}</p><p>下一篇：{_NEXT}</p>",
    "share line between": f"{_FROM}<p>分享到： 微信 微博 QQ空间</p><p>上一篇：{_PREV}</p><p>下一篇：{_NEXT}</p>",
    "next first": f"{_FROM}<p>下一篇：{_NEXT}</p><p>上一篇：{_PREV}</p>",
}

_CRUMBS = (
    "<div>当前位置：<a href=/>首页</a> &gt; <a href=/News/>新闻</a> &gt; <a href=/News/1/>行业新闻</a> &gt; 正文</div>"
)
_MENU = "<ul><li><a href=/>首页</a></li><li><a href=/News/>新闻</a></li><li><a href=/About/>关于我们</a></li></ul>"
_LIST = "".join(
    f"<li><a href=/News/desc/id/{at}.html>【行业新闻】第{at}届仪器展览会如期举行</a><span>2026-0{at % 9 + 1}-1{at % 10}</span>"
    f" 浏览次数：{at * 77} 来源：展览报</li>"
    for at in range(1800, 1812)
)
_FOOTER = "<div>版权所有 仪器无忧网 累计访问量：9999999 更新时间：2026-01-01 今日访问：12 浙ICP备12345678号</div>"
SHELLS = {
    "bare": "{head}{text}{foot}",
    "in a box": f"{_MENU}{_CRUMBS}<div class=content>{{head}}<div class=text>{{text}}</div>{{foot}}</div>{_FOOTER}",
    "side list first": f"{_MENU}<div class=left><h3>最新资讯</h3><ul>{_LIST}</ul></div>{_CRUMBS}"
    f"<div class=main>{{head}}<div>{{text}}</div>{{foot}}</div>{_FOOTER}",
    "side list last": f"{_MENU}{_CRUMBS}<div>{{head}}<div>{{text}}</div>{{foot}}</div>"
    f"<div><h3>热门文章</h3><ul>{_LIST}</ul></div>{_FOOTER}",
    "related below": f"{_MENU}{_CRUMBS}{{head}}<div>{{text}}</div>{{foot}}<h3>相关文章</h3><ul>{_LIST}</ul>{_FOOTER}",
    "tables": f"<table width=980><tr><td>{_MENU}</td></tr><tr><td width=200><ul>{_LIST}</ul></td><td>{_CRUMBS}{{head}}"
    f"<table><tr><td>{{text}}</td></tr></table>{{foot}}</td></tr><tr><td>{_FOOTER}</td></tr></table>",
    "clock in the banner": f"<div>今天是2026年6月1日 星期一 在线人数：77 总访问量：1234567</div>{_MENU}{_CRUMBS}"
    f"{{head}}<div>{{text}}</div>{{foot}}{_FOOTER}",
    "comments below": f"{_MENU}{{head}}<div>{{text}}</div>{{foot}}<div><h3>评论</h3><p>网友甲 2025-01-01 10:00 阅读：5"
    f"</p><p>写得好</p><p>网友乙 2025-01-02 10:00</p><p>同意楼上</p></div>{_FOOTER}",
}

_UTF8 = {"content-type": "text/html; charset=utf-8"}
CHARSETS: dict[str, tuple[str, str, dict[str, str]]] = {
    "UTF-8, declared": ("utf-8", "<meta charset=utf-8>", {}),
    "UTF-8, by the server alone": ("utf-8", "", _UTF8),
    "UTF-8, undeclared": ("utf-8", "", {"content-type": "text/html"}),
    "UTF-8 with a mark": ("utf-8-sig", "", {}),
    "UTF-8, the server says gb2312": ("utf-8", "<meta charset=utf-8>", {"content-type": "text/html; charset=gb2312"}),
    "UTF-8, page and server say gb2312": (
        "utf-8",
        "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>",
        {"content-type": "text/html; charset=gb2312"},
    ),
    "GBK, declared as gb2312": ("gbk", "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>", {}),
    "GBK, undeclared": ("gbk", "", {"content-type": "text/html"}),
    "GBK, the page says UTF-8": ("gbk", "<meta charset=utf-8>", {}),
    "GBK, the server says UTF-8": ("gbk", "<meta charset=gbk>", _UTF8),
    "GBK, the server alone says iso-8859-1": ("gbk", "", {"content-type": "text/html; charset=iso-8859-1"}),
    "GB 18030": ("gb18030", "<meta charset=gb18030>", {}),
}


def page(
    head: str = "two lines",
    text: str = "paragraphs",
    foot: str = "labels outside the links",
    shell: str = "in a box",
    charset: str = "UTF-8, declared",
) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of the article in a markup, and the headers that come with them."""
    encoding, meta, headers = CHARSETS[charset]
    body = SHELLS[shell].format(head=HEADS[head], text=TEXTS[text], foot=FEET[foot])
    markup = f"<html><head>{meta}<title>{TITLE} - 仪器无忧网</title></head><body>{body}</body></html>"
    return markup.encode(encoding, "xmlcharrefreplace"), headers
