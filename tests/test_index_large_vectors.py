"""The index of a great many vectors against numpy: found, changed, damaged, made anew behind what serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.errors import IndexUnusable, LibraryDamaged
from qa.index import large_vectors, vector_cache
from qa.index.flat_vectors import HEADER_BYTES, FlatVectors, header_at, pack, unpack
from qa.index.large_vectors import LargeVectors, write_quantised
from qa.library.check import check
from qa.store.folder import Folder
from tests.parts.library import assert_whole, found_sources, open_library, write_records

DIMENSION, STAMP = 128, "made of this"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Codes and shards where real libraries of this size have none."""
    monkeypatch.setattr(large_vectors, "_SHARD_ROWS", 64)
    monkeypatch.setattr(large_vectors, "_READ_ROWS", 48)
    monkeypatch.setattr(large_vectors, "_FEW", 10)
    monkeypatch.setattr(large_vectors, "_FEWEST_READ", 40)


def _rows(count: int, seed: int = 0) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((count, DIMENSION)).astype(np.float32)
    found: np.ndarray = unpack([pack(row) for row in rows / np.linalg.norm(rows, axis=1, keepdims=True)], DIMENSION)
    return found


def _ids(count: int, seed: int = 0) -> list[int]:
    return sorted(int(one) for one in np.random.default_rng(seed).choice(2**62, count, replace=False))


def _made(path: Path, count: int, change: int = 7) -> tuple[LargeVectors, dict[int, np.ndarray]]:
    """An index in three parts, and what it holds."""
    truth = dict(zip(_ids(count), _rows(count), strict=True))
    stored = [(one, pack(row)) for one, row in truth.items()]
    write_quantised(
        path, [part for part in (stored[:50], stored[50:60], stored[60:]) if part], DIMENSION, STAMP, change
    )
    return LargeVectors(path, DIMENSION, STAMP), truth


def _brute(truth: dict[int, np.ndarray], query: np.ndarray) -> list[tuple[int, float]]:
    return sorted(((one, float(row @ query)) for one, row in truth.items()), key=lambda hit: (-hit[1], hit[0]))


def _agree(index: LargeVectors, truth: dict[int, np.ndarray], query: np.ndarray, k: int = 5) -> None:
    """Scores are exact, order is by score and id, and the best is found."""
    assert len(index) == len(truth)
    assert index.ids == frozenset(truth)
    exact = index.scores(query, [*truth, 3])
    assert exact == pytest.approx({one: float(row @ query) for one, row in truth.items()}, abs=1e-3)
    found = index.search(query, k)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert dict(found) == pytest.approx({one: exact[one] for one, _ in found}, abs=1e-6)
    expected = _brute(truth, query)[:k]
    assert len(found) == len(expected)
    assert [one for one, _ in found][:1] == [one for one, _ in expected][:1]


