"""Measure the exported reader on documents that were not trained on: `python -m training.measure DATA`.

DATA/NAME is a question set in BEIR layout; the documents of its measured fifth are asked about. Span F1 and exact match
as CMRC 2018 defines them (Cui et al. 2019): characters, punctuation aside, best of the accepted answers, the longest
common run. AUROC: a document that answers against one that only looks like it.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from sklearn.metrics import roc_auc_score

from qa import models
from qa.answering.candidates import WINDOW_CHARS
from qa.evaluation.measures import exact, f1
from qa.models.readers import FOLDER, load
from qa.text.sentences import split_sentences
from qa.types import Span
from qa.types.protocols import SentenceSpan, SpanReader, Window
from qa.types.settings import DEFAULT_MODEL
from training import sets
from training.sets import Example

FOLDERS = ("cmrc2018-dev", "drcd-dev", "dureader-robust-dev", "squad2-zh")


def main() -> None:
    """Print a row a set."""
    parser = argparse.ArgumentParser(prog="python -m training.measure", description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder with graph and manifest")
    parser.add_argument("--questions", type=int, default=400, help="of each set, evenly taken")
    given = parser.parse_args()
    reader = load(models.lexicon_of(DEFAULT_MODEL), given.reader)
    for name in FOLDERS:
        held = [one for one in sets.public(given.data / name) if one.document.part == "measure"]
        step = max(1, len(held) // given.questions)
        sys.stdout.write(f"{name:22s} {_row(reader, held[::step])}\n")


def _row(reader: SpanReader, examples: Sequence[Example]) -> str:
    scores, labels, spans, exacts, sentences = [], [], [], [], []
    for example in examples:
        score, best, value = _read(reader, example)
        scores.append(score)
        labels.append(bool(example.answers))
        if example.answers:
            said = value[best.span.start : best.span.end]
            spans.append(f1(said, example.answers))
            exacts.append(exact(said, example.answers))
            whole = next(one for one in split_sentences(value) if one.end >= best.span.end)
            sentences.append(any(answer in value[whole.start : whole.end] for answer in example.answers))
    auroc = f" auroc {roc_auc_score(labels, scores):.3f}" if len(set(labels)) > 1 else ""
    n = len(spans)
    return f"n {n} F1 {sum(spans) / n:.3f} EM {sum(exacts) / n:.3f} sentence {sum(sentences) / n:.3f}{auroc}"


def _read(reader: SpanReader, example: Example) -> tuple[float, SentenceSpan, str]:
    """The logit of the best window, and its best span in the document."""
    value = example.document.text
    starts, windows = zip(*_windows(value, example.document.head), strict=True)
    readings = reader.read(example.question, windows)
    ranked = [
        (reading.answers + sentence.score / 2, start, sentence)
        for start, reading in zip(starts, readings, strict=True)
        for sentence in reading.sentences
    ]
    _, start, best = max(ranked, key=lambda one: one[0])
    placed = best._replace(span=Span(best.span.start + start, best.span.end + start))
    return max(reading.answers for reading in readings), placed, value


def _windows(value: str, head: str) -> Iterator[tuple[int, Window]]:
    """Whole sentences, up to WINDOW_CHARS, and where each window begins."""
    held: list[Span] = []
    for sentence in itertools.chain(split_sentences(value), [None]):
        if held and (sentence is None or sentence.end - held[0].start > WINDOW_CHARS):
            start = held[0].start
            inside = tuple(Span(one.start - start, one.end - start) for one in held)
            yield start, Window(value[start : held[-1].end], inside, head)
            held = []
        if sentence:
            held.append(sentence)


if __name__ == "__main__":
    main()
