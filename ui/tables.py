"""The tables of the library screen as HTML: a window of rows, sorting, links to other windows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from markupsafe import Markup

from qa.store.overview import ArticleOrder, ArticleRow, FileOrder, TableSlice
from qa.types import FileInfo
from ui.markup import fragment
from ui.words import Words

ROWS = 50  # of a table at once
FIND_CHARS = 100
LAST_PAGE = 10**6
REMOVED_SHOWN = 8  # names in the question before removing

_PERIOD = re.compile(r"\d{4}(?:-|-\d{2})?", re.ASCII)

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
    period: str = ""  # of articles: a month, or a year

    @property
    def order(self) -> str:
        return self.article_order if self.kind == "articles" else self.file_order

    @property
    def offset(self) -> int:
        return self.page * ROWS


def asked(told: Mapping[str, object]) -> Asked:
    """The window that the page asks for; invalid values are ignored."""
    kind: Kind = "files" if told.get("kind") == "files" else "articles"
    order, page = told.get("order"), told.get("page")
    return Asked(
        kind,
        str(told.get("find") or "").strip()[:FIND_CHARS],
        next((one for one in get_args(ArticleOrder) if one == order), "arrival"),
        next((one for one in get_args(FileOrder) if one == order), "arrival"),
        told.get("descending") is True,
        min(max(page, 0), LAST_PAGE) if isinstance(page, int) else 0,
        _period(told.get("period")),
    )


def _period(told: object) -> str:
    return told if isinstance(told, str) and _PERIOD.fullmatch(told) else ""


def articles(window: TableSlice[ArticleRow], asked: Asked, words: Words) -> Markup:
    """A window of the table of articles."""
    heads = [
        ("title", words.column_title),
        ("date", words.column_date),
        (None, words.column_byline),
        ("arrival", words.column_source),
        (None, words.column_length),
    ]
    return _table(window, asked, heads, words)


def files(window: TableSlice[FileInfo], asked: Asked, words: Words, *, may_remove: bool = True) -> Markup:
    """A window of the table of files, each of which can be selected to be removed, where one may."""
    heads = [
        ("source", words.column_file),
        (None, words.column_encoding),
        ("articles", words.column_articles),
        (None, words.column_size),
        ("arrival", words.column_added),
    ]
    return _table(window, asked, heads, words, may_remove=may_remove)


def _table(
    window: TableSlice[ArticleRow] | TableSlice[FileInfo],
    asked: Asked,
    heads: Sequence[tuple[str | None, str]],
    words: Words,
    *,
    may_remove: bool = False,
) -> Markup:
    """`heads`: what each column is called, and the order that it asks for, if any."""
    pages = -(-window.total // ROWS)
    return fragment("table", window=window, asked=asked, heads=heads, pages=pages, words=words, may_remove=may_remove)


def removing(sources: Sequence[str], stories: int, words: Words) -> Markup:
    """The confirmation before files are removed."""
    return fragment("removing", sources=sources, stories=stories, most=REMOVED_SHOWN, words=words)
