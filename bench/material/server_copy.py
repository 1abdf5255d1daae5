"""Copy a library from its folder into a PostgreSQL, row by row: what adding its files there would come to."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from qa.store import schema
from qa.store.addresses import address
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase

_NUMBERED = {"models": "id", "files": "id", "articles": "number", "changes": "number", "edits": "number"}
"""Tables that number their rows, and the column."""


def copy_library(library_path: Path, location: str) -> None:
    """Make the library at an address of PostgreSQL, whose schema must not be there, the same as that in a folder."""
    folder = Folder.at(location)
    folder.make()
    database = PostgresDatabase(folder, address(location), create=True)
    try:
        with (
            closing(sqlite3.connect(f"{Folder(library_path).database.as_uri()}?mode=ro", uri=True)) as source,
            database.session() as session,
            session.transaction(),
        ):
            for statement in schema.TABLES:
                if "CREATE TABLE" in statement:
                    table = statement.split("CREATE TABLE", 1)[1].removeprefix(" IF NOT EXISTS").split("(")[0].strip()
                    rows = source.execute(f"SELECT * FROM {table}")
                    columns = ", ".join(f'"{column[0]}"' for column in rows.description)
                    if table == "meta":
                        session.execute("DELETE FROM meta WHERE key NOT IN ('format', 'beside')")
                    with session.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                        for row in rows:
                            copy.write_row(row)
            for table, column in _NUMBERED.items():
                session.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), (SELECT max({column}) FROM {table}))"
                )
        with database.session() as session:
            session.execute("ANALYZE")
    finally:
        database.close()
