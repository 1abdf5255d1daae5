"""A topic told by several articles: the sentences that tell most of it, each another fact, in order of time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.answering.candidates import blankless, headline, is_headline
from qa.answering.coverage import TermCoverage, term_coverage
from qa.messages import Wording
from qa.protocols import Weight
from qa.questions.analysed import AnalysedQuestion
from qa.questions.topics import Topic
from qa.text.folding import comparable
from qa.text.sentences import split_sentences
from qa.text.words import bigrams
from qa.types import Answer, Article, Citation, Hit, Item, Reason, Span

DIGEST_QUOTES = 5
TIMELINE_QUOTES = 8
MORE = 3  # sentences with which an answer goes on
_ARTICLES = 12  # looked at for sentences, best first
_SENTENCES = 40  # of an article, from its beginning
_ALIKE = 0.5  # what is taken off a sentence for being all the same as one that is quoted already
_SAME_ARTICLE = 0.15  # … and for being of the same article
_REPEATS = 0.6  # share of a sentence's pairs of characters that make it the same as another
_LEAD = 0.3  # what the first sentence of an article gains, the later ones less and less
_TELLING = re.compile(r"\d")
_ON_TOPIC = 0.3  # share of the topic's weight that a sentence or the headline above it has
_MOSTLY = 0.5  # the same, of a whole article that has not all of the words
_TELLS = 0.2  # what a sentence gains for a number in it
_FULL = 24  # characters of a sentence that tells something under such a headline without its words
_LEAST, _MOST = 12, 160  # characters of a sentence that tells something and is not a whole page
_DAY = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>1[0-2]|[1-9])月(?:(?P<day>3[01]|[12]\d|[1-9])日)?|(?P<alone>(?:19|20)\d\d)年"
)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence, and how much it tells of the topic."""

    article: Article
    span: Span
    worth: float
    grams: frozenset[str]

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def topic_answer(
    asked: AnalysedQuestion, topic: Topic, hits: Sequence[Hit], weight: Weight, items: Sequence[Item]
) -> Answer | None:
    """Sentences on the topic out of the `hits`, best first; `items` are all articles that have its words. None where
    nothing found tells of it.
    """
    evidence = term_coverage(asked, weight)
    is_course = topic.kind == "timeline"
    told = [one for article in _articles(hits, items, evidence) for one in _sentences(article, evidence, is_course)]
    chosen = _chosen(told, TIMELINE_QUOTES if is_course else DIGEST_QUOTES)
    if not chosen:
        return None
    ordered = sorted(chosen, key=_when)
    citations = _cited(ordered)
    quoted = {one.article.id for one in citations}
    said = "".join(f"{one.quote}[{one.n}]" for one in citations)
    left = sum(not quoted.intersection(one.articles) for one in items)
    frame = Wording("digest.quoted", articles=len(quoted), said=said)
    text = Wording("digest.more", said=frame, left=left) if left else frame
    confidence = max((hit.score for hit in hits if hit.article.id in quoted), default=0.0)
    return Answer(
        asked.written, topic.kind, text, confidence, citations, tuple(hits[: asked.query.k]), asked.assumed,
        total=len(items), items=tuple(items),
    )  # fmt: skip


def _articles(hits: Sequence[Hit], items: Sequence[Item], evidence: TermCoverage) -> list[Article]:
    """Those that have the topic's words, or nearly all of them, best first."""
    found = {hit.article.id: hit.article for hit in hits}
    holding = {article for item in items for article in item.articles}
    return [
        one for one in found.values() if one.id in holding or evidence.covers(f"{headline(one)}\n{one.text}") >= _MOSTLY
    ][:_ARTICLES]


def _sentences(article: Article, evidence: TermCoverage, is_course: bool) -> Iterable[_Told]:
    """Sentences below the headline that speak of the topic, or tell a number of an article that is about it; of a
    course of events, those that say when.
    """
    above = evidence.covers(headline(article))
    spans = [
        one
        for one in split_sentences(article.text)
        if _LEAST <= one.end - one.start <= _MOST and not is_headline(article, article.text[one.start : one.end])
    ]
    for place, span in enumerate(spans[:_SENTENCES]):
        quote = article.text[span.start : span.end]
        plain, covered = comparable(quote), evidence.covers(quote)
        is_telling, is_dated = bool(_TELLING.search(plain)), bool(_DAY.search(plain))
        is_told = above >= _ON_TOPIC and (is_telling or len(quote) >= _FULL)
        is_fit = is_dated or (place == 0 and article.date is not None) if is_course else covered >= _ON_TOPIC or is_told
        if is_fit:
            worth = max(covered, 0.5 * above) + _LEAD / (1 + place) + _TELLS * is_telling
            yield _Told(article, span, worth, frozenset(bigrams(blankless(quote))))


def _chosen(told: Sequence[_Told], most: int) -> list[_Told]:
    """Maximal marginal relevance (Carbonell and Goldstein 1998): the most telling first, then what differs."""
    left, chosen = list(told), list[_Told]()
    while left and len(chosen) < most:
        best = max(left, key=lambda one: one.worth - max((_alike(one, other) for other in chosen), default=0.0))
        left.remove(best)
        if not any(len(best.grams & one.grams) > _REPEATS * min(len(best.grams), len(one.grams)) for one in chosen):
            chosen.append(best)
    return chosen


def _alike(one: _Told, other: _Told) -> float:
    """What one sentence says again of another, and something for being of the same article."""
    same = len(one.grams & other.grams) / max(1, min(len(one.grams), len(other.grams)))
    return _ALIKE * same + (_SAME_ARTICLE if one.article.id == other.article.id else 0.0)


def _when(one: _Told) -> tuple[str, str, int]:
    """By the day that the sentence names, in the year of its article, else by the article's; undated ones last."""
    printed = one.article.date or ""
    match = _DAY.search(comparable(one.quote))
    day = printed
    if match and (year := match["year"] or match["alone"] or printed[:4]):
        day = "-".join([year, *(f"{int(part):02}" for part in (match["month"], match["day"]) if part)])
    return day or "~", one.article.id, one.span.start


def _cited(told: Sequence[_Told]) -> tuple[Citation, ...]:
    numbers: dict[str, int] = {}
    return tuple(
        Citation(
            numbers.setdefault(one.article.id, len(numbers) + 1), one.article, *one.span, one.quote,
            Span(0, one.span.end - one.span.start), min(one.worth, 1.0),
        )
        for one in told
    )  # fmt: skip


def continued(before: Answer, times: int) -> Answer:
    """The sentences of the best source behind those that `before` quoted, MORE at a time; `times` from 1."""
    best = max(before.citations, key=lambda one: one.score)
    article, end = best.article, max(one.end for one in before.citations if one.article.id == best.article.id)
    rest = [one for one in split_sentences(article.text) if one.start >= end]
    next_ones = rest[(times - 1) * MORE : times * MORE]
    if not next_ones:
        reason = Reason("fact-missing", Wording("answer.nothing-further"))
        return Answer(before.question, "quote", "", before.confidence, (), before.hits, before.assumed, reason)
    citations = tuple(
        Citation(1, article, *one, article.text[one.start : one.end], Span(0, one.end - one.start), best.score)
        for one in next_ones
    )
    said = "".join(f"{one.quote}[1]" for one in citations)
    return Answer(before.question, "quote", said, before.confidence, citations, before.hits, before.assumed)
