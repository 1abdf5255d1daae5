"""What a short question puts in the place of something in the one before it: 女子组呢？ after 男子组第一名是谁？"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa import text
from qa.types import Span

_GRAINS = (
    re.compile(r"\d{4}年|[今去前明本当]年|上一年"),
    re.compile(r"\d{1,2}月(?:份)?|[上本这下当]个?月"),
    re.compile(r"\d{1,2}[日号]|[昨今前明]天|[昨今前明当]日"),
)
_PLACE = frozenset("省市县区州镇乡村街道路")
_NOUNS = ("n", "zg", "m", "j", "vn", "l", "i")

Tagged = Sequence[tuple[str, str]]


def exchange(earlier: str, said: str) -> str | None:
    """An earlier question without what `said` puts in its place; None where it has nothing of the kind.

    A year stands for a year, a month for a month, a day for a day; a person for a person; and a noun for another that
    ends alike, with the name in front (清河县, 临江县). Both texts are normalised.
    """
    left = earlier
    for grain in _GRAINS:
        left = grain.sub("", left) if grain.search(said) else left
    if left != earlier:
        return left
    words = text.tagged(earlier)
    taken = _of_a_kind(words, text.tagged(said))
    return _without(earlier, [word for word, _ in words], taken) if taken else None


def _of_a_kind(earlier: Tagged, said: Tagged) -> list[Span]:
    """Ranges of words of the earlier question that are of the kind of the last noun said."""
    nouns = [(word, tag) for word, tag in said if tag.startswith(_NOUNS) and not text.says_nothing(word)]
    if not nouns:
        return []
    last, tag = nouns[-1]
    named = {word for word, _ in said}
    if tag.startswith("nr"):
        return [
            Span(at, at + 1) for at in range(len(earlier)) if _is_person(earlier, at) and earlier[at][0] not in named
        ]
    alike = [at for at, (word, kind) in enumerate(earlier) if word[-1] == last[-1] and kind.startswith(_NOUNS)]
    return [span for at in alike if not _said(span := _with_name(earlier, at), earlier, said)]


def _is_person(words: Tagged, at: int) -> bool:
    follows = words[at + 1][0] if at + 1 < len(words) else ""
    return words[at][1].startswith("nr") and len(words[at][0]) > 1 and follows[:1] not in _PLACE


def _with_name(words: Tagged, at: int) -> Span:
    """The word with what it is the last character of: single characters, then one word."""
    start = at
    if len(words[at][0]) == 1:
        while start > 0 and len(words[start - 1][0]) == 1 and not text.says_nothing(words[start - 1][0]):
            start -= 1
        if start == at and start > 0 and not text.says_nothing(words[start - 1][0]):
            start -= 1
    return Span(start, at + 1)


def _said(span: Span, earlier: Tagged, said: Tagged) -> bool:
    """Whether the words of the range are said again: then they stand, and nothing takes their place."""
    return "".join(word for word, _ in earlier[span.start : span.end]) in "".join(word for word, _ in said)


def _without(plain: str, words: Sequence[str], taken: Sequence[Span]) -> str:
    """The text without some of its words."""
    starts, at = list[int](), 0
    for word in words:
        at = plain.find(word, at)
        starts.append(at)
        at += len(word)
    cut = [(starts[span.start], starts[span.end - 1] + len(words[span.end - 1])) for span in taken]
    edges = [0, *(edge for span in cut for edge in span), len(plain)]
    return "".join(plain[start:end] for start, end in list(pairwise(edges))[::2])
