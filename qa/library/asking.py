"""Search and answer for a Library: understand the query, retrieve passages, then count, quote or refuse."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from qa import questions
from qa.answering import candidates, counts, exact
from qa.answering.about import NAMED, Catalogue, about_answer, item_of
from qa.answering.answer import answer_from_hits, outside_dates, refusal_threshold
from qa.answering.comparison import JUDGED, comparison_answer, sum_answer, superlative_answer
from qa.answering.conflicts import newest_first
from qa.answering.digest import continued, digest_answer, points_answer
from qa.answering.lead import NAME_CHARS
from qa.answering.rows import row_first, with_rows
from qa.answering.talk import foreign_answer, no_article, nothing_before, talk_answer
from qa.answering.timeline import course_of, linked, timeline_answer
from qa.library.sources import LibrarySources
from qa.protocols import Heard, SpanReader
from qa.questions import counting, courtesy, spelling
from qa.questions.analysed import AnalysedQuestion
from qa.questions.comparisons import Superlative, comparison_of, sum_of, superlative_of
from qa.questions.follow_ups import LEANS, is_ellipsis, is_follow_up, who_is_meant, with_name
from qa.questions.glossary import Glossary, expand_synonyms
from qa.questions.kinds import TALK, Kind, kind_of
from qa.questions.topics import (
    Topic,
    catalogue_before,
    catalogue_question,
    of_articles,
    said_before,
    summary_of,
    topic_of,
)
from qa.reader.listening import HeardReader
from qa.retrieval import best_first, retrieve, timeliness
from qa.store.contents import Contents
from qa.store.facets import Count
from qa.store.overview import Overview
from qa.store.texts import StoredTexts
from qa.text.folding import comparable, normalise
from qa.text.words import bigrams, content_words, keeping_words, says_apart
from qa.types import Answer, Article, Assumption, Hit, Query

_DECIDING = 3  # best passages that are looked at for a word that decides which is the most
_COMPARED = 16  # passages that are read for their values
_TOPIC_HITS = 24  # passages that a digest is made from


class LibraryCatalogue:
    """A `qa.answering.about.Catalogue`."""

    def __init__(self, overview: Overview, contents: Contents) -> None:
        self.papers, self.periods, self.by_date = overview.papers, overview.periods, overview.by_date
        self.stats, self.dates = contents.stats, contents.dates
        self._overview = overview

    def reporters(self, most: int) -> Sequence[Count]:
        return self._overview.facets(limit=most).bylines


def search(query: Query, sources: LibrarySources, glossary: Glossary) -> tuple[Hit, ...]:
    """The `query.k` passages that fit best, best first; those that hold what the question quotes before all others."""
    with keeping_words(glossary.words):
        asked = _understood(query, sources, glossary)
        _, first = exact.verbatim(asked, query.k, sources)
        found = best_first(asked, sources, likely=query.k)
        hits = exact.put_first(first, found, query.k)
        if any(hit.article.rows for hit in hits):
            hits = row_first(asked, (*hits, *islice(found, candidates.looked_at(query.k) - len(hits))))[: query.k]
        return hits


def ask(
    query: Query,
    sources: LibrarySources,
    texts: StoredTexts,
    catalogue: Catalogue,
    glossary: Glossary,
    reader: SpanReader | None,
    least: float | None = None,
    heard: Heard | None = None,
) -> Answer:
    """The answer, whatever kind is asked for: small talk and questions about the library before any search. `heard` is
    told what is found and read.
    """
    reader = HeardReader(reader, heard) if reader and heard else reader
    bare = replace(query, question=courtesy.without_courtesy(query.question), history=of_articles(query.history))
    asking = _Asking(sources, texts, glossary, reader, least, heard)
    kind = "fact" if bare.history and is_ellipsis(bare.question) else asking.kind_of(bare.question)
    meant = courtesy.corrected(bare.question)
    if kind in TALK and not meant:
        language = courtesy.foreign_language(query.question)
        return foreign_answer(query, language) if language else talk_answer(query, kind)
    is_open = query.filters.article is not None  # an article is: the library is not what is asked after
    if not is_open and (told := _of_library(replace(query, question=bare.question), kind, catalogue, texts)):
        return replace(told, question=query.question)
    if meant and _was_topic(query):  # what is meant is the topic then, and nothing asked before belongs to it
        bare = replace(bare, question=meant.removesuffix("呢？"), history=())
    elif meant:
        bare = replace(bare, question=meant)
    with keeping_words(glossary.words):
        answered = asking.points_of(bare) or asking.more_of(bare) or asking.answer(bare)
    language = None if answered.answered else courtesy.foreign_language(query.question)
    return foreign_answer(query, language) if language else replace(answered, question=query.question)


def _of_library(query: Query, kind: Kind, catalogue: Catalogue, texts: StoredTexts) -> Answer | None:
    """What is asked of the library itself, or goes on from such a question; None where something in it is asked for."""
    about, before = catalogue_question(query.question, kind), catalogue_before(query.history)
    if about or before is None:
        return about_answer(query, about, catalogue, texts) if about else None
    if kind == "more" and before.subject in ("newest", "oldest"):
        return about_answer(query, before._replace(most=(before.most or NAMED) + NAMED), catalogue, texts)
    summary = summary_of(query.question, kind)
    if summary is None:
        return None
    if summary.most:
        return about_answer(query, before._replace(most=summary.most), catalogue, texts)
    named = about_answer(query, before, catalogue, texts).citations
    return points_answer(query.question, named[0].article, summary.most) if len(named) == 1 else None


def _was_topic(query: Query) -> bool:
    """Whether the last question named a topic and asked nothing of it."""
    return any(said_before(one) == "topic" for one in query.history[-1:])


@dataclass(frozen=True)
class _Asking:
    """Questions to a library as it stands now; the kinds of answer in the order in which they are tried."""

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
        """What is counted or listed by its own words asks for a fact, unless the newest or oldest are listed."""
        kind = kind_of(question, self.sources.default_vector(normalise(question)))
        if kind in TALK or kind == "fact":
            return kind
        asked = questions.analyse(Query(question), self.sources.dates)
        counted = counting.count_question(asked, self.texts.reporters)
        is_ranked = kind in ("newest", "recent", "oldest") and counted and counted.is_list and not counted.reporter
        return "fact" if counted and not is_ranked else kind

    def points_of(self, query: Query) -> Answer | None:
        """The key sentences of the article that is open (the query's filter), else of the best source of the last
        answer; of a topic asked before, as many as are wanted now. None where no article's points are asked for.
        """
        summary = summary_of(query.question, self.kind_of(query.question))
        if summary is None:
            return None
        if opened := self._open(query):
            return points_answer(query.question, opened, summary.most)
        if not query.history:
            return no_article(query)
        before = replace(query, question=query.history[-1], history=query.history[:-1])
        asked = _understood(before, self.sources, self.glossary)
        topic = None if summary.is_pointed else self._topic(asked)
        if topic and (told := self._on_topic(asked, topic._replace(most=summary.most))):
            return told
        cited = self.answer(before).citations
        best = max(cited, key=lambda one: one.score, default=None)
        return points_answer(query.question, best.article, summary.most) if best else no_article(query)

    def _open(self, query: Query) -> Article | None:
        if not query.filters.article:
            return None
        found = self.texts.stories(self.texts.articles_of(None, query.filters, ()))
        return next((self.texts.article(one.id) for one in found), None)

    def more_of(self, query: Query) -> Answer | None:
        """More of the last answer, or that there is none to go on with; None where something else is asked for."""
        earlier, times = list(query.history), 1
        if self.kind_of(query.question) != "more":
            return None
        while earlier and said_before(earlier[-1]) == "more":
            earlier.pop()
            times += 1
        if not earlier:
            return nothing_before(query)
        asked = replace(query, question=earlier[-1], history=tuple(earlier[:-1]))
        before = self.points_of(asked) or self.answer(asked)
        return continued(before, times) if before.citations else nothing_before(query)

    def answer(self, query: Query) -> Answer:
        query = self._on_something(query)
        return self._on_somebody(query) or self._answer(query)

    def _answer(self, query: Query) -> Answer:
        asked = _understood(query, self.sources, self.glossary)
        kinds = () if self._is_printed(asked) else (self._summed, self._compared, self._most, self._told)
        answered = next((one for kind in kinds if (one := kind(asked))), None) or self._fact(asked)
        return replace(answered, words=tuple(content_words(asked.text)))

    def _on_something(self, query: Query) -> Query:
        """The query with those earlier questions that name something; where none does, with the headline of the article
        that is open.
        """
        history = tuple(one for one in query.history if said_before(one) not in ("summary", "more"))
        if not history and is_follow_up(query.question) and (opened := self._open(query)):
            history = (opened.title,)
        return replace(query, history=history)

    def _on_somebody(self, query: Query) -> Answer | None:
        """The answer to a question about somebody called 他, where an earlier one asked who that is: both are answered,
        this one with the name that answers the other in place of 他. None where either is not.
        """
        at = who_is_meant(query.question, query.history)
        if at is None:
            return None
        named = self.answer(replace(query, question=query.history[at], history=query.history[:at])).lead
        assumption = Assumption("follow-up", query.question, named or "")
        if not named or len(named) > NAME_CHARS or not query.may_assume(assumption):
            return None
        with keeping_words(self.glossary.words | {named}):
            answered = self._answer(replace(query, question=with_name(query.question, named), history=()))
        return replace(answered, assumed=(assumption, *answered.assumed)) if answered.answered else None

    def _is_printed(self, asked: AnalysedQuestion) -> bool:
        """Whether the question stands in the library as it is, and is long enough to have been pasted from it."""
        return exact.is_pasted(asked.written) and bool(exact.holders((asked.written,), self.sources))

    def _compared(self, asked: AnalysedQuestion) -> Answer | None:
        compared = comparison_of(asked.spelt)
        if compared is None:
            return None
        alone = replace(asked.query, history=())
        found = comparison_answer(asked.alone, compared, lambda side: self.answer(replace(alone, question=side)))
        if found or not compared.quality:
            return found
        return replace(self, least=JUDGED)._fact(asked)  # a report may compare them itself

    def _most(self, asked: AnalysedQuestion) -> Answer | None:
        most = superlative_of(asked.spelt)
        if most is None:
            return None
        alone = _of_words(asked, most.question)
        if _tells_most(most, best_first(asked.alone, self.sources, likely=_DECIDING)):
            return None  # a report says by itself which is the most
        return superlative_answer(alone, most, self._many(alone), self.sources.seen_weight, self.reader)

    def _summed(self, asked: AnalysedQuestion) -> Answer | None:
        wanted = sum_of(asked.spelt)
        if wanted is None:
            return None
        alone, weight = _of_words(asked, wanted.question), self.sources.seen_weight
        part = replace(asked.query, history=())
        return sum_answer(
            alone, wanted, self._many(alone), weight, self.reader, lambda one: self.answer(replace(part, question=one))
        )

    def _many(self, asked: AnalysedQuestion) -> tuple[Hit, ...]:
        return self._found(asked, islice(best_first(asked, self.sources, likely=_COMPARED), _COMPARED))

    def _told(self, asked: AnalysedQuestion) -> Answer | None:
        """A digest or a course of events; None where no article has the topic's words."""
        topic = self._topic(asked)
        return self._on_topic(asked, topic) if topic else None

    def _topic(self, asked: AnalysedQuestion) -> Topic | None:
        """None too where what is asked leans on the history or has a form of its own (谁, 在哪里)."""
        kind = self.kind_of(asked.query.question)
        if asked.query.history and is_follow_up(asked.query.question):
            return None
        if kind == "topic" and asked.forms:
            return None
        return topic_of(asked.spelt, kind)

    def _on_topic(self, asked: AnalysedQuestion, topic: Topic) -> Answer | None:
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


def _understood(query: Query, sources: LibrarySources, glossary: Glossary) -> AnalysedQuestion:
    """What the query leaves to its history, how the library names and spells what it names."""
    asked = expand_synonyms(questions.analyse(query, sources.dates), glossary, sources.terms)
    if not asked.is_empty:
        sources.begin_vector(asked.embedded)  # while names are looked up, which seldom change the text
    return spelling.respell(asked, sources)
