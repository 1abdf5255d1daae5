"""A library in PostgreSQL: added to and asked as any other, by several machines at once, through kills and outages."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from qa.errors import LibraryBusy, LibraryError, NoLibrary, UsageError
from qa.library import worker
from qa.library.check import check_library
from qa.library.library import Library
from qa.store import schema
from qa.store.addresses import address, is_address
from qa.store.backup import export_all
from qa.store.conversation_database import TABLES as CONVERSATIONS
from qa.store.conversations import Conversations
from qa.store.database import Database, on_server
from qa.store.folder import Folder
from qa.store.jobs import BY
from qa.store.jobs import TABLES as JOBS
from qa.store.keys import ACCOUNTS, USES, Keys
from qa.store.keys import TABLES as KEYS
from qa.store.turns import Turn
from qa.types import Edit, Filters, Query
from tests.parts.library import assert_whole, few_papers, found_sources, open_library, story, write_records
from tests.parts.postgres import Server, serving
from ui import programs
from ui.door import Door
from ui.visitors import owner_of

KILLS = int(os.environ.get("QA_TEST_KILLS", "5"))
ADDING = """
import sys, time
from pathlib import Path
from qa.errors import LibraryBusy
from tests.parts.library import open_library
with open_library(sys.argv[1], create=True) as library:
    for path in sys.argv[2:]:
        while True:
            try:
                report = library.add(Path(path))
                break
            except LibraryBusy as error:
                print(error, file=sys.stderr)
                time.sleep(.05)
        print(*report.added, flush=True)