def test_of_the_best_ten_it_finds_all_but_a_few(tmp_path: Path) -> None:
    middles, apart = _rows(100, seed=1), _rows(1000, seed=2)
    rows = np.repeat(middles, 10, axis=0) + 0.5 * apart
    rows = unpack([pack(row) for row in rows / np.linalg.norm(rows, axis=1, keepdims=True)], DIMENSION)
    truth = dict(zip(_ids(1000), rows, strict=True))
    write_quantised(tmp_path / "v", [[(one, pack(row)) for one, row in truth.items()]], DIMENSION, STAMP, 1)
    index = LargeVectors(tmp_path / "v", DIMENSION, STAMP)
    found = [{one for one, _ in index.search(query, 10)} for query in middles]
    expected = [{one for one, _ in _brute(truth, query)[:10]} for query in middles]
    assert sum(len(one & other) for one, other in zip(found, expected, strict=True)) >= 980


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_added_removed_replaced_reopened_it_is_as_numpy_says(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "vectors"
    index, truth = _made(path, data.draw(st.sampled_from([1, 40, 200])))
    fresh = iter(range(1, 1000))
    for step in range(data.draw(st.integers(1, 6))):
        some = data.draw(st.lists(st.sampled_from(sorted(truth)), unique=True, max_size=20)) if truth else []
        act = data.draw(st.sampled_from(["add", "replace", "remove", "reopen"]))
        if act == "remove":
            index.remove([*some, 2**61 + 1])
            truth = {one: row for one, row in truth.items() if one not in some}
        elif act == "reopen" and truth:
            write_quantised(path, [[(one, pack(truth[one])) for one in sorted(truth)]], DIMENSION, STAMP, step)
            index = LargeVectors(path, DIMENSION, STAMP)
            assert index.change == step
        else:
            ids = some if act == "replace" else [next(fresh) for _ in range(5)]
            rows = _rows(len(ids), seed=step + 100)
            index.add(ids, rows)
            truth |= dict(zip(ids, rows, strict=True))
        _agree(index, truth, _rows(1, seed=step)[0])


@pytest.mark.parametrize("share", [1, 2, 7, 60])
def test_a_filter_is_never_broken_and_never_starves(tmp_path: Path, share: int) -> None:
    index, truth = _made(tmp_path / "vectors", 600)
    gone, new = list(truth)[::11], dict(zip(range(1, 41), _rows(40, seed=8), strict=True))
    index.remove(gone)
    index.add(list(new), np.stack(list(new.values())))
    truth = {one: row for one, row in truth.items() if one not in gone} | new
    allowed = frozenset(list(truth)[::share]) | {5**20, *gone[:3]}
    held = {one: row for one, row in truth.items() if one in allowed}
    for query in _rows(10, seed=9):
        found = index.search(query, 20, allowed)
        assert len(found) == min(20, len(held))
        assert {one for one, _ in found} <= set(held)
        assert found[0][0] == _brute(held, query)[0][0]
        assert [one for one, _ in index.search(query, 600, allowed)] == [one for one, _ in _brute(held, query)][:600]
    assert index.search(_rows(1)[0], 5, frozenset()) == []


def test_equal_rows_come_by_id(tmp_path: Path) -> None:
    row = _rows(1)[0]
    write_quantised(tmp_path / "v", [[(one, pack(row)) for one in range(30)]], DIMENSION, STAMP, 1)
    index = LargeVectors(tmp_path / "v", DIMENSION, STAMP)
    assert [one for one, _ in index.search(row, 10)] == list(range(10))


def _behind_rows(count: int) -> int:
    return HEADER_BYTES + 2 * DIMENSION * count


@pytest.mark.parametrize("where", [3, 200, _behind_rows(300) + 5, _behind_rows(300) + 300 * 10, -7])
def test_what_is_read_on_opening_is_checked_on_opening(tmp_path: Path, where: int) -> None:
    _made(tmp_path / "v", 300)
    data = bytearray((tmp_path / "v").read_bytes())
    data[where] ^= 0x41
    (tmp_path / "v").write_bytes(data)
    with pytest.raises(IndexUnusable):
        LargeVectors(tmp_path / "v", DIMENSION, STAMP)


@pytest.mark.parametrize("length", [0, 511, 600, _behind_rows(300), _behind_rows(300) + 4000])
def test_a_cut_file_is_unusable(tmp_path: Path, length: int) -> None:
    _made(tmp_path / "v", 300)
    (tmp_path / "v").write_bytes((tmp_path / "v").read_bytes()[:length])
    with pytest.raises(IndexUnusable):
        LargeVectors(tmp_path / "v", DIMENSION, STAMP)


@pytest.mark.parametrize("cut", [False, True])
def test_a_damaged_row_is_told_when_it_is_read_and_by_the_whole_check(tmp_path: Path, cut: bool) -> None:
    path = tmp_path / "v"
    index, truth = _made(path, 300)
    data = bytearray(path.read_bytes())
    data[HEADER_BYTES + 2 * DIMENSION * 17] ^= 1
    with path.open("rb+") as file:  # while it is open
        file.write(data)
        if cut:
            file.truncate(HEADER_BYTES + 2 * DIMENSION * 17 + 3)
    with pytest.raises(IndexUnusable):
        index.verify()
    sound, damaged = list(truth)[3], list(truth)[17]
    assert index.scores(truth[sound], [sound])[sound] == pytest.approx(1, abs=1e-3)
    with pytest.raises(LibraryDamaged, match="自动重建"):
        index.scores(truth[damaged], [damaged])
    assert index.is_damaged
    assert not path.exists(), "whoever opens the library next makes it anew"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "LARGE", 150)
    monkeypatch.setattr(vector_cache, "_MOST_REPLAYED", 100)
    monkeypatch.setattr(vector_cache, "_STORED", 40)


def _kind(library_path: Path) -> str:
    with open_library(library_path) as library:
        index = library._indexes().vectors
        header = header_at(Folder(library_path).vectors, index.stamp)
        assert header is not None
        assert (header.format == large_vectors.FORMAT) == isinstance(index, LargeVectors)
        return type(index).__name__


