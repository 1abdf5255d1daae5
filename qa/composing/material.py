"""Answer -> the numbered sentences that a model may write about: those quoted, then those of what was found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.text.headlines import is_headline
from qa.text.sentences import sentences_of
from qa.types import Answer, Article, Hit, Span

MOST = 40  # sentences
OF_ARTICLE = 8  # of one article besides those quoted


@dataclass(frozen=True, slots=True)
class Numbered:
    """A sentence, ``article.text[start:end]``, under the number that the model knows it by."""

    n: int  # from 1
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        """On one line."""
        return " ".join(self.article.text[self.start : self.end].split())


def material(answer: Answer, most: int = MOST) -> tuple[Numbered, ...]:
    """The sentences that the answer quotes, in its order, then those of its hits, best first, each once."""
    found: dict[tuple[str, Span], Article] = {}
    for article, span in (*_quoted(answer), *_found(answer.hits)):
        if len(found) < most:
            found.setdefault((article.id, span), article)
    return tuple(Numbered(n, article, *span) for n, ((_, span), article) in enumerate(found.items(), 1))


def _quoted(answer: Answer) -> Iterator[tuple[Article, Span]]:
    return ((one.article, Span(one.start, one.end)) for one in answer.citations)


def _found(hits: Iterable[Hit]) -> Iterator[tuple[Article, Span]]:
    """Sentences of the passages, in their order, but for headlines, which say half of something."""
    left: dict[str, int] = {}
    for hit in hits:
        for span in sentences_of(hit.article):
            is_inside = hit.passage.start <= span.start and span.end <= hit.passage.end
            is_told = is_inside and not is_headline(hit.article, hit.article.text[slice(*span)])
            if is_told and left.setdefault(hit.article.id, OF_ARTICLE):
                left[hit.article.id] -= 1
                yield hit.article, span
