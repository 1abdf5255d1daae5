"""Highlight ranges of a text in HTML."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from qa.text.matching import standing
from qa.types import Citation, Span
from ui.describe import dateline, dateline_of
from ui.markup import fragment

SENTENCE_ENDS = "。！？；!?;"


class Doubted(NamedTuple):
    """A range of a text, and the printed line with it, as a button tells it: the line's range and words."""

    span: Span
    line: str
    words: str


class Marked(NamedTuple):
    """A range to mark and, inside it, the part that answers, both in code points; `id` is the element's."""

    span: Span
    key: Span | None = None
    id: str | None = None

    @property
    def told(self) -> str:
        """The ranges as a button of the page says them."""
        key = f".{self.key.start}-{self.key.end}" if self.key else ""
        return f"{self.span.start}-{self.span.end}{key}"


def of_citation(citation: Citation, id: str | None = None) -> Marked:
    """The range of a quote in its article, with the words that answer unless they are the whole quote."""
    key = Span(citation.start + citation.mark.start, citation.start + citation.mark.end)
    whole = key.end - key.start >= len(citation.quote)
    return Marked(Span(citation.start, citation.end), None if whole or key.start >= key.end else key, id)


def shown_of(citation: Citation, id: str | None = None) -> Marked:
    """The range of a quote as the screen shows it, without its dateline."""
    whole = of_citation(citation, id)
    return whole._replace(span=Span(whole.span.start + dateline(citation), whole.span.end))


class _Piece(NamedTuple):
    text: str
    is_asked: bool  # the question has these words
    doubt: Doubted | None = None  # it was recognised without much confidence


class _Stretch(NamedTuple):
    """A part of a text: a quote with the words that answer in its middle, or what stands outside of quotes."""

    before: list[_Piece]
    key: Sequence[_Piece] = ()
    after: Sequence[_Piece] = ()
    is_quote: bool = False
    id: str | None = None


def highlight(
    text: str,
    marks: Sequence[Marked] = (),
    offset: int = 0,
    asked: Sequence[Span] = (),
    doubted: Sequence[Doubted] = (),
) -> Markup:
    """`text` with the parts of it that `marks` cover in `<mark>`; `offset` is where `text` starts in their count.

    Marks that begin inside an earlier one are cut to what is left of them, so elements never overlap. The piece that
    holds a mark's start gets its id. The ranges `asked` of `text`, ascending and apart, are in `<u>`; those that are
    `doubted`, counted as the marks are and in place of what is asked, can be pressed.
    """
    within = [one for one in doubted if offset <= one.span.start and one.span.end <= offset + len(text)]
    noted: list[tuple[Span, Doubted | None]] = [(span, None) for span in asked]
    if within:
        noted = [(Span(one.span.start - offset, one.span.end - offset), one) for one in within]
    stretches, at = list[_Stretch](), 0
    for span, key, id in sorted(marks, key=lambda mark: mark.span):
        start, end = max(at, span.start - offset), min(len(text), span.end - offset)
        if start >= end:
            continue
        left, right = (min(max(edge - offset, start), end) for edge in key) if key else (end, end)
        edges = (start, left, right, end) if left < right else (start, end, end, end)
        before, answering, after = (_pieces(text, *ends, noted) for ends in pairwise(edges))
        named = id if start == span.start - offset else None
        stretches += [_Stretch(_pieces(text, at, start, noted)), _Stretch(before, answering, after, True, named)]
        at = end
    if not stretches and not noted:
        return escape(text)  # most lines: a tenth of the time
    return fragment("highlight", stretches=[*stretches, _Stretch(_pieces(text, at, len(text), noted))])


def _pieces(text: str, start: int, end: int, noted: Sequence[tuple[Span, Doubted | None]]) -> list[_Piece]:
    """``text[start:end]``, what of it was asked for or is doubted apart."""
    pieces, at = list[_Piece](), start
    for span, doubt in noted:
        left, right = max(span.start, start), min(span.end, end)
        if left < right:
            pieces += [_Piece(text[at:left], False), _Piece(text[left:right], doubt is None, doubt)]
            at = right
    return [*pieces, _Piece(text[at:end], False)]


def windows(text: str, spans: Iterable[Span], around: int = 90) -> tuple[Span, ...]:
    """Ranges of `text` that hold the spans with up to `around` characters of their paragraphs on each side.

    They begin and end with whole sentences where one begins or ends near; ranges that touch become one.
    """
    found: list[Span] = []
    for span in sorted(spans):
        start, end = _sentence_start(text, span.start, around), _sentence_end(text, span.end, around)
        if found and start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(end, found[-1].end))
        else:
            found.append(Span(start, end))
    return tuple(found)


def _sentence_start(text: str, at: int, around: int) -> int:
    """The first start of a sentence in the paragraph of `at`, at most `around` characters before it."""
    paragraph = text.rfind("\n", 0, at) + 1
    if paragraph >= at - around:
        return paragraph
    return next((i + 1 for i in range(at - around, at) if text[i] in SENTENCE_ENDS), at - around)


def _sentence_end(text: str, at: int, around: int) -> int:
    """The last end of a sentence in the paragraph of `at`, at most `around` characters after it."""
    newline = text.find("\n", at)
    paragraph = len(text) if newline < 0 else newline
    if paragraph <= at + around:
        return paragraph
    return next((i + 1 for i in range(at + around - 1, at - 1, -1) if text[i] in SENTENCE_ENDS), at + around)


def clipped(text: str, window: Span, marks: Sequence[Marked], asked: Collection[str] = ()) -> Markup:
    """A window of the text, highlighted, question words `asked` underlined, with an ellipsis where a paragraph was
    cut. A paragraph's dateline is left out where nothing in it is marked.
    """
    paragraph = text.rfind("\n", 0, window.start) + 1
    start = paragraph + dateline_of(text[paragraph : window.end])
    is_cut = window.start > start and text[start : window.start].strip()
    if all(mark.span.start >= start for mark in marks if mark.span.end > window.start):
        window = Span(max(window.start, start), window.end)
    before = Markup("…" if is_cut else "")
    after = Markup("…" if text[window.end :].partition("\n")[0].strip() else "")
    shown = text[window.start : window.end]
    return before + highlight(shown, marks, window.start, standing(asked, shown)) + after


def lines(text: str) -> tuple[Span, ...]:
    """The ranges of `text`'s lines that are not blank, without surrounding white space."""
    breaks = [-1, *(i for i, char in enumerate(text) if char == "\n"), len(text)]
    found = []
    for before, after in pairwise(breaks):
        line = text[before + 1 : after]
        if line.strip():
            start = before + 1 + len(line) - len(line.lstrip())
            found.append(Span(start, start + len(line.strip())))
    return tuple(found)
