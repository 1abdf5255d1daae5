"""Whether what an index has seen of a library is still part of its history.

A library on a server may be set back: a replica takes over that had not got the last changes, or a backup is put in
place. Later changes would then have the numbers of those that were lost, and an index that had seen these would lack
them without knowing. So the first change on another server, timeline or table goes on with numbers of another era, and
notes where the one before ended.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qa.store.database import Connection

_ERA = 1 << 40
_MOST_SKIPPED = 1000  # eras: a backup that is put in place twice does not go on with the same numbers twice

ORIGIN = """
SELECT (SELECT value FROM meta WHERE key = 'origin'),
(SELECT system_identifier FROM pg_control_system()) || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8) || ' '
|| 'meta'::regclass::oid
"""
"""Where the last change was made, and where the next one would be: server, timeline, table."""

_ENDS = "SELECT value FROM meta WHERE key = 'ends'"  # JSON: {era: the last change number that is left of it}
_KEEP = "INSERT INTO meta VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


def begin_era(session: Any, before: str | None, now: str) -> None:
    """In a transaction that changes the library, before it does, where `ORIGIN` finds the two unlike."""
    session.execute(_KEEP, ("origin", now))
    if before is None:  # the first change of all, or of a library that no such version of this program has changed
        return
    found = session.execute(_ENDS).fetchone()
    ends = json.loads(found[0]) if found else {}
    (last,) = session.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()
    ends[str(last // _ERA)] = last
    session.execute(_KEEP, ("ends", json.dumps(ends)))
    era = last // _ERA + 1 + secrets.randbelow(_MOST_SKIPPED)
    session.execute("SELECT setval(pg_get_serial_sequence('changes', 'number'), %s)", (era * _ERA,))
    session.execute("UPDATE meta SET value = CAST(value AS BIGINT) + %s WHERE key = 'contents'", (_ERA,))


def holds(connection: Connection, change: int, later: int) -> bool:
    """Whether a change that an index has seen is part of the history that a later one belongs to."""
    era = change // _ERA
    if not change or era == later // _ERA:
        return True
    found = connection.execute(_ENDS).fetchone()
    return bool(found) and change <= json.loads(found[0]).get(str(era), -1)
