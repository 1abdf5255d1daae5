"""Read files, articles and passages from a library's tables."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from qa.errors import NotFound
from qa.store import rows
from qa.store.database import Connection, TableRow
from qa.store.log import ACTIVE, ChangeLog, count_vectors
from qa.store.rows import ARTICLE_COLUMNS, condition, dump, file_number, full_id
from qa.store.schema import SettingName
from qa.types import Article, FileInfo, Filters, Location, Metadata, Passage, Picture, PrintedLine, Stats

_EVERY = Filters()
_NO_LIMIT = 2**62
_BATCH = 200  # articles held at a time where all are walked through
_FILES = """
SELECT files.*, (SELECT count(DISTINCT article) FROM places WHERE places.file = files.id) AS articles FROM files
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What the library recorded of a file, to tell whether it has changed since."""

    source: str
    size: int
    mtime_ns: int
    sha256: str
    given: Metadata
    added: str
    complete: bool  # False where its reading was interrupted
    pages: int  # held so far
    reading: int  # which version of the readers read it


_STORED = "SELECT *, (SELECT count(*) FROM pages WHERE file = files.id) AS pages FROM files"


class Contents(ChangeLog):
    """Reads from the library's tables. Each method reads one consistent state."""

    def files(self) -> tuple[FileInfo, ...]:
        """In the order of adding."""
        with self._database.reading() as connection:
            found = connection.execute(f"{_FILES} ORDER BY files.id")
            return tuple(rows.file_info(row, row["articles"]) for row in found)

    def stored_files(self) -> dict[str, StoredFile]:
        """By absolute path."""
        with self._database.reading() as connection:
            found = connection.execute(_STORED)
            given = cache(rows.load_metadata)  # most files are given the same
            return {row["path"]: _stored_file(row, given(row["given"])) for row in found}

    def stored_file(self, path: str) -> StoredFile | None:
        """The one at an absolute path; None where the library holds none."""
        with self._database.reading() as connection:
            row = connection.execute(f"{_STORED} WHERE path = ?", (path,)).fetchone()
            return _stored_file(row, rows.load_metadata(row["given"])) if row else None

    def sources(self) -> frozenset[str]:
        """The names of all files."""
        with self._database.reading() as connection:
            return frozenset(row[0] for row in connection.execute("SELECT source FROM files"))

    def setting(self, name: SettingName) -> str:
        """What was set on the screen, as it was kept; empty where nothing was."""
        with self._database.reading(once=True) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = ?", (name,)).fetchone()
            return row[0] if row else ""

    def paths(self, names: Iterable[str]) -> dict[str, str]:
        """The absolute path of each file, by its source; `names` are either. Raises NotFound."""
        with self._database.reading() as connection:
            numbers = [file_number(connection, name) for name in names]
            found = connection.execute(
                "SELECT source, path FROM files WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(?))",
                (dump(numbers),),
            )
            return {row["source"]: row["path"] for row in found}

    def articles(self, filters: Filters = _EVERY, offset: int = 0, limit: int | None = None) -> tuple[Article, ...]:
        """In the order of arrival."""
        with self._database.reading() as connection:
            where, values = condition(connection, filters, ())
            found = connection.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE {where} ORDER BY number LIMIT :limit OFFSET :offset",
                {**values, "limit": _NO_LIMIT if limit is None else limit, "offset": offset},
            )
            return tuple(rows.articles(connection, found))

    def each_article(self) -> Iterator[Article]:
        """All articles in the order of arrival, a few held at a time; each batch sees a state of its own."""
        after = 0
        while True:
            with self._database.reading() as connection:
                found = connection.execute(
                    f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE number > ? ORDER BY number LIMIT ?", (after, _BATCH)
                ).fetchall()
                batch = rows.articles(connection, found)
            if not batch:
                return
            yield from batch
            after = found[-1]["number"]

    def spread(self, count: int) -> Iterator[Article]:
        """At most `count` articles, far apart in the order of arrival; the same ones each time."""
        with self._database.reading() as connection:
            first, last = connection.execute("SELECT min(number), max(number) FROM articles").fetchone()
        numbers = range(first, last + 1, -(-(last + 1 - first) // count)) if first is not None else ()
        for number in numbers:
            with self._database.reading() as connection:
                found = connection.execute(
                    f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE number >= ? ORDER BY number LIMIT 1", (number,)
                )
                yield from rows.articles(connection, found)

    def article(self, identity: str) -> Article:
        """The article of an id, or of the first four or more of its characters. Raises NotFound."""
        with self._database.reading() as connection:
            full = full_id(connection, identity)
            found = connection.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (full,))
            return rows.articles(connection, found)[0]

    def articles_of(self, source: str) -> tuple[Article, ...]:
        """The articles of a file in its order, once each. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT article FROM places WHERE file = ? ORDER BY page, ordinal", (file_number(connection, source),)
            )
            ids = list(dict.fromkeys(row[0] for row in found))
            articles = _articles_by_id(connection, ids)
            return tuple(articles[one] for one in ids)

    def articles_of_records(self, records: Collection[str]) -> frozenset[str]:
        """Ids of the articles that stand in any of the records."""
        with self._database.reading() as connection:
            found = connection.execute(
                """
                SELECT places.article FROM json_each(?) AS wanted JOIN pages ON pages.record = wanted.value
                JOIN places ON places.file = pages.file AND places.page = pages.ordinal
                """,
                (dump(list(records)),),
            )
            return frozenset(row[0] for row in found)

    def page_texts(self, source: str) -> Iterator[str]:
        """The texts of a file's pages as read, in its order. Raises NotFound."""
        with self._database.reading() as connection:
            file = file_number(connection, source)
            found = connection.execute("SELECT text FROM pages WHERE file = ? ORDER BY ordinal", (file,))
            yield from (rows.unpack_text(row[0]) for row in found)

    def page_text(self, source: str, record: str | None = None, page: int | None = None) -> str:
        """The text that spans count in. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT text FROM pages WHERE file = ? AND record IS NOT DISTINCT FROM ? "
                "AND number IS NOT DISTINCT FROM ? ORDER BY ordinal LIMIT 1",
                (file_number(connection, source), record, page),
            ).fetchone()
        if found is None:
            raise NotFound(
                "library.no-such-page",
                source=source,
                part=record or page,
            )
        return rows.unpack_text(found[0])

    def printed(self, place: Location) -> tuple[tuple[PrintedLine, ...], Picture]:
        """Where the lines of a page stand, and on which picture; no lines where it has none."""
        with self._database.reading(once=True) as connection:
            found = connection.execute(
                """
                SELECT prints.lines, picture FROM files JOIN pages ON pages.file = files.id
                JOIN prints ON (prints.file, prints.ordinal) = (pages.file, pages.ordinal)
                WHERE source = ? AND record IS NOT DISTINCT FROM ? AND number IS NOT DISTINCT FROM ?
                ORDER BY pages.ordinal LIMIT 1
                """,
                (place.source, place.record, place.page),
            ).fetchone()
        return (rows.unpack_printed(found[0]), rows.load_picture(found[1], place.page)) if found else ((), Picture())

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, Article]]:
        """The passages that the library holds, with their articles, in the order of `ids`; others are left out, and
        those whose article is lost to damage, which `qa check` names.
        """
        wanted = list(dict.fromkeys(ids))
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT passages.* FROM json_each(?) AS wanted "
                "JOIN passages ON passages.id = CAST(wanted.value AS BIGINT)",
                (dump(wanted),),
            ).fetchall()
            articles = _articles_by_id(connection, {row["article"] for row in found})
        held = {row["id"]: row for row in found}
        return {
            one: (rows.passage(held[one], articles[held[one]["article"]]), articles[held[one]["article"]])
            for one in wanted
            if one in held and held[one]["article"] in articles
        }

    def allowed(self, filters: Filters, hidden: Collection[str] = ()) -> frozenset[int] | None:
        """Ids of the passages that pass the filters and are of no hidden article; None where all do.

        Raises NotFound for a source or an article that the library does not hold.
        """
        if not filters and not hidden:
            return None
        with self._database.reading() as connection:
            where, values = condition(connection, filters, hidden)
            if not connection.execute(f"SELECT EXISTS (SELECT 1 FROM articles WHERE NOT ({where}))", values).fetchone()[
                0
            ]:
                return None
            # Not joined: SQLite would go through all passages, and ask the filter of each one's article.
            found = connection.execute(
                f"SELECT id FROM passages WHERE article IN (SELECT id FROM articles WHERE {where})", values
            )
            return frozenset(row[0] for row in found)

    def dates(self) -> tuple[str, str] | None:
        """The first and the last date of an article; None where none has one."""
        with self._database.reading(once=True) as connection:
            first, last = connection.execute("SELECT min(date), max(date) FROM articles").fetchone()
        return (first, last) if first else None

    def stats(self) -> Stats:
        with self._database.reading() as connection:
            files, articles, passages, embedded, dated, updated = connection.execute(
                f"""
                SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM articles), (SELECT count(*) FROM passages),
                       {count_vectors(ACTIVE)},
                       (SELECT count(*) FROM articles WHERE date IS NOT NULL), (SELECT max(added) FROM files)
                """
            ).fetchone()
        return Stats(files, articles, passages, embedded, dated, updated)


def _stored_file(row: TableRow, given: Metadata) -> StoredFile:
    return StoredFile(
        row["source"],
        row["size"],
        row["mtime_ns"],
        row["sha256"],
        given,
        row["added"],
        bool(row["complete"]),
        row["pages"],
        row["reading"],
    )


def _articles_by_id(connection: Connection, ids: Collection[str]) -> dict[str, Article]:
    found = connection.execute(
        f"SELECT {ARTICLE_COLUMNS} FROM json_each(?) AS wanted JOIN articles ON articles.id = wanted.value",
        (dump(list(ids)),),
    )
    return {article.id: article for article in rows.articles(connection, found)}
