"""A request as JSON, and the other way round: what a frontier keeps of it, and never code."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from scrapy import Request
from scrapy.utils.misc import load_object

from crawler.downloader.capture import Answer
from crawler.errors import CrawlerError
from crawler.frontier.interface import Found, Lease, Past
from crawler.further import is_further

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.utils.request import RequestFingerprinterProtocol

_PLAIN = Request("data:,")
_PARTS = ("method", "encoding", "dont_filter", "cookies", "flags", "cb_kwargs")
_OF_ONE_VISIT = ("answers", "retry_times", "redirect_times", "redirect_ttl", "redirect_urls", "redirect_reasons",
                 "download_latency", "download_slot", "download_timeout", "handle_httpstatus_list",
                 "is_start_request", "again", "login_times")  # fmt: skip
"""What a request's meta says of attempts that were made: nothing that the next visit should know of."""
_VALIDATING = ("If-None-Match", "If-Modified-Since")
_OF_THE_LINK = ("way", "modified_at", "with_news")
"""What it says of the link that led to it: nothing that the request itself has."""


class NotStorable(CrawlerError):
    """A request that cannot be written as JSON: it is kept in memory alone, and a kill loses it."""

    def __init__(self, url: str, what: str) -> None:
        self.url, self.what = url, what
        super().__init__(f"{url}: {what}")


def key_of(request: Request, fingerprinter: RequestFingerprinterProtocol) -> bytes:
    """Return the key under which a frontier knows what a request is for: 16 bytes of its fingerprint."""
    return fingerprinter.fingerprint(request)[:16]


def found_of(request: Request, *, key: bytes, host: str, spider: Spider, on: bytes | None = None) -> Found:
    """Return what a frontier keeps of a request. Raises NotStorable."""
    return Found(
        key=key,
        url=request.url,
        host=host,
        priority=request.priority,
        way=request.meta.get("way"),
        request=to_json(request, spider),
        found_on=on,
        again=is_further(request),
        modified_at=request.meta.get("modified_at"),
        with_news=request.meta.get("with_news", False),
    )


def to_json(request: Request, spider: Spider) -> str | None:
    """Return what a request has beyond address, way and priority; None where that is nothing. Raises NotStorable."""
    words: dict[str, Any] = {}
    meta = {name: value for name, value in request.meta.items() if name not in _OF_THE_LINK}
    if "answers" in meta:
        meta["answers"] = list(msgspec.to_builtins(meta["answers"]))
    if meta:
        words["meta"] = meta
    for name, default in (("callback", "parse"), ("errback", "failed")):
        method = _method(request, getattr(request, name), spider)
        if method != (default if hasattr(spider, default) else None):
            words[name] = method
    words.update((name, value) for name in _PARTS if (value := getattr(request, name)) != getattr(_PLAIN, name))
    if request.body:
        words["body"] = base64.b64encode(request.body).decode()
    if request.headers:
        pairs = [(name, value) for name, values in request.headers.items() for value in values]
        words["headers"] = [[name.decode("latin-1"), value.decode("latin-1")] for name, value in pairs]
    if type(request) is not Request:
        words["class"] = f"{type(request).__module__}.{type(request).__qualname__}"
        if _class(request.url, words["class"]) is not type(request):
            raise NotStorable(request.url, f"another class than the request's is known as {words['class']}")
    if not words:
        return None
    _check(request.url, words)
    return _dumped(words)


