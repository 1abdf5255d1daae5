"""A topic told by several articles, or one article by its main points: the sentences that tell most."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from qa.answering.about import item_of
from qa.answering.coverage import TermCoverage, term_coverage
from qa.answering.weights import digest_weights, sigmoid
from qa.errors.messages import Wording
from qa.questions.analysed import AnalysedQuestion
from qa.questions.topics import Topic
from qa.text import numerals
from qa.text.folding import comparable, fold
from qa.text.sentences import blankless, headline, is_headline, sentences_of
from qa.text.words import bigrams
from qa.text.zh import DIGITS, NUMERAL, is_han
from qa.types import Answer, AnswerKind, Article, Citation, Hit, Item, Reason, Span
from qa.types.protocols import Weight

DIGEST_QUOTES = 5
MORE = 3  # sentences with which an answer goes on
_ARTICLES = 12  # looked at for sentences, best first
_SENTENCES = 40  # of an article, from its beginning
_ALIKE = 0.5  # what is taken off a sentence for being all the same as one that is quoted already
_SAME_ARTICLE = 0.15  # … and for being of the same article
_REPEATS = 0.6  # share of a sentence's pairs of characters that make it the same as another
_TELLING = re.compile(r"\d")
_ENDED = re.compile("[。｡！？…!?；;”’」』）)]\\s*$")
SCALE = 0.3  # what the logit of a sentence counts beside what it repeats of others
_ABOUT = 0.5  # what a sentence gains for all of the topic in the headline above it
_ON_TOPIC = 0.3  # share of the topic's weight that a sentence or the headline above it has
_MOSTLY = 0.5  # the same, of a whole article that has not all of the words
_NEAR = 5  # sentences before and behind a found one that may be told with it; first ones that tell what it is about
_AHEAD_OF_IT = re.compile("预计|计划|拟|将[于在]|力争|定在|明年|有望")  # what such a sentence names is still to come
_MONTHS, _AHEAD = 12, 6  # of a year; months that a day without a year may lie ahead of its article's date
_LEAST, _MOST = 12, 160  # characters of a sentence that tells something and is not a whole page
_WORDS = 0.25  # share of Chinese characters
_NUMBER = rf"(?:\d{{1,2}}|{NUMERAL}{{1,3}})"
_YEAR = rf"(?:(?:19|20)\d\d|[一二][{DIGITS}〇○]{{3}})"
_DAY = re.compile(  # in folded text
    rf"(?:(?P<year>{_YEAR})年)?(?<!\d)(?P<month>{_NUMBER})月(?!亮)(?:(?P<day>{_NUMBER})[日号])?|(?P<alone>{_YEAR})年(?![的版度级])"
)


class Day(NamedTuple):
    """A day, a month or a year; None for what is not told."""

    year: int | None
    month: int | None
    day: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence, and how much it tells of the topic."""

    article: Article
    span: Span
    worth: float
    grams: frozenset[str]

    @property
    def quote(self) -> str:
        return self.article.text[self.span.start : self.span.end]


def digest_answer(
    asked: AnalysedQuestion, topic: Topic, hits: Sequence[Hit], weight: Weight, items: Sequence[Item]
) -> Answer | None:
    """Sentences on the topic out of the `hits`, best first; `items` are all articles that have its words. Of a single
    article its key sentences, unless it mentions the topic in passing. None where nothing found tells of it.
    """
    evidence, most = term_coverage(asked, weight), topic.most or DIGEST_QUOTES
    told = [one for article in articles_on(hits, items, evidence) for one in _on_topic(article, evidence)]
    chosen = best_told(told, most)
    if len({one.article.id for one in chosen}) == 1:
        chosen = best_told(_on_topic(chosen[0].article, evidence, near=True), most)
    return told_answer(asked, "digest", sorted(chosen, key=when), hits, items) if chosen else None


