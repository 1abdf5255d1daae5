"""A library in PostgreSQL whose indexes a server keeps: found as with those of this machine, by every machine."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.cli import options
from qa.errors import LibraryError, UsageError
from qa.library.check import check_library
from qa.library.library import Library
from qa.store.addresses import address, with_index
from qa.store.database import Database
from qa.store.folder import Folder
from qa.types import Edit, Filters, Query
from tests.parts.library import few_papers, found_sources, open_library, story
from tests.parts.postgres import Server
from tests.parts.seeds import load_questions

pytest.importorskip("qdrant_client", reason="要测 Qdrant 的索引：pip install 'wenbao[dev]'")

from tests.parts.engines import QDRANT, qdrant_at_hand

pytestmark = pytest.mark.filterwarnings("ignore:Local mode")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Libraries that are opened from now on are those of another machine."""
    return lambda name: monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name))


@pytest.fixture(params=["pgvector", QDRANT])
def server(request: pytest.FixtureRequest, postgres: Server, machine: Callable[[str], None]) -> Iterator[str]:
    """The address of a library that is not made yet, asked from machine "a"."""
    machine("a")
    with qdrant_at_hand():
        yield with_index(postgres.address(), request.param)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return few_papers(tmp_path / "papers")


@pytest.mark.folder("it is what is compared with")
def test_the_seeds_are_found_as_with_indexes_of_this_machine(
    server: str, seeds: Path, seeds_path: Path, tmp_path: Path
) -> None:
    made_anew = shutil.copytree(seeds_path, tmp_path / "local", ignore=shutil.ignore_patterns("terms"))
    with Library.open(server) as library, Library.open(made_anew) as local:  # tantivy counts what it has not merged yet
        library.add([seeds])
        for one in load_questions()[::4]:
            query = Query(one.question, tuple(one.history), k=10)
            found, expected = library.search(query), local.search(query)
            assert [hit.passage.id for hit in found] == [hit.passage.id for hit in expected], one.question
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected], abs=1e-4)
    assert check_library(server) == ()


def test_what_changes_is_found_and_lost_on_every_machine(
    server: str, papers: Path, machine: Callable[[str], None]
) -> None:
    with open_library(server, create=True) as here:
        here.add(papers / "0.txt")
        machine("b")
        with open_library(server) as there:
            assert found_sources(there, story(0)[:12])[0] == "0.txt"
            here.add(papers)
            assert found_sources(there, story(2)[:12])[0] == "2.txt", "added elsewhere"
            article = there.articles_of("2.txt")[0]
            there.edit(article.id, Edit(article.id, title="改过的标题"))
            assert here.search("改过的标题")[0].article.title == "改过的标题"
            only = Query(story(1)[:12], filters=Filters(source="1.txt"), k=9)
            assert {hit.article.locations[0].source for hit in here.search(only)} == {"1.txt"}
            there.remove("2.txt")
            assert "2.txt" not in found_sources(here, story(2)[:12]), "removed elsewhere"
            assert here.search("漷县供暖") == there.search("漷县供暖")
    assert not any(path.suffix == ".faiss" for path in here.root.rglob("*")), "nothing is kept on the machine"
    assert check_library(server) == ()


def test_what_an_interrupted_add_left_undone_the_next_question_does(server: str, papers: Path) -> None:
    with open_library(server.replace(f"index={address(server).index}", "index=local"), create=True) as library:
        library.add(papers)  # as if it was killed before the server's indexes were brought up to date
    with open_library(server) as library:
        assert found_sources(library, story(1)[:12])[0] == "1.txt"
    assert check_library(server) == ()


def test_an_index_that_holds_something_else_is_named_and_made_anew(server: str, papers: Path) -> None:
    with open_library(server, create=True) as library:
        library.add(papers)
        terms = library._indexes().terms
        with library._database.writing() as connection:  # one row is lost, and said to be
            connection.execute(f"DELETE FROM {terms.name}_passages WHERE passage = ?", (min(terms.ids),))
            connection.execute("UPDATE index_states SET held = held - 1 WHERE name = ?", (terms.name,))
    (found,) = check_library(server)
    assert "词索引与库不一致：缺 1 段" in found.what
    with open_library(server) as library:
        assert library.search("漷县供暖")
    assert check_library(server) == ()


