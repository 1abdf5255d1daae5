"""Conversations of people who saw no code, over real folders: `python -m bench.quality.chats FOLDER=CHATS...`.

Each folder is added to a library of its own; each line of CHATS is a conversation, `turns` asked in order: `q`, `leans`
(it cannot be understood alone), `whole` (the same question written to stand alone), `kind`, `answers` (texts that stand
in the folder; any one will do, where `all` is set each counts; none where the folder does not tell it). A `set` names
the folder, where they are of several.
Printed for each kind: of those that can be answered, the share answered right (of `all`: the mean share shown); of the
others, the share refused, which is what is right of them. Then, of turns behind another, without talk, what is asked of
the library, more and corrections: those that lean and were taken to, those that stand alone and
were taken to lean; and what is right of both, of the leaning ones also as they are written to stand alone.
`--wrong` prints what went wrong.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.quality.strangers import library_of, mean
from qa import Library, Query
from qa.evaluation.measures import holds
from qa.types import Answer

NOT_TOLD = ("untold", "premise")
OF_THE_LAST = ("talk", "about", "more", "correction")  # what they take over is not counted


@dataclass(frozen=True, slots=True)
class Turn:
    said: dict[str, Any]
    history: tuple[str, ...]
    right: float  # in [0, 1]: what was asked for is shown; of what is not told, that it was refused
    took_over: bool
    alone: float  # the same of the question written to stand alone
    answer: Answer

    @property
    def counts(self) -> bool:
        """Whether it may lean on something."""
        return bool(self.history) and self.said["kind"] not in OF_THE_LAST


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="FOLDER=CHATS")
    parser.add_argument("--wrong", action="store_true", help="print each turn that went wrong")
    call = parser.parse_args()
    every: list[Turn] = []
    for one in call.sets:
        folder, _, chats = one.partition("=")
        turns = list(asked(Path(folder), Path(chats)))
        _show(Path(folder).name, turns)
        if call.wrong:
            _show_wrong(turns)
        every += turns
    _show("all", every)


def asked(folder: Path, chats: Path) -> Iterator[Turn]:
    """What a library of the folder alone says to each turn."""
    chats_of = [json.loads(line) for line in chats.read_text(encoding="utf-8").splitlines()]
    with library_of(folder) as library:
        for turns in (one["turns"] for one in chats_of if one.get("set", folder.name) == folder.name):
            yield from (_turn(library, one, tuple(turn["q"] for turn in turns[:at])) for at, one in enumerate(turns))


def _turn(library: Library, said: dict[str, Any], history: tuple[str, ...]) -> Turn:
    answer = library.ask(Query(said["q"], history))
    took_over = any(one.kind == "follow-up" for one in answer.assumed)
    right = alone = _right(answer, said)
    if history and said["leans"]:
        alone = _right(library.ask(Query(said["whole"])), said)
    return Turn(said, history, right, took_over, alone, answer)


def _right(answer: Answer, said: dict[str, Any]) -> float:
    if said["kind"] in NOT_TOLD:
        return float(not answer.answered)
    if "answers" not in said:
        return float(answer.answered)
    quotes = [one.quote for one in answer.citations] if answer.answered else []
    shown = [holds(quotes, [[each]]) for each in said["answers"]]
    return float(np.mean(shown)) if said.get("all") else float(any(shown))


def _show(name: str, turns: Sequence[Turn]) -> None:
    print(f"{name}: {len(turns)} turns")
    for kind in dict.fromkeys(one.said["kind"] for one in turns):
        _line(kind, [one for one in turns if one.said["kind"] == kind])
    behind = [one for one in turns if one.counts]
    lean, stand = ([one for one in behind if one.said["leans"] == wanted] for wanted in (True, False))
    _line("lean", lean)
    print(f"  {'  taken to':14}{'':>6}{mean([one.took_over for one in lean]):>8.3f}")
    print(f"  {'  written whole':14}{'':>6}{mean([one.alone for one in lean]):>8.3f}")
    _line("stand alone", stand)
    print(f"  {'  taken to lean':14}{'':>6}{mean([one.took_over for one in stand]):>8.3f}", flush=True)


def _line(name: str, turns: Sequence[Turn]) -> None:
    print(f"  {name:14}{len(turns):>6}{mean([one.right for one in turns]):>8.3f}")


def _show_wrong(turns: Sequence[Turn]) -> None:
    for one in turns:
        said, answer = one.said, one.answer
        if one.right < 1 or (one.counts and one.took_over != said["leans"]):
            carried = " ".join(each.target for each in answer.assumed if each.kind == "follow-up")
            print(said["kind"], "leans" if said["leans"] else "", f"{one.right:.1f}", "|", *one.history[-2:], sep=" ")
            print("   ", said["q"], said.get("answers", []), f"carried {carried!r}")
            print("   ", answer.kind, f"{answer.confidence:.2f}", repr(answer.text[:160] or answer.reason))


if __name__ == "__main__":
    main()
