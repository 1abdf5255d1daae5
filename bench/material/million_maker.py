"""Make a library of any size out of a real one: its sentences mixed anew, its vectors perturbed.

A made article has five hundred to a thousand characters of sentences drawn from the whole real library, so its terms
are as frequent as there. A made vector is a real one moved along the difference of two others, as far as a passage lies
from its nearest neighbour in the real library (cosine .92 to .93): near enough to be of its kind, and no copy.
A file has eight articles, as a page of a newspaper, and no article is another's reprint. Everything goes in through the
store's own functions.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from bench.material.moved import moved
from qa.articles import passages
from qa.index.flat_vectors import pack, unpack
from qa.library.library import Library
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.log import Model
from qa.store.passages import serve_model, store_vectors
from qa.store.texts import Grouped, store_groups, ungrouped
from qa.store.writing import Cut, NewFile, store_file
from qa.text.sentences import split_sentences
from qa.types import Article, Location, Metadata, Page, Piece
from qa.types.protocols import Array, Progress

_FILE_ARTICLES = 8
_AT_ONCE = 10_000  # vectors, or stories, that are stored together
_KEYS = 8  # under which an article's reprints would be found
_REAL = 40_000  # vectors and articles that are drawn from


class Mover:
    """Stands in for the model, so that a measurement leaves out what embedding costs: rows as the library has them."""

    def __init__(self, model: Model, real: Array, seed: int = 0) -> None:
        self.name, self.fingerprint, self.dimension = model.name, model.fingerprint, model.dimension
        self._real = real
        self._choose = np.random.default_rng(seed)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Array:
        return moved(self._real, [self._choose.integers(0, len(self._real), len(texts)) for _ in range(3)])

    def embed_query(self, text: str) -> Array:
        row: Array = self._real[
            int.from_bytes(hashlib.blake2b(text.encode(), digest_size=6).digest()) % len(self._real)
        ]
        return row


def real_rows(library_path: Path) -> tuple[Model, Array]:
    """The model of a library, and (n, dimension) vectors of it."""
    database = Database(Folder(library_path))
    try:
        contents = Contents(database)
        model = contents.state().model
        assert model is not None, "the library has no vectors"
        blobs = [vector for _, vector in contents.stored_vectors(model.fingerprint, -1, _REAL)]
        return model, unpack(blobs, model.dimension)
    finally:
        database.close()


def real_sentences(library_path: Path) -> list[str]:
    """Sentences of eight to a hundred characters."""
    found = []
    with Library.open(library_path, create=False) as library:
        for article in islice(library.each_article(), _REAL):
            spans = split_sentences(article.text)
            found += [article.text[start:end].strip() for start, end in spans if 8 <= end - start <= 100]
    return found


def make(target: Path, model: Model, real: Array, sentences_: Sequence[str], count: int) -> None:
    """A library of about `count` passages with their vectors, in the folder `target`; goes on where one is."""
    target.mkdir(parents=True, exist_ok=True)
    database = Database(Folder(target), create=True)
    try:
        serve_model(database, model)
        _store_files(database, sentences_, count)
        _store_vectors(database, model, Mover(model, real, seed=count))
        _store_stories(database)
        database.tidy()
    finally:
        database.close()


def _store_files(database: Database, sentences_: Sequence[str], count: int) -> None:
    held = Contents(database).stats()
    number, stored = held.files, held.passages
    while stored < count:
        source = f"{number:06}.jsonl"
        file = NewFile(f"/made/{source}", source, 1, 1, f"{number}", Metadata())
        stored += store_file(database, file, _cut(source, random.Random(number), sentences_)).passages
        number += 1


def _store_vectors(database: Database, model: Model, mover: Mover) -> None:
    contents, after = Contents(database), -1
    while ids := contents.without_vector(model.fingerprint, after, _AT_ONCE):
        store_vectors(database, model, zip(ids, map(pack, mover.embed_passages([""] * len(ids))), strict=True))
        after = ids[-1]


def _store_stories(database: Database) -> None:
    """Each article is a story of its own, under keys that no other has."""
    numbers = ungrouped(database)
    choose = random.Random(len(numbers))
    for start in range(0, len(numbers), _AT_ONCE):
        batch = numbers[start : start + _AT_ONCE]
        keys = (tuple(choose.getrandbits(63) for _ in range(_KEYS)) for _ in batch)
        store_groups(database, [Grouped(one, one, own) for one, own in zip(batch, keys, strict=True)])


def _cut(source: str, choose: random.Random, sentences_: Sequence[str]) -> Iterator[Cut]:
    """A page an article."""
    for _ in range(_FILE_ARTICLES):
        text = "".join(choose.choices(sentences_, k=choose.randint(12, 24)))
        identity = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        place = Location(source, identity, None, (Piece(0, 0, len(text)),))
        article = Article(identity, text, text[:20], locations=(place,))
        page = Page(source, text, record=identity, encoding="utf-8")
        yield page, [(article, passages.split(article))]
