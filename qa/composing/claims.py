"""What a model wrote -> claims: sentences of plain text, each with the numbers of the sentences that it rests on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.text.sentences import split_sentences

_THOUGHTS = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)  # what reasoning models say to themselves
_MARK = r"[\[【［](?:句|第)?\s*(\d{1,3}(?:\s*[,，、;；\-–—~～]\s*\d{1,3})*)\s*句?[\]】］]"
_NUMBERS = re.compile(rf"[^\S\n]*{_MARK}")  # at the beginning of a line, those of what follows on it
_ALONE = re.compile(rf"(?:{_MARK}[^\S\n]*)+")
_BEHIND = re.compile(r"([。！？；!?;…]+[”’」』）)]*)((?:\[[\d,]+\])+)")
_MARKED = re.compile(r"\[([\d,]+)\]")
_WHOLE = re.compile(r"[。！？；!?;…\]][”’」』）)]*\s*$")
_WORD = re.compile(r"\w")
_DRESS = re.compile(r"^\s*(?:[#>]+|[-*•·]|\d{1,2}[.、)）](?=\D))\s*|\*\*|__|`", re.MULTILINE)
_RANGE = re.compile(r"(\d+)[-–—~～](\d+)")
_WIDEST = 40  # numbers of a range


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence; `numbers` are in the order in which they were written, and may be none. `is_whole`: it ends as
    sentences do, or with a number.
    """

    text: str
    numbers: tuple[int, ...]
    is_whole: bool = True


def claims_of(written: str) -> tuple[Claim, ...]:
    """The sentences of what was written so far, in order. The last one may still grow."""
    plain = _DRESS.sub("", _lines(without_thoughts(written)))
    marked = _BEHIND.sub(r"\2\1", _NUMBERS.sub(_canonical, plain))
    sentences = (marked[span.start : span.end] for span in split_sentences(marked))
    return tuple(_claim(one) for one in sentences if _WORD.search(_MARKED.sub("", one)))


def _lines(plain: str) -> str:
    """The lines that say something, numbers that stand alone behind what is in front of them."""
    lines = filter(None, map(str.strip, plain.splitlines()))
    return "".join(line if _ALONE.fullmatch(line) else f"\n{line}" for line in lines)


def without_thoughts(written: str) -> str:
    """What a model wrote, without what it said to itself."""
    return _THOUGHTS.sub("", written)


def _canonical(match: re.Match[str]) -> str:
    spread = _RANGE.sub(_spread, re.sub(r"\s", "", match[1]))
    return f"[{re.sub('[，、;；]', ',', spread)}]"


def _spread(match: re.Match[str]) -> str:
    first, last = int(match[1]), int(match[2])
    return ",".join(map(str, range(first, min(last, first + _WIDEST) + 1))) if first < last else f"{first},{last}"


def _claim(sentence: str) -> Claim:
    numbers = [int(one) for group in _MARKED.findall(sentence) for one in group.split(",") if one]
    text = " ".join(_MARKED.sub("", sentence).split())
    return Claim(text, tuple(dict.fromkeys(numbers)), bool(_WHOLE.search(sentence)))
