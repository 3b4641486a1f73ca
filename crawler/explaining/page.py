"""The page that explains another: that one as it was, marked, with what the marks mean beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lxml import etree

from .cleaning import clean
from .looks import COLOURS, PAGE, PANEL
from .marking import MARK, put_marks
from .regions import Region, Regions
from .wordings import absent, archived, many, remarks, shown

# Nothing is fetched and nothing runs, whatever slipped through: neither here nor in the frame, which inherits it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_LONGEST = 220
"""Characters of a value beside the page, which has the rest."""


def write_page(regions: Regions, name: str) -> str:
    """Return an HTML page that explains a reading. `name` is the page's address or file.

    The document's tree is used up: the marks are put into it, and what would run or be fetched is taken out.
    """
    fields = archived(regions)
    led = put_marks(regions.lines, regions.regions)
    style = clean(regions.document, regions.reading.item.images)
    title = shown(next((region for region in regions.taken if region.name == "title"), None) or _UNTITLED, 120)
    panel = "".join(_panel(regions, fields, led, title, name))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)} — explained</title><style>{PANEL}</style></head>\n<body><aside>{panel}</aside>\n"
        f'<main><nav class="legend">{"".join(_legend(regions, led))}</nav>'
        f'<iframe name="page" title="The page, marked" sandbox srcdoc="{escape(_frame(regions, style))}"></iframe>'
        "</main></body></html>\n"
    )


_UNTITLED = Region(number=0, name="title", taken=False, value="No title found", how="")


def _frame(regions: Regions, style: str) -> str:
    tree = regions.document.tree
    body = tree.find("body")
    inner = etree.tostring(tree if body is None else body, method="html", encoding="unicode", with_tail=False)
    # Links within the frame, which has no address of its own, are relative to itself.
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><base href="about:srcdoc">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
        f"<style>{PAGE}</style><style>{style}</style></head>{inner}</html>"
    )


def _legend(regions: Regions, led: Mapping[int, int]) -> Iterator[str]:
    """Give a chip for each field that is marked on the page; it leads to the mark."""
    marked = [region for region in regions.taken if region.number in led]
    for name in COLOURS:
        for region in marked:
            if region.name == name:
                yield f'<a class="chip {name}" href="{_to(led[region.number])}" target="page">{name}</a>'
    if any(region.number in led for region in regions.rejected):
        yield '<span class="chip rejected">rejected</span>'
    if regions.reading.item.images:
        yield '<span class="chip pictures">picture of the article</span>'


def _panel(regions: Regions, fields: Mapping[str, Any], led: Mapping[int, int], title: str, name: str) -> Iterator[str]:
    item = regions.reading.item
    yield f"<h1>{escape(title)}</h1>"
    facts = [name, f"read as {regions.document.encoding}", item.kind]
    yield f'<p class="facts">{escape(" · ".join(filter(None, facts)))}</p>'
    yield f"<h2>Taken: {many(len(regions.taken), 'field')}</h2>"
    for region in regions.taken:
        yield _card(region, led, remarks(region, regions, fields))
    if missing := absent(regions):
        yield "<h2>Not found</h2><p>"
        yield " ".join(f'<span class="chip absent">{field}</span>' for field in missing)
        yield "</p>"
    if regions.rejected:
        yield f"<h2>Rejected: {many(len(regions.rejected), 'candidate')}</h2>"
    for region in regions.rejected:
        yield _card(region, led, [])


def _card(region: Region, led: Mapping[int, int], more: list[str]) -> str:
    kind = region.name if region.taken else "rejected"
    label = region.name if region.taken else f"not {region.name}"
    chip = f'<span class="chip {kind}">{escape(label)}</span>'
    link = f'<a class="to" href="{_to(led[region.number])}" target="page">show</a>' if region.number in led else ""
    value = escape(shown(region, _LONGEST)) or "<em>empty</em>"
    why = f'<p class="why">{escape(region.why)}</p>' if region.why else ""
    notes = "".join(f'<p class="more">{escape(note[:_LONGEST])}</p>' for note in more)
    return (
        f'<section class="field {kind}"><div class="head">{chip}{link}<span class="how">{escape(region.how)}</span>'
        f'{_sure(region.confidence)}</div><p class="value">{value}</p>{notes}{why}'
        f'<p class="where">{escape(region.where)}</p></section>\n'
    )


def _sure(confidence: float | None) -> str:
    if confidence is None:
        return ""
    share = round(100 * max(0.0, min(1.0, confidence)))
    low = " low" if share < 60 else ""
    return (
        f'<span class="how" style="margin:0">{confidence:.2f}</span>'
        f'<span class="sure{low}"><i style="width:{share}%"></i></span>'
    )


def _to(number: int) -> str:
    return f"about:srcdoc#{MARK}-{number}"
