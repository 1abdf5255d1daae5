"""Label each line of a page as heading, start of a paragraph or continuation: the most likely sequence of labels."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from qa.articles.bylines import has_photo_credit, is_signature, opening, starts_caption
from qa.articles.credit_lines import credited, is_of_minutes, is_person
from qa.articles.dates import is_day
from qa.articles.lines import (
    INDENT,
    Layout,
    Paragraph,
    PrintedLine,
    Role,
    breaks_off,
    completes_credit,
    echo,
    ends_in_question,
    ends_sentence,
    is_bracketed,
    is_open,
    is_sealed,
    old_pauses,
    runs_over,
)
from qa.text.headings import section_number
from qa.text.zh import LETTER, NUMERAL
from qa.types import BlockRole

Label = Literal["heading", "start", "more"]  # a line of a heading; the first line of a paragraph; one that runs on

_LABELS: tuple[Label, ...] = ("heading", "start", "more")
_FORBIDDEN = -1e9
_MARKED = 12.0  # the page's format or a Markdown mark says it
_REMEMBERED = 1024  # lines of one page
_LEAD_CHARS = 160  # how far below a heading its words are looked for
_SPACED_TITLE = 24  # characters of a headline of an old paper whose parts blanks set apart: 小说 江湖夜雨 (三十七)
_REPEATED = 8  # characters: a lead that starts as the line above it repeats a headline
# A headline sets a space where a sentence has a comma.
_SPACED_OUT = re.compile(rf"(?:{LETTER}|[”》])\s+(?:{LETTER}|[“《])")
_SALUTATION = re.compile(
    r"(?:尊敬的|敬爱的|亲爱的)?(?:各位|同志们|女士们|先生们|朋友们|同胞们|老师们|同学们|乡亲们)[^。;?:!]{0,24}[:!]"
    r"|各(?![地界国方])[^。;?!:]{1,40}:"  # whom a notice is for: 各科室:
)
_CHAPTER = re.compile(rf"第(?:{NUMERAL}|\d){{1,4}}[章回节卷篇编](?:\s\S.{{0,24}})?")
_CHAPTERED = 4.0
_ITEM = re.compile(rf"(?:{NUMERAL}{{1,3}}、|\({NUMERAL}{{1,3}}\)|\d{{1,2}}[.、](?!\d))")
_RUNS_ON = tuple(",。、;:!?)”’》」』】%/的们")  # no line starts so unless it runs on


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a line says by itself, wherever it stands."""

    text: str
    role: BlockRole | None
    depth: int
    gap: int
    indent: int
    signed: bool  # it holds reporters and nothing else
    sealed: bool  # nothing runs on from it
    hanging: bool  # something must follow
    begins: bool  # the format says that it does not go on from the line above
    numbered: bool  # the heading of a numbered section
    item: bool  # of a numbered list, or of what stands above minutes
    salutes: bool  # 各位代表：

    @classmethod
    def of(cls, text: str, role: BlockRole | None, depth: int, gap: int, indent: int, begins: bool) -> _Reading:
        signed = is_signature(text) or (credited(text) is not None and not is_day(text))
        of_meeting = is_of_minutes(text)
        sealed = signed or role == "row" or is_sealed(text) or is_person(text) or of_meeting
        hanging = not sealed and breaks_off(text)
        numbered = role is None and not depth and section_number(text) is not None
        salutes = _SALUTATION.fullmatch(text) is not None
        item = of_meeting or _ITEM.match(text) is not None
        return cls(text, role, depth, gap, indent, signed, sealed, hanging, begins, numbered, item, salutes)


