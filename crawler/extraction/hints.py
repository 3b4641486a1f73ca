"""What an element's tag, class, id and role say about its place on a page."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from lxml.html import HtmlElement

# Words start where letters before them end, or at a capital: `commentList`, `td-related`, `nav2`.
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Return whether an element's names hold what a pattern says; pages repeat their names."""
    compiled = re.compile(pattern)

    @lru_cache(maxsize=4096)
    def says(names: str) -> bool:
        return bool(names) and compiled.search(_HUMP.sub("-", names[:300]).lower().replace("_", "-")) is not None

    return says


_says_aside = _matcher(
    r"(?<![a-z])(comment|disqus|reply|replies|respond|side-?(bar|menu|nav|box)|rail(?![a-z])|aside|relat(?!ive)|recommend|"
    r"(read|see|more)-?(next|also|more)|more-?(from|stories|articles|news|posts)|popular|trending|most-?(read|viewed)|"
    r"share(?!d)|sharing|social|foot(?![a-z])|footer|nav(?![a-z])|navbar|navi(?![a-z])|navigation|menu|breadcrumb|"
    r"crumb|promo|advert|ads?(?![a-z])|sponsor|banner|newsletter|subscription|signup|sign-up|login|popup|modal|"
    r"overlay|cookie|gdpr|consent|tags|tag-?(list|cloud|links?)(?![a-z])|copyright|disclaimer|toolbar|pagination|pager|"
    r"taboola|outbrain|author-?(bio|info|box|card|about|desc)|about-?author|bio(?![a-z])|byline|rating|hidden(?![a-z])|"
    r"print-?(only|head|footer)|sr-only|screen-reader|visually-hidden|skip-?link|teaser|rank|hot-?(news|list)|statement|"
    r"gallery|slideshow|carousel|(post|entry|article|news)-?(meta|foot)|source(?![a-z])|"
    r"(prev|next)-?(and-?)?(prev|next|post|article|story)|contentinfo|complementary|dialog|alert(?![a-z]))"
)
_says_remarks = _matcher(
    r"(?<![a-z])(comment|disqus|repl(y|ies)|respond|footer|copyright|cookie|side-?(bar|menu|nav|box)|aside)"
)
_says_body = _matcher(
    r"(?<![a-z])(article-?(body|content|text)|(entry|post|story|main|body|page|news)-?(content|body|text)|"
    r"(with|has|no)-sidebar|content-sidebar)(?![a-z])"
)
_says_text = _matcher(r"(?<![a-z])(article|entry|post|story|news)-?(content|body|text)(?![a-z])")
_says_caption = _matcher(r"(?<![a-z])(captions?|credits?)(?![a-z])")
# `post-footer` and `single-footer` are an article's.
_says_foot = _matcher(
    r"(?<![a-z-])((page|site|global|main|web|bottom)-)?(foot(?![a-z])|footer|copyright|contentinfo)(?![a-z])"
)
_ASIDE_TAGS = frozenset("nav aside footer menu dialog address".split())
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_aside(element: HtmlElement) -> bool:
    """Whether the element calls itself something beside the article: comments, navigation, promotion, hidden text.

    >>> from lxml.html import fromstring
    >>> is_aside(fromstring('<div class="td-relatedPosts">')), is_aside(fromstring('<div class="shared-prose">'))
    (True, False)
    """
    if element.tag in _ASIDE_TAGS:
        return True
    if element.tag in ("article", "main"):
        return False  # blogs list an article's tags among its classes
    if not element.keys():
        return False
    if is_hidden(element):
        return True
    names = _names(element)
    return _says_aside(names) and not _says_body(names)


def is_hidden(element: HtmlElement) -> bool:
    """Whether the element says of itself that it is not shown."""
    style = element.get("style")
    return bool(style and _HIDING.search(style)) or element.get("hidden") is not None


def is_remarks(element: HtmlElement) -> bool:
    """Whether the element calls itself comments, side or foot of the page: an aside however long it is."""
    return element.tag in ("footer", "nav", "aside") or _says_remarks(_names(element))


def is_in_foot(element: HtmlElement) -> bool:
    """Whether the element is, or lies in, what calls itself the foot of the page; an article may have its own."""
    at: HtmlElement | None = element
    while at is not None and at.tag not in ("article", "main", "body"):
        if at.tag == "footer" or _says_foot(_names(at)):
            return next(at.iterancestors("article"), None) is None
        at = at.getparent()
    return False


def is_caption(element: HtmlElement) -> bool:
    """Whether the element calls itself a picture's caption."""
    return element.tag in ("figcaption", "caption") or _says_caption(_names(element))


def is_text(element: HtmlElement) -> bool:
    """Whether the element calls itself the place of an article's text."""
    return element.tag in ("article", "main") or is_article_body(element) or _says_text(_names(element))


def is_article_body(element: HtmlElement) -> bool:
    """Whether the element is marked as schema.org's articleBody."""
    return "articlebody" in (element.get("itemprop") or "").lower()


def _names(element: HtmlElement) -> str:
    names = element.get("class") or ""
    anchor = element.get("id")
    # An id of many words is the slug of a heading: `sharing-with-a-single-developer`.
    if anchor and anchor.count("-") < 4:
        names += " " + anchor
    role = element.get("role")
    return f"{names} {role}" if role else names
