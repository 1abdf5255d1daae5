"""MCP by the SDK's own client: over streamable HTTP of a guarded server, and over the stdio of `qa mcp`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.mcpserver.exceptions import ResourceError
from mcp.shared.exceptions import MCPError

from qa.library.library import Library
from qa.services.desk import Desk
from qa.services.mcp import create_server
from tests.parts.doors import ASKED, REFUSED, SAID
from tests.parts.server import running

PASSWORD = "暗号"
GUARDED = f"""
import sys
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    told = lambda url: print(url, flush=True)
    serve(library, kept, host="127.0.0.1", port=8951, password={PASSWORD!r}, announce=told)
"""
TOOLS = {"ask", "search", "read_article", "count", "list_articles"}
Work = Callable[[Client], Awaitable[Any]]


@pytest.fixture(scope="module")
def served(own_library: Path) -> Iterator[str]:
    with running(own_library, GUARDED) as (url, _):
        yield url


def _over_http(url: str, work: Work) -> Any:
    async def run() -> Any:
        key = {"authorization": f"Bearer {PASSWORD}".encode()}
        async with (
            httpx2.AsyncClient(headers=key, timeout=60) as http,
            Client(streamable_http_client(f"{url}mcp", http_client=http)) as client,
        ):
            return await work(client)

    return anyio.run(run)


def _over_stdio(library_path: Path, work: Work) -> Any:
    words = ["-c", "import sys; from qa.cli import main; sys.exit(main())", "--library", str(library_path), "mcp"]
    command = StdioServerParameters(command=sys.executable, args=words, cwd=Path.cwd(), env=dict(os.environ))

    async def run() -> Any:
        async with Client(stdio_client(command)) as client:
            return await work(client)

    return anyio.run(run)


@pytest.fixture(params=["http", "stdio"])
def use(request: pytest.FixtureRequest) -> Callable[[Work], Any]:
    """Does work with a client, over each transport."""
    if request.param == "http":
        url = request.getfixturevalue("served")
        return lambda work: _over_http(url, work)
    path = request.getfixturevalue("own_library")
    return lambda work: _over_stdio(path, work)


def test_the_library_through_its_tools(use: Callable[[Work], Any], seeds_library: Library) -> None:
    async def work(client: Client) -> None:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(tools) == TOOLS
        for tool in tools.values():
            assert tool.annotations
            assert tool.annotations.read_only_hint
            chinese, between, english = (tool.description or "").split("\n")
            assert _is_chinese(chinese)
            assert not between
            assert english == english.strip()
            assert not _is_chinese(english)
            assert "context" not in tool.input_schema["properties"]
            told = [one["description"].partition("。 ") for one in tool.input_schema["properties"].values()]
            assert all(_is_chinese(first) and second and not _is_chinese(second) for first, _, second in told)
        told = (await client.call_tool("ask", {"question": ASKED})).structured_content
        assert told
        (quote,) = told["citations"]
        assert SAID in quote["quote"]
        assert quote["spans"]
        assert quote["source"]
        refused = (await client.call_tool("ask", {"question": REFUSED})).structured_content
        assert refused
        assert refused["reason"]["kind"] == "unknown-term"
        read = (await client.call_tool("read_article", {"article": quote["article"]})).structured_content
        assert read
        assert quote["quote"] in read["text"].replace("\n", "")
        found = (await client.call_tool("search", {"question": ASKED, "k": 2})).structured_content
        assert found
        assert len(found["passages"]) == 2
        counted = (await client.call_tool("count", {})).structured_content
        listed = (await client.call_tool("list_articles", {"limit": 3})).structured_content
        assert counted
        assert listed
        assert counted["articles"] == listed["total"] == seeds_library.stats().articles
        assert "text" not in listed["articles"][0]
        await _resources(client, quote["article"], read["text"])
        await _wrong(client)

    use(work)


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


async def _resources(client: Client, article: str, text: str) -> None:
    (template,) = (await client.list_resource_templates()).resource_templates
    assert template.uri_template == "wenbao://article/{article}"
    (content,) = (await client.read_resource(f"wenbao://article/{article}")).contents
    assert content.text == text  # type: ignore[union-attr]
    (content,) = (await client.read_resource("wenbao://library")).contents
    assert json.loads(content.text)["articles"]  # type: ignore[union-attr]
    with pytest.raises(MCPError, match="no-such-article"):
        await client.read_resource("wenbao://article/ffffffff")


async def _wrong(client: Client) -> None:
    for tool, given, said in (
        ("read_article", {"article": "ffffffff"}, "library.no-such-article"),
        ("ask", {"question": ASKED, "since": "昨天"}, "query.no-date"),
        ("ask", {"question": "问" * 10_000}, "question"),
        ("ask", {}, "question"),
        ("count", {"source": "没有"}, "library.no-such-source"),
    ):
        result = await client.call_tool(tool, given)
        assert result.is_error
        assert said in result.content[0].text  # type: ignore[union-attr]


@pytest.mark.folder("it is moved")
def test_what_goes_wrong_with_a_resource_is_told(tmp_path: Path) -> None:
    with Library.open(tmp_path / "库") as library:
        server = create_server(Desk(library))
        library.stats()
        (tmp_path / "库").rename(tmp_path / "别处")
        for address in ("wenbao://library", "wenbao://article/ffffffff"):
            with pytest.raises(ResourceError, match=r"library\.gone"):
                anyio.run(server.read_resource, address)


def test_over_http_a_quote_has_an_address(served: str) -> None:
    async def work(client: Client) -> Any:
        return (await client.call_tool("ask", {"question": ASKED})).structured_content

    (quote,) = _over_http(served, work)["citations"]
    assert quote["url"] == f"{served}api/v1/articles/{quote['article']}"


def test_nobody_gets_in_without_the_password(served: str) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert httpx2.post(f"{served}mcp", json=call).status_code == 401
    right = {"authorization": f"Bearer {PASSWORD}".encode(), "origin": "https://evil.example"}
    assert httpx2.post(f"{served}mcp", json=call, headers=right).status_code == 403


def test_what_is_no_message_on_stdio_ends_nothing(own_library: Path) -> None:
    sent = b"\n\0\n{\n" + b"[" * 50_000 + b'\n{"jsonrpc":"2.0"}\n\xff\n'
    ping = b'{"jsonrpc":"2.0","id":7,"method":"ping"}\n'
    command = [sys.executable, "-c", "import sys; from qa.cli import main; sys.exit(main())"]
    with subprocess.Popen(
        [*command, "--library", str(own_library), "mcp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin
        assert server.stdout
        server.stdin.write(sent + ping)
        server.stdin.flush()
        assert any(json.loads(line).get("id") == 7 for line in server.stdout)
        server.stdin.close()
        assert server.wait(60) == 0
