"""Changing the library: each function is one transaction and logs what the indexes have to replay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import NamedTuple

from qa.errors import ReadError
from qa.store import rows
from qa.store.database import Connection, Database
from qa.store.edits import Correction, dump_correction, dump_edit
from qa.store.log import CONTENTS_CHANGE, note_done, require_own
from qa.store.passages import HEADLINE, drop_passages, passages_of, retitle_passages, write_passages
from qa.store.rows import dump, file_number
from qa.store.schema import ATTRIBUTES, SettingName
from qa.store.successors import note_successors
from qa.types import ANYBODY, Article, Edit, Metadata, Page, Passage, Sender
from qa.types.settings import READING

Stories = Iterable[tuple[Article, Sequence[Passage]]]
"""The articles of a page in order, each with its passages. Gone through once."""

Cut = tuple[Page, Stories]

_HEADLINE = tuple(map(ATTRIBUTES.index, HEADLINE))
_ROWS = ATTRIBUTES.index("rows")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to store: `size` and `mtime_ns` as they were before it was read."""

    path: str  # absolute
    source: str
    size: int  # bytes
    mtime_ns: int
    sha256: str
    given: Metadata
    by: Sender = ANYBODY


class Recut(NamedTuple):
    """The new articles of a page that is stored already."""

    file: int
    ordinal: int
    stories: Stories


class Stored(NamedTuple):
    """How many articles and passages were stored of a file."""

    articles: int  # places counted: the same story twice is two
    passages: int
    complete: bool = True  # False: kept so far, and more of the file is to come


@contextmanager
def _changing(database: Database) -> Iterator[Connection]:
    """One transaction that is noted as a change of what the library holds."""
    with database.writing() as connection:
        connection.execute(CONTENTS_CHANGE)
        yield connection


def _never() -> bool:
    return False


def no_objection(_: Connection) -> None:
    """Nobody has one."""


def store_file(
    database: Database,
    file: NewFile,
    pages: Iterable[Cut],
    is_due: Callable[[], bool] = _never,
    carried: Mapping[Edit, Edit] = MappingProxyType({}),
    require: Callable[[Connection], None] = no_objection,
) -> Stored:
    """Put a file in, or in place of what it held before. `pages` may be as long as it likes: it is never held whole.
    Its edits that are `carried` are replaced by others, about the articles that it holds from now on.

    Of a file that is new, what was read is kept as soon as `is_due` says so after a page; a further call with the same
    iterator, or after an interrupt one that begins behind the pages held, goes on. What a file held before is replaced
    in one step. Whatever `pages` raises leaves the library as it was before the call. Passages that stay, and passages
    that say what another one says, have their vectors at once. `require` is asked first, in the same transaction: what
    it raises leaves all as it was. Raises ReadError for text that is no Unicode.
    """
    try:
        with _changing(database) as connection:
            require(connection)
            _carry(connection, file.path, carried)
            return _FileWriter(connection, file).write(pages, is_due)
    except UnicodeEncodeError as error:
        raise ReadError("text.surrogates") from error


def rename_file(database: Database, old: str, new: NewFile) -> None:
    """Record that a file with the same bytes lies elsewhere now: its articles and edits stay."""
    with _changing(database) as connection:
        connection.execute(
            "UPDATE files SET path = ?, source = ?, size = ?, mtime_ns = ? WHERE path = ?",
            (new.path, new.source, new.size, new.mtime_ns, old),
        )
        connection.execute("DELETE FROM edits WHERE path = ?", (new.path,))
        connection.execute("UPDATE edits SET path = ? WHERE path = ?", (new.path, old))


def touch_file(database: Database, path: str, size: int, mtime_ns: int) -> None:
    """Record that a file was examined again and has the same bytes."""
    with database.writing() as connection:
        connection.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", (size, mtime_ns, path))


def remove_files(database: Database, names: Iterable[str], by: Sender = ANYBODY) -> tuple[str, ...]:
    """Delete files, all or none, by source name or absolute path. Returns their source names. Raises NotFound, and
    Forbidden where one of them is not an editor's own.
    """
    with _changing(database) as connection:
        numbers = list(dict.fromkeys(file_number(connection, name) for name in names))
        sources = []
        for number in numbers:
            articles = _articles_of(connection, number)
            source, is_whole = connection.execute(
                "SELECT source, complete FROM files WHERE id = ?", (number,)
            ).fetchone()
            require_own(connection, by, source)
            sources.append(source)
            connection.execute("DELETE FROM files WHERE id = ?", (number,))
            if is_whole:  # what was never told to be there goes unsaid
                note_done(connection, by, "removed", source)
            _settle(connection, articles)
    return tuple(sources)


