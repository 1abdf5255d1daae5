"""What a model wrote -> claims, each with the sentences that it rests on -> those that stand, by what these say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.composing.facts import lacking
from qa.composing.prompt import Numbered
from qa.composing.support import bare, denied, exchanged, mixed, uncovered
from qa.text.sentences import split_sentences
from qa.types import Fault

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
_QUOTED = re.compile(r"[“「『\"]([^”」』\"]{2,})[”」』\"]")


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


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim, and why it is struck; `fault` is None where it stands. `what`: the words that it is struck for."""

    claim: Claim
    fault: Fault | None = None
    what: str = ""


def _unnumbered(claim: Claim, _: Mapping[int, Numbered]) -> str | None:
    return None if claim.numbers else ""


def _ungiven(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    return next((str(one) for one in claim.numbers if one not in given), None)


def _quoting(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    """Words in quotation marks that no sentence has: quotes are for us to put in."""
    held = bare(_held(claim, given))
    return next((one for one in _QUOTED.findall(claim.text) if bare(one) not in held), None)


def _not_held(claim: Claim, given: Mapping[int, Numbered]) -> str | None:
    dates = {given[one].article.date for one in claim.numbers}
    return lacking(claim.text, _held(claim, given), dates.pop() if len(dates) == 1 else None)


def _held(claim: Claim, given: Mapping[int, Numbered]) -> str:
    return "\n".join(given[one].text for one in claim.numbers)


def of_texts(look: Callable[[str, str], str | None]) -> Look:
    """A look at the text of a claim and at the sentences that it rests on."""
    return lambda claim, given: look(claim.text, _held(claim, given))


Look = Callable[[Claim, Mapping[int, Numbered]], str | None]
"""The words that a claim is struck for; None where it stands."""


class Test(NamedTuple):
    """What a claim must stand."""

    name: str
    fault: Fault
    look: Look


TESTS = (
    Test("number", "no-number", _unnumbered),
    Test("given", "no-such-number", _ungiven),
    Test("quotes", "quotes", _quoting),
    Test("facts", "not-held", _not_held),
    Test("words", "not-supported", of_texts(uncovered)),
    Test("denials", "not-supported", of_texts(denied)),
    Test("exchanges", "not-supported", of_texts(exchanged)),
    Test("joins", "mixed", of_texts(mixed)),
)
"""In the order in which they are made; each needs what those before it found."""


def judge(claim: Claim, given: Mapping[int, Numbered], tests: Sequence[Test] = TESTS) -> Judged:
    """Whether a claim stands. `given`: the sentences that the model was given, by number."""
    for test in tests:
        if (what := test.look(claim, given)) is not None:
            return Judged(claim, test.fault, what)
    return Judged(claim)
