"""Search and answer for a Library: understand the query, retrieve passages, then count, quote or refuse."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from qa.answering import candidates, counts, exact
from qa.answering.about import Catalogue, about_answer
from qa.answering.answer import answer_from_hits, outside_dates
from qa.answering.comparison import comparison_answer, superlative_answer
from qa.answering.digest import continued, topic_answer
from qa.answering.talk import foreign_answer, talk_answer
from qa.library.sources import LibrarySources
from qa.protocols import SpanReader, TermIndex
from qa.questions import analysis, counting, courtesy, spelling
from qa.questions.catalogue import catalogue_question
from qa.questions.glossary import Glossary, expand_synonyms
from qa.questions.topics import Superlative, Topic, comparison_of, superlative_of, topic_of
from qa.retrieval import timeliness
from qa.retrieval.search import as_embedded, best_first, retrieve
from qa.store.contents import Contents
from qa.store.facets import Count
from qa.store.overview import Overview
from qa.store.texts import StoredTexts
from qa.text.folding import comparable
from qa.text.words import bigrams, content_words, keeping_words, search_words
from qa.types import Answer, Article, ArticleText, Filters, Hit, Query

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


class LibraryTexts:
    """A `qa.protocols.ArticleTexts`: the term index of `sources`, the tables as they stand now."""

    def __init__(self, terms: TermIndex, mentions: StoredTexts, contents: Contents) -> None:
        self.terms = terms
        self._mentions = mentions
        self._contents = contents

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, hidden: Collection[str], signed: Collection[str]
    ) -> frozenset[int]:
        return self._mentions.articles_of(passages, filters, hidden, signed)

    def stories(self, numbers: Collection[int]) -> Iterator[ArticleText]:
        return self._mentions.stories(numbers)

    def reporters(self) -> frozenset[str]:
        return self._mentions.reporters()

    def article(self, identity: str) -> Article:
        return self._contents.article(identity)


def search(query: Query, sources: LibrarySources, glossary: Glossary) -> tuple[Hit, ...]:
    """The `query.k` passages that fit best, best first; those that hold what the question quotes before all others."""
    with keeping_words(glossary.words):
        planned = _planned(query, sources, glossary)
        _, first = _verbatim(planned, planned.k, sources)
        return _found(planned, first, planned.k, sources)


def ask(
    query: Query,
    sources: LibrarySources,
    texts: LibraryTexts,
    catalogue: Catalogue,
    glossary: Glossary,
    reader: SpanReader | None,
) -> Answer:
    """The answer, whatever kind is asked for: small talk and questions about the library before any search."""
    if talk := courtesy.talk_of(query.question):
        return talk_answer(query, talk)
    bare = replace(query, question=courtesy.without_courtesy(query.question), history=_asked_before(query))
    if asked := catalogue_question(bare.question):
        return about_answer(query, asked, catalogue, texts)
    if meant := courtesy.corrected(bare.question):
        bare = replace(bare, question=meant)
    with keeping_words(glossary.words):
        answered = _going_on(bare, sources, texts, glossary, reader) or _answer(bare, sources, texts, glossary, reader)
    language = None if answered.answered else courtesy.foreign_language(query.question)
    return foreign_answer(query, language) if language else replace(answered, question=query.question)


def _asked_before(query: Query) -> tuple[str, ...]:
    """The history without small talk and questions about the library, from which nothing is taken over."""
    bare = map(courtesy.without_courtesy, (one for one in query.history if not courtesy.talk_of(one)))
    return tuple(one for one in bare if not catalogue_question(one))


def _going_on(
    query: Query, sources: LibrarySources, texts: LibraryTexts, glossary: Glossary, reader: SpanReader | None
) -> Answer | None:
    """More of the last answer, where that is asked for and there was one."""
    earlier, times = list(query.history), 1
    if not courtesy.goes_on(query.question):
        return None
    while earlier and courtesy.goes_on(earlier[-1]):
        earlier.pop()
        times += 1
    if not earlier:
        return None
    again = replace(query, question=earlier[-1], history=tuple(earlier[:-1]))
    before = _answer(again, sources, texts, glossary, reader)
    return continued(query, before, times) if before.citations else before


def _answer(
    query: Query, sources: LibrarySources, texts: LibraryTexts, glossary: Glossary, reader: SpanReader | None
) -> Answer:
    planned = _planned(query, sources, glossary)
    if compared := comparison_of(planned.question):
        answered = comparison_answer(
            analysis.without_history(planned),
            compared,
            lambda side: _answer(replace(query, question=side, history=()), sources, texts, glossary, reader),
        )
    elif (most := superlative_of(planned.question)) and (answered := _of_most(planned, most, sources, reader)):
        pass
    elif topic := topic_of(planned.question):
        answered = _of_topic(planned, topic, sources, texts)
    else:
        answered = None
    answered = answered or _of_fact(planned, sources, texts, reader)
    return replace(answered, words=tuple(content_words(planned.text)))


def _of_topic(planned: Query, topic: Topic, sources: LibrarySources, texts: LibraryTexts) -> Answer | None:
    """None where no article has the topic's words."""
    alone = replace(analysis.without_history(planned), question=topic.words)
    counted = counts.tally(counting.subject(alone, topic.words), alone, texts)
    if topic.is_bare and (not counted or not counted.found or counted.is_loose):
        return None
    items = counts.items_of(counted) if counted else ()
    hits = tuple(islice(best_first(alone, sources, likely=_TOPIC_HITS), _TOPIC_HITS))
    return topic_answer(alone, topic, hits, sources.weighing(planned.hidden), items)


