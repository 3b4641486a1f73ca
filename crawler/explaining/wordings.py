"""What is said of each value beside itself: as the archive has it, in how many paragraphs, where a link leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.items import Neighbour
from pipelines.article import content_fields

from .regions import ORDER, Region, Regions

FIELDS = (*ORDER.split(),)
"""Those that a page may have, in the order in which they are shown."""
LONGEST = 400
"""Characters of a value that are shown; the page has the rest."""


def archived(regions: Regions) -> Mapping[str, Any]:
    """Return the fields as the archive would have them."""
    return content_fields(regions.reading.item)


def absent(regions: Regions) -> list[str]:
    """Return the fields that the page does not state, or whose value was not found."""
    known = {region.name for region in regions.taken}
    return [name for name in FIELDS if name not in known]


def shown(region: Region, longest: int = LONGEST) -> str:
    """Return a value as far as a person reads it there."""
    value = region.value
    if region.name == "breadcrumbs" and region.taken:
        value = " › ".join(value.split("\n\n"))
    return value if len(value) <= longest else value[: longest - 1].rstrip() + "…"


def remarks(region: Region, regions: Regions, fields: Mapping[str, Any]) -> list[str]:
    """Return what else is to be known of a value that was taken."""
    if not region.taken:
        return []
    item = regions.reading.item
    if region.name in ("published_at", "modified_at") and fields[region.name]:
        moment = f"in the archive: {fields[region.name]}"
        if region.name == "published_at":
            moment += f", to the {fields['published_precision']}, zone {fields['published_zone']}"
        return [moment]
    if region.name == "title" and fields["title"] != region.value:
        return [f"in the archive: {fields['title']}"]
    if region.name == "view_count" and str(fields["view_count"]) != region.value:
        return [f"in the archive: {fields['view_count']}"]
    if region.name == "source" and item.source_url:
        return [item.source_url]
    if region.name in ("prev", "next"):
        neighbour: Neighbour | None = getattr(item, region.name)
        return [neighbour.url] if neighbour is not None and neighbour.url and neighbour.title else []
    if region.name == "body":
        said = [many(len(item.body), "paragraph"), f"{sum(map(len, item.body)):,} characters"]
        said += [many(len(item.images), "picture")] if item.images else []
        said += [many(len(item.attachments), "file")] if item.attachments else []
        return [", ".join(said)]
    return []


def many(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> many(1, "paragraph"), many(20, "paragraph")
    ('1 paragraph', '20 paragraphs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
