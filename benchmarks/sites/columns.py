"""A made-up Chinese column as an app's public pages show it: opaque addresses, albums with 加载更多, one chain, a mobile mirror."""

from __future__ import annotations

import base64
import hashlib
import random
import re
from datetime import datetime
from typing import ClassVar

from benchmarks.sites.made import Made, Post, Way, html, moved
from benchmarks.sites.words import CHINESE, chinese_title, paragraphs
from seeds.site import Page

ALBUMS = {"2101": "河岸来信", "2102": "旧物志", "2103": "山行记", "2104": "答读者问"}
PER_LOAD = 10


class Columns(Made):
    name = "columns"
    hosts: ClassVar = ("www.hean.example", "m.hean.example")
    mirrors: ClassVar = ("m.hean.example",)
    one_chain: ClassVar = True

    def write(self, number: int, at: datetime) -> Post:
        chance = random.Random(f"{self.seed} {number} post")
        name = base64.urlsafe_b64encode(hashlib.sha256(f"{self.seed} {number}".encode()).digest())[:22].decode()
        return Post(
            number=number,
            path=f"/s/{name}",
            title=chinese_title(self.seed, number),
            at=at,
            section=chance.choice([*ALBUMS, "", ""]),
            text=paragraphs(self.seed, number, CHINESE, most=9),
            author=chance.choice(("河岸", "阿木", "陈一航")),
            views=chance.randrange(40, 60_000),
        )

    def offers(self, way: Way, post: Post) -> bool:
        return way in ("chain", "links") or (way == "lists" and post.section != "")

    def kind_of(self, target: str) -> str:
        path = target.partition("?")[0]
        if path in self.by_path:
            return "article"
        for word, kind in (
            ("/album/", "list"),
            ("/profile", "profile"),
            ("/comment", "comments"),
            ("/open", "app"),
            ("/robots", "robots"),
        ):
            if path.startswith(word):
                return kind
        return "list" if path == "/" else "other"

    # Pages. --------------------------------------------------------------------------------------------------------

    def page(self, host: str, target: str) -> Page | None:
        path, _, query = target.partition("?")
        if path == "/":
            return self._home(host)
        if (match := re.fullmatch(r"/album/(\d{4})", path)) and match[1] in ALBUMS:
            begin = int(found[1]) if (found := re.search(r"begin=(\d{1,6})", query)) else 0
            return self._album(host, match[1], begin)
        if path == "/profile":
            return self._whole(
                host,
                "关于河岸",
                "<div class=profile><h2>河岸</h2><p>写河边的人和事。每周二、周五更新。转载请在后台留言。</p></div>",
            )
        if path == "/comment":
            return self._whole(host, "留言", "<ul class=discuss><li>写得真好。</li><li>期待下一篇。</li></ul>")
        if path == "/open":
            return moved("https://app.hean-download.example/install", 302)
        return None

    def missing(self, status: int) -> Page:
        text = "<div class=msg><i class=icon_warn></i><h2>该内容已被发布者删除</h2><p>如有疑问，请联系客服。</p></div>"
        page = self._whole(self.hosts[0], "提示", text)
        # As with an app: what is not there is a page like any other.
        return Page(body=page.body, content_type=page.content_type, status=404 if status == 404 else status)

    def _home(self, host: str) -> Page:
        newest = "".join(self._card(post) for post in [one for one in self.newest("lists") if one.section][:6])
        albums = "".join(
            f"<a class=album href='/album/{no}?begin=0&amp;count={PER_LOAD}'><b>{name}</b><span>专辑</span></a>"
            for no, name in ALBUMS.items()
        )
        return self._whole(
            host,
            "河岸",
            f"<div class=intro><p>写河边的人和事。</p></div><div class=albums>{albums}</div><div class=feed><h3>最近更新</h3>{newest}</div>",
        )

    def _album(self, host: str, no: str, begin: int) -> Page:
        posts = self.newest("lists", no)
        shown = posts[begin : begin + PER_LOAD]
        # The button is there on every page, behind the last one too: it is the script that hides it.
        more = f"<a class=js_load_more href='/album/{no}?begin={begin + PER_LOAD}&amp;count={PER_LOAD}'>加载更多</a>"
        items = "".join(map(self._card, shown)) or "<p class=empty>没有更多了</p>"
        head = f"<h2>{ALBUMS[no]}</h2><span>共{len(posts)}篇</span>"
        return self._whole(host, ALBUMS[no], f"<div class=album_hd>{head}</div><div class=album_bd>{items}</div>{more}")

    def _card(self, post: Post) -> str:
        return (
            f"<a class=card href='{post.path}'><h4>{post.title}</h4>"
            f"<span>{post.at.month}月{post.at.day}日</span> <span>阅读 {_readers(post.views // 1000 * 1000)}</span></a>"
        )

    def show(self, post: Post, host: str, target: str) -> Page:
        older, newer = self.neighbours(post)
        chain = "".join(
            f"<div class=pn__item>{word}：<a href='{other.path}?scene=27#rd'>{other.title}</a></div>" if other else f"<div class=pn__item>{word}：没有了</div>"
            for word, other in (("上一篇", older), ("下一篇", newer))
        )  # fmt: skip
        more = "".join(
            f"<p><a href='http://{self.hosts[0]}{other.path}?from=timeline&amp;isappinstalled=0'>《{other.title}》</a></p>"
            for other in self.linked_from(post)
        )
        album = (
            f"<a class=tag href='/album/{post.section}?begin=0&amp;count={PER_LOAD}'>#{ALBUMS[post.section]}</a>"
            if post.section
            else ""
        )
        body = "".join(
            f"<section style='margin:0 8px'><p><span style='font-size:16px'>{line}</span></p></section>"
            for line in post.paragraphs
        )
        day = f"{post.at.year}年{post.at.month}月{post.at.day}日 {post.at:%H:%M}"
        text = (
            f"<div id=js_article class=rich_media><h1 class=rich_media_title id=activity-name>{post.title}</h1>"
            f"<div class=rich_media_meta_list><span class='rich_media_meta rich_media_meta_text'>原创</span> <span class=rich_media_meta_text>{post.author}</span> "
            f"<a href='/profile' id=js_name>河岸</a> <em id=publish_time class=rich_media_meta_text>{day}</em></div>"
            f"<div class=rich_media_content id=js_content style='visibility:hidden'>{body}<section class=wangqi><p>往期推荐</p>{more}</section></div>"
            f"<div class=rich_media_tool>{album}<span id=js_read_area>阅读 {_readers(post.views)}</span> <span>在看 {post.views // 97}</span>"
            f" <a href='/comment?id={post.number}'>写留言</a> <a href='/open?u={post.path[3:]}'>打开App阅读全文</a></div><div class=pn>{chain}</div></div>"
        )  # fmt: skip
        other = self.mirrors[0] if host != self.mirrors[0] else self.hosts[0]
        head = (
            f"<link rel=canonical href='http://{self.hosts[0]}{post.path}'><meta property='og:type' content='article'>"
            f"<meta property='og:title' content='{post.title}'><link rel=alternate media='only screen and (max-width:640px)' href='http://{self.mirrors[0]}{post.path}'>"
        )
        word = "电脑版" if other == self.hosts[0] else "手机版"
        foot = f"<div class=ver><a href='http://{other}{post.path}'>{word}</a></div>"
        return self._whole(host, post.title, text + foot, head, at=post.changed_at or post.at)

    def _whole(self, host: str, title: str, text: str, head: str = "", *, at: datetime | None = None) -> Page:
        mobile = "m_body" if host in self.mirrors else "pc_body"
        whole = (
            f"<!DOCTYPE html><html><head><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{title}</title>{head}"
            f"<script>window.__biz='MzI5{self.seed:06}==';var user_name='hean';</script></head><body id=activity-detail class='zh_CN {mobile}'>{text}"
            "<div class=qr>扫一扫，关注河岸</div></body></html>"
        )  # fmt: skip
        return html(whole, at=at or self.now)


def _readers(views: int) -> str:
    """Return a count as the app shows it.

    >>> _readers(9_999), _readers(12_345), _readers(140_000)
    ('9999', '1.2万', '10万+')
    """
    if views > 100_000:
        return "10万+"
    return str(views) if views < 10_000 else f"{views / 10_000:.1f}万"
