"""A machine that has nothing of a library on a server begins with the indexes that another has published."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from qa.index import snapshots, vector_cache
from qa.index.term_index import segments
from qa.library.library import Library
from qa.store.addresses import address
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase
from qa.types import Query
from tests.parts.library import assert_whole, open_library, story, write_records
from tests.parts.postgres import Server

Machine = Callable[[str], None]


def _publish(library: Library, stopping: Callable[[], bool] = lambda: False) -> bool:
    return library._indexes().publish(stopping)


@contextmanager
def _said(server: str) -> Iterator[Any]:
    with closing(PostgresDatabase(Folder.at(server), address(server))) as database, database.session() as session:
        yield session


def _segments(server: str) -> frozenset[str]:
    return segments(Folder.at(server).terms)


def _hits(library: Library) -> list[tuple[int, float]]:
    """With scores as exact as sums of single precision are, whatever their order."""
    questions = ("漷县供暖工程", story(2)[:12], story(205)[:12])
    return [(hit.passage.id, round(hit.score, 5)) for one in questions for hit in library.search(Query(one, k=8))]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "LEAST", 20)


@pytest.fixture
def shared(server: str, tmp_path: Path) -> Iterator[Library]:
    """A library of two hundred stories, as machine "a" has it."""
    with open_library(server, create=True) as library:
        library.add(write_records(tmp_path / "some.jsonl", range(200)))
        yield library


@pytest.mark.parametrize("large", [10**9, 100])
def test_a_new_machine_begins_with_them_and_catches_up(
    shared: Library, server: str, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int
) -> None:
    monkeypatch.setattr(vector_cache, "LARGE", large)
    shared._indexes().catch_up_vectors()
    shared._indexes()._vectors.close()  # type: ignore[union-attr] # a large file is made behind everything else
    assert _publish(shared)
    assert not _publish(shared), "nothing has changed since"
    theirs = _segments(server)
    shared.add(write_records(tmp_path / "more.jsonl", range(200, 206)))
    expected = _hits(shared)
    machine("b")
    with open_library(server) as library:
        assert _hits(library) == expected
        assert theirs & _segments(server), "cut into terms anew"
        library.remove("more.jsonl")
        if large > 100:
            assert not _publish(library), "that little does not pay"
            library.add(write_records(tmp_path / "most.jsonl", range(300, 400)))
            assert _publish(library), "any machine publishes"
    assert assert_whole(server)


def _damage(session: Any) -> None:
    session.execute("UPDATE snapshot_parts SET bytes = overlay(bytes placing '\\x00112233' from 100) WHERE ordinal = 2")


def _cut(session: Any) -> None:
    session.execute("DELETE FROM snapshot_parts WHERE ordinal = (SELECT max(ordinal) FROM snapshot_parts)")


def _lead_out(session: Any) -> None:
    session.execute("UPDATE snapshots SET files = replace(files, 'terms/meta.json', 'terms/../../meta.json')")


def _set_back(session: Any) -> None:
    session.execute("DELETE FROM changes WHERE number > 50")


@pytest.mark.parametrize("harm", [_damage, _cut, _lead_out, _set_back])
def test_one_that_cannot_be_used_is_told_and_passed_over(
    shared: Library,
    server: str,
    machine: Machine,
    harm: Callable[[Any], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert _publish(shared)
    theirs, expected = _segments(server), _hits(shared)
    with _said(server) as session:
        harm(session)
    machine("b")
    with caplog.at_level(logging.WARNING), open_library(server) as library:
        found = _hits(library)
        assert not theirs & _segments(server)
    assert "在这里重新建" in caplog.text
    assert found == expected or harm is _set_back


def test_those_of_another_library_are_passed_over(
    shared: Library, postgres: Server, server: str, machine: Machine, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    other = postgres.address()
    with open_library(other, create=True) as library:
        library.add(write_records(tmp_path / "others.jsonl", range(500, 600)))
        assert _publish(library)
    assert _publish(shared)
    with _said(server) as session:
        session.execute("DELETE FROM snapshot_parts")
        stamp = session.execute("SELECT stamp FROM snapshots").fetchone()[0]
        schema = address(other).schema
        session.execute(f"INSERT INTO snapshot_parts SELECT %s, ordinal, bytes FROM {schema}.snapshot_parts", (stamp,))
        session.execute(f"UPDATE snapshots SET files = (SELECT files FROM {schema}.snapshots)")
    expected = _hits(shared)
    machine("b")
    with caplog.at_level(logging.WARNING), open_library(server) as there:
        assert _hits(there) == expected
    assert "在这里重新建" in caplog.text
    assert assert_whole(server)


def test_one_that_was_not_finished_leaves_the_one_before(
    shared: Library, server: str, machine: Machine, tmp_path: Path
) -> None:
    assert _publish(shared)
    theirs = _segments(server)
    shared.add(write_records(tmp_path / "more.jsonl", range(200, 300)))
    left = iter([False, False, True])
    assert not _publish(shared, lambda: next(left))
    expected = _hits(shared)
    machine("b")
    with open_library(server) as library:
        assert _hits(library) == expected
        assert theirs & _segments(server)


def test_they_are_published_meanwhile_and_small_libraries_are_not(
    shared: Library, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "LEAST", 100_000)
    assert not _publish(shared)
    monkeypatch.setattr(snapshots, "LEAST", 20)
    ends = time.monotonic() + 30
    with shared.publishing(0.05), _said(server) as session:
        while session.execute("SELECT to_regclass('snapshots')").fetchone()[0] is None:
            assert time.monotonic() < ends
            time.sleep(0.05)


@pytest.mark.folder("it has nobody to publish for")
def test_a_library_in_a_folder_has_nobody_to_publish_for(tmp_path: Path) -> None:
    with open_library(tmp_path / "library", create=True) as library, library.publishing(0.01):
        library.add(write_records(tmp_path / "some.jsonl", range(100)))
        assert not _publish(library)
