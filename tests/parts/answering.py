"""Hits made by hand, and an answer from them in which every term weighs the same."""

from __future__ import annotations

from collections.abc import Mapping

from qa.answering.answer import answer_from_hits
from qa.questions.analysed import AnalysedQuestion
from qa.text.sentences import split_sentences
from qa.text.words import bigrams, search_words
from qa.types import Answer, Article, Hit, Location, Passage, Piece, Query
from qa.types.protocols import SpanReader


def hit(body: str, score: float = 0.9, date: str | None = None) -> Hit:
    """A passage that is a whole article; its first line is the headline."""
    title = body.partition("\n")[0]
    article = Article(
        title, body, title, date=date, locations=(Location("a.txt", None, None, (Piece(0, 0, len(body)),)),)
    )
    return Hit(Passage(1, article.id, 0, len(body), body, split_sentences(body)), article, score)


def ask(question: str, *hits: Hit, reader: SpanReader | None = None, least: float | None = 0.0) -> Answer:
    """However unsure, unless `least` says otherwise; the library is what the hits say."""
    known = "\n".join(one.article.text for one in hits)
    held: Mapping[str, frozenset[str]] = {
        "words": frozenset(search_words(known)),
        "grams": frozenset(bigrams(known)),
    }
    return answer_from_hits(
        AnalysedQuestion(Query(question)), hits, lambda field, term: float(term in held[field]), reader, least
    )
