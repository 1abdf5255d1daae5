"""How a page is set, and what the edges of its lines say: where a sentence ends, where a word runs over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.articles.bylines import closing, has_photo_credit, is_signature
from qa.articles.lines import Line
from qa.text import words

_LOOSE = 60  # characters of the median line from which lines are taken for paragraphs
_SHARED = 0.7  # the share of paragraphs with a blank line above, or set in, from which every paragraph is so
_COMMON = 0.9  # the share of lines from which a mark says nothing
_LEAST_ENDS = 4
INDENT = 2
SEAM_CHARS = 8  # characters on each side of a line end that are cut into words together
_CREDIT_CHARS = 20
_ENDS = ("。", "!", "?", "…")
_CLOSERS = "”’\"'」』》)】] "
_BRIDGES = tuple("、,;(“《")  # a broken line may end so, a heading does not
_BRIDGE_WORDS = frozenset("的和与及或在对将把被为从向于以并是由使让给比因而但且若如")
_PAIRS = (("《", "》"), ("“", "”"), ("(", ")"), ("「", "」"), ("『", "』"))


@dataclass(frozen=True, slots=True)
class Layout:
    """How a page is set: the usual length of a full line, whether its columns are wrapped at that length, and what
    blank lines say: nothing, or (`spaced`: some lines have one above them) that a story or a paragraph starts, or
    (`parted`) that a paragraph starts, as every paragraph has one."""

    width: int
    wrapped: bool
    spaced: bool
    loose: bool = False  # most lines are whole paragraphs: a short one without a full stop stands out
    parted: bool = False
    indented: bool = False  # every paragraph is set in
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
        spaced = 0 < gaps < 0.6 * len(lines)
        starts = [ends_sentence(before.text) for before in lines[:-1]]
        return cls(
            width,
            wrapped=8 <= width <= 60 and near[width] >= max(4.0, len(lines) / 3),
            spaced=spaced,
            loose=ordered[len(ordered) // 2] >= _LOOSE,
            parted=spaced and _shared([line.gap > 0 for line in lines[1:]], starts),
            indented=_shared([line.indent >= INDENT for line in lines[1:]], starts),
            gap=sorted(line.gap for line in lines)[len(lines) // 2],
        )

    def full(self, length: int) -> bool:
        """Whether a line of so many characters fills its column."""
        return self.wrapped and length >= self.width - 2


def _shared(marks: Sequence[bool], starts: Sequence[bool]) -> bool:
    """Whether most starts of paragraphs have a mark, and not every line has."""
    found = [mark for mark, start in zip(marks, starts, strict=True) if start]
    return len(found) >= _LEAST_ENDS and sum(found) >= _SHARED * len(found) and sum(marks) <= _COMMON * len(marks)


def ends_sentence(text: str) -> bool:
    """Whether a line may end a paragraph: a full stop or its like, closing quotes and brackets after it."""
    return text.rstrip(_CLOSERS).endswith(_ENDS)


def ends_in_question(text: str) -> bool:
    """Whether a line ends with a mark that a headline may end with as well."""
    return text.rstrip(_CLOSERS).endswith(("!", "?", "…"))


def is_bracketed(text: str) -> bool:
    return text.startswith("(") and text.endswith(")")


def is_sealed(text: str) -> bool:
    """Whether nothing runs on from a line: it ends a sentence, or is signed."""
    if ends_sentence(text) or is_bracketed(text):
        return True
    return has_photo_credit(text) or is_signature(text) or closing(text) is not None


def breaks_off(text: str) -> bool:
    """Whether a line ends with a mark or a word that something must follow."""
    return text.endswith(_BRIDGES) or not _BRIDGE_WORDS.isdisjoint(words(text[-SEAM_CHARS:])[-1:])


def is_open(text: str) -> bool:
    """Whether a line leaves a quotation or a bracket open."""
    return any(text.count(left) > text.count(right) for left, right in _PAIRS)


def runs_over(before: str, text: str, least: int = 2) -> bool:
    """Whether a word of at least so many characters runs from the end of one line into the next."""
    left, right = before[-SEAM_CHARS:], text[:SEAM_CHARS]
    return any(
        left.endswith(word[:cut]) and right.startswith(word[cut:])
        for word in words(left + right)
        if len(word) >= least
        for cut in range(1, len(word))
    )


def completes_credit(before: str, text: str) -> bool:
    """Whether a line is the rest of a photographer's name (记者 某某 | 某/摄)."""
    return len(text) <= _CREDIT_CHARS and has_photo_credit(before + text) and not has_photo_credit(before)
