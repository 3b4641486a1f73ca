"""Where the frontiers of an archive's sites are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def folder_of(settings: BaseSettings) -> Path:
    """Return the folder that the setting FRONTIER names, else the one in the archive's."""
    return Path(settings.get("FRONTIER") or Path(settings["ARCHIVE"]) / "frontier")