def keep_setting(database: Database, name: SettingName, value: str) -> None:
    """Keep what is set on the screen, in the place of what was; an empty value takes it back."""
    with database.writing() as connection:
        connection.execute("DELETE FROM meta WHERE key = ?", (name,))
        if value:
            connection.execute("INSERT INTO meta VALUES (?, ?)", (name, value))


def amend(
    database: Database,
    added: Mapping[str, Edit],
    dropped: Mapping[str, Collection[Edit]],
    pages: Iterable[Recut],
    title: str,
    by: Sender = ANYBODY,
) -> None:
    """Store an edit and delete others, by the path of their file, and replace the articles of the pages concerned.
    `title` is that of the article that `by` mends.
    """
    with _changing(database) as connection:
        for path in dict.fromkeys((*added, *(path for path, edits in dropped.items() if edits))):
            _note_mended(connection, by, path, title)
        for path, edits in dropped.items():
            gone = [(path, dump_edit(edit)) for edit in edits]
            connection.executemany("DELETE FROM edits WHERE path = ? AND edit = ?", gone)
        kept = [(path, dump_edit(edit)) for path, edit in added.items()]
        connection.executemany("INSERT INTO edits (path, edit) VALUES (?, ?)", kept)
        writer = _ArticleWriter(connection)
        for page in pages:
            writer.rewrite(page)
        writer.settle()


def correct_page(
    database: Database,
    path: str,
    correction: Correction,
    carried: Mapping[Edit, Edit],
    cut: Recut,
    page: Page,
    title: str,
    by: Sender = ANYBODY,
) -> None:
    """Keep what was corrected in a file, and put the page as it is now in the place of what was read, with its articles
    and the edits that are `carried` over to them. `title` is that of the article that `by` corrects.
    """
    with _changing(database) as connection:
        _note_mended(connection, by, path, title)
        _carry(connection, path, carried)
        connection.execute("INSERT INTO edits (path, edit) VALUES (?, ?)", (path, dump_correction(correction)))
        told = (rows.pack_text(page.text), rows.dump_blocks(page), cut.file, cut.ordinal)
        connection.execute("UPDATE pages SET text = ?, blocks = ? WHERE file = ? AND ordinal = ?", told)
        lines = (rows.pack_printed(page), cut.file, cut.ordinal)
        connection.execute("UPDATE prints SET lines = ? WHERE file = ? AND ordinal = ?", lines)
        before = _articles_of(connection, cut.file)
        writer = _ArticleWriter(connection)
        writer.rewrite(cut)
        note_successors(connection, cut.file, frozenset(before))
        writer.settle()


def _note_mended(connection: Connection, by: Sender, path: str, title: str) -> None:
    by.require("editor")
    source = connection.execute("SELECT source FROM files WHERE path = ?", (path,)).fetchone()[0]
    note_done(connection, by, "mended", source, title)


def _carry(connection: Connection, path: str, carried: Mapping[Edit, Edit]) -> None:
    for old, new in carried.items():
        told = (dump_edit(new), path, dump_edit(old))
        connection.execute("UPDATE edits SET edit = ? WHERE path = ? AND edit = ?", told)


