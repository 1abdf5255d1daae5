"""MCP by the command line of its inspector, over the stdio of `qa mcp` and over streamable HTTP."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.parts.command import QA
from tests.parts.doors import ASKED, REFUSED, SAID
from tests.parts.server import running

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
BIN = HERE / "node_modules/.bin"
PASSWORD = "letmein"  # Node.js sends no other letters in a header
GUARDED = f"""
import sys
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    told = lambda url: print(url, flush=True)
    serve(library, kept, host="127.0.0.1", port=8981, password={PASSWORD!r}, announce=told)
"""
Inspect = Callable[..., subprocess.CompletedProcess[str]]

pytestmark = pytest.mark.skipif(not (BIN / "mcp-inspector").exists(), reason="make test-integrations")


@pytest.fixture(scope="module")
def served(own_library: Path) -> Iterator[str]:
    with running(own_library, GUARDED) as (url, _):
        yield url


@pytest.fixture(params=["http", "stdio"])
def inspect(request: pytest.FixtureRequest, tmp_path: Path) -> Inspect:
    """Runs the inspector over each transport with the words of a method."""
    if request.param == "http":
        key = f"Authorization: Bearer {PASSWORD}"
        server = [f"{request.getfixturevalue('served')}mcp", "--transport", "http", "--header", key]
    else:
        server = [str(QA), "--library", str(request.getfixturevalue("seeds_path")), "mcp", "-e", f"PYTHONPATH={ROOT}"]
    return lambda *words: _inspected([*server, *words], tmp_path)


def _inspected(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = {"PATH": f"{BIN}:{os.environ['PATH']}", "MCP_CATALOG_PATH": str(folder / "mcp.json")}
    command = [str(BIN / "mcp-inspector"), "--cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **path}, timeout=120)


def _json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_lists_the_tools_and_finds_no_fault_in_their_schemas(inspect: Inspect) -> None:
    tools = _json(inspect("--method", "tools/list", "--strict"))["tools"]
    assert {one["name"] for one in tools} == {"ask", "search", "read_article", "count", "list_articles"}
    assert all(one["annotations"]["readOnlyHint"] for one in tools)


@pytest.mark.parametrize(("question", "answered"), [(ASKED, True), (REFUSED, False)])
def test_it_asks(inspect: Inspect, question: str, answered: bool) -> None:
    words = ("--method", "tools/call", "--tool-name", "ask", "--tool-arg", f"question={question}")
    told = _json(inspect(*words))["structuredContent"]
    assert told["answered"] is answered
    assert (SAID in told["answer"]) is answered


def test_it_reads_an_article(inspect: Inspect, request: pytest.FixtureRequest) -> None:
    article = request.getfixturevalue("seeds_library").articles()[0]
    listed = _json(inspect("--method", "resources/templates/list"))["resourceTemplates"]
    assert [one["uriTemplate"] for one in listed] == ["wenbao://article/{article}"]
    read = _json(inspect("--method", "resources/read", "--uri", f"wenbao://article/{article.id}"))
    assert read["contents"][0]["text"] == article.text


def test_without_the_password_it_is_told_nothing(served: str, tmp_path: Path) -> None:
    done = _inspected([f"{served}mcp", "--transport", "http", "--method", "tools/list"], tmp_path)
    assert done.returncode != 0
    assert "tools" not in done.stdout
