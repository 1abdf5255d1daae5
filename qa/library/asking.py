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
from qa.questions.analysed import AnalysedQuestion
from qa.questions.glossary import Glossary, expand_synonyms
from qa.retrieval import timeliness
from qa.retrieval.search import best_first, retrieve
from qa.store.contents import Contents
from qa.store.texts import StoredTexts
from qa.text.words import bigrams, content_words, keeping_words
from qa.types import Answer, Article, ArticleText, Filters, Hit, Query


class LibraryTexts:
    """A `qa.protocols.ArticleTexts`: the term index of `sources`, the tables as they stand now."""

    def __init__(self, sources: LibrarySources, mentions: StoredTexts, contents: Contents) -> None:
        self.terms: TermIndex = sources.terms
        self._hidden = sources.hidden
        self._mentions = mentions
        self._contents = contents

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, signed: Collection[str]
    ) -> frozenset[int]:
        return self._mentions.articles_of(passages, filters, self._hidden, signed)

    def stories(self, numbers: Collection[int]) -> Iterator[ArticleText]:
        return self._mentions.stories(numbers)

    def reporters(self) -> frozenset[str]:
        return self._mentions.reporters()

    def article(self, identity: str) -> Article:
        return self._contents.article(identity)


def search(query: Query, sources: LibrarySources, glossary: Glossary) -> tuple[Hit, ...]:
    """The `query.k` passages that fit best, best first; those that hold what the question quotes before all others."""
    with keeping_words(glossary.words):
        asked = _understood(query, sources, glossary)
        _, first = _verbatim(asked, query.k, sources)
        return _found(asked, first, query.k, sources)


def ask(
    query: Query,
    sources: LibrarySources,
    stories: LibraryTexts,
    glossary: Glossary,
    reader: SpanReader | None,
    least: float | None = None,
) -> Answer:
    """What the library says, how often it says it or where: whatever the question asks for."""
    with keeping_words(glossary.words):
        asked = _understood(query, sources, glossary)
        answered = _answer(asked, sources, stories, reader, least)
        return replace(answered, words=tuple(content_words(asked.text)))


def _answer(
    asked: AnalysedQuestion,
    sources: LibrarySources,
    stories: LibraryTexts,
    reader: SpanReader | None,
    least: float | None,
) -> Answer:
    most = candidates.looked_at(asked.query.k)
    texts, first = _verbatim(asked, most, sources)
    hits = _found(asked, first, most, sources)
    wanted = counting.count_question(asked, stories.reporters)  # it counts by its own words
    if wanted and (counted := counts.tally(wanted, asked.alone, stories)):
        return counts.count_answer(asked.alone, counted, hits, stories)
    if first and (quoted := exact.answer(asked, texts, hits)):
        return quoted
    if _is_outside_dates(asked, hits, sources) or _is_of_no_year(asked, sources):
        return outside_dates(asked, hits, sources.dates())
    read = answer_from_hits(analysis.settle_history(asked, hits), hits, sources.seen_weight, reader, least)
    return replace(read, hits=exact.put_first(tuple(exact.holding(read.hits, texts)), read.hits)) if first else read


def _found(asked: AnalysedQuestion, first: Sequence[Hit], most: int, sources: LibrarySources) -> tuple[Hit, ...]:
    """The best `most` hits, those in front that go `first`."""
    return exact.put_first(first, best_first(asked, sources, likely=most), most)


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


def _verbatim(asked: AnalysedQuestion, most: int, sources: LibrarySources) -> tuple[tuple[str, ...], tuple[Hit, ...]]:
    """What the question asks for word for word and the library has, and the best passages that hold it."""
    for texts in exact.exact_texts(asked.written):
        if passages := exact.holders(texts, sources):
            found = best_first(asked, exact.Within(sources, passages), likely=most)
            if first := tuple(islice(exact.holding(found, texts), most)):
                return texts, first
    return (), ()


def _understood(query: Query, sources: LibrarySources, glossary: Glossary) -> AnalysedQuestion:
    """What the query leaves to its history, how the library names and spells what it names."""
    asked = expand_synonyms(analysis.analyse(query), glossary, sources.terms)
    if not asked.is_empty:
        sources.begin_vector(asked.embedded)  # while names are looked up, which seldom change the text
    return spelling.respell(asked, sources)
