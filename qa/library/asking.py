"""Search and answer for a Library: small talk, the library itself, what leans on earlier questions, then all else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from qa import questions
from qa.answering import candidates, exact
from qa.answering.about import NAMED, Catalogue, about_answer
from qa.answering.digest import continued, points_answer
from qa.answering.lead import NAME_CHARS
from qa.answering.rows import row_first
from qa.answering.talk import foreign_answer, no_article, nothing_before, talk_answer
from qa.library.answers import Answers, understood
from qa.library.sources import LibrarySources
from qa.models.readers import HeardReader
from qa.questions import courtesy
from qa.questions.follow_ups import began, is_ellipsis, is_follow_up, opening, who_is_meant, with_name
from qa.questions.glossary import Glossary
from qa.questions.kinds import TALK, Kind
from qa.questions.taken_over import NOTHING, TakenOver, taken_over
from qa.questions.topics import (
    catalogue_before,
    catalogue_question,
    of_articles,
    said_before,
    summary_of,
)
from qa.retrieval import best_first
from qa.store.contents import Contents
from qa.store.facets import Count
from qa.store.overview import Overview
from qa.store.texts import StoredTexts
from qa.text.words import keeping_words, search_words
from qa.types import Answer, Article, Assumption, Hit, Query
from qa.types.protocols import FollowUpReader, Heard, SpanReader


class LibraryCatalogue:
    """A `qa.answering.about.Catalogue`."""

    def __init__(self, overview: Overview, contents: Contents) -> None:
        self.papers, self.periods, self.by_date = overview.papers, overview.periods, overview.by_date
        self.stats, self.dates = contents.stats, contents.dates
        self._overview = overview

    def reporters(self, most: int) -> Sequence[Count]:
        return self._overview.facets(limit=most).bylines


def search(query: Query, sources: LibrarySources, glossary: Glossary) -> tuple[Hit, ...]:
    """The `query.k` passages that fit best, best first; those that hold what the question quotes before all others.
    What it takes over from its history is told by its own words.
    """
    with keeping_words(glossary.words):
        asked = understood(query, sources, glossary)
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
    follow_ups: Callable[[], FollowUpReader | None] = lambda: None,
) -> Answer:
    """The answer, whatever kind is asked for: small talk and questions about the library before any search. `heard` is
    told what is found and read. `follow_ups` gives what reads a question with those before it.
    """
    reader = HeardReader(reader, heard) if reader and heard else reader
    answers = Answers(sources, texts, glossary, reader, least, heard)
    history = of_articles((courtesy.corrected(one) or one for one in query.history), answers.kind_of)
    bare = replace(query, question=courtesy.without_courtesy(query.question), history=history)
    asking = _Conversation(answers, follow_ups)
    kind = "fact" if bare.history and is_ellipsis(bare.question) else answers.kind_of(bare.question)
    meant = courtesy.corrected(bare.question)
    if kind in TALK and not meant:
        language = courtesy.foreign_language(query.question)
        return foreign_answer(query, language) if language else talk_answer(query, kind)
    is_open = query.filters.article is not None  # an article is: the library is not what is asked after
    if not is_open and (told := _of_library(replace(query, question=bare.question), kind, catalogue, texts)):
        return replace(told, question=query.question)
    if meant and _asked_nothing_of_one(
        query, answers.kind_of
    ):  # what is meant is the topic then, and nothing asked before belongs to it
        bare = replace(bare, question=meant.removesuffix("呢？"), history=())
    elif meant:  # what was misunderstood is not leant on
        bare = replace(bare, question=meant, history=opening(history) if is_follow_up(meant) else ())
    with keeping_words(glossary.words):
        answered = asking.points_of(bare) or asking.more_of(bare) or asking.answer(bare)
        if meant and not answered.answered:  # nothing that was asked before is asked of it: it is the topic
            alone = asking.answer(replace(bare, question=meant.removesuffix("呢？"), history=()))
            answered = alone if alone.answered else answered
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


def _asked_nothing_of_one(query: Query, kind: Callable[[str], Kind]) -> bool:
    """Whether the last question only named a topic, or was about the library."""
    last = [(one, kind(one)) for one in query.history[-1:]]
    return any(told == "topic" or catalogue_question(one, told) for one, told in last)


@dataclass(frozen=True)
class _Conversation:
    """Questions that may lean on those before them, or on the article that is open."""

    answers: Answers
    follow_ups: Callable[[], FollowUpReader | None]

    def points_of(self, query: Query) -> Answer | None:
        """The key sentences of the article that is open (the query's filter), else of the best source of the last
        answer; of a topic asked before, as many as are wanted now. None where no article's points are asked for.
        """
        summary = summary_of(query.question, self.answers.kind_of(query.question))
        if summary is None:
            return None
        if opened := self._open(query):
            return points_answer(query.question, opened, summary.most)
        if not query.history:
            return no_article(query)
        before = replace(query, question=query.history[-1], history=query.history[:-1])
        asked = self.answers.understood(before)
        topic = None if summary.is_pointed else self.answers.topic(asked)
        if topic:
            wanted = topic._replace(most=summary.most)
            told = self.answers.on_topic(asked, wanted) or self.answers.by_meaning(asked, wanted)
            if told and told.answered:
                return told
        cited = self.answer(before).citations
        best = max(cited, key=lambda one: one.score, default=None)
        return points_answer(query.question, best.article, summary.most) if best else no_article(query)

    def _open(self, query: Query) -> Article | None:
        if not query.filters.article:
            return None
        found = self.answers.texts.stories(self.answers.texts.articles_of(None, query.filters, ()))
        return next((self.answers.texts.article(one.id) for one in found), None)

    def more_of(self, query: Query) -> Answer | None:
        """More of the last answer, or that there is none to go on with; None where something else is asked for."""
        earlier, times = list(query.history), 1
        if self.answers.kind_of(query.question) != "more":
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
        return self._on_somebody(query) or self.answers.answer(query, self._taken_over(query))

    def _taken_over(self, query: Query) -> TakenOver | None:
        """None where its own words tell it. A topic that these take for none of a question's stands alone: the reader
        of follow-ups has seen few, and takes any word behind another topic for a part of that.
        """
        reader = None if not query.history or is_ellipsis(query.question) else self.follow_ups()
        if reader is None:
            return None
        if self.answers.kind_of(query.question) == "topic" and not is_follow_up(query.question):
            return NOTHING
        return taken_over(query.question, query.history, reader)

    def _on_something(self, query: Query) -> Query:
        """The query with those earlier questions that name something; where none does, with the headline of the article
        that is open.
        """
        if not search_words(query.question):  # nothing is said: nothing is taken over
            return replace(query, history=())
        history = tuple(
            one for one in query.history if search_words(one) and said_before(one) not in ("summary", "more")
        )
        if history and (is_ellipsis(query.question) or self.follow_ups() is None):
            history = self._since_topic(replace(query, history=history))
        if not history and is_follow_up(query.question) and (opened := self._open(query)):
            history = (opened.title,)
        return replace(query, history=history)

    def _since_topic(self, query: Query) -> tuple[str, ...]:
        """The history from the latest question on that stood by itself and found nothing of what was asked before."""
        at = began(query.history)
        if not at:
            return query.history
        before = self.answers.understood(replace(query, question=query.history[at], history=query.history[:at]))
        hits = tuple(islice(best_first(before, self.answers.sources, likely=1), candidates.looked_at(query.k)))
        return query.history[at:] if questions.is_new_subject(before, hits) else query.history

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
        with keeping_words(self.answers.glossary.words | {named}):
            answered = self.answers.answer(replace(query, question=with_name(query.question, named), history=()))
        return replace(answered, assumed=(assumption, *answered.assumed)) if answered.answered else None
