"""A spider that reads articles and follows them: what every site's spider is made of."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.announced import Announced
from crawler.arguments import checked_mode, checked_number, checked_since, checked_switch, checked_url, checked_ways
from crawler.captured import is_page_type, read_captured
from crawler.discovery.kinds import is_article
from crawler.discovery.links import follow
from crawler.discovery.missing import says_missing
from crawler.discovery.parts import is_part_of
from crawler.discovery.requisites import requisites_of, requisites_of_css
from crawler.discovery.scope import Scope
from crawler.downloader.capture import content_type_of, header_pairs
from crawler.downloader.hosts import Postponed
from crawler.downloader.requests import reason_of
from crawler.downloader.rights import RightsMiddleware
from crawler.errors import BadArgument
from crawler.extraction import Document, Unreadable, parse, read
from crawler.frontier.fates import NOT_MODIFIED
from crawler.frontier.interface import Plan
from crawler.further import behind, carried, carrying, cut_short, with_page
from crawler.items import ArticleItem, Sighting
from crawler.layout import Layout
from crawler.rights import of_page
from crawler.sightings import led_away, missing, unmodified, visited
from pipelines.article import normalise
from pipelines.store import ArchivePipeline

if TYPE_CHECKING:
    from twisted.python.failure import Failure

    from archive import Exchange, Right

_ARGUMENTS = ("url", "limit", "ways", "mode", "budget", "since", "requisites", "fresh")


class ArticleSpider(Announced):
    """Follows one site's articles, lists, prev/next links, sitemaps and feeds.

    Arguments (`-a name=value`): `url` begins elsewhere than the site's start URLs; `limit` stops after so many
    articles; `ways` says what is followed, of chain, lists, links, sitemaps and feeds (all, unless told otherwise);
    `mode` says what a crawl visits of what earlier ones had: all that is reachable (`full`), what may name new articles
    (`new`), or also what is due (`due`), of that no more than `budget` pages, and of articles only those that were
    published `since`; with `requisites=1` the pictures and styles of archived articles are kept too; `fresh=1` begins
    anew where an earlier run was stopped, instead of going on.
    """

    name = ""
    layouts: tuple[Layout, ...] = ()
    windows: ClassVar[tuple[str, ...]] = ()
    """When the site may be asked, such as `22:00-06:00 Asia/Shanghai`; at any time where there is none."""
    tracking_parameters: ClassVar[frozenset[str]] = frozenset()
    """Query parameters (lower case) by which this site says where a reader came from; the usual ones are known."""

    def __init__(
        self,
        *args: Any,
        url: str | None = None,
        limit: str | None = None,
        ways: str | None = None,
        mode: str | None = None,
        budget: str | None = None,
        since: str | None = None,
        requisites: str | None = None,
        fresh: str | None = None,
        **kwargs: Any,
    ) -> None:
        for name, value in kwargs.items():
            if not name.startswith("_"):  # scrapyd adds `_job` and the like
                raise BadArgument(name, str(value), f"no such argument; there are {', '.join(_ARGUMENTS)}")
        super().__init__(*args, **kwargs)
        if url is not None:
            self.start_urls = [checked_url(url)]
        self.limit = checked_number("limit", limit)
        self.ways = checked_ways(ways)
        self.plan = Plan(
            mode=checked_mode(mode),
            budget=checked_number("budget", budget),
            since=checked_since(since, datetime.now(UTC)),
        )
        """What is to be visited of what earlier crawls had."""
        self.requisites = checked_switch("requisites", requisites)
        self.fresh = checked_switch("fresh", fresh)
        self.site = self.name
        self.scope: Scope | None = None

    @property
    def host(self) -> str | None:
        """The host of the site."""
        return urlsplit(f"//{self.scope.netloc}").hostname if self.scope else None

    def facts(self) -> dict[str, str]:
        """Return what a later run that goes on with this crawl is to know."""
        return {"scope": f"{self.scope.scheme}://{self.scope.netloc}", **self.learnt.facts()} if self.scope else {}

    def recall(self, facts: Mapping[str, str]) -> None:
        """Take up what an earlier run of this crawl knew."""
        if "scope" in facts:
            self.scope = Scope.of(facts["scope"])
        self.learnt.recall(facts)

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the start pages, each once like any other page: prev and next lead back to them."""
        for url in self.start_urls:
            self.scope = self.scope or Scope.of(url)
            yield Request(url, callback=self.parse, errback=self.failed, priority=100, meta={"allow_offsite": True})

    def parse(self, response: Response, **kwargs: Any) -> Iterator[ArticleItem | Sighting | Request]:
        """Read one page: its article, if it is one, and the links to follow."""
        if response.status == NOT_MODIFIED:
            self.count("page/unmodified")
            yield unmodified(response, self.site)
            return
        is_start = bool(response.meta.get("is_start_request"))
        if is_start and response.meta.get("redirect_times"):
            # Where a start page has moved to, there the site is.
            self.scope = Scope.of(response.url)
        # A page that did not come from `start`, as from `scrapy parse`, is of the site that is meant.
        self.scope = self.scope or Scope.of(response.url)
        assert response.request is not None
        if not is_page_type(content_type := content_type_of(response)):
            self._refuse(response, "not_html", f"is no HTML page ({content_type})")
            return
        try:
            document = _document_of(response)
        except Unreadable as error:
            self._refuse(response, "unreadable", str(error))
            return
        item = self.read_document(document)
        if not is_start and says_missing(document, item):
            self.count("page/missing")
            yield missing(response, self.site)
            yield from led_away(response.request, self.site, to=None, outcome="soft_404")
            return
        article, further, doubtful = is_article(document, item, self.layouts), None, False
        self.count(f"page/{'article' if article else 'other'}")
        if article:
            if self.requisites:
                response.meta["requisites"] = requisites_of(document)
            item.rights = self._rights(document, response)
            further = behind(document, response)
            yield self._further(further, visited(item, response, self.site), response)
        elif doubtful := not is_start and self._should_be_article(response.url):
            self.count("page/doubtful")
            item.doubtful = True
            yield visited(item, response, self.site)
        else:
            # An article's address that leads to a list or the home page, as many sites do instead of answering 404.
            yield from led_away(response.request, self.site, to=None, outcome="soft_404")
        if article and not is_start and not self._is_recent(item):
            return  # behind an old article lie others
        named = follow(
            document,
            item,
            is_article=article,
            scope=self.scope,
            ways=self.ways,
            is_start=is_start,
            form=self.learnt.canonical,
            count=self.count,
        )
        links = [link for link in named if not (further and is_part_of(link.url, response.url))]
        self.learnt.page(document, item, [link.url for link in links], is_article=article or doubtful)
        for link in links:
            yield from self.page_request(link)
        if is_start or not article:
            yield from self.announced(response, document, is_start=is_start)

    def _rights(self, document: Document, response: Response) -> list[Right] | None:
        """Return what is said of a page's uses; None where that can't be told, as half of it would be another thing."""
        known = self.crawler.get_downloader_middleware(RightsMiddleware)
        of_site = known.of(response.url) if known is not None else []
        return None if of_site is None else [*of_page(document, header_pairs(response.headers)), *of_site]

    def _should_be_article(self, url: str) -> bool:
        """Return whether an article is known at this address, or its like are articles."""
        archive = self.crawler.get_item_pipeline(ArchivePipeline)
        return archive is not None and (archive.is_known(url) or self.learnt.gives(url))

    def unwanted(self, request: Request) -> str | None:
        """Return why a request is put off, None where it is not: pages like it have led to nothing."""
        is_page = request.meta.get("way") is not None and request.callback == self.parse
        return self.learnt.unwanted(request.url) if is_page else None

    def _is_recent(self, item: ArticleItem) -> bool:
        if self.plan.since is None:
            return True
        at = normalise(item, now=datetime.now(UTC)).published_at
        return self.is_recent(None if at is None else int(at.timestamp()))

    async def again(self, url: str) -> ArticleItem | None:
        """Fetch an article of this crawl once more, and return what is read there; None where it is not had."""
        request = Request(url, callback=NO_CALLBACK, priority=900, meta={"allow_offsite": True, "again": True})
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(request)
            if response.status != 200 or not is_page_type(content_type_of(response)):
                return None
            document = _document_of(response)
        except Exception as error:  # whatever failed, nothing is known
            self.logger.info("%s: %s", url, error)
            return None
        self.count("page/again")
        item = visited(self.read_document(document), response, self.site)
        item.doubtful = True
        return item

    def further(self, response: Response) -> Iterator[ArticleItem | Request]:
        """Read a further page of an article; the last of them gives the article."""
        assert response.request is not None
        article, behind_it = carried(response.request), None
        try:
            document = _document_of(response)
        except Unreadable:
            yield cut_short(response.request)
            return
        self.count("page/further")
        if self.requisites:
            response.meta["requisites"] = [*response.meta.get("requisites", ()), *requisites_of(document)]
        if with_page(article, self.read_document(document), response):
            behind_it = behind(document, response)
        yield self._further(behind_it, article, response)

    def further_failed(self, failure: Failure) -> Iterator[ArticleItem]:
        """Give the article as far as it could be had, unless a later run is to go on with it."""
        if not isinstance(failure.value, Postponed):
            request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy's addition
            self.logger.info("%s: %s", request.url, reason_of(failure.value))
            yield cut_short(request)

    def _further(self, url: str | None, article: ArticleItem, response: Response) -> ArticleItem | Request:
        """Return the article, or the request for its next page."""
        url = self.scope.localise(url) if url and self.scope else None
        if url is None:
            return article
        # Soon: until the last page is read, the article is not stored.
        request = Request(url, callback=self.further, errback=self.further_failed, priority=50)
        return carrying(request, article, response)

    def read_page(self, body: bytes, url: str, headers: Mapping[str, str]) -> ArticleItem:
        """Return what today's rules read from a page. Raises Unreadable."""
        return self.read_document(parse(body, url, headers))

    def read_document(self, document: Document) -> ArticleItem:
        """Return what today's rules read from a page; a strange site overrides this."""
        return read(document, self.layouts)

    def read_captured(self, *exchanges: Exchange) -> ArticleItem | None:
        """Return what today's rules read from the raw captures of a visit, None where they hold no page."""
        return read_captured(exchanges, self.read_page)

    def requisite(self, response: Response) -> Iterator[Request]:
        """Ask for what a stylesheet of an article names; anything else has been kept and that is all."""
        content_type = content_type_of(response)
        if response.meta["requisite"] == 1 and content_type.partition(";")[0].strip().lower() == "text/css":
            for url in requisites_of_css(response.body.decode("utf-8", "replace"), response.url):
                yield self.requisite_request(url, level=2)

    def requisite_request(self, url: str, *, level: int) -> Request:
        """Return a request for a picture or a stylesheet: of any host, and never followed beyond the second level."""
        return Request(
            url,
            callback=self.requisite,
            errback=self.requisite_failed,
            # Soon after its article, before more lists.
            priority=12,
            headers={"Accept": "text/css,image/*,*/*;q=0.5"},
            meta={"allow_offsite": True, "requisite": level},
        )

    def requisite_failed(self, failure: Failure) -> None:
        """Count it: a picture that is not there is no problem of the run."""
        self.count("requisite/failed")

    def _refuse(self, response: Response, counter: str, reason: str) -> None:
        self.count(f"page/{counter}")
        if response.meta.get("is_start_request"):
            self.problems.append(f"{response.url}: {reason}")


def _document_of(response: Response) -> Document:
    """Return the page of an answer. Raises Unreadable."""
    return parse(response.body, response.url, {"Content-Type": content_type_of(response)})
