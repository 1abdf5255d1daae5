"""The term index against BM25's formula."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from qa.errors import IndexUnusable
from qa.index.term_index import TantivyTerms, verify

FIELDS = ("words", "title")
Documents = dict[int, dict[str, list[str]]]


def _documents(count: int, seed: int = 0) -> Documents:
    """Fields of at most 40 terms: up to there tantivy's rounding of lengths is exact."""
    choose = random.Random(seed)
    vocabulary = [f"词{number}" for number in range(60)]
    weights = [1 / (number + 1) for number in range(60)]
    return {
        choose.getrandbits(63): {
            "words": choose.choices(vocabulary, weights, k=choose.randint(1, 40)),
            "title": choose.choices(vocabulary, k=choose.randint(0, 5)),
        }
        for _ in range(count)
    }


def _index(folder: Path, documents: Documents, change: int = 1) -> TantivyTerms:
    folder.mkdir(exist_ok=True)
    index = TantivyTerms(folder, FIELDS, "made of this")
    index.add(documents)
    index.commit(change)
    return index


def _bm25(documents: Documents, query: dict[str, list[str]]) -> list[tuple[int, float]]:
    """k1 = 1.2, b = 0.75; N counts the document that holds the change number."""
    scores: Counter[int] = Counter()
    total = len(documents) + 1
    for field, terms in query.items():
        mean = sum(len(document[field]) for document in documents.values()) / total
        for term in terms:
            holding = {
                one: document[field].count(term) for one, document in documents.items() if term in document[field]
            }
            idf = math.log(1 + (total - len(holding) + 0.5) / (len(holding) + 0.5))
            for one, count in holding.items():
                length = len(documents[one][field])
                scores[one] += idf * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / mean))
    return sorted(scores.items(), key=lambda hit: (-hit[1], hit[0]))


QUERIES = [
    {"words": ["词0"]},
    {"words": ["词3", "词17", "词40"], "title": ["词3", "词17"]},
    {"title": ["词9", "没有"]},
    {"words": ["词1", "词1"]},
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("k", [1, 10, 10_000])
def test_scores_are_bm25_summed_over_fields(tmp_path: Path, query: dict[str, list[str]], k: int) -> None:
    documents = _documents(400)
    found = _index(tmp_path, documents).search(query, k)
    expected = dict(_bm25(documents, query))
    assert len(found) == min(k, len(expected))
    assert [score for _, score in found] == pytest.approx(sorted(expected.values(), reverse=True)[:k], rel=1e-5)
    for one, score in found:
        assert score == pytest.approx(expected[one], rel=1e-5)
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))


def test_allowed_limits_what_comes_whether_few_or_many(tmp_path: Path) -> None:
    documents = _documents(12_000)
    index = _index(tmp_path, documents)
    query = {"words": ["词0", "词7"]}
    every = index.search(query, 20_000)
    for size in (1, 50, 9_999, 10_001, 11_999):
        allowed = frozenset(random.Random(size).sample(sorted(documents), size)) | {1}
        expected = [hit for hit in every if hit[0] in allowed]
        found = index.search(query, 30, allowed)
        assert [one for one, _ in found] == [one for one, _ in expected[:30]]
        assert [score for _, score in found] == pytest.approx([score for _, score in expected[:30]], rel=1e-6)
    assert index.search(query, 30, frozenset()) == []


def test_ties_come_by_id_also_where_k_cuts_through_them(tmp_path: Path) -> None:
    ids = random.Random(2).sample(range(1000), 300)
    index = _index(tmp_path, {one: {"words": ["同", "样"]} for one in ids})
    for k in (1, 7, 120, 300, 301):
        assert [one for one, _ in index.search({"words": ["同"]}, k)] == sorted(ids)[:k]


def test_replaced_and_removed_documents_are_gone_and_not_counted(tmp_path: Path) -> None:
    index = _index(tmp_path, {1: {"words": ["旧", "同"]}, 2: {"words": ["同"]}, 2**63 - 1: {"words": ["同"]}})
    assert index.document_frequency("words", "同") == 3
    index.add({1: {"words": ["新"]}})
    index.remove([2**63 - 1, 12345])
    assert index.document_frequency("words", "旧") == 1, "visible before commit"
    index.commit(2)
    assert (index.change, index.ids, len(index)) == (2, {1, 2}, 2)
    assert [index.document_frequency("words", term) for term in ("旧", "新", "同", "无")] == [0, 1, 1, 0]
    assert index.search({"words": ["旧"]}, 5) == []
    assert [one for one, _ in index.search({"words": ["同", "新"]}, 5, {1})] == [1]


def test_rollback_forgets_what_was_not_committed(tmp_path: Path) -> None:
    index = _index(tmp_path, {1: {"words": ["甲"]}})
    index.add({2: {"words": ["乙"]}})
    index.remove([1])
    index.rollback()
    index.commit(9)
    assert (index.ids, index.change) == ({1}, 9)


