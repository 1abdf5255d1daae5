"""Fixtures of the library's tests: made-up papers and an open library that holds them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from tests.parts.library import open_library, story, write_records


@pytest.fixture
def library_path(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "2025").mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    write_records(folder / "2025" / "more.jsonl", range(10, 22))
    return folder


@pytest.fixture
def library(library_path: Path, papers: Path) -> Iterator[Library]:
    with open_library(library_path, create=True) as opened:
        opened.add([papers])
        yield opened
