"""What a site asks of who reads it: cookies, headers, a login, a proxy, as its spider's file says."""

from crawler.access.login import Login
from crawler.access.proxy import Proxy
from crawler.access.secret import Secret
from crawler.access.terms import Access

__all__ = ["Access", "Login", "Proxy", "Secret"]
