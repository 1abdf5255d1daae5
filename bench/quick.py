"""Check that nothing became slower: `python -m bench.quick [--only PART] [--write]` (`make bench-quick`).

Four costs as ratios to something that this project does not change, measured in turns in the same run, so that they
carry over from machine to machine about as well as ratios can: a pass of passages to sentence-transformers' own
`encode`; a search and an answer on `seeds/`, warm, to a matrix product; commands from cold to the bare import of their
libraries, in processor seconds. Each is the median of the rounds. Compared with `bench/ratios.json`: exit 1 where a
ratio is past 25 % of what is stored, saying which; a ratio that only one of both knows is told. `--write` stores what
was measured instead. Under three minutes where nothing else runs.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from timeit import timeit

import numpy as np

from bench import cold
from qa import models
from qa.library.library import Library
from qa.types import Query
from qa.types.settings import DEFAULT_MODEL
from tests.parts.seeds import SEEDS

STORED = Path(__file__).parent / "ratios.json"
WORSE = 1.25  # times the stored ratio
ROUNDS = 3
COLD_ROUNDS = 3
QUESTIONS = 8
SIDE = 512  # of the matrices whose product a warm question is compared with
PASSAGE_CHARS = 160
PASSAGES = 24

Ratios = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="store the ratios of this run")
    parser.add_argument("--only", choices=PARTS)
    call = parser.parse_args()
    parts = {name: part for name, part in PARTS.items() if call.only in (None, name)}
    sys.exit(run(parts, STORED, write=call.write))


def run(parts: Mapping[str, Callable[[Path], Ratios]], file: Path, *, write: bool = False) -> int:
    """Measure the parts and compare them with the file, or store them in it; 1 where one is too slow, 0 otherwise."""
    with tempfile.TemporaryDirectory() as scratch:
        measured = {name: ratio for part in parts.values() for name, ratio in part(Path(scratch)).items()}
    stored: Ratios = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    if write:
        stored |= measured
        file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{'our cost / what it is compared with':44} {'now':>8}")
    for name, ratio in measured.items():
        before = f"stored {stored[name]:8.3f}   {ratio / stored[name]:.2f} x" if name in stored else "not stored yet"
        print(f"{name:44} {ratio:8.3f}   {before}")
    for name in sorted(stored.keys() - measured.keys()):
        print(f"{name:44} not measured")
    slow = slower(measured, stored)
    print("more than 25 % slower: " + (", ".join(slow) or "nothing"))
    return int(bool(slow))


def slower(measured: Ratios, stored: Ratios) -> list[str]:
    """Names of the ratios that are past what is allowed."""
    return [name for name, ratio in measured.items() if ratio > WORSE * stored.get(name, math.inf)]


def embedded(scratch: Path) -> Ratios:
    """Passages by us, to the same by torch, which is loaded here: the other parts go without."""
    from sentence_transformers import SentenceTransformer

    from qa.models.export import quiet
    from training import reference

    source = scratch / "source"
    reference.build(source)
    with quiet():
        peer = SentenceTransformer(str(source), device="cpu", local_files_only=True)
    ours = models.load(DEFAULT_MODEL)
    running = "".join(page.read_text(encoding="utf-8") for page in sorted(SEEDS.glob("*.txt")))
    texts = [running[at * PASSAGE_CHARS :][:PASSAGE_CHARS] for at in range(PASSAGES)]

    def theirs() -> object:
        return peer.encode(texts, prompt_name="document", show_progress_bar=False)

    return {"embedding / sentence-transformers": in_turns(lambda: ours.embed_passages(texts), theirs)}


def asked(scratch: Path) -> Ratios:
    """Warm questions on `seeds/`, to a matrix product."""
    side = np.random.default_rng(0).standard_normal((SIDE, SIDE)).astype(np.float32)
    questions = [Query(one) for one in cold.questions()[:QUESTIONS]]

    def product() -> None:
        for _ in questions:
            side @ side

    with Library.open(scratch / "warm", create=True) as library:
        library.add([SEEDS])
        calls: dict[str, Callable[[Query], object]] = {"search": library.search, "ask": library.ask}
        return {
            f"qa {name}, warm / matrix product": in_turns(lambda call=call: [call(one) for one in questions], product)
            for name, call in calls.items()
        }


def started(scratch: Path) -> Ratios:
    """Commands from cold, to the bare import, as `bench.cold` has it."""
    with Library.open(scratch / "cold", create=True) as library:
        library.add([SEEDS])
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(scratch / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    report = cold.measured(str(scratch / "cold"), COLD_ROUNDS, environment)
    return {
        f"{name}, cold / bare import": figures["processor ratio"]
        for name, figures in report.items()
        if name != cold.BARE
    }


def in_turns(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Median over the rounds of how many times their time we take."""
    ours()
    theirs()
    return round(statistics.median(timeit(ours, number=1) / timeit(theirs, number=1) for _ in range(ROUNDS)), 3)


PARTS: Mapping[str, Callable[[Path], Ratios]] = {"embedding": embedded, "warm": asked, "cold": started}
"""What is measured, each in a scratch folder."""


if __name__ == "__main__":
    main()
