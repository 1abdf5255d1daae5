"""Which indexes a library has: its own on this machine, or those that a server keeps for all machines."""

from __future__ import annotations

from qa.errors import LibraryError
from qa.index.indexes import Indexes
from qa.index.shared_indexes import Engine, SharedIndexes
from qa.index.term_worker import TermWorker
from qa.store.addresses import LOCAL, PGVECTOR
from qa.store.contents import Contents
from qa.store.folder import Folder, WriterLock

AnyIndexes = Indexes | SharedIndexes


def open_indexes(folder: Folder, contents: Contents, worker: TermWorker, lock: WriterLock | None) -> AnyIndexes:
    """Those that the library's address names. Raises LibraryError where what keeps them is away or cannot."""
    engine = engine_of(folder, contents)
    if engine is None:
        return Indexes(folder, contents, worker, lock)
    try:
        return SharedIndexes(engine, contents, worker)
    except BaseException:
        engine.close()
        raise


def engine_of(folder: Folder, contents: Contents) -> Engine | None:
    """What keeps the indexes of a library; None for this machine."""
    if folder.server is None or folder.server.index == LOCAL:
        return None
    if folder.server.index == PGVECTOR:
        from qa.index.pgvector import PgvectorEngine

        return PgvectorEngine(folder, folder.server)
    try:
        from qa.index.qdrant import QdrantEngine
    except ModuleNotFoundError as error:
        raise LibraryError("qdrant.no-package", missing=error.name) from error
    return QdrantEngine(folder, folder.server, contents.state().library)
