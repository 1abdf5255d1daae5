"""Each thing that can be wrong is found, with its fix; nothing is mended by looking."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.formats import picture
from qa.index.indexes import terms_on_disk
from qa.index.vector_cache import vectors_on_disk
from qa.library.check import Finding, check, check_library
from qa.library.library import Library
from qa.library.sources import term_version
from qa.models import readers
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import Folder, with_companions
from tests.parts.elsewhere import copied
from tests.parts.library import HashingEmbedder, Interrupted, held_elsewhere, open_library, write_records

MODEL = "模型 hashing"


@pytest.fixture
def library_path(seeds_path: Path, tmp_path: Path) -> Path:
    """A copy of the library of the seed pages, made with the default model."""
    return copied(seeds_path, tmp_path / "library")


def _whats(findings: tuple[Finding, ...]) -> list[str]:
    assert all(finding.what and finding.fix for finding in findings)
    return [finding.what for finding in findings]


def test_a_whole_library_has_no_findings(library_path: Path) -> None:
    assert check(library_path) == ()


@pytest.mark.folder("it is named by its path")
def test_no_library_yet(tmp_path: Path) -> None:
    findings = check(tmp_path / "none")
    assert _whats(findings) == [f"没有找到库：{tmp_path / 'none'}"]
    assert "qa add" in findings[0].fix
    with Library.open(tmp_path / "new", create=True):
        pass
    assert check(tmp_path / "new") == ()


def _execute(*statements: str) -> Callable[[Path], None]:
    def change(library_path: Path) -> None:
        with sqlite3.connect(library_path / "library.db", isolation_level=None) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()

    return change


def _overwrite(name: str) -> Callable[[Path], None]:
    """The file holds nothing of SQLite's: nor do the files beside it, from which it would be restored."""

    def change(library_path: Path) -> None:
        path = library_path / name
        for one in with_companions(path):
            one.unlink(missing_ok=True)
        path.write_bytes(b"x" * 5000)

    return change


def _truncate(library_path: Path) -> None:
    path = library_path / "library.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


CASES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "vectors missing": (lambda library_path: (library_path / "vectors.faiss").unlink(), "向量索引缺失", "自动"),
    "terms missing": (lambda library_path: shutil.rmtree(library_path / "terms"), "词索引缺失", "自动"),
    "database cut": (_truncate, "库", "备份"),
    "database lost": (lambda library_path: (library_path / "library.db").unlink(), "库打不开", "备份"),
    "no vectors": (_execute("DELETE FROM vectors WHERE rowid % 2"), "段还没有向量", "qa add"),
    "article nowhere": (
        _execute("DELETE FROM places WHERE file = 2 AND page = 0 AND ordinal = 0"),
        "篇文章没有出处",
        "备份",
    ),
    "article unsplit": (
        _execute("DELETE FROM passages WHERE article = (SELECT min(article) FROM passages)"),
        "篇文章没有段落",
        "备份",
    ),
    "dangling": (_execute("DELETE FROM files WHERE id = 1"), "行记录指向不存在的内容", "备份"),
    "an article's text altered": (
        _execute("UPDATE articles SET text = replace(text, substr(text, 20, 1), '■') WHERE number = 3"),
        "处文章与版面上的原文不符",
        "备份",
    ),
    "a headline altered": (
        _execute("UPDATE articles SET title = '■' WHERE number = 3"),
        "段的文字与存入时不符",
        "备份",
    ),
    "a text that is none": (
        _execute("UPDATE files SET encoding = CAST(x'ff8880' AS TEXT) WHERE id = 2"),
        "库读不出来",
        "备份",
    ),
    "half read": (_execute("UPDATE files SET complete = 0 WHERE id = 2"), "没有读完", "qa add"),
    "conversations damaged": (
        _overwrite("conversations.db"),
        "对话文件损坏",
        "改名",
    ),
    "keys damaged": (
        _overwrite("keys.db"),
        "登录记录损坏",
        "删掉",
    ),
    "queue damaged": (
        _overwrite("queue.db"),
        "排队的清单损坏",
        "qa serve",
    ),
    "another model": (_execute("UPDATE models SET fingerprint = 'x'"), "不是现在的模型", "qa model"),
    "model not there": (_execute("UPDATE models SET name = 'no-such-model'"), "no-such-model", "qa model"),
    "model half changed": (
        _execute("INSERT INTO models (name, fingerprint, dimension) VALUES ('bge', 'y', 3)"),
        "换模型没有做完：bge 已算 0 段",
        "qa model bge",
    ),
}


