"""Make cloze questions from news sentences, for pretraining.

A name, date or amount of a sentence becomes a question word; where the same span recurs elsewhere in the article beside
shared words, the sentence itself is taken out, so that the answer has to be found in other words (recurring span
selection: Ram et al. 2021, Few-Shot Question Answering by Pretraining Span Selection).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import rjieba

from qa.text.sentences import split_sentences
from qa.text.words import content_words
from qa.types import Span
from training.sets import Document, Example

SET = "cloze"
_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{4}年(?:\d{1,2}月)?|\d{1,2}[时点]\d{0,2}分?")
_AMOUNT = re.compile(r"(\d[\d.,]*[万亿千百]*)(%|个百分点|[万亿]?[元人名个项家次吨台辆户岁天年所座条件套位米公])")
_TITLE = re.compile(r"《[^》]{2,20}》")
_ASKS = {
    "nr": ("谁", "哪位", "什么人"),
    "ns": ("哪里", "什么地方", "哪个地方"),
    "nt": ("哪个机构", "哪个单位", "哪家公司"),
}
_WHEN = ("什么时候", "何时", "哪天", "什么时间")
_CLAUSE = re.compile(r"[^,;:!?，。；：！？]+")
_SHORT, _LONG = 10, 42  # characters of a question
_IN_PLACE = 0.4  # share of the questions whose own sentence may stay
_SHARED = 2  # content words that another sentence must share to answer instead


@dataclass(frozen=True, slots=True)
class _Gap:
    """A span of a sentence and the words that ask for it."""

    span: Span
    asks: str


def questions(documents: Iterable[Document], count: int, chance: random.Random) -> Iterator[Example]:
    """At most `count` made questions, one an article, over articles that may be trained on."""
    segmenter = rjieba.Jieba()
    made = 0
    for document in documents:
        if made == count:
            return
        if example := _ask(document, segmenter, chance):
            made += 1
            yield example


def _ask(document: Document, segmenter: rjieba.Jieba, chance: random.Random) -> Example | None:
    sentences = [document.text[one.start : one.end] for one in split_sentences(document.text)]
    places = [i for i, one in enumerate(sentences) if _SHORT <= len(one) <= 150]
    chance.shuffle(places)
    for place in places[:6]:
        sentence = sentences[place]
        gaps = _gaps(sentence, segmenter)
        if not gaps:
            continue
        gap = chance.choice(gaps)
        answer = sentence[gap.span.start : gap.span.end]
        question = _question(sentence, gap, chance)
        if answer in question or len(question) < _SHORT:
            continue
        others = [one for i, one in enumerate(sentences) if i != place]
        if _recurs(answer, question, others):
            value = "".join(others)
        elif chance.random() < _IN_PLACE:
            value = document.text
        else:
            continue
        about = Document(f"c{document.id}", value, "train", document.head)
        return Example(about.id, SET, "cloze", question, about, (answer,), "any")
    return None


def _recurs(answer: str, question: str, others: Sequence[str]) -> bool:
    words = [word for word in content_words(question) if len(word) > 1]
    return any(answer in one and sum(word in one for word in words) >= _SHARED for one in others)


def _gaps(sentence: str, segmenter: rjieba.Jieba) -> list[_Gap]:
    found = [_Gap(Span(*one.span()), "W") for one in _DATE.finditer(sentence)]
    found += [_Gap(Span(*one.span()), f"多少{one[2]}") for one in _AMOUNT.finditer(sentence)]
    found += [_Gap(Span(*one.span()), "什么") for one in _TITLE.finditer(sentence)]
    place = 0
    for word, tag in segmenter.tag(sentence):
        if tag in _ASKS and len(word) > 1:
            found.append(_Gap(Span(place, place + len(word)), tag))
        place += len(word)
    return found


def _question(sentence: str, gap: _Gap, chance: random.Random) -> str:
    """The clause with the gap, and neighbours as long as it stays a question; empty where the clause is too long."""
    asks = chance.choice(_WHEN) if gap.asks == "W" else chance.choice(_ASKS.get(gap.asks, (gap.asks,)))
    clauses = [Span(*one.span()) for one in _CLAUSE.finditer(sentence)]
    holding = [i for i, one in enumerate(clauses) if one.start < gap.span.end and gap.span.start < one.end]
    if not holding:
        return ""
    left, right = holding[0], holding[-1]
    sides = [(left - 1, right), (left, right + 1)]
    chance.shuffle(sides)
    for first, last in sides:
        if first >= 0 and last < len(clauses) and clauses[last].end - clauses[first].start < _LONG:
            left, right = first, last
            break
    start, end = clauses[left].start, clauses[right].end
    if end - start > _LONG:
        return ""
    return f"{sentence[start : gap.span.start]}{asks}{sentence[gap.span.end : end]}".strip("、“”\"' \n") + "?"
