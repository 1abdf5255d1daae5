"""The library's folder deleted, moved or replaced under a running server: said at once, and nothing is kept in vain."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from qa.types import Query
from tests.parts.elsewhere import copied
from tests.parts.library import HashingEmbedder, open_library, story
from tests.parts.server import running
from tests.parts.visitor import Visitor

ASKED = "区委召开2026年务虚会用了多长时间？"
GONE = "库被移走、删除或换掉了"


def _replace(library_path: Path) -> None:
    shutil.rmtree(library_path)
    open_library(library_path, create=True).close()
    Conversations.open(library_path).close()


LOSSES: dict[str, Callable[[Path], object]] = {
    "deleted": shutil.rmtree,
    "moved": lambda library_path: library_path.rename(library_path.with_name("elsewhere")),
    "replaced": _replace,
    "a backup put over it": lambda library_path: [
        shutil.copy(path, path.with_suffix(".copy")) and path.with_suffix(".copy").replace(path)
        for path in library_path.glob("*.db")
    ],
}


@pytest.mark.folder("it is moved, deleted or replaced")
@pytest.mark.parametrize("loss", LOSSES)
def test_a_lost_library_is_said_at_the_next_call_and_nothing_is_kept(tmp_path: Path, loss: str) -> None:
    library_path, page = tmp_path / "library", tmp_path / "a.txt"
    page.write_text(story(1), "utf-8")
    with open_library(library_path, create=True) as library, Conversations.open(library_path) as kept:
        library.add([page])
        kept.keep("me", "", Turn("问"))
        LOSSES[loss](library_path)
        there = sorted(tmp_path.rglob("*"))
        for call in (
            lambda: library.search(Query("供暖")),
            lambda: library.ask(Query("供暖")),
            library.stats,
            lambda: library.add([page]),
            lambda: kept.keep("me", "", Turn("又问")),
            lambda: kept.listed("me"),
        ):
            with pytest.raises(LibraryError, match=GONE):
                call()
        if loss != "replaced":
            assert sorted(tmp_path.rglob("*")) == there, "nothing is made where the library was"


@pytest.mark.folder("it is moved, deleted or replaced")
def test_a_library_put_back_is_asked_again(tmp_path: Path) -> None:
    library_path, page = tmp_path / "library", tmp_path / "a.txt"
    page.write_text(story(1), "utf-8")
    with open_library(library_path, create=True) as library, Conversations.open(library_path) as kept:
        library.add([page])
        away = library_path.rename(tmp_path / "elsewhere")
        with pytest.raises(LibraryError, match=GONE):
            library.search(Query("供暖"))
        away.rename(library_path)
        assert library.search(Query("供暖"))
        assert kept.keep("me", "", Turn("问"))


@pytest.mark.folder("it is moved, deleted or replaced")
def test_a_running_server_says_so_at_the_next_question(seeds_path: Path, tmp_path: Path) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    with running(library_path) as (url, _), Visitor(url) as visitor:
        assert "一天时间" in visitor.ask(ASKED).html
        shutil.rmtree(library_path)
        told = visitor.ask(ASKED)
        assert 'class="card problem"' in told.html
        assert GONE in told.html
        assert not library_path.exists()


@pytest.mark.folder("it is moved, deleted or replaced")
def test_a_connection_in_use_while_the_library_closes_leaves_no_log(tmp_path: Path) -> None:
    library = Library.open(tmp_path / "library", create=True, embedder=HashingEmbedder())
    page = tmp_path / "a.txt"
    page.write_text(story(1), "utf-8")
    library.add([page])
    with library._database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 1
        library.close()
    assert not list((tmp_path / "library").glob("*-wal"))
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")