def label(lines: Sequence[PrintedLine]) -> list[Label]:
    """The label of each line."""
    layout = Layout.of(lines)
    best: dict[Label, float] = {"heading": 0.0, "start": 0.0, "more": _FORBIDDEN}
    steps: list[dict[Label, Label]] = []
    read, moving = lru_cache(_REMEMBERED)(_Reading.of), lru_cache(_REMEMBERED)(_moves)
    emissions = lru_cache(_REMEMBERED)(_emissions)
    readings = [read(line.text, line.role, line.depth, line.gap, line.indent, line.begins) for line in lines]
    for index, reading in enumerate(readings):
        emitted = emissions(reading, _lead(lines, index), layout)
        if index:
            moves = moving(readings[max(0, index - 2)], readings[index - 1], reading, layout)
            step: dict[Label, Label] = {
                to: max(_LABELS, key=lambda before: best[before] + moves[before, to]) for to in _LABELS
            }
            best = {to: best[step[to]] + moves[step[to], to] for to in _LABELS}
            steps.append(step)
        best = {to: best[to] + emitted[to] for to in _LABELS}
    return _trace(best, steps) if lines else []


def _trace(best: dict[Label, float], steps: list[dict[Label, Label]]) -> list[Label]:
    last = max(_LABELS, key=lambda each: best[each] - (2.0 if each == "heading" else 0.0))
    course = [last]
    for step in reversed(steps):
        course.append(step[course[-1]])
    return course[::-1]


def _lead(lines: Sequence[PrintedLine], index: int) -> str:
    """The text that follows a line."""
    parts: list[str] = []
    length = 0
    for line in lines[index + 1 : index + 13]:
        parts.append(line.text[:_LEAD_CHARS])
        length += len(parts[-1])
        if length >= _LEAD_CHARS:
            break
    return "".join(parts)[:_LEAD_CHARS]


def _emissions(reading: _Reading, lead: str, layout: Layout) -> dict[Label, float]:
    text = reading.text
    if reading.depth or reading.role in ("heading", "kicker", "subtitle"):
        return {"heading": _MARKED, "start": 0.0, "more": -_MARKED}
    if reading.role == "row":
        return {"heading": _FORBIDDEN, "start": 0.0, "more": _FORBIDDEN}
    if reading.role in ("body", "caption", "byline"):
        return {"heading": -_MARKED, "start": 0.0, "more": -1.0}
    if reading.salutes:
        return {"heading": -_MARKED, "start": 2.0, "more": -4.0}
    if reading.signed:
        return {"heading": -4.0, "start": 2.0, "more": -4.0}
    repeated = _is_repeated(text, lead)
    lead_in = opening(text)
    if lead_in and not (repeated and not lead_in.sure):
        return {"heading": -8.0, "start": 2.0, "more": -8.0 if lead_in.sure else 0.0}
    runs_on = text.startswith(_RUNS_ON)
    heading = _looks_like_heading(reading, lead, layout)
    if starts_caption(text):
        return {"heading": heading - 5.0, "start": 1.0, "more": -2.0}
    heading -= 5.0 * (runs_on or is_bracketed(text) or has_photo_credit(text) or is_of_minutes(text))
    if layout.spaced:
        heading += 1.5 if reading.gap else -0.5
    return {"heading": heading, "start": -3.0 if runs_on else 0.0, "more": 3.0 if runs_on else 0.0}


def _looks_like_heading(reading: _Reading, lead: str, layout: Layout) -> float:
    text = reading.text
    repeated = _is_repeated(text, lead)
    score = 5.0 if repeated else 1.0
    length = len(text)
    score -= min(12.0, max(0.0, (length - 40) / 5))
    if ends_sentence(text):
        score -= 1.5 if ends_in_question(text) else 7.0
    elif not repeated and reading.hanging:
        score -= 5.0
    score -= 5.0 * ("。" in text[:-1] or ("," in text and text.endswith(":"))) + min(5.0, 2.5 * text.count(","))
    score += 1.5 * (_SPACED_OUT.search(text) is not None)
    score += _CHAPTERED * (_CHAPTER.fullmatch(text) is not None or is_day(text))
    score -= 5.0 * (layout.old and old_pauses(text) > 1 and (layout.wrapped or "、" in text or length > _SPACED_TITLE))
    if layout.loose and length <= 40:
        score += 2.0
    if layout.wrapped:
        score += 1.5 if length < 0.8 * layout.width else -1.0
    return score + 4.0 * (echo(text, lead) - 0.3)


