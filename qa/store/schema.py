"""The tables of the library and their version; one transaction on any of its databases."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Literal

from qa.errors import LibraryDamaged, LibraryError

APPLICATION = 0x7762616F  # "wbao", in the database's header
FORMAT = 10

SettingName = Literal["columns", "writer", "accounts"]
"""What the screen sets: the columns of tables as they were said; the server and name of a language model, JSON."""

ATTRIBUTES = (
    "title",
    "kicker",
    "subtitle",
    "byline",
    "paper",
    "edition",
    "date",
    "date_from",
    "date_evidence",
    "title_inferred",
    "rows",
)
"""An article's fields beside its id, text and places. A place keeps what was said of the article there; the article
has those of its first place (by file, page, order on the page)."""

_PRINTS = """
CREATE TABLE IF NOT EXISTS prints (  -- where the lines of a page that was recognised stand on its picture
    file INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    lines BLOB NOT NULL,            -- JSON list of [start, end, left, top, right, bottom, [doubts]], zlib
    picture TEXT,                   -- JSON list, as `qa.types.Picture`; NULL: the page of that number of the file
    PRIMARY KEY (file, ordinal),
    FOREIGN KEY (file, ordinal) REFERENCES pages (file, ordinal) ON DELETE CASCADE
) WITHOUT ROWID
"""
_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    fingerprint TEXT NOT NULL UNIQUE,
    dimension INTEGER NOT NULL
);

CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,      -- absolute: the file's identity
    source TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,          -- bytes
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    encoding TEXT,
    given TEXT NOT NULL,            -- metadata that the user gave with the file, JSON
    complete INTEGER NOT NULL DEFAULT 1, -- 0 while its pages are being read, and where that was interrupted
    reading INTEGER NOT NULL DEFAULT 0, -- which version of the readers read it, see settings.READING
    added TEXT NOT NULL             -- ISO 8601, UTC
);

CREATE TABLE pages (
    file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,       -- from 0, inside the file
    record TEXT,
    number INTEGER,
    metadata TEXT,                  -- what the page, its file or the user says of it, JSON; NULL as below
    blocks TEXT,                    -- JSON list of [start, end, role, level, …]; NULL where format 1 stored the page
    text BLOB NOT NULL,             -- UTF-8, zlib; last: what is looked for stands before it
    PRIMARY KEY (file, ordinal)     -- in an index of its own: a key that lies beside the text costs reading the text
);
CREATE INDEX pages_by_record ON pages (record);

CREATE TABLE articles (
    number INTEGER PRIMARY KEY,     -- order of arrival
    id TEXT NOT NULL UNIQUE,        -- hash of the text
    title TEXT NOT NULL,
    kicker TEXT,
    subtitle TEXT,
    byline TEXT NOT NULL,           -- JSON list
    paper TEXT,
    edition TEXT,
    date TEXT,
    date_from TEXT,
    date_evidence TEXT,
    title_inferred INTEGER NOT NULL,
    rows TEXT,                      -- of tables, JSON list of [names of columns, start, end, start, end, ...]; or NULL
    text TEXT NOT NULL              -- last: what is looked for stands before it
);
CREATE INDEX articles_by_filter ON articles (date, byline, id);
CREATE INDEX articles_by_title ON articles (title, byline, id, date);

CREATE TABLE places (
    file INTEGER NOT NULL,
    page INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,       -- from 0, on the page
    article TEXT NOT NULL REFERENCES articles (id),
    pieces TEXT NOT NULL,           -- JSON list of [at, start, end]
    attributes TEXT NOT NULL,       -- JSON list
    PRIMARY KEY (file, page, ordinal),
    FOREIGN KEY (file, page) REFERENCES pages ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX places_by_article ON places (article, file, page, ordinal);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,         -- hash of article, start and end
    article TEXT NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    content INTEGER,                -- hash of all that shapes its vector; NULL where an older format stored it
    sentences TEXT NOT NULL         -- JSON list of [start, end]
);
CREATE INDEX passages_by_article ON passages (article, start);
CREATE INDEX passages_by_content ON passages (content);

CREATE TABLE vectors (
    passage INTEGER NOT NULL REFERENCES passages ON DELETE CASCADE,
    model INTEGER NOT NULL REFERENCES models,
    vector BLOB NOT NULL,           -- float16, little-endian
    PRIMARY KEY (passage, model)
);

-- The log that the indexes replay: for each passage the last change of its text, and of its vector.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    passage INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('text', 'vector')),
    UNIQUE (passage, kind)
);
CREATE INDEX changes_by_kind ON changes (kind, number);

-- Changes by hand, applied in this order whenever a page of the file is cut; they outlive the file's own row.
CREATE TABLE edits (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL,             -- absolute, of the file
    edit TEXT NOT NULL              -- JSON; {"correction": [...]} of a line that was misread
);
CREATE INDEX edits_by_path ON edits (path, number);

-- Reprints: of each article the first one that tells the same story, which may be itself; no row: not looked at yet.
CREATE TABLE stories (
    article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    first INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE
);
CREATE INDEX stories_by_first ON stories (first);

-- Articles that are no more, and those that took their place when their file was read anew.
CREATE TABLE successors (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX successors_by_new ON successors (new);

-- Where a first article is found by one that resembles it: hashes of parts of its signature.
CREATE TABLE bands (
    key INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (key, article)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article);
"""

