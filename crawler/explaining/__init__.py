"""What was taken from where on a page and what was passed over, shown to a person."""

from .page import write_page
from .regions import Region, Regions, find_regions
from .terminal import show_tables

__all__ = ["Region", "Regions", "find_regions", "show_tables", "write_page"]
