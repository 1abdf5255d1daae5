"""The attack of `bench.attacks` that looks for connections to other machines (Linux, strace)."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from bench.faults.attack_parts import (
    COMMAND_SECONDS,
    QA,
    QUESTION,
    Attack,
    Outcome,
    Refused,
    Visitor,
    family,
    page_of,
    served,
)

CALLS = "connect,sendto,sendmsg,sendmmsg"
_CALLED = re.compile(r'sin6?_port=htons\((\d+)\), (?:sin6_flowinfo=htonl\(\d+\), )?[^"]*"([^"]+)"')


def outside(work: Path) -> Outcome:
    """Every command and the screen under a listener on the system's calls: none goes to another address than loopback,
    none asks for a name.
    """
    strace = shutil.which("strace")
    if strace is None:
        raise Refused("no strace on this machine: apt-get install strace")
    library_path, log = work / "library", work / "calls"
    traced = (strace, "-f", "-qq", "-A", "-e", f"trace={CALLS}", "-o", str(log))
    name, page = page_of(1)
    (work / name).write_bytes(page)
    commands = [
        ["model"], ["add", work / name], ["list"], ["search", QUESTION], ["ask", QUESTION], ["check"], ["remove", name],
        ["export", "--all", work / "backup.zip"],
    ]  # fmt: skip
    codes = [_traced(traced, library_path, *words) for words in commands]
    codes.append(_traced(traced, work / "new", "import", work / "backup.zip"))
    with served(library_path, through=traced) as server:
        visitor = Visitor(server.url, patience=COMMAND_SECONDS)
        answered = 'class="answer' in visitor.ask(QUESTION)
        taken = visitor.upload(*page_of(2)) == 200
        visitor.reload()
        visitor.call("shelf", "overview")
        os.kill(family(server.process.pid)[1], signal.SIGTERM)  # strace would only let go of it
        server.process.wait(COMMAND_SECONDS)
    calls = log.read_text("utf-8", "replace").splitlines()
    called = {pair for line in calls for pair in _CALLED.findall(line)}
    gone = sorted(f"{address}:{port}" for port, address in called if not _is_here(address, port))
    held = not gone and codes == [0] * len(codes) and answered and taken
    return Outcome(f"{len(codes)} commands and a server, {len(calls)} calls; outside: {gone or 'none'}", held)


def _traced(traced: tuple[str, ...], library_path: Path, *words: object) -> int:
    command = [*traced, QA, "--library", library_path, *map(str, words)]
    return subprocess.run(command, capture_output=True, timeout=COMMAND_SECONDS).returncode


def _is_here(address: str, port: str) -> bool:
    """Loopback, and no question for a name."""
    return (address.startswith("127.") or address == "::1") and port != "53"


ATTACKS = (Attack("outside", "no address but loopback is called, no name is asked for", outside),)
