"""Which line is what: the likeliest course of headings, paragraph starts and continuations over the lines of a page.

A Viterbi search; its scores are log-odds set by hand from how newspapers are set, none from one page's words. Time is
linear in the characters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.articles.bylines import closing, has_photo_credit, is_signature, opening, starts_caption
from qa.articles.lines import Line
from qa.text import words

Label = Literal["heading", "start", "more"]  # a line of a heading; the first line of a paragraph; one that runs on

_LABELS: tuple[Label, ...] = ("heading", "start", "more")
_FORBIDDEN = -1e9
_MARKED = 12.0  # the page's format or a Markdown mark says it
_LOOSE = 60  # characters of the median line from which lines are taken for paragraphs
_LEAD_CHARS = 160  # how far below a heading its words are looked for
_REPEATED = 8  # characters: a lead that starts as the line above it repeats a headline
_SEAM_CHARS = 8  # characters on each side of a line end that are cut into words together
_GAP = re.compile(r"[\W_]+")
_SPACED_OUT = re.compile(r"[㐀-鿿”》]\s+[“《㐀-鿿]")  # a headline sets a space where a sentence has a comma
_BRIDGES = tuple("的和与及在了对将把被为从向于以并、,;(“《")  # a broken line may end so, a heading does not
_RUNS_ON = tuple(",。、;:!?)”’》」』】%/")  # no line starts so unless it runs on


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is set: the usual length of a full line, whether its columns are wrapped at that length, and whether a
    blank line says something (some lines have one above them, most have none)."""

    width: int
    wrapped: bool
    spaced: bool
    loose: bool = False  # most lines are whole paragraphs: a short one without a full stop stands out
    gap: int = 0  # the usual number of blank lines between two lines

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Layout:
        """Wrapped: at least a third of the lines are within two characters of the commonest length."""
        lengths = Counter(len(line) for line in lines)
        if not lengths:
            return cls(0, False, False)
        ordered = sorted(map(len, lines))
        near = {length: sum(lengths.get(length + step, 0) for step in range(-2, 2)) for length in lengths}
        width = max(near, key=lambda length: (near[length], length))
        gaps = sum(line.gap > 0 for line in lines[1:])
        return cls(
            width,
            wrapped=8 <= width <= 60 and near[width] >= max(4.0, len(lines) / 3),
            spaced=0 < gaps < 0.6 * len(lines),
            loose=ordered[len(ordered) // 2] >= _LOOSE,
            gap=sorted(line.gap for line in lines)[len(lines) // 2],
        )

    def full(self, line: Line) -> bool:
        """Whether a line fills its column."""
        return self.wrapped and len(line) >= self.width - 2


def ends_sentence(text: str) -> bool:
    """Whether a line may end a paragraph: a full stop or its like, closing quotes and brackets after it."""
    return text.rstrip("”’\"'」』》)】] ").endswith(("。", "!", "?", "…"))


def is_sealed(text: str) -> bool:
    """Whether nothing runs on from a line: it ends a sentence, or is signed."""
    if ends_sentence(text) or _is_bracketed(text):
        return True
    return has_photo_credit(text) or is_signature(text) or closing(text) is not None


def _is_bracketed(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def label(lines: Sequence[Line]) -> list[Label]:
    """One label a line."""
    layout = Layout.of(lines)
    best: dict[Label, float] = {"heading": 0.0, "start": 0.0, "more": _FORBIDDEN}
    steps: list[dict[Label, Label]] = []
    for index, line in enumerate(lines):
        emitted = _emissions(line, _lead(lines, index), layout)
        if index:
            moves = _moves(lines[index - 1], line, layout)
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


def _lead(lines: Sequence[Line], index: int) -> str:
    """The text that follows a line."""
    parts: list[str] = []
    length = 0
    for line in lines[index + 1 : index + 13]:
        parts.append(line.text[:_LEAD_CHARS])
        length += len(parts[-1])
        if length >= _LEAD_CHARS:
            break
    return "".join(parts)[:_LEAD_CHARS]


def _emissions(line: Line, lead: str, layout: Layout) -> dict[Label, float]:
    text = line.text
    if line.depth or line.role in ("heading", "kicker", "subtitle"):
        return {"heading": _MARKED, "start": 0.0, "more": -_MARKED}
    if line.role in ("body", "caption", "byline"):
        return {"heading": -_MARKED, "start": 0.0, "more": -1.0}
    if is_signature(text):
        return {"heading": -4.0, "start": 2.0, "more": -4.0}
    lead_in = opening(text)
    if lead_in:
        return {"heading": -8.0, "start": 2.0, "more": -8.0 if lead_in.sure else 0.0}
    runs_on = text.startswith(_RUNS_ON)
    heading = _looks_like_heading(text, lead, layout)
    heading -= 5.0 * (runs_on or _is_bracketed(text) or starts_caption(text) or has_photo_credit(text))
    if layout.spaced:
        heading += 1.5 if line.gap else -0.5
    return {"heading": heading, "start": -3.0 if runs_on else 0.0, "more": 3.0 if runs_on else 0.0}


def _looks_like_heading(text: str, lead: str, layout: Layout) -> float:
    repeated = lead.startswith(text[:_REPEATED]) and len(text) > _REPEATED
    score = 5.0 if repeated else 1.0
    length = len(text)
    score -= min(12.0, max(0.0, (length - 40) / 5))
    if ends_sentence(text):
        score -= 1.5 if text.rstrip("”’\"'」』》)】] ").endswith(("!", "?")) else 7.0
    elif text.endswith(_BRIDGES) and not repeated:
        score -= 5.0
    score -= 5.0 * ("。" in text[:-1]) + min(5.0, 2.5 * text.count(","))
    score += 1.5 * (_SPACED_OUT.search(text) is not None)
    if layout.loose and length <= 40:
        score += 2.0
    if layout.wrapped:
        score += 1.5 if length < 0.8 * layout.width else -1.0
    return score + 4.0 * (echo(text, lead) - 0.3)


def echo(text: str, lead: str) -> float:
    """The share of a line's character pairs that come again in the text below it."""
    pairs = {run[at : at + 2] for run in _GAP.split(text) for at in range(len(run) - 1)}
    return sum(pair in lead for pair in pairs) / len(pairs) if pairs else 0.0


def _moves(before: Line, line: Line, layout: Layout) -> dict[tuple[Label, Label], float]:
    """What it costs to pass from each label of a line to each label of the next."""
    sealed = is_sealed(before.text)
    seam = _seam(before.text, line.text)
    wrapped_on = layout.full(before) and not line.gap
    if sealed:
        start, more = (-0.7, 0.3) if wrapped_on else (0.0, -6.0 if layout.wrapped else -3.5)
        heading = -0.5
    else:
        start, more, heading = -3.5, seam, -5.0
        if layout.wrapped and not layout.full(before):
            more -= 2.0
    if line.gap > layout.gap:
        more -= 1.5
    moves: dict[tuple[Label, Label], float] = {
        ("heading", "heading"): -0.3,
        ("heading", "start"): 0.0,
        ("heading", "more"): _FORBIDDEN,
    }
    for body in ("start", "more"):
        moves |= {(body, "heading"): heading, (body, "start"): start, (body, "more"): more}
    return moves


def _seam(before: str, text: str) -> float:
    """How much two lines look like one that was broken: a word or a bridge runs over the line end."""
    if before.endswith(_BRIDGES):
        return 2.0
    return 2.0 if runs_over(before, text) else -0.3


def runs_over(before: str, text: str, least: int = 2) -> bool:
    """Whether a word of at least so many characters runs from the end of one line into the next."""
    left, right = before[-_SEAM_CHARS:], text[:_SEAM_CHARS]
    return any(
        left.endswith(word[:cut]) and right.startswith(word[cut:])
        for word in words(left + right)
        if len(word) >= least
        for cut in range(1, len(word))
    )
