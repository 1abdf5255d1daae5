"""Train the networks, from question sets to what ships, in pieces that can be resumed:

python -m training build DATA WORK     arrays, and what training begins from
python -m training reader WORK         the reader; --minutes 100 at most, then again until it says that it is done
python -m training resume WORK         what ships as states that `reader` and `vectors` go on from
python -m training vectors WORK        the embedding model, likewise
python -m training mine WORK           what the embedding model takes for answers goes among the negatives
python -m training export WORK         both into the package, in int8

`reader`, `vectors` and `mine` need torch and numpy alone: they run on another machine with WORK carried there and back.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from training import arrays, begin
from training.judge import judge_reader, judge_vectors
from training.learn import Course, save, train_reader, train_vectors
from training.network import ReaderNetwork, VectorNetwork

ARRAYS = "arrays.npz"
READER, VECTORS = "reader.pt", "vectors.pt"
_NETWORKS = ("reader", "vectors")


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for name, run in (
        ("build", _build),
        ("reader", _reader),
        ("resume", _resume),
        ("vectors", _vectors),
        ("mine", _mine),
        ("export", _export),
    ):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        if name == "build":
            command.add_argument("data", type=Path, help="folder of the public question sets")
        command.add_argument("work", type=Path, help="folder for arrays and states")
        if name != "build":
            command.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
        if name in ("reader", "vectors"):
            command.add_argument("--hours", type=float, default=5.5 if name == "reader" else 2.0, help="in all")
            command.add_argument("--minutes", type=float, default=100.0, help="of this piece, at most")
            command.add_argument("--rate", type=float, default=1.5e-4 if name == "reader" else 5e-5)
            command.add_argument("--drop", type=float, default=0.0)
            command.add_argument("--frozen", type=int, default=2 if name == "reader" else 4, help="lowest layers")
            command.add_argument("--compile", action="store_true", help="quicker after a minute, on a graphics card")
            command.add_argument("--focus", nargs="*", default=[], help="sets taken whole, of the others one in twenty")
            command.add_argument("--keep", type=float, default=1.0, help="what staying near the old vectors counts")
            command.add_argument("--tokens", type=int, default=16_384, help="of a batch")
            command.add_argument("--pairs", type=int, default=64, help="of a batch")
            command.add_argument("--seed", type=int, default=0, help="of the order of questions, another a piece")
            command.add_argument("--judge", type=int, default=400, help="questions of each set, at the end")
            command.add_argument("--state", default=READER if name == "reader" else VECTORS)
        if name == "export":
            command.add_argument("--networks", nargs="+", choices=_NETWORKS, default=_NETWORKS, help="these alone")
            command.add_argument("--mean", type=Path, nargs="*", default=[], help="readers averaged with it")
            command.add_argument("--shares", type=float, nargs="*", help="of it and of each of those; equal without")
    call = parser.parse_args()
    call.run(call)


def _build(call: argparse.Namespace) -> None:
    from training import start

    start.write(call.data, call.work, _say)


def _course(call: argparse.Namespace) -> Course:
    return Course(
        seconds=3600 * call.hours,
        piece=60 * call.minutes,
        rate=call.rate,
        tokens=call.tokens,
        pairs=call.pairs,
        drop=call.drop,
        keep=call.keep,
        frozen=call.frozen,
        focus=tuple(call.focus),
        compiled=call.compile,
        seed=call.seed,
        device=call.device,
    )


def _reader(call: argparse.Namespace) -> None:
    _train(call, train_reader, lambda *given: judge_reader(*given), ReaderNetwork())


def _resume(call: argparse.Namespace) -> None:
    from training import export

    save(call.work / READER, {"network": export.shipped_reader()})
    save(call.work / VECTORS, {"network": export.shipped_vectors(call.work)})


def _vectors(call: argparse.Namespace) -> None:
    _train(call, train_vectors, lambda *given: judge_vectors(*given), VectorNetwork())


def _train(
    call: argparse.Namespace,
    train: Callable[..., None],
    judge: Callable[..., Mapping[str, float]],
    network: torch.nn.Module,
) -> None:
    torch.manual_seed(0)
    store = arrays.read(call.work / ARRAYS)
    encoder, words = begin.read(call.work / begin.FILE)
    _say(f"{len(store.items)} questions, {sum(map(len, store.tokens))} tokens")
    train(store, words, encoder, call.work / call.state, _course(call), _say)
    kept: dict[str, Any] = torch.load(call.work / call.state, weights_only=True, map_location=call.device)
    network.load_state_dict(kept["network"])
    kinds = {number: [item for item in store.fit if item.set == number] for number in {item.set for item in store.fit}}
    for number, items in kinds.items():
        items = items[:: max(1, len(items) // call.judge)]
        figures = judge(network.to(call.device), store, words.to(call.device), items)
        _say(
            f"{store.sets[number]}, {len(items)} questions: "
            + " ".join(f"{key} {value:.3f}" for key, value in figures.items())
        )
    _say("done" if kept["used"] >= 3600 * call.hours - 1 else "stopped here; run again to go on")


def _mine(call: argparse.Namespace) -> None:
    from training.mining import mine

    store = arrays.read(call.work / ARRAYS)
    network = VectorNetwork()
    network.load_state_dict(torch.load(call.work / VECTORS, weights_only=True, map_location="cpu")["network"])
    mine(store, begin.read(call.work / begin.FILE)[1].to(call.device), network.to(call.device))
    arrays.save(call.work / ARRAYS, store)
    _say("done")


def _export(call: argparse.Namespace) -> None:
    from training import export

    if "reader" in call.networks:
        states = [call.work / READER, *call.mean]
        export.export_reader(call.work, dict(zip(states, call.shares or [1.0] * len(states), strict=True)))
    if "vectors" in call.networks:
        export.export_vectors(call.work, call.work / VECTORS)


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
