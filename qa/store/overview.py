"""The windows of tables and the counts that the screen shows, without loading a whole library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from qa.store import rows
from qa.store.database import Database, TableRow
from qa.store.facets import Count, Coverage, Facets, FacetSearch, Summaries, coverage, facets
from qa.store.rows import condition, containing, file_number
from qa.types import Article, DateSource, FileInfo, Filters, Location

ArticleOrder = Literal["arrival", "title", "date"]
FileOrder = Literal["arrival", "source", "articles"]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class TableSlice(Generic[_Row]):
    """A window of a table's rows, and how many rows there are in all."""

    rows: tuple[_Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as a table shows it, with its first location."""

    id: str
    title: str
    title_inferred: bool
    byline: tuple[str, ...]
    date: str | None
    date_from: DateSource | None
    source: str
    record: str | None
    page: int | None
    characters: int
    paper: str | None = None
    edition: str | None = None


_EVERY = Filters()
_ARTICLE_ORDERS: Mapping[ArticleOrder, str] = {
    "arrival": "{1}number {0}",
    "title": "title {0}, number",
    "date": "date IS NULL, date {0}, number",
}

_ARTICLES_LIKE = """
(title LIKE :like ESCAPE '\\' OR byline LIKE :like ESCAPE '\\' OR articles.id IN
 (SELECT article FROM places WHERE file IN (SELECT id FROM files WHERE source LIKE :like ESCAPE '\\')))
"""
_ARTICLE_ROW = """
SELECT articles.id, title, title_inferred, byline, date, date_from, paper, edition, files.source, pages.record,
       pages.number AS page, length(articles.text) AS characters
FROM json_each(?) AS wanted JOIN articles ON articles.number = CAST(wanted.value AS BIGINT)
JOIN places ON places.article = articles.id AND (places.article, places.file, places.page, places.ordinal) =
    (SELECT article, file, page, ordinal FROM places WHERE article = articles.id ORDER BY file, page, ordinal LIMIT 1)
JOIN pages ON (pages.file, pages.ordinal) = (places.file, places.page) JOIN files ON files.id = places.file
ORDER BY wanted.key
"""
_FILE_ROW = """
SELECT files.* FROM json_each(?) AS wanted JOIN files ON files.id = CAST(wanted.value AS BIGINT)
ORDER BY wanted.key
"""


class Overview:
    """Windows of a library's tables, and its counts. Each method reads one consistent state."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._summaries = Summaries()

    def articles(
        self,
        find: str = "",
        order: ArticleOrder = "arrival",
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int = 50,
        filters: Filters = _EVERY,
        period: str = "",
    ) -> TableSlice[ArticleRow]:
        """Articles with `find` in headline, byline or file name, a window of them. Undated ones come last by date.

        A `period` admits those dated in this month (YYYY-MM), or by no more than this year (YYYY, as `coverage` counts
        them); "YYYY-" admits all of the year.

        Raises NotFound for a filter's source or article that the library does not hold.
        """
        with self._database.reading() as connection:
            where, values = condition(connection, filters, ())
            if find:
                where, values = f"{where} AND {_ARTICLES_LIKE}", {**values, "like": containing(find)}
            if period:
                digits = len("YYYY-" if period.endswith("-") else "YYYY-MM")
                where, values = f"{where} AND substr(date, 1, {digits}) = :period", {**values, "period": period}
            # A plus keeps SQLite from walking the rows themselves, with their texts, until enough are met.
            by = _ARTICLE_ORDERS[order].format(_direction(descending), "+" if find else "")
            numbers = connection.execute(
                f"SELECT number FROM articles WHERE {where} ORDER BY {by} LIMIT :limit OFFSET :offset",
                {**values, "limit": limit, "offset": offset},
            )
            wanted = rows.dump([row[0] for row in numbers])
            found = tuple(map(_article_row, connection.execute(_ARTICLE_ROW, (wanted,))))
            total: int = connection.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0]
        return TableSlice(found, total)

    def whole_articles(self, filters: Filters, offset: int, limit: int) -> TableSlice[Article]:
        """Articles with their texts in the order of arrival, a window of them. Raises as `articles`."""
        with self._database.reading() as connection:
            where, values = condition(connection, filters, ())
            found = connection.execute(
                f"SELECT {rows.ARTICLE_COLUMNS} FROM articles WHERE {where} ORDER BY number LIMIT :most OFFSET :offset",
                {**values, "most": limit, "offset": offset},
            )
            window = tuple(rows.articles(connection, found))
            total: int = connection.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0]
        return TableSlice(window, total)

    def files(
        self,
        find: str = "",
        order: FileOrder = "arrival",
        *,
        descending: bool = False,
        offset: int = 0,
        limit: int = 50,
    ) -> TableSlice[FileInfo]:
        """Files with `find` in their name, a window of them."""
        with self._database.reading() as connection:
            held = self._summaries.of(connection).articles_held()
            by = "source" if order == "source" else "id"
            found = connection.execute(
                f"SELECT id FROM files WHERE source LIKE ? ESCAPE '\\' ORDER BY {by} {_direction(descending)}",
                (containing(find),),
            )
            ids = [row[0] for row in found]
            if order == "articles":
                ids.sort(key=lambda id: (-held[id] if descending else held[id], id))
            found = connection.execute(_FILE_ROW, (rows.dump(ids[offset : offset + limit]),))
            return TableSlice(tuple(rows.file_info(row, held[row["id"]]) for row in found), len(ids))

    def stories(self, place: Location) -> tuple[Article, ...]:
        """The articles of a page, in its order, each once. Raises NotFound for a file that is not there."""
        with self._database.reading() as connection:
            found = connection.execute(
                """
                SELECT article FROM pages JOIN places ON places.file = pages.file AND places.page = pages.ordinal
                WHERE pages.file = ? AND pages.record IS NOT DISTINCT FROM ? AND pages.number IS NOT DISTINCT FROM ?
                ORDER BY places.page, places.ordinal
                """,
                (file_number(connection, place.source), place.record, place.page),
            )
            ids = list(dict.fromkeys(row[0] for row in found))
            articles = connection.execute(
                f"SELECT {rows.ARTICLE_COLUMNS} FROM json_each(?) AS wanted "
                "JOIN articles ON articles.id = wanted.value ORDER BY wanted.key",
                (rows.dump(ids),),
            )
            return tuple(rows.articles(connection, articles))

    def facets(self, filters: Filters = _EVERY, find_source: str = "", find_byline: str = "", limit: int = 8) -> Facets:
        """What `filters` leave, and the values to choose from, at most `limit` of each with the words looked for in it.

        Raises NotFound as `articles`.
        """
        with self._database.reading() as connection:
            wanted = FacetSearch(find_source, find_byline, limit)
            return facets(connection, self._summaries.of(connection), filters, wanted)

    def coverage(self) -> Coverage:
        """How the articles fall on months and files."""
        with self._database.reading() as connection:
            return coverage(self._summaries.of(connection))

    def papers(self) -> tuple[Count, ...]:
        """The papers that are named, most articles first."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT paper, count(*) AS articles FROM articles WHERE paper <> '' GROUP BY paper"
                " ORDER BY articles DESC, paper"
            )
            return tuple(Count(*row) for row in found)

    def periods(self, characters: int) -> tuple[Count, ...]:
        """Articles by the first characters of their date (4: years, 7: months, 10: days), most first; a date that tells
        less counts nowhere.
        """
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT substr(date, 1, :characters) AS period, count(*) AS articles FROM articles"
                " WHERE length(date) >= :characters GROUP BY period ORDER BY articles DESC, period",
                {"characters": characters},
            )
            return tuple(Count(*row) for row in found)

    def by_date(self, limit: int, *, newest: bool) -> tuple[str, ...]:
        """Ids of the articles with the latest or the earliest dates; where none is dated, as they arrived."""
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT id FROM articles ORDER BY date IS NULL, date {_direction(newest)}, number {_direction(newest)}"
                " LIMIT ?",
                (limit,),
            )
            return tuple(row[0] for row in found)


def _direction(descending: bool) -> str:
    return "DESC" if descending else "ASC"


def _article_row(row: TableRow) -> ArticleRow:
    return ArticleRow(
        row["id"],
        row["title"],
        bool(row["title_inferred"]),
        tuple(json.loads(row["byline"])),
        row["date"],
        row["date_from"],
        row["source"],
        row["record"],
        row["page"],
        row["characters"],
        row["paper"],
        row["edition"],
    )
