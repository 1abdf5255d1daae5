"""The term index of a library in PostgreSQL, in tables beside it: statistics, phrases, and BM25 as tantivy computes it.

Which passages may be the best ones is for those to say that derive from `PostgresTerms`, by weights that were kept with
each passage; their scores are computed here, of what the library holds now.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np

from qa.index import bm25
from qa.index.bm25 import Asked, Row, Weights
from qa.index.index_tables import EMPTY, IndexState, TableIndex, is_made, keep_state, state_of
from qa.index.term_tables import Key, TermTables, joined, kept
from qa.store.postgres import PostgresDatabase
from qa.text.words import FIELDS

MORE = 50  # passages scored besides those that are wanted: so many stand first by the weights that were kept
_KNOWN = 200_000  # terms and phrases that are remembered until the index changes, some 40 MB
_LAST = chr(0x10FFFF)


class Term(NamedTuple):
    """What the index has on a term."""

    number: int
    passages: int  # that hold it


_NONE = Term(0, 0)


class PostgresTerms(TableIndex[Mapping[str, Sequence[str]]], ABC):
    """A `qa.types.protocols.TermIndex`. Many threads may search, one may change it."""

    def __init__(self, database: PostgresDatabase, tables: TermTables) -> None:
        """The index in `tables`, which may not be there yet."""
        super().__init__(database, tables.name, tables.passages)
        self._tables = tables
        self._known: dict[Key, Term] = {}
        self._counted: dict[tuple[str, tuple[str, ...]], int] = {}  # phrases
        self.reload()

    def reload(self) -> None:
        """See what was committed since, by whatever machine."""
        with self._database.session() as session:
            state = state_of(session, self.name)
        if state != self._state or len(self._known) + len(self._counted) > _KNOWN:
            self._state, self._known, self._counted = state, {}, {}

    def pinned(self) -> PostgresTerms:
        """This index for the searches of one question: how many passages there are and how long stays as it is now."""
        return copy(self)

    def add(self, documents: Mapping[int, Mapping[str, Sequence[str]]]) -> None:
        """``{id: {field: terms}}``. An id that is there already is replaced. Visible after `commit`."""
        as_kept = cache(kept)
        self._put(
            {
                passage: {field: list(map(as_kept, terms)) for field, terms in document.items()}
                for passage, document in documents.items()
            }
        )

    def commit(self, change: int) -> None:
        """Make all additions and removals durable, together with the change number."""
        with self._database.session() as session, session.transaction():
            state = state_of(session, self.name)
            if state == EMPTY:
                self._tables.create(session)
            held, lengths = self._tables.drop(session, state, [*self._added, *self._removed])
            lengths += [sum(len(one.get(field, ())) for one in self._added.values()) for field in FIELDS]
            state = IndexState(change, held + len(self._added), tuple(lengths.tolist()))
            weights = self._tables.store(session, self._added, state)
            keep_state(session, self.name, state)
            self._hand_over(weights)
        self.rollback()
        self.reload()

    def settle(self) -> None:
        """Make what searching a filled index takes; nothing where it is there."""
        with self._database.session() as session:
            index = f"{self.name}_by_term"
            if self._state.held and not is_made(session, index):
                with session.transaction():
                    session.execute("SET LOCAL maintenance_work_mem = '512MB'")
                    session.execute(
                        f"CREATE INDEX {index} ON {self._tables.passages} USING gin (terms) WITH (fastupdate = off)"
                    )
                session.execute(f"ANALYZE {self.name}, {self._tables.passages}")

    def search(
        self, terms: Mapping[str, Sequence[str]], k: int, allowed: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """At most `k` (id, BM25 summed over ``{field: terms}``), best first, ties by id.

        BM25 is that of `TantivyTerms`, of which no removed passage is part. Which passages are scored is chosen by
        weights: see those that derive from this.
        """
        asked = self._asked(terms)
        if k < 1 or not len(asked.numbers) or (allowed is not None and not allowed):
            return []
        rows = self._likely(asked, k, allowed)
        return bm25.scored(asked, rows, self._state.held, self._state.lengths)[:k]

    def look_ahead(self, terms: Mapping[str, Sequence[str]]) -> None:
        """Look all of them up with one statement; what is known then is asked for no more."""
        self._look_up([(field, kept(term)) for field, each in terms.items() for term in each])

    def document_frequency(self, field: str, term: str) -> int:
        """How many passages hold the term in the field."""
        return self._look_up([(field, kept(term))])[0].passages

    def has_term(self, field: str, term: str) -> bool:
        """Whether a passage holds the term."""
        return self.document_frequency(field, term) > 0

    def held(self, field: str, terms: Iterable[str]) -> list[str]:
        """Those of many terms, none with white space, that a passage holds; in their order."""
        asked = list(terms)
        found = self._look_up([(field, kept(term)) for term in asked])
        return [term for term, one in zip(asked, found, strict=True) if one.passages]

    def starting(self, field: str, start: str) -> dict[str, int]:
        """The field's terms that begin so, each with the number of passages that hold it."""
        if not self._state.change:
            return {}
        where = "field = %s AND term >= %s AND term < %s AND passages > 0"
        return dict(self._found(f"SELECT term, passages FROM {self.name} WHERE {where}", (field, start, start + _LAST)))

    def holding(self, field: str, phrases: Sequence[Sequence[str]]) -> frozenset[int]:
        """Passages in which the terms of any of the phrases follow each other. The field must be an ordered one."""
        self._look_up({(field, kept(term)) for phrase in phrases for term in phrase})  # of all at once
        conditions = [one for phrase in phrases if phrase and (one := self._condition(field, phrase))]
        if not conditions:
            return frozenset()
        where = " OR ".join(condition for condition, _ in conditions)
        values = list(chain.from_iterable(values for _, values in conditions))
        query = f"SELECT passage FROM {self._tables.passages} WHERE {where}"
        return frozenset(row[0] for row in self._found(query, values))

    def phrase_frequency(self, field: str, terms: Sequence[str]) -> int:
        """How many passages hold the terms one after the other. The field must be an ordered one."""
        if len(terms) == 1:
            return self.document_frequency(field, terms[0])
        key = (field, tuple(terms))
        if key not in self._counted:
            condition = self._condition(field, terms)
            if condition is None:
                return 0
            where, values = condition
            query = f"SELECT count(*) FROM {self._tables.passages} WHERE {where}"
            self._counted[key] = self._found(query, values)[0][0]
        return self._counted[key]

    @abstractmethod
    def _likely(self, asked: Asked, k: int, allowed: Collection[int] | None) -> Sequence[Row]:
        """The passages that hold a term and stand first by the weights that were kept, as far as they are allowed: `k`
        and MORE.
        """

    @abstractmethod
    def _hand_over(self, weights: Sequence[Weights]) -> None:
        """Keep elsewhere what the added passages are chosen by, and drop the `_removed`, before the tables' own change
        is kept: what is there may be ahead of them, never behind.
        """

    def _look_up(self, keys: Collection[Key]) -> list[Term]:
        known = self._known
        unknown = [key for key in dict.fromkeys(keys) if key not in known]
        if unknown and self._state.change:
            rows = self._found(self._tables.looking_up, [list(column) for column in zip(*unknown, strict=True)])
            known.update(dict.fromkeys(unknown, _NONE) | {(row[0], row[1]): Term(row[2], row[3]) for row in rows})
        return [known.get(key, _NONE) for key in keys]

    def _asked(self, terms: Mapping[str, Sequence[str]]) -> Asked:
        times = Counter((field, kept(term)) for field, each in terms.items() for term in each)
        found = sorted(zip(self._look_up(list(times)), times, strict=True))
        held = [(one, key) for one, key in found if one.passages]
        return Asked(
            np.array([one.number for one, _ in held], np.int64),
            np.array([FIELDS.index(key[0]) for _, key in held], np.int64),
            np.array([one.passages for one, _ in held], np.int64),
            np.array([times[key] * bm25.rarity(self._state.held, one.passages) for one, key in held]),
        )

    def _condition(self, field: str, phrase: Sequence[str]) -> tuple[str, list[object]] | None:
        """What holds of a passage with the phrase; None where no passage has all its terms."""
        cut = [kept(term) for term in phrase]
        found = self._look_up([(field, term) for term in cut])
        if not all(one.passages for one in found):
            return None
        numbers = sorted({one.number for one in found})
        if len(phrase) == 1:
            return "terms @> %s::integer[]", [numbers]
        return f"(terms @> %s::integer[] AND strpos({field}_order, %s) > 0)", [numbers, joined(cut)]
