"""What pages and sites say of the uses that may be made of them, for the archive to keep as it was seen."""

from crawler.rights.page import of_page
from crawler.rights.site import AI, TDMREP, Site, of_site

__all__ = ["AI", "TDMREP", "Site", "of_page", "of_site"]
