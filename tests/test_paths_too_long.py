"""A path that is too long is named as what it is, wherever it comes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.store.conversations import Conversations
from qa.store.folder import LONGEST_PATH
from qa.types import ANYBODY
from tests.parts.command import qa
from tests.parts.library import open_library, story
from ui.composing import Compositions
from ui.ingest import Ingest
from ui.views.library import _Screen
from ui.words import CHINESE, ENGLISH

LONG = ["/tmp/" + "长" * 200, "/tmp/" + "版面/" * 1000]


def _of_length(folder: Path, bytes_: int) -> Path:
    """A folder below, whose path has so many bytes."""
    while len(str(folder)) < bytes_ - 60:
        folder /= "a" * 50
    return folder / ("b" * (bytes_ - len(str(folder)) - 1))


@pytest.mark.folder("it is named by its path")
@pytest.mark.parametrize("path", LONG, ids=["name", "path"])
@pytest.mark.parametrize(
    "words",
    [
        ["add", "{path}"],
        ["--library", "{path}", "add", "{seed}"],
        ["--library", "{path}", "list"],
        ["--library", "{path}", "check"],
        ["--library", "{path}", "serve", "--port", "8990"],
        ["--library", "{path}", "export", "--all", "{new}"],
        ["--library", "{new}", "import", "{path}"],
        ["--library", "{library}", "export", "--all", "{path}"],
        ["--library", "{library}", "ask", "--questions", "{path}"],
        ["eval", "{path}"],
        ["model", "{path}"],
        ["--library", "{new}", "add", "--dry-run", "{path}"],
    ],
    ids=lambda words: " ".join(words),
)
def test_the_command_line_says_so(words: list[str], path: str, seeds: Path, seeds_path: Path, tmp_path: Path) -> None:
    places = {"path": path, "seed": seeds, "new": tmp_path / "new", "library": seeds_path}
    done = qa(*(word.format(**places) for word in words), QA_LIBRARY=str(tmp_path / "library"))
    assert done.returncode == 1, done.stderr.decode()
    assert "路径太长" in (done.stderr + done.stdout).decode()
    assert "Traceback" not in done.stderr.decode()


def test_the_other_files_go_in(seeds: Path, tmp_path: Path) -> None:
    page = next(seeds.glob("*.txt"))
    done = qa("add", LONG[0], page, "--json", QA_LIBRARY=str(tmp_path / "library"))
    assert done.returncode == 1
    assert page.name in done.stdout.decode()


@pytest.mark.folder("it is named by its path")
@pytest.mark.parametrize("longest", [LONGEST_PATH, LONGEST_PATH + 1, 1200])
def test_a_library_s_path_may_be_as_long_as_sqlite_takes(tmp_path: Path, longest: int) -> None:
    library_path = _of_length(tmp_path, longest - len("/library.db"))
    if longest <= LONGEST_PATH:
        open_library(library_path, create=True).close()
    else:
        with pytest.raises(LibraryError, match="路径太长"):
            open_library(library_path, create=True)


@pytest.mark.folder("it is named by its path")
def test_conversations_have_a_longer_name_than_the_library(tmp_path: Path) -> None:
    library_path = _of_length(tmp_path, LONGEST_PATH - len("/library.db"))
    open_library(library_path, create=True).close()
    with pytest.raises(LibraryError, match="路径太长"):
        Conversations.open(library_path)


@pytest.mark.parametrize("path", LONG, ids=["name", "path"])
def test_the_screen_says_so_of_a_server_s_folder(tmp_path: Path, path: str) -> None:
    with open_library(tmp_path / "library", create=True) as library:
        screen = _Screen(library, Ingest(library), Compositions(), folders=True)
        assert "路径太长" in screen.folder({"path": path}, CHINESE, ANYBODY)["problem"]
        assert "path is too long" in screen.folder({"path": path}, ENGLISH, ANYBODY)["problem"]
        assert "没有这个" in screen.folder({"path": f"{tmp_path}/none"}, CHINESE, ANYBODY)["problem"]
        page = tmp_path / "a.txt"
        page.write_text(story(1), "utf-8")
        assert screen.folder({"path": str(page)}, CHINESE, ANYBODY) == {}
