"""What a question that is complete asks of a library: which kind of answer is tried when, a fact last."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from qa import questions
from qa.answering import candidates, counts, exact
from qa.answering.about import item_of
from qa.answering.answer import UNTOLD, answer_from_hits, outside_dates, refusal_threshold
from qa.answering.comparison import JUDGED, comparison_answer, sum_answer, superlative_answer
from qa.answering.conflicts import newest_first
from qa.answering.digest import digest_answer, reports_answer, widened
from qa.answering.rows import with_rows
from qa.answering.timeline import course_of, linked, timeline_answer
from qa.errors.messages import Wording
from qa.library.sources import LibrarySources
from qa.questions import counting, spelling
from qa.questions.analysed import AnalysedQuestion
from qa.questions.comparisons import (
    Superlative,
    comparison_of,
    comparison_of_asked,
    comparison_with_last,
    says_together,
    sum_of,
    sum_of_asked,
    superlative_of,
)
from qa.questions.follow_ups import LEANS, asked_alike
from qa.questions.glossary import Glossary, expand_synonyms
from qa.questions.kinds import TALK, Kind, kind_of
from qa.questions.taken_over import TakenOver
from qa.questions.things import Asked, asks_for, things_in
from qa.questions.topics import Topic, any_of_it, topic_of
from qa.retrieval import best_first, retrieve, timeliness
from qa.store.texts import StoredTexts
from qa.text.folding import comparable, normalise
from qa.text.words import bigrams, content_words, says_apart
from qa.types import Answer, Hit, Query, Span
from qa.types.protocols import Heard, SpanReader

_DECIDING = 3  # best passages that are looked at for a word that decides which is the most
_COMPARED = 16  # passages that are read for their values
_TOPIC_HITS = 24  # passages that a digest is made from
_OF_TOPIC = 0.55  # the score of a passage that tells of a topic whose words it has not; measured, docs/quality.md


@dataclass(frozen=True)
class Answers:
    """The answers of a library as it stands now, with `heard` told what is found."""

    sources: LibrarySources
    texts: StoredTexts
    glossary: Glossary
    reader: SpanReader | None
    least: float | None
    heard: Heard | None
    _kinds: dict[str, Kind] = field(default_factory=dict)  # of the questions met, each told once

    def kind_of(self, question: str) -> Kind:
        if question not in self._kinds:
            self._kinds[question] = self._told_kind(question)
        return self._kinds[question]

    def _told_kind(self, question: str) -> Kind:
        """What is counted or listed by its own words asks for a fact, unless the newest or oldest of all are listed."""
        kind = kind_of(question, self.sources.default_vector(normalise(question)))
        if kind in TALK or kind == "fact":
            return kind
        asked = questions.analyse(Query(question), self.sources.dates)
        if kind == "summary" and asked.listing and asked.listing.named:  # 三条线路是哪三条
            return "fact"
        counted = counting.count_question(asked, self.texts.reporters)
        is_listed = counted and counted.is_list and not counted.reporter
        is_timeless = asked.period is None or asked.period.newest
        is_ranked = is_listed and is_timeless and kind in ("newest", "recent", "oldest")
        return "fact" if counted and not is_ranked else kind

    def answer(self, query: Query, taken: TakenOver | None = None) -> Answer:
        """The answer to a question that needs no more of its history than `query` has. `taken` is what it takes over
        of that, where it is known.
        """
        asked = understood(query, self.sources, self.glossary, taken)
        kinds = {} if self._is_printed(asked) else KINDS_OF_ANSWER
        answered = next((one for kind in kinds.values() if (one := kind(self, asked))), None) or self._fact(asked)
        return replace(answered, words=tuple(content_words(asked.text)))

    def understood(self, query: Query) -> AnalysedQuestion:
        return understood(query, self.sources, self.glossary)

    def _is_printed(self, asked: AnalysedQuestion) -> bool:
        """Whether the question stands in the library as it is, and is long enough to have been pasted from it."""
        return exact.is_pasted(asked.written) and bool(exact.holders((asked.written,), self.sources))

    def _compared(self, asked: AnalysedQuestion) -> Answer | None:
        alone, history = replace(asked.query, history=()), asked.query.history
        if together := comparison_of_asked(asked.spelt, asked_alike(history)):
            return comparison_answer(asked.alone, together, lambda side: self._alone(replace(alone, question=side)))
        if self._asks_for(asked) != "compare":
            return None
        things = things_in(asked.spelt)
        if compared := comparison_of(asked.spelt, things):
            told = comparison_answer(asked.alone, compared, lambda side: self._alone(replace(alone, question=side)))
            if told and compared.is_of_quality and told.confidence < JUDGED:
                read = self._fact(asked)
                return read if read.answered else told
            return told
        return self._compared_with_last(asked, things[0]) if _leans(asked) and things else None

    def _compared_with_last(self, asked: AnalysedQuestion, thing: Span) -> Answer | None:
        """What was asked last, beside the same of the thing."""
        history = asked.query.history
        other = f"{asked.spelt[thing.start : thing.end]}呢"
        before = {history[-1]: history[:-1], other: history}
        compared = comparison_with_last(history[-1], other, asked_alike(history)[-1])
        return comparison_answer(
            asked, compared, lambda side: self._alone(replace(asked.query, question=side, history=before[side]))
        )

    def _alone(self, query: Query) -> Answer:
        """One side of a comparison: of a topic or a fact, and never compared again."""
        asked = self.understood(query)
        return self._told(asked) or self._fact(asked)

    def _asks_for(self, asked: AnalysedQuestion) -> Asked | None:
        return asks_for(asked.written, self.sources.default_vector(normalise(asked.written)))

    def _most(self, asked: AnalysedQuestion) -> Answer | None:
        most = superlative_of(asked.spelt)
        if most is None:
            return None
        alone = _of_words(asked, most.question)
        if _tells_most(most, best_first(asked.alone, self.sources, likely=_DECIDING)):
            return None  # a report says by itself which is the most
        return superlative_answer(alone, most, self._many(alone), self.sources.seen_weight, self.reader)

    def _summed(self, asked: AnalysedQuestion) -> Answer | None:
        wanted = sum_of_asked(asked.spelt, asked_alike(asked.query.history))
        if wanted is None and (says_together(asked.spelt) or self._asks_for(asked) == "sum"):
            wanted = sum_of(asked.spelt, things_in(asked.spelt))
        if wanted is None:
            return None
        alone, weight = _of_words(asked, wanted.question), self.sources.seen_weight
        part = replace(asked.query, history=())
        return sum_answer(
            alone, wanted, self._many(alone), weight, self.reader,
            lambda one: self._fact(self.understood(replace(part, question=one))),
        )  # fmt: skip

    def _many(self, asked: AnalysedQuestion) -> tuple[Hit, ...]:
        return self._found(asked, islice(best_first(asked, self.sources, likely=_COMPARED), _COMPARED))

    def _told(self, asked: AnalysedQuestion) -> Answer | None:
        """A digest or a course of events; None where no article has the topic's words."""
        topic = self.topic(asked)
        return self.on_topic(asked, topic) if topic else None

    def _told_by_meaning(self, asked: AnalysedQuestion) -> Answer | None:
        topic = self.topic(asked) or self._any(asked)
        return self.by_meaning(asked, topic) if topic else None

    def by_meaning(self, asked: AnalysedQuestion, topic: Topic) -> Answer | None:
        """Of a topic that no article has the words of: what the reader is sure of, with what stands near it, else what
        the reports say that the search is sure of, else why nothing is told. None of a course of events.
        """
        if topic.kind != "digest":
            return None
        read = self._fact(asked)
        if read.answered:
            is_plain = read.kind == "quote" and not isinstance(read.text, Wording)  # and reports do not contradict
            return widened(read, topic.most) if is_plain else read
        is_measured = self.sources.default_vector(asked.alone.embedded) is not None  # _OF_TOPIC: of no other model
        if read.reason != UNTOLD or not is_measured:  # a name that nothing has, another time
            return read
        hits, least = self._hits(asked.alone), max(_OF_TOPIC, self.least or 0.0)
        sure = [one for one in hits if one.score >= least and "vectors" in one.ranks]
        return reports_answer(asked.alone, hits, sure, topic.most) if sure else read

    def topic(self, asked: AnalysedQuestion) -> Topic | None:
        """None too where what is asked leans on the history, has a form of its own (多少, 几点), or is so many things
        (哪两样).
        """
        kind = self.kind_of(asked.query.question)
        if _leans(asked):
            return None
        if kind == "topic" and (asked.forms or (asked.listing and asked.listing.named)):
            return None
        return topic_of(asked.spelt, kind)

    def _any(self, asked: AnalysedQuestion) -> Topic | None:
        """What is asked whether there is any of; None too where that leans on the history or has a form (多少)."""
        return None if asked.forms or _leans(asked) else any_of_it(asked.spelt)

    def on_topic(self, asked: AnalysedQuestion, topic: Topic) -> Answer | None:
        alone = _of_words(asked, topic.words)
        if topic.kind == "digest" and (signed := counting.signed_by(topic.words, self.texts.reporters)):
            counted = counts.tally(signed, alone, self.texts)
            return counts.count_answer(alone, counted, self._hits(alone), self.texts) if counted else None
        if topic.kind == "timeline":
            return self._course(_of_words(asked, _undated(asked, topic.words)), topic)
        counted = counts.tally(counting.subject(alone, topic.words), alone, self.texts)
        if topic.is_bare and (not counted or not counted.found or counted.is_loose):
            return None
        items, hits = counts.items_of(counted) if counted else (), self._hits(alone)
        if len(topic.words) == 1:  # which may be a part of somebody's name: 雪 is not told of by 王雪
            items = tuple(one for one in items if says_apart(topic.words, self.texts.article(one.articles[0]).text))
            hits = tuple(one for one in hits if says_apart(topic.words, one.article.text))
        return digest_answer(alone, topic, hits, self.sources.seen_weight, items)

    def _course(self, asked: AnalysedQuestion, topic: Topic) -> Answer | None:
        counted = course_of(asked, asked.written, self.texts)
        if counted is None:
            return None
        words = _of_words(asked, "".join(one for group in counted.groups for one in group))
        hits, items, weight = self._hits(asked), counts.items_of(counted), self.sources.seen_weight
        articles = [self.texts.article(one.articles[0]) for one in items]
        others = linked(words, articles, hits, weight)
        items = (*items, *map(item_of, others))
        return timeline_answer(words, topic, articles, others, hits, weight, items)

    def _hits(self, asked: AnalysedQuestion) -> tuple[Hit, ...]:
        return self._found(asked, islice(best_first(asked, self.sources, likely=_TOPIC_HITS), _TOPIC_HITS))

    def _found(self, asked: AnalysedQuestion, best: Iterable[Hit]) -> tuple[Hit, ...]:
        """The hits; whoever hears is told the best of them."""
        hits = tuple(best)
        if self.heard:
            self.heard(hits[: asked.query.k])
        return hits

    def _fact(self, asked: AnalysedQuestion) -> Answer:
        most = candidates.looked_at(asked.query.k)
        words, first = exact.verbatim(asked, most, self.sources)
        hits = self._found(asked, exact.put_first(first, best_first(asked, self.sources, likely=most), most))
        wanted = counting.count_question(asked, self.texts.reporters)  # it counts by its own words
        if wanted and (counted := counts.tally(wanted, asked.alone, self.texts)):
            apart = counts.dated_apart(counted, asked.alone)
            return counts.count_answer(asked.alone, apart, hits, self.texts)
        if first and (quoted := exact.answer(asked.alone, words, hits)):
            return quoted
        if _is_outside_dates(asked, hits, self.sources) or _is_of_no_year(asked, self.sources):
            return outside_dates(asked, hits, self.sources.dates())
        settled = questions.settle_history(asked, hits)
        if hits and not settled.carried and hits[0].ranks.get("alone", 1) != 1:
            hits = self._found(settled, exact.put_first(first, best_first(settled, self.sources, likely=most), most))
        read = answer_from_hits(settled, hits, self.sources.seen_weight, self.reader, self.least)
        read = newest_first(read) if settled.period is None or settled.period.newest else read
        if not read.answered and settled.leaning < LEANS:  # it stands alone: nothing of its history is blamed
            read = replace(read, assumed=settled.alone.assumed)
        least = refusal_threshold(self.reader) if self.least is None else self.least
        read = with_rows(read, settled, hits, self.sources.seen_weight, least)
        return replace(read, hits=exact.put_first(tuple(exact.holding(read.hits, words)), read.hits)) if first else read


