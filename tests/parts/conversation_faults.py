"""A file of conversations damaged at random, and all that is done with it then. `bench.faults` does it more often."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import LibraryError, NotFound
from qa.store.conversation_database import damages
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from qa.types import Article, Assumption, Filters
from tests.parts.library_faults import DAMAGES
from tests.parts.ui_values import ANSWER, ARTICLES

Made = dict[str, tuple[str, tuple[Turn, ...]]]
"""Conversations by title: the id, and what it holds."""

TITLES = ["甲的一问", "甲的二问", "甲的三问"]


def still_there(was: Article) -> tuple[Article, ...]:
    return tuple(one for id, one in ARTICLES.items() if id == was.id)


def fill_conversations(folder: Path) -> Made:
    """Three of two messages each; the first answer of each is rated."""
    with Conversations.open(folder) as kept:
        made = {}
        for title in TITLES:
            asked = Turn(title, ANSWER, filters=Filters(since="2025"), refused=(Assumption("date", "去年", "2025"),))
            id, first = kept.keep("甲", "", asked)
            kept.keep("甲", id, replace(asked, question="然后呢？"))
            kept.rate("甲", first.number, "up", "好")
            made[title] = (id, kept.messages("甲", id, still_there))
    return made


def damage_conversations(folder: Path, rounds: int, seed: int) -> Iterator[tuple[bool, str]]:
    """Damage copies of a file, most by 64 bytes in it; yields whether it still opens, and what was told of it.

    Any error that is not ours goes through.
    """
    choose, whole = random.Random(seed), folder / "whole"
    whole.mkdir()
    made = fill_conversations(whole)
    data = (whole / "conversations.db").read_bytes()
    for _ in range(rounds):
        damaged = Path(shutil.copytree(whole, folder / "damaged"))
        damage = DAMAGES[choose.choice([*DAMAGES, *["flipped"] * 9])]
        (damaged / "conversations.db").write_bytes(damage(data, choose))
        told = list(damages(damaged / "conversations.db"))
        try:
            with Conversations.open(damaged) as kept:
                told += [words for call in _calls(kept, made) if (words := _told_by(call))]
                yield True, "\n".join(told)
        except LibraryError as error:
            yield False, str(error)
        shutil.rmtree(damaged)


def _calls(kept: Conversations, made: Made) -> Iterator[Callable[[], object]]:
    """All that is done with conversations."""
    ids, numbers = [id for id, _ in made.values()], [one.number for _, held in made.values() for one in held]
    yield partial(kept.listed, "甲")
    yield partial(kept.listed, "甲", "四月")
    yield lambda: list(kept.feedback())
    for id in ids:
        yield partial(kept.messages, "甲", id, still_there)
        yield partial(kept.keep, "甲", id, Turn("还能问？", ANSWER))
        yield partial(kept.rename, "甲", id, "新名")
    for number in numbers:
        yield partial(kept.rate, "甲", number, "down", "不对")
        yield partial(kept.keep, "甲", ids[0], Turn("改问"), instead_of=number, dropping=True)
    yield partial(kept.remove, "甲", ids[-1])


def _told_by(call: Callable[[], object]) -> str:
    try:
        call()
    except (LibraryError, NotFound) as error:
        return str(error)
    return ""
