"""Addresses that are never worth a request, and those that must not be requested at all."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# A request to one of these counts a visit that no reader made.
_COUNTER = re.compile(
    r"/(?:hits|count|counter|click|clicks|addclick|viewclick|onclick|dynclicks|visit|stat|tongji|ajax_hits|hits?_?count)"
    r"(?:\.(?:php|asp|aspx|jsp|do|js|ashx|htm|html|cgi))?(?:/|$)|/(?:index\.php/)?(?:[a-z]+/)?hits/",
    re.IGNORECASE,
)
_COUNTING_QUERY = re.compile(
    r"(?:^|&)(?:addclick|add_?hits?|click_?add|action=(?:hits?|count|click))(?:=|&|$)", re.IGNORECASE
)

_FILES = frozenset(
    "7z aac apk avi bin bmp bz2 bzip2 css csv deb dmg doc docm docx dot eot epub exe flac flv gif gz ico iso jar "
    "jpe jpeg jpg js json key m3u8 m4a m4v map mid mkv mobi mov mp3 mp4 mpeg mpg msi odp ods odt ofd ogg ogv otf "
    "pdf pkg png ppt pptx ps psd rar rm rmvb rpm rss rtf svg swf tar tgz tif tiff torrent ttf txt wav webm webp "
    "wma wmv woff woff2 wps xls xlsx xml xz zip atom "
    "ai bak c cc cfg conf cpp diff dwg eps fw geojson gpx h hpp ics ini ipa kml kmz ko log o patch pl ps1 py sh so sql "
    "tex tsv vcf vsd yaml yml 001 ".split()
)

_ACTION = re.compile(
    r"/(?:login|logout|signin|signup|sign-in|sign-up|register|cart|checkout|wp-admin|wp-login\.php|wp-json|"
    r"xmlrpc\.php|cdn-cgi|trackback|user/login|member/|admin/)(?:$|[/?.])|/(?:feed|rss|amp|print)/?$",
    re.IGNORECASE,
)
_ACTION_QUERY = re.compile(
    r"(?:^|&)(?:replytocom|share|action=(?:login|edit|print|share|history)|print=|output=(?:print|amp)|amp=|"
    r"s=|q=|wd=|keywords?=|searchword=|search=|PHPSESSID=|jsessionid=)",
    re.IGNORECASE,
)


def is_counter(url: str) -> bool:
    """Return whether a request to `url` would count a visit.

    >>> is_counter("https://a.cn/plus/count.php?id=3"), is_counter("https://a.cn/news/1.html?addclick=1")
    (True, True)
    >>> is_counter("https://a.cn/news/counter-attack.html")
    False
    """
    parts = urlsplit(url)
    return bool(_COUNTER.search(parts.path) or _COUNTING_QUERY.search(parts.query))


def is_page(url: str) -> bool:
    """Return whether `url` may be a page to read: no file, no action, no search, no counter.

    >>> is_page("https://a.cn/news/1.html"), is_page("https://a.cn/report.PDF"), is_page("https://a.cn/?replytocom=3")
    (True, False, False)
    """
    parts = urlsplit(url)
    last = parts.path.rpartition("/")[2]
    extension = last.rpartition(".")[2].lower() if "." in last else ""
    return not (
        extension in _FILES or _ACTION.search(parts.path) or _ACTION_QUERY.search(parts.query) or is_counter(url)
    )
