"""Feeds and sitemaps of made-up sites, as XML."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from benchmarks.sites.made import Post, html
from seeds.site import Page


def rss(base: str, title: str, posts: Iterable[Post], *, at: datetime) -> Page:
    """Return a feed of RSS 2.0."""
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{escape(base + post.path)}</link>"
        f"<pubDate>{format_datetime(post.at)}</pubDate>"
        f'<guid isPermaLink="false">{escape(base)}/?p={post.number}</guid>'
        f"<description><![CDATA[<p>{post.text[0]}</p>]]></description></item>"
        for post in posts
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>{escape(base)}/</link><description/>{items}</channel></rss>\n"
    )
    return html(text, content_type="application/rss+xml; charset=UTF-8", at=at)


def sitemap_index(addresses: Iterable[str], *, at: datetime) -> Page:
    """Return an index of sitemaps."""
    return _xml("sitemapindex", (f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in addresses), at)


def sitemap(addresses: Iterable[tuple[str, datetime | None]], *, at: datetime) -> Page:
    """Return a sitemap of addresses, each with the time of its last change where the site says it."""
    return _xml(
        "urlset",
        (
            f"<url><loc>{escape(url)}</loc>{f'<lastmod>{when.isoformat()}</lastmod>' if when else ''}</url>"
            for url, when in addresses
        ),
        at,
    )


def _xml(root: str, entries: Iterable[str], at: datetime) -> Page:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{"".join(entries)}</{root}>\n'
    )
    return html(text, content_type="application/xml; charset=UTF-8", at=at)
