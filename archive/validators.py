"""Entity tags and dates by which an answer is asked for again (RFC 9110, 8.8 and 13.1)."""

from __future__ import annotations

from archive.exchange import Headers

Validators = tuple[str | None, str | None]
"""An entity tag, without its W/, and a date; each None where there is none."""


def validators_of(headers: Headers) -> Validators:
    """Return ETag and Last-Modified of an answer.

    A W/ makes no difference: what a server calls weakly the same it does not send again.

    >>> validators_of((("ETag", 'W/"1"'), ("Content-Type", "text/html")))
    ('"1"', None)
    """
    return _pair(headers, "etag", "last-modified")


def asked_for(headers: Headers) -> Validators:
    """Return the validators that a conditional request names."""
    return _pair(headers, "if-none-match", "if-modified-since")


def is_the_one(asked: Validators, has: Validators) -> bool:
    """Return whether a 304 to what was asked stands for the answer that has these validators.

    >>> is_the_one(('"1"', "Mon"), ('"1"', "Tue")), is_the_one((None, "Mon"), ('"1"', "Tue"))
    (True, False)
    """
    # Where both are there, If-None-Match is the one that counts (RFC 9110, 13.2.2).
    return asked[0] == has[0] if asked[0] else bool(asked[1]) and asked[1] == has[1]


def _pair(headers: Headers, tag: str, date: str) -> Validators:
    values = {name.lower(): value.strip() for name, value in headers}
    found = values.get(tag)
    return found and found.removeprefix("W/"), values.get(date)