def to_request(lease: Lease, spider: Spider) -> Request:
    """Return the request that a lease is of. Raises NotStorable where its method or class is there no more."""
    words: dict[str, Any] = json.loads(lease.request) if lease.request else {}
    meta = words.get("meta", {})
    if lease.way is not None:
        meta["way"] = lease.way
    if "answers" in meta:
        meta["answers"] = msgspec.convert(meta["answers"], tuple[Answer, ...])
    kind = _class(lease.url, words["class"]) if "class" in words else Request
    return kind(
        lease.url,
        callback=_named(lease.url, words.get("callback", "parse"), "callback" in words, spider),
        errback=_named(lease.url, words.get("errback", "failed"), "errback" in words, spider),
        method=words.get("method", "GET"),
        headers=_headers(words.get("headers", ())),
        body=base64.b64decode(words.get("body", "")),
        cookies=words.get("cookies"),
        meta=meta,
        encoding=words.get("encoding", "utf-8"),
        priority=lease.priority,
        dont_filter=words.get("dont_filter", False),
        flags=words.get("flags"),
        cb_kwargs=words.get("cb_kwargs"),
    )


def validate(request: Request, past: Past) -> None:
    """Ask for a page only if it is another one than at the last visit (RFC 9110, 13.1)."""
    for name, value in zip(_VALIDATING, (past.answer.etag, past.answer.last_modified), strict=True):
        if value is not None:
            request.headers.setdefault(name, value)
            request.meta["handle_httpstatus_list"] = [304]


def unvalidate(request: Request) -> None:
    """Ask for what a redirect leads to, whole: what is known of the address before is nothing that this one has."""
    for name in _VALIDATING:
        request.headers.pop(name, None)
    request.meta.pop("handle_httpstatus_list", None)


def anew(request: str | None) -> str:
    """Return a request as if it had never been sent, marked as one that somebody asked for once more."""
    words = json.loads(renewed(request) or "{}")
    words["meta"] = {**words.get("meta", {}), "again": True}
    return _dumped(words)


def renewed(request: str | None) -> str | None:
    """Return a request as if it had never been sent."""
    if request is None:
        return None
    words = json.loads(request)
    words["meta"] = {name: value for name, value in words.get("meta", {}).items() if name not in _OF_ONE_VISIT}
    if "headers" in words:
        words["headers"] = [pair for pair in words["headers"] if pair[0] not in _VALIDATING]
    return _dumped(words)


def _method(request: Request, function: object, spider: Spider) -> str | None:
    if function is None:
        return None
    name = getattr(function, "__name__", "")
    if getattr(function, "__self__", None) is not spider or getattr(spider, name, None) != function:
        raise NotStorable(request.url, f"{function!r} is no method of the spider {spider.name}")
    return name


def _named(url: str, name: str | None, stated: bool, spider: Spider) -> Callable[..., Any] | None:
    if name is None:
        return None
    method: Callable[..., Any] | None = getattr(spider, name, None)
    if method is None and stated:
        raise NotStorable(url, f"the spider {spider.name} has no method {name}")
    return method


def _class(url: str, name: str) -> type[Request]:
    try:
        kind = load_object(name)
    except (ImportError, NameError, ValueError) as error:
        raise NotStorable(url, f"its class {name} cannot be loaded: {error}") from error
    if not (isinstance(kind, type) and issubclass(kind, Request)):
        raise NotStorable(url, f"{name} is no class of requests")
    return kind


def _headers(pairs: Any) -> dict[bytes, list[bytes]]:
    # Bytes, since Request would write text in the encoding of its page.
    headers: dict[bytes, list[bytes]] = {}
    for name, value in pairs:
        headers.setdefault(name.encode("latin-1"), []).append(value.encode("latin-1"))
    return headers


def _dumped(words: dict[str, Any]) -> str:
    text = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
    # Half a surrogate pair is in some addresses' text, and no UTF-8 can hold it.
    return text if text.isascii() or _is_utf8(text) else json.dumps(words, separators=(",", ":"))


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check(where: str, value: Any, path: str = "") -> None:
    """Raise NotStorable for what JSON would give back otherwise than it was, or not at all."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if not isinstance(name, str):
                raise NotStorable(where, f"{path or 'the request'} has the key {name!r}, which is no text")
            _check(where, inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check(where, inner, f"{path}[{number}]")
    elif not isinstance(value, str | int | float | bool | None):
        raise NotStorable(where, f"{path} is {value!r}, which JSON has no word for")
