"""Sentences of an article that are its headline, or a part of it."""

from __future__ import annotations

from qa.types import Article


def is_headline(article: Article, sentence: str) -> bool:
    printed = blankless(sentence).lstrip("#")  # Markdown's sign of a heading
    return printed in blankless(headline(article))


def headline(article: Article) -> str:
    """The headline as printed, kicker and subtitle with it; nothing where none is printed."""
    return "" if article.title_inferred else "".join(filter(None, (article.kicker, article.title, article.subtitle)))


def blankless(value: str) -> str:
    return "".join(value.split())
