"""The library's own screen as HTML: what it holds, how that falls on months and pages. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from qa.store.facets import Coverage
from qa.types import Stats
from ui.chart import Column, columns
from ui.marks import escape
from ui.words import Words

MOST_MONTHS = 60  # shown as months; more are shown as years
MOST_PAGES = 12  # shown one by one; of more, how many hold how many stories


def head(stats: Stats, words: Words) -> str:
    """How much there is, in figures."""
    figures = [
        (f"{stats.articles:,}", words.held_articles),
        (f"{stats.files:,}", words.held_files),
        (f"{stats.articles - stats.dated:,}", words.held_undated),
        (_share(stats.embedded, stats.passages), words.held_vectors),
    ]
    shown = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(figure)}</dd></div>" for figure, name in figures)
    return f'<h1>{escape(words.library_screen)}</h1><dl class="figures">{shown}</dl>'


def _share(part: int, whole: int) -> str:
    return f"{part * 100 // whole}%" if whole else "–"


def frame(suffixes: Collection[str], limit_mb: int, folders: bool, words: Words) -> str:
    """What is filled later, and what stays as it is: the place to add, the switch between the tables."""
    kinds = "".join(
        f'<button type="button" role="tab" data-kind="{kind}" aria-selected="{selected}">{escape(said)}</button>'
        for kind, said, selected in (
            ("articles", words.table_articles, "true"),
            ("files", words.table_files, "false"),
        )
    )
    return (
        f'<div data-part="head"></div><section class="add">'
        f'{_adding(suffixes, limit_mb, folders, words)}</section><section data-part="jobs" class="queue"></section>'
        f'<section data-part="coverage"></section><section class="tables"><div class="bar">'
        f'<div role="tablist" class="kinds">{kinds}</div><input type="search" class="seek" autocomplete="off"'
        f' data-articles="{escape(words.find_articles)}" data-files="{escape(words.find_files)}"></div>'
        f'<div data-part="table" role="tabpanel"></div></section>'
        f'<dialog class="ask" aria-labelledby="removing"></dialog><div class="trouble" data-part="problem"></div>'
    )


def _adding(suffixes: Collection[str], limit_mb: int, folders: bool, words: Words) -> str:
    """Where files are dropped, and where a folder of the server is named."""
    known = " ".join(suffixes)
    note = words.drop_note.format(limit=limit_mb, known=known)
    named = (
        f'<form class="folder"><label for="server-folder">{escape(words.folder_label)}</label>'
        f'<span class="line"><input id="server-folder" type="text" placeholder="{escape(words.folder_placeholder)}"'
        f' autocomplete="off" spellcheck="false"><button type="submit">{escape(words.folder_add)}</button></span>'
        "</form>"
        if folders
        else ""
    )
    accepted = escape(",".join(suffixes))
    return (
        f'<h2>{escape(words.add_heading)}</h2><div class="drop"><p>{escape(words.drop_here)}'
        f'<label class="choose">{escape(words.choose_files)}<input type="file" multiple accept="{accepted}"></label>'
        f'</p><p class="hint">{escape(note)}</p></div>{named}<div class="uploads" role="status"></div>'
    )


def coverage(held: Coverage, words: Words) -> str:
    """Charts of stories by month and by page."""
    charts = _by_date(held, words) + _by_page(held, words)
    return f'<h2>{escape(words.coverage_heading)}</h2><div class="charts">{charts}</div>'


def _by_date(held: Coverage, words: Words) -> str:
    counts = Counter({month.value: month.articles for month in held.months})
    title = words.by_month
    if len(counts) > MOST_MONTHS:
        title = words.by_year
        years: Counter[str] = Counter()
        for month, articles in counts.items():
            years[month[:4]] += articles
        counts = years
    shown = [
        Column(words.month_column.format(name=name, count=f"{articles:,}"), name, articles)
        for name, articles in sorted(counts.items())
    ]
    drawn = columns(title, shown) or f'<p class="hint">{escape(words.no_dates)}</p>'
    undated = f'<p class="hint">{escape(words.undated(held.undated))}</p>' if held.undated else ""
    return f"<figure><figcaption>{escape(title)}</figcaption>{drawn}{undated}</figure>"


def _by_page(held: Coverage, words: Words) -> str:
    if len(held.files) > MOST_PAGES:
        shown = [
            Column(words.spread_column.format(articles=articles, count=f"{files:,}"), f"{articles}", files)
            for articles, files in held.per_file
        ]
        drawn = columns(words.by_page_spread, shown)
        return f"<figure><figcaption>{escape(words.by_page_spread)}</figcaption>{drawn}</figure>"
    most = max((file.articles for file in held.files), default=1) or 1
    rows = "".join(
        f'<li><span class="file" title="{escape(file.value)}">{escape(file.value)}</span>'
        f'<span class="bar" style="--share: {file.articles / most:.3f}"></span><span>{file.articles:,}</span></li>'
        for file in held.files
    )
    return f'<figure><figcaption>{escape(words.by_page)}</figcaption><ul class="rows">{rows}</ul></figure>'


def problem(text: str) -> str:
    return f'<p class="warning" role="alert">{escape(text)}</p>'
