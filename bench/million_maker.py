"""A library as large as wanted, made out of a real one: its sentences mixed anew, its vectors moved.

A made article has five hundred to a thousand characters of sentences drawn from the whole real library, so its terms
are as frequent as there. A made vector is a real one moved along the difference of two others, as far as a passage lies
from its nearest neighbour in the real library (cosine .92 to .93): near enough to be of its kind, and no copy.
Everything goes in through the store's own functions.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from qa import passages
from qa.archive import Archive
from qa.protocols import Array, Progress
from qa.stores.database import Database
from qa.stores.folder import Folder
from qa.stores.log import Model
from qa.stores.models import serve_model, store_vectors
from qa.stores.truth import Truth
from qa.stores.vectors import pack, unpack
from qa.stores.writing import Cut, NewFile, store_file
from qa.text import sentences
from qa.types import Article, Metadata, Page, Passage, Piece, Place

_FILE_PASSAGES = 20_000  # of a made file, which goes in as one transaction
_REAL = 40_000  # vectors and articles that are drawn from
_STEP = 0.72


class Mover:
    """Stands in for the model, so that a measurement leaves out what embedding costs: rows as the library has them."""

    def __init__(self, model: Model, real: Array, seed: int = 0) -> None:
        self.name, self.fingerprint, self.dimension = model.name, model.fingerprint, model.dimension
        self._real = real
        self._choose = np.random.default_rng(seed)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        first, second, third = (self._choose.integers(0, len(self._real), len(texts)) for _ in range(3))
        rows = self._real[first] + _STEP * (self._real[second] - self._real[third])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)

    def embed_query(self, text: str) -> Array:
        row: Array = self._real[
            int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) % len(self._real)
        ]
        return row


def real_rows(library: Path) -> tuple[Model, Array]:
    """The model of a library, and (n, dimension) vectors of it."""
    database = Database(Folder(library))
    try:
        truth = Truth(database)
        model = truth.state().model
        assert model is not None, "the library has no vectors"
        blobs = [vector for _, vector in truth.stored_vectors(model.fingerprint, -1, _REAL)]
        return model, unpack(blobs, model.dimension)
    finally:
        database.close()


def real_sentences(library: Path) -> list[str]:
    """Sentences of eight to a hundred characters."""
    found = []
    with Archive.open(library) as archive:
        for article in islice(archive.each_article(), _REAL):
            spans = sentences(article.text)
            found += [article.text[start:end].strip() for start, end in spans if 8 <= end - start <= 100]
    return found


def make(target: Path, model: Model, real: Array, sentences_: list[str], count: int) -> None:
    """A library of about `count` passages with their vectors, in the folder `target`; goes on where one is."""
    target.mkdir(parents=True, exist_ok=True)
    database = Database(Folder(target), create=True)
    serve_model(database, model)
    mover = Mover(model, real, seed=count)
    held = Truth(database).stats()
    number, stored = held.files, held.passages
    while stored < count:
        stories = _stories(f"{number}.jsonl", random.Random(number), sentences_, min(_FILE_PASSAGES, count - stored))
        split: list[Passage] = []
        file = NewFile(f"/made/{number}.jsonl", f"{number}.jsonl", 1, 1, f"{number}", Metadata())
        store_file(database, file, _noted(stories, split))
        rows = mover.embed_passages([passage.text for passage in split])
        store_vectors(database, model, zip([passage.id for passage in split], map(pack, rows), strict=True))
        database.tidy()
        number, stored = number + 1, stored + len(split)
    with database.writing() as connection:  # each is a story of its own: none is told twice
        connection.execute("INSERT OR IGNORE INTO stories SELECT number, number FROM articles")
    database.close()


def _noted(cut: Iterator[Cut], split: list[Passage]) -> Iterator[Cut]:
    for page, stories in cut:
        kept = list(stories)
        split += [passage for _, parts in kept for passage in parts]
        yield page, kept


def _stories(source: str, choose: random.Random, sentences_: list[str], count: int) -> Iterator[Cut]:
    """A page an article."""
    while count > 0:
        text = "".join(choose.choices(sentences_, k=choose.randint(12, 24)))
        identity = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        place = Place(source, identity, None, (Piece(0, 0, len(text)),))
        article = Article(identity, text, text[:20], places=(place,))
        parts = passages.split(article)
        count -= len(parts)
        yield Page(source, text, record=identity, encoding="utf-8"), [(article, parts)]
