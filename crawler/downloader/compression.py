"""How often and how far an answer is unpacked."""

from __future__ import annotations

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.utils._compression import _DecompressionMaxSizeExceeded

MOST_ENCODINGS = 3
"""Packings around one another; nobody needs two, and each may be as large as a page."""


class TooPacked(IgnoreRequest):
    """An answer that is packed again and again."""

    def __init__(self, times: int) -> None:
        self.times = times
        super().__init__(f"it is packed {times} times, and {MOST_ENCODINGS} are undone")


class CannotUnpack(IgnoreRequest):
    """An answer that is not packed as it says."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"its Content-Encoding cannot be undone ({reason})")


class BoundedCompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's, with a bound on how often; each bound that is reached is counted."""

    def _handle_encoding(self, body: bytes, content_encoding: list[bytes], max_size: int) -> tuple[bytes, list[bytes]]:
        times = sum(len(value.split(b",")) for value in content_encoding)
        if times > MOST_ENCODINGS:
            self._count("encodings")
            raise TooPacked(times)
        try:
            return super()._handle_encoding(body, content_encoding, max_size)
        except _DecompressionMaxSizeExceeded:
            self._count("unpacked_size")
            raise
        except OSError:
            raise  # Scrapy asks again: an empty body, most often
        except Exception as error:  # each decoder has errors of its own
            self._count("bad_encoding")
            raise CannotUnpack(str(error)) from error

    def _count(self, guard: str) -> None:
        if self.stats:
            self.stats.inc_value(f"guard/{guard}")
