"""Example questions that a library answers from the article they were made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qa import suggest
from qa.types import Article, Citation


def examples(sample: Iterable[Article], count: int, cited: Callable[[str], tuple[Citation, ...]]) -> tuple[str, ...]:
    """At most `count` questions, one an article, those that ask for a fact first; `cited` answers one."""
    articles = tuple(sample)
    found: dict[str, str] = {}  # by article
    for make in (suggest.of_facts, suggest.of_headline):
        for article in articles:
            if len(found) < count and article.id not in found:
                answered = (one for one in make(article) if _is_of(cited(one), article))
                if question := next(answered, None):
                    found[article.id] = question
    return tuple(found.values())


def _is_of(citations: tuple[Citation, ...], article: Article) -> bool:
    return bool(citations) and citations[0].article.id == article.id
