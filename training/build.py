"""From the data folder to the arrays that training reads: the practice, then passes over the real questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

from training import cloze, features, located, sets
from training.features import Encoder, Group
from training.neighbours import Neighbours
from training.sets import Example

PRACTICE = "practice.npz"
_LOCATED = "located.json"
EPOCHS = 3  # of the real questions, each with its own windows and noise
_MADE = 5_000  # questions of the practice
_SEED = 20


def epoch_name(number: int) -> str:
    """The file of one pass over the real questions."""
    return f"epoch-{number}.npz"


PASSES = (PRACTICE, *map(epoch_name, range(EPOCHS)))
"""What training goes through, in order."""


def build(data: Path, work: Path, tokenizer: Path, say: Callable[[str], None]) -> None:
    """Write ``practice.npz`` and ``epoch-N.npz`` into `work`; what is there already stays."""
    encode = Encoder(tokenizer)
    news = located.articles(data / located.SET)
    if not (work / PRACTICE).exists():
        made = list(cloze.questions(news, _MADE, random.Random(_SEED)))
        say(f"{len(made)} made questions")
        texts = [one.document.text for one in made]
        found = list(features.groups(made, encode, None, texts, random.Random(_SEED + 1)))
        features.save(work / PRACTICE, found)
    wanted = [work / epoch_name(number) for number in range(EPOCHS)]
    if all(path.exists() for path in wanted):
        return
    crud = [one for one in located.locate(data / located.SET, news, work / _LOCATED) if not one.document.held]
    say(f"{len(crud)} news questions located")
    public = [[one for one in sets.load(data / name) if not one.document.held] for name in sets.FOLDERS]
    for number, path in enumerate(wanted):
        features.save(path, _epoch((*public, crud), encode, random.Random(_SEED + 2 + number)))
        say(path.name)


def _epoch(kinds: Sequence[list[Example]], encode: Encoder, chance: random.Random) -> list[Group]:
    found: list[Group] = []
    for examples in kinds:
        texts = list(dict.fromkeys(one.document.text for one in examples))
        found.extend(features.groups(examples, encode, Neighbours(texts), texts, chance))
    return found
