"""How much a request may bring: more than a megabyte is refused before it is held, declared or not."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.parts.server import running
from tests.parts.visitor import Visitor
from ui.limits import BODY_BYTES

MB = 1 << 20
LARGE = 150  # MB
JOIN = "/gradio_api/queue/join"


@pytest.fixture(scope="module")
def served(own_library: Path) -> Iterator[tuple[str, int]]:
    """Address and process of the app."""
    with running(own_library) as (url, process):
        yield url, process.pid


def _resident_mb(process: int) -> float:
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MB


def _peak_mb(process: int) -> float:
    return int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())[0]) / 1024


def _sent(url: str, path: str, head: str, chunks: Iterator[bytes]) -> bytes:
    """The status line that a client reads who sends all before it listens, or as much as is taken."""
    parts = urlsplit(url)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=30)) as client:
        client.sendall(f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{head}\r\n\r\n".encode())
        for chunk in chunks:
            client.sendall(chunk)
        return client.recv(65536).partition(b"\r\n")[0]


def _chunked(count: int) -> Iterator[bytes]:
    yield from (b"100000\r\n" + bytes(MB) + b"\r\n" for _ in range(count))
    yield b"0\r\n\r\n"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_large_body_is_refused_and_never_held(served: tuple[str, int]) -> None:
    url, process = served
    with Visitor(url) as visitor:
        visitor.ask("区委召开务虚会用了多长时间？")
        Path(f"/proc/{process}/clear_refs").write_text("5")  # the peak counts from here
        before = _resident_mb(process)
        for path in (JOIN, "/gradio_api/component_server", "/gradio_api/cancel", "/gradio_api/reset", "/config"):
            declared = f"Content-Type: application/json\r\nContent-Length: {LARGE * MB}"
            assert (
                _sent(url, path, declared, (bytes(MB) for _ in range(LARGE)))
                == b"HTTP/1.1 413 Request Entity Too Large"
            )
            chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked"
            status = _sent(url, path, chunked, _chunked(LARGE))
            assert status.split()[1] in ((b"413",) if path != "/config" else (b"405", b"413")), path
        assert _peak_mb(process) - before < 30
        assert "answer" in visitor.ask("区委召开务虚会用了多长时间？").html


def test_it_says_what_to_do_in_both_languages(served: tuple[str, int]) -> None:
    refused = httpx.post(served[0] + JOIN[1:], content=bytes(BODY_BYTES + 1), trust_env=False)
    assert refused.status_code == 413
    assert "最多 1 MB" in refused.text
    assert "1 MB at most" in refused.text


def test_a_question_that_is_too_long_is_refused_and_not_kept(served: tuple[str, int]) -> None:
    with Visitor(served[0]) as visitor:
        shown = visitor._run(visitor._submit, ["长" * 300_000, None, "", ""])
        assert "最多 2000 个" in str(shown)
        assert len(str(shown)) < 10_000
        assert 'class="turns"' not in str(shown)
        assert len(visitor.ask("长" * 2000).question) <= 2000


@pytest.mark.parametrize("stream", [False, True])
def test_a_body_up_to_the_limit_reaches_the_app(served: tuple[str, int], stream: bool) -> None:
    body = b'{"data": []}'.ljust(BODY_BYTES)
    content = iter([body[:1000], body[1000:]]) if stream else body
    headers = {"content-type": "application/json"}
    assert httpx.post(served[0] + JOIN[1:], content=content, headers=headers, trust_env=False).status_code == 400


def test_an_upload_may_be_larger(served: tuple[str, int]) -> None:
    page = ("长篇连载\n\n" + "本报讯今日道路通车。\n" * 60_000).encode()
    assert len(page) > BODY_BYTES
    headers = {"x-name": "long.txt"}
    assert httpx.post(served[0] + "library/upload", content=page, headers=headers, trust_env=False).status_code == 200
