"""Questions for several things at once: how many they name, and how many of them the quotes hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.errors.messages import Wording
from qa.questions.analysed import Listing
from qa.text.folding import normalise
from qa.text.zh import DIGITS, SPEAKING, is_han
from qa.types import Span

_ROW = re.compile(r"[^、，。；：！？,;:!?]+(?:、[^、，。；：！？,;:!?]+)+")  # the items of an enumeration, two or more
_JOINED = re.compile("[和与及]|以及")  # before the last item
_TWO = re.compile("[^，。；]{2}(?:[和与及、]|以及|，?(?:也|又|并|还|另))[^，。；]{2}")  # one thing and another
_NUMBERED = re.compile(
    r"(?:^|[，；：。,;:、\s])"
    rf"(?:第?([{DIGITS[1:]}十])(?:是|要|，|、|,|个是|[步轮条项](?=[，、,:：是要先再]))"  # 一是, 第二，, 第三步,
    rf"|[（(]([{DIGITS[1:]}十])[)）]|[（(]?([1-9]\d?)[)）.、])"  # (三), (3), 4.
)
_SAID = re.compile(rf"^[^，。：,:]{{1,16}}(?:要求|{'|'.join(SPEAKING)})[，：,:]")  # before what is said
_ITEMS = 3  # what a list is taken to have at least where the question does not say
_NEAR = 3  # sentences between the one that answers best and a list that it announces
_APART = {"number": 5, "要": 4}  # between two members of a list: what is said of the first of them; of others 1
_FAR = frozenset(_APART)  # lists of these are surely lists, however far below they begin


def enough(asked: Listing, sentence: str, marked: Span) -> bool:
    """Whether a sentence names all: the enumeration that its marked range has part in is as long as what is asked for,
    and it is not itself a member of a list (一是…).
    """
    if _FAR.intersection(_openings(sentence)):
        return False
    rows = [one for one in _ROW.finditer(sentence) if one.start() < marked.end and marked.start < one.end()]
    return any(_row(one.group()) >= (asked.named or _ITEMS) for one in rows)


def members(asked: Listing, sentences: Sequence[str], best: int, is_whole: bool = False) -> list[int]:
    """Which of an article's sentences, in their order, tell what is asked for, where that of index `best` does or
    announces it: the series that it belongs to or that follows close, else, unless its own row has as many items as are
    asked for, what comes after it. Where it `is_whole`, only what surely is a list.
    """
    wanted = asked.named or _ITEMS
    if (found := series(sentences, best, is_whole, asked.is_steps)) or is_whole:
        return found
    return [] if count(sentences[best : best + 1]) >= wanted else list(range(best + 1, len(sentences)))[:wanted]


def series(sentences: Sequence[str], best: int, is_sure: bool = False, is_steps: bool = False) -> list[int]:
    """Which of an article's sentences are members of one list: those, nearly one after the other, that are numbered,
    begin alike (要…；要…) whoever says them, or name a title each (not where it must be sure); if at least two are, and
    the list has the best sentence or begins behind it; steps may stand before it too. In order.
    """
    opened = [_openings(one) for one in sentences]
    kinds = dict.fromkeys(one for each in opened for one in each if one in _FAR or not is_sure)
    lists = [(kind, run) for kind in kinds for run in _runs([kind in one for one in opened], _APART.get(kind, 1))]
    near = [
        run
        for kind, run in lists
        if len(run) > 1 and (best in run or _announced(kind, run[0] - best) or (is_steps and kind == "number"))
    ]
    return max(
        near, key=lambda run: sum(1.0 if at >= best else 0.5 for at in run) - 0.1 * abs(run[0] - best), default=[]
    )


def _announced(kind: str, behind: int) -> bool:
    return behind > 0 and (behind <= _NEAR or kind in _FAR)


def _runs(members: Sequence[bool], apart: int) -> list[list[int]]:
    """Places of members, in runs with at most `apart` other sentences between two of them."""
    runs: list[list[int]] = []
    for at in (at for at, one in enumerate(members) if one):
        if runs and at - runs[-1][-1] <= apart + 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    return runs


def _openings(sentence: str) -> list[str]:
    """What members of a list have in common: a number of their own, a title, the first character of what is said."""
    plain = _SAID.sub("", normalise(sentence))
    if _NUMBERED.search(plain):
        return ["number"]
    first = next((sign for sign in plain if is_han(sign)), "")
    return ["《"] * ("《" in plain) + [first] * bool(first)


def count(quotes: Sequence[str]) -> int:
    """How many things the quotes list at least: what is numbered, stands in a row or is joined, or a quote each."""
    plain = [normalise(quote) for quote in quotes]
    numbers = {next(filter(None, match.groups())) for quote in plain for match in _NUMBERED.finditer(quote)}
    rows = [_row(match.group()) for quote in plain for match in _ROW.finditer(quote)]
    pairs = [2 for quote in plain if _TWO.search(quote)]
    return max(len(numbers), sum(rows), len(quotes), *pairs)


def _row(found: str) -> int:
    """Items of an enumeration; the last of them may be two, joined by a word."""
    items = found.split("、")
    return len(items) + bool(_JOINED.search(items[-1]))


def note(asked: Listing | None, quotes: Sequence[str]) -> str:
    """What is to be said where fewer things are quoted than the question names; nothing where enough are."""
    if asked is None or asked.named is None or count(quotes) >= asked.named:
        return ""
    return Wording("answer.fewer-found", asked=asked.named, found=count(quotes))