KINDS_OF_ANSWER: Mapping[str, Callable[[Answers, AnalysedQuestion], Answer | None]] = {
    "sum": Answers._summed,
    "comparison": Answers._compared,
    "superlative": Answers._most,
    "topic": Answers._told,
    "topic by meaning": Answers._told_by_meaning,
}
"""In the order in which they are tried; none answers what is of another kind, and a fact is what is left. What is by
meaning is tried after the words, and answers or refuses whatever is a topic.
"""


def _leans(asked: AnalysedQuestion) -> bool:
    """Whether it cannot stand without the questions before it."""
    return bool(asked.query.history) and asked.leaning >= LEANS


def _tells_most(most: Superlative, hits: Iterable[Hit]) -> bool:
    """Whether one of the best reports says by itself that something is the most."""
    said = (comparable(hit.passage.text) for hit in islice(hits, _DECIDING))
    return bool(most.said) and any(re.search(most.said, one) for one in said)


def _undated(asked: AnalysedQuestion, words: str) -> str:
    """The words without those that were taken for a date."""
    for one in asked.assumed:
        words = words.replace(one.source, "") if one.kind == "date" else words
    return words


def _of_words(asked: AnalysedQuestion, words: str) -> AnalysedQuestion:
    """The question of its time and its assumptions, without its history, for some of its words."""
    return replace(asked.alone, query=replace(asked.query, question=words))


