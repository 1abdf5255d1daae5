"""HTML elements -> text with blocks (headings, captions, tables)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from qa.formats.html_tables import data_rows
from qa.formats.tables import TableRow, lines_with_rows
from qa.formats.xml import Element, local
from qa.types import Block, BlockRole, Span

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table tbody tfoot thead tr ul",
    )
)
_UNSHOWN = frozenset(
    re.findall(
        r"\w+",
        "audio button canvas embed head iframe input link meta noembed noframes noscript object option param script "
        "select source style svg template textarea title track video",
    )
)
_CAPTIONS = frozenset({"figcaption", "caption"})
_CELLS = frozenset({"td", "th"})
_HEADING = re.compile("h([1-6])")
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\n\f]+")


class Flow(NamedTuple):
    """A text, and the blocks that its markup gives."""

    text: str
    blocks: tuple[Block, ...]


def is_shown(element: Element) -> bool:
    """Whether a browser would show the element: no script, no style, not hidden."""
    name = local(element)
    if not name or name in _UNSHOWN or element.get("hidden") is not None:
        return False
    return not _HIDDEN.search(element.get("style") or "")


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


@dataclass(slots=True)
class _Writer:
    lines: list[tuple[str | TableRow, BlockRole | None, int]] = field(default_factory=list)
    skipped: set[Element] = field(default_factory=set)
    _line: list[str] = field(default_factory=list)
    _roles: list[tuple[str, BlockRole, int]] = field(default_factory=list)
    _pre: int = 0
    _inked: bool = False  # whether the line holds anything yet

    def start(self, name: str) -> None:
        if name in _BLOCKS or name == "br":
            self._break()
        elif name in _CELLS and self._inked:
            self._line.append("\t")
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
            self.lines.append((said, "caption", 0))
        self.lines += [(row, "row", 0) for row in rows]

    def add(self, text: str | None) -> None:
        if not text:
            return
        if not self._pre:
            self._put(_SPACES.sub(" ", text))
            return
        first, *others = text.splitlines() or [""]
        self._put(first)
        for line in others:
            self._break()
            self._put(line)

    def _put(self, text: str) -> None:
        self._line.append(text)
        self._inked = self._inked or bool(text.strip())

    def _break(self) -> None:
        text = "".join(self._line)
        text = text if self._pre else re.sub(" *\t *", "\t", re.sub(" {2,}", " ", text))
        if text.strip():
            _, role, level = self._roles[-1] if self._roles else ("", None, 0)
            self.lines.append((text.strip(" \t\r\n\f"), role, level))
            if self._roles:
                self._roles[-1] = self._roles[-1][0], self._roles[-1][1], 0  # what follows goes on from this line
        self._line, self._inked = [], False

    def flow(self) -> Flow:
        self._break()
        text, rows = lines_with_rows(line for line, _, _ in self.lines)
        at = 0
        blocks = []
        for line, role, level in self.lines:
            length = len(line if isinstance(line, str) else line.text)
            if role not in (None, "row"):
                blocks.append(Block(Span(at, at + length), role, level))
            at += length + 1
        return Flow(text, tuple(sorted((*blocks, *rows), key=lambda block: block.span)))
