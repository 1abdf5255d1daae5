"""One to three verbatim sentences, each with its citation, or a plain refusal."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from qa import text
from qa.answering.evidence import Evidence, Weight, weigh
from qa.answering.expected import fits, forms, locate
from qa.types import Answer, Article, Citation, Filters, Hit, Query, Reason

QUOTES = 3  # sentences at most
_UNKNOWN = 0.5  # share of a question's words that, unknown, make it a question about something else
_READ = 5  # passages whose sentences are weighed
_FORM_BONUS = 0.3  # of a sentence that holds the form asked for
_GAIN = 0.15  # of the question's weight that a further quote must add to what is covered already
_WORTHY = 0.85  # of the best sentence's score that a further one must reach
_CHARS = 200  # quotes together, beyond the first


@dataclass(frozen=True, slots=True)
class _Candidate:
    """``article.text[start:end]``, one sentence."""

    hit: Hit
    start: int
    end: int
    coverage: float
    score: float

    @property
    def quote(self) -> str:
        return self.hit.article.text[self.start : self.end]


def answer(query: Query, hits: Sequence[Hit], weight: Weight) -> Answer:
    """Answer from the hits, best first. `weight` of an unknown term is 0 where no passage holds it.

    Refuses where the question says nothing, where the filters leave nothing, and where half of its words stand nowhere
    in the library.
    """
    shown = tuple(hits[: query.k])
    words = text.content_words(query.text)
    if not words:
        return _refuse(query, (), Reason("empty-question", "请写出要问的事情：人名、地名、事件或时间。"))
    if not hits and query.filters:
        return _refuse(query, (), _nothing_left(query.filters))
    unknown = tuple(word for word in words if not _is_known(word, weight))
    if not hits or len(unknown) >= _UNKNOWN * len(words):
        named = "”“".join(unknown or words)
        return _refuse(query, shown, Reason("unknown-term", f"库中没有出现“{named}”。", unknown or tuple(words)))
    evidence = weigh(query.text, weight)
    chosen = _choose(_candidates(query, hits, evidence), evidence)
    citations = _cite(query, chosen, evidence)
    best = max(chosen, key=lambda candidate: candidate.score)
    return Answer(
        query.question,
        "quote",
        "".join(f"{citation.quote}[{citation.n}]" for citation in citations),
        _confidence(best),
        citations,
        shown,
        query.assumed,
    )


def _nothing_left(filters: Filters) -> Reason:
    if filters.since or filters.until:
        return Reason("outside-dates", "所选日期里没有文章。放宽日期再问。")
    return Reason("fact-missing", "所选的来源、记者或文章里什么也没有。放宽筛选再问。")


def _is_known(word: str, weight: Weight) -> bool:
    """Whether the word, or a pair of its characters, stands anywhere in the library."""
    return weight("words", word) > 0 or any(weight("grams", gram) > 0 for gram in text.bigrams(word))


def _refuse(query: Query, shown: tuple[Hit, ...], reason: Reason) -> Answer:
    return Answer(query.question, "quote", "", 0.0, (), shown, query.assumed, reason)


def _candidates(query: Query, hits: Sequence[Hit], evidence: Evidence) -> list[_Candidate]:
    """Sentences of the first hits, once each, best first; headlines only where there is nothing else."""
    expected = forms(query.question)
    below = {hit.article.id: evidence.within(_headline(hit.article)) for hit in hits[:_READ]}
    found: dict[tuple[str, int], _Candidate] = {}
    for hit in hits[:_READ]:
        for start, end in hit.passage.sentences:
            key = (hit.article.id, hit.passage.start + start)
            if key in found:
                continue
            sentence = hit.passage.text[start:end]
            coverage = below[hit.article.id].covers(sentence)
            bonus = _FORM_BONUS * fits(sentence, expected)
            found[key] = _Candidate(hit, key[1], hit.passage.start + end, coverage, hit.score * (coverage + bonus))
    body = [candidate for candidate in found.values() if not _is_headline(candidate)]
    return sorted(body or found.values(), key=lambda candidate: -candidate.score)


def _is_headline(candidate: _Candidate) -> bool:
    quote = _blankless(candidate.quote).lstrip("#")  # Markdown's sign of a heading
    return quote in _blankless(_headline(candidate.hit.article))


def _headline(article: Article) -> str:
    """The headline as printed, kicker and subtitle with it; nothing where none is printed."""
    return "" if article.title_inferred else "".join(filter(None, (article.kicker, article.title, article.subtitle)))


def _choose(candidates: Sequence[_Candidate], evidence: Evidence) -> list[_Candidate]:
    """The best sentence, and up to two more that cover what it leaves open."""
    chosen = [candidates[0]]
    worthy = _WORTHY * candidates[0].score
    for candidate in candidates[1:]:
        if candidate.score < worthy:
            break
        said = "".join(one.quote for one in chosen)
        gain = evidence.covers(said + candidate.quote) - evidence.covers(said)
        if len(chosen) < QUOTES and gain >= _GAIN and len(said) + len(candidate.quote) <= _CHARS:
            chosen.append(candidate)
    return chosen


def _cite(query: Query, chosen: Sequence[_Candidate], evidence: Evidence) -> tuple[Citation, ...]:
    """Citations in reading order; quotes of one article share its number."""
    numbers: dict[str, int] = {}
    first: dict[str, int] = {}
    for rank, candidate in enumerate(chosen):
        first.setdefault(candidate.hit.article.id, rank)
    citations = []
    for candidate in sorted(chosen, key=lambda one: (first[one.hit.article.id], one.start)):
        article: Article = candidate.hit.article
        number = numbers.setdefault(article.id, len(numbers) + 1)
        mark = locate(query.question, candidate.quote, evidence.terms_in(candidate.quote))
        score = min(1.0, candidate.coverage)
        citations.append(Citation(number, article, candidate.start, candidate.end, candidate.quote, mark, score))
    return tuple(citations)


def _confidence(best: _Candidate) -> float:
    """A logistic of how much of the question the best sentence covers and of its passage's score."""
    return 1 / (1 + math.exp(-(6.0 * best.coverage + 4.0 * best.hit.score - 5.0)))


def _blankless(value: str) -> str:
    return "".join(value.split())
