"""The tables of a term index in PostgreSQL: a row a term, and a row a passage; how they are filled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any

import numpy as np

from qa.index import bm25
from qa.index.bm25 import Row, Weights
from qa.index.index_tables import (
    IndexState,
    copy_rows,
    packed_id,
    packed_integer,
    packed_integers,
    unpacked_integers,
)
from qa.index.term_index import whole
from qa.text.words import FIELDS, ORDERED
from qa.types.protocols import Array

_LONGEST = 400  # characters of a term that are kept as they are; PostgreSQL takes 2,700 bytes in a key

Key = tuple[str, str]
"""A field and a term as it is kept."""
Documents = Mapping[int, Mapping[str, Sequence[str]]]
"""``{id: {field: terms}}``."""


class TermTables:
    """Those of one index. Each change is part of the caller's transaction."""

    row = f"passage, ARRAY[{', '.join(f'{field}_length' for field in FIELDS)}], array_send(terms)"
    """What to select of a passage, for `read`."""

    def __init__(
        self,
        name: str,
        columns: Sequence[str] = (),
        values: Callable[[Weights], Sequence[bytes]] = lambda _: (),
    ) -> None:
        """`columns` are definitions of further ones of a passage's row, `values` what they hold, packed."""
        self.name = name
        self.passages = f"{name}_passages"
        self._columns = columns
        self._values = values
        self.looking_up = (  # one after the other, through the index, however many
            "SELECT field, term, number, passages FROM unnest(%s::text[], %s::text[]) AS asked (field, term), LATERAL "
            f"(SELECT number, passages FROM {name} AS held WHERE held.field = asked.field AND held.term = asked.term "
            "OFFSET 0) AS found"
        )
        """The terms that there are of two lists: fields, and as many terms."""

    @staticmethod
    def read(rows: Iterable[Any]) -> list[Row]:
        """Those selected as `row`."""
        return [Row(passage, lengths, unpacked_integers(terms)) for passage, lengths, terms in rows]

    def create(self, session: Any) -> None:
        lengths = ", ".join(f"{field}_length integer NOT NULL" for field in FIELDS)
        orders = ", ".join(f"{field}_order text NOT NULL" for field in sorted(ORDERED))
        further = "".join(f", {column}" for column in self._columns)
        session.execute(
            f'CREATE TABLE {self.name} (number integer PRIMARY KEY, field text COLLATE "C" NOT NULL, '
            'term text COLLATE "C" NOT NULL, passages integer NOT NULL, UNIQUE (field, term)) WITH (fillfactor = 70)'
        )
        session.execute(
            f"CREATE TABLE {self.passages} (passage bigint PRIMARY KEY, {lengths}, terms integer[] NOT NULL, "
            f"{orders}{further}) WITH (toast_tuple_target = 8160)"
        )
        for column in ("terms", *(f"{field}_order" for field in ORDERED)):
            session.execute(f"ALTER TABLE {self.passages} ALTER {column} SET STORAGE EXTERNAL")

    def drop(self, session: Any, state: IndexState, gone: Sequence[int]) -> tuple[int, Array]:
        """Take the removed and the replaced passages out; how many stay, and how many terms they have by field."""
        query = f"DELETE FROM {self.passages} WHERE passage = ANY(%s) RETURNING {self.row}"
        rows = self.read(session.execute(query, (gone,))) if state.held else []
        counts = Counter[int]()
        for row in rows:
            counts.update(set(row.terms.tolist()))
        self._count(session, counts, -1)
        lengths = np.array(state.lengths or [0] * len(FIELDS))
        return state.held - len(rows), lengths - np.sum([lengths * 0, *(np.array(row.lengths) for row in rows)], axis=0)

    def _count(self, session: Any, counts: Mapping[int, int], sign: int) -> None:
        if counts:
            session.execute(
                f"UPDATE {self.name} AS held SET passages = held.passages + more.passages "
                "FROM unnest(%s::integer[], %s::integer[]) AS more (number, passages) WHERE held.number = more.number",
                (list(counts), [sign * count for count in counts.values()]),
            )

    def store(self, session: Any, added: Documents, state: IndexState) -> list[Weights]:
        """Write the rows of the added passages, their terms as they are kept; by which they are chosen. `state` is that
        with them.
        """
        numbers = self._numbered(session, added)
        weights: list[Weights] = []
        rows = []
        for passage, document in added.items():
            cut = {field: document.get(field, ()) for field in FIELDS}
            terms = [np.fromiter(map(numbers[field].__getitem__, cut[field]), np.int64) for field in FIELDS]
            weights.append(bm25.weights(passage, terms, state.held, state.lengths))
            lengths = [packed_integer(len(each)) for each in terms]
            orders = [joined(cut[field]).encode() for field in sorted(ORDERED)]
            packed = packed_integers(np.concatenate(terms))
            rows.append((packed_id(passage), *lengths, packed, *orders, *self._values(weights[-1])))
        columns = ["passage", *(f"{field}_length" for field in FIELDS), "terms"]
        columns += [*(f"{field}_order" for field in sorted(ORDERED)), *(one.split()[0] for one in self._columns)]
        copy_rows(session, self.passages, columns, rows)
        return weights

    def _numbered(self, session: Any, added: Documents) -> dict[str, dict[str, int]]:
        """The number of each term of the added passages, by field, counted with them; new ones get theirs."""
        numbers: dict[str, dict[str, int]] = {}
        for field in FIELDS:
            counts = Counter(chain.from_iterable(set(document.get(field, ())) for document in added.values()))
            found = session.execute(self.looking_up, ([field] * len(counts), list(counts)))
            held = numbers[field] = {term: number for _, term, number, _ in found}
            self._count(session, {number: counts[term] for term, number in held.items()}, 1)
            new = sorted(counts.keys() - held.keys())
            (last,) = session.execute(f"SELECT coalesce(max(number), 0) FROM {self.name}").fetchone()
            held |= {term: number for number, term in enumerate(new, last + 1)}
            rows = (
                (packed_integer(held[term]), field.encode(), term.encode(), packed_integer(counts[term]))
                for term in new
            )
            copy_rows(session, self.name, ("number", "field", "term", "passages"), rows)
        return numbers


def kept(term: str) -> str:
    """A term as the index has it."""
    term = whole(term)
    if len(term) <= _LONGEST:
        return term
    return term[:_LONGEST] + blake2b(term.encode(), digest_size=16).hexdigest()


def joined(terms: Sequence[str]) -> str:
    """Terms in their order, so that a phrase is a part of the text: a space before and behind each."""
    return f" {' '.join(terms)} " if terms else ""
