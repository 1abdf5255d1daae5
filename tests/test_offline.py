"""With the network cut off everything works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.command import QA

QUESTION = "务虚会用了多长时间？"


def _can_cut_off() -> bool:
    unshare = shutil.which("unshare")
    return bool(unshare) and subprocess.run([str(unshare), "-rn", "true"], capture_output=True).returncode == 0


@pytest.mark.folder("a server is reached over a network")
@pytest.mark.skipif(not _can_cut_off(), reason="unshare -rn is not allowed here: the network cannot be cut off")
def test_everything_works_without_a_network(seeds: Path, tmp_path: Path, seeds_path: Path) -> None:
    """A shell runs the commands once it has seen that it is cut off. `seeds_library` made the model ready."""
    assert seeds_path
    library_path = tmp_path / "library"
    commands = [
        f"{sys.executable} -c \"import socket; socket.create_connection(('192.0.2.1', 80), 2)\" 2>&- && exit 9",
        f'"{QA}" model --json',
        f'"{QA}" add --json "{seeds}"',
        f'"{QA}" list --json | tail -1',
        f'"{QA}" ask --json "{QUESTION}"',
        f'"{QA}" search --json "{QUESTION}"',
        f'"{QA}" check --json',
    ]
    script = "set -o pipefail\n" + commands[0] + "\nset -e\n" + "\n".join(commands[1:])
    done = subprocess.run(
        ["unshare", "-rn", "bash", "-c", f'export QA_LIBRARY="{library_path}"\n{script}'],
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    model, added, listed, asked, searched, checked = map(json.loads, done.stdout.splitlines())
    assert model["prepared"] is True
    assert (len(added["added"]), added["failed"]) == (5, False)
    assert listed["source"] == added["added"][-1]
    assert "一天时间" in asked["answer"]
    assert searched["passages"][0]["text"] == asked["passages"][0]["text"]  # the reader may order the others anew
    assert len(searched["passages"]) == len(asked["passages"]) == 5
    assert checked == {"findings": []}


@pytest.mark.skipif(shutil.which("strace") is None, reason="apt-get install strace")
def test_nothing_outside_is_called(seeds: Path, seeds_path: Path, tmp_path: Path) -> None:
    """What a library in C does no hook of Python's sees. A plain environment: some libraries are silent in tests."""
    assert seeds_path  # the model is ready
    log, plain = (
        tmp_path / "calls",
        {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ},
    )
    for words in (["add", seeds], ["ask", QUESTION]):
        watched = ["strace", "-f", "-qq", "-A", "-e", "trace=connect,sendto", "-o", log]
        done = subprocess.run([*watched, QA, "--library", tmp_path / "library", *words], env=plain, capture_output=True)
        assert done.returncode == 0, done.stderr.decode()
    called = [line for line in log.read_text("utf-8", "replace").splitlines() if "sa_family=AF_INET" in line]
    assert not [line for line in called if '"127.' not in line and '"::1"' not in line]