def test_who_may_only_read_asks_what_is_there(server: str, postgres: Server, papers: Path) -> None:
    name, reader = address(server).schema, f"r{uuid.uuid4().hex[:12]}"
    as_reader = server.replace("//wenbao@", f"//{reader}@")
    local = with_index(server, "local")

    def admit(library: Library) -> None:
        with library._database.writing() as connection:
            connection.execute(f"GRANT USAGE ON SCHEMA {name} TO {reader}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {reader}")

    with open_library(local, create=True) as library:
        library.add(papers)
        with library._database.writing() as connection:
            connection.execute(f"CREATE ROLE {reader} LOGIN")
        admit(library)
        with open_library(as_reader) as asking, pytest.raises(LibraryError, match=r"索引还没有建|CREATE EXTENSION"):
            asking.search("供暖")
    with open_library(server) as library:
        expected = library.search("漷县供暖")
        admit(library)
    with open_library(as_reader) as asking:
        assert [hit.passage.id for hit in asking.search("漷县供暖")] == [hit.passage.id for hit in expected]


def test_indexes_that_nobody_uses_any_more_go(postgres: Server, papers: Path, machine: Callable[[str], None]) -> None:
    machine("a")
    server = with_index(postgres.address(), "pgvector")
    with open_library(server, create=True) as library:
        library.add(papers)
        first = library._indexes().terms.name
        (library.root / "words.txt").write_text("漷县供暖工程 = 漷县暖气", encoding="utf-8")
    with open_library(server) as library:  # which terms are made of differs now
        second = library._indexes().terms.name
        assert second != first
        with library._database.writing() as connection:
            connection.execute("UPDATE index_states SET used = now() - INTERVAL '8 days' WHERE name = ?", (first,))
    with open_library(server) as library:
        library.search("供暖")
        with library._database.reading() as connection:
            tables = {row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = ?",
                                                           (address(server).schema,))}  # fmt: skip
        assert not any(table.startswith(first) for table in tables)
        assert any(table.startswith(second) for table in tables)


def test_a_server_without_pgvector_is_named_with_its_remedy(postgres: Server, machine: Callable[[str], None]) -> None:
    machine("a")
    name = f"d{uuid.uuid4().hex[:12]}"
    plain = Database.at(Folder.at(postgres.address()), create=True)
    with plain.session() as session:  # type: ignore[attr-defined]
        session.execute(f"CREATE DATABASE {name}")
        session.execute(f"CREATE ROLE {name} LOGIN")
        session.execute(f"ALTER DATABASE {name} OWNER TO {name}")
    plain.close()
    server = postgres.address().replace("//wenbao@/postgres?", f"//{name}@/{name}?")
    with (
        open_library(with_index(server, "pgvector"), create=True) as library,
        pytest.raises(LibraryError, match=rf"{name}.*CREATE EXTENSION vector"),
    ):
        library.search("供暖")
    (found,) = check_library(with_index(server, "pgvector")) or [None]
    assert found is None, "a library that holds nothing has no index yet"


def test_a_qdrant_that_is_away_is_named(postgres: Server, papers: Path, machine: Callable[[str], None]) -> None:
    machine("a")
    server = with_index(postgres.address(), "qdrant://127.0.0.1:9")
    with open_library(server, create=True) as library, pytest.raises(LibraryError, match=r"qdrant://127\.0\.0\.1:9"):
        library.add(papers)
    with open_library(with_index(server, "local")) as library:
        assert library.stats().files == 0, "nothing is added that would not be found"
        library.add(papers)
    (found,) = check_library(server)
    assert "qdrant://127.0.0.1:9" in found.what


def test_which_index_is_said_beside_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def place(*words: str) -> object:
        return options.library_path(options.parse([*words, "list"]))

    monkeypatch.delenv("QA_INDEX", raising=False)
    named = "postgresql://u@db/news?host=%2Ftmp&schema=papers"
    assert place("--library", named) == named
    assert address(str(place("--library", named, "--index", "pgvector"))).index == "pgvector"
    told = address(str(place("--library", named, "--index", "qdrant://q.lan:6333")))
    assert (told.index, told.schema, told.conninfo) == (
        "qdrant://q.lan:6333", "papers", "postgresql://u@db/news?host=%2Ftmp")  # fmt: skip
    assert (str(told), told.folder) == (str(address(named)), address(named).folder)
    monkeypatch.setenv("QA_INDEX", "pgvector")
    assert address(str(place("--library", named))).index == "pgvector"
    assert address(str(place("--library", named, "--index", "local"))).index == "local"
    with pytest.raises(UsageError, match="PostgreSQL 里的库"):
        place("--library", str(tmp_path))
    assert place("--library", str(tmp_path), "--index", "local") == tmp_path
    for wrong in ("faiss", "qdrant://", "ftp://x", "qdrant://user@x"):
        with pytest.raises(UsageError, match="不认识这种索引"):
            place("--library", named, "--index", wrong)
