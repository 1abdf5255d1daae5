"""Things that a text lists side by side: where one of them is asked about, a sentence about another does not answer.

An article that lists 足球、象棋、围棋 tells that they are three; its sentence on who won at 象棋 is not about 围棋.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa import text
from qa.types import Article

_ITEM = r"[\u4e00-\u9fff]{2,12}"
_ROW = re.compile(rf"{_ITEM}(?:、{_ITEM}){{2,}}")
_JOINED = re.compile("[和与及]|以及")  # before the last item
_LONGEST = 5  # characters of a thing
_NAMES = ("nr", "ns", "nt", "nz")  # parts of speech, or how they begin: of people who meet, one may be told of another


class Rows:
    """The things of a question that an article lists with others."""

    def __init__(self, question: str, article: Article) -> None:
        asked = text.comparable(question)
        self._rows = [found for row in _rows(article.text, asked) if (found := _split(row, asked))]

    def are_left_in(self, sentence: str) -> bool:
        """Whether a sentence has another of the things listed in one row, and none of those asked about."""
        plain = text.comparable(sentence) if self._rows else ""
        return any(
            not any(one in plain for one in named) and any(one in plain for one in others)
            for named, others in self._rows
        )


def _rows(written: str, asked: str) -> Iterator[list[str]]:
    """The things in each enumeration that may have one asked about, without what stands before the first and behind the
    last. They and the question are comparable texts; of an article only its enumerations are made so, as it is long.
    """
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}
    for match in _ROW.finditer(written):
        row = text.comparable(match[0])
        if not any(one in row for one in pairs):
            continue
        first, *others = row.split("、")
        last = [one for one in _JOINED.split(others.pop()) if one]
        found = [_word(first, -1), *others, *last[:-1], _word(last[-1], 0) if last else ""]
        yield [one for one in found if 1 < len(one) <= _LONGEST and _is_thing(one)]


def _word(item: str, at: int) -> str:
    return text.tagged(item)[at][0]


def _is_thing(item: str) -> bool:
    tags = text.tagged(item)
    return len(tags) == 1 and not tags[0][1].startswith(_NAMES) and text.frequency(item) > 0


def _split(row: Sequence[str], asked: str) -> tuple[list[str], list[str]] | None:
    """Those of a row that are asked about, and the others; None where there are not both."""
    named = [one for one in row if one in asked]
    others = [one for one in row if one not in asked]
    return (named, others) if named and others else None
