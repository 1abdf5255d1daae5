"""Split a page into printed lines and measure its layout: line lengths, indents, how lines begin and end."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from qa.articles.bylines import closing, has_photo_credit, is_signature
from qa.text.folding import fold
from qa.text.words import search_words
from qa.text.zh import NUMERAL, REPUBLIC_DAY
from qa.types import Block, BlockRole, Page, Span

Role = Literal["heading", "body", "caption", "signature", "row"]
_MARKS = re.compile("#*")
_INK = re.compile(r"\S")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # as `str.splitlines` sees them
_AROUND = ("story", "page", "paragraphs")  # blocks of many lines say nothing of a line's role


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A printed line without the white space around it.

    `text` is folded (half width, simplified, lower case), one character for one: an offset in it, counted from
    `start`, is an offset in the page.
    """

    start: int
    end: int
    text: str
    gap: int = 0  # blank lines before it
    role: BlockRole | None = None  # what the page's format says of it
    level: int = 0  # depth of a heading, 0 where none is given
    indent: int = 0  # how far it is set in, in half-width characters
    cells: tuple[Span, ...] = ()  # of a row of a table
    columns: tuple[str, ...] = ()
    begins: bool = False  # the page's format says that it does not go on from the line above

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def depth(self) -> int:
        """How deep a heading the format or a Markdown mark makes of it, from 1; 0 where neither does."""
        return self.level or _MARKS.match(self.text).end()  # type: ignore[union-attr]  # it matches the empty text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that run on from one to the next: a paragraph of the body, a caption, or one line of a heading.

    `text` is the folded lines put together, once: every step asks for it, and a paragraph may have any number of lines.
    """

    role: Role
    lines: tuple[PrintedLine, ...]
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(line.text for line in self.lines))

    @property
    def start(self) -> int:
        return self.lines[0].start


def lines_of(page: Page) -> list[PrintedLine]:
    """The lines of a page that hold anything, in order, a front matter left out. Line ends of every kind count, form
    feeds too.
    """
    folded = fold(page.text)
    blocks = sorted((block for block in page.blocks if block.role not in _AROUND), key=lambda block: block.span)
    starts = [block.span.start for block in blocks]
    told = _Stretches(page.blocks)
    lines = []
    gap = 0
    for blank, span in _inked(page.text):
        *above, before = (blank + ".").splitlines()  # a mark, as a line end at the end would leave no line behind it
        gap += len(above)
        block = _block_at(blocks, starts, span)
        if block and block.role == "metadata":
            continue
        role, level = (block.role, block.level) if block else (None, 0)
        indent = len(before) - 1 + before.count("\u3000")
        row = (block.cells, block.columns) if block else ((), ())
        span = block.span if block and block.cells else span  # without the marks around the cells
        text, begins = folded[span.start : span.end], told.hold(span.start)
        lines.append(PrintedLine(span.start, span.end, text, gap, role, level, indent, *row, begins))
        gap = 0
    return lines


class _Stretches:
    """Where every line is a paragraph."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._spans = sorted(block.span for block in blocks if block.role == "paragraphs")
        self._starts = [span.start for span in self._spans]

    def hold(self, position: int) -> bool:
        index = bisect_right(self._starts, position) - 1
        return index >= 0 and position < self._spans[index].end


def _inked(text: str) -> Iterator[tuple[str, Span]]:
    """Each line that holds anything, white space left out, and what white space stands between it and the one above.

    Blank lines are passed over together: there may be millions.
    """
    end = 0
    while ink := _INK.search(text, end):
        line_end = _LINE_END.search(text, ink.start())
        stripped = text[ink.start() : line_end.start() if line_end else len(text)].rstrip()
        yield text[end : ink.start()], Span(ink.start(), ink.start() + len(stripped))
        end = line_end.end() if line_end else len(text)


def _block_at(blocks: list[Block], starts: list[int], line: Span) -> Block | None:
    """The last block that starts before the line's end, where it reaches into the line: marks may stand before it."""
    index = bisect_right(starts, line.end - 1) - 1
    if index < 0 or line.start >= blocks[index].span.end:
        return None
    return blocks[index]


