"""The tables of the library's screen as HTML: a window of rows, what sorts them, the way to the other windows. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from qa.store.overview import ArticleOrder, ArticleRow, FileOrder, TableSlice
from qa.types import FileInfo, Location
from ui.describe import file_size, place_name
from ui.marks import escape
from ui.reading import reads
from ui.words import Words

ROWS = 50  # of a table at once
FIND_CHARS = 100
LAST_PAGE = 10**6
NO_DATE = "–"
REMOVED_SHOWN = 8  # names in the question before removing

Kind = Literal["articles", "files"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which window of which table the page wants."""

    kind: Kind
    find: str
    article_order: ArticleOrder = "arrival"
    file_order: FileOrder = "arrival"
    descending: bool = False
    page: int = 0  # from 0

    @property
    def order(self) -> str:
        return self.article_order if self.kind == "articles" else self.file_order

    @property
    def offset(self) -> int:
        return self.page * ROWS


def asked(told: Mapping[str, object]) -> Asked:
    """What the page tells, as far as it makes sense."""
    kind: Kind = "files" if told.get("kind") == "files" else "articles"
    order, page = told.get("order"), told.get("page")
    return Asked(
        kind,
        str(told.get("find") or "").strip()[:FIND_CHARS],
        next((one for one in get_args(ArticleOrder) if one == order), "arrival"),
        next((one for one in get_args(FileOrder) if one == order), "arrival"),
        told.get("descending") is True,
        min(max(page, 0), LAST_PAGE) if isinstance(page, int) else 0,
    )


def articles(window: TableSlice[ArticleRow], asked: Asked, words: Words) -> str:
    """A window of the table of stories."""
    heads = [
        ("title", words.column_title),
        ("date", words.column_date),
        (None, words.column_byline),
        ("arrival", words.column_source),
        (None, words.column_length),
    ]
    rows = "".join(_article(row, words) for row in window.rows)
    return _table(asked, heads, rows, window.total, words)


def _article(row: ArticleRow, words: Words) -> str:
    source = place_name(Location(row.source, row.record, row.page, ()), words)
    inferred = f' title="{escape(words.inferred_title)}" class="inferred"' if row.title_inferred else ""
    return (
        f'<tr><td class="title"><button type="button" {reads(row.id)}{inferred}>{escape(row.title)}</button></td>'
        f"<td>{escape(row.date or NO_DATE)}</td><td>{escape(words.names_between.join(row.byline))}</td>"
        f'<td class="source" title="{escape(source)}">{escape(source)}</td>'
        f'<td class="digits" data-name="{escape(words.column_length)}">{row.characters:,}</td></tr>'
    )


def files(window: TableSlice[FileInfo], asked: Asked, words: Words) -> str:
    """A window of the table of files, each of which can be chosen to be removed."""
    heads = [
        ("source", words.column_file),
        (None, words.column_encoding),
        ("articles", words.column_articles),
        (None, words.column_size),
        ("arrival", words.column_added),
    ]
    rows = "".join(_file(file, words) for file in window.rows)
    remove = (
        '<div class="actions choice"><button type="button" data-removal disabled>'
        f"{escape(words.remove_chosen)}</button></div>"
        if window.rows
        else ""
    )
    every = f'<th scope="col"><input type="checkbox" aria-label="{escape(words.choose_files_shown)}"></th>'
    return remove + _table(asked, heads, rows, window.total, words, every)


def _file(file: FileInfo, words: Words) -> str:
    source = escape(file.source)
    added = datetime.fromisoformat(file.added).astimezone()
    return (
        f'<tr><td class="check"><input type="checkbox" value="{source}" data-articles="{file.articles}"'
        f' aria-label="{escape(words.choose_file.format(name=file.source))}"></td>'
        f'<td class="title"><button type="button" data-articles-of="{source}"'
        f' title="{escape(words.show_articles_of.format(name=file.source))}">{source}</button></td>'
        f"<td>{escape(file.encoding or '')}</td>"
        f'<td class="digits" data-name="{escape(words.column_articles)}">{file.articles:,}</td>'
        f'<td class="digits">{file_size(file.size)}</td><td>{added:%Y-%m-%d %H:%M}</td></tr>'
    )


def _table(
    asked: Asked, heads: Sequence[tuple[str | None, str]], rows: str, total: int, words: Words, first: str = ""
) -> str:
    """`first` is the head of a column before those of `heads`."""
    if not rows:
        return f'<p class="hint none">{escape(words.nothing_matches if asked.find else words.nothing_held)}</p>'
    shown = first + "".join(_head(name, said, asked) for name, said in heads)
    pages, page = -(-total // ROWS), asked.page
    said = words.page_of.format(page=f"{asked.page + 1:,}", pages=f"{pages:,}", total=f"{total:,}")
    return (
        f'<table class="{asked.kind}"><thead><tr>{shown}</tr></thead><tbody>{rows}</tbody></table>'
        f'<nav class="pages actions" aria-label="{escape(said)}">{_turn(page - 1, page > 0, words.page_before)}'
        f'<span class="of" role="status">{escape(said)}</span>'
        f"{_turn(page + 1, page + 1 < pages, words.page_after)}</nav>"
    )


def _head(name: str | None, said: str, asked: Asked) -> str:
    if name is None:
        return f'<th scope="col">{escape(said)}</th>'
    sorted_so = f' aria-sort="{"descending" if asked.descending else "ascending"}"' if name == asked.order else ""
    return (
        f'<th scope="col"{sorted_so}><button type="button" data-order="{name}" data-key="order-{name}">{escape(said)}'
        "</button></th>"
    )


def _turn(page: int, there: bool, said: str) -> str:
    off = "" if there else " disabled"
    return f'<button type="button" data-page="{page}" data-key="{escape(said)}"{off}>{escape(said)}</button>'


def removing(sources: Sequence[str], stories: int, words: Words) -> str:
    """The question before files are removed."""
    lead = words.remove_lead.format(files=words.library_files(len(sources)), articles=words.library_articles(stories))
    shown = "".join(f"<li>{escape(source)}</li>" for source in sources[:REMOVED_SHOWN])
    more = (
        f'<li class="hint">{escape(words.job_more(len(sources) - REMOVED_SHOWN))}</li>'
        if len(sources) > REMOVED_SHOWN
        else ""
    )
    return (
        f'<h2 id="removing">{escape(words.remove_heading)}</h2><p>{escape(lead)}</p><ul>{shown}{more}</ul>'
        f'<div class="actions"><button type="button" class="danger" data-removal-yes>{escape(words.remove_yes)}'
        f'</button><button type="button" data-removal-no autofocus>{escape(words.remove_no)}</button></div>'
    )
