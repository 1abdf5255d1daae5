"""What may keep an index: this machine, a PostgreSQL with pgvector, a Qdrant. For tests that run over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import QdrantClient

from qa.index import qdrant
from qa.index.flat_vectors import FlatVectors
from qa.index.pgvector import PgvectorEngine
from qa.index.term_index import TantivyTerms
from qa.store.addresses import with_index
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.log import Model
from qa.text.words import FIELDS, ORDERED

ENGINES = ("local", "pgvector", "qdrant")
QDRANT = "qdrant://qdrant.lan:6333"


class LocalQdrant(QdrantClient):
    """Qdrant's own stand-in for a server, in memory; whoever closes it may come again."""

    def close(self, **_: Any) -> None:
        pass


class Engine:
    """Opens the indexes of one library, as another machine does too."""

    def __init__(self, name: str, folder: Path, location: str) -> None:
        self.name = name
        self._folder = folder
        self._location = location
        self._opened = ExitStack()

    def terms(self) -> Any:
        if self.name == "local":
            place = self._folder / "terms"
            place.mkdir(exist_ok=True)
            return TantivyTerms(place, FIELDS, "made of this", ORDERED)
        return self._engine().terms("made of this")

    def vectors(self, dimension: int) -> Any:
        if self.name == "local":
            return FlatVectors(dimension, "made of this")
        return self._engine().vectors(Model("model", f"made of this {dimension}", dimension))

    def close(self) -> None:
        self._opened.close()

    def _engine(self) -> Any:
        folder = Folder.at(self._location)
        assert folder.server
        if self.name == "pgvector":
            engine: Any = PgvectorEngine(folder, folder.server)
        else:
            engine = qdrant.QdrantEngine(folder, folder.server, "library")
        self._opened.callback(engine.close)
        return engine


def keep(index: Any, change: int) -> None:
    """What is added and removed is there afterwards, and what searching it takes."""
    index.commit(change)
    if hasattr(index, "settle"):
        index.settle()


@contextmanager
def qdrant_at_hand() -> Iterator[None]:
    """Who connects to a Qdrant reaches one in memory, empty at first."""
    client = LocalQdrant(":memory:")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(qdrant, "connected", lambda _: client)
        yield


@contextmanager
def engine_for(request: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """The engine that a fixture is at, over a library of its own that holds nothing."""
    with pytest.MonkeyPatch.context() as patch, qdrant_at_hand(), ExitStack() as opened:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        location = ""
        if request.param != "local":
            location = request.getfixturevalue("postgres").address()
            Database.at(Folder.at(location), create=True).close()
            location = with_index(location, QDRANT if request.param == "qdrant" else request.param)
        engine = Engine(request.param, folder, location)
        opened.callback(engine.close)
        yield engine
