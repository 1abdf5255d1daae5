"""How well misspelt names are read over a news corpus: `python -m bench.quality.names FOLDER [--articles 5000]`.

FOLDER holds `corpus.jsonl.xz` and `queries.jsonl`. A library of the first articles is made, with a stub for the model:
nothing here depends on vectors. Printed, in CPU time:

plan      a question of the folder through everything before retrieval: planned, respelt, looked for word for word
wrong     questions of the folder that were respelt, though none is misspelt
sound     names that the library prints, one character exchanged for one of the same sound: read as meant
shape     the same with a character that looks alike
count     the words counted most often, and how long that takes
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TypeVar

import numpy as np

from qa import questions
from qa.answering import exact
from qa.library.library import Library
from qa.library.sources import LibrarySources
from qa.questions.analysed import AnalysedQuestion
from qa.questions.confusables import TONE_OTHER, costs
from qa.questions.spelling import respell
from qa.text.folding import fold
from qa.text.words import bigrams, name_words, word_frequency
from qa.types import Query
from qa.types.protocols import Array, Progress

_Result = TypeVar("_Result")
_COUNTED = ("有几篇提到中国", "列出所有关于医院的报道", "哪些记者写过台风")
_AROUND = 6  # characters of the page on each side of a name in a question


class Stub:
    """Vectors that mean nothing, at once."""

    name, dimension, fingerprint = "stub", 16, "stub-16"

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Array:
        digest = hashlib.blake2b(text.encode(), digest_size=self.dimension).digest()
        row = np.frombuffer(digest, np.uint8).astype(np.float32) + 1
        return row / np.linalg.norm(row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--names", type=int, default=500)
    call = parser.parse_args()
    asked = [json.loads(line)["text"] for line in (call.folder / "queries.jsonl").read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True, embedder=Stub()) as library:
        library.add([_slice(call.folder, Path(folder), call.articles)], max_mb=1000)
        sources = library.sources()
        costs("名")  # the tables are loaded
        _print_planning(asked, sources)
        _print_names(list(islice(_misspelt(library, sources), call.names)), sources)
        for question in _COUNTED:
            spent, found = _timed(lambda asking: library.ask(Query(asking)), question)
            print(f"count  {spent:8.1f} ms  {found.total:6} {question}")


def _slice(corpus: Path, folder: Path, articles: int) -> Path:
    path = folder / "news.jsonl"
    with (
        lzma.open(corpus / "corpus.jsonl.xz", "rt", encoding="utf-8") as lines,
        path.open("w", encoding="utf-8") as out,
    ):
        out.writelines(islice(lines, articles))
    return path


def _print_planning(asked: Sequence[str], sources: LibrarySources) -> None:
    def planned(question: str) -> AnalysedQuestion:
        query = respell(questions.analyse(Query(question)), sources)
        for texts in exact.exact_texts(query.written):
            exact.holders(texts, sources)
        return query

    done = [_timed(planned, question) for question in asked]
    spent = sorted(milliseconds for milliseconds, _ in done)
    print(f"plan   {median(spent):8.2f} ms median, {spent[len(spent) * 9 // 10]:.1f} ms of nine in ten")
    wrong = sum(any(one.kind == "spelling" for one in query.assumed) for _, query in done)
    print(f"wrong  {wrong} of {len(done)}")


def _misspelt(library: Library, sources: LibrarySources) -> Iterator[tuple[str, str, str]]:
    """Questions with a misspelt name that the library lacks as written, the name, and whether by sound or by shape."""
    draw = random.Random(1)
    for article in library.each_article():
        plain = fold(article.text)
        names = [name for name in name_words(plain[:400]) if 2 <= len(name) <= 5 and name in plain]
        if not names:
            continue
        name, how = draw.choice(names), draw.choice(["sound", "shape"])
        place = draw.randrange(len(name))
        near = [one for one, cost in costs(name[place]).items() if (cost <= TONE_OTHER) == (how == "sound")]
        common = [one for one in near if word_frequency(one)]
        written = name[:place] + draw.choice(common or [name[place]]) + name[place + 1 :]
        if written != name and not sources.terms.phrase_frequency("grams", bigrams(written)):
            at = plain.index(name)
            yield f"{plain[max(0, at - _AROUND) : at]}{written}{plain[at + len(name) :][:_AROUND]}", name, how


def _print_names(asked: Sequence[tuple[str, str, str]], sources: LibrarySources) -> None:
    for how in ("sound", "shape"):
        done = [
            (name, *_timed(lambda one: respell(AnalysedQuestion(Query(one)), sources), one))
            for one, name, by in asked
            if by == how
        ]
        right = sum(name in fold(query.text) for name, _, query in done)
        spent = median(milliseconds for _, milliseconds, _ in done)
        print(f"{how}  {right / len(done):.3f} of {len(done)} read as meant, {spent:.1f} ms median")


def _timed(work: Callable[[str], _Result], question: str) -> tuple[float, _Result]:
    """Milliseconds of CPU time, and the result."""
    started = time.thread_time()
    result = work(question)
    return (time.thread_time() - started) * 1000, result


if __name__ == "__main__":
    main()