_LOOSE = 60  # characters of the lines that hold half of the text from which lines are taken for paragraphs
_WHOLE = 0.75  # the share of the text in lines that end sentences, from which each line is a paragraph
_SHARED = 0.7  # the share of paragraphs with a blank line above, or set in, from which every paragraph is so
_COMMON = 0.9  # the share of lines from which a mark says nothing
_LEAST_ENDS = 4
INDENT = 2
SEAM_CHARS = 8  # characters on each side of a line end that are cut into words together
_CREDIT_CHARS = 20
_MODERN_MARK = re.compile("[。,;!?]")
_OLD_MARK = re.compile("[、\u3000 ]+")
_OLD_PAUSE = 25  # characters at most from one pause to the next
_ENDS = ("。", "!", "?", "…")
_CLOSERS = "”’\"'」』》)】] "
_DAY_ALONE = re.compile(
    rf"\d{{4}}年(?:\d{{1,2}}|{NUMERAL}{{1,3}})月(?:\d{{1,2}}|{NUMERAL}{{1,3}})日|(?:中华)?{REPUBLIC_DAY}"
)
_BRIDGES = tuple("、,;(“《")  # a broken line may end so, a heading does not
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
    old: bool = False  # set as before 1950: 、 and blanks end sentences

    @classmethod
    def of(cls, lines: Sequence[PrintedLine]) -> Layout:
        """Wrapped: at least a third of the lines are within two characters of the commonest length. Rows of tables say
        nothing of it.
        """
        lines = [line for line in lines if line.role != "row"]
        lengths = Counter(len(line) for line in lines)
        if not lengths:
            return cls(0, False, False)
        ordered = sorted(map(len, lines))
        near = {length: sum(lengths.get(length + step, 0) for step in range(-2, 2)) for length in lengths}
        width = max(near, key=lambda length: (near[length], length))
        gaps = sum(line.gap > 0 for line in lines[1:])
        spaced = 0 < gaps < 0.6 * len(lines)
        starts = [ends_sentence(before.text) for before in lines[:-1]]
        wrapped = 8 <= width <= 60 and near[width] >= max(4.0, len(lines) / 3)
        old = _is_old([line.text for line in lines])
        whole = not wrapped and sum(len(line) for line in lines if ends_sentence(line.text)) >= _WHOLE * sum(ordered)
        return cls(
            width,
            wrapped=wrapped,
            spaced=spaced,
            loose=2 * sum(length for length in ordered if length >= _LOOSE) >= sum(ordered) or (old and not wrapped),
            parted=spaced and not whole and _shared([line.gap > 0 for line in lines[1:]], starts),
            indented=_shared([line.indent >= INDENT for line in lines[1:]], starts),
            gap=sorted(line.gap for line in lines)[len(lines) // 2],
            old=old,
        )

    def full(self, length: int) -> bool:
        """Whether a line of so many characters fills its column."""
        return self.wrapped and length >= self.width - 2


def old_pauses(text: str) -> int:
    """How often a line pauses as papers did before 1950: 、 or a blank."""
    return len(_OLD_MARK.findall(text))


def _is_old(texts: Sequence[str]) -> bool:
    """Whether lines have no mark of today, and those of old as often as sentences pause."""
    marks = sum(map(old_pauses, texts))
    return marks * _OLD_PAUSE >= sum(map(len, texts)) and not any(map(_MODERN_MARK.search, texts))


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
    """Whether a line is enclosed in brackets."""
    return text.startswith("(") and text.endswith(")")


def is_sealed(text: str) -> bool:
    """Whether nothing runs on from a line: it ends a sentence, is signed, or is a day and nothing else."""
    if ends_sentence(text) or is_bracketed(text) or _DAY_ALONE.fullmatch(text):
        return True
    return has_photo_credit(text) or is_signature(text) or closing(text) is not None


def breaks_off(text: str) -> bool:
    """Whether a line ends with a mark that something must follow."""
    return text.endswith(_BRIDGES)


def is_open(text: str) -> bool:
    """Whether a line leaves a quotation or a bracket open."""
    return any(text.count(left) > text.count(right) for left, right in _PAIRS)


def runs_over(before: str, text: str, least: int = 2) -> bool:
    """Whether a word of at least so many characters runs from the end of one line into the next."""
    left, right = before[-SEAM_CHARS:], text[:SEAM_CHARS]
    return any(
        left.endswith(word[:cut]) and right.startswith(word[cut:])
        for word in search_words(left + right)
        if len(word) >= least
        for cut in range(1, len(word))
    )


def completes_credit(before: str, text: str) -> bool:
    """Whether a line is the rest of a photographer's name (记者 某某 | 某/摄)."""
    return len(text) <= _CREDIT_CHARS and has_photo_credit(before + text) and not has_photo_credit(before)


_BETWEEN_WORDS = re.compile(r"[\W_]+")


def echo(text: str, lead: str) -> float:
    """The share of a line's character pairs that come again in the text below it."""
    pairs = {run[at : at + 2] for run in _BETWEEN_WORDS.split(text) for at in range(len(run) - 1)}
    return sum(pair in lead for pair in pairs) / len(pairs) if pairs else 0.0
