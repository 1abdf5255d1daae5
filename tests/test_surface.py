"""The public names of `qa`, and the pages that show them in use: README and docs/python.md, run as they stand."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import qa
from qa import Filters, Library, Metadata, Query
from qa.errors import NoLibrary, UsageError
from qa.text import cache

ROOT = Path(__file__).parent.parent
NAMES = {"AddReport", "Answer", "Article", "Citation", "Filters", "Hit"} | {
    "Library", "Metadata", "Passage", "QaError", "Query", "Span", "cite"
}  # fmt: skip
HEAVY = {"torch", "faiss", "gradio", "numpy", "onnxruntime", "tantivy", "opencc", "qa.types"}
_BLOCK = re.compile(r"```python\n(.+?)```", re.DOTALL)


def _blocks(page: str) -> list[str]:
    return _BLOCK.findall((ROOT / page).read_text("utf-8"))


def _run(program: str, folder: Path) -> str:
    """What a program prints that is run in `folder`, where any warning is an error."""
    command = [sys.executable, "-W", "error", "-c", program]
    path = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=path, timeout=300)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


@pytest.fixture
def desk(tmp_path: Path, seeds: Path) -> Path:
    """A folder with two of the seed pages in 报纸/ and no library."""
    (tmp_path / "报纸").mkdir()
    for page in (*seeds.glob("000_*"), *seeds.glob("003_*")):
        shutil.copy(page, tmp_path / "报纸")
    return tmp_path


def test_the_surface_is_these_names() -> None:
    assert set(qa.__all__) == NAMES
    assert len(qa.__all__) == len(NAMES)
    assert dir(qa) == sorted(NAMES)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_name_is_what_its_home_calls_so(name: str) -> None:
    found = getattr(qa, name)
    assert found.__name__ == name
    assert found.__doc__


def test_no_other_name_is_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Archive'"):
        _ = qa.Archive  # type: ignore[attr-defined]
    with pytest.raises(ImportError):
        exec("from qa import Archive")


def test_importing_the_package_and_its_errors_loads_nothing_else(tmp_path: Path) -> None:
    loaded = _run("import json, sys, qa.errors; print(json.dumps(sorted(sys.modules)))", tmp_path)
    assert not HEAVY & set(json.loads(loaded))


def test_the_readme_shows_it_in_six_lines(desk: Path) -> None:
    (block,) = _blocks("README.md")
    assert len([line for line in block.splitlines() if line.strip()]) <= 6
    printed = [line.partition("  # ")[2] for line in block.splitlines() if "print(" in line]
    assert _run(block, desk).splitlines() == printed


def test_the_page_on_python_does_what_it_says(desk: Path) -> None:
    """Its blocks run in order, as one program; each line that begins with `# →` is a line printed."""
    blocks = _blocks("docs/python.md")
    told = [line.removeprefix("# → ") for block in blocks for line in block.splitlines() if line.startswith("# → ")]
    assert _run("\n".join(blocks), desk).splitlines() == told


def test_the_page_on_python_names_the_whole_surface() -> None:
    page = (ROOT / "docs/python.md").read_text("utf-8")
    assert [name for name in sorted(NAMES) if f"`{name}`" not in page] == []


def test_a_library_is_made_where_there_is_none_unless_told_not_to(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary):
        Library.open(str(tmp_path / "library"), create=False)
    assert not (tmp_path / "library").exists()
    with Library.open(str(tmp_path / "library")) as library:
        assert library.stats().files == 0


@pytest.mark.parametrize("path", ["", "  "])
def test_an_empty_path_is_never_the_folder_we_are_in(path: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Library.open(path)
    with Library.open(tmp_path) as library, pytest.raises(UsageError):
        library.add([path])


@pytest.mark.folder("it is named by its path")
def test_a_text_may_begin_with_the_home_of_its_user(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_MODELS", str(cache.folder()))  # which are kept below the real one
    monkeypatch.setenv("HOME", str(desk))
    monkeypatch.chdir(desk)
    with Library.open("~/库") as library:
        assert len(library.add(["~/报纸"]).added) == 2
    assert (desk / "库" / "library.db").exists()
    assert not (desk / "~").exists()


def test_one_path_or_source_is_no_list_of_letters(desk: Path) -> None:
    with Library.open(desk / "库") as library:
        (first, second) = library.add(str(desk / "报纸")).added
        assert library.remove(first) == (first,)
        assert library.remove([second]) == (second,)


def test_a_plain_question_is_a_query_of_it(seeds_library: Library) -> None:
    question = "首届副中心运动会象棋比赛哪个队得了冠军"
    assert seeds_library.ask(question) == seeds_library.ask(Query(question))
    assert seeds_library.search(question) == seeds_library.search(Query(question))


@pytest.mark.parametrize(("written", "iso"), [("2025年12月", "2025-12"), ("2025/12/11", "2025-12-11"), ("", None)])
def test_dates_of_a_query_may_be_written_as_people_write_them(
    written: str, iso: str | None, seeds_library: Library
) -> None:
    for field in ("since", "until"):
        free, exact = (Query("下雪了", filters=Filters(**{field: value})) for value in (written, iso))
        assert seeds_library.search(free) == seeds_library.search(exact)


@pytest.mark.parametrize(
    "query",
    [
        Query("下雪了", k=0),
        Query("下雪了", k=-1),
        Query("下雪了", today="昨天"),
        Query("下雪了", today="2025-12"),
        Query("下雪了", filters=Filters(since="昨天")),
        Query("下雪了", filters=Filters(until="2025-13")),
    ],
)
def test_what_no_query_can_mean_is_refused(query: Query, seeds_library: Library) -> None:
    for call in (seeds_library.ask, seeds_library.search):
        with pytest.raises(UsageError):
            call(query)


def test_a_date_said_of_files_is_one(desk: Path) -> None:
    with Library.open(desk / "库") as library, pytest.raises(UsageError):
        library.add(desk / "报纸", given=Metadata(date="昨天"))
