"""The library screen as HTML: figures, and charts by month and by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from markupsafe import Markup

from qa.store.facets import Count, Coverage
from qa.types import HistoryEntry, Stats
from ui.chart import Column, columns
from ui.markup import fragment
from ui.words import Words

MOST_MONTHS = 60  # shown as months; more are shown as years
MOST_PAGES = 12  # shown one by one; of more, how many hold how many stories

_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


class _Chart(NamedTuple):
    title: str
    drawn: Markup


def head(stats: Stats, papers: Sequence[Count], held: Coverage, words: Words) -> Markup:
    """What an archive holds: articles, papers, from when to when, months between without an article."""
    dates = [month.value for month in held.months]
    span = "–".join(dict.fromkeys((dates[0], dates[-1]))) if dates else ""
    empty = _empty_months(held)
    figures = [
        (f"{stats.articles:,}", words.held_articles, ""),
        (
            f"{len(papers):,}" if papers else "–",
            words.held_papers,
            words.names_between.join(one.value for one in papers),
        ),
        (span or "–", words.held_span, ""),
        (f"{len(empty):,}" if dates else "–", words.held_gaps, words.names_between.join(empty)),
    ]
    return fragment("head", figures=figures, words=words)


def _empty_months(held: Coverage) -> list[str]:
    """The months without an article between the first and the last that have one, YYYY-MM."""
    known = [month.value for month in held.months if _MONTH.fullmatch(month.value)]
    if not known:
        return []
    first, last = (int(edge[:4]) * 12 + int(edge[5:]) - 1 for edge in (known[0], known[-1]))
    every = [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(first, last + 1)]
    return sorted(set(every) - set(known))


def frame(
    suffixes: Collection[str],
    limit_mb: int,
    folders: bool,
    columns: str,
    writer: Markup,
    words: Words,
    may_add: bool = True,
    accounts: Markup | str = "",
) -> Markup:
    """The frame of the screen, with places that are filled later; `folders`: folders of the server may be named;
    `columns`: what was said of the columns of tables; `writer`: the part on the language model; `accounts`: that on
    accounts, empty where there are none.
    """
    return fragment(
        "frame",
        suffixes=suffixes,
        limit_mb=limit_mb,
        folders=folders,
        columns=columns,
        writer=writer,
        accounts=accounts,
        words=words,
        may_add=may_add,
    )


def history(done: Sequence[HistoryEntry], words: Words) -> Markup:
    """Who added, changed, mended or removed what, the last first; empty where no record is kept."""
    said = {
        "added": words.did_add,
        "changed": words.did_change,
        "mended": words.did_mend,
        "removed": words.did_remove,
    }
    return fragment("history", done=done[::-1], said=said, words=words)


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
    counts.update(dict.fromkeys(_empty_months(held), 0))
    is_by_year = len(counts) > MOST_MONTHS
    if is_by_year:
        years, title = Counter[str](), words.by_year
        for month, articles in counts.items():
            years[month[:4]] += articles
        counts = years
    shown = [
        Column(
            words.month_column.format(name=name, count=f"{articles:,}"),
            name,
            articles,
            f"{name}-" if is_by_year else name,
        )
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
