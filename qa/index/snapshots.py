"""Indexes that a machine has, published in the schema of the library: a machine that has none begins with them.

A snapshot is the files of both indexes as they lay there at one moment, in parts of 1 MiB, each file with its SHA-256.
It is replaced in one transaction, so whoever fetches one has the old one or the new one; what changed in the library
since, the log tells, as it tells a machine that was switched off for a while. In the schema it has the library's own
address, rights, replicas and backups: nothing has to be set up, and a library that was set back takes its snapshots
along.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from qa.errors import IndexUnusable
from qa.index.index_tables import is_made
from qa.store import own_files
from qa.store.addresses import Address
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase

LEAST = 20_000
"""Passages from which on a snapshot is published: fewer are cut into terms in seconds."""
LAG = 0.2  # changes that a snapshot may lack, as a share of the passages: a new one, with its vector, is two
_PART_BYTES = 1 << 20
_AT_ONCE = 16  # parts read with one statement
_KEPT_DAYS = 7  # one of another version, model or list of words
_NAME = re.compile(r"vectors|terms/[\w.-]*\w")
_TABLES = (
    """
    CREATE TABLE snapshots (
        stamp text PRIMARY KEY,         -- what its indexes are made of
        change bigint NOT NULL,         -- of the library, up to which it was brought
        files text NOT NULL,            -- JSON: [[name, bytes, SHA-256], ...] in the order of the parts
        made timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE snapshot_parts (
        stamp text NOT NULL,
        ordinal bigint NOT NULL,
        bytes bytea NOT NULL,
        PRIMARY KEY (stamp, ordinal)
    )
    """,
    "ALTER TABLE snapshot_parts ALTER COLUMN bytes SET STORAGE EXTERNAL",  # it cannot be made much smaller
)


class Stopped(Exception):
    """Publishing was to end: the snapshot before stays."""


def link(folder: Folder, segments: Iterable[str], room: Path) -> dict[str, Path]:
    """The files of both indexes by their names in a snapshot, as they are now: `segments` are those of the term index.
    They stand in `room`, on the same disk, and stay when the indexes change. Raises OSError.
    """
    wanted = frozenset(segments)
    kept = {"meta.json", ".managed.json"}
    terms = [path for path in folder.terms.iterdir() if path.name in kept or path.name.split(".")[0] in wanted]
    linked = {"vectors": room / "vectors"}
    _link(folder.vectors, linked["vectors"])
    for path in sorted(terms):
        linked[f"terms/{path.name}"] = room / path.name
        _link(path, room / path.name)
    return linked


def _link(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:  # a file system may know no links
        shutil.copyfile(path, target)


def published(folder: Folder, server: Address, stamp: str) -> int | None:
    """The change number of the snapshot that is made of the same; None where there is none. Raises LibraryError."""
    with closing(PostgresDatabase(folder, server)) as database, database.session() as session:
        found = _found(session, stamp)
    return int(found["change"]) if found else None


def publish(
    folder: Folder, server: Address, stamp: str, change: int, files: Mapping[str, Path], stopping: Callable[[], bool]
) -> bool:
    """Put a snapshot in the place of the one that is made of the same; false where another machine is at it. Raises
    LibraryError, OSError, Stopped.
    """
    with (
        closing(PostgresDatabase(folder, server)) as database,
        database.lock("snapshot").try_hold() as held,
        database.session() as session,
    ):
        if not held:
            return False
        with session.transaction():
            if not is_made(session, "snapshots"):
                for statement in _TABLES:
                    session.execute(statement)
            old = "made < now() - make_interval(days => %(days)s) OR stamp = %(stamp)s"
            values = {"days": _KEPT_DAYS, "stamp": stamp}
            query = f"DELETE FROM snapshot_parts WHERE stamp IN (SELECT stamp FROM snapshots WHERE {old})"
            session.execute(query, values)
            session.execute(f"DELETE FROM snapshots WHERE {old}", values)
            told: list[tuple[str, int, str]] = []
            with session.cursor().copy("COPY snapshot_parts FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["text", "int8", "bytea"])
                for ordinal, part in enumerate(_parts(files, told)):
                    if stopping():
                        raise Stopped
                    copy.write_row((stamp, ordinal, part))
            row = (stamp, change, json.dumps(told))
            session.execute("INSERT INTO snapshots (stamp, change, files) VALUES (%s, %s, %s)", row)
    return True


def _parts(files: Mapping[str, Path], told: list[tuple[str, int, str]]) -> Iterator[bytes]:
    """The bytes of all files; `told` gets name, size and digest of each that is through."""
    for name, path in files.items():
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while part := file.read(_PART_BYTES):
                digest.update(part)
                size += len(part)
                yield part
        told.append((name, size, digest.hexdigest()))


def fetch(folder: Folder, server: Address, stamp: str, room: Path) -> bool:
    """Write the files of the snapshot that is made of this into `room`: ``vectors`` and ``terms/``; false where there
    is none. Raises IndexUnusable for one that is not what was published, LibraryError, OSError.
    """
    with closing(PostgresDatabase(folder, server)) as database, database.reading() as connection:
        session = connection.inner  # type: ignore[attr-defined] # of one state throughout
        found = _found(session, stamp)
        if found is None:
            return False
        (room / "terms").mkdir()
        ordinal = 0
        for name, size, digest in json.loads(found["files"]):
            if not _NAME.fullmatch(name):
                raise IndexUnusable(f"name: {name}")
            behind = ordinal + -(-size // _PART_BYTES)
            _write(room / name, _read(session, stamp, range(ordinal, behind)), size, digest)
            ordinal = behind
    return True


def _found(session: Any, stamp: str) -> Any:
    if not is_made(session, "snapshots"):
        return None
    return session.execute("SELECT change, files FROM snapshots WHERE stamp = %s", (stamp,)).fetchone()


def _read(session: Any, stamp: str, ordinals: range) -> Iterator[bytes]:
    query = "SELECT bytes FROM snapshot_parts WHERE stamp = %s AND ordinal >= %s AND ordinal < %s ORDER BY ordinal"
    for start in range(ordinals.start, ordinals.stop, _AT_ONCE):
        cursor = session.cursor(binary=True)
        for row in cursor.execute(query, (stamp, start, min(start + _AT_ONCE, ordinals.stop))):
            yield row[0]


def _write(path: Path, parts: Iterable[bytes], size: int, digest: str) -> None:
    found = hashlib.sha256()
    with open(path, "xb", opener=own_files.opener) as file:
        for part in parts:
            found.update(part)
            file.write(part)
        if file.tell() != size or found.hexdigest() != digest:
            raise IndexUnusable(f"digest: {path.name}")
