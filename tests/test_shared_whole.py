"""All of it at once: PostgreSQL, three servers and two workers, each a machine of its own, behind our nginx."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from qa.library.library import Library
from tests.parts.command import QA
from tests.parts.doors import ASKED, SAID
from tests.parts.library import story
from tests.parts.namespaces import Host, hosts
from tests.parts.postgres import serving
from tests.parts.workers import jobs_of, states, until

CONFIGURATION = Path(__file__).parent.parent / "docs" / "deploy" / "nginx.conf"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")
HERE, PORT = "10.231.78.1", 8985
SERVE = ("serve", "--host", "0.0.0.0", "--behind-proxy", "--no-worker", "--no-screen", "--allow-changes")
VISITORS = range(9)


@pytest.mark.skipif(NGINX is None, reason="needs nginx")
def test_what_is_left_goes_on(machine: Callable[[str], None], seeds: Path, tmp_path: Path) -> None:
    place = f"postgresql://wenbao@{HERE}/postgres?schema=whole"
    with ExitStack() as running:
        there = running.enter_context(hosts(HERE, 5))
        running.enter_context(serving(HERE))
        machine("here")
        library = running.enter_context(Library.open(place, create=True))
        library.enqueue(seeds)
        started = []
        for host, words in zip(there, [SERVE] * 3 + [("worker",)] * 2, strict=True):
            machine(host.name)
            started.append(running.enter_context(_running(*host.within, QA, "--library", place, *words)))
        servers, workers = started[:3], started[3:]
        for server in servers:
            assert server.stderr
            assert server.stderr.readline().startswith("http://")
        running.enter_context(_running(NGINX, "-c", _configuration(tmp_path, there[:3])))
        until(lambda: (tmp_path / "pid").exists() and set(states(library).values()) == {"done"})

        all_three = {f"{host.address}:7860" for host in there[:3]}
        assert _who_answers("ask", ASKED, SAID) == all_three
        assert _asked(0, "files?name=brought.txt", story(1).encode())[0]["added"] == ["brought.txt"]
        assert _who_answers("search", story(1)[:12], "brought.txt") == all_three

        servers[0].kill()
        workers[0].kill()
        left = all_three - {f"{there[0].address}:7860"}
        (tmp_path / "queued.txt").write_text(story(2), "utf-8")
        library.enqueue(tmp_path / "queued.txt")
        assert _who_answers("ask", ASKED, SAID) == left
        until(lambda: states(library)["queued.txt"] == "done")
        assert _who_answers("search", story(2)[:12], "queued.txt") == left
        by = {job.name: job.worker for job in jobs_of(library).listed(9)}
        assert by["queued.txt"].startswith(f"{workers[1].pid} ")


@contextmanager
def _running(*command: object) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"QA_PASSWORD": "whole"}
    with subprocess.Popen([*map(str, command)], env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()  # nginx ends those it started
            try:
                process.communicate(timeout=30)
            finally:
                process.kill()


def _configuration(folder: Path, servers: list[Host]) -> Path:
    """Ours, for these servers; it says which of them have been asked."""
    told = CONFIGURATION.read_text("utf-8")
    of_two = re.search(r"server serve1:(.*)\n *server serve2:\1\n", told)
    assert of_two
    told = told.replace(of_two[0], "\n".join(f"server {host.address}:{of_two[1]}" for host in servers))
    told = told.replace("http {", "http { access_log off; add_header X-Asked $upstream_addr always;")
    path = folder / "nginx.conf"
    told = f"daemon off; pid {folder}/pid; error_log {folder}/log;\n{told.replace('8080', f'127.0.0.1:{PORT}')}"
    path.write_text(told, "utf-8")
    return path


def _asked(visitor: int, path: str, body: bytes) -> tuple[dict[str, Any], str]:
    """What a visitor gets, and from where."""
    headers = {"authorization": "Bearer whole", "cookie": f"wenbao_0={visitor}", "content-type": "application/json"}
    with urlopen(Request(f"http://127.0.0.1:{PORT}/api/v1/{path}", body, headers), timeout=60) as response:
        return json.load(response), response.headers["X-Asked"].rpartition(" ")[2]


def _who_answers(path: str, question: str, expected: str) -> set[str]:
    """Which servers answer the visitors' question, each with what is expected, in the first place."""
    seen = set()
    for visitor in VISITORS:
        told, server = _asked(visitor, path, json.dumps({"question": question}).encode())
        found = told["answer"] if path == "ask" else told["passages"][0]["source"]
        assert expected in found
        seen.add(server)
    return seen
