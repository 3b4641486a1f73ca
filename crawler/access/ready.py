"""Whether all is there that a spider's file asks for, before anything starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from crawler.access.keys import Keys
from crawler.access.proxy import Door, Proxy
from crawler.access.terms import Access

if TYPE_CHECKING:
    from scrapy import Spider


def keys_of(spider: Spider, environ: Mapping[str, str] = os.environ) -> Keys | None:
    """Return what a spider's run sends beside its requests; None where its file says nothing. Raises NotReady.

    The site's own hosts are those of the file's start URLs, whatever a person lets a run begin with: who types another
    site's address does not mean to show it the password.
    """
    access = getattr(spider, "access", None)
    if not isinstance(access, Access):
        return None
    return Keys(access, getattr(type(spider), "start_urls", None) or spider.start_urls, environ)


def door_of(spider: Spider, environ: Mapping[str, str] = os.environ) -> Door | None:
    """Return the proxy that a spider's file names, None where it names none. Raises NotReady."""
    access = getattr(spider, "access", None)
    proxy = access.proxy if isinstance(access, Access) else None
    if isinstance(proxy, str):
        proxy = Proxy(url=proxy)
    return proxy.door(environ) if proxy is not None else None


def check_ready(spider: Spider, environ: Mapping[str, str] = os.environ) -> None:
    """Raise NotReady, which names what is missing."""
    keys_of(spider, environ)
    door_of(spider, environ)
