"""Article -> Passages: whole sentences packed to an even length, each passage overlapping the one before."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from qa.text.headings import headings_above
from qa.text.sentences import sentences_of
from qa.types import Article, Passage, Span
from qa.types.settings import PASSAGE_CHARS, PASSAGE_OVERLAP_CHARS, PASSAGE_TARGET_CHARS

CONTEXT = 1  # raised whenever `context` gives more or less of an article than before: then all terms are made anew
HEADLINE_CHARS = 120  # what `context` gives of each part of the headline; a longer one is no headline
_PAUSE = re.compile(r"[，、；：,;:]|\s")
_INK = re.compile(r"\S")


def split(
    article: Article, *, target: int = PASSAGE_TARGET_CHARS, overlap: int = PASSAGE_OVERLAP_CHARS
) -> tuple[Passage, ...]:
    """Passages of an article, ascending; together they hold every character of it that is not blank.

    `target` is the length to come near to, in characters, at most PASSAGE_CHARS; `overlap` is the most that a passage
    repeats of the one before it, in whole sentences. A passage is longer than `target` only where one sentence is. A
    sentence longer than PASSAGE_CHARS is cut at its pauses, where it has none, anywhere.
    """
    target = max(1, min(target, PASSAGE_CHARS))
    units = [piece for sentence in sentences_of(article) for piece in _pieces(article.text, sentence)]
    return tuple(_passage(article, units[first:last]) for first, last in _pack(units, target, overlap))


def context(article: Article, passage: Passage) -> str:
    """What embedding and terms are given for a passage: kicker, title, subtitle and the headings above it on a line,
    the names of its rows' columns on another, then the passage.

    A part of the headline that the passage holds already is not repeated, nor are names.
    """
    held = _unspaced(passage.text)
    parts = (part[:HEADLINE_CHARS].strip() for part in (article.kicker, article.title, article.subtitle) if part)
    under = headings_above(article.text, passage.start)
    headline = " ".join(dict.fromkeys(part for part in (*parts, *under) if part and _unspaced(part) not in held))
    named = dict.fromkeys("\t".join(row.columns) for row in article.rows_within(passage.start, passage.end))
    above = [headline, *(names for names in named if _unspaced(names) not in held)]
    return "\n".join([*filter(None, above), passage.text])


def passage_id(article: str, start: int, end: int) -> int:
    """63 bits of a hash of the article's id and the range: the same passage, the same id, in any library."""
    digest = blake2b(f"{article}:{start}:{end}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _passage(article: Article, units: Sequence[Span]) -> Passage:
    start, end = units[0].start, units[-1].end
    return Passage(
        id=passage_id(article.id, start, end),
        article=article.id,
        start=start,
        end=end,
        text=article.text[start:end],
        sentences=tuple(Span(unit.start - start, unit.end - start) for unit in units),
    )


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """The sentence, or where it is too long for a passage, pieces of it that are not."""
    start, end = sentence
    while end - start > PASSAGE_CHARS:
        pauses = [match.end() for match in _PAUSE.finditer(text, start + PASSAGE_CHARS // 2, start + PASSAGE_CHARS)]
        cut = pauses[-1] if pauses else start + PASSAGE_CHARS
        if piece := text[start:cut].rstrip():
            yield Span(start, start + len(piece))
        start = next((match.start() for match in _INK.finditer(text, cut, end)), end)
    yield Span(start, end)


def _pack(units: Sequence[Span], target: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Index ranges of units, one a passage, as even in length as the units allow."""
    ends = [unit.end for unit in units]
    first = last = 0
    while last < len(units):
        start = units[first].start
        rest = ends[-1] - start
        even = start + rest / math.ceil(rest / target)
        nearest = bisect_left(ends, even)  # the passage that ends here reaches `even`; the one before falls short
        if nearest > 0 and (ends[nearest] > start + target or even - ends[nearest - 1] < ends[nearest] - even):
            nearest -= 1
        last = max(last, nearest) + 1
        yield first, last
        first = _step_back(units, first + 1, last, target, overlap)


def _step_back(units: Sequence[Span], first: int, last: int, target: int, overlap: int) -> int:
    """Where a passage begins whose first new unit is `last`: before it what fits into `overlap` and `target`."""
    if last == len(units):
        return last
    earliest = max(units[last - 1].end - overlap, units[last].end - target)
    return bisect_left(units, earliest, first, last, key=lambda unit: unit.start)


def _unspaced(text: str) -> str:
    return "".join(text.split())