def widened(read: Answer, most: int | None) -> Answer:
    """An answer of quotes with the key sentences of its first report that stand near those it quotes behind them; as it
    is where nothing further is wanted or told. `most` sentences are wanted, the answer's first.
    """
    kept, most = read.citations[:most], most or DIGEST_QUOTES
    first, quoted = kept[0], [_as_told(one) for one in kept]
    near = _around(first.article, [one.span for one in quoted if one.article.id == first.article.id])
    further = best_told(_key_sentences(first.article, near), most - len(kept), quoted)
    if not further and len(kept) == len(read.citations):
        return read
    behind = cited(sorted(further, key=lambda one: one.span.start))
    citations = (*kept, *(replace(one, n=first.n, score=min(one.score, first.score)) for one in behind))
    said = "".join(f"{one.quote}[{one.n}]" for one in citations)
    articles = {one.article.id: one.article for one in citations}.values()
    text, items = Wording("digest.quoted", articles=len(articles), said=said), tuple(map(item_of, articles))
    return replace(read, kind="digest", text=text, citations=citations, total=len(items), items=items, lead=None)


def _as_told(quoted: Citation) -> Told:
    span = Span(quoted.start, quoted.end)
    return Told(quoted.article, span, quoted.score, pairs(quoted.article, span))


def _around(article: Article, found: Sequence[Span]) -> list[Span]:
    """Its telling sentences near what was found in it, with those that it meets."""
    spans, telling = sentences_of(article), {*below_headline(article)}
    at = [
        place for place, one in enumerate(spans) if any(one.start < each.end and each.start < one.end for each in found)
    ]
    return [one for place, one in enumerate(spans) if one in telling and _is_near(place, at)]


def _is_near(place: int, others: Iterable[int]) -> bool:
    return any(abs(place - one) <= _NEAR for one in others)


def reports_answer(asked: AnalysedQuestion, hits: Sequence[Hit], sure: Sequence[Hit], most: int | None) -> Answer:
    """Key sentences of the articles of those hits that are `sure`, one at least, each near the article's best hit. Both
    come best first.
    """
    best: dict[str, Hit] = {}
    for hit in sure:
        best.setdefault(hit.article.id, hit)
    told = list[Told]()
    for hit in islice(best.values(), _ARTICLES):
        passage = Span(hit.passage.start, hit.passage.end)
        near = _around(hit.article, [passage]) or [passage]
        told += (replace(one, worth=one.worth + hit.score) for one in _key_sentences(hit.article, near))
    chosen = sorted(best_told(told, most or DIGEST_QUOTES), key=when)
    answer = told_answer(asked, "digest", chosen, hits, [item_of(hit.article) for hit in best.values()])
    citations = tuple(replace(one, score=best[one.article.id].score) for one in answer.citations)
    return replace(answer, citations=citations)


def told_answer(
    asked: AnalysedQuestion, kind: AnswerKind, told: Sequence[Told], hits: Sequence[Hit], items: Sequence[Item]
) -> Answer:
    """The sentences in their order, of how many reports they are, and how many more of the `items` there are, which
    hold the topic's words; those quoted are counted all the same.
    """
    citations = cited(told, are_logits=kind == "digest")
    quoted = {one.article.id: one.article for one in citations}
    held = {one for item in items for one in item.articles}
    items = [*items, *(item_of(article) for one, article in quoted.items() if one not in held)]
    said = "".join(f"{one.quote}[{one.n}]" for one in citations)
    if kind == "timeline":
        days = (f"{day}：" if (day := day_of(one)) else "" for one in told)
        said = "".join(f"\n{day}{one.quote}[{one.n}]" for day, one in zip(days, citations, strict=True))
    left = sum(quoted.keys().isdisjoint(one.articles) for one in items)
    frame = Wording("digest.quoted", articles=len(quoted), said=said)
    text = Wording("digest.more", said=frame, left=left) if left else frame
    confidence = max((hit.score for hit in hits if hit.article.id in quoted), default=0.0)
    return Answer(
        asked.written, kind, text, confidence, citations, tuple(hits[: asked.query.k]), asked.assumed,
        total=len(items), items=tuple(items),
    )  # fmt: skip


