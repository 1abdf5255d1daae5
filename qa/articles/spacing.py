"""Close up the spaces that PDFs and scanners put between Han characters; each character keeps its place on the page."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from qa.text.zh import IDEOGRAPHS
from qa.types import Article, Page, Piece, Span

_MARKS = "，。、；：？！“”‘’（）《》〈〉【】「」『』〔〕…—·"
_CLOSED = f"[{IDEOGRAPHS}{_MARKS}]"
_SPACE = r"[ \u00a0\u2002-\u200a]"
_BETWEEN = re.compile(rf"(?<={_CLOSED}){_SPACE}(?={_CLOSED})")
_BESIDE_DIGITS = re.compile(rf"(?<={_CLOSED}){_SPACE}(?=\d)|(?<=\d){_SPACE}(?={_CLOSED})|(?<=\b\d){_SPACE}(?=\d\b)")
_HAN = re.compile(f"[{IDEOGRAPHS}]")
_PAIR = re.compile(rf"[{IDEOGRAPHS}](?={_SPACE}?[{IDEOGRAPHS}])")
_PROSE = re.compile("[，。；！？,;]")
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_LEAST_HAN = 5  # of a line that is letterspaced from its first character to its last
_EVERY = 0.9  # of its pairs that have a space between them
_PROSE_HAN = 10  # of a line of sentences whose words are parted by spaces
_WORDS = 0.2
_LEAST_SHARE = 0.5  # of the lines, from which all of the page is closed up


@dataclass(frozen=True, slots=True)
class ClosedPage:
    """A page without the spaces, and where its characters stand on the page as it was read."""

    page: Page
    starts: tuple[int, ...]  # of each kept stretch, in the closed text
    origins: tuple[int, ...]  # the same in the page's own text

    def opened(self, article: Article) -> Article:
        """An article of the closed page, with its place on the page as it was read."""
        places = (
            replace(place, pieces=tuple(part for piece in place.pieces for part in self._parts(piece)))
            for place in article.locations
        )
        return replace(article, locations=tuple(places))

    def _parts(self, piece: Piece) -> Iterator[Piece]:
        at, start, end = piece
        index = bisect_right(self.starts, start) - 1
        while start < end:
            stop = min(end, self.starts[index + 1] if index + 1 < len(self.starts) else end)
            origin = self.origins[index] + start - self.starts[index]
            yield Piece(at, origin, origin + stop - start)
            at, start, index = at + stop - start, stop, index + 1


def closed(page: Page) -> ClosedPage | None:
    """The page with the spaces between its Han characters closed up; None where it is not set so.

    Wide gaps stay, and where most lines are not set so, the spaces of all lines but those that are.
    """
    spaces = _spaces(page.text)
    if not spaces:
        return None
    bounds = [0, *(edge for space in spaces for edge in (space, space + 1)), len(page.text)]
    kept = [Span(start, end) for start, end in zip(bounds[::2], bounds[1::2], strict=True) if start < end]
    text = "".join(page.text[start:end] for start, end in kept)
    starts, at = list[int](), 0
    for start, end in kept:
        starts.append(at)
        at += end - start

    def moved(span: Span) -> Span:
        return Span(*(edge - bisect_right(spaces, edge - 1) for edge in span))

    blocks = (replace(block, span=moved(block.span), cells=tuple(map(moved, block.cells))) for block in page.blocks)
    flat = replace(page, text=text, blocks=tuple(blocks))
    return ClosedPage(flat, tuple(starts), tuple(start for start, _ in kept))


def _spaces(text: str) -> list[int]:
    """The places of the spaces that go, ascending."""
    if not _BETWEEN.search(text):
        return []
    lines = [Span(*line.span()) for line in _LINE.finditer(text)]
    full = [_is_letterspaced(text, line) for line in lines]
    told = [line for line in lines if len(_HAN.findall(text, *line)) >= _LEAST_HAN]
    parted = sum(_has_parted_words(text, line) or is_full for line, is_full in zip(lines, full, strict=True))
    every = bool(told) and parted >= _LEAST_SHARE * len(told)
    found: list[int] = []
    for line, is_full in zip(lines, full, strict=True):
        if every or is_full:
            patterns = (_BETWEEN, _BESIDE_DIGITS) if is_full else (_BETWEEN,)
            found += sorted({match.start() for pattern in patterns for match in pattern.finditer(text, *line)})
    return found


def _is_letterspaced(text: str, line: Span) -> bool:
    pairs, spaced = _pairs(text, line)
    return pairs >= _LEAST_HAN - 1 and spaced >= _EVERY * pairs


def _has_parted_words(text: str, line: Span) -> bool:
    pairs, spaced = _pairs(text, line)
    return pairs >= _PROSE_HAN and spaced >= _WORDS * pairs and _PROSE.search(text, *line) is not None


def _pairs(text: str, line: Span) -> tuple[int, int]:
    """How many pairs of Han characters follow each other in a line, and how many of them with a space between."""
    pairs = [match.end() for match in _PAIR.finditer(text, *line) if match.end() < line.end]
    return len(pairs), sum(text[end].isspace() for end in pairs)