def _is_outside_dates(asked: AnalysedQuestion, hits: Sequence[Hit], sources: LibrarySources) -> bool:
    """Whether the library has nothing of the time that is asked about, and nothing found speaks of it."""
    if not hits:
        return bool(asked.filters.since or asked.filters.until) and bool(asked.words)
    if asked.period is None or not timeliness.nothing_of(hits, asked.period):
        return False
    if not timeliness.nothing_of(retrieve(asked, sources), asked.period):  # beyond the best
        return False
    allowed = sources.allowed(replace(asked.filters, since=asked.period.since, until=asked.period.until))
    return allowed is not None and not allowed


def _is_of_no_year(asked: AnalysedQuestion, sources: LibrarySources) -> bool:
    """Whether the question writes a year that no text of the library has, and that is far from all its dates."""
    year = timeliness.one_year(asked.period)
    if not year or year not in asked.plain:
        return False
    held = sources.dates()
    if not held or not timeliness.is_far(year, held):
        return False
    return not any(sources.terms.phrase_frequency("grams", bigrams(one)) for one in timeliness.written(year))


def understood(
    query: Query, sources: LibrarySources, glossary: Glossary, taken: TakenOver | None = None
) -> AnalysedQuestion:
    """What the query leaves to its history, how the library names and spells what it names."""
    asked = expand_synonyms(questions.analyse(query, sources.dates, taken), glossary, sources.terms)
    if not asked.is_empty:
        sources.begin_vector(asked.embedded)  # while names are looked up, which seldom change the text
    return spelling.respell(asked, sources)