def points_answer(question: str, article: Article, most: int | None) -> Answer:
    """The key sentences of one article in its order: those that say most of what the others and the headline say.

    An article has one sentence at least.
    """
    told = _key_sentences(article, below_headline(article) or [Span(0, len(article.text))])
    citations = cited(sorted(best_told(told, most or DIGEST_QUOTES), key=lambda one: one.span.start))
    said = "".join(f"{one.quote}[{one.n}]" for one in citations)
    text = Wording("digest.article", title=article.title, said=said)
    return Answer(question, "digest", text, 1.0, citations, total=1, items=(item_of(article),))


def _on_topic(article: Article, evidence: TermCoverage, *, near: bool = False) -> list[Told]:
    """All sentences of an article with the topic in its headline, or with `near` in its first sentences: elsewhere it
    is mentioned in passing. Of another one those with the topic's words.
    """
    spans = below_headline(article)[:_SENTENCES]
    covered = [evidence.covers(article.text[one.start : one.end]) for one in spans]
    above = evidence.covers(headline(article))
    is_about = above >= _ON_TOPIC or (near and max(covered[:_NEAR], default=0.0) >= _ON_TOPIC)
    told = zip(_key_sentences(article, spans, covered), covered, strict=True)
    return [replace(one, worth=one.worth + _ABOUT * above) for one, share in told if is_about or share >= _ON_TOPIC]


def _key_sentences(article: Article, spans: Sequence[Span], covered: Sequence[float] = ()) -> list[Told]:
    """Its sentences, each worth the logit, by SCALE, of the chance that it tells what somebody wants to know of it;
    `covered` are their shares of the topic, where there is one.
    """
    grams, model = [pairs(article, one) for one in spans], digest_weights()
    found = signs(article, spans, grams, covered or [0.0] * len(spans))
    worth = (SCALE * model.logit(own) for own in found)
    return [Told(article, *one) for one in zip(spans, worth, grams, strict=True)]


def signs(
    article: Article, spans: Sequence[Span], grams: Sequence[frozenset[str]], covered: Sequence[float]
) -> list[dict[str, float]]:
    """What speaks for each of its sentences, `grams` their pairs of characters, `covered` their shares of the topic:
    how central it is among them (degree centrality, Erkan and Radev 2004), how much it has of the headline and of the
    topic, whether it has a number, how far down it stands, and whether it is a line without an end.
    """
    above = frozenset(bigrams(blankless(headline(article))))
    found = []
    for place, (span, own, topic) in enumerate(zip(spans, grams, covered, strict=True)):
        others = [len(own & one) / max(1, min(len(own), len(one))) for at, one in enumerate(grams) if at != place]
        found.append(
            {
                "central": sum(others) / max(1, len(others)),
                "headline": len(own & above) / max(1, len(above)),
                "topic": topic,
                "number": float(is_telling(article, span)),
                "place": span.start / max(1, len(article.text)),
                "unended": float(not _ENDED.search(article.text[span.start : span.end])),
            }
        )
    return found


def below_headline(article: Article) -> list[Span]:
    """Its sentences of a telling length; any where there are none."""
    below = [one for one in sentences_of(article) if not is_headline(article, article.text[one.start : one.end])]
    return [one for one in below if _says_something(article.text[one.start : one.end])] or below


def _says_something(quote: str) -> bool:
    """Whether a sentence is of a telling length, and of words: no address of a page."""
    return _LEAST <= len(quote) <= _MOST and sum(map(is_han, quote)) >= _WORDS * len(quote)


def pairs(article: Article, span: Span) -> frozenset[str]:
    """The pairs of characters of a sentence, by which it is told whether another says the same."""
    return frozenset(bigrams(blankless(article.text[span.start : span.end])))


def names_day(quote: str) -> bool:
    """Whether a sentence says when."""
    return bool(_DAY.search(fold(quote)))


def is_telling(article: Article, span: Span) -> bool:
    """Whether a sentence has a number."""
    return bool(_TELLING.search(comparable(article.text[span.start : span.end])))


