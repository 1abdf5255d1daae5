"""The vector index against numpy."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import IndexUnusable
from qa.index.flat_vectors import FlatVectors, header_at, pack, unpack

DIMENSION = 16


def _rows(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _index(rows: np.ndarray, ids: list[int]) -> FlatVectors:
    index = FlatVectors(DIMENSION, "made of this")
    index.add(ids, rows)
    return index


def _brute(rows: np.ndarray, ids: list[int], query: np.ndarray) -> list[tuple[int, float]]:
    scored = [(one, float(row @ query)) for one, row in zip(ids, rows, strict=True)]
    return sorted(scored, key=lambda hit: (-hit[1], hit[0]))


def _same(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert [one for one, _ in found] == [one for one, _ in expected]
    np.testing.assert_allclose([score for _, score in found], [score for _, score in expected], atol=1e-6)


@given(st.integers(0, 60), st.integers(0, 70), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_search_is_brute_force_by_cosine(count: int, k: int, seed: int) -> None:
    rows = _rows(count + 1, seed)
    ids = [int(one) for one in np.random.default_rng(seed).choice(2**62, count, replace=False)]
    index = _index(rows[:count], ids) if count else FlatVectors(DIMENSION, "")
    _same(index.search(rows[count], k), _brute(rows[:count], ids, rows[count])[:k])


def test_allowed_limits_what_comes_and_scores_gives_any() -> None:
    rows, ids = _rows(500), list(range(2**62, 2**62 + 500))
    index, query = _index(rows, ids), _rows(1, seed=9)[0]
    allowed = frozenset(ids[::7]) | {5}  # 5 is not held
    expected = [hit for hit in _brute(rows, ids, query) if hit[0] in allowed]
    _same(index.search(query, 20, allowed), expected[:20])
    _same(index.search(query, 1000, allowed), expected)
    assert index.search(query, 20, frozenset()) == []
    scores = index.scores(query, [ids[3], 5, ids[4]])
    assert scores == pytest.approx({ids[3]: rows[3] @ query, ids[4]: rows[4] @ query}, abs=1e-6)


def test_ties_come_by_id_also_where_k_cuts_through_them() -> None:
    row = _rows(1)
    ids = [int(one) for one in np.random.default_rng(1).permutation(200)]
    index = _index(np.repeat(row, 200, axis=0), ids)
    for k in (1, 3, 50, 199, 200):
        assert [one for one, _ in index.search(row[0], k)] == list(range(k))
    assert [one for one, _ in index.search(row[0], 2, {7, 9, 8})] == [7, 8]


def test_a_cosine_is_never_out_of_range() -> None:
    rows = _rows(300)
    index = _index(rows, list(range(300)))
    for row in rows[:50]:
        hits = index.search(row, 300)
        assert all(-1 <= score <= 1 for _, score in hits)
        assert all(-1 <= score <= 1 for score in index.scores(row, list(range(300))).values())


def test_an_id_added_again_is_replaced_and_a_removed_one_is_gone() -> None:
    rows = _rows(20)
    index = _index(rows[:10], list(range(10)))
    index.add([3, 4], rows[10:12])
    assert len(index) == 10
    assert index.search(rows[10], 1)[0] == (3, pytest.approx(1, abs=1e-6))
    index.remove([3, 99])
    assert index.ids == frozenset(range(10)) - {3}
    assert all(one != 3 for one, _ in index.search(rows[10], 10))
    assert index.scores(rows[10], [3]) == {}


def test_written_and_read_it_is_the_same(tmp_path: Path) -> None:
    rows = _rows(100)
    index = _index(rows, list(range(100)))
    index.remove(range(0, 100, 9))
    index.change = 77
    index.write(tmp_path / "vectors")
    again = FlatVectors.read(tmp_path / "vectors", DIMENSION, "made of this")
    assert (again.change, again.ids) == (77, index.ids)
    header = header_at(tmp_path / "vectors", "made of this")
    assert header is not None
    assert header.change == 77
    query = _rows(1, seed=3)[0]
    assert again.search(query, 30) == index.search(query, 30)
    again.add([0], rows[:1])
    assert again.search(rows[0], 1)[0][0] == 0
    assert [path.name for path in tmp_path.iterdir()] == ["vectors"]


@pytest.mark.parametrize("where", [0, 20, 511, 512, 540, 2000, -1])
def test_one_flipped_byte_makes_it_unusable(tmp_path: Path, where: int) -> None:
    path = tmp_path / "vectors"
    _index(_rows(50), list(range(50))).write(path)
    data = bytearray(path.read_bytes())
    data[where] ^= 0x55
    path.write_bytes(data)
    with pytest.raises(IndexUnusable):
        FlatVectors.read(path, DIMENSION, "made of this")


@pytest.mark.parametrize("length", [0, 100, 512, 700])
def test_a_cut_file_is_unusable(tmp_path: Path, length: int) -> None:
    path = tmp_path / "vectors"
    _index(_rows(50), list(range(50))).write(path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(IndexUnusable):
        FlatVectors.read(path, DIMENSION, "made of this")


def test_missing_or_made_of_something_else_is_unusable(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable):
        FlatVectors.read(tmp_path / "none", DIMENSION, "made of this")
    _index(_rows(5), list(range(5))).write(tmp_path / "vectors")
    with pytest.raises(IndexUnusable):
        FlatVectors.read(tmp_path / "vectors", DIMENSION, "made of that")
    assert header_at(tmp_path / "vectors", "made of that") is None


def test_packing_keeps_the_direction_and_unit_length() -> None:
    rows = _rows(40)
    again = unpack([pack(row) for row in rows], DIMENSION)
    assert again.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(again, axis=1), 1, atol=1e-6)
    assert (again * rows).sum(axis=1).min() > 0.99999


def test_threads_may_search_while_one_adds_and_removes() -> None:
    rows = _rows(2000)
    index = _index(rows[:1000], list(range(1000)))
    failures: list[Exception] = []

    def ask() -> None:
        try:
            for row in rows[:300]:
                hits = index.search(row, 10)
                assert len({one for one, _ in hits}) == 10
        except Exception as error:  # noqa: BLE001 - carried out of the thread
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(1000, 2000, 20):
        index.add(list(range(start, start + 20)), rows[start : start + 20])
        index.remove(range(start - 1000, start - 990))
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(index) == 1500
