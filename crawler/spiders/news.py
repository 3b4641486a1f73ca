"""Any news site, nothing configured."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from crawler.discovery.scope import bare_host
from crawler.errors import BadArgument
from crawler.spider import ArticleSpider


class News(ArticleSpider):
    """`scrapy crawl news -a url=https://…`: the site's name in the archive is the host, without www."""

    name = "news"

    def __init__(self, *args: Any, url: str | None = None, **kwargs: Any) -> None:
        if not url:
            raise BadArgument("url", "", "say where to begin: scrapy crawl news -a url=https://example.com/news/")
        super().__init__(*args, url=url, **kwargs)
        self.site = bare_host(urlsplit(self.start_urls[0]).hostname or "")