_FROM_1 = (
    "ALTER TABLE pages ADD COLUMN blocks TEXT",
    "ALTER TABLE pages ADD COLUMN metadata TEXT",
    "CREATE TABLE edits (number INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, edit TEXT NOT NULL)",
    "CREATE INDEX edits_by_path ON edits (path, number)",
    "CREATE INDEX IF NOT EXISTS articles_by_filter ON articles (date, byline, id)",
    "UPDATE files SET size = -1, sha256 = '-'",  # the next `add` reads them again, and fills the new columns
)
_FROM_2 = (
    "ALTER TABLE files ADD COLUMN complete INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE passages ADD COLUMN content INTEGER",
    "CREATE INDEX passages_by_content ON passages (content)",
    """
    CREATE TABLE stories (
        article INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
        first INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE
    )
    """,
    "CREATE INDEX stories_by_first ON stories (first)",
    """
    CREATE TABLE bands (
        key INTEGER NOT NULL,
        article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
        PRIMARY KEY (key, article)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX bands_by_article ON bands (article)",
)
_FROM_3 = ("CREATE INDEX articles_by_title ON articles (title, byline, id, date)",)
_FROM_4 = (
    """
    CREATE TABLE new_pages (
        file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        record TEXT,
        number INTEGER,
        metadata TEXT,
        blocks TEXT,
        text BLOB NOT NULL,
        PRIMARY KEY (file, ordinal)
    )
    """,
    "INSERT INTO new_pages SELECT file, ordinal, record, number, metadata, blocks, text FROM pages",
    "DROP TABLE pages",
    "ALTER TABLE new_pages RENAME TO pages",
    "CREATE INDEX pages_by_record ON pages (record)",
)
_FROM_5 = (
    "ALTER TABLE articles ADD COLUMN rows TEXT",
    "UPDATE places SET attributes = json_insert(attributes, '$[#]', NULL)",
)
_FROM_6 = (
    "ALTER TABLE files ADD COLUMN reading INTEGER NOT NULL DEFAULT 0",
    "CREATE TABLE successors (old TEXT PRIMARY KEY, new TEXT NOT NULL) WITHOUT ROWID",
    "CREATE INDEX successors_by_new ON successors (new)",
)
_FROM_7 = ("UPDATE passages SET content = NULL",)  # it did not know the headings above a passage
_FROM_8 = (_PRINTS,)
_FROM_9 = (
    "ALTER TABLE prints RENAME TO old_prints",
    _PRINTS,
    "INSERT INTO prints (file, ordinal, lines) SELECT file, ordinal, lines FROM old_prints",
    "DROP TABLE old_prints",
)
TABLES = (*_TABLES.split(";\n"), _PRINTS)
"""The statements that make the tables of the newest format."""
_MIGRATIONS: Mapping[int, Sequence[str]] = MappingProxyType(
    {1: _FROM_1, 2: _FROM_2, 3: _FROM_3, 4: _FROM_4, 5: _FROM_5, 6: _FROM_6, 7: _FROM_7, 8: _FROM_8, 9: _FROM_9}
)
"""Format to the statements that make the next one of it."""


def is_empty(connection: sqlite3.Connection) -> bool:
    """Whether the database holds no table at all."""
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in one transaction; does nothing where another process has done it."""
    connection.execute("PRAGMA journal_mode = WAL")
    with transaction(connection, "BEGIN IMMEDIATE"):
        if is_empty(connection):
            for statement in TABLES:
                connection.execute(statement)
            connection.execute("INSERT INTO meta VALUES ('library', ?)", (uuid.uuid4().hex,))
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a library of an older format up to this one, in one transaction; does nothing to any other database."""
    if _older_format(connection) is None:
        return
    connection.execute(
        "PRAGMA foreign_keys = OFF"
    )  # or a table that is made anew takes along what refers to the old one
    try:
        with transaction(connection, "BEGIN IMMEDIATE"):
            while (version := _older_format(connection)) is not None:
                for statement in _MIGRATIONS[version]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {version + 1}")
    finally:
        connection.execute("PRAGMA foreign_keys = ON")


def _older_format(connection: sqlite3.Connection) -> int | None:
    """The format of a library of ours that can be brought up to date; None for any other database."""
    application, version = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")
    )
    return version if application == APPLICATION and version in _MIGRATIONS else None


def verify(connection: sqlite3.Connection, path: str) -> None:
    """Check the database's format. Raises LibraryDamaged for one that is not ours, LibraryError for another version."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION:
        raise LibraryDamaged("library.not-ours", path=path)
    verify_format(version, path)


def verify_format(version: int, path: object) -> None:
    """Raises LibraryError for another format than this version's."""
    if version > FORMAT:
        raise LibraryError(
            "library.newer",
            format=version,
            known=FORMAT,
            path=path,
        )
    if version < FORMAT:
        raise LibraryError(
            "library.older",
            format=version,
            known=FORMAT,
            path=path,
        )


@contextmanager
def transaction(connection: sqlite3.Connection, begin: Literal["BEGIN", "BEGIN IMMEDIATE"]) -> Iterator[None]:
    """Commit what is done inside, or roll it back after any exception. The connection must not be in a transaction."""
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
