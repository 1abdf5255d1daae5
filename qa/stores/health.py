"""What `qa check` asks of the tables."""

from __future__ import annotations

from typing import NamedTuple

from qa.stores.database import Database
from qa.stores.log import ACTIVE

_ORPHANS = """
SELECT (SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM places)),
       (SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM passages) AND trim(text) <> ''),
       (SELECT count(*) FROM pragma_foreign_key_check)
"""


class Tables(NamedTuple):
    """One state of the tables: what is wrong with them, and what the indexes have to agree with."""

    errors: tuple[str, ...]  # of SQLite's integrity check
    homeless: int  # articles that stand on no page
    unsplit: int  # articles without passages
    dangling: int  # rows that point to nothing
    passages: frozenset[int]
    embedded: frozenset[int]  # passages with a vector by the model that serves
    pending: tuple[tuple[str, int], ...]  # models that a switch has not got to yet: name, vectors made
    unfinished: tuple[str, ...]  # files whose reading was interrupted, by source


def examine(database: Database) -> Tables:
    """Everything read once, in one state. Raises LibraryDamaged where reading is impossible."""
    with database.reading() as connection:
        errors = tuple(row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok")
        homeless, unsplit, dangling = connection.execute(_ORPHANS).fetchone()
        passages = frozenset(row[0] for row in connection.execute("SELECT id FROM passages"))
        embedded = frozenset(
            row[0] for row in connection.execute(f"SELECT passage FROM vectors WHERE model = {ACTIVE}")
        )
        pending = tuple(
            (row[0], row[1])
            for row in connection.execute(
                f"""
                SELECT name, (SELECT count(*) FROM vectors WHERE model = models.id) FROM models
                WHERE id IS NOT {ACTIVE} ORDER BY id
                """
            )
        )
        unfinished = tuple(
            row[0] for row in connection.execute("SELECT source FROM files WHERE NOT complete ORDER BY source")
        )
    return Tables(errors, homeless, unsplit, dangling, passages, embedded, pending, unfinished)
