"""What a sitemap or a feed says of one page."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from crawler.discovery.links import LONGEST_URL

MOST_ENTRIES = 50_000
"""Pages that one sitemap names at most (sitemaps.org); of a longer one, or a feed, the first so many are read."""
LONGEST_TITLE = 1_000
"""Characters; what is longer is cut."""

# An address that joining would leave as it is.
_ABSOLUTE = re.compile(r"https?://[\w.-]+(?::\d{1,5})?/[^\s;?#\[\]&]*")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_BREAKS = re.compile(r"[\t\r\n]+ *")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page, or one further sitemap, as it is named."""

    url: str
    """Absolute, http or https, without fragment, at most LONGEST_URL characters."""
    modified_at: int | None = None
    """Seconds since 1970, UTC: `lastmod` of a sitemap; when a feed says it was updated, else published."""
    published_at: int | None = None
    """Seconds since 1970, UTC."""
    title: str | None = None


class Unreadable(ValueError):
    """The bytes are no sitemap or feed, or are packed so that nothing comes out."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"{url}: {reason}")


def address(words: str, base: str) -> str | None:
    """Return the address that `words` are, seen from `base`; None where they are no page's, or one that is too long.

    >>> address(" /a?b=1&amp;c=2#d ", "https://a.cn/x/feed.xml"), address("tag:a.cn,2024:1", "https://a.cn/")
    ('https://a.cn/a?b=1&c=2', None)
    """
    words = words.strip()
    if not words or len(words) > LONGEST_URL:
        return None
    if _ABSOLUTE.fullmatch(words):
        return words
    # Within CDATA an ampersand needs no escaping, and is escaped all the same.
    words = _BREAKS.sub("", words).replace("&amp;", "&")
    if words[:3].upper() == "%2F":  # a whole path that was escaped as if it were a part of one
        words = unquote(words)
    try:
        url = urljoin(base, words).partition("#")[0]
        parts = urlsplit(url)
        _ = parts.port  # raises where the port is no number
    except ValueError:
        return None
    named = parts.scheme in ("http", "https") and parts.hostname
    return url if named and len(url) <= LONGEST_URL and words != "#" else None


def title_of(words: str | None) -> str | None:
    r"""Return a title as a reader sees it: of HTML that is escaped once more, which many feeds have, the text.

    >>> title_of(" Q&amp;A:\n<b>why</b>? "), title_of("1 < 2"), title_of("")
    ('Q&A: why?', '1 < 2', None)
    """
    if not words:
        return None
    plain = html.unescape(_TAG.sub("", words[: 4 * LONGEST_TITLE]))
    return " ".join(plain.split())[:LONGEST_TITLE] or None
