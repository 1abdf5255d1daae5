"""Datelines in brackets, as agencies of Taiwan write them, and the names of writers at headlines.

(中央社记者叶素萍台北29日电), (记者王小明/台北报导). Every test reads folded text, as in `qa.articles.bylines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from qa.articles.credit_lines import is_of_minutes, is_person
from qa.articles.lines import Paragraph, PrintedLine, runs_over
from qa.text.zh import CITIES, COMPOUND_SURNAMES, LETTER, OUTLET_ENDS, any_of, has_surname, republican
from qa.types import BlockRole, Span

_HEAD_CHARS = 400  # of a line in which a dateline is looked for: a caption may stand before it
_TAIL_CHARS = 600  # the same of what closes the text
_OPEN, _CLOSE = r"[(\[【〔]", r"[)\]】〕]"
_OUTLET = rf"(?:本[报社刊台]|{LETTER}{{1,6}}?(?:{any_of(OUTLET_ENDS)}))"
_DATELINE = re.compile(
    rf"{_OPEN}\s*{_OUTLET}?\s*(?P<job>(?:特约|实习|特派)?(?:记者|特派员|通讯员))?\s*(?P<who>[^()\[\]【】〔〕。:;]{{0,40}}?)"
    rf"\s*(?:综合)?(?:外电)?(?:报导|报道|专电|外电|电|讯|特稿)\s*{_CLOSE}"
)
_DAY = re.compile(r"(?:\d{1,2}月)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})日$")
_CITY = re.compile(rf"(?:{any_of(CITIES)})$")
_EDITED = re.compile(
    rf"{_OPEN}(?:编辑|译者|核稿|责任编辑)[:/][^()。]{{2,40}}{_CLOSE}\s*"
    r"(?P<day>(?P<year>1[0-4]\d)(?P<month>0[1-9]|1[0-2])(?P<date>[0-2]\d|3[01]))?(?!\d)"
)


class Dateline(NamedTuple):
    """Where a dateline stands in a text, and where it names reporters."""

    span: Span
    names: tuple[Span, ...]


def dateline(text: str) -> Dateline | None:
    """The first dateline in brackets at the head of a text; None where none is."""
    for match in _DATELINE.finditer(text[:_HEAD_CHARS]):
        start, end = match.span("who")
        day = _DAY.search(text[start:end])
        is_told = match["job"] or day or _names_outlet(match[0])
        if is_told and (match["who"] or match["job"]):
            end = start + day.start() if day else end
            return Dateline(Span(*match.span()), tuple(_names(text, start, end)) if match["job"] else ())
    return None


def _names_outlet(written: str) -> bool:
    return re.match(rf"{_OPEN}\s*{_OUTLET}", written) is not None


def _names(text: str, start: int, end: int) -> Iterator[Span]:
    """Where reporters are named; the place stands behind a stroke, or right behind the last of them."""
    people, stroke, _ = text[start:end].partition("/")
    at = start
    parts = re.split("([、,及和\\s])", people)
    for number, part in enumerate(parts):
        is_last = number == len(parts) - 1 and not stroke
        length = _name_length(part) if is_last else len(part)
        if length > 1 and has_surname(part):
            yield Span(at, at + length)
        at += len(part)


def _name_length(glued: str) -> int:
    """How much of a name with a place behind it is the name."""
    if city := _CITY.search(glued):
        return city.start()
    if glued.startswith(COMPOUND_SURNAMES):
        return min(4, len(glued))
    return len(glued) if len(glued) <= 3 else 2 if len(glued) == 4 else 3


def roc_date(text: str) -> tuple[str, str] | None:
    """The day that stands behind the editor's name (编辑:林淑媛)1131229, and its digits."""
    for match in _EDITED.finditer(text[-_TAIL_CHARS:]):
        if match["day"]:
            found = republican(int(match["year"]), int(match["month"]), int(match["date"]))
            return (found, match["day"]) if found else None
    return None


def parted(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines of a page, those that hold a whole report parted: what stands before its dateline is a caption, what
    stands behind its editor's name is another.
    """
    told = [part for line in lines for part in _parts(line)]
    for at, line in enumerate(told):
        minuted = is_of_minutes(line.text)
        if minuted or (at and (is_of_minutes(told[at - 1].text) or _ends_report(told[at - 1].text))):
            told[at] = replace(line, begins=True)
    return told


def _ends_report(text: str) -> bool:
    """Whether a line ends with the editor's name and the day."""
    return any(match["day"] and match.end() == len(text) for match in _EDITED.finditer(text[-_TAIL_CHARS:]))


def _parts(line: PrintedLine) -> Iterator[PrintedLine]:
    found = dateline(line.text) if line.role in (None, "body") and not line.cells else None
    if found is None:
        yield line
        return
    tail = next((match for match in _EDITED.finditer(line.text) if match.start() > found.span.end), None)
    end = tail.start() if tail else len(line.text)
    behind = tail.end() if tail else end
    if found.span.start:
        yield _part(line, 0, found.span.start, "caption")
    yield _part(line, found.span.start, end, "body", begins=bool(found.span.start) or line.begins)
    if end < behind:
        yield _part(line, end, behind, "caption")
    if behind < len(line.text):
        yield _part(line, behind, len(line.text), "caption")


def _part(line: PrintedLine, start: int, end: int, role: BlockRole | None, begins: bool = True) -> PrintedLine:
    text = line.text[start:end]
    start += len(text) - len(text.lstrip())
    text = text.strip()
    at = line.start + start
    return replace(line, start=at, end=at + len(text), text=text, role=role, begins=begins)


_SET_IN = 6  # half-width characters that a writer's name is set in behind the headline
_WRITER = re.compile(r"\s{2,}(\S{2,4}|\S\s{1,2}\S)$")  # far behind a headline, on its line


def with_writers(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs of a page, a writer's name between headline and text, or far behind the headline, as a signature
    of its own.
    """
    found: list[Paragraph] = []
    for paragraph, below in zip(paragraphs, [*paragraphs[1:], None], strict=True):
        if below is None or below.role != "body" or len(paragraph.lines) > 1:
            found.append(paragraph)
        elif paragraph.role == "heading":
            found += _apart(paragraph, found[-1] if found else None)
        else:
            found.append(_named(paragraph, found[-1] if found else None))
    return found


def _apart(heading: Paragraph, above: Paragraph | None) -> list[Paragraph]:
    """The last line of a headline, without the name behind it."""
    named = _named(heading, above)
    line = heading.lines[0]
    match = _WRITER.search(heading.text) if named is heading and not line.depth else None
    if match is None or not is_person(match[1]):
        return [named]
    parts = _part(line, 0, match.start(), line.role), _part(line, match.start(), len(line.text), line.role)
    return [Paragraph("heading", (parts[0],)), Paragraph("signature", (parts[1],))]


def _named(paragraph: Paragraph, above: Paragraph | None) -> Paragraph:
    """A line under a headline that is a name and nothing else signs the text."""
    line = paragraph.lines[0]
    if paragraph.role not in ("heading", "body") or line.role or line.depth or above is None or above.role != "heading":
        return paragraph
    set_in = line.indent >= above.lines[0].indent + _SET_IN
    if not is_person(line.text, set_in) or runs_over(above.text, line.text):
        return paragraph
    return Paragraph("signature", paragraph.lines)
