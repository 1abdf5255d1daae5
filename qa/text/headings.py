"""Headings inside a text: numbered sections, Markdown marks, days on lines of their own; which stand above what."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import NamedTuple

from qa.text import numerals
from qa.text.zh import NUMERAL

HEAD_CHARS = 80  # a longer line is no heading
REPORT_CHARS = 3000  # of a text whose numbered sections are stories by themselves
_NUMERAL = f"{NUMERAL}{{1,4}}"
_MARKS = (  # how sections are numbered, the outermost first
    re.compile(r"#(?!#)\s*"),
    re.compile(r"##(?!#)\s*"),
    re.compile(r"#{3,6}\s*"),
    re.compile(rf"第{_NUMERAL}[编編篇章]"),
    re.compile(rf"第{_NUMERAL}[节節]"),
    re.compile(rf"(?:第?{_NUMERAL}|[壹贰叁肆伍陆柒捌玖拾]{{1,3}})、"),
    re.compile(rf"[（(]{_NUMERAL}[）)]、?"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"[（(]\d{1,2}[）)]"),
    re.compile(r"(?:\d{4}\s*年\s*)?\d{1,2}\s*月\s*\d{1,2}\s*日(?:\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?\s*$"),
)
_NUMBERED = _MARKS[3:-1]
_AROUND = "　 \t*"  # what stands around a heading
_SECTIONS = re.compile(rf"({_NUMERAL})、")
_LINE = re.compile(r"[^\n\r]+")
_FIRST = re.compile(r"[^。！？!?]*[。！？!?]?")
_ENDS = re.compile(r"[。！？!?；;，,、：:]$")
_KEPT = 8  # texts whose headings are remembered: passages of one follow each other


class _Heads(NamedTuple):
    starts: tuple[int, ...]
    chains: tuple[tuple[str, ...], ...]  # of each heading: those above it, and itself


def headings_above(text: str, position: int) -> tuple[str, ...]:
    """The headings that a place in a text stands under, the outermost first. Linear in the text, once."""
    heads = _heads(text)
    index = bisect_right(heads.starts, position) - 1
    return heads.chains[index] if index >= 0 else ()


@lru_cache(_KEPT)
def _heads(text: str) -> _Heads:
    starts, chains = list[int](), list[tuple[str, ...]]()
    open_heads: list[tuple[int, str]] = []
    for line in _LINE.finditer(text):
        bare = line[0].strip(_AROUND)
        rank = next((rank for rank, mark in enumerate(_MARKS) if mark.match(bare)), None)
        if rank is None:
            continue
        said = bare if len(bare) <= HEAD_CHARS else _FIRST.match(bare)[0]  # type: ignore[index]  # matches anything
        if len(said) > HEAD_CHARS:
            continue
        open_heads = [*((above, head) for above, head in open_heads if above < rank), (rank, said.lstrip("# "))]
        starts.append(line.start())
        chains.append(tuple(head for _, head in open_heads))
    return _Heads(tuple(starts), tuple(chains))


def section_number(line: str) -> int | None:
    """The number of a section that a line is the heading of (二、今年的工作); None for any other line."""
    match = _SECTIONS.match(line)
    if match is None or len(line) > HEAD_CHARS or _ENDS.search(line) or "。" in line:
        return None
    return numerals.value(match[1])


def is_numbered(line: str) -> bool:
    """Whether a heading starts with the number of a section, Markdown marks apart."""
    bare = line.strip(_AROUND)
    return any(mark.match(bare) for mark in _NUMBERED)
