"""HTML elements -> text with blocks (headings, captions, tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from qa.formats.html_tables import data_rows
from qa.formats.tables import TableRow, lines_with_rows
from qa.formats.xml import Element, local
from qa.types import Block, BlockRole, Span

_LEAST_PRINTED = 4  # lines in a block, parted by line breaks, to tell whether they fill a column
_COLUMN = range(8, 61)  # characters of a line of a column
_SHARE = 0.6
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr "
        "ul",
    )
)
_UNSHOWN = frozenset(
    re.findall(
        r"\w+",
        "audio button canvas embed head iframe input link meta noembed noframes noscript object option param rp rt "
        "script select source style svg template textarea title track video",
    )
)
_CAPTIONS = frozenset({"figcaption", "caption"})
_HEADING = re.compile("h([1-6])")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


class Flow(NamedTuple):
    """A text, and the blocks that its markup gives."""

    text: str
    blocks: tuple[Block, ...]


def is_shown(element: Element) -> bool:
    """Whether a browser would show the element: no script, no style, not taken out of the page. What is only invisible
    (``visibility: hidden``) is so until a script has run: saved pages of WeChat hide their whole article that way.
    """
    return is_text(element) and element.get("hidden") is None and not _HIDDEN.search(element.get("style") or "")


def is_text(element: Element) -> bool:
    """Whether an element is there to be read, now or when a script shows it."""
    name = local(element)
    return bool(name) and name not in _UNSHOWN


def flow(root: Element) -> Flow:
    """The text below an element. White space is collapsed as a browser does, but for ``pre``."""
    writer = _Writer()
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if not is_shown(element):
                walk.skip_subtree()
                writer.skipped.add(element)
                continue
            if rows := _rows(element, root):
                walk.skip_subtree()
                writer.add_table(element.find("{*}caption"), rows)
            writer.start(local(element))
            writer.add("" if rows else element.text)
        elif element in writer.skipped:
            writer.skipped.discard(element)
            if element is not root:
                writer.add(element.tail)
        else:
            if event == "end":
                writer.end(local(element))
            if element is not root:
                writer.add(element.tail)
    return writer.flow()


def _rows(element: Element, root: Element) -> list[TableRow]:
    """The rows of a table of data, its caption apart; of any other element none."""
    return data_rows(element, _shown) if element is not root and local(element) == "table" else []


def _shown(cell: Element) -> str:
    return flow(cell).text if is_shown(cell) else ""


class _Line(NamedTuple):
    """A line of the text, or a row of a table; `begins` where no mere line break parts it from the line above."""

    said: str | TableRow
    role: BlockRole | None = None
    level: int = 0
    begins: bool = True

    def __len__(self) -> int:
        return len(self.said if isinstance(self.said, str) else self.said.text)


@dataclass(slots=True)
class _Writer:
    lines: list[_Line] = field(default_factory=list)
    skipped: set[Element] = field(default_factory=set)
    _line: list[str] = field(default_factory=list)
    _roles: list[tuple[str, BlockRole, int]] = field(default_factory=list)
    _pre: int = 0
    _begins: bool = True  # whether the line starts a block

    def start(self, name: str) -> None:
        if name in _BLOCKS:
            self._break()
        elif name == "br":
            self._break(within=True)
        if heading := _HEADING.fullmatch(name):
            self._roles.append((name, "heading", int(heading[1])))
        elif name in _CAPTIONS:
            self._roles.append((name, "caption", 0))
        self._pre += name == "pre"

    def end(self, name: str) -> None:
        if name in _BLOCKS:
            self._break()
        self._pre -= name == "pre"
        if self._roles and self._roles[-1][0] == name:
            self._roles.pop()

    def add_table(self, caption: Element | None, rows: Iterable[TableRow]) -> None:
        self._break()
        if caption is not None and (said := " ".join(_shown(caption).split())):
            self.lines.append(_Line(said, "caption"))
        self.lines += [_Line(row, "row") for row in rows]
        self._begins = True

    def add(self, text: str | None) -> None:
        if not text:
            return
        if not self._pre:
            self._line.append(_SPACES.sub(" ", text))
            return
        first, *others = text.splitlines() or [""]
        self._line.append(first)
        for line in others:
            self._break(within=True)
            self._line.append(line)

    def _break(self, within: bool = False) -> None:
        """The line ends, with its block or by a line break `within` it; two of these part blocks as well."""
        text = "".join(self._line)
        text = text if self._pre else re.sub(" {2,}", " ", text)
        if not text.strip():
            self._begins = True
        else:
            _, role, level = self._roles[-1] if self._roles else ("", None, 0)
            self.lines.append(_Line(text.strip(" \t\r\n\f"), role, level, self._begins or text.startswith("\u3000")))
            self._begins = not within
            if self._roles:
                self._roles[-1] = self._roles[-1][0], self._roles[-1][1], 0  # what follows goes on from this line
        self._line = []

    def flow(self) -> Flow:
        self._break()
        text, rows = lines_with_rows(line.said for line in self.lines)
        blocks, at = list[Block](), 0
        for line in self.lines:
            if line.role is not None and line.role != "row":
                blocks.append(Block(Span(at, at + len(line)), line.role, line.level))
            at += len(line) + 1
        told = (*_stretches(self.lines), *blocks, *rows)
        return Flow(text, tuple(sorted(told, key=lambda block: (block.span.start, -block.span.end))))


def _stretches(lines: Sequence[_Line]) -> Iterator[Block]:
    """Where every line is a paragraph: everywhere but in a block whose line breaks are those of printed columns."""
    firsts = [*(at for at, line in enumerate(lines) if line.begins), len(lines)]
    start = at = 0
    for first, last in pairwise(firsts):
        lengths = [len(line) for line in lines[first:last]]
        at += lengths[0] + 1
        rest = sum(lengths[1:]) + len(lengths) - 1
        if _are_printed(lengths):
            yield Block(Span(start, at), "paragraphs")
            start = at + rest
        at += rest
    if start < at:
        yield Block(Span(start, at), "paragraphs")


def _are_printed(lengths: Sequence[int]) -> bool:
    """Whether lines fill a column: most are about as long as the usual one."""
    usual = sorted(lengths)[len(lengths) // 2]
    alike = sum(abs(length - usual) <= 1 for length in lengths)
    return len(lengths) >= _LEAST_PRINTED and usual in _COLUMN and alike >= _SHARE * len(lengths)