@pytest.mark.parametrize("term", ["漷县", "covid-19", "3.5%", "a b", "全　角", "\u00a0", "“", "C++", "词'", "𠀀𠀁"])
def test_any_term_is_found_as_it_is(tmp_path: Path, term: str) -> None:
    index = _index(tmp_path, {5: {"words": ["x", term, "y"]}, 6: {"words": ["a", "b", "全", "角"]}})
    assert [one for one, _ in index.search({"words": [term]}, 5)] == [5]
    assert index.document_frequency("words", term) == 1


def test_another_process_writes_and_reload_shows_it(tmp_path: Path) -> None:
    index = _index(tmp_path, {1: {"words": ["甲"]}})
    program = (
        "import sys, pathlib; from qa.index.term_index import TantivyTerms, verify\n"
        f"index = TantivyTerms(pathlib.Path(sys.argv[1]), {FIELDS!r}, 'made of this')\n"
        "index.add({2: {'words': ['甲', '乙']}}); index.remove([1]); index.commit(8)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
    assert (index.change, index.ids) == (1, {1})
    index.reload()
    assert (index.change, index.ids) == (8, {2})


def test_a_killed_writer_blocks_nobody(tmp_path: Path) -> None:
    _index(tmp_path, {1: {"words": ["甲"]}})
    program = (
        "import os, signal, sys, pathlib; from qa.index.term_index import TantivyTerms, verify\n"
        f"index = TantivyTerms(pathlib.Path(sys.argv[1]), {FIELDS!r}, 'made of this')\n"
        "index.add({2: {'words': ['乙']}}); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", program, str(tmp_path)]).returncode == -9
    again = _opened(tmp_path)
    assert again.ids == {1}
    again.add({3: {"words": ["丙"]}})
    again.commit(3)
    assert again.ids == {1, 3}


def test_a_file_left_by_a_writer_killed_in_its_commit_is_in_nobodys_way(tmp_path: Path) -> None:
    _index(tmp_path / "killed", {1: {"words": ["甲"]}, 2: {"words": ["乙"]}})
    shutil.copytree(tmp_path / "killed", tmp_path / "whole")
    before = {path.name for path in (tmp_path / "whole").iterdir()}
    _removed_one(tmp_path / "whole")
    left = [path for path in (tmp_path / "whole").glob("*.del") if path.name not in before]
    assert left, "a commit with a removal writes such a file"
    managed = tmp_path / "killed" / ".managed.json"
    managed.write_text(json.dumps([*json.loads(managed.read_text()), *(path.name for path in left)]))
    for path in left:
        shutil.copy(path, tmp_path / "killed")
    assert _removed_one(tmp_path / "killed").ids == {2}


def _removed_one(folder: Path) -> TantivyTerms:
    index = _opened(folder)
    index.remove([1])
    index.commit(9)
    return index


def _opened(folder: Path) -> TantivyTerms:
    """As a library opens it: what the files say is not looked at before they are whole."""
    verify(folder)
    return TantivyTerms(folder, FIELDS, "made of this")


def _segment_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and path.name != "meta.json")


def test_any_damaged_file_is_noticed(tmp_path: Path) -> None:
    original = tmp_path / "original"
    documents = _documents(300)
    _index(original, documents).remove([next(iter(documents))])
    names = [path.name for path in _segment_files(original)] + ["meta.json"]
    assert len(names) > 5
    for name in names:
        for where in (0.0, 0.3, 0.5, 0.7, 0.9, 1.0):
            copy = tmp_path / "copy"
            shutil.copytree(original, copy)
            data = bytearray((copy / name).read_bytes())
            data[int(where * (len(data) - 1))] ^= 0x20 if name == "meta.json" and 0 < where < 1 else 0xFF
            (copy / name).write_bytes(data)
            if name != "meta.json" or where in (0.0, 1.0):
                with pytest.raises(IndexUnusable):
                    _opened(copy)
            shutil.rmtree(copy)


@pytest.mark.parametrize("how", ["missing", "cut", "empty"])
def test_a_missing_or_cut_file_is_noticed(tmp_path: Path, how: str) -> None:
    original = tmp_path / "original"
    _index(original, _documents(300))
    for name in [path.name for path in _segment_files(original)]:
        copy = Path(shutil.copytree(original, tmp_path / "copy"))
        path = copy / name
        if how == "missing":
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 if how == "cut" else 0])
        if not (how == "missing" and name.endswith(".pos")):  # no field has positions: the file is never opened
            with pytest.raises(IndexUnusable):
                _opened(copy)
        shutil.rmtree(copy)


def test_made_of_something_else_is_unusable(tmp_path: Path) -> None:
    _index(tmp_path, {1: {"words": ["甲"]}})
    with pytest.raises(IndexUnusable):
        TantivyTerms(tmp_path, FIELDS, "made of that")
    with pytest.raises(IndexUnusable):
        TantivyTerms(tmp_path, ("words",), "made of this")
