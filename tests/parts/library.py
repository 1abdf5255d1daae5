"""Parts for tests of the library: a small second embedding model, made-up papers, and whether all three agree."""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from qa.index.engines import engine_of
from qa.index.indexes import terms_on_disk
from qa.index.vector_cache import vectors_on_disk
from qa.library.library import Library
from qa.library.requests import AnyPath
from qa.library.sources import term_version
from qa.questions import glossary
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.health import examine
from qa.types import Filters, Query
from qa.types.protocols import Array, Embedder, Progress

PLACES = ["漷县", "西集", "宋庄", "台湖", "永顺", "梨园", "张家湾", "马驹桥", "于家务", "潞城"]
THINGS = ["供暖", "花海", "食堂", "公交", "楼门", "论坛", "消防", "除雪", "图书馆", "运河"]
DEEDS = ["启动", "完工", "扩建", "检查", "开放", "试行", "评比", "招募", "通车", "验收"]


class HashingEmbedder:
    """Pairs of neighbouring characters, hashed: small, deterministic, with cosines that mean something."""

    def __init__(self, name: str = "hashing", dimension: int = 64) -> None:
        self.name = name
        self.dimension = dimension
        self.fingerprint = f"{name}-{dimension}"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Array:
        row = np.zeros(self.dimension, np.float32)
        for first, second in zip(text, text[1:] or "", strict=False):
            row[hashlib.blake2b((first + second).encode(), digest_size=4).digest()[0] % self.dimension] += 1
        row[0] += 1
        return row / np.linalg.norm(row)


def story(number: int) -> str:
    """The text of a made-up story; another number, another story."""
    choose = random.Random(number)
    lines = [
        f"{choose.choice(PLACES)}第{number}号{choose.choice(THINGS)}工程{choose.choice(DEEDS)}，"
        f"惠及居民{choose.randint(100, 9999)}户，"
        f"{choose.choice(PLACES)}的{choose.choice(THINGS)}同时{choose.choice(DEEDS)}。"
        for _ in range(choose.randint(3, 12))
    ]
    return "".join(lines)


def few_papers(folder: Path) -> Path:
    """A new folder with three stories and a file of twelve records."""
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    write_records(folder / "more.jsonl", range(10, 22))
    return folder


def write_records(path: Path, numbers: Iterable[int]) -> Path:
    """A .jsonl file with a story a line; the record's id and title name its number."""
    with path.open("w", encoding="utf-8") as file:
        for number in numbers:
            record = {"id": f"r{number}", "title": f"第{number}号消息", "text": story(number)}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def assert_whole(library_path: AnyPath, *, embedded: bool = True) -> int:
    """The database, the vectors' index and the terms' hold the same passages, by id; how many."""
    folder = Folder.at(library_path)
    version = term_version(glossary.read_glossary(folder.words))
    with closing(Database.at(folder)) as database:
        tables, truth = examine(database), Contents(database)
        state = truth.state()
        engine = engine_of(folder, truth)
        if engine:
            with closing(engine):
                vectors, terms = engine.vectors(state.model).ids, engine.terms(version).ids
        else:
            vectors = frozenset(vectors_on_disk(folder, truth, state).ids)
            terms = frozenset(terms_on_disk(folder.terms, state, version).ids)
    assert (vectors, terms) == (tables.embedded, tables.passages)
    assert (tables.errors, tables.homeless, tables.unsplit, tables.dangling) == ((), 0, 0, 0)
    if embedded:
        assert tables.embedded == tables.passages
    return len(tables.passages)


def open_library(library_path: AnyPath, *, create: bool = False, embedder: Embedder | None = None) -> Library:
    return Library.open(library_path, create=create, embedder=embedder or HashingEmbedder())


def found_sources(library: Library, question: str, filters: Filters = Filters()) -> list[str]:  # noqa: B008
    return [hit.article.location.source for hit in library.search(Query(question, filters=filters, k=50))]


def to_format(library_path: Path, version: int) -> None:
    """Make the library one that an older version of this program would have left."""
    database = sqlite3.connect(library_path / "library.db", isolation_level=None)
    for newer, statements in _OLDER.items():
        if newer > version:
            database.executescript(f"{statements}; PRAGMA user_version = {newer - 1};")
    database.close()


_OLDER = {
    8: "UPDATE passages SET content = content + 1",
    7: "DROP TABLE successors; ALTER TABLE files DROP COLUMN reading",
    6: "ALTER TABLE articles DROP COLUMN rows; UPDATE places SET attributes = json_remove(attributes, '$[#-1]')",
    5: """
        PRAGMA foreign_keys = OFF;
        CREATE TABLE old_pages (
            file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE, ordinal INTEGER NOT NULL, record TEXT,
            number INTEGER, text BLOB NOT NULL, blocks TEXT, metadata TEXT, PRIMARY KEY (file, ordinal)
        ) WITHOUT ROWID;
        INSERT INTO old_pages SELECT file, ordinal, record, number, text, blocks, metadata FROM pages;
        DROP TABLE pages;
        ALTER TABLE old_pages RENAME TO pages;
        CREATE INDEX pages_by_record ON pages (record)
    """,
    4: "DROP INDEX articles_by_title",
    3: "DROP TABLE stories; DROP TABLE bands; DROP INDEX passages_by_content; ALTER TABLE files DROP COLUMN complete;"
    "ALTER TABLE passages DROP COLUMN content",
    2: "DROP TABLE edits; DROP INDEX articles_by_filter; ALTER TABLE pages DROP COLUMN blocks;"
    "ALTER TABLE pages DROP COLUMN metadata",
}
"""What takes a format's novelties away again, newest first."""


class Interrupted:
    """A model that is interrupted after so many calls."""

    def __init__(self, inner: HashingEmbedder, after: int) -> None:
        self.inner, self.left = inner, after
        self.name, self.dimension, self.fingerprint = inner.name, inner.dimension, inner.fingerprint
        self.embed_query = inner.embed_query

    def embed_passages(self, texts: list[str], progress: Progress | None = None) -> Array:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        return self.inner.embed_passages(texts, progress)


def held_elsewhere(library_path: Path) -> subprocess.Popen[str]:
    """A process that holds the writer lock until its `with` block ends."""
    program = (
        "import sys; from qa.store.database import Database; from qa.store.folder import Folder\n"
        "with Database.at(Folder.at(sys.argv[1])).writer_lock().hold(): print('held', flush=True); sys.stdin.read()"
    )
    held = subprocess.Popen(
        [sys.executable, "-c", program, str(library_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert held.stdout
    assert held.stdout.readline() == "held\n"
    return held