class _ArticleWriter:
    """The articles of pages on their way into the tables, inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._known: dict[str, None] = {}  # articles that were there before, to be settled at the end

    def rewrite(self, page: Recut) -> None:
        key = (page.file, page.ordinal)
        found = self._connection.execute("SELECT article FROM places WHERE file = ? AND page = ?", key)
        self._known.update((row[0], None) for row in found.fetchall())
        self._connection.execute("DELETE FROM places WHERE file = ? AND page = ?", key)
        self._write_stories(*page)

    def settle(self) -> None:
        _settle(self._connection, self._known)

    def _write_stories(self, file: int, ordinal: int, stories: Stories) -> Stored:
        articles = passages = 0
        for position, (article, split) in enumerate(stories):
            articles += 1
            passages += len(split)
            self._write_article(article, split)
            self._connection.execute(
                "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)",
                (file, ordinal, position, article.id, dump(article.location.pieces), dump(rows.attributes(article))),
            )
        return Stored(articles, passages)

    def _write_article(self, article: Article, passages: Sequence[Passage]) -> None:
        columns = ("id", "text", *ATTRIBUTES)
        written = self._connection.execute(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            "ON CONFLICT (id) DO NOTHING",
            (article.id, article.text, *rows.attributes(article)),
        )
        is_new = written.rowcount > 0
        if not is_new:
            self._known[article.id] = None
        write_passages(self._connection, article, passages, is_new=is_new)


class _FileWriter(_ArticleWriter):
    """One file on its way into the tables, inside a transaction."""

    def __init__(self, connection: Connection, file: NewFile) -> None:
        super().__init__(connection)
        self._file = file
        self._before: frozenset[str] = frozenset()  # articles of what it held before

    def write(self, pages: Iterable[Cut], is_due: Callable[[], bool]) -> Stored:
        number, first, in_parts = self._begin()
        articles = passages = 0
        complete = True
        encoding = None
        for ordinal, (page, stories) in enumerate(pages, first):
            encoding = encoding or page.encoding
            self._write_page(number, ordinal, page)
            brought = self._write_stories(number, ordinal, stories)
            articles += brought.articles
            passages += brought.passages
            if in_parts and is_due():
                complete = False
                break
        self._connection.execute(
            "UPDATE files SET encoding = coalesce(encoding, ?), complete = ? WHERE id = ?", (encoding, complete, number)
        )
        if self._before:
            note_successors(self._connection, number, self._before)
        if complete:
            note_done(self._connection, self._file.by, "added" if in_parts else "changed", self._file.source)
        self.settle()
        return Stored(articles, passages, complete)

    def _write_page(self, file: int, ordinal: int, page: Page) -> None:
        told = (rows.dump_blocks(page), rows.dump_metadata(page.metadata))
        self._connection.execute(
            "INSERT INTO pages (file, ordinal, record, number, text, blocks, metadata) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (file, ordinal, page.record, page.number, rows.pack_text(page.text), *told),
        )
        if page.printed:
            self._connection.execute(
                "INSERT INTO prints (file, ordinal, lines, picture) VALUES (?, ?, ?, ?)",
                (file, ordinal, rows.pack_printed(page), rows.dump_picture(page.picture)),
            )

    def _begin(self) -> tuple[int, int, bool]:
        """The file's number, its row up to date; how many of its pages stay; and whether it may go in by parts. Raises
        Forbidden where an editor would replace what another added.
        """
        file = self._file
        row = self._connection.execute(
            "SELECT id, complete, sha256, given, source FROM files WHERE path = ?", (file.path,)
        ).fetchone()
        if row is None:
            return self._write_file(), 0, True
        number: int = row["id"]
        if not row["complete"] and (row["sha256"], row["given"]) == (file.sha256, rows.dump_metadata(file.given)):
            held = self._connection.execute("SELECT count(*) FROM pages WHERE file = ?", (number,)).fetchone()[0]
            return number, held, True
        if row["complete"]:
            require_own(self._connection, file.by, row["source"])
        self._before = frozenset(_articles_of(self._connection, number))
        self._known = dict.fromkeys(sorted(self._before))
        self._connection.execute("DELETE FROM pages WHERE file = ?", (number,))
        return self._write_file(), 0, False

    def _write_file(self) -> int:
        file = self._file
        added = datetime.now(UTC).isoformat(timespec="seconds")
        given = rows.dump_metadata(file.given)
        written = self._connection.execute(
            """
            INSERT INTO files (path, source, size, mtime_ns, sha256, given, added, reading)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET source = excluded.source, size = excluded.size, encoding = NULL,
            mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, given = excluded.given, added = excluded.added,
            reading = excluded.reading
            RETURNING id
            """,
            (file.path, file.source, file.size, file.mtime_ns, file.sha256, given, added, READING),
        )
        number: int = written.fetchone()[0]
        return number


def _settle(connection: Connection, articles: Iterable[str]) -> None:
    """Drop the articles that stand nowhere any more; give the others the attributes of their first place."""
    for article in articles:
        place = connection.execute(
            "SELECT attributes FROM places WHERE article = ? ORDER BY file, page, ordinal LIMIT 1", (article,)
        ).fetchone()
        if place is None:
            drop_passages(connection, passages_of(connection, article))
            connection.execute("DELETE FROM articles WHERE id = ?", (article,))
        else:
            _take_attributes(connection, article, rows.load_list(place[0]))


def _take_attributes(connection: Connection, article: str, new: list[object]) -> None:
    """Set an article's attributes. A new headline, or other tables, make its vectors stale, and its terms."""
    old = list(connection.execute(f"SELECT {', '.join(ATTRIBUTES)} FROM articles WHERE id = ?", (article,)).fetchone())
    if old == new:
        return
    assignments = ", ".join(f"{name} = ?" for name in ATTRIBUTES)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = ?", (*new, article))
    if any(old[position] != new[position] for position in (*_HEADLINE, _ROWS)):
        retitle_passages(connection, article, [new[position] for position in _HEADLINE])


def _articles_of(connection: Connection, file: int) -> list[str]:
    return [row[0] for row in connection.execute("SELECT DISTINCT article FROM places WHERE file = ?", (file,))]
