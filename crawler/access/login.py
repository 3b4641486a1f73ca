"""A login form: how it is found on its page and filled, and how a page says that somebody is logged in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from scrapy import Request
from scrapy.http import Response, TextResponse

from crawler.access.secret import Secret, Word, said
from crawler.errors import CrawlerError, NotReady

if TYPE_CHECKING:
    from parsel import Selector

_FORM = "//form[.//input[translate(@type, 'PASWORD', 'pasword') = 'password']]"
_PASSWORD = ".//input[translate(@type, 'PASWORD', 'pasword') = 'password']/@name"  # noqa: S105, where one is typed
_BUTTON = (
    ".//input[@name and (@type = 'submit' or @type = 'image')] | .//button[@name and (not(@type) or @type = 'submit')]"
)
_TYPES = "contains('|text|email|tel|', concat('|', translate(@type, 'TEXMAIL', 'texmail'), '|'))"
_USER = (
    ".//input[translate(@type, 'PASWORD', 'pasword') = 'password'][1]"
    f"/preceding::input[not(@type) or {_TYPES}][1]/@name"
)


class LoginFailed(CrawlerError):
    """A login that did not work."""

    def __init__(self, url: str, reason: str) -> None:
        self.url, self.reason = url, reason
        super().__init__(f"the login at {url} failed: {reason}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """A form that is filled before anything else is asked for, and again where the site has forgotten it."""

    url: str
    """Of the page with the form, on one of the site's own hosts."""
    user: Word
    password: Secret
    check: str = ""
    """A CSS selector of what is on pages for those alone who are logged in, such as the link to log out."""
    says: str = ""
    """Words that are."""
    form: str = ""
    """A CSS selector of the form; the first with a field for a password where there is none."""
    user_field: str = ""
    """The field's name; the one before the password's where there is none."""
    password_field: str = ""
    fields: Mapping[str, Word] = field(default_factory=dict)
    """Further fields that are to be filled; hidden ones are sent as they came."""

    def check_stated(self, environ: Mapping[str, str]) -> None:
        """Raise NotReady for what is missing or can't be meant."""
        from cssselect import SelectorError
        from parsel.csstranslator import HTMLTranslator

        for name in ("check", "form"):
            try:
                HTMLTranslator().css_to_xpath(getattr(self, name) or "a")
            except SelectorError as error:
                raise NotReady(f"login.{name}", f"{getattr(self, name)!r} is no selector: {error}") from None
        if not (self.check or self.says):
            raise NotReady("login.check", "say what shows that it worked: check='a.logout' or says='Log out'")
        if not isinstance(self.password, Secret):
            raise NotReady("login.password", 'keep it out of the file, and name a variable: Secret("NAME")')
        for word in (self.user, self.password, *self.fields.values()):
            said(word, environ)

    def is_shown(self, response: Response) -> bool:
        """Return whether a page is one for those who are logged in."""
        if not isinstance(response, TextResponse):
            return False
        return (not self.check or bool(response.css(self.check))) and (not self.says or self.says in response.text)

    def filled(self, page: Response, environ: Mapping[str, str]) -> Request:
        """Return the request that the form of a page makes. Raises LoginFailed."""
        if page.status != 200:
            raise LoginFailed(page.url, f"HTTP {page.status}")
        if not isinstance(page, TextResponse):
            raise LoginFailed(page.url, "it is no page")
        form = self._form(page)
        names = (
            self.user_field or form.xpath(_USER).get(),
            self.password_field or form.xpath(_PASSWORD).get(),
        )
        if not all(names):
            raise LoginFailed(
                page.url, "its form has no fields for a name and a password: say user_field, password_field"
            )
        data = {name: said(word, environ) for name, word in self.fields.items()}
        data |= {str(name): said(word, environ) for name, word in zip(names, (self.user, self.password), strict=True)}
        if (form.attrib.get("method") or "get").strip().lower() != "post":
            raise LoginFailed(page.url, "its form would put the password into an address")
        pressed = form.xpath(_BUTTON)[:1]
        pairs = [(str(name), str(value)) for name, value in form.root.form_values() if name not in data]
        pairs += [(button.attrib["name"], button.attrib.get("value", "")) for button in pressed]
        return Request(
            page.urljoin((form.attrib.get("action") or "").strip()),
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode([*pairs, *data.items()], encoding=page.encoding, errors="replace"),
        )

    def _form(self, page: TextResponse) -> Selector:
        found = page.css(self.form) if self.form else page.xpath(_FORM)
        if not found or found[0].root.tag != "form":
            raise LoginFailed(page.url, f"no form {self.form!r}" if self.form else "no form with a password")
        return found[0]
