"""What a person got wrong, in words that name it.

CrawlerError
├── BadArgument      a spider argument or an option that can't be meant
├── NotFetched       a page that could not be had
└── NotReady         what a spider's file asks of its surroundings, and is not there
"""

from __future__ import annotations


class CrawlerError(Exception):
    """Anything that the crawler refuses to go on with."""


class BadArgument(CrawlerError, ValueError):
    """A spider argument that can't be meant."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        self.name, self.value, self.expected = name, value, expected
        super().__init__(f"{name}={value!r}: {expected}")


class NotFetched(CrawlerError):
    """A page that could not be had."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url}: {reason}")


class NotReady(CrawlerError):
    """Something that a spider's file asks of its surroundings, and that is not there or can't be meant."""

    def __init__(self, what: str, expected: str) -> None:
        self.what, self.expected = what, expected
        super().__init__(f"{what}: {expected}")
