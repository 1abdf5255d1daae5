"""Markdown: one file is one page; its headings and rows of tables are blocks and its front matter is metadata."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.metadata import metadata_of
from qa.formats.outlines import with_stories
from qa.formats.text_tables import TextLine, piped
from qa.types import Block, Metadata, Page, Skipped, Span

_LINE = re.compile(  # blank ones together, as there may be millions
    r"(?:[ \t]*+(?:\r\n|\r|\n)){2,}|[^\r\n]*(?:\r\n|\r|\n|$)"
)
_RULE = re.compile(r"---[ \t]*")
_RULE_END = re.compile(r"(?:---|\.\.\.)[ \t]*")
_PAIR = re.compile(r"([^\s:：#\-][^:：]*)[:：](?:[ \t]+(.*)|(?<=：)(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_HEADING = re.compile(r"[ ]{0,3}(#{1,6})(?:[ \t]+|$)")
_BOLD = re.compile(r"[ \u3000]*(?:\*\*|__)([^*_]{2,60})(?:\*\*|__)[ \t]*")
_NO_HEAD = re.compile("[。！？；：:，,;]$|(?:记者|作者|来源|时间|日期|编辑|摄影|通讯员)")
_BOLD_LEVEL = 6
_LISTED = re.compile(r"[ \t]*(?:[-*+][ \t]|\d{1,9}[.)][ \t]|>|\[\^[^\]\s]{1,40}\]:)")
_STARTS = re.compile(rf"{_LISTED.pattern}|[ \t]*(?:\||#{{1,6}}[ \t])|[ ]{{4}}|\t|\u3000")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page. ReadError where it cannot be read or decoded."""
    text, encoding = decode(read_bytes(path, max_bytes))
    end, metadata = front_matter(text)
    blocks = [Block(Span(0, end), "metadata")] if end else []
    blocks.extend(paragraphs(text, end))
    blocks.extend(_items(text, end))
    blocks.extend(with_stories(text, _heads(text, end), end))
    blocks.extend(piped(lines_outside_fences(text, end)))
    yield Page(source=source, text=text, encoding=encoding, metadata=metadata, blocks=tuple(blocks))


def front_matter(text: str) -> tuple[int, Metadata]:
    """Where the front matter ends, 0 where there is none, and what it says.

    Front matter is ``---`` on the first line, then ``key: value`` lines, then ``---``. A value is a text, quoted or
    not, a list in brackets, or a list of ``- item`` lines below the key; other lines that are set in below a key are
    passed over. If any line between is something else, the ``---`` is a rule of the page and all of it is text.
    """
    lines = _LINE.finditer(text)
    if not _RULE.fullmatch(next(lines).group().rstrip("\r\n")):
        return 0, Metadata()
    values: dict[str, object] = {}
    key = None
    for match in lines:
        line = match.group().rstrip("\r\n")
        if _RULE_END.fullmatch(line):
            return (match.end(), metadata_of(values)) if values else (0, Metadata())
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if pair := _PAIR.fullmatch(line):
            key = pair[1].rstrip(" \t")
            values[key] = _value(pair[2] or pair[3] or "")
        elif key is not None and (item := _ITEM.fullmatch(line)):
            if not isinstance(known := values[key], list):
                values[key] = known = []
            known.append(_unquoted(item[1]))
        elif key is None or not line.startswith((" ", "\t")):  # what is set in belongs to the key above
            break
    return 0, Metadata()


def headings(text: str, start: int = 0) -> Iterator[Block]:
    """A block for the words of each ``#`` heading from `start` on, ascending; code between fences holds none."""
    for at, line in lines_outside_fences(text, start):
        if (marks := _HEADING.match(line)) and (words := _unclosed(line[marks.end() :])):
            first = at + marks.end()
            yield Block(Span(first, first + len(words)), "heading", len(marks[1]))


def paragraphs(text: str, start: int = 0) -> Iterator[Block]:
    """Blocks of the lines that begin a paragraph, a heading, an item of a list or a row; those that go on from the line
    above are left out.
    """
    begin = end = start
    goes_on = False  # whether the line above is one of a paragraph
    for at, line in lines_outside_fences(text, start):
        if goes_on and line.strip() and not _STARTS.match(line):
            if begin < at:
                yield Block(Span(begin, at), "paragraphs")
            begin = at + len(line)
        goes_on = bool(line.strip()) and not _HEADING.match(line)
        end = at + len(line)
    if begin < end:
        yield Block(Span(begin, end), "paragraphs")


def _items(text: str, start: int) -> Iterator[Block]:
    """The items of lists, quotations and notes, which are no headings however short they are."""
    for at, line in lines_outside_fences(text, start):
        if _LISTED.match(line):
            yield Block(Span(at, at + len(line)), "body")


def _heads(text: str, start: int) -> list[Block]:
    """The headings, and where none but the first has a mark, the lines that are bold as a whole."""
    marked = list(headings(text, start))
    bold = list(_bold_lines(text, start)) if len(marked) < 2 else []
    return sorted([*marked, *(bold if len(bold) > 1 else [])], key=lambda block: block.span)


def _bold_lines(text: str, start: int) -> Iterator[Block]:
    for at, line in lines_outside_fences(text, start):
        if (match := _BOLD.fullmatch(line)) and not _NO_HEAD.search(match[1]):
            yield Block(Span(at + match.start(1), at + match.end(1)), "heading", _BOLD_LEVEL)


def lines_outside_fences(text: str, start: int = 0) -> Iterator[TextLine]:
    """The lines from `start` on; a line of code between fences, and a fence, is an empty one."""
    fence = ""
    for match in _LINE.finditer(text, start):
        line = match.group().rstrip()
        mark = _FENCE.match(line)
        yield TextLine(match.start(), "" if fence or mark else line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""


def _unclosed(heading: str) -> str:
    """The words of a heading without the ``#`` that may close it. No pattern: one takes long over a million blanks."""
    words = heading.rstrip(" \t")
    bare = words.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else words


def _value(written: str) -> object:
    written = written.strip()
    if written.startswith("[") and written.endswith("]"):
        return [_unquoted(item) for item in re.split("[,，、]", written[1:-1])]
    return _unquoted(written)


def _unquoted(written: str) -> str:
    written = written.strip()
    if len(written) > 1 and written[0] == written[-1] and written[0] in "\"'":
        return written[1:-1]
    return written
