"""What an ellipsis says, in the place of what is of its kind in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.text import numerals, zh
from qa.text.words import is_function_word, tagged_words
from qa.text.zh import KINDS_OF_PLACE, PERSON
from qa.types import Span

_GRAINS = tuple(map(re.compile, zh.GRAINS))
_PLACE = tuple(KINDS_OF_PLACE + "道路")
_PLACE_NAME = "ns"
_NOUNS = ("n", "zg", "m", "j", "vn", "l", "i")

_MOST = re.compile("最[多少大小高低长短早晚远近快慢贵]")
_NEXT = re.compile("再?往?(?P<way>[前上后下]|第(?=[二2]))[一1二2](?P<of>[年届期次轮])")
_SHORT_YEAR = re.compile(r"\d\d年")
_NAMING = ("n", "zg", "j", "m", "t", "eng", "x", "s", "f", "l", "i", "v", "a")

Tagged = Sequence[tuple[str, str]]


def without_replaced(earlier: str, said: str) -> str | None:
    """An earlier question without what `said` puts in its place; None where it has nothing of the kind.

    A year stands for a year, a month for a month, a day for a day; a person for a person; and a noun for another that
    ends alike, with the name in front (清河县, 临江县). Both texts are normalised.
    """
    left = earlier
    for grain in _GRAINS:
        left = grain.sub("", left) if grain.search(said) else left
    if left != earlier:
        return left
    words = tagged_words(earlier)
    taken = _of_a_kind(words, tagged_words(said))
    return _replaced(earlier, [word for word, _ in words], taken) if taken else None


def exchanged(earlier: str, said: str) -> str | None:
    """An earlier question with what is said in the place of what is of its kind; None where nothing is, or where more
    is said than that. Both are normalised.
    """
    return _with_degree(earlier, said) or _with_time(earlier, said) or _with_noun(earlier, said)


def _with_degree(earlier: str, said: str) -> str | None:
    return _MOST.sub(said, earlier, count=1) if _MOST.fullmatch(said) and _MOST.search(earlier) else None


def _with_time(earlier: str, said: str) -> str | None:
    """Another year, month or day; the one before or behind, of years and of all else that is numbered."""
    if step := _NEXT.fullmatch(said):
        return _numbered_on(earlier, step["of"], 1 if step["way"] in "后下第" else -1)
    if _SHORT_YEAR.fullmatch(said) and (year := re.search(r"(?<!\d)(\d\d)\d\d年", earlier)):
        said = year[1] + said
    grain = next((grain for grain in _GRAINS if grain.fullmatch(said) and grain.search(earlier)), None)
    return grain.sub(said, earlier, count=1) if grain else None


def _numbered_on(earlier: str, kind: str, by: int) -> str | None:
    """The text with the next year, session, issue, whose number is written as it was."""
    numbered = re.search(rf"(\d+|{zh.NUMERAL}+){kind}", earlier)
    number = numerals.whole(numbered[1]) if numbered else None
    if numbered is None or number is None:
        return None
    moved = str(number + by) if numbered[1].isdecimal() else numerals.written(number + by)
    return earlier[: numbered.start(1)] + moved + earlier[numbered.end(1) :]


def _with_noun(earlier: str, said: str) -> str | None:
    words, own = tagged_words(earlier), tagged_words(said)
    if not own or not all(tag.startswith(_NAMING) for _, tag in own):
        return None
    taken = _of_a_kind(words, own)
    return _replaced(earlier, [word for word, _ in words], taken, said) if len(taken) == 1 else None


def _of_a_kind(earlier: Tagged, said: Tagged) -> list[Span]:
    """Ranges of words of the earlier question that are of the kind of the last noun said."""
    nouns = [(word, tag) for word, tag in said if tag.startswith(_NOUNS) and not is_function_word(word)]
    if not nouns:
        return []
    last, tag = nouns[-1]
    named = {word for word, _ in said}
    if tag.startswith(PERSON):
        return [
            Span(at, at + 1) for at in range(len(earlier)) if _is_person(earlier, at) and earlier[at][0] not in named
        ]
    alike = [at for at, (word, kind) in enumerate(earlier) if word[-1] == last[-1] and kind.startswith(_NOUNS)]
    spans = [span for at in alike if not _said(span := _with_name(earlier, at), earlier, said)]
    return spans or _places(earlier, said)


def _places(earlier: Tagged, said: Tagged) -> list[Span]:
    """The last place of the earlier question, where one of another kind is said (东河镇, 白杨乡), or only the name of
    one (西坡): then the last that has a name.
    """
    is_name = bool(said) and all(tag == _PLACE_NAME for _, tag in said)
    before = (_named_places if is_name else _of_places)(earlier)
    return before[-1:] if before and (is_name or _of_places(said)) and not _said(before[-1], earlier, said) else []


def _of_places(words: Tagged) -> list[Span]:
    """Names with what kind of place they are of, which may be a word of its own."""
    places = [at for at, (word, _) in enumerate(words) if word[-1] in KINDS_OF_PLACE and (at or len(word) > 1)]
    return [_with_name(words, at) for at in places]


def _named_places(words: Tagged) -> list[Span]:
    """Names of places, each with its kind where that is a word of its own behind it."""
    kinds = [word in KINDS_OF_PLACE for word, _ in words] + [False]
    return [Span(at, at + 1 + kinds[at + 1]) for at, (_, tag) in enumerate(words) if tag == _PLACE_NAME]


def _is_person(words: Tagged, at: int) -> bool:
    follows = words[at + 1][0] if at + 1 < len(words) else ""
    return words[at][1].startswith(PERSON) and len(words[at][0]) > 1 and not follows.startswith(_PLACE)


def _with_name(words: Tagged, at: int) -> Span:
    """The word with what it is the last character of: single characters, then one word; and with its number (2号线)."""
    start = at
    if at and words[at - 1][0].isdigit():
        return Span(at - 1, at + 1)
    if len(words[at][0]) == 1:
        while start > 0 and len(words[start - 1][0]) == 1 and not is_function_word(words[start - 1][0]):
            start -= 1
        if start == at and start > 0 and not is_function_word(words[start - 1][0]):
            start -= 1
    return Span(start, at + 1)


def _said(span: Span, earlier: Tagged, said: Tagged) -> bool:
    """Whether the words of the range are said again: then they stand, and nothing takes their place."""
    return "".join(word for word, _ in earlier[span.start : span.end]) in "".join(word for word, _ in said)


def _replaced(plain: str, words: Sequence[str], taken: Sequence[Span], given: str = "") -> str:
    """The text with something else, or nothing, in the place of some of its words."""
    starts, at = list[int](), 0
    for word in words:
        at = plain.find(word, at)
        starts.append(at)
        at += len(word)
    cut = [(starts[span.start], starts[span.end - 1] + len(words[span.end - 1])) for span in taken]
    edges = [0, *(edge for span in cut for edge in span), len(plain)]
    return given.join(plain[start:end] for start, end in list(pairwise(edges))[::2])
