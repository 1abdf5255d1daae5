"""Tables of an index in the library's own schema: how far each has come, and rows in PostgreSQL's binary form."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np

from qa.errors import LibraryError
from qa.index.pending import Pending, T
from qa.store.addresses import Address
from qa.store.folder import Folder
from qa.store.log import Model
from qa.store.postgres import PostgresDatabase
from qa.types.protocols import Array

_STATES = """
CREATE TABLE IF NOT EXISTS index_states (
    name text PRIMARY KEY,          -- of the index, whose tables begin so
    change bigint NOT NULL,         -- the last change number of the library that it holds
    held bigint NOT NULL,           -- how many passages
    lengths bigint[] NOT NULL,      -- how many terms they have together, by field; empty of vectors
    used timestamptz NOT NULL       -- when it was last brought up to date
)
"""
_KEPT_DAYS = 7  # an index that another version, model or list of words made stays for those that still use it


class IndexState(NamedTuple):
    """How far an index has come."""

    change: int
    held: int  # passages
    lengths: tuple[int, ...]


EMPTY = IndexState(0, 0, ())


def state_of(session: Any, name: str) -> IndexState:
    """That of an index; of one that is not made yet, an empty one's."""
    found = session.execute("SELECT change, held, lengths FROM index_states WHERE name = %s", (name,)).fetchone()
    return IndexState(found[0], found[1], tuple(found[2])) if found else EMPTY


def keep_state(session: Any, name: str, state: IndexState) -> None:
    """In the transaction that changes the index."""
    session.execute(
        "INSERT INTO index_states VALUES (%s, %s, %s, %s, now()) ON CONFLICT (name) DO UPDATE "
        "SET change = excluded.change, held = excluded.held, lengths = excluded.lengths, used = excluded.used",
        (name, state.change, state.held, list(state.lengths)),
    )


def is_made(session: Any, name: str) -> bool:
    """Whether there is a table or an index of this name."""
    return session.execute("SELECT to_regclass(%s)", (name,)).fetchone()[0] is not None


def name_of(kind: str, made_of: object) -> str:
    """The name of an index of a kind that is made of something: a model's vectors, a version of the terms."""
    told = made_of.fingerprint if isinstance(made_of, Model) else str(made_of)
    return f"index_{kind}_{blake2b(told.encode(), digest_size=6).hexdigest()}"


class TableIndex(Pending[T]):
    """An index in tables beside the library, one of which has a row a passage."""

    def __init__(self, database: PostgresDatabase, name: str, passages: str) -> None:
        """`passages` is the table with a row a passage; it may not be there yet."""
        super().__init__()
        self._database = database
        self.name = name
        self._passages = passages
        self._state = EMPTY

    @property
    def change(self) -> int:
        """The last change number of the library that this index holds; 0 when empty."""
        return self._state.change

    def __len__(self) -> int:
        return self._state.held

    @property
    def is_torn(self) -> bool:
        """Whether it holds other passages than it says: all of it is kept together."""
        return False

    @property
    def ids(self) -> frozenset[int]:
        """Those of all passages."""
        if not self.change:
            return frozenset()
        return frozenset(row[0] for row in self._found(f"SELECT passage FROM {self._passages}"))

    def _found(self, query: str, values: Any = ()) -> list[Any]:
        with self._database.session() as session:
            found: list[Any] = session.execute(query, values).fetchall()
        return found


class ServerEngine:
    """What every `qa.index.shared_indexes.Engine` that keeps something beside the library does alike."""

    def __init__(self, folder: Folder, address: Address, settings: Sequence[str] = ()) -> None:
        """`settings` are what connections begin with. Raises LibraryError where there is nothing yet and this account
        may not make it.
        """
        self.database = PostgresDatabase(folder, address, settings=settings)
        self.lock = self.database.lock("index")
        self.is_writable = self.database.is_writable
        try:
            with self.database.session() as session:
                if self.is_writable:
                    session.execute(_STATES)
                elif not is_made(session, "index_states"):
                    raise LibraryError("index.not-made", server=address)
        except BaseException:
            self.close()
            raise

    def clear(self, name: str) -> None:
        """Throw away an index that is not what the library has."""
        with self.lock.try_hold() as held, self.database.session() as session, session.transaction():
            if held:
                _drop(session, name)

    def clear_unused(self, *used: str) -> None:
        """Note that these are used; throw away those that nobody has used for a week."""
        with self.database.session() as session, session.transaction():
            session.execute("UPDATE index_states SET used = now() WHERE name = ANY(%s)", (list(used),))
            query = "SELECT name FROM index_states WHERE used < now() - make_interval(days => %s)"
            for (name,) in session.execute(query, (_KEPT_DAYS,)).fetchall():
                _drop(session, name)

    def close(self) -> None:
        self.database.close()


def _drop(session: Any, name: str) -> None:
    for table in (name, f"{name}_passages"):
        session.execute(f"DROP TABLE IF EXISTS {table}")
    session.execute("DELETE FROM index_states WHERE name = %s", (name,))


_BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = struct.pack(">h", -1)
_INTEGER = 23  # the type's number in PostgreSQL
_AT_ONCE = 500  # rows handed over together


def copy_rows(session: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[bytes]]) -> None:
    """Append rows to a table, each a value a column, packed as below."""
    with session.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(_BEGIN)
        batch: list[bytes] = []
        for row in rows:
            batch.append(struct.pack(">h", len(row)))
            for value in row:
                batch += (struct.pack(">i", len(value)), value)
            if len(batch) > _AT_ONCE * len(columns):
                copy.write(b"".join(batch))
                batch.clear()
        copy.write(b"".join(batch) + _END)


def packed_id(identity: int) -> bytes:
    """A bigint."""
    return struct.pack(">q", identity)


def packed_integer(number: int) -> bytes:
    """An integer."""
    return struct.pack(">i", number)


def packed_integers(numbers: Array) -> bytes:
    """An integer[] of a (n,) array."""
    if not len(numbers):
        return struct.pack(">iii", 0, 0, _INTEGER)
    cells = np.empty((len(numbers), 2), ">i4")
    cells[:, 0], cells[:, 1] = 4, numbers
    return struct.pack(">iiiii", 1, 0, _INTEGER, len(numbers), 1) + cells.tobytes()


def unpacked_integers(sent: bytes) -> Array:
    """The (n,) array of an integer[], as `array_send` gives it."""
    return np.frombuffer(sent, ">i4", offset=20).reshape(-1, 2)[:, 1] if len(sent) > 20 else np.empty(0, ">i4")


def packed_halves(row: Array) -> bytes:
    """A halfvec of a (n,) row."""
    return struct.pack(">hh", len(row), 0) + np.asarray(row, ">f2").tobytes()


def packed_sparse(places: Array, values: Array, dimensions: int) -> bytes:
    """A sparsevec of values at ascending places, counted from 0."""
    head = struct.pack(">iii", dimensions, len(places), 0)
    return head + np.asarray(places, ">i4").tobytes() + np.asarray(values, ">f4").tobytes()
