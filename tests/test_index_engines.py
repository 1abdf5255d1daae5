"""What every index promises, whoever keeps it: the same cases over this machine's, pgvector's and Qdrant's."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qa.index.flat_vectors import pack, unpack
from qa.index.term_index import TantivyTerms
from qa.text.words import FIELDS, ORDERED
from qa.types.protocols import Array

pytest.importorskip("qdrant_client", reason="要测 Qdrant 的索引：pip install 'wenbao[dev]'")

from tests.parts.engines import ENGINES, Engine, engine_for, keep

pytestmark = pytest.mark.filterwarnings("ignore:Local mode")  # it says what it does not do as a server does
NEAR = 1e-4  # how far scores may be from the local ones
Documents = dict[int, dict[str, list[str]]]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with engine_for(request, tmp_path) as engine:
        yield engine


def _documents(count: int, seed: int = 0) -> Documents:
    """Fields of up to 300 terms, some frequent, most rare."""
    choose = random.Random(seed)
    vocabulary = [f"词{number}" for number in range(300)]
    weights = [1 / (number + 1) for number in range(300)]
    return {
        choose.getrandbits(63): {
            "words": choose.choices(vocabulary, weights, k=choose.randint(1, 300)),
            "grams": choose.choices(vocabulary, k=choose.randint(0, 60)),
        }
        for _ in range(count)
    }


def _terms(engine: Engine, documents: Documents, change: int = 1) -> Any:
    index = engine.terms()
    index.add(documents)
    keep(index, change)
    return index


def _local(folder: Path, documents: Documents) -> TantivyTerms:
    place = folder / "as-expected"
    place.mkdir()
    index = TantivyTerms(place, FIELDS, "made of this", ORDERED)
    index.add(documents)
    index.commit(1)
    return index


QUERIES: list[dict[str, list[str]]] = [
    {"words": ["词0"]},
    {"words": ["词3", "词17", "词140"], "grams": ["词3", "词17"]},
    {"grams": ["词9", "没有"]},
    {"words": ["词1", "词1"]},
    {"words": [], "grams": ["没有"]},
]


def test_terms_score_as_the_local_ones(engine: Engine, tmp_path: Path) -> None:
    documents = _documents(600)
    index, local = _terms(engine, documents), _local(tmp_path, documents)
    for query in QUERIES:
        every = dict(local.search(query, 10_000))
        for k in (1, 10, 10_000):
            found = index.search(query, k)
            assert [score for _, score in found] == pytest.approx(sorted(every.values(), reverse=True)[:k], abs=NEAR)
            assert all(score == pytest.approx(every[one], abs=NEAR) for one, score in found)
            assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert index.search(QUERIES[0], 0) == []


def test_allowed_limits_which_terms_come_whether_few_or_many(engine: Engine, tmp_path: Path) -> None:
    documents = _documents(600)
    index, local = _terms(engine, documents), _local(tmp_path, documents)
    for size in (1, 50, 599):
        allowed = frozenset(random.Random(size).sample(sorted(documents), size)) | {1}
        expected, found = local.search(QUERIES[1], 30, allowed), index.search(QUERIES[1], 30, allowed)
        assert {one for one, _ in found} <= allowed
        assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=NEAR)
    assert index.search(QUERIES[1], 30, frozenset()) == []


def test_terms_that_tie_come_by_id_also_where_k_cuts_through_them(engine: Engine) -> None:
    ids = random.Random(2).sample(range(1, 1000), 300)
    index = _terms(engine, {one: {"words": ["同", "样"]} for one in ids})
    for k in (1, 7, 120, 300, 301):
        assert [one for one, _ in index.search({"words": ["同"]}, k)] == sorted(ids)[:k]


def test_replaced_and_removed_documents_are_gone_and_not_counted(engine: Engine) -> None:
    index = _terms(engine, {1: {"words": ["旧", "同"]}, 2: {"words": ["同"]}, 2**63 - 1: {"words": ["同"]}})
    assert index.document_frequency("words", "同") == 3
    index.add({1: {"words": ["新"]}})
    index.remove([2**63 - 1, 12345])
    assert index.document_frequency("words", "旧") == 1, "visible before commit"
    keep(index, 2)
    assert (index.change, index.ids, len(index)) == (2, {1, 2}, 2)
    assert [index.document_frequency("words", term) for term in ("旧", "新", "同", "无")] == [0, 1, 1, 0]
    assert index.search({"words": ["旧"]}, 5) == []
    assert [one for one, _ in index.search({"words": ["同", "新"]}, 5, {1})] == [1]
    fresh = index.pinned().search({"words": ["新", "同"]}, 5)
    assert [score for _, score in fresh] == pytest.approx(
        [score for _, score in index.search({"words": ["新", "同"]}, 5)]
    )


def test_rollback_forgets_what_was_not_committed(engine: Engine) -> None:
    index = _terms(engine, {1: {"words": ["甲"]}})
    index.add({2: {"words": ["乙"]}})
    index.remove([1])
    index.rollback()
    keep(index, 9)
    assert (index.ids, index.change) == ({1}, 9)


def test_another_machine_sees_what_was_committed(engine: Engine) -> None:
    index = _terms(engine, {1: {"words": ["甲"]}})
    other = engine.terms()
    assert (other.change, other.document_frequency("words", "甲")) == (1, 1)
    index.add({2: {"words": ["甲", "乙"]}})
    keep(index, 4)
    other.reload()
    assert (other.change, other.ids, other.document_frequency("words", "甲")) == (4, {1, 2}, 2)
    assert [one for one, _ in other.search({"words": ["乙"]}, 3)] == [2]


@pytest.mark.parametrize("term", ["漷县", "covid-19", "3.5%", "a b", "全　角", "“", "C++", "词'", "𠀀𠀁", "长" * 900])
def test_any_term_is_found_as_it_is(engine: Engine, term: str) -> None:
    index = _terms(engine, {5: {"words": ["x", term, "y"]}, 6: {"words": ["a", "b", "全", "角", "长" * 899]}})
    assert [one for one, _ in index.search({"words": [term]}, 5)] == [5]
    assert index.document_frequency("words", term) == 1


def test_statistics_and_phrases_are_the_local_ones(engine: Engine, tmp_path: Path) -> None:
    documents = _documents(300, seed=3)
    index, local = _terms(engine, documents), _local(tmp_path, documents)
    asked = [f"词{number}" for number in range(0, 400, 7)]
    for field in FIELDS:
        assert index.held(field, asked) == local.held(field, asked)
        assert index.starting(field, "词1") == local.starting(field, "词1")
        for term in asked[:20]:
            assert index.document_frequency(field, term) == local.document_frequency(field, term)
            assert index.has_term(field, term) == local.has_term(field, term)
    lines = [document["grams"] for document in documents.values()]
    phrases = [list(pair) for line in lines[:20] for pair in pairwise(line)][:60]
    phrases += [line[3:7] for line in lines[:20] if len(line) > 7] + [["词1", "词1"], ["词9", "没有"], ["词7"]]
    for phrase in phrases:
        assert index.phrase_frequency("grams", phrase) == local.phrase_frequency("grams", phrase), phrase
        assert index.holding("grams", [phrase]) == local.holding("grams", [phrase]), phrase
    assert index.holding("grams", phrases) == local.holding("grams", phrases)
    assert index.holding("grams", []) == frozenset()


def test_an_index_that_holds_nothing_finds_nothing(engine: Engine) -> None:
    index, vectors = engine.terms(), engine.vectors(8)
    assert (index.change, len(index), index.ids) == (0, 0, frozenset())
    assert index.search(QUERIES[1], 5) == []
    assert index.held("words", ["词1"]) == []
    assert dict(index.starting("words", "词")) == {}
    assert index.phrase_frequency("grams", ["词1", "词2"]) == 0
    assert (vectors.change, len(vectors), vectors.ids) == (0, 0, frozenset())
    assert vectors.search(_rows(1, 8)[0], 3) == []
    assert vectors.scores(_rows(1, 8)[0], [1, 2]) == {}


def _rows(count: int, dimension: int, seed: int = 0) -> Array:
    """(count, dimension) unit rows, rounded to float16 as the library stores them."""
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return unpack([pack(row / np.linalg.norm(row)) for row in rows], dimension)


def _vectors(engine: Engine, ids: list[int], rows: Array) -> Any:
    index = engine.vectors(rows.shape[1])
    index.add(ids, rows)
    keep(index, 1)
    return index


def test_vectors_are_those_nearest_with_their_cosines(engine: Engine) -> None:
    rows = _rows(500, 32)
    ids = random.Random(1).sample(range(1, 2**62), 500)
    index = _vectors(engine, ids, rows)
    for query in _rows(5, 32, seed=9):
        expected = dict(zip(ids, (rows @ query).tolist(), strict=True))
        for k, allowed in ((1, None), (100, None), (1000, None), (50, frozenset(ids[:20])), (20, frozenset(ids[5:]))):
            may_come = sorted(expected[one] for one in ids if allowed is None or one in allowed)[::-1][:k]
            found = index.search(query, k, allowed)
            assert [score for _, score in found] == pytest.approx(may_come, abs=NEAR)
            assert all(score == pytest.approx(expected[one], abs=NEAR) for one, score in found)
            assert allowed is None or {one for one, _ in found} <= allowed
        assert index.scores(query, [*ids[:30], 5]) == pytest.approx({one: expected[one] for one in ids[:30]}, abs=NEAR)
    assert index.search(rows[0], 0) == index.search(rows[0], 5, frozenset()) == []
    assert index.scores(rows[0], []) == {}


def test_vectors_that_tie_come_by_id_also_where_k_cuts_through_them(engine: Engine) -> None:
    ids = random.Random(2).sample(range(1, 1000), 200)
    index = _vectors(engine, ids, np.tile(_rows(1, 16), (200, 1)))
    for k in (1, 7, 120, 200, 201):
        assert [one for one, _ in index.search(_rows(1, 16, seed=4)[0], k)] == sorted(ids)[:k]


def test_replaced_and_removed_vectors_are_gone(engine: Engine) -> None:
    rows = _rows(4, 16)
    index = _vectors(engine, [1, 2, 3], rows[:3])
    index.add([1], rows[3:])
    index.remove([2, 77])
    keep(index, 5)
    assert (index.change, index.ids, len(index)) == (5, {1, 3}, 2)
    assert [one for one, _ in index.search(rows[1], 5)] != [2]
    assert {one for one, _ in index.search(rows[1], 5)} == {1, 3}
    assert index.search(rows[3], 1)[0] == (1, pytest.approx(1, abs=NEAR))
    assert 2 not in index.scores(rows[1], [1, 2, 3])
    index.add([2], rows[1:2])
    keep(index, 6)
    assert index.search(rows[1], 1)[0] == (2, pytest.approx(1, abs=NEAR))


@pytest.mark.parametrize("engine", ["pgvector"], indirect=True)
def test_many_vectors_are_found_by_a_graph_nearly_all(engine: Engine) -> None:
    choose = np.random.default_rng(5)
    centres = _rows(300, 32, seed=6)
    rows = centres[choose.integers(0, 300, 11_000)] + 0.15 * choose.normal(size=(11_000, 32)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = list(range(1, 11_001))
    index = _vectors(engine, ids, rows)
    shares = []
    for query in rows[:40]:
        expected = set((np.argsort(-(rows @ query))[:10] + 1).tolist())
        found = index.search(query, 10)
        assert len(found) == 10
        shares.append(len(expected & {one for one, _ in found}) / 10)
        some = frozenset(ids[::4])
        assert {one for one, _ in index.search(query, 10, some | frozenset(range(20_000, 40_000)))} <= some
    assert np.mean(shares) > 0.95
