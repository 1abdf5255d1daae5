"""Example questions out of the library's own sentences: a clause with its amount or its date asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa import text
from qa.types import Article

_CLAUSE = re.compile(r"[^，,。！？!?；;：:、\n]+")
_DATE = r"\d{1,4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日)?"
_AMOUNT = re.compile(
    r"^(?P<subject>[^\d]{7,22}?)(?<![约近超逾过])(?:[约近超逾]|超过)?(?P<number>\d[\d.]*(?:[万亿千百])?)(?:[余多])?"
    r"(?P<unit>元|家|个|名|人|件|场|支|户|篇|公里|平方米|平方公里|辆|所|项|起|处|条|亩|吨|岁)(?P<rest>[^\d]{0,6})$"
)
_SINCE = re.compile(rf"^(?:自|从)(?P<date>{_DATE})(?:起|开始)$")
_NOT_ALONE = re.compile(r"[我他她它这那该其此“”\"《》()（）‘’]|^[的了在和与并或及等为由以将已却也还]|记者")
_ASKED_CHARS = (12, 34)
_TITLE_CHARS = 22


def of_facts(article: Article) -> Iterator[str]:
    """Questions that one sentence of the article answers, in its order."""
    for start, end in text.sentences(article.text):
        clauses = [match.group().strip() for match in _CLAUSE.finditer(article.text[start:end])]
        for number, clause in enumerate(clauses):
            following = clauses[number + 1] if number + 1 < len(clauses) else ""
            question = _ask_amount(clause) or _ask_since(clause, following)
            if question and _ASKED_CHARS[0] <= len(question) <= _ASKED_CHARS[1]:
                yield question


def of_headline(article: Article) -> Iterator[str]:
    """A question after the story itself, where it has a headline that is short enough."""
    if not article.title_inferred and 0 < len(article.title) <= _TITLE_CHARS:
        yield f"{article.title}，是怎么回事？"


def _ask_amount(clause: str) -> str | None:
    match = _AMOUNT.match(clause)
    if not match or _NOT_ALONE.search(clause):
        return None
    return f"{match['subject']}多少{match['unit']}{match['rest']}？"


def _ask_since(clause: str, following: str) -> str | None:
    """ "From such a day, somebody does something" asks since when."""
    if not _SINCE.match(clause) or len(following) < 8 or _NOT_ALONE.search(following):
        return None
    return f"{following.replace('将', '', 1)}是从什么时候开始的？"
