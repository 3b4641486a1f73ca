"""The next page of an article over several: a request that carries what the pages before it say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from crawler.discovery.parts import MOST, joined, next_part
from crawler.downloader.capture import answers
from crawler.items import ArticleItem

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.extraction import Document

_ARTICLE, _PAGES, _REQUISITES = "article", "article_pages", "requisites"


def is_further(request: Request) -> bool:
    """Return whether a request is for a further page of an article, and carries those before it."""
    return _ARTICLE in request.meta


def carrying(request: Request, item: ArticleItem, response: Response) -> Request:
    """Return the request for the page behind `response`, carrying the article as far as it was read."""
    request.meta[_ARTICLE] = json.loads(msgspec.json.encode(item))
    request.meta[_PAGES] = response.meta.get(_PAGES, 1) + 1
    if _REQUISITES in response.meta:
        # They are asked for when the article is stored, which the answer of its last page brings about.
        request.meta[_REQUISITES] = response.meta.pop(_REQUISITES)
    return request


def carried(request: Request) -> ArticleItem:
    """Return the article as the pages before say it."""
    return msgspec.convert(request.meta[_ARTICLE], ArticleItem)


def with_page(article: ArticleItem, part: ArticleItem, response: Response) -> bool:
    """Add a further page to an article, and its captures; return whether it says anything that is new."""
    before = len(article.body), len(article.images), len(article.attachments)
    joined(article, [part])
    if before == (len(article.body), len(article.images), len(article.attachments)):
        return False
    assert response.request is not None
    article.captures += [one.capture for one in answers(response.request) if one.status < 400 and one.capture]
    return True


def behind(document: Document, response: Response) -> str | None:
    """Return the address of the page behind this one, None at the end."""
    return next_part(document, response.url) if response.meta.get(_PAGES, 1) < MOST else None


def cut_short(request: Request) -> ArticleItem:
    """Return the article whose next page could not be had: its text says so, in how it was found."""
    article, pages = carried(request), request.meta[_PAGES] - 1
    article.evidence = [
        replace(one, how=f"{one.how}, page 1 to {pages} of more", confidence=min(one.confidence, 0.5))
        if one.name == "body"
        else one
        for one in article.evidence
    ]
    return article
