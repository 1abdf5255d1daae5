"""A damaged file of conversations: our errors alone, and what is damaged takes nothing else along."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from qa.cli import main
from qa.errors import LibraryDamaged
from qa.library.library import Library
from qa.store.conversation_database import damages
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from tests.parts.conversation_faults import TITLES, damage_conversations, fill_conversations, still_there

pytestmark = pytest.mark.folder("a file in SQLite is damaged")

ROUNDS = 60  # bench/faults/__main__.py does more


@pytest.fixture
def made(tmp_path: Path) -> dict[str, tuple[str, tuple[Turn, ...]]]:
    return fill_conversations(tmp_path)


def _execute(folder: Path, *statements: str) -> None:
    with sqlite3.connect(folder / "conversations.db", isolation_level=None) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
    connection.close()


SECOND = "(SELECT id FROM conversations WHERE title = '甲的二问')"
ROWS = [
    *(f"{column} = {value}" for column in ("filters", "refused") for value in ("''", "'{'", "7", "x'ff'", "'null'")),
    *(f"filters = '{json.dumps(value)}'" for value in ([], "x", 7, {"since": 7}, {"since": ["x"]})),
    *(f"refused = '{json.dumps(value)}'" for value in ({}, "xx", 7, ["x"], [[1]], [{"kind": 1}], [{"kind": "date"}])),
    *(f"{column} = x'ff'" for column in ("question", "seconds", "problem")),
    *(f"{column} = CAST(x'ff' AS TEXT)" for column in ("question", "seconds", "problem")),
    "seconds = 'long'",
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_a_damaged_message_names_its_conversation_and_leaves_the_others(
    row: str, tmp_path: Path, made: dict[str, tuple[str, tuple[Turn, ...]]]
) -> None:
    _execute(tmp_path, f"UPDATE messages SET {row} WHERE position = 1 AND conversation = {SECOND}")
    with Conversations.open(tmp_path) as kept:
        assert {one.title for one in kept.listed("甲")} == set(TITLES)
        assert {one.title for one in kept.listed("甲", "四月")} == set(TITLES)
        for title, (id, messages) in made.items():
            if title == "甲的二问":
                with pytest.raises(LibraryDamaged, match="甲的二问"):
                    kept.messages("甲", id, still_there)
            else:
                assert kept.messages("甲", id, still_there) == messages
        assert [one for one in damages(tmp_path / "conversations.db") if "甲的二问" in one]
        damaged = made["甲的二问"][0]
        kept.keep("甲", damaged, Turn("还能问？"))
        kept.remove("甲", damaged)
        assert {one.title for one in kept.listed("甲")} == {"甲的一问", "甲的三问"}
    assert list(damages(tmp_path / "conversations.db")) == []


@pytest.mark.parametrize("row", ["title = x'ff'", "title = CAST(x'ff' AS TEXT)", "updated = x'ff'", "id = x'ff00'"])
def test_a_damaged_title_is_left_out_of_the_list_and_named(
    row: str, tmp_path: Path, made: dict[str, tuple[str, tuple[Turn, ...]]]
) -> None:
    _execute(tmp_path, f"UPDATE conversations SET {row} WHERE id = {SECOND}")
    with Conversations.open(tmp_path) as kept:
        assert [one.title for one in kept.listed("甲")] == ["甲的三问", "甲的一问"]
        assert kept.messages("甲", made["甲的一问"][0], still_there) == made["甲的一问"][1]
    assert len(list(damages(tmp_path / "conversations.db"))) == 1


@pytest.mark.parametrize("position", ["x'ff'", "'x'", "NULL + 'x'", "1.5"])
def test_a_message_without_a_place_does_not_keep_the_next_from_being_kept(
    position: str, tmp_path: Path, made: dict[str, tuple[str, tuple[Turn, ...]]]
) -> None:
    _execute(tmp_path, f"UPDATE OR IGNORE messages SET position = {position} WHERE conversation = {SECOND}")
    with Conversations.open(tmp_path) as kept:
        id, messages = made["甲的二问"]
        kept.keep("甲", id, Turn("还能问？"))
        kept.keep("甲", id, Turn("再问"), instead_of=messages[1].number)


@pytest.mark.parametrize("about", ["'{'", "'[]'", "7", "x'ff'", "CAST(x'ff' AS TEXT)"])
def test_damaged_feedback_is_counted_and_the_rest_leaves(
    about: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library_path = tmp_path / "library"
    Library.open(library_path, create=True).close()
    fill_conversations(library_path)
    _execute(library_path, f"UPDATE feedback SET about = {about} WHERE conversation = {SECOND}")
    assert main(["--library", str(library_path), "export", "--feedback"]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["question"] for line in out.splitlines()] == ["甲的一问", "甲的三问"]
    assert "1 条评价损坏" in err


def test_an_answer_to_a_damaged_question_cannot_be_rated(
    tmp_path: Path, made: dict[str, tuple[str, tuple[Turn, ...]]]
) -> None:
    _execute(tmp_path, f"UPDATE messages SET question = x'ff' WHERE position = 1 AND conversation = {SECOND}")
    with Conversations.open(tmp_path) as kept:
        for title, (_, messages) in made.items():
            if title == "甲的二问":
                with pytest.raises(LibraryDamaged, match="甲的二问"):
                    kept.rate("甲", messages[1].number, "down")
            else:
                kept.rate("甲", messages[1].number, "down")


def test_damaged_at_random_it_raises_our_errors_alone(tmp_path: Path) -> None:
    told = list(damage_conversations(tmp_path, ROUNDS, seed=1))
    assert len(told) == ROUNDS
    assert sum(opened for opened, _ in told) > ROUNDS / 4, "not all damage is met by opening the file"
    assert any("甲的" in words for _, words in told), "some of it is one conversation's alone"
