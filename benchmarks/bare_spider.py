"""A bare Scrapy spider for comparison: the same links as `news` follows, one field to JSON Lines, Scrapy's own defaults."""

from urllib.parse import urldefrag, urlsplit

import scrapy


class Bare(scrapy.Spider):
    name = "bare"

    def __init__(self, url, **kwargs):
        super().__init__(**kwargs)
        self.start_urls = [url]
        self.netloc = urlsplit(url).netloc

    def parse(self, response):
        if not isinstance(response, scrapy.http.HtmlResponse):
            return
        yield {"title": response.css("title::text").get()}
        for href in response.xpath("//a/@href").getall():
            url = urldefrag(response.urljoin(href))[0]
            if (
                urlsplit(url).netloc == self.netloc and urlsplit(url).path.rpartition(".")[2] in ("html", "htm", "/")
            ) or url.endswith("/"):
                yield response.follow(url)
