"""Example questions of several kinds, made from a library's own articles; each is tried before it is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations, islice, pairwise
from typing import NamedTuple

from qa.questions.analysed import answer_forms
from qa.questions.suggestions import of_facts
from qa.text.words import tagged_words
from qa.text.zh import KINDS_OF_PLACE, NAMES, PERSON
from qa.types import Answer, AnswerKind, Article

Ask = Callable[[str, tuple[str, ...]], Answer]  # a question, those before it
_Places = tuple[tuple[str, int], ...]

_TRIED = 10  # candidates of a kind; where none of them is answered it is left out
_WIDELY = 2  # articles that have a topic
_NEAR = "镇乡村街"  # a reader knows what is near; a whole province is no topic
_ALIKE = KINDS_OF_PLACE + "院校馆园队厂站社会局所"  # what the names of two things of one kind end in
_BARE = re.compile(r"(?:什么时候|在哪里|由谁|多少).+")  # what a question asks, without what it asks it of
_WHEN, _MORE = "是什么时候的事？", "还有呢？"


class Example(NamedTuple):
    """A question, and one that leans on it, or nothing."""

    question: str
    follow_up: str = ""


def varied(
    facts: Sequence[str], sample: Sequence[Article], reporters: Sequence[str], count: int, ask: Ask
) -> tuple[Example, ...]:
    """At most `count` examples, all of which `ask` answers: a fact and what may be asked next, a digest, a count, a
    comparison, a reporter's articles, what is newest; then more of the `facts`.
    """
    topics = _topics(sample, reporters)
    kinds = [
        _first("digest", [f"介绍一下{one}" for one in topics], ask),
        _first("count", [f"有几篇报道提到{one}？" for one in topics[1:] + topics[:1]], ask),
        _first("compare", _comparisons(_topics(sample, reporters, least=1)), ask),
        _first("list", [f"{one}写过哪些报道？" for one in reporters], ask),
        _first("about", ["最新的报道是哪篇？"], ask),
    ]
    others = [one for one in kinds if one][: count - 1]
    first = _followed(facts, topics, ask)
    begun = (*filter(None, [first]), *map(Example, others))
    more = (Example(one) for one in facts if first and one != first.question and ask(one, ()).citations)
    return (*begun, *islice(more, count - len(begun)))


def _topics(sample: Sequence[Article], reporters: Sequence[str], least: int = _WIDELY) -> list[str]:
    """Names that `least` articles have and not most of them: places near, then other names, the widest told first."""
    told = Counter(name for article in sample for name in set(_named(article.text)))
    most = max(_WIDELY, len(sample) // 2)
    wide = [name for name, count in told.items() if least <= count <= most and name not in reporters]
    return sorted(wide, key=lambda name: (name[-1] not in _NEAR, name[-1] not in _ALIKE, -told[name], name))


def _named(text: str) -> Iterator[str]:
    """The names of places, bodies and things in a text; a place with its kind, which may be a word of its own."""
    for (word, tag), (behind, _) in pairwise([*tagged_words(text), ("", "")]):
        kinds = _NEAR if tag.startswith(PERSON) else KINDS_OF_PLACE  # 区 behind a person begins 区委
        kind = behind if len(behind) == 1 and behind in kinds and word[-1] not in KINDS_OF_PLACE else ""
        if len(word) > 1 and tag.startswith(NAMES) and (kind or not tag.startswith(PERSON)):
            yield word + kind


def _comparisons(topics: Sequence[str]) -> Iterator[str]:
    """Two of one kind, side by side."""
    return (f"对比一下{one}和{other}的情况" for one, other in _pairs(topics))


def _pairs(topics: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Two different ones that end alike."""
    kinds = [one for one in topics if len(one) > 2 and one[-1] in _ALIKE]
    return ((one, other) for one, other in combinations(kinds, 2) if one[-1] == other[-1])


def _first(kind: AnswerKind, questions: Iterable[str], ask: Ask) -> str | None:
    """The first that is answered in its kind; a digest and a comparison by several articles."""
    for question in islice(questions, _TRIED):
        answer = ask(question, ())
        articles = {citation.article.id for citation in answer.citations} or answer.items or ()
        if answer.answered and answer.kind == kind and len(articles) >= (2 if kind in ("digest", "compare") else 1):
            return question
    return None


def _followed(facts: Iterable[str], topics: Sequence[str], ask: Ask) -> Example | None:
    """The first of the facts that is answered and that another question can lean on, with that; else the first."""
    first = None
    for question, answer in ((one, answer) for one in facts if (answer := ask(one, ())).citations):
        if said := next(_follow_ups(question, answer, topics, ask), ""):
            return Example(question, said)
        first = first or Example(question)
    return first


def _follow_ups(question: str, answer: Answer, topics: Sequence[str], ask: Ask) -> Iterator[str]:
    """What may be asked after a question without naming again what it is about: something else of the same article, the
    same of another place, when it was, or more. Each is answered, by other sentences.
    """
    article, before = answer.citations[0].article, _places(answer)
    for other in of_facts(article):
        bare = _BARE.search(other)
        if bare and other != question:
            places = _places(ask(bare[0], (question,)))
            if places not in ((), before) and places == _places(ask(other, ())):
                yield bare[0]
    for other in (other for one, other in _pairs(topics) if answer.lead and one in question):
        same = ask(f"{other}呢？", (question,))
        if same.lead and all(other in citation.article.text for citation in same.citations):
            yield f"{other}呢？"
    when = ask(_WHEN, (question,))
    if when.lead and any(form.search(when.lead) for form in answer_forms(_WHEN)) and _goes_on(when, article, before):
        yield _WHEN
    if _goes_on(ask(_MORE, (question,)), article, before):
        yield _MORE


def _goes_on(answer: Answer, article: Article, before: _Places) -> bool:
    """Whether an answer quotes that article alone, and not the sentences quoted before."""
    return {citation.article.id for citation in answer.citations} == {article.id} and _places(answer) != before


def _places(answer: Answer) -> _Places:
    """Which sentences are quoted."""
    return tuple((citation.article.id, citation.start) for citation in answer.citations)
