"""The library screen as HTML: figures, and charts by month and by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from markupsafe import Markup

from qa.store.facets import Coverage
from qa.types import Stats
from ui.chart import Column, columns
from ui.markup import fragment
from ui.words import Words

MOST_MONTHS = 60  # shown as months; more are shown as years
MOST_PAGES = 12  # shown one by one; of more, how many hold how many stories


class _Chart(NamedTuple):
    title: str
    drawn: Markup


def head(stats: Stats, words: Words) -> Markup:
    """Figures on the library."""
    figures = [
        (f"{stats.articles:,}", words.held_articles),
        (f"{stats.files:,}", words.held_files),
        (f"{stats.articles - stats.dated:,}", words.held_undated),
        (_share(stats.embedded, stats.passages), words.held_vectors),
    ]
    return fragment("head", figures=figures, words=words)


def _share(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole else "–"


def frame(suffixes: Collection[str], limit_mb: int, folders: bool, words: Words) -> Markup:
    """The frame of the screen, with places that are filled later; `folders`: folders of the server may be named."""
    return fragment("frame", suffixes=suffixes, limit_mb=limit_mb, folders=folders, words=words)


def coverage(held: Coverage, words: Words) -> Markup:
    """Charts of stories by month and by page."""
    return fragment(
        "coverage",
        dated=_by_date(held, words),
        undated=held.undated,
        spread=_spread(held, words) if len(held.files) > MOST_PAGES else None,
        files=held.files,
        most=max((file.articles for file in held.files), default=1) or 1,
        words=words,
    )


def _by_date(held: Coverage, words: Words) -> _Chart:
    counts, title = Counter({month.value: month.articles for month in held.months}), words.by_month
    if len(counts) > MOST_MONTHS:
        years, title = Counter[str](), words.by_year
        for month, articles in counts.items():
            years[month[:4]] += articles
        counts = years
    shown = [
        Column(words.month_column.format(name=name, count=f"{articles:,}"), name, articles)
        for name, articles in sorted(counts.items())
    ]
    return _Chart(title, columns(title, shown))


def _spread(held: Coverage, words: Words) -> _Chart:
    """How many pages hold how many stories."""
    shown = [
        Column(words.spread_column.format(articles=articles, count=f"{files:,}"), f"{articles}", files)
        for articles, files in held.per_file
    ]
    return _Chart(words.by_page_spread, columns(words.by_page_spread, shown))