@pytest.mark.folder("its files are damaged")
@pytest.mark.parametrize("case", CASES)
def test_each_damage_is_found_with_its_fix(library_path: Path, case: str) -> None:
    damage, what, fix = CASES[case]
    damage(library_path)
    findings = [finding for finding in check(library_path) if what in finding.what]
    assert findings, _whats(check(library_path))
    assert any(fix in finding.fix for finding in findings)


@pytest.mark.folder("its files are damaged")
def test_indexes_out_of_step_are_counted_by_id(library_path: Path) -> None:
    folder = Folder(library_path)
    database = Database(folder)
    truth = Contents(database)
    state = truth.state()
    vectors = vectors_on_disk(folder, truth, state)
    database.close()
    gone = sorted(vectors.ids)[:3]
    vectors.remove(gone)
    vectors.write(folder.vectors)
    terms = terms_on_disk(folder.terms, state, term_version())
    terms.add({12345: {"words": ["多"]}})
    terms.commit(terms.change)
    assert _whats(check(library_path)) == ["向量索引与库不一致：缺 3 段，多 0 段", "词索引与库不一致：缺 0 段，多 1 段"]
    with Library.open(library_path) as library:
        library.add([])
    assert check(library_path) == ()


@pytest.mark.folder("its files are damaged")
def test_looking_changes_nothing(library_path: Path) -> None:
    (library_path / "vectors.faiss").unlink()
    (library_path / "terms" / "meta.json").write_text("{}")
    database = (library_path / "library.db").read_bytes()
    assert check(library_path) == check(library_path) != ()
    assert not (library_path / "vectors.faiss").exists()
    assert (library_path / "terms" / "meta.json").read_text() == "{}"
    assert (library_path / "library.db").read_bytes() == database


@pytest.mark.folder("it has one writer at a time")
def test_unfinished_embedding_and_a_busy_writer(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    papers = write_records(tmp_path / "a.jsonl", range(100))
    with (
        open_library(library_path, create=True, embedder=Interrupted(HashingEmbedder(), after=1)) as library,
        pytest.raises(KeyboardInterrupt),
    ):
        library.add([papers])
    total = _passages(library_path)
    found = _whats(check(library_path))
    assert f"{total - 64} 段还没有向量（共 {total} 段）" in found
    assert any(what.startswith(MODEL) for what in found), "the tests' own model is no prepared one"
    with held_elsewhere(library_path):
        assert "另一个程序正在写这个库，没有核对索引" in _whats(check(library_path))


def _passages(library_path: Path) -> int:
    with open_library(library_path) as library:
        return library.stats().passages


def test_a_damaged_reader_is_named_with_its_remedy(library_path: Path, tmp_path: Path) -> None:
    reader = Path(shutil.copytree(readers.FOLDER, tmp_path / "reader"))
    assert check(library_path, reader) == ()
    graph = reader / readers.GRAPH
    graph.write_bytes(graph.read_bytes()[:-1] + b"x")
    (finding,) = check(library_path, reader)
    assert str(graph) in finding.what
    assert "--reader none" in finding.fix
    (reader / readers.MANIFEST).unlink()
    assert "缺失或损坏" in check(library_path, reader)[0].what


def test_an_interrupted_write_to_the_queue_is_no_damage(tmp_path: Path) -> None:
    """A process killed while it writes leaves its journal, which whoever opens the queue next rolls back."""
    library_path, queue = tmp_path / "library", tmp_path / "library" / "queue.db"
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(3))])
    program = (
        "import os, sqlite3, sys; made = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "made.execute('CREATE TABLE t (x)'); made.execute('PRAGMA cache_size = 1')\n"
        "made.execute('BEGIN'); [made.execute('INSERT INTO t VALUES (randomblob(3000))') for _ in range(50)]\n"
        "os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, str(queue)], check=False)
    assert queue.with_name("queue.db-journal").exists()
    assert not check_library(library_path)


def test_missing_weights_of_recognition_are_found(
    library_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(picture, "WHAT", tmp_path / "missing.onnx")
    (found,) = [one for one in check(library_path) if "missing.onnx" in one.what]
    assert "pip install" in found.fix