def _is_repeated(text: str, lead: str) -> bool:
    """Whether a line comes again whole in the text below, or that starts as the line does: it is a headline of it."""
    return len(text) > _REPEATED and (lead.startswith(text[:_REPEATED]) or text in lead)


def _moves(above: _Reading, before: _Reading, line: _Reading, layout: Layout) -> dict[tuple[Label, Label], float]:
    """What it costs to pass from each label of a line, `before`, to each label of the next."""
    if layout.old and (line.gap or not layout.full(len(before.text))):
        before, line = replace(before, sealed=True, hanging=False), replace(line, begins=True)
    joins = line.role != "row" and not line.begins
    runs_on = joins and (before.hanging or runs_over(before.text, line.text))
    completes = joins and not before.signed and completes_credit(before.text, line.text)
    completes &= credited(line.text) is None  # 摄影：某某 is whole by itself
    heading = -0.5 if before.sealed and not completes else -5.0
    if before.signed and not above.sealed:
        heading -= 4.0  # reporters named below a heading: the text follows
    start, more = (-3.5, 6.0) if completes else _within_text(before, line, layout, runs_on)
    moves: dict[tuple[Label, Label], float] = {
        ("heading", "heading"): -0.3,
        ("heading", "start"): _below_heading(before, line, layout, runs_on),
        ("heading", "more"): _FORBIDDEN,
    }
    for body in ("start", "more"):
        moves |= {(body, "heading"): heading, (body, "start"): start, (body, "more"): more}
    return moves


def _within_text(before: _Reading, line: _Reading, layout: Layout, runs_on: bool) -> tuple[float, float]:
    """How well a line starts a paragraph below another, and how well it goes on with it."""
    if line.begins or "row" in (before.role, line.role):
        return 0.0, _FORBIDDEN
    full = layout.full(len(before.text))
    if before.salutes or (before.numbered and layout.loose):
        start, more = 0.0, -6.0
    elif not before.sealed:
        start, more = -3.5, (2.0 if runs_on else -0.3) - 2.0 * (layout.wrapped and not full)
    elif full and not line.gap:
        start, more = -0.7, 0.3
    else:
        start, more = 0.0, -6.0 if layout.wrapped else -3.5
    if line.item and not layout.old and (before.sealed or before.text.endswith(":")):
        more -= _MARKED
    if line.gap > layout.gap:
        more -= 1.5
    if layout.indented:
        set_in = line.indent >= INDENT
        start += 2.0 if set_in else -3.0
        more += -6.0 if set_in else 1.0
    return start, more


def _below_heading(before: _Reading, line: _Reading, layout: Layout, runs_on: bool) -> float:
    """How well a line starts the text below a heading: hardly where it runs on from it."""
    return -2.0 * (runs_on or is_open(before.text)) - 3.0 * (layout.parted and not line.gap)


_CAPTION_CHARS = 160


def paragraphs_of(lines: Sequence[PrintedLine], labels: Sequence[Label]) -> list[Paragraph]:
    """Every line in exactly one paragraph, in the page's order."""
    groups: list[tuple[Label, list[PrintedLine]]] = []
    for line, label in zip(lines, labels, strict=True):
        if label == "more":
            groups[-1][1].append(line)
        else:
            groups.append((label, [line]))
    return [Paragraph(_role(label, group), tuple(group)) for label, group in groups]


def _role(label: Label, lines: list[PrintedLine]) -> Role:
    if label == "heading":
        return "heading"
    if lines[0].role in ("caption", "row"):
        return "row" if lines[0].role == "row" else "caption"
    tail = "".join(line.text for line in lines[-3:])
    if is_signature(tail) or credited(tail) is not None:
        return "signature"
    short = sum(map(len, lines)) <= _CAPTION_CHARS
    return "caption" if short and (starts_caption(lines[0].text) or has_photo_credit(tail)) else "body"
