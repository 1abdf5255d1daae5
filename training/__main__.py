"""From the public question sets to the shipped reader. Run again after a stop, it goes on where it was."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from qa import embedding
from qa.answering.shipped import FOLDER
from qa.embedding import e5
from qa.embedding.prepared import TOKENIZER, WORDS
from qa.settings import DEFAULT_MODEL
from training import build, features
from training.export import export
from training.learn import Course, batches
from training.network import from_default
from training.smoothing import Rows

_DEFAULT = "default"  # the default model as sentence-transformers has it, in the folder of work
_STATE = "state.pt"
_WINDOWS = 400  # that the int8 form is fitted to


def main() -> None:
    """Build the arrays, train, export. What it prints goes to stderr."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("work", type=Path, help="folder for arrays and checkpoints, a few hundred MB")
    parser.add_argument("--out", type=Path, default=FOLDER, help="where the reader goes (default: into the package)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(0)
    _train(given.data, given.work)
    export(given.work / _STATE, given.out, embedding.lexicon_of(DEFAULT_MODEL).fingerprint, _usual(given.work))
    _say(f"{given.out}: now python -m training.measure, then python -m training.calibrate")


def _train(data: Path, work: Path) -> None:
    model = embedding.prepare(DEFAULT_MODEL)
    build.build(data, work, model / TOKENIZER, _say)
    if not (work / _DEFAULT).exists():
        e5.build(None, work / _DEFAULT)
    passes = [features.read(work / name) for name in build.PASSES]
    total = sum(1 for seed, groups in enumerate(passes) for _ in batches(groups, seed))
    course = Course(from_default(work / _DEFAULT), np.load(model / WORDS), work / _STATE, total)
    course.run(passes, _say)


def _usual(work: Path) -> Iterator[Rows]:
    """The word rows of windows that the reader was trained on."""
    words = np.load(embedding.prepare(DEFAULT_MODEL) / WORDS, mmap_mode="r")
    windows = [window for group in features.read(work / build.epoch_name(0)) for window in group]
    return (words[window.ids].astype(np.float32) for window in random.Random(0).sample(windows, _WINDOWS))


def _say(line: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {line}\n")


if __name__ == "__main__":
    main()
