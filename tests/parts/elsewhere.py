"""The whole suite over libraries in PostgreSQL, not in folders: `QA_TEST_INDEX=local`, `pgvector` or `qdrant`.

The folder of a test's library then is what a machine keeps beside that in a schema, named after the folder, whose
indexes are kept so. Processes that tests start do the same (`tests/parts/started`). A test marked `folder` is about the
files in a folder: it is skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from qa.store.addresses import Address, address, with_index
from qa.store.folder import Folder

INDEX = os.environ.get("QA_TEST_INDEX")
_SERVER = "QA_TEST_SERVER"  # the address for the processes that tests start, without a schema
_ROOM = Path(__file__).parent


@contextmanager
def libraries_elsewhere(request: pytest.FixtureRequest) -> Iterator[None]:
    """Libraries in folders are on a server until the block ends, where the switch says so."""
    if not INDEX:
        yield
        return
    with ExitStack() as stack:
        index = INDEX
        if index == "qdrant":
            from tests.parts.qdrant_server import serving_qdrant

            index = stack.enter_context(serving_qdrant())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setenv(_SERVER, with_index(request.getfixturevalue("postgres").address(), index))
        patch.setenv("PYTHONPATH", os.pathsep.join([str(_ROOM / "started"), str(_ROOM.parent.parent)]))
        patch.setattr(Folder, "at", Folder.at)  # is put back at the end
        redirect()
        yield


def redirect() -> None:
    """From now on the folder of a library is what is kept beside the one on the server."""
    server, at = os.environ[_SERVER], Folder.at

    def elsewhere(_: type[Folder], location: str | os.PathLike[str]) -> Folder:
        folder = at(location)
        return folder if folder.server else Folder(folder.root, _address(server, folder.root))

    Folder.at = classmethod(elsewhere)  # type: ignore[method-assign,assignment]


def _address(server: str, folder: Path) -> Address:
    schema = f"t{blake2b(os.fsencode(os.path.realpath(folder)), digest_size=8).hexdigest()}"
    return address(server.partition("&schema=")[0] + f"&schema={schema}&index=" + address(server).index)


def copied(library_path: str | os.PathLike[str], target: Path) -> Path:
    """A library that is not open, copied to another folder, as its users would with a file manager."""
    copy = Path(shutil.copytree(library_path, target))
    if INDEX:
        _copy_schema(Folder.at(library_path), Folder.at(copy))
    return copy


def _copy_schema(source: Folder, target: Folder) -> None:
    """All but the indexes, which catch up; a Qdrant keeps them by the library's number, which is its own."""
    from qa.store.postgres import PostgresDatabase

    assert source.server
    assert target.server
    old, new = source.server.schema, target.server.schema
    with closing(PostgresDatabase(target, target.server, create=True)) as database, database.session() as session:
        execute: Any = session.execute
        with session.transaction():
            execute("SET LOCAL session_replication_role = replica")  # in whatever order rows refer to others
            tables = execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", (new,)).fetchall()
            for (table,) in tables:
                own = "WHERE key NOT IN ('library', 'format', 'beside')" if table == "meta" else ""
                execute(f"DELETE FROM {new}.{table} {own}")
                columns = execute(
                    "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns "
                    "WHERE table_schema = %s AND table_name = %s AND is_generated = 'NEVER'",
                    (new, table),
                ).fetchone()[0]
                execute(f"INSERT INTO {new}.{table} ({columns}) OVERRIDING SYSTEM VALUE "
                        f"SELECT {columns} FROM {old}.{table} {own}")  # fmt: skip
            numbered = execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s AND "
                "(is_identity = 'YES' OR column_default LIKE 'nextval%%')",
                (new,),
            ).fetchall()
            for table, column in numbered:
                execute(f"SELECT setval(pg_get_serial_sequence('{new}.{table}', '{column}'), max({column})) "
                        f"FROM {new}.{table} HAVING max({column}) IS NOT NULL")  # fmt: skip
