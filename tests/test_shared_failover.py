"""The primary of a database is killed and its replica takes over: all goes on, and no index keeps what was lost."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.check import check_library
from qa.library.library import Library
from qa.store.addresses import address, with_index
from qa.store.conversations import Conversations
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase
from qa.store.turns import Turn
from qa.types import Query
from tests.parts.engines import QDRANT, qdrant_at_hand
from tests.parts.library import open_library, write_records
from tests.parts.postgres import either, replicated

Machine = Callable[[str], None]


def _finds(library: Library, number: int) -> bool:
    """The made-up story of a number, by its title."""
    return any(hit.article.title == f"第{number}号消息" for hit in library.search(Query(f"第{number}号消息", k=3)))


def test_what_was_reported_is_on_a_synchronous_replica(machine: Machine, tmp_path: Path) -> None:
    machine("a")
    with replicated() as (primary, replica):
        place = either(primary, replica)
        whichever = place.replace("&target_session_attrs=read-write", "")
        with open_library(place, create=True) as library, Conversations.open(place) as kept:
            library.add(write_records(tmp_path / "a.jsonl", range(10)))
            id, _ = kept.keep("reader", "", Turn("问过的"))
            primary.kill()
            with pytest.raises(LibraryError, match="PostgreSQL"):
                library.search("供暖")
            with closing(PostgresDatabase(Folder.at(place), address(whichever))) as there:
                assert not there.is_writable
                with pytest.raises(LibraryError, match="主库"), there.transaction() as session:
                    session.execute("DELETE FROM conversations")
            replica.promote()
            assert _finds(library, 5)
            assert [turn.question for turn in kept.messages("reader", id, lambda _: ())] == ["问过的"]
            library.add(write_records(tmp_path / "b.jsonl", range(20, 25)))
            assert _finds(library, 22)
        assert check_library(place) == ()


@pytest.mark.filterwarnings("ignore:Local mode")
@pytest.mark.parametrize("index", ["local", QDRANT])
def test_an_index_that_has_seen_what_the_replica_has_not_is_made_anew(
    index: str, machine: Machine, tmp_path: Path
) -> None:
    with replicated() as (primary, replica), qdrant_at_hand():
        place = with_index(either(primary, replica), index)
        machine("b")
        open_library(place, create=True).close()
        machine("a")
        with open_library(place, create=True) as library:
            library.add(write_records(tmp_path / "a.jsonl", range(10)))
            replica.stop()
            primary.wait_for_replica("")
            library.add(write_records(tmp_path / "lost.jsonl", range(20, 60)))
            machine("b")
            with open_library(place) as there:
                assert _finds(there, 42)
            primary.kill()
            replica.start()
            replica.promote()
            assert not _finds(library, 42)
            machine("a")
            library.add(write_records(tmp_path / "b.jsonl", range(100, 140)))  # as many as were lost, and no fewer
            assert all(_finds(library, number) for number in (5, 100, 139))
            machine("b")  # which has not been there since
            with open_library(place) as there:
                assert all(_finds(there, number) for number in (5, 100, 139))
                assert not _finds(there, 42)
            assert check_library(place) == ()
