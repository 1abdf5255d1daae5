"""Examine the tables for `qa check`: integrity, missing parts, text that does not match its page."""

from __future__ import annotations

import json
from typing import NamedTuple

from qa.store.database import Connection, Database
from qa.store.log import ACTIVE
from qa.store.passages import HEADLINE, content_of
from qa.store.rows import load_rows, unpack_text
from qa.types import Span
from qa.types.settings import READING

_ORPHANS = """
SELECT (SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM places)),
       (SELECT count(*) FROM articles WHERE id NOT IN (SELECT article FROM passages) AND trim(text) <> '')
"""

PART_KEPT = """
SELECT source, min(json_extract(metadata, '$.kept')) FROM pages JOIN files ON files.id = pages.file
WHERE json_extract(metadata, '$.kept') IS NOT NULL GROUP BY source ORDER BY source
"""
_STOOD = """
SELECT places.file, places.page, places.pieces, articles.text FROM places JOIN articles ON articles.id = places.article
ORDER BY places.file, places.page
"""
_SPLIT = 'SELECT content, start, "end" FROM passages WHERE article = ? AND content IS NOT NULL'
_WHOLE = f"SELECT id, text, rows, {', '.join(HEADLINE)} FROM articles"


class Tables(NamedTuple):
    """The result of `examine`: what is wrong with the tables, and the ids that the indexes must agree with."""

    errors: tuple[str, ...]  # of the engine's own check
    homeless: int  # articles that stand on no page
    unsplit: int  # articles without passages
    dangling: int  # rows that point to nothing
    misplaced: int  # places of articles whose text is not the page's: one of the two is not what was stored
    altered: int  # passages whose text, headline, columns or headings are not what was stored
    passages: frozenset[int]
    embedded: frozenset[int]  # passages with a vector by the model that serves
    pending: tuple[tuple[str, int], ...]  # models that a switch has not got to yet: name, vectors made
    unfinished: tuple[str, ...]  # files whose reading was interrupted, by source
    old_readings: int  # files that an earlier version read
    part_kept: tuple[tuple[str, float], ...]  # files of which much is in no page, by source: the least share kept


def examine(database: Database) -> Tables:
    """Read all tables in one consistent state. Raises LibraryDamaged where they cannot be read."""
    with database.reading() as connection:
        errors, dangling = database.errors(connection)
        homeless, unsplit = connection.execute(_ORPHANS).fetchone()
        misplaced, altered = _misplaced(connection), _altered(connection)
        passages = frozenset(row[0] for row in connection.execute("SELECT id FROM passages"))
        embedded = frozenset(
            row[0] for row in connection.execute(f"SELECT passage FROM vectors WHERE model = {ACTIVE}")
        )
        pending = tuple(
            (row[0], row[1])
            for row in connection.execute(
                f"""
                SELECT name, (SELECT count(*) FROM vectors WHERE model = models.id) FROM models
                WHERE id IS DISTINCT FROM {ACTIVE} ORDER BY id
                """
            )
        )
        unfinished = tuple(
            row[0] for row in connection.execute("SELECT source FROM files WHERE NOT complete ORDER BY source")
        )
        read_before = "SELECT count(*) FROM files WHERE reading < ?"
        old_readings = connection.execute(read_before, (READING,)).fetchone()[0]
        part_kept = tuple((row[0], row[1]) for row in connection.execute(PART_KEPT))
    found = (errors, homeless, unsplit, dangling, misplaced, altered, passages, embedded, pending, unfinished)
    return Tables(*found, old_readings, part_kept)


def _misplaced(connection: Connection) -> int:
    found, key, page = 0, None, ""
    for file, ordinal, pieces, text in connection.execute(_STOOD):
        if key != (file, ordinal):
            key = (file, ordinal)
            blob = connection.execute("SELECT text FROM pages WHERE file = ? AND ordinal = ?", key).fetchone()
            page = unpack_text(blob[0]) if blob else ""
        found += any(text[at : at + end - start] != page[start:end] for at, start, end in json.loads(pieces))
    return found


def _altered(connection: Connection) -> int:
    """Passages that are not what was stored; of those that an earlier format stored nobody can tell."""
    found = 0
    for article, text, stored, *headline in connection.execute(_WHOLE):
        rows = load_rows(stored)
        split = connection.execute(_SPLIT, (article,))
        found += sum(content != content_of(headline, text, Span(*within), rows) for content, *within in split)
    return found
