"""Pages that scripts draw, read as a reader sees them: what a spider's file says of it, and Chromium."""

from crawler.browser.terms import Browser

__all__ = ["Browser"]
