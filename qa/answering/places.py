"""The places that a text names: villages, towns, districts, each with its kind, however the segmenter cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa import text

SMALL_KINDS = ("街道", "社区", "小区", "镇", "乡", "村")  # an article tells of few of each
_KINDS = (*SMALL_KINDS, "区", "县", "市", "省")
_NAMES = ("nr", "ns", "nt", "nz")
_PARTS = (*_NAMES, "n", "f", "j", "g", "zg")  # parts of speech of the characters that a name is cut into
_LONGEST = 3  # characters of a name without its kind, where it is put together
_POINTING = "各该本全每此这那两几多某"  # what these stand before is no name
_DATE = re.compile(r"\d+(?:年[初底末中]?|[月日号])")  # else the first character behind it joins the name: 年青石


class Place(NamedTuple):
    """A place as named: 青石, 街道, and the word behind it."""

    stem: str
    kind: str
    following: str

    @property
    def name(self) -> str:
        return self.stem + self.kind

    def may_have_rivals(self, plain: str) -> bool:
        """Whether a text has its kind, or the word behind it; without them, none stands in its place."""
        return self.kind in plain or (len(self.following) > 1 and self.following in plain)

    def may_be_replaced(self, other: Place) -> bool:
        """Whether another is of the same small kind, or stands before the same word: 槐荫村医院, 柳溪镇医院."""
        same_kind = other.kind == self.kind and self.kind in SMALL_KINDS
        return same_kind or (len(self.following) > 1 and other.following.startswith(self.following))


def places(plain: str) -> Iterator[Place]:
    """The places of a comparable text, but those in front of a smaller one, which says where it is."""
    words = text.tagged(_DATE.sub(",", plain))
    found = {at: one for at in range(len(words)) if (one := _place(words, at))}
    for stem, kind, behind in found.values():
        after = behind + (behind < len(words) and words[behind][0] == "的")
        if after not in found:
            yield Place(stem, kind, words[after][0] if after < len(words) else "")


def _place(words: Sequence[tuple[str, str]], at: int) -> tuple[str, str, int] | None:
    """The name and the kind of the place that begins with a word, and where the words behind it begin."""
    word, tag = words[at]
    if not text.is_han(word[0]) or word[0] in _POINTING:
        return None
    following = words[at + 1][0] if at + 1 < len(words) else ""
    if (tag in _NAMES or text.frequency(word) == 0) and len(word) > 1:
        if following in _KINDS:
            return word, following, at + 2
        stem, kind = _apart(word)
        if len(stem) > 1:
            return stem, kind, at + 1
    return _together(words, at) if tag in _PARTS else None


def _together(words: Sequence[tuple[str, str]], at: int) -> tuple[str, str, int] | None:
    """A name that the segmenter cut: a character and a word that is none here (西 集镇), or a word and what is none at
    all (永乐 店镇, 小张 湾 村).
    """
    written = words[at][0]
    for behind in range(at + 1, min(at + 3, len(words))):
        word, tag = words[behind]
        is_part = len(word) == 1 or len(written) == 1 or text.frequency(word) == 0
        written += word
        stem, kind = _apart(written)
        if not is_part or tag not in (*_PARTS, "v") or len(stem) > _LONGEST:
            return None
        if len(stem) > 1 and behind - at == 1 + (word == kind):
            return stem, kind, behind + 1
    return None


def _apart(word: str) -> tuple[str, str]:
    """A word without the kind at its end, and the kind."""
    kind = next((kind for kind in _KINDS if word.endswith(kind)), "")
    return (word.removesuffix(kind), kind) if kind else ("", "")