def _of_most(planned: Query, most: Superlative, sources: LibrarySources, reader: SpanReader | None) -> Answer | None:
    alone = replace(analysis.without_history(planned), question=most.question)
    hits = tuple(islice(best_first(alone, sources, likely=_COMPARED), _COMPARED))
    return superlative_answer(alone, most, hits, sources.weighing(planned.hidden), reader)


def _of_fact(planned: Query, sources: LibrarySources, texts: LibraryTexts, reader: SpanReader | None) -> Answer:
    most = candidates.looked_at(planned.k)
    words, first = _verbatim(planned, most, sources)
    hits = _found(planned, first, most, sources)
    alone = analysis.without_history(planned)  # it counts by its own words
    asked = counting.count_question(planned, texts.reporters)
    if asked and (counted := counts.tally(asked, alone, texts)):
        return counts.count_answer(alone, counted, hits, texts)
    if first and (quoted := exact.answer(planned, words, hits)):
        return quoted
    if _is_outside_dates(planned, hits, sources) or _is_of_no_year(planned, sources):
        return outside_dates(planned, hits, sources.dates())
    weight = sources.weighing(planned.hidden)
    read = answer_from_hits(analysis.settle_history(planned, hits), hits, weight, reader)
    return replace(read, hits=exact.put_first(tuple(exact.holding(read.hits, words)), read.hits)) if first else read


def _found(planned: Query, first: Sequence[Hit], most: int, sources: LibrarySources) -> tuple[Hit, ...]:
    """The best `most` hits, those in front that go `first`."""
    return exact.put_first(first, best_first(planned, sources, likely=most), most)


def _is_outside_dates(planned: Query, hits: Sequence[Hit], sources: LibrarySources) -> bool:
    """Whether the library has nothing of the time that is asked about, and nothing found speaks of it."""
    if not hits:
        return bool(planned.filters.since or planned.filters.until) and bool(content_words(planned.text))
    if planned.period is None or not timeliness.nothing_of(hits, planned.period):
        return False
    if not timeliness.nothing_of(retrieve(planned, sources), planned.period):  # beyond the best
        return False
    of_it = replace(planned.filters, since=planned.period.since, until=planned.period.until)
    allowed = sources.allowed(of_it, planned.hidden)
    return allowed is not None and not allowed


def _is_of_no_year(planned: Query, sources: LibrarySources) -> bool:
    """Whether the question writes a year that no text of the library has, and that is far from all its dates."""
    year = timeliness.one_year(planned.period)
    if not year or year not in comparable(planned.text):
        return False
    held = sources.dates()
    if not held or not timeliness.is_far(year, held):
        return False
    return not any(sources.terms.phrase_frequency("grams", bigrams(one)) for one in timeliness.written(year))


def _verbatim(planned: Query, most: int, sources: LibrarySources) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
    """What the question asks for word for word and the library has, and the best passages that hold it."""
    for texts in exact.exact_texts(planned.question):
        if passages := exact.holders(texts, sources):
            found = best_first(planned, exact.Within(sources, passages), likely=most)
            if first := tuple(islice(exact.holding(found, texts), most)):
                return texts, first
    return (), ()


def _planned(query: Query, sources: LibrarySources, glossary: Glossary) -> Query:
    """The query as it is understood: what it leaves to its history, how the library names and spells what it names."""
    meant = expand_synonyms(analysis.analyse(query), glossary, sources.terms)
    if search_words(meant.text):
        sources.begin_vector(as_embedded(meant))  # while names are looked up, which seldom change the text
    return spelling.respell(meant, sources)