@pytest.mark.folder("the index in its files")
@pytest.mark.usefixtures("large")
def test_a_library_grows_into_codes_and_shrinks_out_of_them(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    papers = [write_records(tmp_path / f"{n}.jsonl", range(n * 100, n * 100 + (40 if n < 7 else 10))) for n in range(8)]
    with open_library(library_path, create=True) as library:
        library.add(papers[:1])
        assert isinstance(library._indexes().vectors, FlatVectors)
        library.add(papers[1:6])
        assert "3.jsonl" in found_sources(library, "第310号供暖工程"), "what served serves on meanwhile"
    assert _kind(library_path) == "LargeVectors"
    with open_library(library_path) as library, open_library(library_path) as other:
        library.add(papers[6:])
        library.remove(["1.jsonl"])
        for one in (library, other):
            found = found_sources(one, "第610号供暖工程")
            assert "6.jsonl" in found
            assert "1.jsonl" not in found
    assert_whole(library_path)
    assert [finding for finding in check(library_path) if "索引" in finding.what] == []
    with open_library(library_path) as library:
        library.remove([f"{n}.jsonl" for n in (0, 2, 3, 4, 5, 6)])
    assert _kind(library_path) == "FlatVectors"
    assert_whole(library_path)


@pytest.mark.folder("the index in its files")
@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("damage", ["lost", "row", "codes", "cut"])
def test_a_large_index_lost_or_damaged_is_made_anew(tmp_path: Path, damage: str) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(120))])
        expected = found_sources(library, "第31号供暖工程")
    assert _kind(library_path) == "LargeVectors"
    path = Folder(library_path).vectors
    data = bytearray(path.read_bytes())
    data[-9 if damage == "codes" else HEADER_BYTES + 6] ^= 0x21
    path.write_bytes(data[:-100] if damage == "cut" else data)
    if damage == "lost":
        path.unlink()
    assert any("向量索引" in finding.what for finding in check(library_path))
    with open_library(library_path) as library:
        if damage == "row":
            index = library._indexes().vectors
            with pytest.raises(LibraryDamaged):
                index.scores(np.ones(index.dimension, np.float32), sorted(index.ids))
        assert found_sources(library, "第31号供暖工程") == expected
    assert _kind(library_path) == "LargeVectors"
    assert_whole(library_path)


_MAKE = """
import pathlib, sys, time
from tests.parts.library import open_library
from qa.index import large_vectors, vector_cache
vector_cache.LARGE, vector_cache._MOST_REPLAYED, vector_cache._STORED = 150, 100, 20
whole = large_vectors._coded
def slow(file, count, dimension):
    print("making", flush=True)
    time.sleep(60)
large_vectors._coded = slow
with open_library(pathlib.Path(sys.argv[1])) as library:
    library.add([pathlib.Path(sys.argv[2])])
"""


@pytest.mark.folder("the index in its files")
@pytest.mark.usefixtures("large")
def test_killed_while_the_file_is_made_the_old_one_stays(tmp_path: Path) -> None:
    library_path, more = tmp_path / "library", write_records(tmp_path / "more.jsonl", range(1000, 1090))
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(90))])
    before = Folder(library_path).vectors.read_bytes()
    command = [sys.executable, "-c", _MAKE, str(library_path), str(more)]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "making\n"
        process.send_signal(signal.SIGKILL)
    assert Folder(library_path).vectors.read_bytes() == before
    assert list(library_path.glob("*.rows")), "it was killed half-way"
    with open_library(library_path) as library:
        assert "more.jsonl" in found_sources(library, "第1010号供暖工程")
        library.add([write_records(tmp_path / "b.jsonl", range(2000, 2060))])
    assert _kind(library_path) == "LargeVectors"
    assert not list(library_path.glob("*.rows"))
    assert_whole(library_path)


@pytest.mark.usefixtures("large")
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere: run as another user")
def test_a_folder_that_cannot_be_written_is_asked_all_the_same(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(120))])
    Folder(library_path).vectors.unlink()
    library_path.chmod(0o500)
    try:
        with open_library(library_path) as library:
            assert "a.jsonl" in found_sources(library, "第31号供暖工程")
    finally:
        library_path.chmod(0o700)


@pytest.mark.folder("the index in its files")
@pytest.mark.usefixtures("large")
def test_another_process_s_file_is_taken_over(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(120))])
    with open_library(library_path) as reader:
        first = reader._indexes().vectors
        assert isinstance(first, LargeVectors)
        with open_library(library_path) as writer:
            writer.add([write_records(tmp_path / "b.jsonl", range(1000, 1120))])
        until = time.monotonic() + 20
        while reader._indexes().vectors is first and time.monotonic() < until:
            found_sources(reader, "第1010号供暖工程")
        second = reader._indexes().vectors
        assert isinstance(second, LargeVectors)
        assert second.base_change > first.base_change
        assert "b.jsonl" in found_sources(reader, "第1010号供暖工程")