"""


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return few_papers(tmp_path / "papers")


def _adding(place: str, *paths: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ADDING, place, *map(str, paths)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_it_is_added_to_asked_mended_and_emptied_as_any_other(server: str, papers: Path, tmp_path: Path) -> None:
    with open_library(str(tmp_path / "folder"), create=True) as other, open_library(server, create=True) as library:
        for one in (library, other):
            assert len(one.add(papers).added) == 4
        ours, theirs = (sorted(one.each_article(), key=lambda article: article.id) for one in (library, other))
        assert ours == theirs
        for question in ("漷县供暖工程", "第11号消息", story(2)[:12]):
            hits, expected = library.search(Query(question, k=8)), other.search(Query(question, k=8))
            assert [hit.passage.id for hit in hits] == [hit.passage.id for hit in expected]
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], abs=1e-4)
        assert library.add(papers).added == ()
        (mended,) = library.edit(ours[0].id, Edit(ours[0].id, title="改过的标题"))
        assert library.article(mended.id).title == "改过的标题"
        assert library.remove("0.txt") == ("0.txt",)
        assert "0.txt" not in found_sources(library, story(0)[:12])
    assert assert_whole(server)
    assert check_library(server) == ()


def test_another_machine_finds_it_with_its_next_question(
    server: str, papers: Path, machine: Callable[[str], None], tmp_path: Path
) -> None:
    with open_library(server, create=True) as here:
        here.add(papers / "0.txt")
        machine("b")
        with open_library(server) as there:
            assert there.root != here.root
            assert found_sources(there, story(0)[:12])[0] == "0.txt"
            here.add(papers)
            assert found_sources(there, story(2)[:12])[0] == "2.txt", "added elsewhere"
            assert [hit.passage.id for hit in there.search("漷县供暖")] == [
                hit.passage.id for hit in here.search("漷县供暖")
            ]
            there.remove("2.txt")
            assert "2.txt" not in found_sources(here, story(2)[:12]), "removed elsewhere"
            assert here.search("漷县供暖") == there.search("漷县供暖")
            assert assert_whole(server)
        machine("a")
        assert assert_whole(server)


def test_two_machines_add_at_once(server: str, tmp_path: Path, machine: Callable[[str], None]) -> None:
    parts = [[write_records(tmp_path / f"{who}{n}.jsonl", range(start + 20 * n, start + 20 * n + 20)) for n in range(3)]
             for who, start in (("a", 0), ("b", 60))]  # fmt: skip
    started = []
    for name, paths in zip("ab", parts, strict=True):
        machine(name)
        started.append(_adding(server, *paths))
    for process in started:
        told, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints
        assert len(told.split()) == 3
    with open_library(server) as library:
        assert library.stats().files == 6
        assert library.stats().articles == 120
    assert check_library(server) == ()


def test_killed_adds_lose_nothing_and_are_gone_on_with(server: str, tmp_path: Path) -> None:
    large = write_records(tmp_path / "large.jsonl", range(900))
    random = Random(7)
    for round_ in range(KILLS):
        small = write_records(tmp_path / f"small{round_}.jsonl", [2000 + round_])
        process = _adding(server, small, large)
        assert process.stdout
        assert process.stdout.readline() == f"{small.name}\n"
        time.sleep(random.uniform(0, 1.5))
        process.kill()
        process.communicate()
        with open_library(server) as library:
            whole = {info.source: info.complete for info in library.files() if info.source != large.name}
            assert whole == {f"small{one}.jsonl": True for one in range(round_ + 1)}
            assert found_sources(library, story(2000 + round_)[:12])[0] == small.name
        assert all("没有读完" in one.what or "向量" in one.what for one in check_library(server))
    with open_library(server) as library:
        library.add(large)
        assert library.stats().articles == 900 + KILLS
        assert found_sources(library, story(899)[:12])
    assert check_library(server) == ()


def _write_for_ever(database: Database, alarm_seconds: float) -> None:
    written = "INSERT INTO meta VALUES (?, 'half')"
    signal.setitimer(signal.ITIMER_REAL, alarm_seconds)
    with database.writing() as connection:
        while True:
            connection.executemany(written, [(uuid.uuid4().hex,) for _ in range(20)])
            connection.execute(written, [uuid.uuid4().hex])


def test_an_interrupt_amid_a_statement_stays_one_and_all_is_taken_back(server: str, tmp_path: Path) -> None:
    open_library(server, create=True).close()
    random = Random(7)
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        with closing(on_server(Folder(tmp_path), address(server))) as database:
            for _ in range(20):
                with pytest.raises(KeyboardInterrupt):
                    _write_for_ever(database, random.uniform(0.001, 0.02))
                with database.reading() as connection:
                    assert connection.execute("SELECT * FROM meta WHERE value = 'half'").fetchone() is None
    finally:
        signal.signal(signal.SIGALRM, before)


def test_a_second_writer_is_told_who_writes(server: str, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "TURN_SECONDS", 1.0)
    with open_library(server, create=True) as library:
        holding = Database.at(Folder.at(server))
        with (
            holding.writer_lock().hold(),
            pytest.raises(LibraryBusy, match=f"进程 {os.getpid()} .*postgresql://"),
        ):
            library.add(papers)
        holding.close()
        assert library.add(papers).added


@pytest.fixture
def own_server() -> Iterator[Server]:
    with serving() as server:
        yield server


def test_while_the_server_is_away_it_says_so_and_goes_on_afterwards(
    own_server: Server, papers: Path, machine: Callable[[str], None]
) -> None:
    machine("a")
    with open_library(own_server.address("one"), create=True) as library:
        library.add(papers)
        before = library.search("漷县供暖")
        own_server.stop()
        for call in (lambda: library.search("漷县供暖"), lambda: library.add(papers), library.files):
            with pytest.raises(LibraryError, match="连不上 PostgreSQL"):
                call()
        own_server.start()
        assert library.search("漷县供暖") == before
        assert library.remove("0.txt")


def test_who_may_only_read_asks_and_is_told(server: str, postgres: Server, papers: Path) -> None:
    with open_library(server, create=True) as library:
        library.add(papers)
        name, reader = address(server).schema, f"r{uuid.uuid4().hex[:12]}"
        with library._database.writing() as connection:
            connection.execute(f"CREATE ROLE {reader} LOGIN")
            connection.execute(f"GRANT USAGE ON SCHEMA {name} TO {reader}")
            connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {name} TO {reader}")
    with open_library(server.replace("//wenbao@", f"//{reader}@")) as library:
        assert found_sources(library, story(1)[:12])[0] == "1.txt"
        for change in (lambda: library.add(papers), lambda: library.remove("1.txt")):
            with pytest.raises(LibraryError, match="只能读"):
                change()


@pytest.mark.folder("its tables are what is compared with")
def test_the_tables_are_those_of_sqlite(server: str, tmp_path: Path) -> None:
    folder = Database.at(Folder.at(tmp_path), create=True)
    with folder.reading() as connection:
        named = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        expected = {
            name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
            for name in named
            if not name.startswith("sqlite_")
        }
    folder.close()
    for tables in (CONVERSATIONS, (*KEYS, ACCOUNTS, USES), (*JOBS, *BY)):
        with closing(sqlite3.connect(":memory:")) as connection:
            for statement in tables:
                connection.execute(statement)
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                expected[name] = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    database = Database.at(Folder.at(server), create=True)
    found: dict[str, list[str]] = {}
    with database.reading() as connection:
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = ? "
            "ORDER BY table_name, ordinal_position",
            (address(server).schema,),
        ):
            found.setdefault(table, []).append(column)
    expected.pop("sqlite_sequence", None)
    assert found == expected
    with database.writing() as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(schema.FORMAT + 1),))
    database.close()
    with pytest.raises(LibraryError, match="升级"):
        Database.at(Folder.at(server))


def test_a_library_of_an_earlier_version_is_brought_up_and_a_later_one_refused(server: str) -> None:
    with Library.open(server), Conversations.open(server) as kept:
        kept.keep("甲", "", Turn("一？"))
    database = on_server(Folder.at(server), address(server))
    with database.transaction() as connection:  # as the first version that knew of servers left it
        logins, waiting = ("keys", "secret", "accounts"), ("jobs", "brought_parts", "brought")
        for table in ("messages", "feedback", "conversations", *logins, *waiting):
            connection.execute(f"DROP TABLE {table} CASCADE")
        connection.execute("DELETE FROM meta WHERE key = 'beside'")
    opened = [threading.Thread(target=lambda: Library.open(server).close()) for _ in range(4)]
    for thread in opened:
        thread.start()
    for thread in opened:
        thread.join()
    with Conversations.open(server) as kept:
        assert kept.listed("甲") == ()
        kept.keep("甲", "", Turn("二？"))
    with database.transaction() as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'beside'")
    database.close()
    for open_ in (Library.open, Conversations.open, Keys.open):
        with pytest.raises(LibraryError, match=r"格式 \d+\.99.*升级"):
            open_(server)


def test_whom_one_server_lets_in_the_others_know(server: str, machine: Callable[[str], None]) -> None:
    def served() -> tuple[Library, Conversations, Keys, Door]:
        library, kept = Library.open(server), Conversations.open(server)
        known = programs.keys(library, kept)
        return library, kept, known, Door(known, kept, programs.place(library), "geheim")

    here = served()
    machine("b")
    there = served()
    token, key = here[-1].enter(here[-1].caller(()), 1000.0)
    id, _ = here[1].keep(owner_of(token), "", Turn("一？"))
    cookies = ((there[-1].visitors.cookie, token), (there[-1].visitors.key_cookie, key))
    assert there[-1].is_open_for(there[-1].caller(cookies), 1001.0)
    assert [one.id for one in there[1].listed(owner_of(token))] == [id]
    there[-1].leave(there[-1].caller(cookies))
    assert not here[-1].is_open_for(here[-1].caller(cookies), 1001.0)
    for one in (*here[:-1], *there[:-1]):
        one.close()  # type: ignore[attr-defined]


def test_no_library_and_no_copy(server: str, tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match=r"postgresql://.*qa add"):
        Library.open(server, create=False)
    with pytest.raises(LibraryError, match="pg_dump --schema=t"):
        export_all(Folder.at(server), tmp_path / "all.zip")


def test_an_address_shows_no_password_and_a_wrong_one_is_refused() -> None:
    found = address("postgres://u%40x:se%3Acret@db.lan:5433/news?schema=papers&sslmode=require&password=secret")
    assert found.schema == "papers"
    assert found.conninfo == "postgresql://u%40x:se%3Acret@db.lan:5433/news?sslmode=require&password=secret"
    assert str(found) == "postgresql://u%40x@db.lan:5433/news?sslmode=require&schema=papers"
    assert address("postgresql:///news").schema == "wenbao"
    assert address("postgresql://me:one@db/news").folder == address("postgresql://me:two@db/news").folder
    assert not any(map(is_address, ("postgresql", "./postgresql://x", "http://x", Path("postgresql://x"))))
    for wrong in ("postgresql://db/news?schema=a-b", "postgresql://db/news?schema=", "postgresql://[db/news"):
        with pytest.raises(UsageError):
            address(wrong)


def test_what_it_needs_is_asked_for(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "qa.store.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LibraryError, match=r"pip install 'wenbao\[postgres\]'"):
        Database.at(Folder.at(server))


def test_what_is_asked_for_with_a_zero_byte_is_said_to_be_wrong(server: str, tmp_path: Path) -> None:
    with open_library(server, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(3))])
        for ask in (
            lambda: library.articles(Filters(source="a\0")),
            lambda: library.search(Query("供暖", filters=Filters(byline="\0"))),
            lambda: library.article("abcd\0"),
            lambda: library.remove(["a\0.jsonl"]),
        ):
            with pytest.raises(UsageError, match="NUL"):
                ask()
        assert library.stats().files == 1
