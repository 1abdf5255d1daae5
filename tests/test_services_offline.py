"""Doors for programs: with the network cut off all of them answer, and none of them calls anything outside."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.parts.doors import ASKED, SAID

ROOT = Path(__file__).parent.parent
PROGRAM = """
import json, sys
from pathlib import Path
from urllib.request import Request, urlopen
import anyio
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from tests.parts.command import QA
from tests.parts.server import running
library_path, question = Path(sys.argv[1]), sys.argv[2]
SERVE = '''
import sys
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8941, announce=lambda url: print(url, flush=True))
'''

def told(url, body=None):
    data = None if body is None else json.dumps(body).encode()
    return urlopen(Request(url, data, {"content-type": "application/json"})).read().decode()

async def by_mcp(transport):
    async with Client(transport) as client:
        return (await client.call_tool("ask", {"question": question})).structured_content["answer"]

setting = {"top_k": 3, "score_threshold": 0.0}
wanted = {"knowledge_id": "wenbao", "query": question, "retrieval_setting": setting}
chat = {"model": "wenbao", "messages": [{"role": "user", "content": question}]}
with running(library_path, SERVE) as (url, _):
    seen = {
        "ask": told(url + "api/v1/ask", {"question": question, "cite": "ris"}),
        "ask, streamed": told(url + "api/v1/ask", {"question": question, "stream": True}),
        "search": told(url + "api/v1/search", {"question": question}),
        "chat": told(url + "v1/chat/completions", chat),
        "retrieval": told(url + "retrieval", wanted),
        "mcp": anyio.run(by_mcp, streamable_http_client(url + "mcp")),
    }
    for path in ("health", "counts", "articles", "files", "openapi.json"):
        told(url + "api/v1/" + path)
    told(url + "v1/models")
words = ["--library", str(library_path), "mcp"]
seen["qa mcp"] = anyio.run(by_mcp, stdio_client(StdioServerParameters(command=str(QA), args=words)))
print(json.dumps(seen))
"""


def _can_cut_off() -> bool:
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode == 0
    return bool(allowed and shutil.which("ip"))


def _run_under(words: list[object], library_path: Path) -> None:
    """Ask every door of a server in a plain environment: some libraries are silent in tests."""
    plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"PYTHONPATH": str(ROOT)}
    command = [*map(str, words), sys.executable, "-c", PROGRAM, str(library_path), ASKED]
    done = subprocess.run(command, env=plain, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert [door for door, answer in seen.items() if SAID not in answer] == []
    assert len(seen) == 7


@pytest.mark.folder("a server is reached over a network")
@pytest.mark.skipif(not _can_cut_off(), reason="unshare -rn is not allowed here: the network cannot be cut off")
def test_all_doors_answer_without_a_network(own_library: Path) -> None:
    _run_under(["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$0" "$@"'], own_library)


@pytest.mark.folder("a server is reached over a network")
@pytest.mark.skipif(shutil.which("strace") is None, reason="apt-get install strace")
def test_no_door_calls_anything_outside(own_library: Path, tmp_path: Path) -> None:
    """What a library in C does no hook of Python's sees."""
    log = tmp_path / "calls"
    _run_under(["strace", "-f", "-qq", "-e", "trace=connect,sendto", "-o", log], own_library)
    called = [line for line in log.read_text("utf-8", "replace").splitlines() if "sa_family=AF_INET" in line]
    assert called, "the doors themselves are asked over the loopback"
    assert not [line for line in called if '"127.' not in line and '"::1"' not in line]
