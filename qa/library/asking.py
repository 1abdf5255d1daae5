"""Search and answer for a Library: understand the query, retrieve passages, then count, quote or refuse."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from qa.answering import candidates, counts, exact
from qa.answering.answer import answer_from_hits, outside_dates
from qa.library.sources import LibrarySources
from qa.protocols import SpanReader, TermIndex
from qa.questions import analysis, counting, spelling
from qa.questions.glossary import Glossary, expand_synonyms
from qa.retrieval import timeliness
from qa.retrieval.search import as_embedded, best_first, retrieve
from qa.store.contents import Contents
from qa.store.texts import StoredTexts
from qa.text.folding import comparable
from qa.text.words import bigrams, content_words, keeping_words, search_words
from qa.types import Answer, Article, ArticleText, Filters, Hit, Query


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
    query: Query, sources: LibrarySources, stories: LibraryTexts, glossary: Glossary, reader: SpanReader | None
) -> Answer:
    """What the library says, how often it says it or where: whatever the question asks for."""
    with keeping_words(glossary.words):
        planned = _planned(query, sources, glossary)
        answered = _answer(planned, sources, stories, reader)
        return replace(answered, words=tuple(content_words(planned.text)))


def _answer(planned: Query, sources: LibrarySources, stories: LibraryTexts, reader: SpanReader | None) -> Answer:
    most = candidates.looked_at(planned.k)
    texts, first = _verbatim(planned, most, sources)
    hits = _found(planned, first, most, sources)
    alone = analysis.without_history(planned)  # it counts by its own words
    asked = counting.count_question(planned, stories.reporters)
    if asked and (counted := counts.tally(asked, alone, stories)):
        return counts.count_answer(alone, counted, hits, stories)
    if first and (quoted := exact.answer(planned, texts, hits)):
        return quoted
    if _is_outside_dates(planned, hits, sources) or _is_of_no_year(planned, sources):
        return outside_dates(planned, hits, sources.dates())
    weight = sources.weighing(planned.hidden)
    read = answer_from_hits(analysis.settle_history(planned, hits), hits, weight, reader)
    return replace(read, hits=exact.put_first(tuple(exact.holding(read.hits, texts)), read.hits)) if first else read


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
