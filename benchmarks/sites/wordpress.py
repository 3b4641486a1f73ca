"""A made-up English local paper as WordPress serves it: permalinks by day, archives of every kind, feeds and sitemaps."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from html import escape
from typing import ClassVar

from benchmarks.sites import feeds
from benchmarks.sites.made import Made, Post, html, moved
from benchmarks.sites.words import ENGLISH, english_title, paragraphs, slug
from seeds.site import Page

SECTIONS = ("town", "harbour", "schools", "culture", "letters")
TAGS = ("ferry", "budget", "bridges", "storm", "volunteers", "music", "rowing", "traffic", "archive", "weather")
AUTHORS = ("mary-okafor", "jon-lind", "p-ashworth")
PAGES = {
    "about": ("About us", "The Gazette has been read along the river since 1987. It is written by three people and printed by a fourth."),
    "contact": ("Contact", "Letters reach us at 4 Quay Street. Please sign them; we do not print what nobody stands by."),
    "privacy-policy": ("Privacy policy", "We keep what you write in a comment, and the address you give, until you ask us to delete it."),
}  # fmt: skip
PER_PAGE, PER_SITEMAP, PER_FEED = 10, 200, 10
ARCHIVE = re.compile(
    r"/(?:(?P<kind>category|tag|author)/(?P<name>[a-z-]+)|(?P<year>\d{4})/(?:(?P<month>\d\d)/)?(?:(?P<day>\d\d)/)?)?/?"
    r"(?:page/(?P<page>\d+)/)?"
)


class Gazette(Made):
    name = "gazette"
    hosts: ClassVar = ("www.quaygazette.example", "quaygazette.example")
    zone: ClassVar = timezone(timedelta(hours=0))
    one_chain: ClassVar = True
    correction: ClassVar = "Correction {n}: an earlier version of this article misstated item {number}."

    def write(self, number: int, at: datetime) -> Post:
        title = english_title(self.seed, number)
        chance = random.Random(f"{self.seed} {number} post")
        return Post(
            number=number,
            path=f"/{at:%Y/%m/%d}/{slug(title)}/",
            title=title,
            at=at,
            section=chance.choice(SECTIONS),
            text=paragraphs(self.seed, number, ENGLISH),
            author=chance.choice(AUTHORS),
            tags=tuple(chance.sample(TAGS, chance.randrange(4))),
        )

    def fed(self) -> set[int]:
        found = set()
        for section in (None, *SECTIONS):
            found |= {post.number for post in self.newest("feeds", section)[:PER_FEED]}
        return found

    def kind_of(self, target: str) -> str:
        path, _, query = target.partition("?")
        if path in self.by_path:
            return "article" if not query else "comment or share link"
        for word, kind in (("/feed/", "feed"), ("wp-sitemap", "sitemap"), ("/wp-json", "wp-json"), ("/tag/", "tag"),
                           ("/category/", "category"), ("/author/", "author"), ("/robots.txt", "robots")):  # fmt: skip
            if word in path:
                return kind
        if path.strip("/") in PAGES:
            return "service page"
        if re.fullmatch(r"/\d{4}/\d\d/\d\d/[^/]+/[^/]+/", path):
            return "attachment"
        if re.match(r"/\d{4}/", path):
            return "date archive"
        if query.startswith("s="):
            return "search"
        return "list" if path == "/" or path.startswith("/page/") else "other"

    # Pages. --------------------------------------------------------------------------------------------------------

    def page(self, host: str, target: str) -> Page | None:
        path, _, query = target.partition("?")
        if path == "/" and (match := re.fullmatch(r"p=(\d+)", query)) and int(match[1]) < len(self.posts):
            return moved(f"http://{self.hosts[0]}{self.posts[int(match[1])].path}")
        if path == "/robots.txt":
            lines = f"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {self.url}wp-sitemap.xml\n"
            return html(lines, content_type="text/plain; charset=utf-8")
        if path.startswith("/wp-sitemap"):
            return self._sitemap(path)
        if path.startswith("/wp-json/"):
            return html('{"name":"Quay Gazette","routes":{}}', content_type="application/json; charset=UTF-8")
        if path.endswith("/feed/"):
            return self._feed(path.removesuffix("feed/"))
        if path.strip("/") in PAGES:
            title, text = PAGES[path.strip("/")]
            return self._whole(
                title,
                f"<article class='page hentry'><h1 class=entry-title>{title}</h1><div class=entry-content><p>{text}</p></div></article>",
            )
        if match := re.fullmatch(r"(/\d{4}/\d\d/\d\d/[a-z0-9-]+/)(img_\d+)/", path):
            post = self.by_path.get(match[1])
            return self._attachment(post, match[2]) if post is not None and post.gone is None else None
        return self._archive(path, query)

    def _archive(self, path: str, query: str) -> Page | None:
        match = ARCHIVE.fullmatch(path)
        if match is None:
            return None
        posts, base, title = self.newest("lists"), path.partition("page/")[0], "Quay Gazette"
        if match["kind"]:
            title = match["name"].replace("-", " ").title()
            pick = {"category": lambda p: p.section == match["name"], "tag": lambda p: match["name"] in p.tags,
                    "author": lambda p: p.author == match["name"]}[match["kind"]]  # fmt: skip
            posts = [post for post in posts if pick(post)]
        elif match["year"]:
            title = "Archives: " + "/".join(filter(None, (match["year"], match["month"], match["day"])))
            posts = [post for post in posts if post.path.startswith(base)]
        elif query.startswith("s="):
            words = query[2:].lower().split("+")
            posts, title = (
                [post for post in posts if all(word in post.title.lower() for word in words)],
                "Search results",
            )
        number = int(match["page"] or 1)
        shown = posts[(number - 1) * PER_PAGE : number * PER_PAGE]
        if not shown and (number > 1 or path != "/"):
            return None
        items = "".join(
            f"<article id=post-{post.number} class='post hentry category-{post.section}'><header><h2 class=entry-title><a href='{self._to(post)}' rel=bookmark>"
            f"{escape(post.title)}</a></h2><div class=entry-meta>{self._byline(post)}</div></header>"
            f"<div class=entry-summary><p>{post.text[0]} <a href='{self._to(post)}' class=more-link>Continue reading</a></p></div></article>"
            for post in shown
        )  # fmt: skip
        more = (
            f"<div class=nav-previous><a href='{self.url[:-1]}{base}page/{number + 1}/'>Older posts</a></div>"
            if posts[number * PER_PAGE :]
            else ""
        )
        back = f"{self.url[:-1]}{base}" + (f"page/{number - 1}/" if number > 2 else "")
        less = f"<div class=nav-next><a href='{back}'>Newer posts</a></div>" if number > 1 else ""
        heading = f"<header class=page-header><h1 class=page-title>{title}</h1></header>" if path != "/" else ""
        feed = (
            f"<link rel='alternate' type='application/rss+xml' title='{title} feed' href='{self.url[:-1]}{base}feed/'>"
        )
        return self._whole(title, f"{heading}{items}<nav class=posts-navigation>{more}{less}</nav>", feed)

    def show(self, post: Post, host: str, target: str) -> Page:
        base, url = self.url[:-1], self._to(post)
        older, newer = self.neighbours(post)
        chain = "".join(
            f"<div class=nav-{word}><a href='{self._to(other)}' rel={rel}><span class=meta-nav>{label}</span> <span class=post-title>{escape(other.title)}</span></a></div>"
            for word, rel, label, other in (("previous", "prev", "Previous Post", older), ("next", "next", "Next Post", newer))
            if other is not None
        )  # fmt: skip
        related = "".join(
            f"<li><a href='{self._to(other)}'>{escape(other.title)}</a></li>" for other in self.linked_from(post)
        )
        tags = ", ".join(f"<a href='{base}/tag/{tag}/' rel=tag>{tag}</a>" for tag in post.tags)
        shares = "".join(
            f"<li><a rel=nofollow href='{url}?share={to}&amp;nb=1'>{to.title()}</a></li>"
            for to in ("facebook", "x", "email")
        )
        comments = "".join(
            f"<li class=comment id=comment-{post.number * 10 + n}><b class=fn>Reader {post.number % 89 + n}</b> says: <p>Thank you for writing about this, it was about time.</p>"
            f"<a rel=nofollow class=comment-reply-link href='{url}?replytocom={post.number * 10 + n}#respond'>Reply</a></li>"
            for n in range(post.number % 4)
        )  # fmt: skip
        picture = (
            f"<figure><a href='{url}img_{1000 + post.number}/'><img src='/wp-content/uploads/{post.at:%Y/%m}/img_{1000 + post.number}.jpg' alt=''></a>"
            "<figcaption>Seen from the quay.</figcaption></figure>"
            if post.number % 5 == 0
            else ""
        )
        changed = post.changed_at or post.at
        head = (
            f"<link rel=canonical href='{url}'><link rel=shortlink href='{base}/?p={post.number}'>"
            f"<link rel=alternate type='application/rss+xml' title='Comments' href='{url}feed/'>"
            f"<link rel=alternate type='application/json+oembed' href='{base}/wp-json/oembed/1.0/embed?url={url}'>"
            f"<meta property='og:type' content='article'><meta property='og:title' content='{escape(post.title)}'>"
            f"<meta property='article:published_time' content='{post.at.isoformat()}'>"
        )
        text = (
            f"<article id=post-{post.number} class='post hentry'><header><h1 class=entry-title>{escape(post.title)}</h1><div class=entry-meta>{self._byline(post)}</div></header>"
            f"<div class=entry-content>{picture}{''.join(f'<p>{line}</p>' for line in post.paragraphs)}<div class=sharedaddy><h3>Share this:</h3><ul>{shares}</ul></div>"
            f"<div id=jp-relatedposts><h3>Related</h3><ul>{related}</ul></div></div><footer>Posted in <a href='{base}/category/{post.section}/' rel='category tag'>{post.section.title()}</a> "
            f"{'Tagged ' + tags if tags else ''}</footer></article><nav class=post-navigation>{chain}</nav>"
            f"<div id=comments><ol>{comments}</ol><form action=/wp-comments-post.php method=post><textarea name=comment></textarea></form></div>"
        )  # fmt: skip
        return self._whole(escape(post.title), text, head, at=changed)

    def _attachment(self, post: Post, name: str) -> Page:
        text = (
            f"<article class='attachment hentry'><h1 class=entry-title>{name}</h1><div class=entry-meta><span class=posted-on>{post.at:%B} {post.at.day}, {post.at.year}</span>"
            f" in <a href='{self._to(post)}' rel=gallery>{escape(post.title)}</a></div><div class=entry-content><img src='/wp-content/uploads/{post.at:%Y/%m}/{name}.jpg' alt=''>"
            "<p>Seen from the quay.</p></div></article>"
        )  # fmt: skip
        return self._whole(name, text)

    def _feed(self, path: str) -> Page | None:
        base = self.url[:-1]
        if path == "/":
            return feeds.rss(base, "Quay Gazette", self.newest("feeds")[:PER_FEED], at=self.now)
        if path == "/comments/" or path in self.by_path:
            return feeds.rss(base, "Comments", (), at=self.now)
        if (match := re.fullmatch(r"/category/([a-z]+)/", path)) and match[1] in SECTIONS:
            return feeds.rss(base, match[1], self.newest("feeds", match[1])[:PER_FEED], at=self.now)
        return feeds.rss(base, "Archive", (), at=self.now) if ARCHIVE.fullmatch(path) else None

    def _sitemap(self, path: str) -> Page | None:
        base, posts = self.url[:-1], list(reversed(self.newest("sitemaps")))
        parts = -(-len(posts) // PER_SITEMAP)
        if path == "/wp-sitemap.xml":
            names = [
                *(f"posts-post-{n + 1}" for n in range(parts)),
                "posts-page-1",
                "taxonomies-category-1",
                "taxonomies-post_tag-1",
                "users-1",
            ]
            return feeds.sitemap_index([f"{base}/wp-sitemap-{name}.xml" for name in names], at=self.now)
        if match := re.fullmatch(r"/wp-sitemap-posts-post-([1-9]\d*)\.xml", path):
            mine = posts[(int(match[1]) - 1) * PER_SITEMAP : int(match[1]) * PER_SITEMAP]
            return (
                feeds.sitemap([(self._to(post), post.changed_at or post.at) for post in mine], at=self.now)
                if mine
                else None
            )
        others: dict[str, Sequence[str]] = {
            "/wp-sitemap-posts-page-1.xml": [f"/{name}/" for name in PAGES],
            "/wp-sitemap-taxonomies-category-1.xml": [f"/category/{name}/" for name in SECTIONS],
            "/wp-sitemap-taxonomies-post_tag-1.xml": [f"/tag/{name}/" for name in TAGS],
            "/wp-sitemap-users-1.xml": [f"/author/{name}/" for name in AUTHORS],
        }
        return feeds.sitemap([(base + one, None) for one in others[path]], at=self.now) if path in others else None

    def _to(self, post: Post) -> str:
        return f"http://{self.hosts[0]}{post.path}"

    def _byline(self, post: Post) -> str:
        day = f"{post.at:%B} {post.at.day}, {post.at.year}"
        return (
            f"<span class=posted-on>Posted on <a href='{self._to(post)}' rel=bookmark><time class='entry-date published' datetime='{post.at.isoformat()}'>{day}</time></a></span> "
            f"<span class=byline>by <a class='url fn n' href='{self.url}author/{post.author}/'>{post.author.replace('-', ' ').title()}</a></span>"
        )

    def _whole(self, title: str, text: str, head: str = "", *, at: datetime | None = None) -> Page:
        base = self.url[:-1]
        recent = "".join(
            f"<li><a href='{self._to(post)}'>{escape(post.title)}</a></li>" for post in self.newest("lists")[:5]
        )
        months = sorted({f"{post.at:%Y/%m}" for post in self.newest("lists")}, reverse=True)
        archives = "".join(f"<li><a href='{base}/{month}/'>{month}</a></li>" for month in months)
        categories = "".join(
            f"<li class=cat-item><a href='{base}/category/{name}/'>{name.title()}</a></li>" for name in SECTIONS
        )
        cloud = " ".join(f"<a href='{base}/tag/{name}/' class=tag-cloud-link>{name}</a>" for name in TAGS)
        menu = "".join(f"<li><a href='{base}/{name}/'>{page[0]}</a></li>" for name, page in PAGES.items())
        whole = (
            f"<!DOCTYPE html><html lang=en-GB><head><meta charset=UTF-8><title>{title} &#8211; Quay Gazette</title>{head}"
            f"<link rel=alternate type='application/rss+xml' title='Quay Gazette &raquo; Feed' href='{base}/feed/'>"
            f"<link rel=alternate type='application/rss+xml' title='Quay Gazette &raquo; Comments Feed' href='{base}/comments/feed/'>"
            f"<link rel='https://api.w.org/' href='{base}/wp-json/'><link rel=EditURI type='application/rsd+xml' href='{base}/xmlrpc.php?rsd'>"
            f"<meta name=generator content='WordPress 6.4.2'></head><body><header><p class=site-title><a href='{base}/' rel=home>Quay Gazette</a></p>"
            f"<nav class=main-navigation><ul><li><a href='{base}/'>Home</a></li>{menu}</ul></nav></header><div id=content><main id=main>{text}</main>"
            f"<aside id=secondary><form role=search action='{base}/'><input name=s></form><h2>Recent Posts</h2><ul>{recent}</ul><h2>Archives</h2><ul>{archives}</ul>"
            f"<h2>Categories</h2><ul>{categories}</ul><div class=tagcloud>{cloud}</div><h2>Meta</h2><ul><li><a href='{base}/wp-login.php'>Log in</a></li>"
            f"<li><a href='{base}/feed/'>Entries feed</a></li></ul><p>Popular searches: <a href='{base}/?s=old+pier'>old pier</a></p></aside></div>"
            "<footer class=site-footer><a href='https://wordpress.org/'>Proudly powered by WordPress</a></footer></body></html>"
        )  # fmt: skip
        return html(whole, content_type="text/html; charset=UTF-8", at=at or self.now)
