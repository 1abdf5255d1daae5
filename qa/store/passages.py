"""Store the passages of articles, their vectors, and the models that made the vectors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from qa.store.database import Connection, Database
from qa.store.log import NOTE, Model, note
from qa.store.rows import dump, load_rows
from qa.text.headings import headings_above
from qa.types import Article, Passage, Row, Span, rows_within

HEADLINE = ("title", "kicker", "subtitle")
"""The attributes of an article that go into vectors and terms of its passages."""

_TAKE_VECTORS = """
INSERT INTO vectors (passage, model, vector)
SELECT :passage, model, vector FROM passages JOIN vectors ON vectors.passage = passages.id
WHERE content = :content AND passages.id <> :passage ON CONFLICT DO NOTHING
"""
_SET = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def write_passages(connection: Connection, article: Article, passages: Sequence[Passage], *, is_new: bool) -> None:
    """Replace an article's passages; those that it had already keep their vectors, new ones have none. Those that an
    earlier format stored keep theirs where no heading stands above them, which it did not read.
    """
    held = set[int]() if is_new else set(passages_of(connection, article.id))
    headline = [getattr(article, name) for name in HEADLINE]
    rows = []
    for passage in passages:
        if passage.id not in held:
            content = content_of(headline, article.text, Span(passage.start, passage.end), article.rows)
            rows.append((passage.id, article.id, passage.start, passage.end, dump(passage.sentences), content))
    connection.executemany(
        'INSERT INTO passages (id, article, start, "end", sentences, content) VALUES (?, ?, ?, ?, ?, ?)', rows
    )
    connection.executemany(_TAKE_VECTORS, [{"passage": row[0], "content": row[-1]} for row in rows])
    connection.executemany(NOTE, [(row[0], "text") for row in rows])
    drop_passages(connection, held.difference(passage.id for passage in passages))
    if held:
        _renew_passages(connection, article.id)


def drop_passages(connection: Connection, passages: Iterable[int]) -> None:
    """Delete passages, and log each for the indexes."""
    for gone in sorted(passages):
        connection.execute("DELETE FROM passages WHERE id = ?", (gone,))
        note(connection, gone, "text")


def retitle_passages(connection: Connection, article: str, headline: Sequence[object]) -> None:
    """Mark an article's passages as changed after its headline did: their vectors and terms are stale."""
    text, rows = connection.execute("SELECT text, rows FROM articles WHERE id = ?", (article,)).fetchone()
    table = load_rows(rows)
    found = connection.execute('SELECT id, start, "end" FROM passages WHERE article = ?', (article,)).fetchall()
    for passage, *range_ in found:
        _remake(connection, passage, content_of(headline, text, Span(*range_), table))


def _renew_passages(connection: Connection, article: str) -> None:
    """Say of an article's passages that an earlier format stored what they were made of; those below a heading are
    stale.
    """
    query = 'SELECT id, start, "end" FROM passages WHERE article = ? AND content IS NULL'
    found = connection.execute(query, (article,)).fetchall()
    if not found:
        return
    query = f"SELECT text, rows, {', '.join(HEADLINE)} FROM articles WHERE id = ?"
    text, rows, *headline = connection.execute(query, (article,)).fetchone()
    table = load_rows(rows)
    for passage, *range_ in found:
        content = content_of(headline, text, Span(*range_), table)
        if headings_above(text, range_[0]):
            _remake(connection, passage, content)
        else:
            connection.execute("UPDATE passages SET content = ? WHERE id = ?", (content, passage))


def _remake(connection: Connection, passage: int, content: int) -> None:
    """A passage has other content from now on: its vectors go, and the indexes are told."""
    connection.execute("DELETE FROM vectors WHERE passage = ?", (passage,))
    connection.execute("UPDATE passages SET content = ? WHERE id = ?", (content, passage))
    _take_vectors(connection, passage, content)
    note(connection, passage, "text")


def passages_of(connection: Connection, article: str) -> list[int]:
    """Ids of an article's passages."""
    return [row[0] for row in connection.execute("SELECT id FROM passages WHERE article = ?", (article,))]


def content_of(headline: Iterable[object], text: str, within: Span, rows: Sequence[Row]) -> int:
    """63 bits of a hash of everything about a passage that embedding and terms read: its article's headline, its part
    of the article's text, the columns of the rows in it, and the headings above it.
    """
    columns = dict.fromkeys("\t".join(row.columns) for row in rows_within(rows, *within))
    above = headings_above(text, within.start)
    whole = "\0".join([*(str(part or "") for part in headline), text[slice(*within)], *columns, *above])
    return int.from_bytes(blake2b(whole.encode(), digest_size=8).digest(), "big") >> 1


def _take_vectors(connection: Connection, passage: int, content: int) -> None:
    """What says the same has the same vector: a passage that moved, or a reprint, is not embedded again."""
    connection.execute(_TAKE_VECTORS, {"passage": passage, "content": content})


def store_vectors(database: Database, model: Model, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Keep a batch of passages' vectors; a passage that has gone meanwhile is passed over."""
    made = dict(vectors)
    with database.writing() as connection:
        number = _model_number(connection, model)
        found = connection.execute(
            "SELECT passages.id FROM json_each(?) AS wanted "
            "JOIN passages ON passages.id = CAST(wanted.value AS BIGINT)",
            (dump(list(made)),),
        )
        held = {row[0] for row in found}
        there = [passage for passage in made if passage in held]
        connection.executemany(
            "INSERT INTO vectors (passage, model, vector) VALUES (?, ?, ?) "
            "ON CONFLICT (passage, model) DO UPDATE SET vector = excluded.vector",
            [(passage, number, made[passage]) for passage in there],
        )
        if _value(connection, "model") == number:
            connection.executemany(NOTE, [(passage, "vector") for passage in there])


def serve_model(database: Database, model: Model) -> None:
    """Make a model the one whose vectors serve, and delete the vectors of all others."""
    with database.writing() as connection:
        number = _model_number(connection, model)
        if _value(connection, "model") != number:
            _set(connection, "model", number)
            connection.execute("UPDATE models SET name = ? WHERE id = ?", (model.name, number))
            connection.execute("DELETE FROM vectors WHERE model <> ?", (number,))
            connection.execute("DELETE FROM models WHERE id <> ?", (number,))
        connection.execute("DELETE FROM meta WHERE key = 'next'")


def plan_model(database: Database, model: Model) -> None:
    """Note which model shall serve once all its vectors are made; what was made for any other but the one that serves
    is dropped.
    """
    with database.writing() as connection:
        number = _model_number(connection, model)
        _set(connection, "next", number)
        kept = (number, _value(connection, "model"))
        connection.execute("DELETE FROM vectors WHERE model NOT IN (?, ?)", kept)
        connection.execute("DELETE FROM models WHERE id NOT IN (?, ?)", kept)


def _model_number(connection: Connection, model: Model) -> int:
    connection.execute(
        "INSERT INTO models (name, fingerprint, dimension) VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING", model
    )
    row = connection.execute("SELECT id FROM models WHERE fingerprint = ?", (model.fingerprint,)).fetchone()
    number: int = row[0]
    return number


def _value(connection: Connection, key: str) -> int | None:
    row = connection.execute("SELECT CAST(value AS BIGINT) FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _set(connection: Connection, key: str, number: int) -> None:
    connection.execute(_SET, (key, str(number)))
