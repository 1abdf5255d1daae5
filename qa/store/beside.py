"""What a library on a server has there beside its own tables, in steps, so that an older library is brought up to date.

A library in a folder has the same in files of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from qa.errors import LibraryError
from qa.store import dialect, schema
from qa.store.addresses import Address
from qa.store.conversation_database import TABLES as CONVERSATIONS
from qa.store.jobs import BY
from qa.store.jobs import TABLES as JOBS
from qa.store.keys import ACCOUNTS, USES
from qa.store.keys import TABLES as KEYS

STEPS: Sequence[Sequence[str]] = ((*CONVERSATIONS, *KEYS), JOBS, (ACCOUNTS, *BY), (USES,))
"""The statements, in SQLite's words, that lead from each version to the next, beginning with a library that has none.
One that was released is never changed: what comes later is a step of its own."""

_VERSION = "SELECT value FROM meta WHERE key = 'beside'"


def bring_up(session: psycopg.Connection[object], server: Address) -> None:
    """Make what is missing; the caller is in a transaction and lets nobody else do so. Raises LibraryError where a
    newer version of this program was here.
    """
    for step in STEPS[version(session, server) :]:
        for statement in dialect.translated(step):
            session.execute(statement)
    session.execute(
        "INSERT INTO meta VALUES ('beside', %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (str(len(STEPS)),),
    )


def is_up(session: psycopg.Connection[object], server: Address) -> bool:
    """Whether all is there. Raises LibraryError as `bring_up`."""
    return version(session, server) == len(STEPS)


def version(session: psycopg.Connection[object], server: Address) -> int:
    """How many of the steps were taken. Raises LibraryError where it is more than there are."""
    found = session.execute(_VERSION).fetchone()
    number = int(found[0]) if found else 0  # type: ignore[index]
    if number > len(STEPS):
        raise LibraryError(
            "library.newer",
            format=f"{schema.FORMAT}.{number}",
            known=f"{schema.FORMAT}.{len(STEPS)}",
            path=server,
        )
    return number
