"""Ranges of a text marked as HTML. Pure; everything is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from html import escape as html_escape
from itertools import pairwise
from typing import NamedTuple

from qa.text.matching import standing
from qa.types import Citation, Span

SENTENCE_ENDS = "。！？；!?;"


class Marked(NamedTuple):
    """A range to mark and, inside it, the part that answers, both in code points; `id` is the element's."""

    span: Span
    key: Span | None = None
    id: str | None = None


def escape(text: str) -> str:
    """Safe in an element and in a quoted attribute; a lone surrogate, which cannot be sent, becomes "?"."""
    return html_escape(text.encode("utf-8", "replace").decode("utf-8"), quote=True)


def of_citation(citation: Citation, id: str | None = None) -> Marked:
    """The quote in its article, with the words that answer unless they are the whole quote."""
    key = Span(citation.start + citation.mark.start, citation.start + citation.mark.end)
    whole = key.end - key.start >= len(citation.quote)
    return Marked(Span(citation.start, citation.end), None if whole or key.start >= key.end else key, id)


def highlight(text: str, marks: Sequence[Marked] = (), offset: int = 0, asked: Sequence[Span] = ()) -> str:
    """`text` escaped, the parts of it that `marks` cover in `<mark>`; `offset` is where `text` starts in their count.

    Marks that begin inside an earlier one are cut to what is left of them, so elements never overlap. The piece that
    holds a mark's start gets its id. The ranges `asked` of `text`, ascending and apart, are in `<u>`.
    """
    parts: list[str] = []
    at = 0
    for span, key, id in sorted(marks, key=lambda mark: mark.span):
        start, end = max(at, span.start - offset), min(len(text), span.end - offset)
        if start >= end:
            continue
        name = f' id="{escape(id)}"' if id and start == span.start - offset else ""
        parts += [
            _underlined(text, at, start, asked),
            f'<mark class="quote"{name}>',
            _keyed(text, start, end, key and Span(key.start - offset, key.end - offset), asked),
            "</mark>",
        ]
        at = end
    return "".join(parts) + _underlined(text, at, len(text), asked)


def _keyed(text: str, start: int, end: int, key: Span | None, asked: Sequence[Span]) -> str:
    """``text[start:end]`` with the answering words in `<b>`."""
    left, right = (min(max(edge, start), end) for edge in key or (end, end))
    if left >= right:
        return _underlined(text, start, end, asked)
    inner = _underlined(text, left, right, asked)
    return f"{_underlined(text, start, left, asked)}<b>{inner}</b>{_underlined(text, right, end, asked)}"


def _underlined(text: str, start: int, end: int, asked: Sequence[Span]) -> str:
    """``text[start:end]`` escaped, what of it was asked for in `<u>`."""
    parts, at = list[str](), start
    for left, right in ((max(span.start, start), min(span.end, end)) for span in asked):
        if left < right:
            parts += [escape(text[at:left]), "<u>", escape(text[left:right]), "</u>"]
            at = right
    return "".join(parts) + escape(text[at:end])


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


def clipped(text: str, window: Span, marks: Sequence[Marked], asked: Collection[str] = ()) -> str:
    """A window of the text, marked, words `asked` for underlined, with an ellipsis where a paragraph was cut."""
    before = "…" if text[: window.start].rpartition("\n")[2].strip() else ""
    after = "…" if text[window.end :].partition("\n")[0].strip() else ""
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