def articles_on(hits: Sequence[Hit], items: Sequence[Item], evidence: TermCoverage) -> list[Article]:
    """Those that have the topic's words, or nearly all of them, best first."""
    found = {hit.article.id: hit.article for hit in hits}
    holding = {article for item in items for article in item.articles}
    return [
        one for one in found.values() if one.id in holding or evidence.covers(f"{headline(one)}\n{one.text}") >= _MOSTLY
    ][:_ARTICLES]


def best_told(told: Sequence[Told], most: int, quoted: Sequence[Told] = ()) -> list[Told]:
    """Maximal marginal relevance (Carbonell and Goldstein 1998): the most telling first, then what differs, also from
    what is `quoted` already.
    """
    left, chosen = list(told), list(quoted)
    while left and len(chosen) < len(quoted) + most:
        best = max(left, key=lambda one: one.worth - max((_alike(one, other) for other in chosen), default=0.0))
        left.remove(best)
        if not any(len(best.grams & one.grams) > _REPEATS * min(len(best.grams), len(one.grams)) for one in chosen):
            chosen.append(best)
    return chosen[len(quoted) :]


def _alike(one: Told, other: Told) -> float:
    """What one sentence says again of another, and something for being of the same article."""
    same = len(one.grams & other.grams) / max(1, min(len(one.grams), len(other.grams)))
    return _ALIKE * same + (_SAME_ARTICLE if one.article.id == other.article.id else 0.0)


def when(one: Told) -> tuple[str, str, int]:
    """By the day that the sentence names, in the year that is nearest to its article's date, else by that date; undated
    ones last.
    """
    return day_of(one) or "~", one.article.id, one.span.start


def day_of(one: Told) -> str:
    """The day, month or year (ISO 8601) that a sentence tells of, or its article's; nothing where neither tells."""
    printed = one.article.date or ""
    found = None if _AHEAD_OF_IT.search(comparable(one.quote)) else day_in(one.quote, one.article)
    if found is None or found[0][0] is None:
        return printed
    year, month, day = found[0]
    return "-".join([str(year), *(f"{part:02}" for part in (month, day) if part)])


def day_in(quote: str, article: Article) -> tuple[Day, Span] | None:
    """The first day, month or year that a sentence names, its year its article's where it names none, and where it
    stands; None where it names none.
    """
    match = _DAY.search(fold(quote))
    if match is None:
        return None
    year, month, day = (numerals.whole(match[part] or "") for part in ("year", "month", "day"))
    year = year or numerals.whole(match["alone"] or "") or _year_of(month or 0, article.date or "")
    return None if month and month > _MONTHS else (Day(year, month, day), Span(*match.span()))


def _year_of(month: int, printed: str) -> int | None:
    """A month without a year is of its article's, or of the year before where it would lie far ahead of it."""
    if len(printed) < len("2000-01"):
        return int(printed[:4]) if printed else None
    return int(printed[:4]) - (month - int(printed[5:7]) > _AHEAD)


def cited(told: Sequence[Told], *, are_logits: bool = True) -> tuple[Citation, ...]:
    """Citations with what each is worth as a score in [0, 1]: the chance, where the worth is a logit by SCALE."""
    numbers: dict[str, int] = {}
    return tuple(
        Citation(
            numbers.setdefault(one.article.id, len(numbers) + 1), one.article, *one.span, one.quote,
            Span(0, one.span.end - one.span.start),
            sigmoid(one.worth / SCALE) if are_logits else min(max(one.worth, 0.0), 1.0),
        )
        for one in told
    )  # fmt: skip


def continued(before: Answer, times: int) -> Answer:
    """The sentences of the best source behind those that `before` quoted, MORE at a time; of an article whose key
    sentences were quoted, those left out: behind the first one quoted, then those before it. `times` from 1.
    """
    best = max(before.citations, key=lambda one: one.score)
    article, quoted = best.article, [one for one in before.citations if one.article.id == best.article.id]
    if before.kind == "digest" and len(quoted) == len(before.citations):
        starts = {one.start for one in quoted}
        left = [one for one in below_headline(article) if one.start not in starts]
        rest = sorted(left, key=lambda one: (one.start < quoted[0].start, one.start))
    else:
        end = max(one.end for one in quoted)
        rest = [one for one in sentences_of(article) if one.start >= end]
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
