"""What is made anew of a passage when what stands around it changes: vectors and terms."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from qa.library.check import check_library
from qa.store.passages import content_of
from qa.types import Row, Span
from qa.types.protocols import Array, Progress
from tests.parts.library import HashingEmbedder, assert_whole, open_library, to_format

SENTENCES = [
    f"第{number}号渡口在{number}月加开夜航，运送乘客{number * 37}人次，船工说油钱有着落。" for number in range(2, 40)
]
PLAIN = "桥上的灯\n" + "桥上的灯昨晚亮了，行人都说看得清路。" * 3 + "\n"


def report(heading: str) -> str:
    """A story with one heading at its start, far above most of its passages."""
    return f"渡口的一年\n船队近日公布了账目，夜航至今运送乘客三万人次。\n一、{heading}\n" + "\n".join(SENTENCES) + "\n"


class Recording(HashingEmbedder):
    """Remembers the texts that it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        self.texts += texts
        return super().embed_passages(texts, progress)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(report("夜航"), "utf-8")
    return path


def test_a_new_heading_makes_the_vectors_below_it_anew(tmp_path: Path, page: Path) -> None:
    model = Recording()
    with open_library(tmp_path / "library", create=True, embedder=model) as library:
        library.add(page)
        model.texts.clear()
        page.write_text(report("晨航"), "utf-8")
        library.add(page)
    last = [text for text in model.texts if SENTENCES[-1] in text]
    assert last
    assert all("晨航" in text for text in last)
    assert_whole(tmp_path / "library")


@pytest.mark.folder("SQLite alone has formats so old")
def test_what_an_earlier_format_stored_is_made_anew_when_it_is_read_again(tmp_path: Path, page: Path) -> None:
    (tmp_path / "b.txt").write_text(PLAIN, "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([page, tmp_path / "b.txt"])
    to_format(tmp_path / "library", 7)
    database = sqlite3.connect(tmp_path / "library" / "library.db", isolation_level=None)
    database.execute("UPDATE files SET reading = 0")
    database.close()
    model = Recording()
    with open_library(tmp_path / "library", embedder=model) as library:
        assert not [one.what for one in check_library(tmp_path / "library") if "存入" in one.what]
        library.add([], reread=True)
    last = [text for text in model.texts if SENTENCES[-1] in text]
    assert last
    assert all("一、夜航" in text for text in last)
    assert not any("桥上的灯" in text or "船队近日公布" in text for text in model.texts)
    assert not [one.what for one in check_library(tmp_path / "library") if "存入" in one.what]
    assert_whole(tmp_path / "library")


def test_a_library_of_tables_and_headings_is_whole(tmp_path: Path) -> None:
    rows = "\n".join(f"| {number}号 | {number * 7}人 |" for number in range(40))
    (tmp_path / "a.md").write_text(f"# 渡口的账\n\n## 夜航\n\n| 渡口 | 乘客 |\n|---|---|\n{rows}\n\n{PLAIN}", "utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add(tmp_path / "a.md")
        assert any(article.rows for article in library.articles())
    assert not [one.what for one in check_library(tmp_path / "library") if "存入" in one.what]


@pytest.mark.parametrize("text", ["一、夜航\n船到了。", "## 夜航\n船到了。", "第一章 夜航\n（一）账目\n船到了。"])
def test_all_that_embedding_reads_is_in_the_content(text: str) -> None:
    within = Span(text.index("船"), len(text))
    rows = [Row(*within, ("渡口", "乘客"))]
    texts = {text, text.replace("夜航", "晨航"), text.replace("船到", "船走")}
    found = {content_of(["题"], one, within, rows) for one in texts}
    found |= {content_of(headline, text, within, rows) for headline in (["别题"], ["题", "副题"])}
    found.add(content_of(["题"], text, within, [Row(*within, ("渡口", "船数"))]))
    assert len(found) == len(texts) + 3
