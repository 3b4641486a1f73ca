"""What was learnt, told to a person: each field with its selector, on how many pages it holds, and where it differs."""

from __future__ import annotations

from collections.abc import Iterator

from .learnt import Design, Learnt, Lesson

_SHOWN = 60
"""Characters of a value."""


def report(learnt: Learnt) -> Iterator[str]:
    """Yield the lines of the report."""
    taught = [design for design in learnt.designs if design.layout is not None]
    if len(learnt.designs) > 1:
        yield f"{len(learnt.designs)} designs, told apart by the elements around the text:"
        for number, design in enumerate(learnt.designs, start=1):
            yield f"  {number}. {_pages(len(design.samples))}, such as {design.samples[0].name}: {_use(design)}"
        yield ""
    for design in taught:
        if len(taught) > 1:
            yield f"Design with {design.samples[0].name}"
        yield from _table(design)
        yield ""


def _use(design: Design) -> str:
    if design.layout is None:
        return f"not learnt from, {design.why}"
    return "learnt from" + (f", in use until {design.layout.until}" if design.layout.until else "")


def _table(design: Design) -> Iterator[str]:
    shown = [lesson for lesson in design.lessons if lesson.selector or lesson.stated]
    width = max([len(lesson.selector or "") for lesson in shown] + [len("selector")])
    yield f"{'field':10} {'selector':{width}}  matches  generic  agree"
    for lesson in shown:
        yield _line(lesson, width)
        for difference in lesson.differences:
            yield f"{'':10}   {difference.page}"
            yield f"{'':10}     generic {_short(difference.generic)}"
            yield f"{'':10}     learnt  {_short(difference.learnt)}"
    never = [lesson.name for lesson in design.lessons if not lesson.selector and not lesson.stated]
    if never:
        yield f"on none of the {_pages(len(design.samples))}: {', '.join(never)}"


def _line(lesson: Lesson, width: int) -> str:
    if lesson.selector is None:
        return f"{lesson.name:10} {'-':{width}} {'':7}  {lesson.stated:7}         stays generic: {lesson.why}"
    counts = f"{lesson.matches:7}  {lesson.stated:7}  {lesson.agrees:5}"
    return f"{lesson.name:10} {lesson.selector:{width}}  {counts}  {lesson.why}".rstrip()


def _pages(count: int) -> str:
    return f"{count} page{'' if count == 1 else 's'}"


def _short(text: str) -> str:
    folded = " ".join(text.split())
    if not folded:
        return "-"
    return repr(folded if len(folded) <= _SHOWN else f"{folded[:_SHOWN]}… ({len(folded)} characters)")
