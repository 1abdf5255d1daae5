"""What a question takes for granted: the names and numbers in it, and whether an article has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa import text
from qa.answering.evidence import Weight
from qa.types import Article

_AMOUNT = re.compile(r"\d+(?:\.\d+)?(?=[^\d.年月日号时点分届第\s])")  # dates are the plan's; ordinals are told by words
_KIND_OF_PLACE = "省市区县镇乡村街州国"
_PLACES_AND_BODIES = frozenset({"ns", "nt"})
_PEOPLE = frozenset({"nr", "nrt", "nrfg"})
# The hundred commonest surnames (Ministry of Public Security 2021), single characters all.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)


def premises(question: str) -> tuple[str, ...]:
    """The names and the amounts that a question names, in their order, normalised."""
    amounts = _AMOUNT.findall(text.comparable(question))
    return tuple(dict.fromkeys([*text.names(question), *(one for one in amounts if len(one) > 1)]))


def missing(named: Iterable[str], article: Article) -> tuple[str, ...]:
    """Those of the names and amounts that an article has nowhere; of a place, its kind may be left out."""
    plain = text.comparable(article.text)
    return tuple(one for one in named if one not in plain and not (_bare(one) and _bare(one) in plain))


def proper(question: str) -> tuple[str, ...]:
    """The names of a question that are surely names, in their order: places and bodies of the segmenter's dictionary,
    and people with a common surname and a given name of two characters.
    """
    found = [word for word, tag in text.tagged(question) if _is_proper(word, tag)]
    return tuple(dict.fromkeys(found))


def people(question: str) -> tuple[str, ...]:
    """Those of them that are people."""
    found = [word for word, tag in text.tagged(question) if tag in _PEOPLE and _is_proper(word, tag)]
    return tuple(dict.fromkeys(found))


def _is_proper(word: str, tag: str) -> bool:
    if tag in _PEOPLE:
        return len(word) == 3 and word[0] in _SURNAMES
    return tag in _PLACES_AND_BODIES and len(word) > 1 and text.frequency(word) > 0


def nowhere(words: Iterable[str], weight: Weight) -> tuple[str, ...]:
    """Those of the words that cannot stand in the library: nothing has the word, and nothing has one of its pairs."""
    return tuple(word for word in words if weight("words", word) == 0 and _has_unknown(text.bigrams(word), weight))


def _has_unknown(grams: Sequence[str], weight: Weight) -> bool:
    return any(weight("grams", gram) == 0 for gram in grams)


def _bare(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in _KIND_OF_PLACE else ""
